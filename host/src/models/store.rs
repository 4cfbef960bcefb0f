//! SQL of the switches of model endpoints.

use api_types::{Agreement, PhiHandling};
use sqlx::Row;

use crate::db::{Db, Tx};

/// How an administrator left an endpoint; the default is as nobody touched it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switch {
    pub(super) enabled: bool,
    pub(super) handling: PhiHandling,
    pub(super) agreement: Option<Agreement>,
}

pub(super) async fn switch(db: &Db, id: &str) -> Result<Switch, sqlx::Error> {
    let row = sqlx::query("SELECT enabled, phi_handling, agreement, agreed_on FROM model_endpoints WHERE id = $1")
        .bind(id)
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(Switch::default()) };
    let agreement: (Option<String>, Option<String>) = (row.try_get("agreement")?, row.try_get("agreed_on")?);
    Ok(Switch {
        enabled: row.try_get::<i64, _>("enabled")? != 0,
        handling: handling(&row.try_get::<String, _>("phi_handling")?),
        agreement: match agreement {
            (Some(reference), Some(agreed_on)) => Some(Agreement { reference, agreed_on }),
            _ => None,
        },
    })
}

pub(super) async fn set_switch(tx: &mut Tx, id: &str, to: &Switch, now: i64, by: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO model_endpoints (id, enabled, updated_at, updated_by, phi_handling, agreement, agreed_on) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) \
         ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled, updated_at = excluded.updated_at, \
         updated_by = excluded.updated_by, phi_handling = excluded.phi_handling, agreement = excluded.agreement, \
         agreed_on = excluded.agreed_on",
    )
    .bind(id)
    .bind(i64::from(to.enabled))
    .bind(now)
    .bind(by)
    .bind(name(to.handling))
    .bind(to.agreement.as_ref().map(|agreement| &agreement.reference))
    .bind(to.agreement.as_ref().map(|agreement| &agreement.agreed_on))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub(super) fn name(handling: PhiHandling) -> &'static str {
    match handling {
        PhiHandling::NeverPhi => "never_phi",
        PhiHandling::RedactAndRestore => "redact_and_restore",
        PhiHandling::PhiAllowed => "phi_allowed",
    }
}

/// Who switched an endpoint last, by name, and when.
pub(super) async fn switched_by(db: &Db, id: &str) -> Result<Option<(String, i64)>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COALESCE(u.name, e.updated_by) AS by_name, e.updated_at FROM model_endpoints AS e \
         LEFT JOIN users AS u ON u.id = e.updated_by WHERE e.id = $1",
    )
    .bind(id)
    .fetch_optional(db)
    .await?;
    row.map(|row| Ok((row.try_get("by_name")?, row.try_get("updated_at")?)))
        .transpose()
}

/// What is not known is the strictest.
fn handling(name: &str) -> PhiHandling {
    match name {
        "redact_and_restore" => PhiHandling::RedactAndRestore,
        "phi_allowed" => PhiHandling::PhiAllowed,
        _ => PhiHandling::NeverPhi,
    }
}
