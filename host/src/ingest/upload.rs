//! `POST /api/v1/documents`: one or more files as multipart field `file`. Each file has its own outcome.

use std::sync::Arc;

use api_types::{DocumentSource, FailureReason, UploadForm, UploadOutcome, UploadResult, UploadedFile};
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use futures::TryStreamExt;
use tokio_util::io::StreamReader;

use super::blob::{self, ReceiveError};
use super::receive::{Arrival, ReceiptError, receive};
use super::{ACCEPTS, store};
use crate::app::App;
use crate::edge::caller::Caller;
use crate::edge::problem::Problem;
use crate::identity::reader_of;

#[utoipa::path(post, path = "/api/v1/documents",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = UploadResult), (status = 413, body = api_types::ProblemBody)))]
pub async fn handle(
    State(app): State<Arc<App>>,
    caller: Caller,
    form: Result<Multipart, MultipartRejection>,
) -> Result<axum::Json<UploadResult>, Problem> {
    caller.require_asker()?;
    let mut form = form?;
    let mut files = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        if field.name() == Some("file") {
            files.push(take(&app, &caller, field).await?);
        }
    }
    if files.is_empty() {
        return Err(Problem::bad_request(
            "Send at least one file in a form field named `file`.",
        ));
    }
    Ok(axum::Json(UploadResult { files }))
}

fn broken(error: &MultipartError) -> Problem {
    Problem::bad_request(format!(
        "The upload cannot be read: {}. Send it again.",
        error.body_text()
    ))
}

async fn take(app: &App, caller: &Caller, field: Field<'_>) -> Result<UploadedFile, Problem> {
    let given = field.file_name().unwrap_or_default().replace('\\', "/");
    let name = given.rsplit('/').next().unwrap_or_default().trim();
    if name.is_empty() {
        return Err(Problem::bad_request(
            "A file has no name. Give it one and upload it again.",
        ));
    }
    let file_name: String = name.chars().take(200).collect();
    let source = StreamReader::new(field.map_err(std::io::Error::other));
    let incoming = match blob::receive(app, source, app.config.max_upload_bytes).await {
        Ok(incoming) => incoming,
        Err(ReceiveError::TooLarge { limit }) => {
            let detail = format!(
                "{file_name} is larger than {} MB. Split it, or ask your administrator to raise the limit.",
                limit / 1_048_576
            );
            return Err(Problem::too_large(detail));
        }
        Err(ReceiveError::Source(_)) => return Err(Problem::bad_request("The upload broke off. Send it again.")),
        Err(ReceiveError::Disk(error)) => return Err(Problem::internal(&error)),
    };
    if incoming.bytes == 0 {
        return Ok(refused(
            file_name,
            "empty",
            "The file is empty. Check it and upload it again.".into(),
        ));
    }
    let Some(format) = extract::detect(&file_name, &incoming.head) else {
        let message = format!("This kind of file cannot be read. Readable: {}.", ACCEPTS.join(", "));
        return Ok(refused(file_name, "unsupported", message));
    };
    let key = format!("{}/{file_name}", caller.id());
    let arrival = Arrival {
        source: DocumentSource::Upload,
        source_key: &key,
        owner: Some(caller.id()),
        file_name: &file_name,
        media_type: super::run::media_type(format, &file_name),
        readers: &[reader_of(caller.id())],
        watermark: None,
        actor: caller.id(),
        file: None,
    };
    let (id, outcome) = match receive(app, &arrival, incoming).await {
        Ok(received) => received,
        Err(ReceiptError::Excluded) => {
            let message = "An administrator has taken this file out. Ask them to let it in again.".into();
            return Ok(refused(file_name, "excluded", message));
        }
        Err(error) => return Err(Problem::internal(&error)),
    };
    let readers = caller.readers();
    let scope = store::Scope {
        caller: caller.id(),
        readers: &readers,
        vault: &app.vault,
    };
    let document = store::readable(&app.db, &scope, &id).await?.map(|found| found.info);
    Ok(UploadedFile {
        file_name,
        outcome,
        document,
        reason: None,
    })
}

fn refused(file_name: String, code: &str, message: String) -> UploadedFile {
    UploadedFile {
        file_name,
        outcome: UploadOutcome::Refused,
        document: None,
        reason: Some(FailureReason {
            code: code.to_owned(),
            message,
        }),
    }
}
