//! Exceptions, dose limits and contraindications that stand beside a used span.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::sentences;

#[expect(clippy::unwrap_used, reason = "constant patterns, compiled in the tests")]
static CAVEAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(except(ion|ions|ing)?|unless|contra-?indicat\w*|do not|don't|must not|mustn't|should not|shouldn't|never|avoid(ed|ance)?|caution(ary|s)?|cautiously|",
        r"not recommended|not be (used|given|administered|recommended|combined|started|repeated)|not (exceed|to exceed|suitable|advised|indicated|licen[cs]ed|approved) ?\w*|no more than|",
        r"maximum|max\.|maximal (daily )?dose|at most|upper limit|dose limit|ceiling (dose|effect)|dose ceiling|",
        r"(reduc|adjust|lower|halv|decreas)\w* (the )?(\w+ )?(dos\w+)|dos\w+ (reduction|adjustment)s?|(discontinue|stop|withhold|hold|interrupt)\w* (\w+ ){0,3}(if|when|until|in)|",
        r"only (if|when|in|after|for|with)|but not|does not apply|warning|black box|allerg\w+|hypersensitiv\w+|pregnan\w+|breast-?feeding|lactation|children under|under \d+ years|renal impairment|hepatic impairment|kidney impairment|liver impairment)\b"
    ))
    .unwrap()
});

/// Words that qualify a rule only when the sentence also tells what to do about them.
const GROUPS: &[&str] = &[
    "allerg",
    "hypersens",
    "pregnan",
    "breast",
    "lactation",
    "impairment",
    "children under",
    "warning",
    "caution",
];

/// How many caveats in a row are followed on each side.
const REACH: usize = 3;

/// Whether a sentence states an exception, a limit or a contraindication.
pub fn is_caveat(sentence: &str) -> bool {
    let mut found = CAVEAT.find_iter(sentence).peekable();
    if found.peek().is_none() {
        return false;
    }
    let lower = sentence.to_lowercase();
    let told = [
        "should",
        "must",
        "not",
        "avoid",
        "caution",
        "contra",
        "reduce",
        "adjust",
        "consult",
        "only",
        "unless",
        "except",
        "stop",
        "discontinu",
        "withhold",
    ]
    .iter()
    .any(|w| lower.contains(w));
    found.any(|m| {
        let text = m.as_str().to_lowercase();
        !GROUPS.iter().any(|g| text.contains(g)) || told
    })
}

/// Sentences of `passage` that must go with the span `used`: the rest of its own sentence, caveats right before and
/// after it, and the items of a list that a caveat opens. Byte ranges, in order, outside `used`.
pub fn caveats(passage: &str, used: Range<usize>) -> Vec<Range<usize>> {
    let all = sentences::split(passage);
    let touches = |s: &Range<usize>| s.start < used.end && used.start < s.end;
    let Some(first) = all.iter().position(touches) else {
        return Vec::new();
    };
    let last = all.iter().rposition(touches).unwrap_or(first);
    let mut found = Vec::new();
    for s in &all[first..=last] {
        let rest = [
            s.start..used.start.clamp(s.start, s.end),
            used.end.clamp(s.start, s.end)..s.end,
        ];
        if rest.iter().any(|r| is_caveat(&passage[r.clone()])) {
            found.push(s.clone());
        }
    }
    for s in all[..first].iter().rev().take(REACH) {
        if !is_caveat(&passage[s.clone()]) || new_paragraph(passage, s.end, used.start) {
            break;
        }
        found.insert(0, s.clone());
    }
    let mut at = last + 1;
    while let Some(s) = all
        .get(at)
        .filter(|s| at <= last + REACH && is_caveat(&passage[(*s).clone()]))
    {
        found.push(s.clone());
        at += 1;
        if passage[s.clone()].ends_with(':') {
            while let Some(item) = all.get(at).filter(|i| is_item(passage, i)) {
                found.push(item.clone());
                at += 1;
            }
        }
    }
    found
}

fn new_paragraph(passage: &str, from: usize, to: usize) -> bool {
    from < to && passage[from..to].contains("\n\n")
}

/// Whether a sentence is an item of a list.
pub(crate) fn is_item(passage: &str, sentence: &Range<usize>) -> bool {
    let text = &passage[sentence.clone()];
    let own_line = passage[..sentence.start].trim_end_matches([' ', '\t']).ends_with('\n') || sentence.start == 0;
    own_line && (super::support::bare(text).len() < text.len() || text.starts_with(['•', '-', '*', '–', '▪', '●', '◦']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside<'a>(passage: &'a str, used: &str) -> Vec<&'a str> {
        let at = passage.find(used).unwrap_or_default();
        caveats(passage, at..at + used.len())
            .into_iter()
            .map(|r| &passage[r])
            .collect()
    }

    #[test]
    fn what_bounds_a_rule_stays_with_it() {
        let passage = "Give amoxicillin 500 mg three times daily. The maximum dose is 3 g per day. Do not give it to patients with penicillin allergy. Review after 48 hours.";
        assert_eq!(
            beside(passage, "Give amoxicillin 500 mg three times daily."),
            [
                "The maximum dose is 3 g per day.",
                "Do not give it to patients with penicillin allergy."
            ]
        );
        assert!(beside(passage, "Review after 48 hours.").len() == 2);
        assert_eq!(
            beside(
                "Use gloves for all patients except those isolated.",
                "Use gloves for all patients"
            ),
            ["Use gloves for all patients except those isolated."]
        );
    }

    #[test]
    fn a_list_of_contraindications_stays_whole() {
        let passage = "Metformin is first line.\nDo not use in:\n- eGFR below 30\n- lactic acidosis\nSee also insulin.";
        assert_eq!(
            beside(passage, "Metformin is first line."),
            ["Do not use in:", "- eGFR below 30", "- lactic acidosis"]
        );
    }

    #[test]
    fn plain_neighbours_are_no_caveats() {
        assert!(
            beside(
                "The study ran for a year. It had two arms. Pregnant women took part.",
                "It had two arms."
            )
            .is_empty()
        );
    }
}
