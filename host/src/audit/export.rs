//! The trail, or what a search finds of it, as a file. Taking it away is recorded before the first byte and at the end.

use std::sync::Arc;

use api_types::{AuditRecord, ProblemBody};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::search::Search;
use super::{Event, INTENT, record_alone, store};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::{Problem, Query};

const ACTION: &str = "audit.exported";
/// Rows read and sent at a time.
const TOGETHER: i64 = 1_000;
const COLUMNS: [&str; 9] = [
    "sequence",
    "time",
    "actor",
    "action",
    "resource_type",
    "resource_id",
    "outcome",
    "detail",
    "hash",
];

#[derive(Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Csv,
    Json,
}

#[derive(Deserialize, utoipa::IntoParams)]
pub struct Wanted {
    #[serde(default)]
    #[param(inline)]
    format: Format,
}

#[utoipa::path(get, path = "/api/v1/admin/audit/export", params(Search, Wanted),
    responses((status = 200, content((String = "text/csv"), (serde_json::Value = "application/json"))),
        (status = 400, body = ProblemBody), (status = 403, body = ProblemBody), (status = 503, body = ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(search): Query<Search>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    caller.require_admin()?;
    let (name, media) = match wanted.format {
        Format::Csv => ("csv", "text/csv; charset=utf-8"),
        Format::Json => ("json", "application/json"),
    };
    // What someone typed into a search may be a patient's name.
    let typed = |text: &str| (!text.trim().is_empty()).then(|| app.audit.keyed(text.trim()));
    let detail = json!({ "actor": typed(&search.actor), "action": typed(&search.action),
        "resource": typed(&search.resource), "from": search.from, "to": search.to });
    let intent = Event::new(caller.id(), ACTION, "audit", name)
        .outcome(INTENT)
        .detail(detail);
    app.audit.before(&intent).await?;
    let until = store::search::head(&app.db).await?.sequence;
    let (out, stream) = mpsc::channel(4);
    let actor = caller.id().to_owned();
    tokio::spawn(async move {
        let until = i64::try_from(until).unwrap_or(i64::MAX);
        let (rows, whole) = write(&app, &search, until, wanted.format, &out).await;
        let event = Event::new(&actor, ACTION, "audit", name)
            .outcome(if whole { "done" } else { "cut_off" })
            .detail(json!({ "entries": rows }));
        if let Err(error) = record_alone(&app.db, app.clock.now_ms(), &event).await {
            tracing::error!(%error, "the end of an export could not be recorded");
        }
    });
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"voiceassist-audit.{name}\""),
        ),
    ];
    Ok((headers, Body::from_stream(ReceiverStream::new(stream))).into_response())
}

type Out = mpsc::Sender<Result<Bytes, String>>;

/// Returns how many entries were sent, and whether that was all. A reader who leaves ends it.
async fn write(app: &App, search: &Search, until: i64, format: Format, out: &Out) -> (u64, bool) {
    let mut sent = 0;
    match write_all(app, search, until, format, out, &mut sent).await {
        Ok(whole) => (sent, whole),
        Err(error) => {
            tracing::error!(%error, "an export of the audit trail broke off");
            // The connection breaks instead of ending well: what has arrived is not the whole.
            let _ = out.send(Err("the export broke off".to_owned())).await;
            (sent, false)
        }
    }
}

async fn write_all(
    app: &App,
    search: &Search,
    until: i64,
    format: Format,
    out: &Out,
    sent: &mut u64,
) -> anyhow::Result<bool> {
    let opening = match format {
        Format::Csv => lines(&[COLUMNS.map(str::to_owned)])?,
        Format::Json => {
            let state = serde_json::to_string(&app.audit.shown().await?)?;
            format!("{{\"state\":{state},\"records\":[").into_bytes()
        }
    };
    let mut part = opening;
    let mut after = i64::MIN;
    loop {
        let records = store::search::in_order(&app.db, search, after, until, TOGETHER).await?;
        match format {
            Format::Csv => {
                let rows: Vec<[String; 9]> = records.iter().map(row).collect();
                part.extend(lines(&rows)?);
            }
            Format::Json => {
                for record in &records {
                    part.extend_from_slice(if *sent == 0 { b"\n" } else { b",\n" });
                    part.extend(serde_json::to_vec(record)?);
                    *sent += 1;
                }
            }
        }
        if matches!(format, Format::Csv) {
            *sent += records.len() as u64;
        }
        let last = records.last().map(|last| last.sequence);
        if last.is_none() && matches!(format, Format::Json) {
            part.extend_from_slice(b"\n]}\n");
        }
        if !part.is_empty() && out.send(Ok(std::mem::take(&mut part).into())).await.is_err() {
            return Ok(false);
        }
        let Some(last) = last else { return Ok(true) };
        after = last;
    }
}

fn row(record: &AuditRecord) -> [String; 9] {
    let at = DateTime::from_timestamp_millis(record.at).unwrap_or_default();
    [
        record.sequence.to_string(),
        at.to_rfc3339_opts(SecondsFormat::Millis, true),
        cell(&record.actor),
        cell(&record.action),
        cell(&record.resource_type),
        cell(&record.resource_id),
        cell(&record.outcome),
        cell(&record.detail),
        cell(&record.hash),
    ]
}

/// A spreadsheet takes what begins like a formula for one; with an apostrophe in front it is text (OWASP, CSV injection).
fn cell(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}") } else { text.to_owned() }
}

fn lines(rows: &[[String; 9]]) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn nothing_in_a_cell_begins_like_a_formula() {
        for text in [
            "=HYPERLINK(\"http://x\")",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "＝1",
        ] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("nextcloud:anna"), "nextcloud:anna");
    }
}
