//! The dialogue in front of everything grave on this page: what it does, a reason or a name, and a fresh code where one is
//! needed.

use api_types::{
    EraseRequest, ExportRequest, Hold, HoldKind, PlaceHold, ProblemBody, RetentionRule, RetentionState, SetRetention,
    UserSummary,
};
use leptos::{prelude::*, task::spawn_local};

use super::rule_fields::RuleFields;
use crate::{
    api, dom, format,
    security::code::{Asked, helps},
    state::app,
    texts::{ct, fill, re, t},
    ui::{modal::Modal, problem::Problem},
};

const LEAST: usize = 10;

/// What is about to be done.
#[derive(Clone)]
pub enum Act {
    /// With the time of the next run.
    Rule(RetentionRule, Option<i64>),
    HoldUser(UserSummary),
    HoldConversation,
    Lift(Hold),
    Export(UserSummary),
    Erase(UserSummary),
}

/// What is typed into the dialogue.
#[derive(Clone, Copy)]
pub struct Form {
    /// A reason, or the name that confirms.
    text: RwSignal<String>,
    conversation: RwSignal<String>,
    /// None keeps for ever; what is typed may be no number.
    pub days: RwSignal<Option<String>>,
}

impl Form {
    fn clear(self) {
        let _ = self.text.try_set(String::new());
        let _ = self.conversation.try_set(String::new());
        let _ = self.days.try_set(None);
    }

    fn number(self) -> Option<i64> {
        self.days
            .with(|days| days.as_ref().and_then(|days| days.trim().parse().ok()))
    }

    fn is_ready(self, act: &Act) -> bool {
        let long = self.text.with(|text| text.trim().chars().count() >= LEAST);
        match act {
            Act::Rule(rule, _) => {
                self.days.with(Option::is_none) || self.number().is_some_and(|days| days >= rule.least_days)
            }
            Act::HoldUser(_) | Act::Export(_) => long,
            Act::HoldConversation => long && self.conversation.with(|id| !id.trim().is_empty()),
            Act::Lift(_) => true,
            Act::Erase(user) => self.text.with(|text| text.trim() == user.name),
        }
    }
}

/// Title, what it means, and the words on the button.
fn words(act: &Act) -> (String, String, &'static str) {
    let named = |text: &str, user: &str| fill(text, &[("user", user)]);
    match act {
        Act::Rule(rule, next) => {
            let what = re().class(rule.class);
            let when = next.map_or_else(|| "\u{2013}".to_owned(), format::moment);
            (
                fill(re().change_of, &[("what", what)]),
                fill(re().rule_warning, &[("when", &when)]),
                re().save_rule,
            )
        }
        Act::HoldUser(user) => (
            named(re().hold_user_title, &user.name),
            re().holds_intro.to_owned(),
            re().hold_now,
        ),
        Act::HoldConversation => (
            re().hold_conversation_title.to_owned(),
            re().holds_intro.to_owned(),
            re().hold_now,
        ),
        Act::Lift(hold) => (
            re().lift_title.to_owned(),
            named(re().lift_detail, &hold.user_name),
            re().lift_now,
        ),
        Act::Export(user) => (
            named(re().export_title, &user.name),
            named(re().export_detail, &user.name),
            re().export_now,
        ),
        Act::Erase(user) => (
            named(re().erase_title, &user.name),
            re().erase_detail.to_owned(),
            re().erase_now,
        ),
    }
}

/// Does it; returns what to tell the reader.
async fn perform(act: Act, text: String, conversation: String, days: Option<i64>) -> Result<&'static str, ProblemBody> {
    let hold = async |kind, subject_id| {
        let request = PlaceHold {
            kind,
            subject_id,
            reason: text.clone(),
        };
        api::post::<_, Hold>("admin/holds", &request).await.map(|_| re().placed)
    };
    match act {
        Act::Rule(rule, _) => {
            let class = serde_json::to_value(rule.class).unwrap_or_default();
            let path = format!("admin/retention/{}", class.as_str().unwrap_or_default());
            api::put::<_, RetentionState>(&path, &SetRetention { days }).await?;
            Ok(re().rule_saved)
        }
        Act::HoldUser(user) => hold(HoldKind::User, user.id).await,
        Act::HoldConversation => hold(HoldKind::Conversation, conversation.trim().to_owned()).await,
        Act::Lift(hold) => {
            api::tell("POST", &format!("admin/holds/{}/lift", api::query(&hold.id))).await?;
            Ok(re().lifted)
        }
        Act::Export(user) => {
            let path = format!("panel/users/{}/export", api::query(&user.id));
            let response = api::send_for(&path, &ExportRequest { reason: text }).await?;
            dom::save(response, "voiceassist-data.zip").await?;
            Ok(re().exported)
        }
        Act::Erase(user) => {
            let path = format!("panel/users/{}/erasure", api::query(&user.id));
            api::send_for(&path, &EraseRequest { name: text }).await?;
            Ok(re().erasing)
        }
    }
}

