//! Turns scored sentences into an answer a person can act on.

use std::ops::Range;

use api_types::SentenceKind;

use crate::caveats::{caveats, is_item};
use crate::extractive::{Candidate, DraftSentence};
use crate::question::{Ask, Question};
use crate::rows::{self, Row};
use crate::scoring::{Scored, Sentence};
use crate::tokens::{Kind, Token, tokens};
use crate::{directive, sentences, support};

/// Sentences of an answer without the caveats and predecessors they bring.
const SENTENCES: usize = 6;
/// A sentence below this share of the best one's score is left out.
const NEAR_BEST: f32 = 0.72;
/// Actions that lead the answer.
const ACTIONS: usize = 3;
/// Share of words two sentences may have in common before one counts as a repetition.
const REPEATS: f32 = 0.7;
/// Caveats one sentence may bring; one that needs more is passed over for a simpler one.
const CAVEATS: usize = 5;

struct Pick {
    candidate: usize,
    quote: Range<usize>,
    kind: SentenceKind,
    /// Sentences it leans on, before; the list it opens and caveats, after.
    before: Vec<Range<usize>>,
    items: Vec<Range<usize>>,
    after: Vec<Range<usize>>,
}

impl Pick {
    fn holds(&self, sentence: &Sentence) -> bool {
        let own = self.before.iter().chain(&self.items);
        self.candidate == sentence.candidate && own.into_iter().any(|range| *range == sentence.range)
    }
}

/// The sentences of the answer in the order they are read.
pub fn arrange(asked: &Question, candidates: &[Candidate], scored: &Scored) -> Vec<DraftSentence> {
    let picks = pick(asked, candidates, scored);
    let group = |c: usize| {
        candidates[c]
            .heading
            .filter(|h| !h.is_empty())
            .unwrap_or(candidates[c].document_title)
            .to_owned()
    };
    let mut order: Vec<(usize, &Pick)> = Vec::new();
    let leads = |p: &Pick| p.kind == SentenceKind::Action;
    let actions: Vec<&Pick> = picks.iter().filter(|p| leads(p)).take(ACTIONS).collect();
    let rest: Vec<&Pick> = picks
        .iter()
        .filter(|p| !actions.iter().any(|a| std::ptr::eq(*a, *p)))
        .collect();
    let to_do = matches!(asked.ask, Ask::How | Ask::When);
    let best_is_action = picks.first().is_some_and(leads);
    let parts = if to_do || best_is_action {
        [actions, rest]
    } else {
        [picks.iter().collect(), Vec::new()]
    };
    for part in parts {
        let mut part: Vec<(usize, &Pick)> = part.into_iter().enumerate().collect();
        // Groups in the order of their best sentence, sentences of a group in the order of the source.
        let first = |p: &Pick| {
            part.iter()
                .find(|q| group(q.1.candidate) == group(p.candidate))
                .map_or(0, |q| q.0)
        };
        let firsts: Vec<usize> = part.iter().map(|p| first(p.1)).collect();
        let mut keyed: Vec<(usize, usize, usize, &Pick)> = part
            .drain(..)
            .zip(firsts)
            .map(|((_, p), f)| (f, p.candidate, p.quote.start, p))
            .collect();
        keyed.sort_by_key(|k| (k.0, k.1, k.2));
        order.extend(keyed.into_iter().map(|k| (k.1, k.3)));
    }
    let mut out: Vec<DraftSentence> = Vec::new();
    for (candidate, pick) in order {
        let parts = pick
            .before
            .iter()
            .map(|r| (r, kind_of(&candidates[candidate].text[r.clone()])))
            .chain([(&pick.quote, pick.kind)])
            .chain(pick.items.iter().map(|r| (r, pick.kind)))
            .chain(pick.after.iter().map(|r| (r, SentenceKind::Caveat)));
        for (range, kind) in parts {
            if out.iter().any(|s| s.candidate == candidate && s.quote == *range) {
                continue;
            }
            out.push(DraftSentence {
                candidate,
                quote: range.clone(),
                text: plain(&candidates[candidate], range),
                kind,
                group: Some(group(candidate)),
            });
        }
    }
    out
}

