//! `cite`: citations in Vancouver style (NLM, Citing Medicine), RIS or BibTeX.

use serde_json::json;
use voiceassist_plugin::integration::{Content, ToolResult};
use voiceassist_plugin::{Arguments, Error, ErrorKind, LONGEST_TEXT, Outside, escaped, fault, refused};

use crate::fetch;
use crate::record::{Author, Event, MOST_AUTHORS, Record};

pub const LIMIT: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Vancouver,
    Ris,
    Bibtex,
}

impl Style {
    pub fn named(name: &str) -> Result<Self, Error> {
        match name {
            "vancouver" => Ok(Self::Vancouver),
            "ris" => Ok(Self::Ris),
            "bibtex" => Ok(Self::Bibtex),
            _ => Err(refused("style must be vancouver, ris or bibtex")),
        }
    }

    pub fn write(self, record: &Record) -> String {
        match self {
            Self::Vancouver => vancouver(record),
            Self::Ris => ris(record),
            Self::Bibtex => bibtex(record),
        }
    }
}

pub fn run<O: Outside>(outside: &O, arguments: &Arguments) -> Result<ToolResult, Error> {
    let style = Style::named(arguments.optional_text("style")?.unwrap_or("vancouver"))?;
    let (records, missing) = fetch::read(outside, arguments, LIMIT)?;
    let mut content = Vec::new();
    for record in &records {
        for notice in &record.notices {
            content.push(Content::Text(format!("PMID {}: {}", record.pmid, notice.line())));
        }
    }
    let texts: Vec<_> = records.iter().map(|record| style.write(record)).collect();
    content.push(Content::Text(match style {
        Style::Vancouver => texts
            .iter()
            .enumerate()
            .map(|(at, text)| format!("{}. {}\n", at + 1, escaped(text)))
            .collect(),
        Style::Ris | Style::Bibtex => format!("```\n{}```\n", texts.join("\n")),
    }));
    if !missing.is_empty() {
        content.push(Content::Text(format!(
            "PubMed has no record of PMID {}.",
            missing.join(", ")
        )));
    }
    let structured = json!({
        "citations": records.iter().zip(&texts).map(|(record, text)| json!({
            "pmid": record.pmid, "text": text, "retracted": record.is_withdrawn(),
        })).collect::<Vec<_>>(),
        "missing": missing,
    });
    let structured = structured.to_string();
    if structured.len() > LONGEST_TEXT {
        return Err(too_long());
    }
    Ok(ToolResult {
        content,
        structured: Some(structured),
    })
}

pub fn too_long() -> Error {
    fault(
        ErrorKind::InvalidInput,
        "too-long",
        "these citations are too long for one answer; ask for fewer",
    )
}

/// Six authors, then "et al"; a retraction is part of the citation (Citing Medicine, chapter 1).
fn vancouver(record: &Record) -> String {
    let mut names: Vec<_> = record.authors.iter().take(6).map(Author::short).collect();
    if record.authors.len() > 6 {
        names.push("et al".into());
    }
    let mut out = String::new();
    if !names.is_empty() {
        out += &format!("{}. ", names.join(", "));
    }
    let title = record.title.trim_end();
    let stop = if title.ends_with(['.', '?', '!']) { "" } else { "." };
    out += &format!("{title}{stop} ");
    match &record.book {
        Some(publisher) if *publisher != record.journal => {
            out += &format!(
                "In: {}. {publisher}; {}. PMID: {}.",
                record.journal, record.printed, record.pmid
            );
        }
        _ => out += &record.place(),
    }
    for notice in &record.notices {
        let word = match notice.event {
            Event::Retracted | Event::RetractedAndRepublished => "Retraction in",
            Event::Concern => "Expression of concern in",
            Event::Erratum => "Erratum in",
            _ => continue,
        };
        out += &match notice.source.trim_end_matches('.') {
            "" => format!(" {word}: source not given."),
            source => format!(" {word}: {source}."),
        };
    }
    out
}

/// RIS as reference managers read it; one field a line.
fn ris(record: &Record) -> String {
    let mut out = String::new();
    let mut line = |tag: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("{tag}  - {value}\n"));
        }
    };
    line("TY", if record.book.is_some() { "CHAP" } else { "JOUR" });
    for author in record.authors.iter().take(MOST_AUTHORS) {
        line("AU", &author.inverted());
    }
    if record.authors.len() > MOST_AUTHORS {
        line("AU", "et al.");
    }
    line("TI", &record.title);
    line("T2", &record.journal);
    line("J2", &record.abbreviation);
    line("PB", record.book.as_deref().unwrap_or_default());
    line("PY", record.published.split('-').next().unwrap_or_default());
    line("DA", &record.published.replace('-', "/"));
    line("VL", &record.volume);
    line("IS", &record.issue);
    let (start, end) = span(&record.pages);
    line("SP", &start);
    line("EP", &end);
    line("SN", &record.issn);
    line("DO", record.doi.as_deref().unwrap_or_default());
    line("LA", &record.language);
    for notice in &record.notices {
        line("N1", &format!("{}: {}", notice.event.name(), notice.source));
    }
    line("UR", &record.url());
    line("DB", "PubMed");
    line("AN", &record.pmid);
    out + "ER  - \n"
}

/// First and last page; `1865-76` ends at 1876.
fn span(pages: &str) -> (String, String) {
    let first_range = pages.split([',', ';']).next().unwrap_or_default().trim();
    let Some((start, end)) = first_range.split_once('-') else {
        return (first_range.into(), String::new());
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_digit());
    if digits(start) && digits(end) && end.len() < start.len() {
        return (start.into(), format!("{}{end}", &start[..start.len() - end.len()]));
    }
    (start.into(), end.into())
}

/// BibTeX in UTF-8, as biber reads it.
fn bibtex(record: &Record) -> String {
    let family: String = record
        .authors
        .first()
        .map(|author| author.last.as_str())
        .unwrap_or("anonymous")
        .to_lowercase();
    let family: String = family.chars().filter(char::is_ascii_alphanumeric).collect();
    let year = record.published.split('-').next().unwrap_or_default();
    let kind = if record.book.is_some() {
        "incollection"
    } else {
        "article"
    };
    let place = if record.book.is_some() { "booktitle" } else { "journal" };
    let mut out = format!("@{kind}{{{family}{year}pmid{},\n", record.pmid);
    let mut field = |name: &str, value: &str| {
        if !value.is_empty() {
            out.push_str(&format!("  {name} = {{{}}},\n", tex(value)));
        }
    };
    let mut names: Vec<_> = record.authors.iter().take(MOST_AUTHORS).map(Author::inverted).collect();
    if record.authors.len() > MOST_AUTHORS {
        names.push("others".into());
    }
    field("author", &names.join(" and "));
    field("title", record.title.trim_end_matches('.'));
    field(place, &record.journal);
    field("publisher", record.book.as_deref().unwrap_or_default());
    field("year", year);
    field("volume", &record.volume);
    field("number", &record.issue);
    field("pages", &record.pages.replace('-', "--"));
    field("doi", record.doi.as_deref().unwrap_or_default());
    field("url", &record.url());
    for notice in &record.notices {
        field("note", &format!("{}: {}", notice.event.name(), notice.source));
    }
    field("pmid", &record.pmid);
    out + "}\n"
}

fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\textbackslash{}"),
            '{' | '}' | '%' | '&' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            _ => out.push(c),
        }
    }
    out
}
