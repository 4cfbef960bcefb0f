//! Abbreviations, symbols and names that are not said as they are written.

/// Compared without regard to case.
const ABBREVIATIONS: [(&str, &str); 26] = [
    ("e.g.", "for example"),
    ("eg.", "for example"),
    ("i.e.", "that is"),
    ("vs.", "versus"),
    ("vs", "versus"),
    ("approx.", "approximately"),
    ("etc.", "et cetera"),
    ("b.i.d.", "twice daily"),
    ("bid", "twice daily"),
    ("t.i.d.", "three times daily"),
    ("tid", "three times daily"),
    ("q.i.d.", "four times daily"),
    ("qid", "four times daily"),
    ("q.d.", "once daily"),
    ("qd", "once daily"),
    ("p.o.", "by mouth"),
    ("i.v.", "intravenous"),
    ("i.m.", "intramuscular"),
    ("s.c.", "subcutaneous"),
    ("p.r.n.", "as needed"),
    ("prn", "as needed"),
    ("dr.", "doctor"),
    ("fig.", "figure"),
    ("max.", "maximum"),
    ("w/o", "without"),
    ("and/or", "and or"),
];

/// Compared as they stand.
const NAMES: [(&str, &str); 13] = [
    ("PO", "by mouth"),
    ("IV", "intravenous"),
    ("IM", "intramuscular"),
    ("SC", "subcutaneous"),
    ("HbA1c", "H b A one C"),
    ("SpO2", "oxygen saturation"),
    ("FiO2", "inspired oxygen"),
    ("PaO2", "arterial oxygen"),
    ("PaCO2", "arterial carbon dioxide"),
    ("CO2", "carbon dioxide"),
    ("O2", "oxygen"),
    ("pH", "P H"),
    ("eGFR", "E G F R"),
];

const SYMBOLS: [(char, &str); 15] = [
    ('≥', "at least"),
    ('≤', "at most"),
    ('>', "more than"),
    ('<', "less than"),
    ('=', "equals"),
    ('+', "plus"),
    ('±', "plus or minus"),
    ('×', "times"),
    ('&', "and"),
    ('%', "percent"),
    ('~', "about"),
    ('≈', "about"),
    ('@', "at"),
    ('→', "to"),
    ('−', "minus"),
];

const ROMAN: [(&str, &str); 10] = [
    ("I", "one"),
    ("II", "two"),
    ("III", "three"),
    ("IV", "four"),
    ("V", "five"),
    ("VI", "six"),
    ("VII", "seven"),
    ("VIII", "eight"),
    ("IX", "nine"),
    ("X", "ten"),
];
const BEFORE_ROMAN: [&str; 7] = ["stage", "grade", "class", "type", "phase", "factor", "killip"];

pub(super) fn symbol(c: char) -> Option<&'static str> {
    SYMBOLS.iter().find(|(known, _)| *known == c).map(|(_, said)| *said)
}

/// What is said for `word`, which follows `before`.
pub(super) fn word(word: &str, before: &str) -> Option<&'static str> {
    let find = |list: &[(&str, &'static str)]| list.iter().find(|(known, _)| *known == word).map(|(_, said)| *said);
    if BEFORE_ROMAN.contains(&before.to_lowercase().as_str())
        && let Some(said) = find(&ROMAN)
    {
        return Some(said);
    }
    find(&NAMES).or_else(|| {
        // Before a citation mark an abbreviation has lost its last point.
        let bare = word.trim_end_matches('.');
        let known = |(known, _): &&(&str, &str)| bare.eq_ignore_ascii_case(known.trim_end_matches('.'));
        ABBREVIATIONS.iter().find(known).map(|(_, said)| *said)
    })
}
