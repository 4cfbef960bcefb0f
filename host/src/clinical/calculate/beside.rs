//! What stands directly beside a condition and settles it: an answer, a sign, a question mark, a relative.

use std::ops::Range;

use super::scope::{Standing, ends_sentence, relative};
use super::text::{Kind, Token};

/// What stands directly at the condition: "?stroke", "diabetes: no", "DM -", "stroke (mother)", "TIA ruled out".
pub fn standing_of(tokens: &[Token], conditions: &[Range<usize>], which: usize, family: Option<bool>) -> Standing {
    let range = &conditions[which];
    let after = |offset: usize| tokens.get(range.end + offset);
    let before = range.start.checked_sub(1).and_then(|at| tokens.get(at));
    if after(0).is_some_and(|token| token.is_mark('?')) && asks(tokens, range.start) {
        return Standing::Doubtful;
    }
    if before.is_some_and(|token| token.is_mark('?')) && !tokens[range.start].gap {
        return Standing::Doubtful;
    }
    if let Some(standing) = sign_in_front(tokens, range.start) {
        return standing;
    }
    if denied_afterwards(tokens, conditions, which) {
        return Standing::Doubtful;
    }
    if after(0).is_some_and(|token| token.is_mark('?'))
        && after(1).is_some_and(|next| next.is_mark(',') || next.is_mark(')'))
    {
        return Standing::Doubtful;
    }
    let in_other = after(0).is_some_and(|token| token.one_of(&["in", "of"]) || token.is_mark('('))
        && (1..4)
            .filter_map(after)
            .take_while(|token| !token.is_mark(','))
            .any(relative);
    if in_other {
        return Standing::NotTheirs;
    }
    match family {
        Some(false) => Standing::NotTheirs,
        // After a comma the list may have gone back to the patient.
        Some(true) if listed_with_family(tokens, conditions, which) => Standing::NotTheirs,
        Some(true) => Standing::Doubtful,
        None => Standing::Present,
    }
}

/// "Is she diabetic?"
fn asks(tokens: &[Token], at: usize) -> bool {
    let start = (0..at)
        .rev()
        .find(|&at| ends_sentence(&tokens[at], tokens.get(at + 1)))
        .map_or(0, |at| at + 1);
    tokens[start].one_of(&["is", "does", "has", "did", "any", "was"])
}

/// "mother had a stroke, diabetes and hypertension": every item up to the closing "and" is hers.
fn listed_with_family(tokens: &[Token], conditions: &[Range<usize>], which: usize) -> bool {
    let joined_before = conditions[which]
        .start
        .checked_sub(1)
        .is_some_and(|at| tokens[at].one_of(&["and", "or"]));
    let joined_after = conditions.get(which + 1).is_some_and(|next| {
        tokens[conditions[which].end..next.start]
            .iter()
            .any(|token| token.one_of(&["and", "or"]))
            && next.start - conditions[which].end <= 2
    });
    joined_before || joined_after
}

/// The answer written behind a condition, as in a form, and how many tokens it takes.
///
/// It must close its item: in "hypertension (no diabetes)" the "no" belongs to what follows.
pub fn answer(tokens: &[Token], conditions: &[Range<usize>], which: usize) -> Option<(Standing, usize)> {
    let end = conditions[which].end;
    let first = tokens.get(end)?;
    let form = matches!(first.kind, Kind::Mark(':' | '='));
    // "CHF no HTN yes DM yes": where one item is answered "yes", each answer belongs to the item before it.
    let filled_in = form
        || conditions
            .iter()
            .any(|one| tokens.get(one.end).is_some_and(|next| next.text == "yes"));
    let closed = |at: usize| {
        let next = tokens.get(end + at);
        let another = conditions.get(which + 1).is_some_and(|next| next.start == end + at);
        another && filled_in
            || next.is_none_or(|next| matches!(next.kind, Kind::Mark(',' | ';' | '.' | ')' | '|' | '/')))
    };
    if let Kind::Mark(sign @ ('+' | '-')) = first.kind {
        // "HTN+ DM": the sign hangs on its word. "CHF +HTN": it hangs on the next.
        let next_hangs = tokens
            .get(end + 1)
            .is_some_and(|next| !next.gap && next.kind == Kind::Word);
        if !next_hangs && (!first.gap || closed(1)) {
            return Some((signed(sign), 1));
        }
    }
    let copula = first.one_of(&["is", "was", "status"]);
    let lead = form || copula || matches!(first.kind, Kind::Mark('-' | '('));
    let at = usize::from(lead);
    let word = tokens.get(end + at)?;
    if let Kind::Mark(sign @ ('+' | '-')) = word.kind
        && lead
        && closed(at + 1)
    {
        return Some((signed(sign), at + 1));
    }
    if word.text == "ruled" && tokens.get(end + at + 1).is_some_and(|next| next.text == "out") {
        return Some((Standing::Denied, at + 2));
    }
    // These close by themselves: "was excluded by MRI", "resolved after weight loss".
    match word.text.as_str() {
        "excluded" => return Some((Standing::Denied, at + 1)),
        "resolved" | "cured" | "remitted" => return Some((Standing::Doubtful, at + 1)),
        _ => {}
    }
    let standing = if word.listed("no none nil n false negative neg absent denied 0") {
        Standing::Denied
    } else if word.listed("suspected possible unknown unclear uncertain unsure unconfirmed questionable")
        || word.is_mark('?') && lead
    {
        Standing::Doubtful
    } else if word.listed("yes y true positive pos present confirmed 1") {
        Standing::Present
    } else {
        return None;
    };
    closed(at + 1).then_some((standing, at + 1))
}

fn signed(sign: char) -> Standing {
    if sign == '+' {
        Standing::Present
    } else {
        Standing::Denied
    }
}

/// "-CHF +HTN": a sign in front counts where the text uses both; a lone minus may be a bullet.
fn sign_in_front(tokens: &[Token], start: usize) -> Option<Standing> {
    let sign = start
        .checked_sub(1)
        .map(|at| &tokens[at])
        .filter(|sign| sign.gap && !tokens[start].gap)?;
    let in_front = |mark: char| {
        tokens
            .windows(2)
            .any(|pair| pair[0].is_mark(mark) && pair[0].gap && !pair[1].gap)
    };
    match sign.kind {
        Kind::Mark('+') => Some(Standing::Present),
        Kind::Mark('-') if in_front('+') => Some(Standing::Denied),
        Kind::Mark('-') => Some(Standing::Doubtful),
        _ => None,
    }
}

/// "CHF, HTN, DM all negative": whatever that list was, its items are not simply there.
fn denied_afterwards(tokens: &[Token], conditions: &[Range<usize>], which: usize) -> bool {
    let last = (which + 1..conditions.len())
        .take_while(|&next| {
            let between = &tokens[conditions[next - 1].end..conditions[next].start];
            between.len() <= 2 && between.iter().all(|token| token.one_of(&["and", "or", ",", "/"]))
        })
        .last()
        .unwrap_or(which);
    let behind = &tokens[conditions[last].end..];
    behind
        .first()
        .is_some_and(|token| token.one_of(&["all", "both", "each", "are", "were"]))
        && behind
            .iter()
            .take(3)
            .any(|token| token.listed("negative absent denied excluded no none not ruled"))
}
