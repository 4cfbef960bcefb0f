//! The sample shelf of `--demo`: fictional ward protocols that everyone may read, watermarked throughout.

use api_types::DocumentSource;
use serde::Deserialize;

use super::receive::{Arrival, receive};
use super::{blob, delete, store};
use crate::app::App;
use crate::config::Config;
use crate::identity::EVERYONE;

const ACTOR: &str = "system:demo";

/// `shelf.toml`.
#[derive(Deserialize)]
struct Shelf {
    example_questions: Vec<String>,
    documents: Vec<ShelfDocument>,
}

#[derive(Deserialize)]
struct ShelfDocument {
    file: String,
    watermark: String,
}

/// Questions to show on the empty page: those of the shelf when it is there.
pub fn example_questions(config: &Config) -> Vec<String> {
    if config.demo {
        read(config).map(|shelf| shelf.example_questions).unwrap_or_default()
    } else {
        Vec::new()
    }
}

/// Puts the shelf's documents in place; without `--demo` takes an earlier shelf away again.
///
/// # Errors
/// As text for the operator: a missing or broken shelf.
pub async fn arrange(app: &App) -> Result<(), String> {
    let documents = if app.config.demo {
        read(&app.config)?.documents
    } else {
        Vec::new()
    };
    for document in &documents {
        let path = app.config.demo_dir.join(&document.file);
        let file = tokio::fs::File::open(&path)
            .await
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let incoming = blob::receive(app, file, app.config.max_upload_bytes)
            .await
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let format = extract::detect(&document.file, &incoming.head)
            .ok_or_else(|| format!("{}: not a readable kind of file", path.display()))?;
        let arrival = Arrival {
            source: DocumentSource::Demo,
            source_key: &document.file,
            owner: None,
            file_name: &document.file,
            media_type: super::run::media_type(format, &document.file),
            readers: &[EVERYONE.to_owned()],
            watermark: Some(&document.watermark),
            actor: ACTOR,
            file: None,
        };
        receive(app, &arrival, incoming)
            .await
            .map_err(|error| error.to_string())?;
    }
    for (id, key) in store::keys_of(&app.db, DocumentSource::Demo)
        .await
        .map_err(|error| error.to_string())?
    {
        if !documents.iter().any(|document| document.file == key) {
            delete::remove(app, ACTOR, &id)
                .await
                .map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

fn read(config: &Config) -> Result<Shelf, String> {
    let path = config.demo_dir.join("shelf.toml");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}
