//! A fake outside world for tests; never reachable from the shipped binary.
//!
//! Everything listens on 127.0.0.1 (unless told otherwise) at a port of the system's choice and ends when it is dropped.

pub mod nextcloud;
mod openai;
mod sink;

pub use nextcloud::Nextcloud;
pub use openai::{OpenAiDouble, RecordedCall, Reply, tokens};
pub use sink::{RawRequest, SinkServer, Step};
