//! Words that look like one kind and are another, and how counts and Greek letters are written.

/// Units that are written without a number too ("in mg").
pub const MEASURES: &[&str] = &[
    "mg",
    "mcg",
    "ug",
    "µg",
    "ng",
    "kg",
    "ml",
    "dl",
    "mmol",
    "umol",
    "µmol",
    "nmol",
    "meq",
    "mmhg",
    "milligram",
    "milligrams",
    "microgram",
    "micrograms",
    "percent",
];

pub const NOT_ADVERBS: &[&str] = &[
    "family",
    "anomaly",
    "assembly",
    "supply",
    "multiply",
    "elderly",
    "butterfly",
    "monopoly",
    "likely",
    "unlikely",
    "friendly",
];

/// Adverbs that turn a claim round; others only colour it and may be left out.
pub const TURNING_ADVERBS: &[&str] = &[
    "positively",
    "negatively",
    "inversely",
    "adversely",
    "oppositely",
    "conversely",
    "falsely",
    "incorrectly",
    "insufficiently",
    "inadequately",
    "partially",
    "incompletely",
    "minimally",
    "temporarily",
    "initially",
    "independently",
    "insignificantly",
    "weakly",
    "poorly",
];

/// "twice" and "b.i.d.": how many times, and per what.
pub fn times(word: &str) -> Option<(f64, Option<&'static str>)> {
    Some(match word {
        "once" => (1.0, None),
        "twice" => (2.0, None),
        "thrice" => (3.0, None),
        "bid" | "bd" => (2.0, Some("d")),
        "tid" | "tds" => (3.0, Some("d")),
        "qid" | "qds" => (4.0, Some("d")),
        _ => return None,
    })
}

pub fn greek(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            'α' => out.push_str("alpha"),
            'β' | 'ß' => out.push_str("beta"),
            'γ' => out.push_str("gamma"),
            'δ' => out.push_str("delta"),
            'κ' => out.push_str("kappa"),
            'λ' => out.push_str("lambda"),
            'ω' => out.push_str("omega"),
            _ => out.push(c),
        }
    }
    out
}
