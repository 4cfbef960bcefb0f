//! One plain form of a text for all rules: zero-width marks gone, full-width and styled letters, foreign
//! digits, accents and look-alike letters of other scripts made ASCII, with the way back to the original offsets.

use std::borrow::Cow;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use crate::Span;

pub(crate) struct Normal<'a> {
    pub text: Cow<'a, str>,
    /// For each byte of `text`: start and end of the original character it came from. Empty when the text is unchanged.
    origin: Vec<(u32, u32)>,
}

impl<'a> Normal<'a> {
    pub fn of(text: &'a str) -> Self {
        if text.is_ascii() || u32::try_from(text.len()).is_err() {
            return Self {
                text: Cow::Borrowed(text),
                origin: Vec::new(),
            };
        }
        let mut plain = Plain {
            text: String::with_capacity(text.len()),
            origin: Vec::with_capacity(text.len()),
        };
        let mut word = Vec::new();
        for (at, c) in text.char_indices() {
            let span = (at as u32, (at + c.len_utf8()) as u32);
            if is_invisible(c) {
                continue;
            }
            if c.is_alphabetic() || is_combining_mark(c) {
                word.push((c, span));
            } else {
                plain.word(&mut word);
                plain.other(c, span);
            }
        }
        plain.word(&mut word);
        Self {
            text: Cow::Owned(plain.text),
            origin: plain.origin,
        }
    }

    /// Whether these plain letters were written with accents, or with letters of another script, in the original.
    pub fn is_foreign(&self, start: usize, end: usize) -> bool {
        let letters = self.text.as_bytes().get(start..end).unwrap_or_default();
        let origin = self.origin.get(start..end).unwrap_or_default();
        letters
            .iter()
            .zip(origin)
            .any(|(letter, (from, to))| letter.is_ascii_alphabetic() && to - from > 1)
    }

    /// Turns offsets in the plain text into offsets of the original.
    pub fn map_back(&self, spans: &mut Vec<Span>) {
        if self.origin.is_empty() && matches!(self.text, Cow::Borrowed(_)) {
            return;
        }
        spans.retain_mut(|span| {
            let start = self.origin.get(span.start);
            let end = span.end.checked_sub(1).and_then(|last| self.origin.get(last));
            let (Some(&(start, _)), Some(&(_, end))) = (start, end) else {
                return false;
            };
            (span.start, span.end) = (start as usize, end as usize);
            start < end
        });
    }
}

struct Plain {
    text: String,
    origin: Vec<(u32, u32)>,
}

impl Plain {
    fn push(&mut self, c: char, span: (u32, u32)) {
        self.text.push(c);
        self.origin.resize(self.text.len(), span);
    }

    fn other(&mut self, c: char, span: (u32, u32)) {
        match c {
            '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{FF07}' => self.push('\'', span),
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => self.push('-', span),
            '\u{2044}' | '\u{2215}' | '\u{29F8}' => self.push('/', span),
            c if c.is_ascii() => self.push(c, span),
            c if c.is_whitespace() => self.push(' ', span),
            c => match digit(c) {
                Some(digit) => self.push(digit, span),
                None => decompose_compatible(c, |part| self.push(part, span)),
            },
        }
    }

    /// Look-alikes are replaced only in a word that has Latin letters too or consists of look-alikes
    /// alone (three or more), so that the beta of "β-blocker" and running Greek or Russian stay.
    fn word(&mut self, word: &mut Vec<(char, (u32, u32))>) {
        let mut letters: Vec<(char, (u32, u32))> = Vec::with_capacity(word.len());
        for &(c, span) in word.iter() {
            decompose_compatible(c, |part| {
                if !is_combining_mark(part) {
                    match unaccented(part) {
                        Some(plain) => letters.extend(plain.chars().map(|c| (c, span))),
                        None => letters.push((part, span)),
                    }
                }
            });
        }
        word.clear();
        let latin = letters.iter().any(|(c, _)| c.is_ascii_alphabetic());
        let alike = letters.len() >= 3 && letters.iter().all(|(c, _)| look_alike(*c).is_some());
        for (c, span) in letters {
            let c = if latin || alike { look_alike(c).unwrap_or(c) } else { c };
            self.push(c, span);
        }
    }
}

/// Marks that show as nothing: soft hyphen, zero-width spaces and joiners, direction marks, variation
/// selectors, tag characters.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{3164}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// Decimal digits of the scripts that keep ten in a row.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 12] = [
        0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0E50, 0x0ED0,
    ];
    let code = c as u32;
    ZEROS
        .iter()
        .find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10))
        .and_then(|value| char::from_digit(value, 10))
}

/// Letters without a decomposition into base and accent, as the word lists write them.
fn unaccented(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'Ø' => "O",
        'ł' => "l",
        'Ł' => "L",
        'đ' | 'ð' => "d",
        'Đ' | 'Ð' => "D",
        'ı' => "i",
        'ß' => "s",
        'þ' => "th",
        'Þ' => "Th",
        'æ' => "ae",
        'Æ' => "Ae",
        'œ' => "oe",
        'Œ' => "Oe",
        _ => return None,
    })
}

/// The Latin letter that a Cyrillic, Greek or Armenian one is drawn like.
fn look_alike(c: char) -> Option<char> {
    let (from, to) = match c {
        '\u{0370}'..='\u{03FF}' => ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαινοκρτυμ", "ABEZHIKMNOPTYXaivokptuu"),
        '\u{0400}'..='\u{052F}' => ("АВЕЅІЈКМНОРСТХУаеорсухѕіјһԁԛԝкмтв", "ABESIJKMHOPCTXYaeopcyxsijhdqwkmtb"),
        '\u{0530}'..='\u{058F}' => ("օսոհ", "ounh"),
        _ => return None,
    };
    from.chars()
        .position(|letter| letter == c)
        .and_then(|at| to.chars().nth(at))
}
