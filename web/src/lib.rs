//! The browser side of VoiceAssist: one page for clinicians and admins, drawn in the browser.
//!
//! Everything it knows comes from the API; everything it shows is set as text, never as markup.

mod activity;
mod admin;
mod api;
mod app;
mod base;
mod calculate;
mod chat;
mod context;
mod documents;
mod dom;
mod format;
mod route;
mod security;
mod shell;
mod state;
mod texts;
mod tools;
mod ui;
mod viewer;
mod voice;

use js_sys::{Promise, Reflect};
use leptos::{mount::mount_to, prelude::document, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

/// Draws the page into `root`.
///
/// `page` is the address that `api/v1/` is relative to, `assets` the folder of this bundle; both end with a slash.
/// Inside Nextcloud `nextcloud` is `{ app, webroot, streams }`: our id there, Nextcloud's path, and a promise of
/// whether streams pass unhindered.
#[wasm_bindgen]
pub fn start(page: String, assets: String, root: HtmlElement, nextcloud: JsValue) {
    let text = |name: &str| {
        Reflect::get(&nextcloud, &name.into())
            .ok()
            .and_then(|value| value.as_string())
    };
    let host = text("app")
        .zip(text("webroot"))
        .map(|(app, webroot)| base::Nextcloud { webroot, app });
    base::set(page, assets, host);
    prepare(&dom::language(base::embedded()));
    mount_to(root, app::App).forget();
    if let Ok(streams) = Reflect::get(&nextcloud, &"streams".into())
        && let Ok(streams) = streams.dyn_into::<Promise>()
    {
        spawn_local(async move {
            let pass = JsFuture::from(streams).await;
            base::poll(pass.is_ok_and(|pass| pass == JsValue::FALSE));
        });
    }
}

/// Draws the voice window into `root`; addresses as for [`start`], `language` as the page that opened the window has it.
#[wasm_bindgen]
pub fn talk(page: String, assets: String, root: HtmlElement, language: String) {
    base::set(page, assets, None);
    prepare(&language);
    mount_to(root, voice::window::VoiceWindow).forget();
}

fn prepare(language: &str) {
    std::panic::set_hook(Box::new(|panic| dom::log_error(&panic.to_string())));
    activity::notice();
    let language = texts::Language::of(language);
    texts::speak(language);
    if let (false, Some(page)) = (base::embedded(), document().document_element()) {
        let _ = page.set_attribute("lang", language.tag());
    }
}