fn row(candidate: &Candidate, range: &Range<usize>) -> Row {
    let all = sentences::split(candidate.text);
    let at = all.iter().position(|r| r == range);
    at.map_or(Row::Prose, |at| rows::read(candidate, &all, at))
}

/// Whether a line that opens a list is the heading that the answer shows anyway.
fn is_heading(candidate: &Candidate, line: &str) -> bool {
    let bare = |text: &str| text.trim().trim_end_matches(':').to_lowercase();
    let heading = candidate.heading.unwrap_or_default();
    bare(heading.rsplit(" > ").next().unwrap_or(heading)) == bare(line)
}

/// How a sentence of a passage is shown: its own words, a table row with the labels of its columns.
pub fn plain(candidate: &Candidate, range: &Range<usize>) -> String {
    row(candidate, range).shown(&candidate.text[range.clone()])
}

fn pick(asked: &Question, candidates: &[Candidate], scored: &Scored) -> Vec<Pick> {
    let mut picks: Vec<Pick> = Vec::new();
    let mut taken: Vec<&Sentence> = Vec::new();
    let Some(best) = scored.sentences.first() else {
        return picks;
    };
    let most = match asked.ask {
        Ask::Definition | Ask::YesNo | Ask::Who => 3,
        _ => SENTENCES,
    };
    let near = |s: &&Sentence| s.score >= NEAR_BEST * best.score;
    let instructions = scored.sentences.iter().filter(near).filter(|s| s.directive).count();
    let only_actions = asked.ask == Ask::How && instructions >= ACTIONS;
    for sentence in &scored.sentences {
        if only_actions && !sentence.directive || sentence.is_of_another_drug(asked) {
            continue;
        }
        if picks.len() >= most || sentence.score < NEAR_BEST * best.score {
            break;
        }
        if taken.iter().any(|t| repeats(t, sentence)) {
            continue;
        }
        // It has come along with another one of its list.
        if picks.iter().any(|p| p.holds(sentence)) {
            continue;
        }
        let text = candidates[sentence.candidate].text;
        let Some(mut before) = leaned_on(&candidates[sentence.candidate], sentence.ordinal) else {
            continue;
        };
        before.retain(|r| !is_heading(&candidates[sentence.candidate], &text[r.clone()]));
        let colon = text[sentence.range.clone()].ends_with(':');
        let steps = asked.ask == Ask::How && sentence.directive && begins_steps(text, sentence.range.end);
        let mut items = if colon || steps {
            list_after(text, sentence.ordinal)
        } else {
            Vec::new()
        };
        if asked.ask == Ask::How && is_asked_for(asked, &candidates[sentence.candidate]) {
            let (above, below) = siblings(text, sentence.ordinal);
            before.extend(above);
            items.extend(below);
        }
        if colon && items.is_empty() {
            continue;
        }
        let end = items.last().map_or(sentence.range.end, |i| i.end);
        let used = before.first().map_or(sentence.range.start, |b| b.start)..end;
        let after: Vec<Range<usize>> = caveats(text, used.clone())
            .into_iter()
            .filter(|c| {
                *c != sentence.range
                    && !before.contains(c)
                    && !items.contains(c)
                    && row(&candidates[sentence.candidate], c) != Row::Head
            })
            .collect();
        if after.len() > CAVEATS && !picks.is_empty() {
            continue;
        }
        let kind = kind_of(&text[sentence.range.clone()]);
        taken.push(sentence);
        picks.push(Pick {
            candidate: sentence.candidate,
            quote: sentence.range.clone(),
            kind,
            before,
            items,
            after,
        });
    }
    picks
}

