//! `fetch`: whole records by PMID, their notices first.

use serde_json::{Value, json};
use voiceassist_plugin::integration::{Content, ToolResult};
use voiceassist_plugin::{Arguments, Error, LONGEST_TEXT, Outside, not_found};

use crate::record::Record;
use crate::{article, eutils};

/// Most records a call.
pub const LIMIT: usize = 200;

pub fn run<O: Outside>(outside: &O, arguments: &Arguments) -> Result<ToolResult, Error> {
    let (records, missing) = read(outside, arguments, LIMIT)?;
    let mut content = Vec::new();
    if !missing.is_empty() {
        content.push(Content::Text(format!(
            "PubMed has no record of PMID {}.",
            missing.join(", ")
        )));
    }
    for record in &records {
        content.push(Content::Text(record.markdown()));
        content.push(Content::Citation(record.citation()));
    }
    let structured = json!({
        "articles": articles(&records),
        "missing": missing,
    });
    Ok(ToolResult {
        content,
        structured: Some(structured.to_string()),
    })
}

/// Whole records while one text can hold them, then pmid, title and whether it is retracted; the content holds all of
/// them whole.
fn articles(records: &[Record]) -> Vec<Value> {
    let brief: Vec<_> = records.iter().map(Record::brief_json).collect();
    let mut size: usize = 4_000 + brief.iter().map(|one| one.to_string().len() + 1).sum::<usize>();
    let upgraded = records.iter().zip(brief).map(|(record, brief)| {
        let whole = record.json();
        let more = whole.to_string().len().saturating_sub(brief.to_string().len());
        if size + more > LONGEST_TEXT {
            return brief;
        }
        size += more;
        whole
    });
    upgraded.collect()
}

/// The records in the order asked for, and the PMIDs PubMed does not have.
///
/// # Errors
/// `not-found` when it has none of them.
pub fn read<O: Outside>(outside: &O, arguments: &Arguments, most: usize) -> Result<(Vec<Record>, Vec<String>), Error> {
    let ids = eutils::pmids(&arguments.texts("pmids")?, most)?;
    let mut found = article::records(&eutils::efetch(outside, &ids)?)?;
    let mut records = Vec::new();
    let mut missing = Vec::new();
    for id in ids {
        match found.iter().position(|record| record.pmid == id) {
            Some(place) => records.push(found.swap_remove(place)),
            None => missing.push(id),
        }
    }
    if records.is_empty() {
        return Err(not_found(format!(
            "PubMed has no record of PMID {}",
            missing.join(", ")
        )));
    }
    Ok((records, missing))
}
