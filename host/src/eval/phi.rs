//! `voiceassist eval phi --in texts.json --out spans.json`: the identifiers found in texts, for scoring.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct EvalError {
    path: PathBuf,
    source: io::Error,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    text: String,
}

/// Offsets count characters, not bytes.
#[derive(Serialize)]
struct Labelled {
    start: usize,
    end: usize,
    label: &'static str,
}

/// Reads `[{"id", "text", ...}]`, writes `{id: [{"start", "end", "label"}]}` with the labels of [`phi::Kind::label`].
///
/// # Errors
/// An input that is no such list, or an output that cannot be written.
pub fn run(input: &Path, out: &Path) -> Result<(), EvalError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| EvalError { path, source }
    };
    let text = fs::read(input).map_err(at(input))?;
    let rows: Vec<Row> = serde_json::from_slice(&text).map_err(|error| at(input)(error.into()))?;
    let spans: BTreeMap<&str, Vec<Labelled>> = rows.iter().map(|row| (row.id.as_str(), labelled(&row.text))).collect();
    let mut output = io::BufWriter::new(fs::File::create(out).map_err(at(out))?);
    serde_json::to_writer(&mut output, &spans).map_err(|error| at(out)(error.into()))?;
    output.flush().map_err(at(out))
}

fn labelled(text: &str) -> Vec<Labelled> {
    let (mut byte, mut character) = (0, 0);
    let mut characters_to = |end: usize| {
        character += text.get(byte..end).unwrap_or_default().chars().count();
        byte = end;
        character
    };
    phi::detect(text)
        .iter()
        .map(|span| Labelled {
            start: characters_to(span.start),
            end: characters_to(span.end),
            label: span.kind.label(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_count_characters() {
        let spans = labelled("für größe: MRN 12345678 und DOB 01/15/1990");
        let seen: Vec<_> = spans.iter().map(|span| (span.start, span.end, span.label)).collect();
        assert_eq!(seen, [(15, 23, "MEDICAL_RECORD_NUMBER"), (32, 42, "DATE")]);
    }
}
