//! `voiceassist eval extract FILE... --out pages.json`: the text of files page by page, for scoring.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use extract::{ExtractError, Tools};
use serde::Serialize;

#[derive(Debug, thiserror::Error)]
pub enum EvalError {
    #[error("{}: {source}", path.display())]
    Extract { path: PathBuf, source: ExtractError },
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
}

#[derive(Serialize)]
struct PageText {
    file: String,
    page: u32,
    text: String,
}

/// Writes `[{"file", "page", "text"}]`, blocks in reading order with an empty line between them, running lines included.
///
/// Reads in this process, without limits: the files are the operator's own.
///
/// # Errors
/// The first file that cannot be read, or an output that cannot be written.
pub fn run(files: &[PathBuf], out: &Path, cache_dir: &Path) -> Result<(), EvalError> {
    let tools = Tools::find(cache_dir);
    let mut pages = Vec::new();
    for path in files {
        pages.extend(read(path, &tools)?);
    }
    let file_error = |source| EvalError::File {
        path: out.to_owned(),
        source,
    };
    let mut output = io::BufWriter::new(fs::File::create(out).map_err(file_error)?);
    serde_json::to_writer(&mut output, &pages).map_err(|e| file_error(e.into()))?;
    output.flush().map_err(file_error)
}

fn read(path: &Path, tools: &Tools) -> Result<Vec<PageText>, EvalError> {
    let bytes = fs::read(path).map_err(|source| EvalError::File {
        path: path.to_owned(),
        source,
    })?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let failed = |source| EvalError::Extract {
        path: path.to_owned(),
        source,
    };
    let format = extract::detect(&name, &bytes[..bytes.len().min(1024)])
        .ok_or_else(|| failed(ExtractError::Unsupported(name.clone())))?;
    let extracted = extract::extract(path, format, tools, &mut |_, _| {}).map_err(failed)?;
    let text = |page: api_types::Page| page.blocks.into_iter().map(|b| b.text).collect::<Vec<_>>().join("\n\n");
    Ok(extracted
        .pages
        .into_iter()
        .map(|p| PageText {
            file: name.clone(),
            page: p.number,
            text: text(p),
        })
        .collect())
}
