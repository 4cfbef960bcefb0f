//! One PubMed record, and how it is shown.

use serde_json::{Value, json};
use voiceassist_plugin::{Citation, LONGEST_TEXT, cut, escaped};

/// Names of a citation and of a file's entry; some papers have thousands of authors.
pub const MOST_AUTHORS: usize = 100;
/// Names in a list of hits and in the structured result.
pub const SHOWN_AUTHORS: usize = 10;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    pub pmid: String,
    pub title: String,
    /// Full name, and NLM's abbreviation.
    pub journal: String,
    pub abbreviation: String,
    pub volume: String,
    pub issue: String,
    pub pages: String,
    pub issn: String,
    /// ISO 8601, as exact as known.
    pub published: String,
    /// As PubMed prints it: `2018 May 17`.
    pub printed: String,
    pub authors: Vec<Author>,
    /// Label and text; a single part has no label.
    pub sections: Vec<(Option<String>, String)>,
    pub doi: Option<String>,
    pub pmcid: Option<String>,
    pub types: Vec<String>,
    /// `Asthma / drug therapy*`; a star marks a major topic.
    pub mesh: Vec<String>,
    pub language: String,
    pub notices: Vec<Notice>,
    /// Publisher, for a book or chapter.
    pub book: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Author {
    /// Family name, or the name of a group.
    pub last: String,
    pub fore: String,
    pub initials: String,
}

impl Author {
    /// `O'Byrne PM`.
    pub fn short(&self) -> String {
        [self.last.as_str(), self.initials.as_str()].join(" ").trim().to_owned()
    }

    /// `O'Byrne, Paul M`; a group keeps its name.
    pub fn inverted(&self) -> String {
        let given = if self.fore.is_empty() {
            &self.initials
        } else {
            &self.fore
        };
        if given.is_empty() {
            self.last.clone()
        } else {
            format!("{}, {given}", self.last)
        }
    }
}

/// What happened to a publication after it appeared, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    Retracted,
    RetractedAndRepublished,
    Concern,
    CorrectedAndRepublished,
    Erratum,
    Updated,
    IsRetractionNotice,
    IsConcernNotice,
    IsErratum,
}

impl Event {
    pub fn of_reference(kind: &str) -> Option<Self> {
        Some(match kind {
            "RetractionIn" => Self::Retracted,
            "RetractedandRepublishedIn" => Self::RetractedAndRepublished,
            "ExpressionOfConcernIn" => Self::Concern,
            "CorrectedandRepublishedIn" => Self::CorrectedAndRepublished,
            "ErratumIn" => Self::Erratum,
            "UpdateIn" => Self::Updated,
            "RetractionOf" => Self::IsRetractionNotice,
            "ExpressionOfConcernFor" => Self::IsConcernNotice,
            "ErratumFor" => Self::IsErratum,
            _ => return None,
        })
    }

    /// NLM calls the notice "Retraction of Publication" in older and "Retraction Notice" in newer records.
    pub fn of_type(name: &str) -> Option<Self> {
        Some(match name {
            "Retracted Publication" => Self::Retracted,
            "Retraction of Publication" | "Retraction Notice" => Self::IsRetractionNotice,
            "Expression of Concern" => Self::IsConcernNotice,
            "Published Erratum" => Self::IsErratum,
            _ => return None,
        })
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Retracted => "retracted",
            Self::RetractedAndRepublished => "retracted-and-republished",
            Self::Concern => "expression-of-concern",
            Self::CorrectedAndRepublished => "corrected-and-republished",
            Self::Erratum => "erratum",
            Self::Updated => "updated",
            Self::IsRetractionNotice => "is-retraction-notice",
            Self::IsConcernNotice => "is-expression-of-concern",
            Self::IsErratum => "is-erratum",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Retracted => "RETRACTED: this article has been retracted; do not rely on it.",
            Self::RetractedAndRepublished => "RETRACTED and published again; use the new version.",
            Self::Concern => "EXPRESSION OF CONCERN: the journal doubts this article.",
            Self::CorrectedAndRepublished => "Corrected and published again; use the new version.",
            Self::Erratum => "Erratum: a correction has been published.",
            Self::Updated => "A newer version has been published.",
            Self::IsRetractionNotice => "This is a retraction notice, not a study.",
            Self::IsConcernNotice => "This is an expression of concern about another article.",
            Self::IsErratum => "This is a correction of another article.",
        }
    }

    /// Whether the finding itself is in doubt.
    pub fn withdraws(self) -> bool {
        matches!(self, Self::Retracted | Self::RetractedAndRepublished)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub event: Event,
    /// Where it was published.
    pub source: String,
    pub pmid: Option<String>,
}

impl Notice {
    pub fn line(&self) -> String {
        let mut line = format!("**{}**", self.event.sentence());
        if !self.source.is_empty() {
            line += &format!(" {}", escaped(&self.source));
        }
        if let Some(pmid) = &self.pmid {
            line += &format!(" (PMID {pmid})");
        }
        line
    }
}

