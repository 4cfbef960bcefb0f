//! An answer in the making, and the trail of how it came about.

use api_types::{
    Answer, AnswerEvent, AnswerKind, AnswerMetadata, Citation, Clarification, ClarificationOption, NotFound,
    ReasoningStep, Receipt, Sentence, SentenceKind,
};
use retrieval::clarify::Back;

use super::run::Outlet;
use super::store::Asked;
use crate::app::App;
use crate::edge::problem::Problem;
use crate::egress::Class;
use crate::knowledge::Coverage;
use crate::knowledge::language;
use crate::knowledge::search::{Hit, SearchResult};
use crate::models::{self, PromptPassage};

/// Characters of a passage that are shown when it does not answer.
const GLIMPSE: usize = 240;

/// What was done, in order, with times in milliseconds.
pub struct Trail {
    began: i64,
    last: i64,
    steps: Vec<ReasoningStep>,
}

impl Trail {
    pub fn begin(app: &App) -> Self {
        let now = app.clock.now_ms();
        Self {
            began: now,
            last: now,
            steps: Vec::new(),
        }
    }

    /// `detail` says counts and choices; the question's own words are shown to its asker only.
    pub fn step(&mut self, app: &App, name: &str, detail: String) {
        let now = app.clock.now_ms();
        self.steps.push(ReasoningStep {
            name: name.to_owned(),
            detail,
            ms: now - self.last,
        });
        self.last = now;
    }

    pub fn total_ms(&self, app: &App) -> i64 {
        app.clock.now_ms() - self.began
    }

    pub fn into_steps(self) -> Vec<ReasoningStep> {
        self.steps
    }
}

/// An empty answer of this kind.
pub fn empty(kind: AnswerKind, metadata: AnswerMetadata) -> Answer {
    Answer {
        kind,
        sentences: Vec::new(),
        citations: Vec::new(),
        not_found: None,
        clarification: None,
        calculation: None,
        conflicts: Vec::new(),
        withheld: 0,
        notices: Vec::new(),
        watermark: None,
        metadata,
    }
}

/// Metadata before anything was written.
pub fn metadata(selection: &models::Selection) -> AnswerMetadata {
    AnswerMetadata {
        model: selection.info.id.clone(),
        provider: selection.info.provider.clone(),
        ran_at: selection.info.ran_at.clone(),
        selection_reason: selection.reason.clone(),
        selection_confidence: selection.confidence,
        retrieval_confidence: 0.0,
        reasoning_path: Vec::new(),
        receipt: Receipt {
            left_the_building: String::new(),
            requests: Vec::new(),
        },
        total_ms: 0,
    }
}

pub struct Draft {
    pub answer: Answer,
    pub question: String,
    pub class: Class,
    pub selection: models::Selection,
    pub message: String,
    searched_documents: i64,
    searched_passages: i64,
}

impl Draft {
    /// Starts an answer with what its reader should know beforehand.
    ///
    /// # Errors
    /// Of the database.
    pub async fn new(
        app: &App,
        asked: &Asked,
        question: &str,
        class: Class,
        found: &SearchResult,
        coverage: &Coverage,
    ) -> Result<Self, Problem> {
        let selection = app.models.route(class.max(passages_class(found))).await?;
        let mut answer = empty(AnswerKind::Answered, metadata(&selection));
        let waiting = coverage.waiting;
        if waiting > 0 {
            let files = if waiting == 1 {
                "1 file is".to_owned()
            } else {
                format!("{waiting} files are")
            };
            answer.notices.push(format!(
                "{files} still being indexed and may not be in this answer yet."
            ));
        }
        answer.notices.extend(found.notices.iter().cloned());
        Ok(Self {
            answer,
            question: question.to_owned(),
            class,
            selection,
            message: asked.id.clone(),
            searched_documents: coverage.documents,
            searched_passages: coverage.passages,
        })
    }

    /// The built-in answerer writes instead of the model that was chosen.
    pub fn built_in(&mut self, selection: &models::Selection) {
        self.answer.metadata = AnswerMetadata {
            retrieval_confidence: self.answer.metadata.retrieval_confidence,
            ..metadata(selection)
        };
        self.answer.withheld = 0;
    }

    /// The number under which this span of this passage is cited, sending the citation when it is new.
    ///
    /// # Errors
    /// Of the database.
    pub async fn cite(
        &mut self,
        hit: &Hit,
        quote: std::ops::Range<usize>,
        outlet: &mut Outlet,
    ) -> Result<u32, Problem> {
        let (start, end) = (quote.start as u32, quote.end as u32);
        let known = self.answer.citations.iter().find(|citation| {
            citation.passage_id == hit.passage_id && citation.quote_start == start && citation.quote_end == end
        });
        if let Some(known) = known {
            return Ok(known.number);
        }
        let citation = citation(hit, quote, self.answer.citations.len() as u32 + 1);
        if self.answer.watermark.is_none() {
            self.answer.watermark.clone_from(&citation.watermark);
        }
        outlet.send(&AnswerEvent::Citation(citation.clone())).await?;
        self.answer.citations.push(citation);
        Ok(self.answer.citations.len() as u32)
    }

