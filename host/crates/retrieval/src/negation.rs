//! Words that turn, bound or qualify a claim: negations, exceptions, modals and limits.

use crate::tokens::Kind;

/// The turning word at the start of a phrase: its kind, its key and how many words it takes.
pub fn cue(word: &str, next: Option<&str>) -> Option<(Kind, String, usize)> {
    let found = |kind, key: &str, taken| Some((kind, key.to_owned(), taken));
    match word {
        "not" | "no" | "nor" | "neither" | "none" | "nobody" | "nothing" | "nowhere" | "never" | "cannot" | "aint" => {
            found(Kind::Negation, "not", 1)
        }
        "without" | "w/o" => found(Kind::Negation, "without", 1),
        "non" => found(Kind::Negation, "non", 1),
        "lack" | "lacks" | "lacked" | "lacking" => found(Kind::Negation, "lack", 1),
        "absence" | "absent" | "absences" => found(Kind::Negation, "absence", 1),
        "fail" | "fails" | "failed" | "failing" | "failure" if next == Some("to") => found(Kind::Negation, "fail", 2),
        "fail" | "fails" | "failed" | "failing" => found(Kind::Negation, "fail", 1),
        "unable" | "inability" | "incapable" => found(Kind::Negation, "unable", 1),
        "hardly" | "scarcely" | "barely" => found(Kind::Negation, "hardly", 1),
        "rarely" | "seldom" | "infrequently" => found(Kind::Negation, "rarely", 1),
        "avoid" | "avoids" | "avoided" | "avoiding" | "avoidance" => found(Kind::Negation, "avoid", 1),
        "refrain" | "refrains" | "refrained" => found(Kind::Negation, "refrain", 1),
        "prohibit" | "prohibits" | "prohibited" | "forbidden" => found(Kind::Negation, "prohibit", 1),
        "withhold" | "withheld" | "withholding" => found(Kind::Negation, "withhold", 1),
        "discourage" | "discouraged" | "discourages" => found(Kind::Negation, "discourage", 1),
        "deny" | "denies" | "denied" => found(Kind::Negation, "deny", 1),
        "contraindicated" | "contraindication" | "contraindications" | "contraindicate" | "contraindicates" => {
            found(Kind::Negation, "contraindicat", 1)
        }
        "unless" => found(Kind::Exception, "unless", 1),
        "except" | "excepting" | "exception" | "exceptions" | "barring" => found(Kind::Exception, "except", 1),
        "excluding" | "excludes" | "excluded" | "exclude" => found(Kind::Exception, "exclud", 1),
        "only" | "solely" | "exclusively" => found(Kind::Exception, "only", 1),
        "rather" | "instead" | "other" | "apart" if matches!(next, Some("than" | "of" | "from")) => {
            found(Kind::Exception, "instead", 2)
        }
        "should" | "ought" => found(Kind::Modal, "should", 1),
        "must" => found(Kind::Modal, "must", 1),
        "may" | "might" | "can" | "could" => found(Kind::Modal, "may", 1),
        _ if word.ends_with("n't") || word.ends_with("nt") && CONTRACTED.contains(&word) => {
            found(Kind::Negation, "not", 1)
        }
        _ => None,
    }
}

/// Contractions typed without their apostrophe.
const CONTRACTED: &[&str] = &[
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "hasnt", "havent", "shouldnt", "couldnt", "wouldnt",
];

/// A limit in front of a number: its sign and how many pieces it takes. `at(k)` is the k-th piece ahead.
pub fn limit_before(at: impl Fn(usize) -> Option<String>) -> Option<(&'static str, usize)> {
    const PHRASES: &[(&[&str], &str)] = &[
        (&["not", "to", "exceed"], "≤"),
        (&["not", "more", "than"], "≤"),
        (&["no", "more", "than"], "≤"),
        (&["not", "exceeding"], "≤"),
        (&["not", "exceed"], "≤"),
        (&["no", "greater", "than"], "≤"),
        (&["no", "higher", "than"], "≤"),
        (&["not", "less", "than"], "≥"),
        (&["no", "less", "than"], "≥"),
        (&["no", "fewer", "than"], "≥"),
        (&["not", "fewer", "than"], "≥"),
        (&["no", "lower", "than"], "≥"),
        (&["greater", "than", "or", "equal", "to"], "≥"),
        (&["less", "than", "or", "equal", "to"], "≤"),
        (&["at", "least"], "≥"),
        (&["at", "most"], "≤"),
        (&["equal", "to", "or", "greater", "than"], "≥"),
        (&["equal", "to", "or", "less", "than"], "≤"),
        (&["a", "minimum", "of"], "≥"),
        (&["a", "maximum", "of"], "≤"),
        (&["minimum", "of"], "≥"),
        (&["maximum", "of"], "≤"),
        (&["up", "to"], "≤"),
        (&["less", "than"], "<"),
        (&["lower", "than"], "<"),
        (&["fewer", "than"], "<"),
        (&["smaller", "than"], "<"),
        (&["younger", "than"], "<"),
        (&["shorter", "than"], "<"),
        (&["more", "than"], ">"),
        (&["greater", "than"], ">"),
        (&["higher", "than"], ">"),
        (&["larger", "than"], ">"),
        (&["older", "than"], ">"),
        (&["longer", "than"], ">"),
        (&["in", "excess", "of"], ">"),
        (&["below"], "<"),
        (&["under"], "<"),
        (&["above"], ">"),
        (&["over"], ">"),
        (&["exceeding"], ">"),
        (&["exceeds"], ">"),
        (&["exceed"], ">"),
        (&["exceeded"], ">"),
        (&["<"], "<"),
        (&[">"], ">"),
        (&["≤"], "≤"),
        (&["≥"], "≥"),
        (&["minimum"], "≥"),
        (&["maximum"], "≤"),
    ];
    PHRASES
        .iter()
        .find(|(words, _)| words.iter().enumerate().all(|(k, w)| at(k).is_some_and(|p| p == *w)))
        .map(|(words, sign)| (*sign, words.len()))
}

/// A limit behind a number: "or more", "and above", "or less".
pub fn limit_after(at: impl Fn(usize) -> Option<String>) -> Option<(&'static str, usize)> {
    if !at(0).is_some_and(|w| matches!(w.as_str(), "or" | "and")) {
        return None;
    }
    match at(1)?.as_str() {
        "more" | "greater" | "higher" | "above" | "older" | "over" | "longer" | "larger" => Some(("≥", 2)),
        "less" | "fewer" | "lower" | "below" | "younger" | "under" | "shorter" | "smaller" => Some(("≤", 2)),
        _ => None,
    }
}
