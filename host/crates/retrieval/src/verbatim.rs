//! Finds a text in a passage regardless of white space, line hyphenation and kinds of dash and quote.

use std::ops::Range;

/// Where `needle` stands in `text` as whole words, in bytes of `text`.
pub fn find(needle: &str, text: &str) -> Option<Range<usize>> {
    [false, true].into_iter().find_map(|rejoin| {
        let wanted: String = folded(needle, rejoin).into_iter().map(|f| f.0).collect();
        let hay = folded(text, rejoin);
        let plain: String = hay.iter().map(|f| f.0).collect();
        if wanted.is_empty() {
            return None;
        }
        plain.match_indices(&wanted).find_map(|(at, _)| {
            let first = plain[..at].chars().count();
            let last = first + wanted.chars().count() - 1;
            let whole = |inner: usize, outer: Option<&(char, Range<usize>)>| {
                !(hay[inner].0.is_alphanumeric() && outer.is_some_and(|o| o.0.is_alphanumeric()))
            };
            (whole(first, first.checked_sub(1).and_then(|k| hay.get(k))) && whole(last, hay.get(last + 1)))
                .then(|| hay[first].1.start..hay[last].1.end)
        })
    })
}

/// Characters in one form each, with the bytes they come from. `rejoin` also joins "medi- cation".
fn folded(text: &str, rejoin: bool) -> Vec<(char, Range<usize>)> {
    let mut out: Vec<(char, Range<usize>)> = Vec::with_capacity(text.len());
    let trimmed = text.trim();
    let offset = text.len() - text.trim_start().len();
    for (at, c) in trimmed.char_indices() {
        let range = offset + at..offset + at + c.len_utf8();
        let c = match c {
            '\u{ad}' | '\u{200b}' | '\u{feff}' => continue,
            '‐' | '‑' | '–' | '—' | '−' | '\u{fffe}' => '-',
            '“' | '”' => '"',
            '‘' | '’' => '\'',
            'μ' => 'µ',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if c == ' ' {
            if out.last().is_some_and(|l| l.0 == ' ') {
                continue;
            }
            let hyphened =
                out.last().is_some_and(|l| l.0 == '-') && out.len() >= 2 && out[out.len() - 2].0.is_alphabetic();
            if rejoin
                && hyphened
                && trimmed[at..]
                    .trim_start()
                    .chars()
                    .next()
                    .is_some_and(char::is_lowercase)
            {
                out.pop();
                continue;
            }
        }
        match c {
            'ﬁ' => out.extend([('f', range.clone()), ('i', range)]),
            'ﬂ' => out.extend([('f', range.clone()), ('l', range)]),
            c => out.push((c, range)),
        }
    }
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn spacing_hyphenation_and_dashes_do_not_matter() {
        let text = "Give the  medi-\ncation 5–10\nmg daily. Stop.";
        assert_eq!(
            &text[find("the medication 5-10 mg daily.", text).unwrap()],
            "the  medi-\ncation 5–10\nmg daily."
        );
        assert_eq!(find("0 mg", "Give 10 mg"), None);
        assert_eq!(find("five", text), None);
    }
}
