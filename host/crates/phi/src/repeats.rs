//! A name found once with good evidence is found wherever its parts stand again: anywhere after, and not far before.

use std::collections::HashMap;

use crate::lexicon::{HEAD, LAST, MONTH, PARTICLE, STOP, TITLE, WORD};
use crate::tokens::{Shape, Token, Words};
use crate::{Kind, Span};

/// Evidence from which a name's parts are looked for again.
const SURE: f32 = 0.8;
/// So many words before the name its parts are still looked for.
pub(crate) const BACK: usize = 96;

/// Parts of the sure names of a text so far, in small letters. Only those of earlier parts are kept here.
#[derive(Clone, Default)]
pub(crate) struct Known(HashMap<String, usize>);

pub(crate) fn find(words: &Words, known: &mut Known, found: &mut Vec<Span>) {
    let sure: Vec<(usize, usize)> = found
        .iter()
        .filter(|span| span.kind == Kind::Name && span.score >= SURE)
        .map(|span| (span.start, span.end))
        .collect();
    if sure.is_empty() && known.0.is_empty() {
        return;
    }
    let usable = |token: &Token| {
        matches!(token.shape, Shape::Capital | Shape::Upper | Shape::Lower)
            && !token.is(STOP | TITLE | PARTICLE | MONTH)
            && token.end - token.start >= 3
    };
    let earlier = |at: usize| at.saturating_sub(BACK);
    for (start, end) in sure {
        let from = words.tokens.partition_point(|token| token.start < start);
        for at in from..words.tokens.len() {
            if words.tokens[at].end > end {
                break;
            }
            if usable(&words.tokens[at]) {
                let since = known.0.entry(words.lower(at)).or_insert(usize::MAX);
                *since = earlier(from).min(*since);
            }
        }
    }
    for (at, token) in words.tokens.iter().enumerate() {
        let eponym = words.get(at + 1).is_some_and(|next| next.is(HEAD) && next.gap <= 1);
        let ordinary = token.is(WORD) && (token.shape == Shape::Lower || !token.is(LAST));
        if usable(token) && !eponym && !ordinary && known.0.get(&words.lower(at)).is_some_and(|since| *since <= at) {
            found.push(Span {
                start: token.start,
                end: token.end,
                kind: Kind::Name,
                score: 0.7,
            });
        }
    }
    // In the next part they are known from its first word on.
    known.0.values_mut().for_each(|since| *since = 0);
}
