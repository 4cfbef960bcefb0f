//! A blood pressure written as a pair: 118/70, "118 over 70".

use api_types::ArgumentValue;

use super::amount::{self, Amount};
use super::reading::{Found, Reading};
use super::scope::others;
use super::text::Token;
use super::vocabulary::{Measured, Vocabulary};

const NAMED: &str = "bp pressure nibp obs vitals sbp";
/// What may stand before the pair and belongs to it.
const LEAD: &str = "bp blood pressure nibp sbp of is was : = at";
/// Pairs of these sizes are blood pressures more often than anything else; without a name they are asked about.
const SYSTOLIC: std::ops::RangeInclusive<f64> = 70.0..=260.0;
const DIASTOLIC: std::ops::RangeInclusive<f64> = 30.0..=150.0;

pub fn read(text: &[Token], free: &[bool], words: &Vocabulary) -> Vec<Found> {
    let of = |name: &str| {
        words
            .measured
            .iter()
            .find(|one| one.number.name == name || one.limit.is_some_and(|limit| limit.measurement == name))
    };
    let (systolic, diastolic) = (of("systolic-bp"), of("diastolic-bp"));
    if systolic.is_none() && diastolic.is_none() {
        return Vec::new();
    }
    let elsewhere = others(text);
    let mut found = Vec::new();
    for at in 0..text.len().saturating_sub(2) {
        let (Some(high), Some(low)) = (text[at].number(), text[at + 2].number()) else {
            continue;
        };
        let spoken = text[at + 1].text == "over";
        let pair = (text[at + 1].is_mark('/') || spoken) && free[at] && !elsewhere[at] && high > low;
        let (unit, end) = match systolic
            .or(diastolic)
            .and_then(|one| amount::unit(text, at + 3, &one.number))
        {
            Some((unit, end)) if matches!(unit.as_str(), "mm[Hg]" | "kPa") => (unit, end),
            _ => (String::new(), at + 3),
        };
        let sized = SYSTOLIC.contains(&high) && DIASTOLIC.contains(&low);
        let before = |reach: usize| (1..=reach).filter_map(|back| at.checked_sub(back));
        let named = !unit.is_empty()
            || at == 0 && !spoken
            || before(4).any(|before| text[before].listed(NAMED))
            // "MAP for 95/50"
            || sized && before(3).any(|before| !free[before]);
        if !pair || !named && (spoken || !sized) {
            continue;
        }
        let lead = |at: &usize| text[*at].listed(LEAD);
        let start = (0..at).rev().take_while(lead).last().unwrap_or(at);
        let one = |value: f64, measured: &Measured| {
            let amount = Amount {
                value,
                unit: unit.clone(),
                misfit: false,
                doubt: false,
                tokens: at..end,
            };
            let reading = match amount::reading(&amount, measured, &[]) {
                Reading::Value(value) if !named => Reading::Ask {
                    suggestion: matches!(value, ArgumentValue::Quantity { .. }).then_some(value),
                    question: format!("Is {high}/{low} the blood pressure?"),
                },
                other => other,
            };
            Found {
                parameter: measured.number.name.clone(),
                reading,
                tokens: start..end,
            }
        };
        found.extend(systolic.map(|measured| one(high, measured)));
        found.extend(diastolic.map(|measured| one(low, measured)));
    }
    found
}
