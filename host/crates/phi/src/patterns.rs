//! Identifiers that show by their form, by a label before them or by a checksum.

mod address;
mod checksum;
mod contact;
mod dates;
mod labelled;
mod near;
mod numbers;
mod spelled;

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::{Match, Regex, RegexSet};

use crate::{Kind, Span};

use near::{Near, Windows};

/// A regular expression over the plain text, in ASCII terms.
struct Rule {
    kind: Kind,
    score: f32,
    gate: Gate,
    regex: Regex,
    near: Near,
    /// Has the last word on a match; sees what stands around it.
    keep: Check,
}

/// What a text must match before the rule is tried; always wider than the rule.
struct Gate {
    source: String,
    /// In [`Rules::gates`].
    number: Option<usize>,
}

/// A match of a rule: its first group that took part, else all of it.
struct Hit<'a> {
    text: &'a [u8],
    start: usize,
    end: usize,
}

impl<'a> Hit<'a> {
    fn value(&self) -> &'a [u8] {
        &self.text[self.start..self.end]
    }

    /// At most `most` bytes before the match.
    fn before(&self, most: usize) -> &'a [u8] {
        &self.text[self.start.saturating_sub(most)..self.start]
    }

    fn after(&self, most: usize) -> &'a [u8] {
        &self.text[self.end..self.text.len().min(self.end + most)]
    }

    fn digits(&self) -> usize {
        self.value().iter().filter(|b| b.is_ascii_digit()).count()
    }

    /// A quantity, not a number of something: "500 mg", "40 %", "10000-20000 IU".
    fn has_unit(&self) -> bool {
        static UNIT: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r"(?i-u)^\s?-?(?:%|mg|mcg|microg|micrograms?|ug|g|kg|ml|dl|l|mm|cm|mmol|mol|meq|iu|units?|mmhg|bpm|per|/|years?|yrs?|yo|y/o|months?|weeks?|days?|hours?|hrs?|min|patients|participants|cells|copies|ul|x ?10|ng|pg|nmol|kcal|cal|j|gy|mv|ma)\b").ok()
        });
        let after = self.after(16);
        after.starts_with(b"%") || after.starts_with(b" %") || UNIT.as_ref().is_some_and(|unit| unit.is_match(after))
    }

    /// "PMID " or the like stands before.
    fn is_cited(&self) -> bool {
        static PUBLIC: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r"(?i-u)(?:pmids?|pubmed(?: ids?)?|pmcids?|pmc|nct|isrctn|eudract|isbn|issn|doi|rrid|cas|gse|icd|cpt|loinc|snomed(?: ct)?|rxnorm|rxcui|ndc|atc|mesh|orcid|crd|umls|cui|chembl|uniprot)(?:[ \-_.]?(?:no|number|id|code|9|10|11))?[ \-_:.#=(\[]*(?:\d{5,9}[,; ]+(?:and )?)*(?:10\.)?$").ok()
        });
        PUBLIC.as_ref().is_some_and(|public| public.is_match(self.before(48)))
    }

    /// A reference number of the public literature: "PMID 12345678", "NCT01234567"; the code of a drug: "BMS-986165".
    fn is_reference(&self) -> bool {
        static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r"^(?i-u)(?:pmid|pmc|nct|isrctn|actrn|drks|chictr|umin|loc|rs|crd|gse|doi|mk|bms|azd|gsk|ly|pf|abt|ro|jnj|bay|bi|tak|amg|regn|sar|cdc|sars|covid|iso|rfc|din|en|c)[- ]?\d").ok()
        });
        self.is_cited() || CODE.as_ref().is_some_and(|code| code.is_match(self.value()))
    }
}

fn always(_: &Hit) -> bool {
    true
}

/// What must be true of a match.
type Check = fn(&Hit) -> bool;
/// Kind, score, gate, expression, check. The empty gate is open to every text.
type Source<'a> = (Kind, f32, &'a str, &'a str, Check);

