//! Installs a package file: chosen, or dropped anywhere on the page.

use api_types::{PinPublisher, PluginInstalled, ProblemBody};
use leptos::{html::Input, prelude::*, task::spawn_local};
use web_sys::File;

use super::board::Board;
use crate::{
    api::upload::upload,
    dom, format,
    route::{Admin, Route},
    state::app,
    texts::{fill, in_english, pl},
    ui::icon::Icon,
};

#[derive(Clone, PartialEq)]
enum Step {
    Idle,
    Sending { name: String, share: f32 },
    Installed(PluginInstalled),
    Refused { name: String, problem: ProblemBody },
}

/// The publisher that a refusal names by the command that would trust it.
fn suggested(detail: &str) -> Option<PinPublisher> {
    let (_, rest) = detail.split_once("voiceassist plugin trust ")?;
    let mut words = rest
        .split(|c: char| c.is_whitespace() || c == '`')
        .filter(|word| !word.is_empty());
    let (name, key) = (words.next()?, words.next()?);
    let key: String = key.chars().take_while(char::is_ascii_hexdigit).collect();
    (key.len() == 64).then(|| PinPublisher {
        name: name.to_owned(),
        key,
    })
}

#[component]
pub fn Install(board: Board) -> impl IntoView {
    let app = app();
    let step = RwSignal::new(Step::Idle);
    let send = move |file: File| {
        let name = file.name();
        step.set(Step::Sending {
            name: name.clone(),
            share: 0.0,
        });
        spawn_local(async move {
            let progress = {
                let name = name.clone();
                move |share| {
                    let name = name.clone();
                    let _ = step.try_set(Step::Sending { name, share });
                }
            };
            let outcome = upload::<PluginInstalled>("admin/plugins", &file, progress).await;
            let _ = step.try_set(match outcome {
                Ok(installed) => Step::Installed(installed),
                Err(problem) => Step::Refused { name, problem },
            });
            dom::focus_soon("va-install-outcome");
            board.load();
        });
    };
    Effect::new(move |_| {
        if let Some(file) = app.package.get() {
            app.package.set(None);
            send(file);
        }
    });
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            send(file);
        }
        // The same file chosen again shall be sent again.
        input.set_value("");
    };
    let busy = move || step.with(|step| matches!(step, Step::Sending { .. }));
    view! {
        <section aria-labelledby="va-install">
            <h2 id="va-install">{pl().install}</h2>
            <p class="va-intro">{pl().install_intro}</p>
            <div class="va-row">
                <label class="va-button primary va-file">
                    <Icon name="upload" />{pl().choose_package}
                    <input node_ref=input id="va-package" class="va-unseen" type="file" accept=".vaplugin" disabled=busy on:change=chosen />
                </label>
            </div>
            {move || match step.get() {
                Step::Idle => None,
                Step::Sending { name, share } => Some(view! { <Sending name share /> }.into_any()),
                Step::Installed(installed) => Some(view! { <Installed installed /> }.into_any()),
                Step::Refused { name, problem } => Some(view! { <Refused board name problem /> }.into_any()),
            }}
        </section>
    }
}

#[component]
fn Sending(name: String, share: f32) -> impl IntoView {
    let text = if share < 1.0 {
        fill(pl().sending, &[("name", &name), ("share", &format::share(share))])
    } else {
        fill(pl().trying, &[("name", &name)])
    };
    view! { <p class="va-stage" role="status"><span class="va-spinner" aria-hidden="true"></span>{text}</p> }
}

#[component]
fn Installed(installed: PluginInstalled) -> impl IntoView {
    let names = [("id", installed.id.as_str()), ("version", installed.version.as_str())];
    let text = fill(
        if installed.active {
            pl().now_runs
        } else {
            pl().now_waits
        },
        &names,
    );
    let href = Route::Admin(Admin::Plugins(Some(installed.id.clone()))).hash();
    let link = if installed.active {
        pl().show_plugin
    } else {
        pl().read_and_decide
    };
    view! {
        <div id="va-install-outcome" class="va-note" class:warn=!installed.active tabindex="-1" role="status">
            <Icon name=if installed.active { "check" } else { "question" } />
            <div>
                <strong>{text}</strong>
                {(!installed.widening.is_empty()).then(|| view! {
                    <p>{pl().asks_for}</p>
                    <ul class="va-plain-list" lang=in_english()>
                        {installed.widening.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                    </ul>
                })}
                <p><a href=href>{link}</a></p>
            </div>
        </div>
    }
}

#[component]
fn Refused(board: Board, name: String, problem: ProblemBody) -> impl IntoView {
    let detail = problem.detail.unwrap_or(problem.title);
    let publisher = suggested(&detail);
    view! {
        <div id="va-install-outcome" class="va-note bad" tabindex="-1" role="alert">
            <Icon name="warning" />
            <div>
                <strong>{fill(pl().not_installed, &[("name", &name)])}</strong>
                <p class="va-words-of-server" lang=in_english()>{detail}</p>
                {publisher.map(|publisher| view! {
                    <p>{pl().untrusted_hint}</p>
                    <button class="va-button" on:click=move |_| {
                        board.pin.set(publisher.clone());
                        dom::focus_soon(super::publishers::NAME);
                    }>{pl().fill_in_publisher}</button>
                })}
            </div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::suggested;

    #[test]
    fn an_untrusted_publisher_is_taken_from_the_refusal() {
        let key = "0a".repeat(32);
        let detail = format!(
            "The package was not installed: its publisher \"lab\" is not trusted here (fingerprint 0000 1111). Compare the \
             fingerprint, then run `voiceassist plugin trust lab {key}`."
        );
        assert_eq!(
            suggested(&detail).map(|pin| (pin.name, pin.key)),
            Some(("lab".to_owned(), key))
        );
        assert_eq!(suggested("it has no vectors.json"), None);
        assert_eq!(suggested("run `voiceassist plugin trust lab 00`"), None);
    }
}