    /// Adds a checked sentence and sends it.
    ///
    /// # Errors
    /// Of the database.
    pub async fn say(
        &mut self,
        text: String,
        kind: SentenceKind,
        group: Option<String>,
        citations: Vec<u32>,
        outlet: &mut Outlet,
    ) -> Result<(), Problem> {
        let ordinal = self.answer.sentences.len() as u32 + 1;
        let sentence = Sentence {
            ordinal,
            text,
            kind,
            group,
            citations,
        };
        outlet.send(&AnswerEvent::Sentence(sentence.clone())).await?;
        self.answer.sentences.push(sentence);
        Ok(())
    }

    /// Turns the answer into a question back. What comes of a passage's heading cites it, so that it is withheld, and
    /// confirmed by the reader's browser, as a sentence would be.
    ///
    /// # Errors
    /// Of the database.
    pub async fn ask_back(&mut self, back: Back, found: &SearchResult, outlet: &mut Outlet) -> Result<(), Problem> {
        let mut options = Vec::new();
        for offer in back.options {
            let hit = offer.candidate.and_then(|at| found.hits.get(at));
            let citation = match hit {
                Some(hit) => Some(self.cite(hit, 0..0, outlet).await?),
                None => None,
            };
            options.push(ClarificationOption {
                label: offer.label,
                question: offer.question,
                citation,
            });
        }
        self.answer.kind = AnswerKind::Clarification;
        self.answer.clarification = Some(Clarification {
            question: back.question,
            options,
        });
        Ok(())
    }

    /// Turns the answer into an honest no.
    pub fn not_found(&mut self, found: &SearchResult) {
        self.answer.kind = AnswerKind::NotFound;
        let nearest = found.hits.iter().take(3).enumerate().map(|(index, hit)| {
            let start = below_heading(hit);
            citation(hit, start..start + glimpse(&hit.text[start..]), index as u32 + 1)
        });
        let nearest: Vec<_> = nearest.collect();
        let mut suggestions = Vec::new();
        if self.searched_documents == 0 {
            suggestions.push("No document is available to you yet. Add one on the Documents page.".to_owned());
        } else {
            suggestions.push(
                "Use other words, such as the term your protocols use, or name the drug or condition.".to_owned(),
            );
            if !nearest.is_empty() {
                suggestions.push("Open the nearest passages and judge for yourself.".to_owned());
            }
        }
        self.answer.not_found = Some(NotFound {
            searched_documents: self.searched_documents,
            searched_passages: self.searched_passages,
            searched_for: found.searched_for.clone(),
            nearest,
            suggestions,
        });
    }
}

/// Bytes of the beginning of a text that are shown: up to a table, and whole words.
fn glimpse(text: &str) -> usize {
    let table = text.find(" | ").and_then(|at| text[..at].rfind('\n'));
    let text = &text[..table.filter(|at| *at > 0).unwrap_or(text.len())];
    match text.char_indices().nth(GLIMPSE) {
        Some((end, _)) => text[..end].rfind(char::is_whitespace).unwrap_or(end),
        None => text.len(),
    }
}

/// Where the text of a passage begins after a first line that is its heading, which is shown beside it.
fn below_heading(hit: &Hit) -> usize {
    let heading = hit.heading.as_deref().and_then(|path| path.rsplit(" > ").next());
    match (heading, hit.text.split_once('\n')) {
        (Some(heading), Some((first, rest))) if first == heading && !rest.trim().is_empty() => first.len() + 1,
        _ => 0,
    }
}

/// A passage is patient information for a remote model unless its document is published.
fn passages_class(found: &SearchResult) -> Class {
    found.hits.iter().map(passage_class).max().unwrap_or(Class::Public)
}

/// Identifiers are found in English only, so a passage in another language counts as holding some.
fn passage_class(hit: &Hit) -> Class {
    if hit.public && is_english(hit) {
        Class::Public
    } else {
        Class::Phi
    }
}

fn is_english(hit: &Hit) -> bool {
    hit.language.as_deref().is_none_or(|code| code == language::ENGLISH)
}

/// None of what was typed is surely in another language.
pub fn are_english<'a>(mut typed: impl Iterator<Item = &'a String>) -> bool {
    typed.all(|text| language::other_than_english(text).is_none())
}

/// What a model is given of a passage.
pub fn prompt_passage(hit: &Hit, number: u32) -> PromptPassage {
    PromptPassage {
        number,
        title: hit.document_title.clone(),
        text: hit.text.clone(),
        class: passage_class(hit),
        english: is_english(hit),
    }
}

fn citation(hit: &Hit, quote: std::ops::Range<usize>, number: u32) -> Citation {
    Citation {
        number,
        passage_id: hit.passage_id.clone(),
        document_id: hit.document_id.clone(),
        document_title: hit.document_title.clone(),
        heading: hit.heading.clone(),
        page: hit.page,
        has_pages: hit.has_pages,
        quote: hit.text.get(quote.clone()).unwrap_or_default().to_owned(),
        quote_start: quote.start as u32,
        quote_end: quote.end as u32,
        source_date: hit.source_date.clone(),
        source_owner: hit.source_owner.clone(),
        watermark: hit.watermark.clone(),
        browser_check: hit.browser_check.clone(),
        superseded: None,
    }
}
