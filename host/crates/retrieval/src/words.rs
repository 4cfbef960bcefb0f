//! Cuts text into pieces: words, numbers and the symbols that carry meaning.
//!
//! Decides what a hyphen joins: "PD-L1", "miR-25" and "5-HT" are one name, "6-month" and "calcium-dependent" are two words.

use std::ops::Range;

use crate::{numbers, units};

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// As written, hyphens inside names removed.
    Word(String),
    Number(f64),
    /// One of `< > ≤ ≥ = ± % / + - ° , ;` and brackets; `to` between the ends of a range.
    Symbol(&'static str),
}

/// Pieces of `text` with their byte ranges, in order.
pub fn pieces(text: &str) -> Vec<(Range<usize>, Piece)> {
    let mut found: Vec<(Range<usize>, Piece)> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let next = at + c.len_utf8();
        let follows = text[next..].chars().next();
        let before = text[..at].chars().next_back();
        if c.is_ascii_digit()
            || (c == '.' && follows.is_some_and(|f| f.is_ascii_digit()) && before.is_none_or(|b| !b.is_alphanumeric()))
        {
            at = number(text, at, &mut found);
        } else if c.is_alphabetic() {
            at = word(text, at, &mut found);
        } else {
            at = symbol(text, at, c, follows, before, &mut found);
        }
    }
    found
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−')
}

fn run(text: &str, keep: impl Fn(char) -> bool) -> &str {
    &text[..text.find(|c: char| !keep(c)).unwrap_or(text.len())]
}

fn number(text: &str, at: usize, found: &mut Vec<(Range<usize>, Piece)>) -> usize {
    let Some(read) = numbers::read_digits(&text[at..]) else {
        return at + text[at..].chars().next().map_or(1, char::len_utf8);
    };
    let end = at + read.length;
    let raised = run(&text[end..], is_raised);
    if !raised.is_empty() {
        // "10⁹" is a power; behind any other number a raised one is the mark of a note.
        let power = if &text[at..end] == "10" { exponent(raised) } else { None };
        let value = power.map_or(read.value, |power| 10_f64.powi(power));
        let end = end + raised.len();
        found.push((at..end, Piece::Number(value)));
        return end;
    }
    let negative = text[..at].chars().next_back().is_some_and(|c| matches!(c, '-' | '−'))
        && text[..at]
            .chars()
            .rev()
            .nth(1)
            .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '[' | '=' | '<' | '>' | '≤' | '≥' | ','));
    let value = if negative { -read.value } else { read.value };
    let letters = run(&text[end..], |c| c.is_alphabetic() || matches!(c, '²' | '³'));
    let rest = &text[end + letters.len()..];
    if !letters.is_empty() {
        let joined = rest.chars().next().is_some_and(|c| c.is_ascii_digit());
        if !joined && numbers::ordinal(&format!("{}{letters}", &text[at..end])).is_some() {
            let whole = at..end + letters.len();
            found.push((whole.clone(), Piece::Word(text[whole.clone()].to_owned())));
            return whole.end;
        }
        if (!joined || letters == "m") && (units::unit(letters).is_some() || letters == "x") {
            found.push((at..end, Piece::Number(value)));
            return end;
        }
        return code(text, at, found);
    }
    if let Some(dash) = rest.chars().next().filter(|&c| is_dash(c)) {
        let after = run(&rest[dash.len_utf8()..], |c| c.is_alphanumeric());
        let lower = after.to_lowercase();
        if after.starts_with(char::is_alphabetic)
            && !units::counted(after)
            && !units::counted(&lower)
            && numbers::word_value(&lower).is_none()
        {
            return code(text, at, found);
        }
    }
    found.push((at..end, Piece::Number(value)));
    end
}

/// Digits and signs above the line: "10⁹", "activities⁵".
fn is_raised(c: char) -> bool {
    matches!(c, '⁰' | '¹' | '²' | '³' | '⁴'..='⁹' | '⁺' | '⁻')
}