/// Sorted, and an event that a publication type repeats named once.
pub fn tidied(mut notices: Vec<Notice>) -> Vec<Notice> {
    notices.sort_by_key(|notice| (notice.event, notice.source.is_empty()));
    let mut kept: Vec<Notice> = Vec::new();
    for notice in notices {
        let bare = notice.source.is_empty() && notice.pmid.is_none();
        if !(bare && kept.iter().any(|other| other.event == notice.event)) {
            kept.push(notice);
        }
    }
    kept
}

impl Record {
    pub fn is_withdrawn(&self) -> bool {
        self.notices.iter().any(|notice| notice.event.withdraws())
    }

    pub fn url(&self) -> String {
        format!("https://pubmed.ncbi.nlm.nih.gov/{}/", self.pmid)
    }

    /// CommonMark: the notices first, then title, place, abstract and index terms.
    pub fn markdown(&self) -> String {
        let mut out = String::new();
        for notice in &self.notices {
            out += &format!("> {}\n>\n", notice.line());
        }
        if !self.notices.is_empty() {
            out += "\n";
        }
        out += &format!("### {}\n\n", escaped(&self.title));
        if !self.authors.is_empty() {
            let names: Vec<_> = self
                .authors
                .iter()
                .take(SHOWN_AUTHORS)
                .map(|author| escaped(&author.short()))
                .collect();
            let rest = if self.authors.len() > SHOWN_AUTHORS {
                ", et al"
            } else {
                ""
            };
            out += &format!("{}{rest}\n\n", names.join(", "));
        }
        out += &format!("{}\n", escaped(&self.place()));
        for (label, text) in &self.sections {
            match label {
                Some(label) => out += &format!("\n**{}.** {}\n", escaped(label), escaped(text)),
                None => out += &format!("\n{}\n", escaped(text)),
            }
        }
        if self.sections.is_empty() {
            out += "\nPubMed holds no abstract of it.\n";
        }
        if !self.types.is_empty() {
            out += &format!("\nPublication types: {}\n", escaped(&self.types.join("; ")));
        }
        if !self.mesh.is_empty() {
            out += &format!("\nMeSH: {}\n", escaped(&self.mesh.join("; ")));
        }
        if out.len() <= LONGEST_TEXT {
            return out;
        }
        format!("{}\n\n(Cut here; the record is longer.)\n", cut(&out, LONGEST_TEXT))
    }

    /// `N Engl J Med. 2018 May 17;378(20):1865-1876. doi: ... PMID: ...`
    pub fn place(&self) -> String {
        let journal = if self.abbreviation.is_empty() {
            &self.journal
        } else {
            &self.abbreviation
        };
        let mut out = format!("{}. {}", journal.trim_end_matches('.'), self.printed);
        if !self.volume.is_empty() || !self.issue.is_empty() {
            out += &format!(";{}", self.volume);
        }
        if !self.issue.is_empty() {
            out += &format!("({})", self.issue);
        }
        if !self.pages.is_empty() {
            out += &format!(":{}", self.pages);
        }
        out += ".";
        if let Some(doi) = &self.doi {
            out += &format!(" doi: {doi}.");
        }
        out + &format!(" PMID: {}.", self.pmid)
    }

    pub fn citation(&self) -> Citation {
        Citation {
            id: format!("pmid-{}", self.pmid),
            title: self.title.clone(),
            publisher: Some(self.journal.clone()).filter(|name| !name.is_empty()),
            authors: self.authors.iter().take(MOST_AUTHORS).map(Author::short).collect(),
            published: Some(self.published.clone()).filter(|date| !date.is_empty()),
            url: Some(self.url()),
            doi: self.doi.clone(),
            pmid: Some(self.pmid.clone()),
            locator: Some("abstract".to_owned()).filter(|_| !self.sections.is_empty()),
            license: None,
        }
    }

    pub fn json(&self) -> Value {
        let authors: Vec<_> = self.authors.iter().take(SHOWN_AUTHORS).map(Author::short).collect();
        let sections: Vec<_> = self
            .sections
            .iter()
            .map(|(label, text)| json!({ "label": label, "text": text }))
            .collect();
        json!({
            "pmid": self.pmid, "title": self.title, "authors": authors, "author_count": self.authors.len(),
            "journal": self.journal, "published": self.published, "doi": self.doi, "pmcid": self.pmcid,
            "abstract": sections, "publication_types": self.types, "mesh": self.mesh, "language": self.language,
            "retracted": self.is_withdrawn(), "notices": notices_json(&self.notices), "url": self.url(),
        })
    }

    /// What always has room.
    pub fn brief_json(&self) -> Value {
        json!({ "pmid": self.pmid, "title": cut(&self.title, 160), "retracted": self.is_withdrawn() })
    }
}

pub fn notices_json(notices: &[Notice]) -> Value {
    notices
        .iter()
        .map(|notice| json!({ "event": notice.event.name(), "source": notice.source, "pmid": notice.pmid }))
        .collect()
}
