//! Forms that only their neighbours explain: `E3V4M5`, `5 ft 10`, `temp 101 F`, `22 breaths/min`.

use super::text::{Kind, Token};

const TEMPERATURE: &str = "temp temperature t tmax fever febrile";
const INCHES_IN_A_FOOT: f64 = 12.0;

/// The tokens with these forms taken apart or put together.
pub fn joined_forms(tokens: Vec<Token>) -> Vec<Token> {
    let apart = tokens.into_iter().flat_map(coma_responses).collect::<Vec<_>>();
    rates(degrees(feet_and_inches(&apart)))
}

/// "22 breaths per minute" with the name of what was counted.
fn rates(tokens: Vec<Token>) -> Vec<Token> {
    let counted = |at: usize| match tokens.get(at + 1)?.text.as_str() {
        "breaths" => Some("rr"),
        "beats" | "bpm" => Some("hr"),
        _ => None,
    };
    let named = |(at, token): (usize, &Token)| {
        let name = token.number().and_then(|_| counted(at)).map(|name| Token {
            kind: Kind::Word,
            text: name.to_owned(),
            gap: true,
        });
        name.into_iter().chain([token.clone()])
    };
    tokens.iter().enumerate().flat_map(named).collect()
}

/// `e3v4m5` as `e3 v4 m5`.
fn coma_responses(token: Token) -> Vec<Token> {
    let text: Vec<char> = token.text.chars().collect();
    let responses = text.len() >= 4
        && text.len().is_multiple_of(2)
        && text
            .chunks(2)
            .all(|pair| matches!(pair[0], 'e' | 'v' | 'm') && pair[1].is_alphanumeric());
    let digits = text.iter().filter(|c| c.is_ascii_digit()).count();
    if token.kind != Kind::Word || !responses || digits < 2 {
        return vec![token];
    }
    let word = |pair: &[char]| Token {
        kind: Kind::Word,
        text: pair.iter().collect(),
        gap: true,
    };
    text.chunks(2).map(word).collect()
}

/// `5 ft 10 in` and `5'10"` in inches.
fn feet_and_inches(tokens: &[Token]) -> Vec<Token> {
    let (mut out, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while at < tokens.len() {
        let token = &tokens[at];
        let feet = token
            .number()
            .filter(|feet| feet.fract() == 0.0 && (1.0..9.0).contains(feet));
        let foot = tokens
            .get(at + 1)
            .is_some_and(|next| next.one_of(&["ft", "feet", "foot"]) || next.is_mark('\'') && !next.gap);
        let inches = tokens
            .get(at + 2)
            .and_then(Token::number)
            .filter(|inches| (0.0..INCHES_IN_A_FOOT).contains(inches));
        match (feet, inches) {
            (Some(feet), Some(inches)) if foot => {
                let value = feet * INCHES_IN_A_FOOT + inches;
                let word = |text: &str| Token {
                    kind: Kind::Word,
                    text: text.to_owned(),
                    gap: true,
                };
                out.push(Token {
                    kind: Kind::Number { value, comma: false },
                    text: value.to_string(),
                    gap: token.gap,
                });
                out.push(word("inches"));
                at += 3;
                while tokens
                    .get(at)
                    .is_some_and(|next| next.one_of(&["in", "inch", "inches", "\"", "'"]))
                {
                    at += 1;
                }
            }
            _ => {
                out.push(token.clone());
                at += 1;
            }
        }
    }
    out
}

/// The letter behind a temperature, which may otherwise be a sex.
fn degrees(mut tokens: Vec<Token>) -> Vec<Token> {
    for at in 1..tokens.len() {
        let Some(value) = tokens[at - 1].number() else { continue };
        let scale = match tokens[at].text.as_str() {
            "c" if (25.0..=46.0).contains(&value) => "celsius",
            "f" if (77.0..=115.0).contains(&value) => "fahrenheit",
            _ => continue,
        };
        let named = tokens[at.saturating_sub(5)..at]
            .iter()
            .any(|token| token.listed(TEMPERATURE));
        if named || scale == "celsius" {
            scale.clone_into(&mut tokens[at].text);
        }
    }
    tokens
}
