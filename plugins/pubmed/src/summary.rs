//! What esummary says of a record: enough for a list of hits.

use serde_json::{Value, json};
use voiceassist_plugin::{Citation, cut, escaped, squeezed};

use crate::record::{Event, MOST_AUTHORS, Notice, SHOWN_AUTHORS, notices_json, tidied};
use crate::xml;

#[derive(Debug)]
pub struct Hit {
    pub pmid: String,
    pub title: String,
    journal: String,
    published: String,
    printed: String,
    authors: Vec<String>,
    doi: Option<String>,
    types: Vec<String>,
    pub notices: Vec<Notice>,
}

impl Hit {
    /// `None` for an id without a summary.
    pub fn read(pmid: &str, summary: &Value) -> Option<Self> {
        if summary.get("error").is_some() {
            return None;
        }
        let text = |key: &str| summary[key].as_str().map(plain).unwrap_or_default();
        let list = |key: &str| summary[key].as_array().map(Vec::as_slice).unwrap_or_default();
        let types: Vec<String> = list("pubtype").iter().filter_map(Value::as_str).map(squeezed).collect();
        let doi = list("articleids").iter().find(|id| id["idtype"] == "doi");
        let notices = types
            .iter()
            .filter_map(|name| Event::of_type(name))
            .map(|event| Notice {
                event,
                source: String::new(),
                pmid: None,
            });
        // `2018/05/17 00:00`
        let sorted = text("sortpubdate");
        let date = sorted.split(' ').next().unwrap_or_default().replace('/', "-");
        let title = Some(text("title")).filter(|title| !title.is_empty())?;
        Some(Self {
            pmid: pmid.to_owned(),
            title,
            journal: text("source"),
            published: date,
            printed: text("pubdate"),
            authors: list("authors")
                .iter()
                .filter_map(|author| author["name"].as_str())
                .map(squeezed)
                .collect(),
            doi: doi.and_then(|id| id["value"].as_str()).map(squeezed),
            notices: tidied(notices.collect()),
            types,
        })
    }

    pub fn is_withdrawn(&self) -> bool {
        self.notices.iter().any(|notice| notice.event.withdraws())
    }

    /// One item of a numbered list.
    pub fn markdown(&self, number: usize) -> String {
        let mut out = format!("{number}. ");
        for notice in &self.notices {
            out += &format!("{} ", notice.line());
        }
        let first = self.authors.first().map(|name| escaped(name)).unwrap_or_default();
        let others = if self.authors.len() > 1 { " et al" } else { "" };
        out += &escaped(&self.title);
        for part in [
            format!("{first}{others}"),
            escaped(&self.journal),
            escaped(&self.printed),
        ] {
            if !part.trim().is_empty() {
                out += &format!(" {part}.");
            }
        }
        out + &format!(" PMID {}\n", self.pmid)
    }

    pub fn citation(&self) -> Citation {
        Citation {
            id: format!("pmid-{}", self.pmid),
            title: self.title.clone(),
            publisher: Some(self.journal.clone()).filter(|name| !name.is_empty()),
            authors: self.authors.iter().take(MOST_AUTHORS).cloned().collect(),
            published: Some(self.published.clone()).filter(|date| !date.is_empty()),
            url: Some(format!("https://pubmed.ncbi.nlm.nih.gov/{}/", self.pmid)),
            doi: self.doi.clone(),
            pmid: Some(self.pmid.clone()),
            locator: None,
            license: None,
        }
    }

    pub fn json(&self) -> Value {
        let authors = &self.authors[..self.authors.len().min(SHOWN_AUTHORS)];
        json!({
            "pmid": self.pmid, "title": cut(&self.title, 1_000), "authors": authors, "author_count": self.authors.len(), "journal": self.journal,
            "published": self.published, "doi": self.doi, "publication_types": self.types,
            "retracted": self.is_withdrawn(), "notices": notices_json(&self.notices),
        })
    }
}

/// esummary's texts carry inline markup, escaped as text: `&lt;i&gt;`.
fn plain(text: &str) -> String {
    let unescaped = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    match xml::parse(&format!("<text>{unescaped}</text>")) {
        Ok(element) => element.text(),
        // A bare `<` or `&` is a sign, not markup.
        Err(_) => squeezed(&unescaped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_a_title_becomes_text_and_signs_stay() {
        assert_eq!(
            plain("Growth of &lt;i&gt;E. coli&lt;/i&gt; at 10&lt;sup&gt;9&lt;/sup&gt;/L"),
            "Growth of E. coli at 10⁹/L"
        );
        assert_eq!(plain("Age &lt; 65 &amp; frailty"), "Age < 65 & frailty");
    }
}
