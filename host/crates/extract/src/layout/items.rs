//! What a line of a list begins with, and whether it does begin an item.

use super::PlacedWord;
use super::lines::Line;

/// A bullet, number or letter at the beginning of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Left edge of the text after it.
    text: f32,
    sign: Sign,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    /// A bullet, or a number or letter with a tab or wide space after it.
    Sure,
    /// A number with a plain space after it: an item unless it stands within a sentence.
    Number,
    /// A letter or a numeral such as "ii." with a plain space: "A. Smith" unless the lines around make it an item.
    Letter,
}

pub(crate) fn start(line: &[u32], words: &[PlacedWord]) -> Option<Start> {
    let first = words.get(*line.first()? as usize)?;
    let second = words.get(*line.get(1)? as usize)?;
    let wide = second.rect.x0 - first.rect.x1 > 0.4 * first.size;
    let marker = is_marker(&first.text);
    let sign = if is_bullet(&first.text) || (marker && wide) {
        Sign::Sure
    } else if is_number(&first.text) {
        Sign::Number
    } else if marker {
        Sign::Letter
    } else {
        return None;
    };
    Some(Start {
        text: second.rect.x0,
        sign,
    })
}

/// Decides which lines of a column begin items.
pub(crate) fn settle(lines: &mut [Line], words: &[PlacedWord]) {
    for index in 0..lines.len() {
        let Some(start) = lines[index].start else { continue };
        let is_item = match start.sign {
            Sign::Sure => true,
            Sign::Number => {
                first_number(lines, index, words)
                    || !within_sentence(lines, index, words)
                    || hangs(lines, index, start)
                    || continues(lines, index, words)
            }
            Sign::Letter => hangs(lines, index, start) || has_neighbour(lines, index, words),
        };
        lines[index].item = is_item.then_some(start.text);
    }
}

fn first_number(lines: &[Line], index: usize, words: &[PlacedWord]) -> bool {
    sign(&lines[index], words).is_some_and(|sign| sign.starts_with("1.") || sign.starts_with("1)"))
}

fn sign<'a>(line: &Line, words: &'a [PlacedWord]) -> Option<&'a str> {
    line.start?;
    let first = words.get(*line.words.first()? as usize)?;
    Some(first.text.as_str())
}

fn adjacent(above: &Line, below: &Line) -> bool {
    let size = above.size.max(below.size);
    (above.size - below.size).abs() < 0.1 * size && below.baseline - above.baseline < 1.5 * size
}

/// The line above runs on into this one.
fn within_sentence(lines: &[Line], index: usize, words: &[PlacedWord]) -> bool {
    let Some(above) = index.checked_sub(1).and_then(|i| lines.get(i)) else {
        return false;
    };
    let last = above.words.last().and_then(|&w| words.get(w as usize));
    adjacent(above, &lines[index]) && last.is_some_and(|w| !w.text.ends_with(['.', ':', ';', '!', '?']))
}

/// The next line begins below the text of this one, not below its number.
fn hangs(lines: &[Line], index: usize, start: Start) -> bool {
    let line = &lines[index];
    lines.get(index + 1).is_some_and(|next| {
        next.start.is_none()
            && adjacent(line, next)
            && (next.rect.x0 - start.text).abs() < 0.35 * line.size
            && start.text - line.rect.x0 > 0.6 * line.size
    })
}

/// An item above has the number before this one.
fn continues(lines: &[Line], index: usize, words: &[PlacedWord]) -> bool {
    let own = sign(&lines[index], words);
    let mut above = lines.iter().take(index).filter(|l| l.item.is_some());
    above.any(|other| matches!((sign(other, words), own), (Some(a), Some(b)) if follows(a, b)))
}

/// Another line begins with the number before or after this one, at the same place.
fn has_neighbour(lines: &[Line], index: usize, words: &[PlacedWord]) -> bool {
    let (line, own) = (&lines[index], sign(&lines[index], words));
    let level = |other: &Line| match (line.start, other.start) {
        (Some(a), Some(b)) => {
            (a.text - b.text).abs() < 0.35 * line.size || (line.rect.x0 - other.rect.x0).abs() < 0.35 * line.size
        }
        _ => false,
    };
    lines
        .iter()
        .filter(|other| level(other))
        .any(|other| matches!((own, sign(other, words)), (Some(a), Some(b)) if follows(a, b) || follows(b, a)))
}

