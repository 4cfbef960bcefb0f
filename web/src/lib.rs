//! The browser side of VoiceAssist: one page for clinicians and admins, drawn in the browser.
//!
//! Everything it knows comes from the API; everything it shows is set as text, never as markup.

mod admin;
mod api;
mod app;
mod base;
mod calculate;
mod chat;
mod documents;
mod dom;
mod format;
mod route;
mod shell;
mod state;
mod texts;
mod ui;
mod viewer;

use leptos::mount::mount_to;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

/// Draws the page into `root`.
///
/// `page` is the address that `api/v1/` is relative to, `assets` the folder of this bundle; both end with a slash.
#[wasm_bindgen]
pub fn start(page: String, assets: String, root: HtmlElement) {
    std::panic::set_hook(Box::new(|panic| dom::log_error(&panic.to_string())));
    base::set(page, assets);
    mount_to(root, app::App).forget();
}
