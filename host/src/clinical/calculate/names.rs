//! Which calculator a text names.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use api_types::CalculatorInfo;

use super::lexicon::calculators::{CALCULATORS, Names};
use super::text::{Kind, Token, phrases, tokens};

/// So many tokens spell the longest name: "cha 2 ds 2 vasc", "wells score for deep vein thrombosis".
const LONGEST: usize = 8;

/// A name in the text with the calculators that go by it, the likelier first.
pub struct Named {
    /// Indices in the catalogue.
    pub places: Vec<usize>,
    pub tokens: Range<usize>,
    /// Also a word of everyday language.
    pub weak: bool,
}

struct Alias {
    place: usize,
    joined: String,
    weak: bool,
}

/// Every name in the text, from left to right; where several fit, the longest.
pub fn named(tokens: &[Token], catalogue: &[CalculatorInfo]) -> Vec<Named> {
    let aliases = aliases(catalogue);
    let (mut out, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        let longest = (1..=LONGEST.min(tokens.len() - at))
            .rev()
            .find_map(|length| spelled(tokens, at..at + length, &aliases));
        at = longest.as_ref().map_or(at + 1, |named| named.tokens.end);
        out.extend(longest);
    }
    out
}

fn spelled(text: &[Token], tokens: Range<usize>, aliases: &[Alias]) -> Option<Named> {
    let window = &text[tokens.clone()];
    let within = |token: &Token| !matches!(token.kind, Kind::Mark(mark) if mark != '-');
    if !window.iter().all(within) || window.last()?.is_mark('-') || window.first()?.is_mark('-') {
        return None;
    }
    let written = joined(window);
    let fitting: Vec<_> = aliases.iter().filter(|alias| alias.joined == written).collect();
    let mut places: Vec<_> = fitting.iter().map(|alias| alias.place).collect();
    places.dedup();
    (!places.is_empty()).then(|| Named {
        places,
        tokens,
        weak: fitting.iter().any(|alias| alias.weak),
    })
}

/// Every name of the lexicon as one word, with its calculator and whether it is a weak one.
static LISTED: LazyLock<Vec<(&str, String, bool)>> = LazyLock::new(|| {
    let of = |names: &'static Names| {
        let strong = phrases(names.names).map(|words| (words, false));
        let weak = phrases(names.weak).map(|words| (words, true));
        strong.chain(weak).map(|(words, weak)| (names.id, joined(&words), weak))
    };
    CALCULATORS.iter().flat_map(of).collect()
});

/// In the order of the lexicon, which is that of preference; a calculator it does not list goes by id and title.
fn aliases(catalogue: &[CalculatorInfo]) -> Vec<Alias> {
    let places: HashMap<&str, usize> = catalogue.iter().map(|one| one.id.as_str()).zip(0..).collect();
    let listed = LISTED.iter().filter_map(|(id, joined, weak)| {
        Some(Alias {
            place: *places.get(id)?,
            joined: joined.clone(),
            weak: *weak,
        })
    });
    let own = catalogue.iter().enumerate().flat_map(|(place, calculator)| {
        let title = calculator.title.split('(').next().unwrap_or_default();
        [&calculator.id, title].map(|name| Alias {
            place,
            joined: joined(&tokens(name)),
            weak: false,
        })
    });
    listed.chain(own).collect()
}

/// How many hints of this calculator the text has.
pub fn hints(tokens: &[Token], calculator: &CalculatorInfo) -> usize {
    let of = |names: &&Names| names.id == calculator.id;
    let Some(names) = CALCULATORS.iter().find(of) else {
        return 0;
    };
    let hinted = |hint: &&str| tokens.iter().any(|token| token.text == **hint);
    names.hints.split(' ').filter(hinted).count()
}

fn joined(tokens: &[Token]) -> String {
    tokens
        .iter()
        .filter(|token| !matches!(token.kind, Kind::Mark(_)))
        .map(|token| token.text.as_str())
        .collect()
}
