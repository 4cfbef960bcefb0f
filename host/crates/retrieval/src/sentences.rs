//! Splits clinical prose into sentences.
//!
//! Never inside parentheses or brackets, after an abbreviation, a decimal, a list number or an initial.
//! List items, table rows and paragraphs end a sentence whatever their punctuation.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Abbreviations (without their last full stop, lower case) that do not end a sentence.
static ABBREVIATIONS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../data/sentence_abbreviations.txt")
        .split_whitespace()
        .collect()
});

/// Abbreviations that do not end a sentence when a number follows.
const BEFORE_NUMBER: &[&str] = &[
    "no", "nos", "p", "n", "art", "sec", "para", "item", "day", "wk", "grp", "ver",
];

/// Words that open a sentence often enough to overrule an initial or an abbreviation in front of them.
static OPENERS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../data/sentence_openers.txt")
        .split_whitespace()
        .collect()
});

/// Longest bracketed span in bytes within which full stops are ignored; a longer one is taken as never closed.
const BRACKET_LIMIT: usize = 600;

/// Sentences of `text` as byte ranges: in order, not overlapping, without surrounding white space.
///
/// Together the ranges hold every character of `text` that is not white space.
pub fn split(text: &str) -> Vec<Range<usize>> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut found = Vec::new();
    let mut start = 0;
    let mut closes_at = 0;
    let mut row = is_row(&chars, 0);
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i].1;
        if c == '\n' {
            row = is_row(&chars, i + 1);
        }
        if c == '\n' && line_ends(&chars, start, i) {
            push(text, &chars, start, i, &mut found);
            start = i + 1;
            closes_at = 0;
        } else if matches!(c, '(' | '[') && i >= closes_at {
            closes_at = closing(&chars, i).unwrap_or(i);
        } else if matches!(c, '.' | '!' | '?' | '…')
            && i >= closes_at
            && !row
            && let Some(end) = sentence_end(&chars, start, i)
        {
            push(text, &chars, start, end, &mut found);
            start = end;
            i = end;
            continue;
        }
        i += 1;
    }
    push(text, &chars, start, chars.len(), &mut found);
    found
}

/// Whether the line that begins at `from` is a row of a table, whose cells may hold sentences of their own.
fn is_row(chars: &[(usize, char)], from: usize) -> bool {
    chars[from..].iter().take_while(|c| c.1 != '\n').any(|c| c.1 == '|')
}

fn push(text: &str, chars: &[(usize, char)], from: usize, to: usize, found: &mut Vec<Range<usize>>) {
    let at = |i: usize| chars.get(i).map_or(text.len(), |c| c.0);
    let slice = &text[at(from)..at(to)];
    let begin = at(from) + (slice.len() - slice.trim_start().len());
    let trimmed = slice.trim();
    if !trimmed.is_empty() {
        found.push(begin..begin + trimmed.len());
    }
}

