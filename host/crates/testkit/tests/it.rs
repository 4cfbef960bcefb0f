//! The doubles: Nextcloud against the measured tables of permissions.md and nextcloud.md, the others against the
//! wire of the real services.
#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "it/access_control.rs"]
mod access_control;
#[path = "it/app.rs"]
mod app;
#[path = "it/browser.rs"]
mod browser;
#[path = "it/guests/mod.rs"]
mod guests;
#[path = "it/guidelines.rs"]
mod guidelines;
#[path = "it/inference.rs"]
mod inference;
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
#[path = "it/pubmed.rs"]
mod pubmed;
#[path = "it/sdk.rs"]
mod sdk;