/// A rule whose expression does not compile would be missing in silence, so a test counts them.
fn rules(near: Near, sources: &[Source]) -> Vec<Rule> {
    let rule = |(kind, score, gate, source, keep): &Source| {
        let regex = Regex::new(&format!("(?-u){source}")).ok()?;
        let gate = Gate {
            source: format!("(?-u){gate}"),
            number: None,
        };
        Some(Rule {
            kind: *kind,
            score: *score,
            gate,
            regex,
            near,
            keep: *keep,
        })
    };
    sources.iter().filter_map(rule).collect()
}

/// All rules, and all their gates as one expression: a text is read once to know which rules to run.
struct Rules {
    rules: Vec<Rule>,
    gates: Option<RegexSet>,
}

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let mut rules: Vec<Rule> = [
        labelled::rules(),
        contact::rules(),
        dates::rules(),
        numbers::rules(),
        address::rules(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut sources: Vec<String> = rules.iter().map(|rule| rule.gate.source.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    for rule in &mut rules {
        rule.gate.number = sources.iter().position(|source| *source == rule.gate.source);
    }
    Rules {
        rules,
        gates: RegexSet::new(&sources).ok(),
    }
});

/// Whether all rules are there.
pub(crate) fn is_complete() -> bool {
    let written = [
        labelled::COUNT,
        contact::COUNT,
        dates::COUNT,
        numbers::RULES.len(),
        address::COUNT,
    ];
    let gated = |rule: &Rule| rule.gate.number.is_some();
    RULES.rules.len() == written.iter().sum::<usize>() && RULES.gates.is_some() && RULES.rules.iter().all(gated)
}

pub(crate) fn find(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let windows = Windows::of(bytes);
    let open = RULES.gates.as_ref().map(|gates| gates.matches(bytes));
    for rule in &RULES.rules {
        let closed = open
            .as_ref()
            .zip(rule.gate.number)
            .is_some_and(|(open, number)| !open.matched(number));
        if !closed {
            windows
                .near(rule.near)
                .iter()
                .for_each(|part| apply(rule, bytes, part.clone(), &mut found));
        }
    }
    spelled::find(text, &mut found);
    found
}

fn apply(rule: &Rule, text: &[u8], window: Range<usize>, found: &mut Vec<Span>) {
    let part = &text[window.clone()];
    let mut push = |value: Match| {
        let hit = Hit {
            text,
            start: value.start() + window.start,
            end: value.end() + window.start,
        };
        let kept = (rule.keep)(&hit);
        if kept {
            found.push(Span {
                start: hit.start,
                end: hit.end,
                kind: rule.kind,
                score: rule.score,
            });
        }
        kept
    };
    if rule.regex.captures_len() == 1 {
        rule.regex.find_iter(part).for_each(|whole| {
            push(whole);
        });
        return;
    }
    let mut at = 0;
    while let Some(groups) = rule.regex.captures_at(part, at) {
        let Some(value) = groups.iter().skip(1).flatten().next().or_else(|| groups.get(0)) else {
            break;
        };
        // What was no value may be the next label: "medical record, MRN 12345678".
        let next = if push(value) { value.end() } else { value.start() };
        at = next.max(at + 1);
        if at > part.len() {
            break;
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::string::bytes_regex;
    use proptest::test_runner::TestRunner;

    use super::*;

    #[test]
    fn every_rule_compiles() {
        assert!(is_complete());
    }

    #[test]
    fn what_a_rule_matches_its_gate_lets_through() {
        let mut runner = TestRunner::deterministic();
        for rule in &RULES.rules {
            // What stands at a border is no part of what is invented.
            let source = rule
                .regex
                .as_str()
                .replace(r"\b", "")
                .replace('$', "")
                .replace(r"|\s", "");
            let texts = bytes_regex(&source).unwrap();
            let gate = Regex::new(&rule.gate.source).unwrap();
            let mut tried = 0;
            for _ in 0..400 {
                let text = texts.new_tree(&mut runner).unwrap().current();
                let text = [b" ", text.as_slice(), b" "].concat();
                if rule.regex.is_match(&text) {
                    tried += 1;
                    let shown = String::from_utf8_lossy(&text);
                    assert!(
                        gate.is_match(&text),
                        "{shown:?} passes {} and not {}",
                        rule.regex,
                        rule.gate.source
                    );
                }
            }
            assert!(tried > 20, "{} is hardly tried: {tried}", rule.regex);
        }
    }
}
