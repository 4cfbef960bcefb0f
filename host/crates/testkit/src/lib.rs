//! A fake outside world for tests; never reachable from the shipped binary.
//!
//! Everything listens on 127.0.0.1 (unless told otherwise) at a port of the system's choice and ends when it is dropped.

#[expect(clippy::expect_used, reason = "a test without its database fails")]
mod database;
mod deepgram;
mod elevenlabs;
pub mod files;
mod guidelines;
mod inference;
pub mod nextcloud;
mod openai;
pub mod pubmed;
pub mod scan;
mod sink;
mod socket;
#[expect(clippy::unwrap_used, clippy::expect_used, reason = "a test whose connection fails")]
pub mod talker;
mod tap;

pub use database::{Database, is_postgres};
pub use deepgram::{DeepgramCall, DeepgramDouble, DeepgramFault, deepgram_parameters};
pub use elevenlabs::{ElevenLabsCall, ElevenLabsDouble, ElevenLabsFault};
pub use guidelines::{GuidelineSite, Publication, Visit};
pub use inference::{Generation, TeiDouble, TgiDouble, Trouble};
pub use nextcloud::Nextcloud;
pub use openai::{OpenAiDouble, RecordedCall, Reply, tokens};
pub use pubmed::PubMedDouble;
pub use sink::{RawRequest, SinkServer, Step};
pub use tap::Tap;
