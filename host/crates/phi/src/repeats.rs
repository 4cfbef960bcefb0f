//! A name found once with good evidence is found wherever its parts stand again.

use std::collections::HashSet;

use crate::lexicon::{HEAD, LAST, MONTH, PARTICLE, STOP, TITLE, WORD};
use crate::tokens::{Shape, Token};
use crate::{Kind, Span};

/// Evidence from which a name's parts are looked for again.
const SURE: f32 = 0.8;

pub(crate) fn find(text: &str, tokens: &[Token], found: &mut Vec<Span>) {
    let sure: Vec<(usize, usize)> = found
        .iter()
        .filter(|span| span.kind == Kind::Name && span.score >= SURE)
        .map(|span| (span.start, span.end))
        .collect();
    if sure.is_empty() {
        return;
    }
    let lower = |token: &Token| text[token.start..token.end].to_ascii_lowercase();
    let usable = |token: &Token| {
        matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Lower)
            && !token.is(STOP | TITLE | PARTICLE | MONTH)
            && token.end - token.start >= 3
    };
    let mut parts = HashSet::new();
    for (start, end) in sure {
        let from = tokens.partition_point(|token| token.start < start);
        for token in tokens[from..]
            .iter()
            .take_while(|token| token.end <= end)
            .filter(|token| usable(token))
        {
            parts.insert(lower(token));
        }
    }
    for (at, token) in tokens.iter().enumerate() {
        let eponym = tokens.get(at + 1).is_some_and(|next| next.is(HEAD) && next.gap <= 1);
        let ordinary = token.is(WORD) && (token.shape == Shape::Lower || !token.is(LAST));
        if usable(token) && !eponym && !ordinary && parts.contains(&lower(token)) {
            found.push(Span {
                start: token.start,
                end: token.end,
                kind: Kind::Name,
                score: 0.7,
            });
        }
    }
}