/// The value of a raised number of at most two digits.
fn exponent(raised: &str) -> Option<i32> {
    let digits: String = raised
        .chars()
        .map(|c| match c {
            '⁰' => '0',
            '¹' => '1',
            '²' => '2',
            '³' => '3',
            '⁴' => '4',
            '⁵' => '5',
            '⁶' => '6',
            '⁷' => '7',
            '⁸' => '8',
            '⁹' => '9',
            '⁻' => '-',
            c => c,
        })
        .collect();
    digits.parse().ok().filter(|power: &i32| power.abs() <= 12)
}

/// A name with digits in it, taken whole: "5-HT", "3q26", "25-hydroxyvitamin".
fn code(text: &str, at: usize, found: &mut Vec<(Range<usize>, Piece)>) -> usize {
    let mut end = at;
    loop {
        end += run(&text[end..], char::is_alphanumeric).len();
        let mut rest = text[end..].chars();
        match (rest.next(), rest.next()) {
            (Some(dash), Some(c)) if is_dash(dash) && c.is_alphanumeric() && end - at < 12 => end += dash.len_utf8(),
            _ => break,
        }
    }
    let name: String = text[at..end].chars().filter(|&c| !is_dash(c)).collect();
    found.push((at..end, Piece::Word(name)));
    end
}

fn word(text: &str, at: usize, found: &mut Vec<(Range<usize>, Piece)>) -> usize {
    let mut end = at + run(&text[at..], |c| c.is_alphanumeric() || matches!(c, '²' | '³')).len();
    let whole = &text[at..end];
    let bare = whole.trim_end_matches(is_raised);
    if bare.len() < whole.len() && units::unit(whole).is_none() {
        // The mark of a note, or a charge.
        let end = at + bare.len();
        let marks = run(&text[end..], |c| is_raised(c) || matches!(c, ',' | '–')).trim_end_matches([',', '–']);
        found.push((at..end, Piece::Word(bare.to_owned())));
        return end + marks.len();
    }
    // "don't", "Dako's"
    let mut rest = text[end..].chars();
    if let (Some('\'' | '’'), Some(c)) = (rest.next(), rest.next())
        && c.is_alphabetic()
    {
        let quote = text[end..].chars().next().map_or(1, char::len_utf8);
        end += quote + run(&text[end + quote..], char::is_alphabetic).len();
    }
    // "i.v.", "b.i.d."
    if text[at..end].chars().count() == 1 {
        let mut to = end;
        while text[to..].starts_with('.') {
            let letters = run(&text[to + 1..], char::is_alphabetic);
            if letters.chars().count() != 1 {
                break;
            }
            to += 1 + letters.len();
        }
        if to > end {
            let name = text[at..to].replace('.', "");
            found.push((at..to, Piece::Word(name)));
            return to;
        }
    }
    let mut name = text[at..end].to_owned();
    while let Some(dash) = text[end..].chars().next().filter(|&c| is_dash(c)) {
        let after = run(&text[end + dash.len_utf8()..], char::is_alphanumeric);
        let code_after = after.chars().any(|c| c.is_ascii_digit());
        let short_after = after.len() <= 3 && after.chars().all(|c| c.is_ascii_uppercase());
        let plain_before = name.chars().count() >= 3 && name.chars().skip(1).all(char::is_lowercase);
        let joins = !after.is_empty()
            && dash != '—'
            && ((code_after && !(plain_before && after.chars().all(|c| c.is_ascii_digit())))
                || (name.chars().any(|c| c.is_ascii_digit()) && short_after));
        if !joins {
            break;
        }
        name.push_str(after);
        end += dash.len_utf8() + after.len();
    }
    found.push((at..end, Piece::Word(name.clone())));
    // Marker signs: "HER2+", "CD4-".
    let mut rest = text[end..].chars();
    if let (Some(sign), after) = (rest.next(), rest.next())
        && (sign == '+' || is_dash(sign))
        && after.is_none_or(|c| !c.is_alphanumeric() && !is_dash(c))
        && name.chars().any(|c| c.is_ascii_digit() || c.is_uppercase())
        && name.chars().skip(1).any(|c| c.is_ascii_digit() || c.is_uppercase())
    {
        found.push((
            end..end + sign.len_utf8(),
            Piece::Symbol(if sign == '+' { "+" } else { "-" }),
        ));
        return end + sign.len_utf8();
    }
    end
}

