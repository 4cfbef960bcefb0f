//! One conversation in the list: open, rename in place, delete.

use api_types::{ConversationInfo, RenameConversation};
use leptos::{html::Input, prelude::*, task::spawn_local};

use crate::{
    api, dom, format,
    route::Route,
    state::app,
    texts::{fill, t},
    ui::icon::Icon,
};

#[component]
pub fn ConversationRow(info: ConversationInfo, delete: Callback<ConversationInfo>) -> impl IntoView {
    let app = app();
    let renaming = RwSignal::new(false);
    let field = NodeRef::<Input>::new();
    let info = StoredValue::new(info);
    let id = info.with_value(|info| info.id.clone());
    let button = format!("va-rename-{id}");
    let route = Route::Chat(Some(id));
    let href = route.hash();
    let here = move || app.route.with(|current| *current == route);

    Effect::new(move |_| {
        if renaming.get()
            && let Some(field) = field.get()
        {
            let _ = field.focus();
            field.select();
        }
    });
    let button_id = button.clone();
    let close = move || {
        renaming.set(false);
        dom::focus_soon(button_id.clone());
    };
    let cancel = close.clone();
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let title = field
            .get_untracked()
            .map(|field| field.value().trim().to_owned())
            .unwrap_or_default();
        close();
        let (id, before) = info.with_value(|info| (info.id.clone(), info.title.clone()));
        if title.is_empty() || title == before {
            return;
        }
        spawn_local(async move {
            let body = RenameConversation {
                title: title.chars().take(200).collect(),
            };
            match api::put::<_, ConversationInfo>(&format!("conversations/{id}"), &body).await {
                Ok(_) => {
                    app.load_conversations().await;
                    app.say(t().renamed);
                    dom::focus_soon(format!("va-rename-{id}"));
                }
                Err(problem) => app.fail(&problem),
            }
        });
    };
    let title = move || info.with_value(|info| info.title.clone());
    view! {
        <li>
            <Show
                when=move || renaming.get()
                fallback=move || view! {
                    <div class="va-conversation">
                        <a href=href.clone() aria-current={let here = here.clone(); move || here().then_some("page")}>
                            <span class="va-conversation-title">{title()}</span>
                            <span class="va-quiet">{info.with_value(|info| format::moment(info.updated_at))}</span>
                        </a>
                        <div class="va-conversation-tools">
                            <button
                                id=button.clone()
                                class="va-icon-button"
                                aria-label=fill(t().rename_conversation, &[("title", &title())])
                                title=t().rename
                                on:click=move |_| renaming.set(true)
                            >
                                <Icon name="edit" />
                            </button>
                            <button
                                class="va-icon-button"
                                aria-label=fill(t().delete_conversation, &[("title", &title())])
                                title=t().delete
                                on:click=move |_| delete.run(info.get_value())
                            >
                                <Icon name="delete" />
                            </button>
                        </div>
                    </div>
                }
            >
                <form class="va-rename" on:submit=save.clone()>
                    <input
                        node_ref=field
                        type="text"
                        maxlength="200"
                        aria-label=t().new_title
                        value=title()
                        on:keydown={
                            let cancel = cancel.clone();
                            move |event| {
                                if event.key() == "Escape" {
                                    event.stop_propagation();
                                    cancel();
                                }
                            }
                        }
                    />
                    <button class="va-icon-button" type="submit" aria-label=t().save title=t().save>
                        <Icon name="check" />
                    </button>
                </form>
            </Show>
        </li>
    }
}