#[component]
pub fn Dialog(chosen: RwSignal<Option<Act>>, done: Callback<()>) -> impl IntoView {
    let app = app();
    let form = Form {
        text: RwSignal::new(String::new()),
        conversation: RwSignal::new(String::new()),
        days: RwSignal::new(None),
    };
    let problem = RwSignal::new(None::<ProblemBody>);
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(Act::Rule(rule, _)) = chosen.get() {
            form.days.set(rule.days.map(|days| days.to_string()));
        }
    });
    let close = move || {
        form.clear();
        let _ = problem.try_set(None);
        let _ = asked.try_set(false);
        let _ = chosen.try_set(None);
    };
    let go = Callback::new(move |()| {
        let Some(act) = chosen.get_untracked() else { return };
        let (text, conversation) = (form.text.get_untracked(), form.conversation.get_untracked());
        let days = untrack(|| form.number());
        busy.set(true);
        spawn_local(async move {
            let outcome = perform(act, text, conversation, days).await;
            let _ = busy.try_set(false);
            let _ = problem.try_set(None);
            match outcome {
                Ok(said) => {
                    app.toast(said);
                    close();
                    done.try_run(());
                }
                Err(refused) if helps(&refused) => _ = asked.try_set(true),
                Err(refused) => _ = problem.try_set(Some(refused)),
            }
        });
    });
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        go.run(());
    };
    let ready = move || chosen.with(|act| act.as_ref().is_some_and(|act| form.is_ready(act))) && !busy.get();
    let shown = move || chosen.get().map(|act| words(&act));
    view! {
        <Modal open=Signal::derive(move || chosen.with(Option::is_some)) titled="va-act-title" on_close=Callback::new(move |()| close())>
            <form on:submit=submit>
                <h2 id="va-act-title">{move || shown().map(|(title, ..)| title)}</h2>
                <p>{move || shown().map(|(_, detail, _)| detail)}</p>
                {move || chosen.get().map(|act| view! { <Fields act form /> })}
                {move || problem.get().map(|problem| view! { <Problem problem /> })}
                <div class="va-dialog-buttons">
                    <button type="button" class="va-button" on:click=move |_| close()>{t().cancel}</button>
                    <button
                        type="submit"
                        class="va-button"
                        class:danger=move || chosen.with(|act| matches!(act, Some(Act::Erase(_))))
                        class:primary=move || chosen.with(|act| !matches!(act, Some(Act::Erase(_))))
                        disabled=move || !ready()
                    >{move || shown().map(|(.., button)| button)}</button>
                </div>
            </form>
            <Asked id="va-code-for-act" open=asked again=go />
        </Modal>
    }
}

#[component]
fn Fields(act: Act, form: Form) -> impl IntoView {
    match act {
        Act::Rule(rule, _) => view! { <RuleFields least=rule.least_days form /> }.into_any(),
        Act::Lift(_) => ().into_any(),
        Act::Erase(user) => view! {
            <div class="va-field">
                <label for="va-act-name">{fill(re().type_name, &[("user", &user.name)])}</label>
                <input id="va-act-name" class="va-wide" type="text" autocomplete="off" spellcheck="false"
                    prop:value=move || form.text.get() on:input=move |event| form.text.set(event_target_value(&event)) />
            </div>
        }
        .into_any(),
        Act::HoldConversation => view! {
            <div class="va-field">
                <label for="va-act-conversation">{re().conversation_id}" "<span class="va-quiet">{re().conversation_id_help}</span></label>
                <input id="va-act-conversation" class="va-wide" type="text" autocomplete="off" spellcheck="false"
                    prop:value=move || form.conversation.get()
                    on:input=move |event| form.conversation.set(event_target_value(&event)) />
            </div>
            <Reason form help=re().hold_reason_help />
        }
        .into_any(),
        Act::HoldUser(_) => view! { <Reason form help=re().hold_reason_help /> }.into_any(),
        Act::Export(_) => view! { <Reason form help=ct().reason_help /> }.into_any(),
    }
}

#[component]
fn Reason(form: Form, help: &'static str) -> impl IntoView {
    view! {
        <div class="va-field">
            <label for="va-act-reason">{re().reason}" "<span class="va-quiet">{help}</span></label>
            <textarea id="va-act-reason" class="va-wide" rows="3" maxlength="500" prop:value=move || form.text.get()
                on:input=move |event| form.text.set(event_target_value(&event))></textarea>
        </div>
    }
}