/// Index of the bracket that closes the one at `open`, when it is near and in the same paragraph.
fn closing(chars: &[(usize, char)], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (i, &(at, c)) in chars.iter().enumerate().skip(open) {
        if at - chars[open].0 > BRACKET_LIMIT || (c == '\n' && chars.get(i + 1).is_some_and(|n| n.1 == '\n')) {
            return None;
        }
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(i);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether the line break at `i` ends a sentence that began at `start`.
fn line_ends(chars: &[(usize, char)], start: usize, i: usize) -> bool {
    let before: Vec<char> = chars[start..i]
        .iter()
        .rev()
        .map(|c| c.1)
        .skip_while(|c| c.is_whitespace())
        .take(80)
        .collect();
    let next: Vec<char> = chars[i + 1..].iter().map(|c| c.1).take_while(|&c| c != '\n').collect();
    let line: String = next.iter().collect();
    let line = line.trim_start();
    if line.is_empty() {
        // A blank line: the paragraph ends.
        return true;
    }
    let row_before = chars[start..i]
        .iter()
        .rev()
        .map(|c| c.1)
        .take_while(|&c| c != '\n')
        .any(|c| c == '|');
    if starts_list_item(line) || row_before || line.contains(" | ") {
        return true;
    }
    let Some(&last) = before.first() else { return true };
    if matches!(last, '.' | '!' | '?' | ':' | ';') {
        return line.chars().next().is_none_or(|c| !c.is_lowercase());
    }
    // Prose wrapped at a line width goes on; a short line before a capital is a heading.
    let width = chars[start..i].iter().rev().take_while(|c| c.1 != '\n').count();
    width < 45 && last != ',' && last != '-' && line.chars().next().is_some_and(char::is_uppercase)
}

fn starts_list_item(line: &str) -> bool {
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    let rest = chars.as_str();
    if matches!(
        first,
        '•' | '▪' | '‣' | '◦' | '●' | '○' | '■' | '□' | '\u{f0b7}' | '✓' | '➢'
    ) {
        return true;
    }
    if matches!(first, '-' | '*' | '–' | '—' | 'o' | '+') && rest.starts_with(' ') {
        return true;
    }
    let marker: String = line.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    let after = &line[marker.len()..];
    let short = (marker.len() <= 2 && marker.chars().all(|c| c.is_ascii_digit()))
        || (marker.len() == 1 && marker.chars().all(|c| c.is_ascii_alphabetic()));
    short && (after.starts_with(". ") || after.starts_with(") "))
}

/// The end (exclusive index) of the sentence whose terminator stands at `i`, or none when it does not end there.
fn sentence_end(chars: &[(usize, char)], start: usize, i: usize) -> Option<usize> {
    let get = |k: usize| chars.get(k).map(|c| c.1);
    let mut end = i + 1;
    while matches!(get(end), Some('.' | '!' | '?')) {
        end += 1;
    }
    if chars[i].1 == '.' && end == i + 1 && (get(end).is_some_and(|c| c == ' ') && get(end + 1) == Some('.')) {
        return None;
    }
    if chars[i].1 == '.' && i > 0 && chars[i - 1].1 == ' ' && (i >= 2 && chars[i - 2].1 == '.') && end == i + 1 {
        // The last dot of ". . ." ends a sentence only before an opener.
        return next_word(chars, end)
            .filter(|w| OPENERS.contains(w.to_lowercase().as_str()))
            .map(|_| end);
    }
    while matches!(get(end), Some('"' | '\'' | '”' | '’' | '»' | ')' | ']')) {
        end += 1;
    }
    end = after_citation(chars, i, end);
    let mut next = end;
    while get(next).is_some_and(char::is_whitespace) {
        next += 1;
    }
    if next >= chars.len() {
        return Some(chars.len());
    }
    if next == end && glued(chars, i, end) {
        return Some(end);
    }
    if next == end || chars[end..next].iter().any(|c| c.1 == '\n') && line_ends(chars, start, next - 1) {
        // No white space: inside a number, name or address. A line break decides by its own rule.
        return (next != end).then_some(end);
    }
    if !opens_sentence(chars, next) {
        return None;
    }
    if chars[i].1 != '.' {
        return Some(end);
    }
    (!is_abbreviation(chars, start, i, next)).then_some(end)
}

/// Whether the space between two sentences was lost: "was seen.We found", "was low.CONCLUSION: it".
fn glued(chars: &[(usize, char)], stop: usize, end: usize) -> bool {
    let before = chars[..stop]
        .iter()
        .rev()
        .map(|c| c.1)
        .take_while(|c| c.is_lowercase())
        .count();
    let after: Vec<char> = chars[end..]
        .iter()
        .map(|c| c.1)
        .take_while(|c| c.is_alphabetic())
        .collect();
    let opens = after.first().is_some_and(|c| c.is_uppercase());
    let word = after.len() >= 2 && after[1..].iter().all(|c| c.is_lowercase());
    let label = after.len() >= 4 && after.iter().all(|c| c.is_uppercase());
    chars[stop].1 == '.' && end == stop + 1 && before >= 3 && opens && (word || label)
}

/// Skips reference marks behind a full stop: "found.[12]", "found. [3, 4]", "found.12,13 The", "found.¹²,¹³ The".
fn after_citation(chars: &[(usize, char)], stop: usize, end: usize) -> usize {
    let get = |k: usize| chars.get(k).map(|c| c.1);
    let mut open = end;
    while get(open) == Some(' ') {
        open += 1;
    }
    if get(open) == Some('[') {
        let mut k = open + 1;
        while get(k).is_some_and(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | '–' | ' ')) {
            k += 1;
        }
        if k > open + 1 && get(k) == Some(']') {
            return k + 1;
        }
    }
    let mut marks = end;
    while get(marks).is_some_and(|c| matches!(c, '¹' | '²' | '³' | '⁰' | '⁴'..='⁹' | ',' | '–')) {
        marks += 1;
    }
    if marks > end && get(marks).is_none_or(char::is_whitespace) {
        return marks;
    }
    let letter_before = stop > 0 && chars[stop - 1].1.is_alphabetic();
    if letter_before && get(end).is_some_and(|c| c.is_ascii_digit()) {
        let mut k = end;
        while get(k).is_some_and(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | '–')) {
            k += 1;
        }
        if k - end <= 12 && get(k).is_some_and(char::is_whitespace) {
            return k;
        }
    }
    end
}

