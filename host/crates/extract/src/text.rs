//! Plain text: encodings and paragraphs.

use api_types::{Block, BlockKind};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::facts::Stated;
use crate::flow::Flow;
use crate::{ExtractError, Extracted, MAX_TEXT};

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let text = decode(bytes, None)?;
    let mut flow = Flow::default();
    for paragraph in paragraphs(&text) {
        for (kind, text) in blocks(&paragraph) {
            flow.add(Block {
                kind,
                text,
                words: Vec::new(),
            });
        }
    }
    Ok(Extracted::from_pages(flow.finish()?, Stated::default(), 0))
}

/// Text in the encoding of its byte order mark, else the named one, else UTF-8 or UTF-16 where the bytes fit, else Windows-1252.
pub(crate) fn decode(bytes: &[u8], named: Option<&'static Encoding>) -> Result<String, ExtractError> {
    if bytes.len() as u64 > MAX_TEXT {
        return Err(ExtractError::too_large("text in bytes", MAX_TEXT));
    }
    let guess = || match utf16(bytes) {
        Some(encoding) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => UTF_8,
        None => WINDOWS_1252,
    };
    let encoding = Encoding::for_bom(bytes)
        .map(|(e, _)| e)
        .or(named.filter(|e| *e != UTF_8))
        .unwrap_or_else(guess);
    Ok(encoding.decode(bytes).0.into_owned())
}

pub(crate) fn looks_like_utf16(head: &[u8]) -> bool {
    utf16(head).is_some()
}

/// Western text in UTF-16 has a zero as nearly every other byte.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), head.len() / 2);
    match (even * 10 > half * 7, odd * 10 > half * 7) {
        (false, true) if half > 1 => Some(UTF_16LE),
        (true, false) if half > 1 => Some(UTF_16BE),
        _ => None,
    }
}

fn paragraphs(text: &str) -> Vec<Vec<&str>> {
    let mut all: Vec<Vec<&str>> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for line in text.lines().flat_map(|l| l.split('\u{c}')) {
        if line.trim().is_empty() {
            all.extend((!open.is_empty()).then(|| std::mem::take(&mut open)));
        } else {
            open.push(line.trim_end());
        }
    }
    all.extend((!open.is_empty()).then_some(open));
    all
}

fn blocks(lines: &[&str]) -> Vec<(BlockKind, String)> {
    let clean = |line: &str| {
        line.split_whitespace()
            .filter(|w| !w.chars().all(char::is_control))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let first = clean(lines.first().copied().unwrap_or_default());
    let underlined = lines
        .get(1)
        .is_some_and(|l| l.len() >= 3 && (l.trim().bytes().all(|b| b == b'=') || l.trim().bytes().all(|b| b == b'-')));
    if underlined {
        let mut all = vec![(BlockKind::Heading { level: 2 }, first)];
        all.extend(if lines.len() > 2 {
            blocks(&lines[2..])
        } else {
            Vec::new()
        });
        return all;
    }
    let letters = first.chars().filter(|c| c.is_alphabetic()).count();
    if lines.len() == 1 && letters >= 4 && first.len() <= 80 && !first.chars().any(char::is_lowercase) {
        return vec![(BlockKind::Heading { level: 2 }, first)];
    }
    let widest = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let mut all: Vec<(BlockKind, String)> = Vec::new();
    let mut wrapped = false;
    for line in lines {
        let text = clean(line);
        if is_item(&text) {
            all.push((BlockKind::ListItem, text));
        } else if let Some((_, open)) = all.last_mut() {
            // A full line runs on; a short one was ended on purpose.
            open.push(if wrapped { ' ' } else { '\n' });
            open.push_str(&text);
        } else {
            all.push((BlockKind::Paragraph, text));
        }
        let width = line.chars().count();
        wrapped = (50..=120).contains(&widest) && width * 10 >= widest * 7;
    }
    all
}

fn is_item(line: &str) -> bool {
    let Some((marker, rest)) = line.split_once(' ') else {
        return false;
    };
    let number = marker
        .strip_suffix(['.', ')'])
        .is_some_and(|n| !n.is_empty() && n.len() <= 3 && n.bytes().all(|b| b.is_ascii_digit()));
    !rest.is_empty() && (matches!(marker, "-" | "*" | "•" | "–" | "+" | "o") || number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let wide = |s: &str, little: bool| -> Vec<u8> {
            s.encode_utf16()
                .flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() })
                .collect()
        };
        assert_eq!(decode("Fièvre 38 °C".as_bytes(), None).unwrap(), "Fièvre 38 °C");
        assert_eq!(decode(b"Fi\xe8vre 38 \xb0C", None).unwrap(), "Fièvre 38 °C");
        assert_eq!(decode(&wide("Fièvre 38 °C", true), None).unwrap(), "Fièvre 38 °C");
        assert_eq!(decode(&wide("Fièvre 38 °C", false), None).unwrap(), "Fièvre 38 °C");
        assert_eq!(decode(b"\xef\xbb\xbfFever", None).unwrap(), "Fever");
    }

    #[test]
    fn paragraphs_headings_and_items() {
        let text = "SEPSIS\n\nGive oxygen to keep the saturation above 94 percent in\neveryone who arrives.\n\n- first\n- second\n  goes on\n\nTitle\n=====\nBody\n";
        assert_eq!(
            extract(text.as_bytes()).unwrap().first_page(),
            [
                (BlockKind::Heading { level: 2 }, "SEPSIS".to_owned()),
                (
                    BlockKind::Paragraph,
                    "Give oxygen to keep the saturation above 94 percent in everyone who arrives.".to_owned()
                ),
                (BlockKind::ListItem, "- first".to_owned()),
                (BlockKind::ListItem, "- second\ngoes on".to_owned()),
                (BlockKind::Heading { level: 2 }, "Title".to_owned()),
                (BlockKind::Paragraph, "Body".to_owned()),
            ]
        );
    }
}
