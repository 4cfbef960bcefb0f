//! The sections of a source as one Markdown document, so that it is read like any other file.

use sandbox::{SourceBody, SourceDocument};

/// Deepest heading that Markdown has.
const DEEPEST: usize = 6;

/// Title, publisher and date stand first, where every document's are looked for.
pub fn of(document: &SourceDocument) -> String {
    let citation = &document.citation;
    let mut out = format!("# {}\n", line(&document.entry.title));
    if let Some(publisher) = &citation.publisher {
        out.push_str(&format!("\nOwner: {}\n", line(publisher)));
    }
    if let Some(published) = &citation.published {
        out.push_str(&format!("\nPublished: {}\n", line(published)));
    }
    out.push_str(&format!("\nSource: {}\n", line(&document.entry.url)));
    let SourceBody::Sections(sections) = &document.body else {
        return out;
    };
    let mut above: &[String] = &[];
    for section in sections {
        let shared = above.iter().zip(&section.path).take_while(|(a, b)| a == b).count();
        // Two sections of one path are two: the last heading is said again.
        let from = shared.min(section.path.len().saturating_sub(1));
        for (depth, heading) in section.path.iter().enumerate().skip(from) {
            let marks = "#".repeat((depth + 2).min(DEEPEST));
            out.push_str(&format!("\n{marks} {}\n", line(heading)));
        }
        above = &section.path;
        let body = section.body.trim();
        if !body.is_empty() {
            out.push_str(&format!("\n{body}\n"));
        }
    }
    out
}

fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use sandbox::{Citation, SourceEntry, SourceSection};

    use super::*;

    fn section(path: &[&str], body: &str) -> SourceSection {
        SourceSection {
            path: path.iter().map(|&part| part.to_owned()).collect(),
            anchor: None,
            body: body.to_owned(),
        }
    }

    #[test]
    fn headings_nest_and_are_said_once() {
        let document = SourceDocument {
            entry: SourceEntry {
                id: "hand".into(),
                url: "https://example.org/hand".into(),
                title: "Hand\n hygiene".into(),
                modified: None,
                revision: "1".into(),
                withdrawn: false,
            },
            language: "en".into(),
            citation: Citation {
                id: "hand".into(),
                title: "Hand hygiene".into(),
                publisher: Some("A publisher".into()),
                authors: Vec::new(),
                published: Some("2026-05-01".into()),
                url: None,
                doi: None,
                pmid: None,
                locator: None,
                license: None,
            },
            body: SourceBody::Sections(vec![
                section(&["When"], "Before contact."),
                section(&["When", "After gloves"], "- always"),
                section(&["How"], "Rub."),
            ]),
        };
        assert_eq!(
            of(&document),
            "# Hand hygiene\n\nOwner: A publisher\n\nPublished: 2026-05-01\n\nSource: https://example.org/hand\n\n## When\n\n\
             Before contact.\n\n### After gloves\n\n- always\n\n## How\n\nRub.\n"
        );
    }
}