fn next_word(chars: &[(usize, char)], from: usize) -> Option<String> {
    let word: String = chars[from.min(chars.len())..]
        .iter()
        .map(|c| c.1)
        .skip_while(|c| !c.is_alphanumeric())
        .take_while(|c| c.is_alphanumeric() || *c == '-')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// Whether a sentence can begin at `at`: a capital, a digit, a bracket, or a name like mTOR, p53 or miR-25.
fn opens_sentence(chars: &[(usize, char)], at: usize) -> bool {
    let c = chars[at].1;
    if !c.is_alphanumeric() {
        return matches!(
            c,
            '(' | '[' | '"' | '“' | '‘' | '\'' | '•' | '▪' | '●' | '-' | '–' | '*' | '<' | '>' | '≥' | '≤'
        );
    }
    if c.is_uppercase() || c.is_numeric() || !c.is_lowercase() {
        return true;
    }
    let word = next_word(chars, at).unwrap_or_default();
    word.chars().skip(1).any(|c| c.is_uppercase() || c.is_ascii_digit())
}

fn is_abbreviation(chars: &[(usize, char)], start: usize, stop: usize, next: usize) -> bool {
    let mut from = stop;
    while from > start && (chars[from - 1].1.is_alphanumeric() || matches!(chars[from - 1].1, '.' | '-')) {
        from -= 1;
    }
    let token: String = chars[from..stop].iter().map(|c| c.1).collect();
    let lower = token.to_lowercase();
    let follows = next_word(chars, next).unwrap_or_default();
    let number_follows = follows.chars().next().is_some_and(|c| c.is_ascii_digit());
    let opener = OPENERS.contains(follows.to_lowercase().as_str()) && follows.chars().count() > 1;
    if ABBREVIATIONS.contains(lower.as_str()) {
        // "et al." and "e.g." never end one; "the U.S. The" and "5 mg p.o. The" do.
        return !opener
            || matches!(
                lower.as_str(),
                "e.g" | "i.e" | "vs" | "al" | "dr" | "cf" | "fig" | "approx"
            );
    }
    if number_follows && BEFORE_NUMBER.contains(&lower.as_str()) {
        return true;
    }
    let marker = from == start || chars[start..from].iter().all(|c| !c.1.is_alphanumeric());
    if marker && token.len() <= 2 && !token.is_empty() && token.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    if marker && token.chars().count() == 1 {
        return true;
    }
    let mut letters = token.chars();
    if let (Some(initial), None) = (letters.next(), letters.next()) {
        if !initial.is_uppercase() || opener {
            return false;
        }
        // "J. Smith" and "S. Aureus", but not "vitamin C. Doses" or "hepatitis B. Treatment".
        let before: String = {
            let mut word: Vec<char> = chars[start..from]
                .iter()
                .rev()
                .map(|c| c.1)
                .skip_while(|c| c.is_whitespace())
                .take_while(|c| c.is_alphanumeric())
                .collect();
            word.reverse();
            word.into_iter().collect()
        };
        return before.chars().next().is_some_and(char::is_uppercase)
            && before.chars().count() > 1
            && !matches!(
                before.to_lowercase().as_str(),
                "vitamin"
                    | "hepatitis"
                    | "type"
                    | "group"
                    | "class"
                    | "grade"
                    | "stage"
                    | "factor"
                    | "protein"
                    | "child"
                    | "arm"
                    | "figure"
                    | "table"
            );
    }
    // "U.S.A", "B.C": letters with dots between them.
    token.contains('.') && token.split('.').all(|part| part.chars().count() == 1) && !opener
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<&str> {
        split(text).into_iter().map(|r| &text[r]).collect()
    }

    #[test]
    fn abbreviations_decimals_and_units_do_not_end_a_sentence() {
        assert_eq!(
            parts("Give e.g. 2.5 mg i.v. daily vs. placebo. Dr. Smith agreed. Max. dose is 5 mg. Then stop."),
            [
                "Give e.g. 2.5 mg i.v. daily vs. placebo.",
                "Dr. Smith agreed.",
                "Max. dose is 5 mg.",
                "Then stop."
            ]
        );
        assert_eq!(
            parts("See Fig. 3 and No. 4 for details. Done."),
            ["See Fig. 3 and No. 4 for details.", "Done."]
        );
        assert_eq!(
            parts("Smith et al. The cohort was small."),
            ["Smith et al. The cohort was small."]
        );
    }

    #[test]
    fn nothing_breaks_inside_brackets() {
        assert_eq!(
            parts("Use gloves (see Annex. Wash hands. Dry them) always. Next."),
            ["Use gloves (see Annex. Wash hands. Dry them) always.", "Next."]
        );
        assert_eq!(
            parts("An open ( bracket. Goes on. End."),
            ["An open ( bracket.", "Goes on.", "End."]
        );
    }

    #[test]
    fn citations_stay_with_their_sentence() {
        assert_eq!(
            parts("It works.[12] The next. [3, 4] And more.5,6 Raised.⁷,⁸ The last.⁹"),
            [
                "It works.[12]",
                "The next. [3, 4]",
                "And more.5,6",
                "Raised.⁷,⁸",
                "The last.⁹"
            ]
        );
    }

    #[test]
    fn ellipses_and_initials_hold_together() {
        assert_eq!(
            parts("They waited . . . and left. Then E. coli grew. J. Smith saw vitamin C. Doses rose."),
            [
                "They waited . . . and left.",
                "Then E. coli grew.",
                "J. Smith saw vitamin C.",
                "Doses rose."
            ]
        );
    }

    #[test]
    fn list_items_rows_and_paragraphs_end_a_sentence() {
        assert_eq!(
            parts("Before you start:\n• Wash hands\n• Wear gloves\n1. Check the label\n2. Give 5 mg"),
            [
                "Before you start:",
                "• Wash hands",
                "• Wear gloves",
                "1. Check the label",
                "2. Give 5 mg"
            ]
        );
        assert_eq!(
            parts("Drug | Dose\nA | 5 mg\nB | 10 mg"),
            ["Drug | Dose", "A | 5 mg", "B | 10 mg"]
        );
        assert_eq!(
            parts("a heading\n\nText goes\non here."),
            ["a heading", "Text goes\non here."]
        );
        assert_eq!(
            parts("Admission\nAdmit when the score is 3."),
            ["Admission", "Admit when the score is 3."]
        );
    }

    /// Looking at the whole line again at each full stop would take minutes.
    #[test]
    fn a_line_of_any_length_is_read_once() {
        assert_eq!(split(&"It was seen again. ".repeat(50_000)).len(), 50_000);
        assert_eq!(parts("A | It was seen. Again. | B\nSo. It goes on.").len(), 3);
    }

    #[test]
    fn a_lost_space_still_ends_a_sentence() {
        assert_eq!(
            parts("It was seen.We found more. See Node.js and www.example.org."),
            ["It was seen.", "We found more.", "See Node.js and www.example.org."]
        );
    }

    #[test]
    fn names_that_begin_small_open_a_sentence() {
        assert_eq!(
            parts("It binds. p53 is lost. mTOR rises. it goes on."),
            ["It binds.", "p53 is lost.", "mTOR rises. it goes on."]
        );
    }

    #[test]
    fn all_text_but_white_space_is_kept() {
        for text in [
            "",
            " \n ",
            "…",
            "a.b.c",
            "A. ",
            "x\u{2028}y. Z",
            "Ünï. Öde. ß. É (",
            "1. 2. 3.",
            "? ! .",
            "((((a. B))) C. D",
        ] {
            let kept: String = split(text).into_iter().map(|r| &text[r]).collect();
            let bare = |s: &str| s.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(bare(&kept), bare(text), "{text:?}");
        }
    }
}
