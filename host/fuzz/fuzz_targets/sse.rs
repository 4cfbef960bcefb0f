//! Any bytes of a model's stream, cut anywhere: what passes is whole events that can be parsed, the same however they were
//! cut, and what does not pass ends the stream without its text.
#![no_main]

#[path = "../../src/models/events.rs"]
#[allow(dead_code, reason = "the reader of the host, as it is")]
mod events;

use bytes::Bytes;
use futures::executor::block_on;
use futures::{StreamExt, stream};
use libfuzzer_sys::fuzz_target;

use crate::egress::EgressError;

/// Stands for the host's.
mod egress {
    #[derive(Debug)]
    pub struct EgressError;
}

/// Stands for the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ModelError {
    Malformed,
    Provider,
    Cut,
}

impl From<EgressError> for ModelError {
    fn from(_: EgressError) -> Self {
        Self::Cut
    }
}

fn read(pieces: Vec<Vec<u8>>) -> (Vec<u8>, Option<ModelError>) {
    let verdict = events::Verdict::default();
    let body = stream::iter(pieces.into_iter().map(|piece| Ok(Bytes::from(piece))));
    let events: Vec<_> = block_on(events::checked(body, verdict.clone()).collect());
    let whole = events.into_iter().filter_map(Result::ok).flatten().collect();
    (whole, verdict.take_error())
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (text, cuts) = input;
    let mut pieces = Vec::new();
    let mut rest = text.as_slice();
    for cut in cuts {
        let (piece, after) = rest.split_at(usize::from(cut).min(rest.len()));
        pieces.push(piece.to_vec());
        rest = after;
    }
    pieces.push(rest.to_vec());
    let (cut, why) = read(pieces);
    let (whole, why_whole) = read(vec![text]);
    assert_eq!(why, why_whole);
    // An error in a chunk keeps the good events before it back.
    assert!(cut.starts_with(&whole));
    assert!(why.is_some() || cut == whole);
    let out = std::str::from_utf8(&cut).unwrap();
    assert!(out.is_empty() || out.ends_with("\n\n"));
    assert!(
        out.split("\n\n")
            .filter(|event| !event.is_empty())
            .all(|event| event.starts_with("data: "))
    );
});