fn symbol(
    text: &str,
    at: usize,
    c: char,
    follows: Option<char>,
    before: Option<char>,
    found: &mut Vec<(Range<usize>, Piece)>,
) -> usize {
    let next = at + c.len_utf8();
    let mut end = next;
    let name = match c {
        '<' | '>' | '⩽' | '⩾' | '≤' | '≥' | '≦' | '≧' => {
            let or_equal = follows == Some('=');
            end += usize::from(or_equal);
            match c {
                '<' if !or_equal => "<",
                '>' if !or_equal => ">",
                '>' | '⩾' | '≥' | '≧' => "≥",
                _ => "≤",
            }
        }
        '=' => "=",
        '±' => "±",
        '%' => "%",
        '‰' => "‰",
        '$' => "$",
        '€' => "€",
        '£' => "£",
        '/' | '∕' => "/",
        '°' | 'º' => "°",
        '(' | '[' => "(",
        ')' | ']' => ")",
        ',' => ",",
        ';' => ";",
        ':' => ":",
        '½' => {
            found.push((at..next, Piece::Number(0.5)));
            return next;
        }
        '¼' => {
            found.push((at..next, Piece::Number(0.25)));
            return next;
        }
        '¾' => {
            found.push((at..next, Piece::Number(0.75)));
            return next;
        }
        _ if is_dash(c) => {
            let ahead = text[next..]
                .trim_start()
                .chars()
                .next()
                .is_some_and(|f| f.is_ascii_digit() || f == '.');
            let behind = matches!(found.last(), Some((r, Piece::Number(_) | Piece::Symbol("%"))) if text[r.end..at].trim().is_empty());
            let spaced = before.is_some_and(char::is_whitespace) == follows.is_some_and(char::is_whitespace);
            if ahead && behind && spaced { "to" } else { return next }
        }
        _ => return next,
    };
    found.push((at..end, Piece::Symbol(name)));
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        pieces(text)
            .into_iter()
            .map(|(_, p)| match p {
                Piece::Word(w) => w,
                Piece::Number(v) => numbers::key(v),
                Piece::Symbol(s) => s.to_owned(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn powers_are_numbers_and_marks_of_notes_are_nothing() {
        assert_eq!(shown("10⁹/L and 10⁻³"), "#1000000000 / L and #0.001");
        assert_eq!(shown("over 65² years, activities⁵,⁶,⁷."), "over #65 years , activities");
        assert_eq!(shown("25 kg/m², Ca²⁺ high"), "#25 kg / m² , Ca high");
    }

    #[test]
    fn names_numbers_and_ranges_are_cut_apart() {
        assert_eq!(
            shown("PD-L1 in 6-month-old mice, miR-25"),
            "PDL1 in #6 month old mice , miR25"
        );
        assert_eq!(
            shown("5-HT 10mg 5-10 mg, 2.5-fold"),
            "5HT #10 mg #5 to #10 mg , #2.5 fold"
        );
        assert_eq!(
            shown("at -5 °C; HER2+ and CD4- cells"),
            "at #-5 ° C ; HER2 + and CD4 - cells"
        );
        assert_eq!(shown("i.v. >=3 (3rd) 1,000/mm3"), "iv ≥ #3 ( 3rd ) #1000 / mm3");
        assert_eq!(
            shown("don't type-2 calcium-dependent"),
            "don't type #2 calcium dependent"
        );
    }
}
