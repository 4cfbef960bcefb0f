//! The double against the measured tables of permissions.md and nextcloud.md.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "it/access_control.rs"]
mod access_control;
#[path = "it/app.rs"]
mod app;
#[path = "it/browser.rs"]
mod browser;
#[path = "it/lifecycle.rs"]
mod lifecycle;
#[path = "it/ocs.rs"]
mod ocs;
#[path = "it/permissions.rs"]
mod permissions;
#[path = "it/probe.rs"]
mod probe;
#[path = "it/proxy.rs"]
mod proxy;
