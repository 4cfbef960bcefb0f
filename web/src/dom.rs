//! The few things asked of the browser itself.

use std::time::Duration;

use js_sys::Promise;
use leptos::prelude::{document, request_animation_frame, set_timeout, window};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition, Url};

use crate::api::{self, ProblemBody};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    pub fn log_error(text: &str);
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub fn now_ms() -> f64;
}

pub async fn sleep(ms: i32) {
    let promise = Promise::new(&mut |resolve, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
    });
    let _ = JsFuture::from(promise).await;
}

/// Lets the browser save the body of a response as a file of this name.
///
/// # Errors
/// The connection broke before its end.
pub async fn save(response: web_sys::Response, name: &str) -> Result<(), ProblemBody> {
    let blob = response.blob().map_err(|_| api::unreadable())?;
    let blob = JsFuture::from(blob).await.map_err(|_| api::offline())?;
    let address = Url::create_object_url_with_blob(blob.unchecked_ref()).map_err(|_| api::unreadable())?;
    if let Ok(link) = document().create_element("a") {
        let _ = link.set_attribute("href", &address);
        let _ = link.set_attribute("download", name);
        link.unchecked_ref::<HtmlElement>().click();
    }
    let _ = Url::revoke_object_url(&address);
    Ok(())
}

/// Focuses an element once the page has drawn what was just changed.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        set_timeout(
            move || {
                focus(&id);
            },
            Duration::ZERO,
        );
    });
}

/// Whether there was such an element to focus.
pub fn focus(id: &str) -> bool {
    let Some(element) = by_id(id) else { return false };
    element.focus().is_ok()
}

/// Focuses the first of these elements that takes the focus: one that is hidden does not.
pub fn focus_first_soon(ids: &'static [&'static str]) {
    request_animation_frame(move || {
        ids.iter().find(|id| focus(id) && has_focus(id));
    });
}

/// Whether the focus is on this element or in it.
pub fn has_focus(id: &str) -> bool {
    let active = document().active_element();
    by_id(id).is_some_and(|element| active.is_some_and(|active| element.contains(Some(&active))))
}

/// Id of what has the focus.
pub fn focused() -> Option<String> {
    let id = document().active_element()?.id();
    (!id.is_empty()).then_some(id)
}

/// Gives the focus back to what had it, once the page is drawn anew, when its element was replaced; to the page when
/// there is no such element any more.
pub fn focus_again(id: Option<String>) {
    let Some(id) = id else { return };
    request_animation_frame(move || {
        if document()
            .active_element()
            .is_none_or(|element| element.tag_name() == "BODY")
        {
            let _ = focus(&id) || focus("app-content");
        }
    });
}

pub fn by_id(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Whether the page lies within an element of this kind.
pub fn within(selector: &str) -> bool {
    let root = by_id("voiceassist");
    root.is_some_and(|root| root.closest(selector).ok().flatten().is_some())
}

pub fn matches(query: &str) -> bool {
    window()
        .match_media(query)
        .ok()
        .flatten()
        .is_some_and(|list| list.matches())
}

/// Scrolls an element into view; jumps when the reader asked for reduced motion.
pub fn reveal(element: &web_sys::Element, block: ScrollLogicalPosition, smooth: bool) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(block);
    options.set_inline(ScrollLogicalPosition::Nearest);
    let still = !smooth || matches("(prefers-reduced-motion: reduce)");
    options.set_behavior(if still {
        ScrollBehavior::Instant
    } else {
        ScrollBehavior::Smooth
    });
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// A random identifier: 32 hexadecimal digits.
pub fn random_id() -> String {
    let mut bytes = [0u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Nextcloud's proof that a request comes from its own page, where the page is one of Nextcloud's.
pub fn request_token() -> Option<String> {
    let head = document().query_selector("head").ok().flatten()?;
    head.get_attribute("data-requesttoken")
        .filter(|token| !token.is_empty())
}

/// The language of the page: Nextcloud states its user's, a page of our own takes the browser's.
pub fn language(embedded: bool) -> String {
    if embedded {
        let page = document().document_element();
        return page.and_then(|page| page.get_attribute("lang")).unwrap_or_default();
    }
    window().navigator().language().unwrap_or_default()
}

/// Text kept for this tab until it is closed.
pub fn kept(key: &str) -> Option<String> {
    window().session_storage().ok().flatten()?.get_item(key).ok().flatten()
}

pub fn keep(key: &str, text: &str) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(key, text);
    }
}

/// Puts text on the clipboard; false when the browser refuses.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}