fn repeats(a: &Sentence, b: &Sentence) -> bool {
    if a.candidate == b.candidate && a.range == b.range {
        return true;
    }
    let keys = |tokens: &[Token]| {
        tokens
            .iter()
            .filter(|t| t.kind != Kind::Function)
            .map(|t| t.key.clone())
            .collect::<std::collections::BTreeSet<_>>()
    };
    let (a_keys, b_keys) = (keys(&a.tokens), keys(&b.tokens));
    let shared = a_keys.intersection(&b_keys).count() as f32;
    shared >= REPEATS * a_keys.len().min(b_keys.len()).max(1) as f32
}

/// Sentences a sentence cannot be understood without: the line that opens its list, the one its "this" points at, the rule
/// it makes an exception of, the head of its table. None when it is missing or leans on another in its turn.
fn leaned_on(candidate: &Candidate, ordinal: usize) -> Option<Vec<Range<usize>>> {
    let text = candidate.text;
    let all = sentences::split(text);
    let range = all.get(ordinal)?;
    let sentence = &text[range.clone()];
    match rows::read(candidate, &all, ordinal) {
        Row::Prose => {}
        Row::Bare => return Some(rows::head_of(text, &all, ordinal).into_iter().collect()),
        _ => return Some(Vec::new()),
    }
    if opens_as_caveat(sentence) {
        let rule = all[..ordinal]
            .iter()
            .rev()
            .find(|r| directive::is_directive(&text[(*r).clone()]) && !opens_as_caveat(&text[(*r).clone()]));
        return Some(rule.cloned().into_iter().collect());
    }
    if is_item(text, range) || own_line(text, range) {
        let opener = opener_of(text, &all, ordinal);
        if is_item(text, range) || opener.is_some() {
            return Some(opener.into_iter().collect());
        }
    }
    let short = content(sentence) <= SHORT
        && all[..ordinal]
            .last()
            .is_some_and(|b| directive::is_directive(&text[b.clone()]) && !text[b.end..range.start].contains('\n'));
    if !dangles(sentence) && !short {
        return Some(Vec::new());
    }
    let before = all[..ordinal].last()?;
    (!dangles(&text[before.clone()]) && !text[before.clone()].ends_with('?')).then(|| vec![before.clone()])
}

fn kind_of(sentence: &str) -> SentenceKind {
    match (opens_as_caveat(sentence), directive::is_directive(sentence)) {
        (true, _) => SentenceKind::Caveat,
        (false, true) => SentenceKind::Action,
        (false, false) => SentenceKind::Statement,
    }
}

/// Whether a sentence announces itself as an exception to what stands before it.
fn opens_as_caveat(sentence: &str) -> bool {
    support::bare(sentence).split_once(':').is_some_and(|(label, _)| {
        matches!(
            label.trim().to_lowercase().as_str(),
            "exception"
                | "exceptions"
                | "caution"
                | "contraindication"
                | "contraindications"
                | "warning"
                | "never"
                | "except"
        )
    })
}

/// Words, function words aside, up to which an instruction is read with the one before: "Reassess after every bolus."
const SHORT: usize = 4;

fn content(sentence: &str) -> usize {
    tokens(sentence).iter().filter(|t| t.kind != Kind::Function).count()
}

/// Items of a list that are taken along.
const ITEMS: usize = 8;

