//! Names in a row: where one is known, its neighbours over "and" or a comma are names too.

use super::NEVER;
use crate::lexicon::{CITY, EPONYM, FACILITY, FIRST, HEAD, LAST, MALE, PARTICLE, PLACE, STATE, WORD};
use crate::tokens::{Shape, Token, Words};
use crate::{Kind, Span};

/// Fewest small words of a row that count, and how many of them must be given names beyond doubt.
const FEWEST: usize = 3;
const SURE: usize = 2;
/// Longest row that is looked at; longer ones are looked at in pieces.
const MOST: usize = 8;

pub(super) fn find(words: &Words, found: &mut Vec<Span>) {
    capitals(words, found);
    surnames(words, found);
    small(words, found);
}

/// "Schiavone, Reed and Moore": listed names in a row of which one at least is no word, city or eponym.
fn surnames(words: &Words, found: &mut Vec<Span>) {
    let mut at = 0;
    while at < words.tokens.len() {
        let mut row = vec![at];
        while row.len() < MOST
            && words.is_item(at)
            && let Some(next) = words.after_joint(at + 1).filter(|next| words.is_item(*next))
        {
            row.push(next);
            at = next;
        }
        let sure = |at: &usize| !words.has(*at, WORD | EPONYM);
        let last = row[row.len() - 1];
        if row.len() > 1 && row.iter().any(sure) && !words.is_named_after(last, last) && !words.is_body(last) {
            found.extend(row.iter().map(|at| Span {
                start: words.tokens[*at].start,
                end: words.tokens[*at].end,
                kind: Kind::Name,
                score: 0.55,
            }));
        }
        at += 1;
    }
}

/// "Eklund, Warren and Bailey", both ways from a name that is sure enough.
fn capitals(words: &Words, found: &mut Vec<Span>) {
    let mut new = Vec::new();
    let named = found.iter().filter(|span| span.kind == Kind::Name && span.score >= 0.5);
    let mut named: Vec<(usize, usize)> = named.map(|span| (span.start, span.end)).collect();
    named.sort_unstable();
    // Where the row of an earlier name ended: no row is walked twice.
    let mut reached = 0;
    for (start, end) in named {
        let first = words.tokens.partition_point(|t| t.start < start);
        let next = words.tokens.partition_point(|t| t.start < end);
        if !words.get(first).is_some_and(|t| t.shape == Shape::Capital) {
            continue;
        }
        let mut at = next.max(reached);
        while let Some(item) = words.after_joint(at).filter(|item| words.is_item(*item)) {
            let last = words.extend(item);
            if words.is_named_after(item, last) || words.is_body(last) {
                break;
            }
            new.push((item, last));
            at = last + 1;
        }
        reached = at;
        let mut at = first;
        for _ in 0..MOST {
            let Some(item) = words.before_joint(at).filter(|item| words.is_item(*item)) else {
                break;
            };
            new.push((item, item));
            at = item;
        }
    }
    found.extend(new.into_iter().map(|(first, last)| Span {
        start: words.tokens[first].start,
        end: words.tokens[last].end,
        kind: Kind::Name,
        score: 0.6,
    }));
}

/// "natalina, thomas, crystal, omar and brandy"
fn small(words: &Words, found: &mut Vec<Span>) {
    let listed = |at: usize| words.is_lower_name(at, FIRST, 3) && !words.has(at, PARTICLE | MALE);
    let mut at = 0;
    while at < words.tokens.len() {
        if !listed(at) {
            at += 1;
            continue;
        }
        let mut row = vec![at];
        while row.len() < MOST
            && let Some(next) = words.after_joint(at + 1).filter(|next| listed(*next))
        {
            row.push(next);
            at = next;
        }
        let sure = row.iter().filter(|at| !words.has(**at, WORD | CITY)).count();
        if row.len() >= FEWEST && sure >= SURE && sure * 2 >= row.len() {
            found.extend(row.iter().map(|at| Span {
                start: words.tokens[*at].start,
                end: words.tokens[*at].end,
                kind: Kind::Name,
                score: 0.6,
            }));
        }
        at += 1;
    }
}

impl Words<'_> {
    /// A capital word of the name lists that may stand in a row of names.
    fn is_item(&self, at: usize) -> bool {
        let fits = |t: &Token| {
            t.shape == Shape::Capital
                && t.is(FIRST | LAST)
                && !t.is(NEVER | HEAD | STATE | PLACE | FACILITY)
                && (!t.is(CITY) || t.is(FIRST) && t.is(LAST))
        };
        self.get(at).is_some_and(fits) && self.long(at, 3)
    }

    /// The token after ", ", " and ", ", and " or " & ".
    fn after_joint(&self, at: usize) -> Option<usize> {
        let comma = self.comma(at);
        let from = at + usize::from(comma);
        let and = matches!(self.word(from), "and" | "&" | "or") && self.has_gap(from, 1);
        let next = from + usize::from(and);
        (next > at && self.has_gap(next, 1)).then_some(next)
    }

    /// The token before the same joints.
    fn before_joint(&self, at: usize) -> Option<usize> {
        let mut before = at;
        let and = before
            .checked_sub(1)
            .is_some_and(|at| matches!(self.word(at), "and" | "&" | "or"));
        before -= usize::from(and);
        let comma = before.checked_sub(1).is_some_and(|at| self.comma(at));
        before -= usize::from(comma);
        if before == at { None } else { before.checked_sub(1) }
    }
}
