//! Consent: what a package is for, what it asks for in plain words, and each permission to grant or refuse.

use api_types::{AdminPlugin, GrantPlugin, PluginGrant, PluginGrantKind, PluginState};
use leptos::prelude::*;

use super::board::{Board, path};
use crate::{
    api,
    texts::{fill, in_english, pl, t},
    ui::{icon::Icon, modal::Modal},
};

/// A package that waits for a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub version: String,
    digest: String,
    /// The version that runs; none for the first one.
    current: Option<String>,
    widening: Vec<String>,
    consent: Vec<String>,
    asks: Vec<Ask>,
}

#[derive(Clone, Debug, PartialEq)]
struct Ask {
    grant: PluginGrant,
    /// No version before asked for it.
    new: bool,
    /// What was once refused stays refused until a person says otherwise.
    ticked: bool,
}

impl Offer {
    pub fn of(plugin: &AdminPlugin) -> Option<Offer> {
        if let Some(upgrade) = &plugin.upgrade {
            let asks = upgrade.grants.iter().map(|grant| {
                let known = plugin
                    .grants
                    .iter()
                    .any(|one| (one.kind, &one.name) == (grant.kind, &grant.name));
                Ask {
                    grant: grant.clone(),
                    new: !known,
                    ticked: grant.granted || !known,
                }
            });
            return Some(Offer {
                version: upgrade.version.clone(),
                digest: upgrade.digest.clone(),
                current: Some(plugin.version.clone()),
                widening: upgrade.widening.clone(),
                consent: upgrade.consent.clone(),
                asks: asks.collect(),
            });
        }
        let asks = plugin.grants.iter().map(|grant| Ask {
            grant: grant.clone(),
            new: false,
            ticked: true,
        });
        (plugin.state == PluginState::Waiting).then(|| Offer {
            version: plugin.version.clone(),
            digest: plugin.digest.clone(),
            current: None,
            widening: Vec::new(),
            consent: plugin.consent.clone(),
            asks: asks.collect(),
        })
    }
}

/// Consent to exactly these permissions of a package.
pub fn request<'a>(digest: &str, granted: impl IntoIterator<Item = &'a PluginGrant>) -> GrantPlugin {
    let mut request = GrantPlugin {
        digest: digest.to_owned(),
        http: Vec::new(),
        credentials: Vec::new(),
        files: Vec::new(),
    };
    for grant in granted {
        match grant.kind {
            PluginGrantKind::Http => &mut request.http,
            PluginGrantKind::Credential => &mut request.credentials,
            PluginGrantKind::Files => &mut request.files,
        }
        .push(grant.name.clone());
    }
    request
}

/// A permission in words, and what exactly it names.
pub fn words(grant: &PluginGrant) -> (String, String) {
    let text = match grant.kind {
        PluginGrantKind::Http => pl().grant_http,
        PluginGrantKind::Credential => pl().grant_credential,
        PluginGrantKind::Files => pl().grant_files,
    };
    let exactly = match grant.name.strip_prefix("config:") {
        Some(setting) => fill(pl().address_in_setting, &[("setting", setting)]),
        None => grant.name.clone(),
    };
    // An origin without a title of its own is called by its host.
    let title = grant.title.trim_start_matches("https://");
    (fill(text, &[("title", title)]), exactly)
}

