//! One short question out of doubts, with every answer as a whole text; or none, when that is not possible.

use crate::doubts::{Doubt, Edit, Found, MOST, Parsed};
use crate::pieces::Piece;
use crate::vocabulary::Vocabulary;
use crate::{Choice, HeardWord, Refusal, Verdict, cues};

/// Doubts that are asked together, as long as their answers are no more than [`ANSWERS`].
const TOGETHER: usize = 2;
const ANSWERS: usize = 4;

struct Answer {
    edits: Vec<Edit>,
    /// What the doubtful places are, in order.
    parts: Vec<String>,
}

/// `text` with `edits`, which do not overlap, made in it.
pub(crate) fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for edit in edits {
        let Some(before) = text.get(from..edit.start) else {
            continue;
        };
        out.push_str(before);
        from = edit.end;
        if edit.text.is_empty() {
            // The blank after what is left out goes with it.
            from += usize::from(text[from..].starts_with(' '));
        } else if edit.start < edit.end {
            out.push_str(&edit.text);
        } else {
            let glue = out.chars().last().is_some_and(|c| !c.is_whitespace());
            out.push_str(if glue { " " } else { "" });
            out.push_str(&edit.text);
            out.push_str(if glue { "" } else { " " });
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    out.trim().to_owned()
}

/// What is done about what was found in a text.
pub(crate) fn verdict(text: &str, found: &Found, vocabulary: &Vocabulary) -> Verdict {
    let (edits, doubts) = (&found.edits, &found.doubts);
    let refuse = |reason: Refusal| Verdict::Refuse { reason };
    if doubts.is_empty() {
        let pieces = Parsed::of_text(&edited(text, edits), &[], vocabulary).pieces;
        return cues::missing(&pieces).map_or(Verdict::Clear, refuse);
    }
    if doubts.len() > TOGETHER {
        return refuse(Refusal::SeveralDoubts);
    }
    let mut answers = vec![Answer {
        edits: edits.clone(),
        parts: Vec::new(),
    }];
    for doubt in doubts {
        if doubt.options.is_empty() {
            return refuse(doubt.reason.clone());
        }
        answers = answers
            .iter()
            .flat_map(|answer| {
                doubt
                    .options
                    .iter()
                    .take(MOST)
                    .map(|option| with(answer, doubt, option))
            })
            .collect();
    }
    let mut options: Vec<(Choice, Vec<Piece>)> = Vec::new();
    for answer in answers {
        let text = edited(text, &answer.edits);
        let pieces = Parsed::of_text(&text, &confirmed(&text), vocabulary).pieces;
        let is_new = !options.iter().any(|(_, other)| same(other, &pieces));
        let label = label(&answer.parts, doubts, &text);
        let can_be_said = label.contains(char::is_alphanumeric);
        if is_new && can_be_said && is_sound(&pieces) {
            options.push((Choice { label, text }, pieces));
        }
    }
    let fallback = || doubts.first().map_or(Refusal::Unclear, |doubt| doubt.reason.clone());
    match options.len() {
        0 => refuse(fallback()),
        1..=ANSWERS => {
            let mut options: Vec<Choice> = options.into_iter().map(|(choice, _)| choice).collect();
            let labels_differ =
                (1..options.len()).all(|at| !options[..at].iter().any(|o| o.label == options[at].label));
            // Who hears only a part cannot tell that the rest is wrong.
            if found.varied || !labels_differ {
                for option in &mut options {
                    option.label.clone_from(&option.text);
                }
            }
            Verdict::Ask {
                question: question(&options),
                options,
            }
        }
        _ => refuse(Refusal::SeveralDoubts),
    }
}

/// The words of a text that the user confirms: ordinary ones are no garbled name.
pub(crate) fn confirmed(text: &str) -> Vec<HeardWord> {
    let word = |word: &str| HeardWord {
        text: word.to_owned(),
        confidence: 1.0,
    };
    text.split_whitespace().map(word).collect()
}

fn with(answer: &Answer, doubt: &Doubt, option: &str) -> Answer {
    let mut edits = answer.edits.clone();
    // What was certain inside a doubtful place is part of the doubt.
    edits.retain(|edit| edit.end <= doubt.start || edit.start >= doubt.end);
    edits.push(Edit {
        start: doubt.start,
        end: doubt.end,
        text: option.to_owned(),
    });
    let mut parts = answer.parts.clone();
    parts.push(option.to_owned());
    Answer { edits, parts }
}

/// Whether two texts say the same in all that is compared.
pub(crate) fn same(a: &[Piece], b: &[Piece]) -> bool {
    let told = |piece: &&Piece| !piece.is_function();
    let (a, b): (Vec<_>, Vec<_>) = (a.iter().filter(told).collect(), b.iter().filter(told).collect());
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.says_the_same(b))
}

/// Whether a text could be asked if the user confirms it: nothing in it is unknown or missing.
pub(crate) fn is_sound(pieces: &[Piece]) -> bool {
    let is_known = |piece: &Piece| piece.near.is_empty() && piece.known;
    !pieces.is_empty() && pieces.iter().all(is_known) && cues::missing(pieces).is_none()
}

/// A name or a number is said alone; where words are put in or left out, the whole text is.
fn label(parts: &[String], doubts: &[Doubt], text: &str) -> String {
    let alone = parts.iter().all(|part| !part.is_empty()) && doubts.iter().all(|doubt| doubt.start < doubt.end);
    if alone { parts.join(", ") } else { text.to_owned() }
}

pub(crate) fn question(options: &[Choice]) -> String {
    let quoted: Vec<String> = options.iter().map(|option| format!("\"{}\"", option.label)).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("Did you say {} or {last}?", rest.join(", ")),
        _ => format!("Did you say {}?", quoted.concat()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_keep_the_blanks_between_words() {
        let edit = |start, end, text: &str| Edit {
            start,
            end,
            text: text.to_owned(),
        };
        let text = "do not give it";
        assert_eq!(edited(text, &[edit(3, 6, "")]), "do give it");
        assert_eq!(edited(text, &[edit(7, 7, "ever")]), "do not ever give it");
        assert_eq!(edited(text, &[edit(14, 14, "now")]), "do not give it now");
        assert_eq!(
            edited(text, &[edit(12, 14, "her"), edit(0, 2, "Did")]),
            "Did not give her"
        );
        assert_eq!(edited(text, &[edit(11, 14, "")]), "do not give");
    }
}
