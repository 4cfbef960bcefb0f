//! Keeps or clears the patient context of one's own conversation. What was not understood is refused, never guessed.

use std::sync::Arc;

use api_types::{ArgumentValue, ClinicalContext};
use axum::extract::State;
use axum::http::StatusCode;

use super::store;
use crate::app::App;
use crate::audit::{self, Event};
use crate::clock::new_id;
use crate::edge::caller::Caller;
use crate::edge::problem::{Json, Path, Problem};
use crate::holds;

/// Entries of a list, and characters of an entry.
const ENTRIES: usize = 30;
const CHARACTERS: usize = 120;

/// A unit, and the least and the most that a living patient has in it.
type Unit = (&'static str, f64, f64);

/// What can be measured of a patient, in the order of the fields.
const MEASURED: [(&str, &[Unit]); 4] = [
    ("weight", &[("kg", 0.3, 500.0), ("[lb_av]", 0.7, 1100.0)]),
    (
        "height",
        &[("cm", 20.0, 260.0), ("m", 0.2, 2.6), ("[in_i]", 8.0, 102.0)],
    ),
    ("creatinine", &[("mg/dL", 0.1, 30.0), ("umol/L", 9.0, 2650.0)]),
    ("eGFR", &[("mL/min/{1.73_m2}", 1.0, 200.0)]),
];

#[utoipa::path(put, path = "/api/v1/conversations/{id}/context", request_body = ClinicalContext,
    responses((status = 204), (status = 400, body = api_types::ProblemBody), (status = 404, body = api_types::ProblemBody),
        (status = 409, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(id): Path<String>,
    Json(context): Json<ClinicalContext>,
) -> Result<StatusCode, Problem> {
    caller.require_asker()?;
    if !store::is_own(&app.db, caller.id(), &id).await? {
        return Err(Problem::not_found());
    }
    let context = tidied(context).map_err(Problem::bad_request)?;
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if context.facts() == 0 && holds::on_conversation(&mut tx, &id).await? {
        return Err(Problem::held());
    }
    let event = Event::new(caller.id(), "context.changed", "conversation", &id)
        .detail(serde_json::json!({ "facts": context.facts() }));
    audit::record(&mut tx, now, &event).await?;
    if context.facts() == 0 {
        store::clear(&mut tx, &id).await?;
    } else {
        let new = new_id(app.random.as_ref());
        store::keep(&mut tx, &app.vault, (&new, &id), &context, now).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(delete, path = "/api/v1/conversations/{id}/context",
    responses((status = 204), (status = 404, body = api_types::ProblemBody), (status = 409, body = api_types::ProblemBody)))]
pub async fn clear(State(app): State<Arc<App>>, caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    caller.require_asker()?;
    if !store::is_own(&app.db, caller.id(), &id).await? {
        return Err(Problem::not_found());
    }
    let now = app.clock.now_ms();
    let mut tx = crate::db::begin(&app.db).await?;
    if holds::on_conversation(&mut tx, &id).await? {
        return Err(Problem::held());
    }
    let event = Event::new(caller.id(), "context.cleared", "conversation", &id);
    audit::record(&mut tx, now, &event).await?;
    store::clear(&mut tx, &id).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn tidied(mut context: ClinicalContext) -> Result<ClinicalContext, String> {
    if context.age.is_some_and(|age| age > 120) {
        return Err("An age is at most 120 years.".to_owned());
    }
    let values = [&context.weight, &context.height, &context.creatinine, &context.egfr];
    for ((name, units), value) in MEASURED.iter().zip(values) {
        match value {
            None => {}
            Some(ArgumentValue::Quantity { value, unit }) => {
                let Some((_, least, most)) = units.iter().find(|(known, ..)| known == unit) else {
                    let units: Vec<&str> = units.iter().map(|(unit, ..)| *unit).collect();
                    return Err(format!("The {name} has one of these units: {}.", units.join(", ")));
                };
                if !(least..=most).contains(&value) {
                    return Err(format!("A {name} lies between {least} and {most} {unit}."));
                }
            }
            Some(_) => return Err(format!("The {name} is a value with its unit.")),
        }
    }
    for list in [&mut context.problems, &mut context.medications, &mut context.allergies] {
        list.iter_mut().for_each(|entry| *entry = entry.trim().to_owned());
        list.retain(|entry| !entry.is_empty());
        if list.len() > ENTRIES || list.iter().any(|entry| entry.chars().count() > CHARACTERS) {
            return Err(format!(
                "A list has at most {ENTRIES} entries of at most {CHARACTERS} characters."
            ));
        }
    }
    Ok(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighing(value: f64, unit: &str) -> ClinicalContext {
        ClinicalContext {
            weight: Some(ArgumentValue::Quantity {
                value,
                unit: unit.to_owned(),
            }),
            problems: vec![" asthma ".to_owned(), " ".to_owned()],
            ..ClinicalContext::default()
        }
    }

    #[test]
    fn a_value_without_sense_or_unit_is_refused_and_entries_are_trimmed() {
        assert!(tidied(weighing(70.0, "kg")).is_ok_and(|context| context.problems == ["asthma"]));
        for (value, unit) in [(70.0, "st"), (7000.0, "kg"), (f64::NAN, "kg"), (-1.0, "kg"), (70.0, "")] {
            assert!(tidied(weighing(value, unit)).is_err(), "{value} {unit}");
        }
        let old = ClinicalContext {
            age: Some(121),
            ..ClinicalContext::default()
        };
        assert!(tidied(old).is_err());
        let many = ClinicalContext {
            allergies: vec!["latex".to_owned(); ENTRIES + 1],
            ..ClinicalContext::default()
        };
        assert!(tidied(many).is_err());
    }
}
