//! Text from elsewhere, made safe to put into CommonMark.

/// On one line, each run of white space as one space; control characters and marks that hide or turn text
/// around are left out.
#[must_use]
pub fn squeezed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = true;
        } else if !hides(c) {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(c);
        }
    }
    out
}

fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// The most bytes of a text that an answer should hold: the host takes 64 KiB a text and 8 MiB in all.
pub const LONGEST_TEXT: usize = 60_000;

/// At most `bytes` of `text`, cut between two characters.
#[must_use]
pub fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Squeezed, with a backslash before each character that CommonMark reads as markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in squeezed(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

const PLAIN: &str = "0123456789+-=()n";
const RAISED: &str = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ";
const LOWERED: &str = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ";

/// Superscript as plain text, because 10 to the ninth is not 109: `⁹`, or `^(max)` where there is no such character.
#[must_use]
pub fn raised(text: &str) -> String {
    shifted(text, RAISED, '^')
}

/// Subscript as plain text: `₂`, or `_(max)`.
#[must_use]
pub fn lowered(text: &str) -> String {
    shifted(text, LOWERED, '_')
}

fn shifted(text: &str, target: &str, sign: char) -> String {
    let one = |c: char| {
        let c = if matches!(c, '−' | '–') { '-' } else { c };
        let place = PLAIN.chars().position(|plain| plain == c)?;
        target.chars().nth(place)
    };
    let all: Option<String> = text.chars().map(one).collect();
    all.unwrap_or_else(|| format!("{sign}({text})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_elsewhere_stays_text() {
        assert_eq!(escaped("a <script> *b*\n\t[c](d)"), "a \\<script\\> \\*b\\* \\[c\\](d)");
        assert_eq!(
            (raised("9"), raised("−3"), lowered("max")),
            ("⁹".into(), "⁻³".into(), "_(max)".into())
        );
        assert_eq!((cut("aöb", 2), cut("aöb", 3), cut("ab", 9)), ("a", "aö", "ab"));
        assert_eq!(squeezed("  a\u{202E}b \u{0} c\n"), "ab c");
    }
}
