//! Age and sex, as people write them. Neither is ever assumed.

use api_types::{ArgumentValue, Parameter, ParameterDomain};

use super::lexicon::{FEMALE, MALE, SEX_TO_ASK};
use super::reading::{Found, Reading};
use super::scope::others;
use super::text::{Kind, Token, in_list};

const YEAR: &str = "year years yr yrs y ys";
const ABOUT: &str = "about around approximately approx roughly nearly almost over under above below circa least";
/// Before a number of years these make it a duration: "diabetes for 10 years".
const DURATION: &str = "for x since past last over within than after every first next previous";

/// In "for my 72-year-old mother with …" the relative is the patient.
pub fn relatives_as_patients(mut text: Vec<Token>) -> Vec<Token> {
    let between =
        |token: &Token| token.number().is_some() || token.listed("year years yr old yo elderly") || token.is_mark('-');
    for at in 0..text.len() {
        if text[at].text != "my"
            || !at
                .checked_sub(1)
                .is_none_or(|before| text[before].one_of(&["for", "of", ".", ",", ":", "?"]))
        {
            continue;
        }
        let Some(who) = (at + 1..text.len()).find(|&who| !between(&text[who])) else {
            continue;
        };
        let patient = match text[who].text.as_str() {
            "mother" | "mom" | "mum" | "wife" | "sister" | "daughter" | "aunt" | "grandmother" | "niece" => "woman",
            "father" | "dad" | "husband" | "brother" | "son" | "uncle" | "grandfather" | "nephew" => "man",
            "partner" | "spouse" | "relative" | "cousin" | "neighbour" | "neighbor" => "patient",
            _ => continue,
        };
        patient.clone_into(&mut text[who].text);
    }
    text
}

/// The age, in whole years; of no parameter where the calculator has none for it.
pub fn age(text: &[Token], free: &[bool], parameter: Option<&Parameter>) -> Vec<Found> {
    let (name, label) = parameter.map_or(("", ""), |one| (one.name.as_str(), one.label.as_str()));
    let elsewhere = others(text);
    let mut found = Vec::new();
    for (at, token) in text.iter().enumerate().filter(|(at, _)| free[*at] && !elsewhere[*at]) {
        let (value, span) = match token.kind {
            Kind::Number { value, comma: false } => match age_span(text, at) {
                Some(span) => (value, span),
                None => continue,
            },
            // "m68"
            Kind::Word => match token
                .text
                .strip_prefix(['m', 'f'])
                .and_then(|digits| digits.parse::<u8>().ok())
            {
                Some(value) if value >= 18 => (f64::from(value), at..at + 1),
                _ => continue,
            },
            _ => continue,
        };
        let doubted = approximate(text, span.start) || approximate(text, at) || in_range(text, span.start);
        let number = ArgumentValue::Number(value);
        let reading = if doubted
            || text
                .get(at + 1)
                .is_some_and(|next| next.is_mark('-') || next.is_mark('+'))
        {
            let question = format!("{label} about {value}: exactly?");
            Reading::Ask {
                suggestion: None,
                question,
            }
        } else {
            Reading::Value(number)
        };
        found.push(Found {
            parameter: name.to_owned(),
            reading,
            tokens: span,
        });
    }
    found
}

/// Whether a word or mark before this token makes the number a rough one.
fn approximate(text: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| text.get(before));
    before.is_some_and(|before| before.listed(ABOUT) || matches!(before.kind, Kind::Mark('~' | '<' | '>')))
}

/// "68-75"
fn in_range(text: &[Token], at: usize) -> bool {
    at >= 2 && text[at - 1].is_mark('-') && text[at - 2].number().is_some()
}