#[component]
pub fn Consent(
    board: Board,
    plugin: Memo<AdminPlugin>,
    offer: Offer,
    #[prop(into)] open: Signal<bool>,
    close: Callback<()>,
) -> impl IntoView {
    let about = plugin.get_untracked();
    let ticks: Vec<(Ask, RwSignal<bool>)> = offer
        .asks
        .into_iter()
        .map(|ask| (ask.clone(), RwSignal::new(ask.ticked)))
        .collect();
    let names = [("title", about.title.as_str()), ("version", offer.version.as_str())];
    let title = fill(pl().allow_question, &names);
    let agree = match &offer.current {
        None => pl().allow_and_switch_on.to_owned(),
        Some(_) => fill(pl().allow_and_update, &[("version", &offer.version)]),
    };
    let done = fill(
        if about.state == PluginState::Off {
            pl().allowed_off
        } else {
            pl().allowed
        },
        &names,
    );
    let allow = {
        let (ticks, digest, id) = (ticks.clone(), offer.digest.clone(), about.id.clone());
        move |_| {
            let granted: Vec<PluginGrant> = ticks
                .iter()
                .filter(|(_, ticked)| ticked.get_untracked())
                .map(|(ask, _)| ask.grant.clone())
                .collect();
            let request = request(&digest, &granted);
            let path = path(&id, "/grants");
            close.run(());
            board.change(async move { api::set(&path, &request).await }, done.clone());
        }
    };
    let asks = !ticks.is_empty();
    view! {
        <Modal open titled="va-consent-title" on_close=close>
            <h2 id="va-consent-title">{title}</h2>
            <div class="va-consent">
                <p lang=in_english()>{about.purpose.clone()}</p>
                <p class="va-quiet">
                    {fill(pl().signed_by, &[("publisher", &about.publisher)])}" "
                    <code class="va-fingerprint">{about.fingerprint.clone()}</code>
                </p>
                {(!offer.widening.is_empty()).then(|| view! {
                    <div class="va-note warn">
                        <Icon name="warning" />
                        <div>
                            <h3>{fill(pl().new_since, &[("version", offer.current.as_deref().unwrap_or_default())])}</h3>
                            <ul class="va-plain-list" lang=in_english()>
                                {offer.widening.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                            </ul>
                        </div>
                    </div>
                })}
                <h3>{pl().with_your_consent}</h3>
                <ul class="va-plain-list" lang=in_english()>
                    {offer.consent.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()}
                </ul>
                {asks.then(|| view! {
                    <fieldset class="va-consent-asks">
                        <legend>{pl().you_allow}</legend>
                        {ticks.into_iter().map(|(ask, ticked)| view! { <Tick ask ticked /> }).collect_view()}
                        <p class="va-quiet">{pl().untick_to_refuse}</p>
                    </fieldset>
                })}
            </div>
            <div class="va-dialog-buttons">
                <button class="va-button" on:click=move |_| close.run(())>{t().cancel}</button>
                <button class="va-button primary" on:click=allow>{agree}</button>
            </div>
        </Modal>
    }
}

#[component]
fn Tick(ask: Ask, ticked: RwSignal<bool>) -> impl IntoView {
    let (words, name) = words(&ask.grant);
    view! {
        <label class="va-consent-tick">
            <input
                type="checkbox"
                prop:checked=move || ticked.get()
                on:change=move |event| ticked.set(event_target_checked(&event))
            />
            <span>
                <strong>{words}</strong>
                {ask.new.then(|| view! { " "<span class="va-mark">{pl().new}</span> })}
                <code>{name}</code>
            </span>
        </label>
    }
}

#[cfg(test)]
pub mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use serde_json::{Value, json};

    use super::*;

    fn grant(kind: &str, name: &str, granted: bool) -> Value {
        json!({ "kind": kind, "name": name, "title": name, "granted": granted, "set": null })
    }

    pub fn plugin(state: &str, grants: Vec<Value>, upgrade: Value) -> AdminPlugin {
        serde_json::from_value(json!({
            "id": "pubmed", "title": "PubMed", "world": "integration", "purpose": "P", "licence": "MIT", "version": "1.0.0",
            "digest": "d1", "state": state, "reason": null, "publisher": "p", "fingerprint": "f", "bundled": false,
            "consent": ["C"], "grants": grants, "settings": [], "parts": [], "upgrade": upgrade, "previous": null,
            "calls": { "calls": 0, "errors": 0, "p50_ms": null, "p95_ms": null, "last_at": null },
            "egress": { "requests": 0, "refused": 0, "bytes_out": 0, "bytes_in": 0 }
        }))
        .unwrap()
    }

    #[test]
    fn a_first_version_asks_for_all_it_wants() {
        let asked = vec![grant("http", "https://a", false), grant("files", "notes", false)];
        let offer = Offer::of(&plugin("waiting", asked, Value::Null)).unwrap();
        assert_eq!((offer.digest.as_str(), offer.current), ("d1", None));
        assert!(offer.asks.iter().all(|ask| ask.ticked));
    }

    #[test]
    fn what_was_refused_before_an_upgrade_is_not_ticked_by_it() {
        let before = vec![grant("http", "https://a", true), grant("http", "https://b", false)];
        let after = vec![
            grant("http", "https://a", true),
            grant("http", "https://b", false),
            grant("credential", "key", false),
        ];
        let upgrade =
            json!({ "version": "2.0.0", "digest": "d2", "widening": ["W"], "consent": ["C2"], "grants": after });
        let offer = Offer::of(&plugin("running", before, upgrade)).unwrap();
        let asks: Vec<_> = offer.asks.iter().map(|ask| (ask.ticked, ask.new)).collect();
        assert_eq!(asks, [(true, false), (false, false), (true, true)]);
        assert_eq!(offer.digest, "d2");
    }

    #[test]
    fn a_running_plugin_without_an_upgrade_offers_nothing() {
        assert_eq!(Offer::of(&plugin("running", Vec::new(), Value::Null)), None);
    }

    #[test]
    fn consent_names_each_permission_under_its_kind() {
        let grants = plugin(
            "waiting",
            vec![
                grant("http", "https://a", false),
                grant("credential", "key", false),
                grant("files", "notes", false),
            ],
            Value::Null,
        )
        .grants;
        let asked = request("d", &grants);
        assert_eq!(
            (asked.http, asked.credentials, asked.files),
            (
                vec!["https://a".to_owned()],
                vec!["key".to_owned()],
                vec!["notes".to_owned()]
            )
        );
    }
}
