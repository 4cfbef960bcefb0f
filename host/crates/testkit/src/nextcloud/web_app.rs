//! Signing in and out, and the page that embeds the app (nextcloud.md 1.1, 1.3).

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::auth::{INSTANCE, SESSION};
use super::call::{Call, answer, escape, html, redirect};
use super::page::{Page, nonce, render};
use super::{Inner, locked};

pub(crate) fn login(inner: &Inner, call: &Call) -> Response {
    if call.method == http::Method::POST {
        return sign_in(inner, call);
    }
    let target = call.query("redirect_url").unwrap_or_default();
    form(inner, call, &target, "")
}

fn form(inner: &Inner, call: &Call, target: &str, note: &str) -> Response {
    let body = format!(
        "<main class=\"guest\"><h1>Log in to Nextcloud</h1><p role=\"alert\">{}</p>\
         <form method=\"post\" action=\"/index.php/login\"><input type=\"hidden\" name=\"redirect_url\" value=\"{}\">\
         <label>Account name or email <input name=\"user\" id=\"user\" autocomplete=\"username\" required></label>\
         <label>Password <input name=\"password\" id=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>\
         <p><button type=\"submit\">Log in</button></p></form></main>",
        escape(note),
        escape(target)
    );
    let page = Page {
        title: "Login",
        active: "",
        head: String::new(),
        body,
        nonce: nonce(inner),
    };
    render(inner, call, None, &page)
}

fn sign_in(inner: &Inner, call: &Call) -> Response {
    let params = call.params();
    let field = |name: &str| params[name].as_str().unwrap_or_default().to_owned();
    let name = if params["user"].is_string() {
        field("user")
    } else {
        field("name")
    };
    let session = {
        let mut state = locked(inner);
        state.knows(&name, &field("password")).then(|| {
            let session = format!("session{:08}{}", inner.request_number(), state.next_etag());
            state.sessions.insert(session.clone(), name.clone());
            session
        })
    };
    let Some(session) = session else {
        return form(inner, call, &field("redirect_url"), "Wrong login or password.");
    };
    let wanted = field("redirect_url");
    let own = wanted.starts_with('/') && !wanted.starts_with("//");
    let target = if own {
        wanted
    } else {
        "/index.php/apps/files/".to_owned()
    };
    let flags = "; path=/; HttpOnly; SameSite=Lax";
    answer(
        303,
        &[
            ("location", &target),
            ("set-cookie", &format!("{SESSION}={session}{flags}")),
            ("set-cookie", &format!("{INSTANCE}=php{session}{flags}")),
        ],
        "",
    )
}

pub(crate) fn logout(inner: &Inner, call: &Call) -> Response {
    if let Some(session) = call.cookie(SESSION) {
        locked(inner).sessions.remove(session);
    }
    let gone = format!("{SESSION}=; path=/; Max-Age=0");
    answer(303, &[("location", "/index.php/login"), ("set-cookie", &gone)], "")
}

/// `/apps/app_api/embedded/{app}/{name}[/{anything}]`.
pub(crate) fn embedded(inner: &Inner, call: &Call) -> Response {
    let rest = call.path.strip_prefix("/apps/app_api/embedded/").unwrap_or_default();
    let mut parts = rest.split('/');
    let (app, name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let uid = locked(inner).session(call);
    let Some(uid) = uid else {
        return redirect(303, &format!("/index.php/login?redirect_url=/index.php{}", call.path));
    };
    let nonce = nonce(inner);
    let found = {
        let state = locked(inner);
        let registered = &state.app.registered;
        let menu = registered
            .top_menus
            .iter()
            .find(|menu| menu["name"].as_str() == Some(name));
        let admins = menu.is_some_and(|menu| {
            menu["adminRequired"].as_i64() == Some(1) || menu["adminRequired"] == Value::Bool(true)
        });
        let known = app == state.app.spec.id && state.app.enabled && (!admins || state.is_admin(&uid));
        menu.filter(|_| known).map(|menu| {
            let version = &state.app.spec.version;
            let own = |list: &[Value]| -> Vec<Value> {
                let mine = |entry: &&Value| entry["type"] == "top_menu" && entry["name"].as_str() == Some(name);
                list.iter().filter(mine).cloned().collect()
            };
            let mut head = String::new();
            for style in own(&registered.styles) {
                let path = style["path"].as_str().unwrap_or_default();
                head.push_str(&format!(
                    "<link rel=\"stylesheet\" href=\"/index.php/apps/app_api/proxy/{app}/{path}.css?v={version}\">\n"
                ));
            }
            for script in own(&registered.scripts) {
                let path = script["path"].as_str().unwrap_or_default();
                head.push_str(&format!(
                    "<script nonce=\"{nonce}\" defer src=\"/index.php/apps/app_api/proxy/{app}/{path}.js?v={version}\"></script>\n"
                ));
            }
            let mut inputs = String::new();
            for state in own(&registered.initial_states) {
                // 1.1: the JSON is a string that contains JSON.
                let twice = Value::String(state["value"].to_string()).to_string();
                inputs.push_str(&format!(
                    "<input type=\"hidden\" id=\"initial-state-app_api-{}\" value=\"{}\">\n",
                    state["key"].as_str().unwrap_or_default(),
                    STANDARD.encode(twice)
                ));
            }
            let title = menu["displayName"].as_str().unwrap_or(name).to_owned();
            (title, head, format!("<div id=\"content\"></div>\n{inputs}"))
        })
    };
    let Some((title, head, body)) = found else {
        return html(404, "<h1>Page not found</h1>".to_owned());
    };
    let page = Page {
        title: &title,
        active: name,
        head,
        body,
        nonce,
    };
    render(inner, call, Some(&uid), &page)
}