/// The tokens of an age around the number at `at`.
fn age_span(text: &[Token], at: usize) -> Option<std::ops::Range<usize>> {
    let word = |at: usize| {
        text.get(at)
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    };
    let before = |back: usize| at.checked_sub(back).and_then(word).unwrap_or_default();
    let value = text[at].number()?;
    let colon = at
        .checked_sub(1)
        .is_some_and(|before| matches!(text[before].kind, Kind::Mark(':' | '=')));
    let unit = word(at + 1).unwrap_or_default();
    let is_year = in_list(YEAR, unit);
    if in_list("ym yf yrm yrf", unit) && value >= 18.0 {
        return Some(at..at + 1);
    }
    if unit == "yo" || unit == "yoa" || unit.starts_with("yo") && matches!(&unit[2..], "m" | "f") {
        return Some(at..at + 2);
    }
    if is_year && matches!(word(at + 2), Some("old" | "o")) {
        return Some(at..at + 3);
    }
    // "67 yr M"
    if is_year && value >= 18.0 && word(at + 2).is_some_and(|word| matches!(word, "m" | "f" | "male" | "female")) {
        return Some(at..at + 2);
    }
    if is_year && word(at + 2) == Some("of") && word(at + 3) == Some("age") {
        return Some(at..at + 4);
    }
    if value.fract() != 0.0 || !(1.0..=130.0).contains(&value) {
        return None;
    }
    let end = if is_year { at + 2 } else { at + 1 };
    // "aged 68", "age: 68", "age is 68", but not "stroke at age 60".
    let label = if colon {
        at.checked_sub(2).and_then(word).unwrap_or_default()
    } else {
        before(1)
    };
    let labelled = matches!(label, "age" | "aged") || matches!(label, "is" | "of" | "was") && before(2) == "age";
    if labelled {
        let first = (1..=3).find(|&back| matches!(before(back), "age" | "aged"))?;
        let lead = before(first + 1);
        let onset = lead == "at" || lead == "by" || lead == "the" && before(first + 2) == "at" || lead == "since";
        return (!onset).then_some(at - first..end);
    }
    let plain_number = !is_year
        && text
            .get(at + 1)
            .is_none_or(|next| !next.is_mark('/') && !next.is_mark('%'));
    // "68M", "68 female", "68, male"
    let sex_at = if text
        .get(at + 1)
        .is_some_and(|next| next.is_mark(',') || next.is_mark('/'))
    {
        at + 2
    } else {
        at + 1
    };
    if !is_year && value >= 18.0 && word(sex_at).is_some_and(|word| matches!(word, "m" | "f") || person(word)) {
        return Some(at..at + 1);
    }
    // "man over 75": read as the number behind "man", and doubted for its "over".
    let rough = usize::from(approximate(text, at));
    let before = |back: usize| at.checked_sub(back + rough).and_then(word).unwrap_or_default();
    // "male, 68", "F 75", "man of 68", "he is 68"
    let comma = at
        .checked_sub(1)
        .is_some_and(|before| text[before].is_mark(',') || text[before].is_mark('/'));
    let lead = if comma {
        at.checked_sub(2).and_then(word).unwrap_or_default()
    } else {
        before(1)
    };
    let after_person = matches!(lead, "m" | "f") || person(lead) && !matches!(lead, "his" | "her");
    let after_verb = matches!(lead, "of" | "is" | "was" | "aged") && person(before(2));
    let followed_by_unit =
        word(at + 1).is_some_and(|word| crate::plugins::units::canonical(word).is_some() && !is_year);
    if value >= 18.0 && (after_person || after_verb) && !followed_by_unit && (plain_number || is_year) {
        return Some(at..end);
    }
    // "patient, 68 years, with …" but not "hypertension for 20 years", "3 years ago", "5-year history".
    let later = word(at + 2).unwrap_or_default();
    let duration = in_list(DURATION, before(1))
        || matches!(
            later,
            "ago"
                | "history"
                | "later"
                | "before"
                | "earlier"
                | "post"
                | "duration"
                | "risk"
                | "follow"
                | "back"
                | "now"
        );
    let starts = at == 0 || matches!(text[at - 1].kind, Kind::Mark(':' | '(' | ';' | '.'));
    (is_year && value >= 18.0 && !duration && (comma || starts || person(before(1)))).then_some(at..end)
}

fn person(word: &str) -> bool {
    in_list(MALE, word) || in_list(FEMALE, word) || matches!(word, "patient" | "pt")
}

/// The sex, from nouns; from pronouns only where no noun says it. Of no parameter where the calculator has none for it.
pub fn sex(text: &[Token], free: &[bool], parameter: Option<&Parameter>) -> Vec<Found> {
    let (name, label) = parameter.map_or(("", ""), |one| (one.name.as_str(), one.label.as_str()));
    let option = |id: &str| {
        let taken = parameter.is_none_or(|one| match &one.domain {
            ParameterDomain::Choice { options } => options.iter().any(|option| option.id == id),
            _ => false,
        });
        taken.then(|| ArgumentValue::Text(id.to_owned()))
    };
    let elsewhere = others(text);
    let (mut nouns, mut pronouns) = (Vec::new(), Vec::new());
    for (at, token) in text.iter().enumerate().filter(|(at, _)| free[*at] && !elsewhere[*at]) {
        let found = |reading| Found {
            parameter: name.to_owned(),
            reading,
            tokens: at..at + 1,
        };
        if token.listed(SEX_TO_ASK) {
            let question = format!("{label}: which category should the formula use?");
            return vec![found(Reading::Ask {
                suggestion: None,
                question,
            })];
        }
        let Some(id) = sex_of(text, at) else { continue };
        let Some(value) = option(id) else { continue };
        let pronoun = token.one_of(&["he", "his", "him", "she", "her", "hers"]);
        if pronoun { &mut pronouns } else { &mut nouns }.push(found(Reading::Value(value)));
    }
    if nouns.is_empty() { pronouns } else { nouns }
}

fn sex_of(text: &[Token], at: usize) -> Option<&'static str> {
    let token = &text[at];
    // "QT 380 ms"
    if token.text == "ms" && at > 0 && text[at - 1].number().is_some() {
        return None;
    }
    if token.listed(MALE) {
        return Some("male");
    }
    if token.listed(FEMALE) {
        return Some("female");
    }
    let letters = match token.text.as_str() {
        "yom" | "ym" | "yrm" => "m",
        "yof" | "yf" | "yrf" => "f",
        other => other.trim_end_matches(|c: char| c.is_ascii_digit()),
    };
    let sex = match letters {
        "m" => "male",
        "f" => "female",
        _ => return None,
    };
    let word = |at: Option<usize>| at.and_then(|at| text.get(at));
    let beside_age = |at: Option<usize>| {
        word(at).is_some_and(|token| {
            matches!(token.kind, Kind::Number { value, .. } if value.fract() == 0.0 && (18.0..=120.0).contains(&value))
                || token.one_of(&["yo", "old", "years", "yrs", "yr", "y"])
        })
    };
    let mark =
        |at: Option<usize>| word(at).is_some_and(|token| matches!(token.kind, Kind::Mark(',' | '/' | ':' | '=')));
    let (before, after) = (at.checked_sub(1), Some(at + 1));
    let labelled = |at: Option<usize>| word(at).is_some_and(|token| token.one_of(&["sex", "gender"]));
    let near = token.text != letters
        || beside_age(before)
        || beside_age(after)
        || labelled(before)
        || mark(before) && (beside_age(at.checked_sub(2)) || labelled(at.checked_sub(2)))
        || mark(after) && beside_age(Some(at + 2))
        || text.len() == 1;
    near.then_some(sex)
}
