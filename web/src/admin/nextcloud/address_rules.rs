//! Whether rules of File Access Control look at the reader's address or browser, which only people here know.

use api_types::{AddressRules, DeclareAddressRules};
use leptos::{prelude::*, task::spawn_local};

use crate::{api, state::app, texts::nc};

#[component]
pub fn Declaration(declared: AddressRules) -> impl IntoView {
    let app = app();
    let chosen = RwSignal::new(declared);
    let choose = move |declared: AddressRules| {
        let before = chosen.get_untracked();
        chosen.set(declared);
        spawn_local(async move {
            match api::set("admin/address-rules", &DeclareAddressRules { declared }).await {
                Ok(()) => app.toast(nc().address_saved),
                Err(problem) => {
                    let _ = chosen.try_set(before);
                    app.fail(&problem);
                }
            }
        });
    };
    let choices = [
        (AddressRules::None, nc().address_none, nc().address_none_detail),
        (AddressRules::Exist, nc().address_exist, nc().address_exist_detail),
        (AddressRules::Unknown, nc().address_unknown, nc().address_unknown_detail),
    ];
    view! {
        <h3 id="va-address-rules">{nc().address_rules}</h3>
        <p class="va-intro">{nc().address_rules_intro}</p>
        <div role="radiogroup" aria-labelledby="va-address-rules" class="va-choices">
            {choices.into_iter().map(|(value, title, detail)| view! {
                <label>
                    <input
                        type="radio"
                        name="va-address-rules"
                        prop:checked=move || chosen.get() == value
                        on:change=move |_| choose(value)
                    />
                    <span><strong>{title}</strong><span class="va-quiet">{detail}</span></span>
                </label>
            }).collect_view()}
        </div>
    }
}
