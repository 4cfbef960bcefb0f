//! The frame of every page: head, header bar with apps and bell, policies (nextcloud.md 1.1, 10).

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Inner;
use super::auth::{SESSION, request_token};
use super::call::{Call, answer, escape};
use super::locked;
use super::state::State;
use super::theme::{THEMES, links};

const CSS: &str = include_str!("web/server.css");

pub(crate) struct Page<'a> {
    pub title: &'a str,
    /// Name of the top-menu entry that is open; empty for Files.
    pub active: &'a str,
    /// Inside head, after the server's own.
    pub head: String,
    /// Inside body, after the header.
    pub body: String,
    pub nonce: String,
}

/// A nonce of its own for each page.
pub(crate) fn nonce(inner: &Inner) -> String {
    STANDARD.encode(format!("double-nonce-{:020}", inner.request_number()))
}

/// 1.1, to the letter.
fn policy(nonce: &str, host: &str) -> String {
    format!(
        "default-src 'none';base-uri 'none';manifest-src 'self';\
         script-src 'nonce-{nonce}' {host} 'unsafe-eval' 'unsafe-inline';\
         script-src-elem 'strict-dynamic' 'nonce-{nonce}' {host} 'unsafe-eval' 'unsafe-inline';\
         style-src 'self' 'unsafe-inline';img-src 'self' data: blob: https://*.tile.openstreetmap.org;\
         font-src 'self' data:;connect-src 'self';media-src 'self';frame-src 'self' {host};frame-ancestors 'self';\
         worker-src 'self';form-action 'self'"
    )
}

const FEATURES: &str =
    "autoplay 'self';camera 'none';fullscreen 'self';geolocation 'none';microphone 'none';payment 'none'";

pub(crate) fn render(inner: &Inner, call: &Call, uid: Option<&str>, page: &Page<'_>) -> Response {
    let asked = call.query("theme").filter(|theme| THEMES.contains(&theme.as_str()));
    let kept = call
        .cookie("double_theme")
        .filter(|theme| THEMES.contains(theme))
        .map(str::to_owned);
    let theme = asked.clone().or(kept).unwrap_or_else(|| "default".to_owned());
    let (language, header) = {
        let state = locked(inner);
        let language = uid
            .and_then(|uid| state.users.get(uid))
            .map_or("en", |user| user.language.as_str());
        (
            language.to_owned(),
            uid.map_or_else(String::new, |uid| header(&state, uid, page.active)),
        )
    };
    let token = call.cookie(SESSION).map(request_token).unwrap_or_default();
    let body = format!(
        "<!DOCTYPE html>\n<html class=\"ng-csp\" data-placeholder-focus=\"false\" lang=\"{language}\" \
         data-locale=\"{language}\" translate=\"no\">\n<head data-requesttoken=\"{token}\">\n<meta charset=\"utf-8\">\n\
         <title>{} - Nextcloud</title>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1.0\">\n\
         <meta name=\"csp-nonce\" nonce=\"{}\">\n{}<style>{CSS}</style>\n{}</head>\n\
         <body id=\"body-user\" data-theme-{theme} data-themes=\"{theme}\">\n\
         <div id=\"skip-actions\"><a href=\"#app-content\">Skip to main content</a></div>\n{header}{}\n</body>\n</html>\n",
        escape(page.title),
        page.nonce,
        links(),
        page.head,
        page.body,
    );
    let host = call.header("host").unwrap_or("localhost");
    let policy = policy(&page.nonce, host);
    let cookie = asked.map(|theme| format!("double_theme={theme}; Path=/; SameSite=Lax"));
    let mut headers = vec![
        ("content-type", "text/html; charset=UTF-8"),
        ("content-security-policy", policy.as_str()),
        ("feature-policy", FEATURES),
        ("cache-control", "no-cache, no-store, must-revalidate"),
        ("x-frame-options", "SAMEORIGIN"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
    ];
    headers.extend(cookie.iter().map(|cookie| ("set-cookie", cookie.as_str())));
    answer(200, &headers, body)
}

fn header(state: &State, uid: &str, active: &str) -> String {
    let app = &state.app.spec.id;
    let mut menu = entry("/index.php/apps/files/", "Files", active.is_empty(), "");
    if state.app.enabled {
        for one in &state.app.registered.top_menus {
            let admins = one["adminRequired"].as_i64() == Some(1) || one["adminRequired"].as_bool() == Some(true);
            if admins && !state.is_admin(uid) {
                continue;
            }
            let name = one["name"].as_str().unwrap_or_default();
            let icon = one["icon"].as_str().filter(|icon| !icon.is_empty());
            let icon = icon.map_or_else(String::new, |icon| {
                format!(
                    "<img src=\"/index.php/apps/app_api/proxy/{app}/{}\" alt=\"\" width=\"20\" height=\"20\">",
                    escape(icon)
                )
            });
            let target = format!("/index.php/apps/app_api/embedded/{app}/{}", escape(name));
            menu.push_str(&entry(
                &target,
                one["displayName"].as_str().unwrap_or(name),
                name == active,
                &icon,
            ));
        }
    }
    let list: String = state
        .notifications
        .iter()
        .filter(|notification| notification.user == uid)
        .map(|notification| {
            let parts = &notification.params["subject_params"];
            let subject = filled(parts, "rich_subject");
            let message = filled(parts, "rich_message");
            let link = parts["link"].as_str().unwrap_or_default();
            let subject = if link.is_empty() {
                subject
            } else {
                format!("<a href=\"{}\">{subject}</a>", escape(link))
            };
            format!("<li class=\"notification\"><strong>{subject}</strong><p>{message}</p></li>")
        })
        .collect();
    let count = list.matches("<li").count();
    format!(
        "<header id=\"header\"><a href=\"/index.php/apps/files/\" id=\"nextcloud\" aria-label=\"Nextcloud\">Nextcloud</a>\
         <nav id=\"header-menu\" aria-label=\"Applications menu\"><ul>{menu}</ul></nav><div class=\"header-end\">\
         <details id=\"notifications\"><summary aria-label=\"Notifications\">Notifications ({count})</summary>\
         <ul>{list}</ul></details><span id=\"user-menu\">{}</span><a id=\"logout\" href=\"/index.php/logout\">Log out</a>\
         </div></header>\n",
        escape(state.users.get(uid).map_or(uid, |user| user.display.as_str()))
    )
}

fn entry(target: &str, name: &str, active: bool, icon: &str) -> String {
    let current = if active { " aria-current=\"page\"" } else { "" };
    format!(
        "<li class=\"app-menu-entry\"><a href=\"{target}\"{current}>{icon}<span>{}</span></a></li>",
        escape(name)
    )
}

/// A rich text with its `{placeholders}` filled by names.
fn filled(parts: &serde_json::Value, key: &str) -> String {
    let mut text = parts[key].as_str().unwrap_or_default().to_owned();
    if let Some(params) = parts[format!("{key}_params")].as_object() {
        for (name, value) in params {
            text = text.replace(&format!("{{{name}}}"), value["name"].as_str().unwrap_or_default());
        }
    }
    escape(&text)
}