/// "2)" follows "1)", "c." follows "b.", "iv." follows "iii.".
fn follows(before: &str, after: &str) -> bool {
    let (Some(a), Some(b)) = (before.chars().next_back(), after.chars().next_back()) else {
        return false;
    };
    let core = |sign: &str| -> String { sign.chars().filter(char::is_ascii_alphanumeric).collect() };
    let (x, y) = (core(before), core(after));
    let letter = |core: &str| match core.as_bytes() {
        [byte] if byte.is_ascii_alphabetic() => Some(u32::from(*byte)),
        _ => None,
    };
    let next = |a: Option<u32>, b: Option<u32>| matches!((a, b), (Some(a), Some(b)) if b == a + 1);
    a == b && (next(x.parse().ok(), y.parse().ok()) || next(letter(&x), letter(&y)) || next(roman(&x), roman(&y)))
}

fn roman(text: &str) -> Option<u32> {
    const NUMERALS: [&str; 20] = [
        "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii",
        "xviii", "xix", "xx",
    ];
    let lower = text.to_ascii_lowercase();
    let at = NUMERALS.iter().position(|numeral| *numeral == lower)?;
    u32::try_from(at + 1).ok()
}

/// A bullet, or a number or letter with a full stop or bracket.
pub(crate) fn is_marker(text: &str) -> bool {
    if is_bullet(text) {
        return true;
    }
    let Some(core) = text.strip_suffix(['.', ')', ':']) else {
        return false;
    };
    let core = core.strip_prefix('(').unwrap_or(core);
    let digits = !core.is_empty() && core.len() <= 3 && core.bytes().all(|b| b.is_ascii_digit());
    let letter = core.len() == 1 && core.bytes().all(|b| b.is_ascii_alphabetic());
    let roman = !core.is_empty() && core.len() <= 5 && core.bytes().all(|b| b"ivxIVX".contains(&b));
    digits || letter || roman || is_section(core)
}

/// "2.1" or "V.a/b"; not "e.g" and "I.V".
fn is_section(core: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    let letters = |part: &str| {
        part.split('/')
            .all(|l| l.len() == 1 && l.bytes().all(|b| b.is_ascii_lowercase()))
    };
    let chapter = |part: &str| !part.is_empty() && part.len() <= 5 && part.bytes().all(|b| b"IVX".contains(&b));
    let Some((first, rest)) = core.split_once('.') else {
        return false;
    };
    core.len() <= 10 && (digits(first) || chapter(first)) && rest.split('.').all(|part| digits(part) || letters(part))
}

fn is_number(text: &str) -> bool {
    text.len() <= 4
        && text
            .strip_suffix(['.', ')'])
            .is_some_and(|n| !n.is_empty() && n.len() <= 2 && n.bytes().all(|b| b.is_ascii_digit()))
}

pub(crate) fn is_bullet(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(first), None) = (chars.next(), chars.next()) else {
        return false;
    };
    matches!(
        first,
        '•' | '●'
            | '○'
            | '◦'
            | '■'
            | '□'
            | '▪'
            | '▫'
            | '◆'
            | '◇'
            | '–'
            | '—'
            | '-'
            | '*'
            | '‣'
            | '⁃'
            | '·'
            | '❏'
            | '❑'
            | '❒'
            | '☐'
            | '☑'
            | '☒'
            | '✓'
            | '✔'
            | '➢'
            | '►'
            | '▶'
            | '→'
            | '»'
            | 'o'
    ) || ('\u{e000}'..='\u{f8ff}').contains(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_are_known_and_follow_each_other() {
        for (a, b) in [
            ("1)", "2)"),
            ("b.", "c."),
            ("iii.", "iv."),
            ("(a)", "(b)"),
            ("9.", "10."),
        ] {
            assert!(follows(a, b) && !follows(b, a), "{a} {b}");
        }
        for marker in ["2.1.", "V.a/b.", "XII.", "(a)", "12)"] {
            assert!(is_marker(marker), "{marker}");
        }
        for word in ["e.g.", "i.e.", "I.V.", "pH.", "2.5", "Dr."] {
            assert!(!is_marker(word), "{word}");
        }
        assert!(!follows("1)", "2.") && !follows("a.", "c.") && !follows("J.", "S."));
    }
}
