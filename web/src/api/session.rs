//! Keeping a session: the next pair of tokens when the access token has expired, and the proof of a second factor.

use std::cell::RefCell;

use api_types::ProblemBody;
use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCredentials, RequestInit, Response};

use super::problem;
use crate::base;

thread_local! {
    /// The refresh under way: everyone who meets an expired token waits for the same one.
    static REFRESHING: RefCell<Option<Promise>> = const { RefCell::new(None) };
    /// Inside Nextcloud, what the last code was exchanged for. Never kept anywhere else.
    static PROOF: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Fetches the next pair of tokens.
///
/// # Errors
/// Why the session is over; none where that is not known.
pub async fn refresh() -> Result<(), Option<ProblemBody>> {
    // Nextcloud keeps the session there.
    if base::webroot().is_some() {
        return Err(None);
    }
    let promise = REFRESHING.with_borrow_mut(|under_way| under_way.get_or_insert_with(send).clone());
    let answer = JsFuture::from(promise).await;
    REFRESHING.with_borrow_mut(|under_way| *under_way = None);
    let response: Response = answer.map_err(|_| None)?.unchecked_into();
    if response.ok() {
        return Ok(());
    }
    // Its body is read by everyone who waited.
    let own = response.clone().map_err(|_| None)?;
    Err(Some(problem::read(&own).await))
}

fn send() -> Promise {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_credentials(RequestCredentials::SameOrigin);
    if let Ok(headers) = Headers::new() {
        let _ = headers.set("x-requested-with", "voiceassist");
        init.set_headers(&headers);
    }
    window().fetch_with_str_and_init(&base::api("session/refresh"), &init)
}

/// Keeps what a code was exchanged for, until the page is left.
pub fn keep_proof(proof: Option<String>) {
    PROOF.with_borrow_mut(|kept| *kept = proof);
}

pub fn proof() -> Option<String> {
    PROOF.with_borrow(Clone::clone)
}
