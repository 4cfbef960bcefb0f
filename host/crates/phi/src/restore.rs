//! Puts identifiers back where their placeholders stand, also while the text still arrives in pieces. What looks like a
//! placeholder and is none that was given out becomes [`LOST`]: nobody is shown an invented or mangled one.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Match, Regex};

use crate::redact::Placeholders;

/// Stands where a placeholder was that means nothing. A sentence with it says what nobody knows.
pub const LOST: char = '\u{FFFC}';

/// Bytes at the end of what has come that may be the beginning of a placeholder; the longest has 30.
const AHEAD: usize = 40;

/// In order: in brackets of any kind and case with a number; the bare word in square brackets; with a low line; in
/// capitals before a number.
static ALIKE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "NAME|PLACE|DATE|PHONE|FAX|EMAIL|SSN|MRN|PLAN|ACCOUNT|LICENSE|VEHICLE|DEVICE|URL|IP|BIOMETRIC|PHOTO|ID";
    Regex::new(&format!(
        r"(?x) [\[({{<]\ ?(?i:{words})[\ _\\-]{{0,3}}[0-9]{{1,6}}(?:'s)?\ ?[\])}}>]
        | \[(?:{words})_?\]
        | \b(?i:{words})\\?_\ ?[0-9]{{1,6}}\b
        | \b(?:{words})\ [0-9]{{1,6}}\b"
    ))
    .ok()
});

/// Whether the pattern could be read.
pub(crate) fn is_complete() -> bool {
    ALIKE.is_some()
}

/// Takes pieces of what a model wrote, cut anywhere, and gives back the text with its identifiers, a few words behind.
pub struct Restorer {
    values: HashMap<String, String>,
    held: String,
}

impl Restorer {
    #[must_use]
    pub fn new(map: Placeholders) -> Self {
        Self {
            values: map.into_pairs().collect(),
            held: String::new(),
        }
    }

    /// Takes the next piece; gives what no later piece can change, often nothing.
    #[must_use]
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let end = self.held.len().saturating_sub(AHEAD);
        // Between words, so that a word is never read as the end of one.
        let Some(mut cut) = self.held.as_bytes()[..end].iter().rposition(u8::is_ascii_whitespace) else {
            return String::new();
        };
        cut += 1;
        if let Some(across) = self.alike().find(|alike| alike.start() < cut && cut < alike.end()) {
            cut = across.start();
        }
        let rest = self.held.split_off(cut);
        let settled = self.restored();
        self.held = rest;
        settled
    }

    /// The rest of the text.
    #[must_use]
    pub fn finish(self) -> String {
        self.restored()
    }

    fn alike(&self) -> impl Iterator<Item = Match<'_>> {
        ALIKE.iter().flat_map(|alike| alike.find_iter(&self.held))
    }

    fn restored(&self) -> String {
        let mut out = String::with_capacity(self.held.len());
        let mut at = 0;
        for alike in self.alike() {
            out.push_str(&self.held[at..alike.start()]);
            match self.values.get(alike.as_str()) {
                Some(value) => out.push_str(value),
                None => out.push(LOST),
            }
            at = alike.end();
        }
        out.push_str(&self.held[at..]);
        out
    }
}

/// Undoes [`crate::redact`]: puts the identifiers back wherever their placeholders stand, once, and changes nothing else.
#[must_use]
pub fn restore(text: &str, map: &Placeholders) -> String {
    let known: HashMap<String, String> = map.clone().into_pairs().collect();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        out.push_str(before);
        let end = from.find(']').map_or(from.len(), |close| close + 1);
        match known.get(&from[..end]) {
            Some(value) => {
                out.push_str(value);
                rest = &from[end..];
            }
            None => {
                out.push('[');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Redactor;

    fn map() -> Placeholders {
        let mut redactor = Redactor::default();
        let text = redactor.redact("Patient john smith, DOB: 01/15/1990, MRN: 12345678: dose?");
        assert_eq!(text, "Patient [NAME_1], DOB: [DATE_1], MRN: [MRN_1]: dose?");
        redactor.finish()
    }

    fn answered(text: &str, map: &Placeholders) -> String {
        let mut restorer = Restorer::new(map.clone());
        restorer.held.push_str(text);
        restorer.finish()
    }

    #[test]
    fn given_placeholders_come_back_and_others_are_lost() {
        let map = map();
        assert_eq!(answered("[NAME_1] ([MRN_1]) [1].", &map), "john smith (12345678) [1].");
        for lost in [
            "[NAME_2]",
            "[name_1]",
            "[NAME 1]",
            "[NAME-1]",
            "[NAME\\_1]",
            "NAME_1",
            "NAME 1",
            "(NAME_1)",
            "[NAME_1's]",
            "<MRN_1>",
            "[NAME]",
            "[ID_9]",
        ] {
            let said = answered(&format!("Ask {lost} today."), &map);
            assert!(
                said.contains(LOST) && !said.contains("NAME") && !said.contains("name"),
                "{lost}: {said}"
            );
        }
        for kept in [
            "[1]",
            "[12, 13]",
            "the date of 5 May",
            "IP-10 and IL-6",
            "(id est)",
            "a plan 2 of 3",
            "[name]",
        ] {
            assert_eq!(answered(kept, &map), kept);
        }
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_is_not_read_again() {
        let mut redactor = Redactor::default();
        let text = redactor.redact("Patient John Smith. [NAME_1] stood here.");
        assert_eq!(text, "Patient [NAME_1]. [ID_1] stood here.");
        let map = redactor.finish();
        assert_eq!(answered("[ID_1] of [NAME_1]", &map), "[NAME_1] of John Smith");
    }

    proptest! {
        #[test]
        fn a_stream_comes_back_as_the_whole(
            parts in prop::collection::vec(prop::sample::select(vec![
                "[NAME_1]", "[NAME", "_1]", "NAME", " ", "1", "[MRN_1]", "give 5 mg [1].", "ß", "[", "]", "\n", "x",
                "[DATE_1]", "DATE_", "id", "(ID", ")", "a long word without any end at all",
            ]), 0..60),
            cuts in prop::collection::vec(0..400_usize, 0..20),
        ) {
            let text = parts.concat();
            let map = map();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| text.is_char_boundary(*cut)).collect();
            cuts.sort_unstable();
            let mut restorer = Restorer::new(map.clone());
            let (mut out, mut at) = (String::new(), 0);
            for cut in cuts {
                out += &restorer.push(&text[at..cut]);
                at = cut;
            }
            out += &restorer.push(&text[at..]);
            out += &restorer.finish();
            prop_assert_eq!(out, answered(&text, &map));
        }
    }
}
