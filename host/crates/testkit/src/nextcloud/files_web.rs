//! Previews and permanent links (permissions.md 1, 2 and 4).

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::Inner;
use super::call::{Call, answer, redirect};
use super::dav::client;
use super::locked;
use super::rules::Denial;
use super::tree::split;

/// One grey pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==";

pub(crate) fn preview(inner: &Inner, call: &Call) -> Response {
    let mut state = locked(inner);
    let who = match state.identify(call) {
        Ok(who) if who.uid().is_some() => who,
        _ => return answer(401, &[], ""),
    };
    let uid = who.uid().unwrap_or_default();
    let id = call.query("fileId").and_then(|id| id.parse().ok()).unwrap_or(0);
    let Some(seen) = state.places(uid, id).into_iter().next() else {
        return answer(404, &[], "");
    };
    // permissions.md 1: view-only without viewing 403; 2: masked 403, a name rule 200.
    let masked = state.denial(uid, &seen, &client(&state, call, &who)) == Denial::Masked;
    if masked || state.view_refused(&seen) {
        return answer(403, &[], "");
    }
    answer(
        200,
        &[("content-type", "image/png")],
        STANDARD.decode(PIXEL).unwrap_or_default(),
    )
}

/// permissions.md: `/f/{id}` is always 303, and says the folder only to whom the file is visible.
pub(crate) fn permalink(inner: &Inner, call: &Call, id: &str) -> Response {
    let mut state = locked(inner);
    let Some(uid) = state.identify(call).ok().and_then(|who| who.uid().map(str::to_owned)) else {
        return redirect(303, &format!("/index.php/login?redirect_url=/index.php/f/{id}"));
    };
    let place = id.parse().ok().and_then(|id| state.places(&uid, id).into_iter().next());
    match place {
        Some(seen) => {
            let folder = utf8_percent_encode(&split(&seen.path).0, NON_ALPHANUMERIC).to_string();
            redirect(
                303,
                &format!("/index.php/apps/files/files/{id}?dir={folder}&openfile=true"),
            )
        }
        None => redirect(303, "/index.php/apps/files/"),
    }
}
