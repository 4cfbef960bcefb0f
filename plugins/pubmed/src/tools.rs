//! The tools as a model reads them.

use serde_json::{Value, json};
use voiceassist_plugin::integration::{Effect, ToolInfo};

use crate::{cite, fetch, search};

pub const SEARCH: &str = "search";
pub const FETCH: &str = "fetch";
pub const CITE: &str = "cite";
pub const SAVE: &str = "save-citation";

pub fn all() -> Vec<ToolInfo> {
    let types: Vec<_> = search::TYPES.iter().map(|(name, _)| *name).collect();
    vec![
        tool(
            SEARCH,
            "Search PubMed",
            "Finds biomedical literature by topic. Returns up to 20 hits with title, authors, journal, date and PMID, \
             and says which are retracted. The query may use PubMed's syntax. It must not name or describe a patient.",
            Effect::Read,
            &object(
                json!({
                    "query": { "type": "string", "minLength": 1, "maxLength": search::LONGEST,
                        "description": "Topic in words or PubMed syntax, without anything about a patient" },
                    "from_year": { "type": "integer", "minimum": 1780, "maximum": 2100 },
                    "to_year": { "type": "integer", "minimum": 1780, "maximum": 2100 },
                    "article_type": { "type": "string", "enum": types },
                    "sort": { "type": "string", "enum": ["relevance", "date"], "default": "relevance" },
                    "limit": { "type": "integer", "minimum": 1, "maximum": search::LIMIT, "default": 10 },
                }),
                &["query"],
            ),
            &json!({ "type": "object", "required": ["count", "results"], "properties": {
                "count": { "type": "integer" },
                "query_translation": { "type": "string" },
                "results": { "type": "array", "items": { "type": "object", "required": ["pmid", "title", "retracted"] } },
            } }),
        ),
        tool(
            FETCH,
            "Read PubMed records",
            "Reads records by PMID: title, authors, journal, date, abstract, DOI, publication types and MeSH terms. \
             Retractions, expressions of concern and errata come first and must be passed on.",
            Effect::Read,
            &object(json!({ "pmids": pmids(fetch::LIMIT) }), &["pmids"]),
            &json!({ "type": "object", "required": ["articles", "missing"], "properties": {
                "articles": { "type": "array", "items": { "type": "object", "required": ["pmid", "title", "retracted"] } },
                "missing": { "type": "array", "items": { "type": "string" } },
            } }),
        ),
        tool(
            CITE,
            "Cite PubMed records",
            "Writes citations of PubMed records in Vancouver style, RIS or BibTeX.",
            Effect::Read,
            &object(
                json!({
                    "pmids": pmids(cite::LIMIT),
                    "style": { "type": "string", "enum": ["vancouver", "ris", "bibtex"], "default": "vancouver" },
                }),
                &["pmids"],
            ),
            &json!({ "type": "object", "required": ["citations", "missing"], "properties": {
                "citations": { "type": "array", "items": { "type": "object", "required": ["pmid", "text", "retracted"] } },
                "missing": { "type": "array", "items": { "type": "string" } },
            } }),
        ),
        tool(
            SAVE,
            "Save citations to a file",
            "Adds citations of PubMed records to an .ris or .bib file in the user's folder for citations. The user \
             sees the file before and after and confirms.",
            Effect::Write,
            &object(
                json!({
                    "pmids": pmids(cite::LIMIT),
                    "file": { "type": "string", "minLength": 5, "maxLength": 200, "pattern": "\\.([rR][iI][sS]|[bB][iI][bB])$",
                        "description": "Name of the file, such as heart-failure.ris" },
                }),
                &["pmids", "file"],
            ),
            &json!({ "type": "object", "required": ["file", "added"], "properties": {
                "file": { "type": "string" }, "etag": { "type": "string" }, "added": { "type": "integer" },
            } }),
        ),
    ]
}

fn pmids(most: usize) -> Value {
    json!({
        "type": "array", "minItems": 1, "maxItems": most,
        "items": { "type": "string", "pattern": "^[1-9][0-9]{0,7}$" },
    })
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    })
}

fn tool(name: &str, title: &str, description: &str, effect: Effect, input: &Value, output: &Value) -> ToolInfo {
    ToolInfo {
        name: name.into(),
        title: title.into(),
        description: description.into(),
        effect,
        input_schema: input.to_string(),
        output_schema: Some(output.to_string()),
    }
}
