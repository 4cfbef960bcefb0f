//! Where the page and its files live. Behind a proxy both have a prefix, so no address is absolute.

use std::cell::RefCell;

/// The page of Nextcloud that this one is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nextcloud {
    /// Path under which Nextcloud lives: empty, or such as `/cloud`.
    pub webroot: String,
    /// Our id there.
    pub app: String,
}

#[derive(Default)]
struct Place {
    page: String,
    assets: String,
    nextcloud: Option<Nextcloud>,
    polls: bool,
}

thread_local! {
    static PLACE: RefCell<Place> = RefCell::new(Place::default());
}

/// `nextcloud` is known where Nextcloud's own page holds this one.
pub fn set(page: String, assets: String, nextcloud: Option<Nextcloud>) {
    PLACE.with_borrow_mut(|place| {
        *place = Place {
            page,
            assets,
            nextcloud,
            polls: false,
        };
    });
}

/// Address of an API route; `path` has no leading slash. What begins with `panel/` belongs to the admin panel.
pub fn api(path: &str) -> String {
    match path.strip_prefix("panel/") {
        Some(rest) => page(&format!("api/admin/panel/{rest}")),
        None => page(&format!("api/v1/{path}")),
    }
}

/// Address of a route beside the API.
pub fn page(path: &str) -> String {
    PLACE.with_borrow(|place| format!("{}{path}", place.page))
}

/// Address of a file of the bundle.
pub fn asset(path: &str) -> String {
    PLACE.with_borrow(|place| format!("{}{path}", place.assets))
}

/// Name of the folder of the bundle.
pub fn assets_folder() -> String {
    let whole = asset("");
    whole
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// This page is part of Nextcloud's.
pub fn embedded() -> bool {
    PLACE.with_borrow(|place| place.nextcloud.is_some())
}

/// Our id in Nextcloud.
pub fn app_id() -> String {
    let known = PLACE.with_borrow(|place| place.nextcloud.as_ref().map(|nextcloud| nextcloud.app.clone()));
    known.unwrap_or_else(|| "voiceassist".to_owned())
}

/// Nextcloud's path, where this page came through Nextcloud.
pub fn webroot() -> Option<String> {
    PLACE.with_borrow(|place| match &place.nextcloud {
        Some(nextcloud) => Some(nextcloud.webroot.clone()),
        None => webroot_of(&place.page).map(str::to_owned),
    })
}

/// The part of an address before what HaRP or Nextcloud's own proxy put there.
fn webroot_of(page: &str) -> Option<&str> {
    let (_, rest) = page.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    let proxied = ["/exapps/", "/index.php/apps/app_api/", "/apps/app_api/"];
    let at = proxied.iter().find_map(|mark| path.find(mark))?;
    Some(&path[..at])
}

/// Something on the way holds streams back until they end, so events are asked for.
pub fn polls() -> bool {
    PLACE.with_borrow(|place| place.polls)
}

pub fn poll(polls: bool) {
    PLACE.with_borrow_mut(|place| place.polls = polls);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextclouds_path_is_what_stands_before_the_proxy() {
        assert_eq!(webroot_of("https://cloud.example/exapps/voiceassist/"), Some(""));
        assert_eq!(webroot_of("https://h/nc/exapps/voiceassist/"), Some("/nc"));
        assert_eq!(
            webroot_of("https://h/nc/index.php/apps/app_api/proxy/voiceassist/"),
            Some("/nc")
        );
        assert_eq!(webroot_of("https://h/apps/app_api/proxy/voiceassist/"), Some(""));
        assert_eq!(webroot_of("http://127.0.0.1:8377/"), None);
    }

    #[test]
    fn the_bundle_lies_in_a_folder_of_its_own() {
        set("https://h/".into(), "https://h/assets-00ff/".into(), None);
        assert_eq!(assets_folder(), "assets-00ff");
        assert_eq!(api("session"), "https://h/api/v1/session");
        assert!(!embedded());
    }
}
