//! Setting a second factor up: a picture for the authenticator, then its first code.

use api_types::{RecoveryCodes, SecondFactorCode, SecondFactorEnrolment};
use leptos::{prelude::*, task::spawn_local};

use super::code::{Field, tell};
use crate::{api, texts::se};

const FIELD: &str = "va-first-code";

#[component]
pub fn Enrol(enrolment: SecondFactorEnrolment, done: Callback<Vec<String>>) -> impl IntoView {
    let send = move |code: String, wrong: RwSignal<Option<String>>| {
        spawn_local(async move {
            let path = "auth/second-factor/enrolment";
            match api::put::<_, RecoveryCodes>(path, &SecondFactorCode { code }).await {
                Ok(made) => {
                    api::session::keep_proof(made.fresh.proof);
                    done.try_run(made.codes);
                }
                Err(problem) => tell(FIELD, wrong, problem),
            }
        });
    };
    // As a picture: nothing of the server's is put into the page as markup.
    let picture = format!("data:image/svg+xml,{}", api::query(&enrolment.qr_svg));
    let groups: Vec<&str> = enrolment
        .secret
        .as_bytes()
        .chunks(4)
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    view! {
        <div class="va-factor">
            <p>{se().scan}</p>
            <img class="va-qr" src=picture alt=se().picture_of_secret width="220" height="220" />
            <p>{se().by_hand}<code class="va-command">{groups.join(" ")}</code></p>
            <Field id=FIELD label=se().first_code send=Callback::new(move |(code, wrong)| send(code, wrong)) />
        </div>
    }
}
