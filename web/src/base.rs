//! Where the page and its files live. Behind a proxy both have a prefix, so no address is absolute.

use std::cell::RefCell;

thread_local! {
    static BASE: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

pub fn set(page: String, assets: String) {
    BASE.with(|base| *base.borrow_mut() = (page, assets));
}

/// Address of an API route; `path` has no leading slash.
pub fn api(path: &str) -> String {
    BASE.with(|base| format!("{}api/v1/{path}", base.borrow().0))
}

/// Address of a file of the bundle.
pub fn asset(path: &str) -> String {
    BASE.with(|base| format!("{}{path}", base.borrow().1))
}