/// Whether a sentence is a line by itself, as list items are when their bullets are lost.
fn own_line(text: &str, range: &Range<usize>) -> bool {
    let before = text[..range.start].trim_end_matches([' ', '\t']);
    let after = text[range.end..].trim_start_matches([' ', '\t']);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

/// The line that opens the list an item belongs to.
fn opener_of(text: &str, all: &[Range<usize>], ordinal: usize) -> Option<Range<usize>> {
    let listed = |r: &&Range<usize>| is_item(text, r) || own_line(text, r);
    let above = all[..ordinal].iter().rev().take(2 * ITEMS);
    above
        .clone()
        .take_while(listed)
        .chain(above.clone().skip_while(listed).take(1))
        .find(|r| text[(*r).clone()].ends_with(':'))
        .cloned()
}

/// Whether the first step of a numbered list stands right after `end`.
fn begins_steps(text: &str, end: usize) -> bool {
    let rest = text[end..].trim_start();
    rest.starts_with("1. ") || rest.starts_with("1) ")
}

/// The items of the list that the sentence opens.
fn list_after(text: &str, ordinal: usize) -> Vec<Range<usize>> {
    let all = sentences::split(text);
    let rest = all.get(ordinal + 1..).unwrap_or_default();
    let ends = |r: &&Range<usize>| (is_item(text, r) || own_line(text, r)) && !text[(*r).clone()].ends_with(':');
    rest.iter().take_while(ends).take(ITEMS).cloned().collect()
}

/// Share of the question that the heading of a list holds when the whole list is asked for: with the title of its
/// document, and by itself.
const ASKED_FOR: f32 = 0.55;
const BY_ITSELF: f32 = 0.2;

/// Whether the question asks for what stands under this heading: "what should be done within an hour" for
/// "Actions within one hour". One step of such a list alone would mislead.
fn is_asked_for(asked: &Question, candidate: &Candidate) -> bool {
    let heading = candidate
        .heading
        .and_then(|path| path.rsplit(" > ").next())
        .unwrap_or_default();
    let all: f32 = asked.terms.iter().map(|term| term.weight).sum();
    let share = |text: &str| {
        let keys: Vec<String> = tokens(text).into_iter().map(|token| token.key).collect();
        let held = |term: &crate::question::Term| term.weight * term.held(|key| keys.iter().any(|own| own == key));
        asked.terms.iter().map(held).sum::<f32>() / all.max(0.01)
    };
    share(heading) >= BY_ITSELF && share(&format!("{}. {heading}", candidate.document_title)) >= ASKED_FOR
}

/// The other items of the list that a sentence is an item of, above and below it.
fn siblings(text: &str, ordinal: usize) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let all = sentences::split(text);
    if !all.get(ordinal).is_some_and(|range| is_item(text, range)) {
        return (Vec::new(), Vec::new());
    }
    let item = |range: &&Range<usize>| is_item(text, range);
    let mut above: Vec<_> = all[..ordinal]
        .iter()
        .rev()
        .take_while(item)
        .take(ITEMS)
        .cloned()
        .collect();
    above.reverse();
    let below = all[ordinal + 1..]
        .iter()
        .take_while(item)
        .take(ITEMS)
        .cloned()
        .collect();
    (above, below)
}

/// Whether a sentence opens with a word that points back.
fn dangles(sentence: &str) -> bool {
    let lower = support::bare(sentence).to_lowercase();
    let words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .collect();
    match words.as_slice() {
        [
            "this" | "these" | "those" | "such" | "they" | "he" | "she" | "its" | "their" | "it",
            next,
            ..,
        ] => {
            !matches!((words[0], *next), ("this", "study" | "review" | "article" | "paper" | "guideline" | "protocol" | "document" | "section" | "report" | "trial" | "case" | "meta") | ("it", "is" | "was" | "has") if lower.contains(" that ") || words[0] == "this")
        }
        [
            "however" | "therefore" | "thus" | "hence" | "moreover" | "furthermore" | "additionally" | "consequently"
            | "otherwise" | "instead" | "conversely" | "similarly" | "likewise" | "nevertheless",
            ..,
        ] => true,
        ["in", "contrast" | "addition" | "particular", ..]
        | ["for", "example" | "instance", ..]
        | ["as", "a", "result", ..]
        | ["the", "latter" | "former" | "other", ..]
        | ["both", "of", ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_that_point_back_are_known() {
        for text in [
            "This was not seen.",
            "They should be isolated.",
            "However, doses vary.",
            "It should be given slowly.",
        ] {
            assert!(dangles(text), "{text}");
        }
        for text in [
            "This study enrolled 30 patients.",
            "Gloves are worn.",
            "It is known that zinc helps.",
        ] {
            assert!(!dangles(text), "{text}");
        }
    }
}
