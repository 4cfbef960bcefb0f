//! What a plugin package is: manifest, component, test vectors and licence in one signed file.
//!
//! Use this to read, check, sign and compare packages, to say in plain words what a plugin may do, and to
//! decide whether a request of a plugin is one it may send. Do not use it to run anything: that is `sandbox`.
//!
//! Pure: bytes and texts in, values and reasons out; no files, no clock, no randomness, no network.
//!
//! Invariants, each pinned by the test of that name:
//! - `a_package_with_any_part_wrong_missing_extra_or_twice_is_refused`, with the reason;
//! - `nothing_unpacks_beyond_its_ceiling`, whatever the archive claims;
//! - `only_a_pinned_key_opens_a_package`, and a revoked key, digest or version never does;
//! - `access_is_what_is_declared_and_granted`: neither side alone opens anything;
//! - `every_widening_is_named`: an upgrade activates itself only when it asks for nothing more.

mod access;
mod archive;
mod consent;
mod digits;
mod http;
mod manifest;
mod origin;
mod package;
mod publisher;
mod rules;
mod trust;
mod vectors;

pub use access::{Access, Granted, Request};
pub use archive::{COMPONENT, LICENCE, MANIFEST, PART_LIMITS, SIGNATURE, VECTORS};
pub use consent::consent;
pub use http::{Phase, Refusal};
pub use manifest::{
    Credential, Fault, Folder, HttpRule, Inject, Lower, Manifest, ManifestError, Method, PhiClass, Rights, Setting,
    Switch, World,
};
pub use origin::Origin;
pub use package::{Bundle, Package, PackageError, Parts, Sealed, bundle, pack};
pub use publisher::{Publisher, PublisherError, Signer, fingerprint};
pub use trust::{Revocations, RevocationsError, Revoked, Trust};
pub use vectors::{ArgumentValue, CalculatorVector, CallVector, Exchange, RecordedRequest, RecordedResponse, Vectors};
