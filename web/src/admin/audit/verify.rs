//! The button that verifies, and what came out.

use api_types::{AuditVerdict, ProblemBody};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api, dom, format,
    texts::{au, fill, in_english},
    ui::{icon::Icon, problem::Problem},
};

const OUTCOME: &str = "va-audit-verdict";

#[component]
pub fn Verify() -> impl IntoView {
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<AuditVerdict, ProblemBody>>);
    let verify = Callback::new(move |()| {
        busy.set(true);
        outcome.set(None);
        spawn_local(async move {
            let said = api::post("admin/audit/verify", &()).await;
            let _ = busy.try_set(false);
            let _ = outcome.try_set(Some(said));
            dom::focus_soon(OUTCOME);
        });
    });
    view! {
        <section aria-labelledby="va-audit-verify">
            <h2 id="va-audit-verify">{au().verify}</h2>
            <p class="va-intro">{au().verify_note}</p>
            <p><button class="va-button primary" disabled=move || busy.get() on:click=move |_| verify.run(())>
                <Icon name="shield" />{move || if busy.get() { au().verifying } else { au().verify }}
            </button></p>
            {move || outcome.get().map(|outcome| match outcome {
                Ok(verdict) => view! { <Verdict verdict /> }.into_any(),
                Err(problem) => view! { <Problem problem retry=verify /> }.into_any(),
            })}
        </section>
    }
}

#[component]
fn Verdict(verdict: AuditVerdict) -> impl IntoView {
    let entry = |number: i64| format::count(number);
    if verdict.holds {
        let detail = fill(
            au().holds_detail,
            &[
                ("count", &entry(verdict.entries)),
                ("entry", &entry(verdict.signed)),
                ("time", &format::duration(verdict.milliseconds)),
            ],
        );
        let copied = verdict
            .copied
            .map(|copied| fill(au().copy_agrees, &[("entry", &entry(copied))]));
        return view! {
            <div id=OUTCOME class="va-note" tabindex="-1" role="status"><Icon name="check" /><div>
                <strong>{au().holds}</strong><p>{detail}</p>{copied.map(|text| view! { <p>{text}</p> })}
                {verdict.head.map(|head| view! { <p>{au().head}": "<code>{head}</code></p> })}
            </div></div>
        }
        .into_any();
    }
    view! {
        <div id=OUTCOME class="va-note bad" tabindex="-1" role="alert"><Icon name="warning" /><div>
            <strong>{fill(au().broken, &[("entry", &entry(verdict.bad_entry.unwrap_or_default()))])}</strong>
            <p lang=in_english()>{verdict.reason}</p>
        </div></div>
    }
    .into_any()
}
