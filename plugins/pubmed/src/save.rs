//! `save-citation`: adds citations to an .ris or .bib file of the user. `prepare` shows the file before and
//! after; `invoke` writes only what was shown, and only if the file is still the same.

use serde_json::{Value, json};
use voiceassist_plugin::integration::{Change, Content, FileReference, Plan, ToolResult};
use voiceassist_plugin::{Arguments, Error, ErrorKind, FileEntry, Outside, conflict, denied, fault, internal, refused};

use crate::cite::{LIMIT, Style, too_long};
use crate::fetch;

pub const ROOT: &str = "literature";

/// Largest file that is added to: the host reads 1 MiB a call.
const LARGEST: u64 = 1 << 20;
/// Of a longer file, the end is shown: the host takes 64 KiB a text, and escaping may double it.
const SHOWN: usize = 30_000;
/// What is added must be seen whole.
const ADDED: usize = 24_000;

pub fn prepare<O: Outside>(outside: &O, arguments: &Arguments) -> Result<Plan, Error> {
    let path = arguments.text("file")?;
    let style = style_of(path)?;
    if !outside
        .folders()
        .iter()
        .any(|(root, may_write)| root == ROOT && *may_write)
    {
        return Err(denied("no folder for citations has been granted for writing"));
    }
    let existing = find(outside, path)?;
    let before = match &existing {
        Some(entry) => Some(contents(outside, path, entry)?),
        None => None,
    };
    let (records, missing) = fetch::read(outside, arguments, LIMIT)?;
    let known = before.as_deref().unwrap_or_default();
    let fresh: Vec<_> = records
        .iter()
        .filter(|record| !holds(known, style, &record.pmid))
        .collect();
    if fresh.is_empty() {
        return Err(fault(
            ErrorKind::InvalidInput,
            "already-saved",
            format!("{path} holds all of these already"),
        ));
    }
    let mut addition: String = if known.is_empty() || known.ends_with('\n') {
        String::new()
    } else {
        "\n".into()
    };
    for record in &fresh {
        addition += &style.write(record);
        addition += "\n";
    }
    if addition.len() > ADDED {
        return Err(too_long());
    }
    let mut summary = format!(
        "{} {} citation{} {} {path}",
        if existing.is_some() { "Adds" } else { "Writes" },
        fresh.len(),
        if fresh.len() == 1 { "" } else { "s" },
        if existing.is_some() { "to" } else { "into the new file" },
    );
    let withdrawn: Vec<_> = fresh
        .iter()
        .filter(|record| record.is_withdrawn())
        .map(|record| record.pmid.as_str())
        .collect();
    if !withdrawn.is_empty() {
        summary += &format!("; RETRACTED among them: PMID {}", withdrawn.join(", "));
    }
    if !missing.is_empty() {
        summary += &format!("; PubMed has no record of PMID {}", missing.join(", "));
    }
    let text = |contents: &str| json!({ "file": path, "contents": shown(contents) }).to_string();
    Ok(Plan {
        changes: vec![Change {
            summary: summary + ".",
            target: format!("{ROOT}/{path}"),
            before: before.as_deref().map(text),
            after: Some(text(&format!("{known}{addition}"))),
        }],
        state: json!({
            "path": path,
            "etag": existing.map(|entry| entry.etag),
            "addition": addition,
            "count": fresh.len(),
        })
        .to_string(),
    })
}

pub fn run<O: Outside>(outside: &O, approved: Option<&Plan>) -> Result<ToolResult, Error> {
    let plan = approved.ok_or_else(|| refused("this tool changes a file; it needs an approved plan"))?;
    let state: Value = serde_json::from_str(&plan.state).map_err(|_| internal("the plan cannot be read"))?;
    let text = |key: &str| state[key].as_str().ok_or_else(|| internal("the plan cannot be read"));
    let (path, addition) = (text("path")?, text("addition")?);
    let etag = state["etag"].as_str();
    let before = match (etag, find(outside, path)?) {
        (None, None) => String::new(),
        (Some(etag), Some(entry)) if entry.etag == etag => contents(outside, path, &entry)?,
        _ => return Err(conflict(format!("{path} changed since it was shown"))),
    };
    // Between the look above and this write the host itself compares once more.
    let written = outside.write_file(ROOT, path, etag, format!("{before}{addition}").as_bytes())?;
    let structured = json!({ "file": written.path, "etag": written.etag, "added": state["count"] });
    Ok(ToolResult {
        content: vec![
            Content::Text(format!("Saved in {path}.")),
            Content::File(FileReference {
                root: ROOT.into(),
                path: written.path,
            }),
        ],
        structured: Some(structured.to_string()),
    })
}

fn style_of(path: &str) -> Result<Style, Error> {
    let wrong = path.is_empty()
        || path.len() > 200
        || path.starts_with('/')
        || path.contains('\\')
        || path.chars().any(char::is_control)
        || path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if wrong {
        return Err(refused("file must be a name inside the folder for citations"));
    }
    match path
        .rsplit_once('.')
        .map(|(_, end)| end.to_ascii_lowercase())
        .as_deref()
    {
        Some("ris") => Ok(Style::Ris),
        Some("bib") => Ok(Style::Bibtex),
        _ => Err(refused("file must end in .ris or .bib")),
    }
}

fn find<O: Outside>(outside: &O, path: &str) -> Result<Option<FileEntry>, Error> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut cursor: Option<String> = None;
    loop {
        let (entries, next) = match outside.list_files(ROOT, folder, cursor.as_deref(), 500) {
            Err(error) if error.kind == ErrorKind::NotFound => {
                return Err(refused(format!("there is no folder {folder}")));
            }
            answer => answer?,
        };
        if let Some(entry) = entries.into_iter().find(|entry| entry.path == path) {
            return if entry.is_folder {
                Err(refused(format!("{path} is a folder")))
            } else {
                Ok(Some(entry))
            };
        }
        match next {
            Some(next) => cursor = Some(next),
            None => return Ok(None),
        }
    }
}

fn contents<O: Outside>(outside: &O, path: &str, entry: &FileEntry) -> Result<String, Error> {
    if entry.size > LARGEST {
        return Err(refused(format!("{path} is too large to add to; choose another file")));
    }
    let length = u32::try_from(entry.size).unwrap_or(u32::MAX);
    let bytes = if length == 0 {
        Vec::new()
    } else {
        outside.read_file(ROOT, path, 0, length)?
    };
    String::from_utf8(bytes).map_err(|_| refused(format!("{path} is not a text file in UTF-8")))
}

fn holds(text: &str, style: Style, pmid: &str) -> bool {
    let mark = match style {
        Style::Bibtex => format!("pmid = {{{pmid}}}"),
        Style::Ris | Style::Vancouver => format!("AN  - {pmid}"),
    };
    text.lines().any(|line| line.trim().trim_end_matches(',') == mark)
}

fn shown(text: &str) -> String {
    let Some(mut cut) = text.len().checked_sub(SHOWN).filter(|cut| *cut > 0) else {
        return text.into();
    };
    while !text.is_char_boundary(cut) {
        cut += 1;
    }
    format!("(the first {cut} bytes stay as they are)\n{}", &text[cut..])
}
