//! Exponents and note marks: "10⁹/L" must not read as 109, nor "65" with a note behind it as 652.

use std::borrow::Cow;

/// Digits, perhaps with signs and commas. A sign alone stays as it is: "CD4+".
pub(crate) fn is_marks(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '−' | '–' | ','))
}

/// The raised forms of digits and signs; a dash between digits is a range of notes.
pub(crate) fn signs(text: &str) -> impl Iterator<Item = char> {
    text.chars().enumerate().map(|(at, c)| match c {
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        '+' => '⁺',
        '-' | '−' | '–' if at == 0 => '⁻',
        c => c,
    })
}

/// Text of a run that its file sets above the line.
pub(crate) fn superscript(text: &str) -> Cow<'_, str> {
    match text.trim() {
        marks if is_marks(marks) => signs(marks).collect::<String>().into(),
        _ => text.into(),
    }
}
