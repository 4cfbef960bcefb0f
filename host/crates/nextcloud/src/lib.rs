//! Speaks to exactly one outside system: a Nextcloud that has installed this program as an external app (AppAPI).
//!
//! Every request is signed here and every incoming signature is checked here. The bytes travel through a
//! [`Transport`] that the host provides, so that its egress gate sees them. What is relied on was observed on
//! Nextcloud 34.0.1 with AppAPI 34.0.0 and HaRP 0.4.4.

mod acting;
mod address;
mod appapi;
mod client;
mod dav;
mod error;
mod multistatus;
mod ocs;
mod permission;
mod signature;
mod transport;
mod webhooks;

pub use acting::ActingUser;
pub use address::Address;
pub use appapi::{Command, Notification, Registration};
pub use client::Nextcloud;
pub use dav::{At, Fetched, Node};
pub use error::NextcloudError;
pub use permission::{Checked, Verdict, deadline};
pub use signature::{AppIdentity, NotSigned, Signed};
pub use transport::{Call, Reply, Transport, TransportError};
pub use webhooks::{FileChange, FileEvent};
