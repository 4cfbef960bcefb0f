//! Writing from passages: every sentence is checked against the passage it cites before anyone reads it.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use api_types::{AnswerEvent, Conflict, ConflictSide, SentenceKind, Stage};
use futures::StreamExt;
use onnx::Embedder;
use retrieval::cited;
use retrieval::conflict::DraftConflict;
use retrieval::extractive::{self, Candidate, Drafted};
use retrieval::support;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tokio_util::sync::CancellationToken;

use super::draft::{self, Draft, Trail};
use super::local::Local;
use super::permission;
use super::run::Outlet;
use super::store::Asked;
use crate::app::App;
use crate::edge::problem::Problem;
use crate::egress::Release;
use crate::knowledge::search::{Hit, SearchResult};
use crate::models::{self, ChatModel, Chosen, ModelError, ModelRequest, Turn};

/// Passages a model is given.
const MODEL_PASSAGES: usize = 8;
const MODEL_TOKENS: u32 = 600;

/// For whom it is written, and what ends it from outside.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    pub app: &'a App,
    pub asked: &'a Asked,
    pub cancel: &'a CancellationToken,
}

pub fn candidate(hit: &Hit) -> Candidate<'_> {
    Candidate {
        passage_id: &hit.passage_id,
        document_id: &hit.document_id,
        document_title: &hit.document_title,
        heading: hit.heading.as_deref(),
        text: &hit.text,
        page: hit.page,
        source_date: hit.source_date.as_deref(),
        source_owner: hit.source_owner.as_deref(),
        score: hit.score,
        dense: hit.dense,
        bm25: hit.bm25,
    }
}

/// Writes the answer with the chosen model; a model that fails or supports nothing is replaced by extraction, with a notice.
///
/// The built-in answerer reads the passages first in any case: when they do not speak to the question, nothing is sent to
/// a model, and what it knows of the passages, where they disagree and how well they fit, holds for any writer.
///
/// # Errors
/// Of the database; a failing model is no error.
pub async fn write(
    writing: &Writing<'_>,
    draft: &mut Draft,
    found: &SearchResult,
    turns: &[Turn],
    outlet: &mut Outlet,
    trail: &mut Trail,
) -> Result<(), Problem> {
    let Writing { app, cancel, .. } = *writing;
    if let Some(notice) = &draft.selection.notice {
        draft.answer.notices.push(notice.clone());
    }
    let drafted = read(app, draft, found).await?;
    draft.answer.metadata.retrieval_confidence = drafted.confidence();
    if let Chosen::Endpoint(model) = &draft.selection.chosen
        && drafted.confidence() >= extractive::WORTH_WRITING
    {
        let model = Arc::clone(model);
        let embedder = app.knowledge.embedder().await.ok();
        let failed = match generate(model.as_ref(), draft, found, turns, embedder.as_ref(), outlet, writing).await? {
            Ended::Withdrawn => {
                permission::empty(&mut draft.answer);
                trail.step(app, "write", "withdrawn: a source cannot be opened any more".to_owned());
                return Ok(());
            }
            Ended::Early(error) => Some(error),
            Ended::Well => None,
        };
        // A model behind a plugin is known by name once it was asked.
        draft.answer.metadata.model = model.info().id;
        trail.step(
            app,
            "write",
            format!(
                "{}: {} sentences, {} withheld",
                draft.answer.metadata.model,
                draft.answer.sentences.len(),
                draft.answer.withheld
            ),
        );
        if !draft.answer.sentences.is_empty() || cancel.is_cancelled() {
            if let Some(error) = failed {
                let notice = format!("This answer is not complete: {} ended early, {error}.", model.info().id);
                draft.answer.notices.push(notice);
            }
            if !draft.answer.sentences.is_empty() {
                tell_conflicts(draft, found, drafted.into_conflicts(), outlet).await?;
            }
            return Ok(());
        }
        let reason = failed.map_or_else(
            || "none of its sentences is supported by the passages".to_owned(),
            |e| e.to_string(),
        );
        let selection = app.models.fall_back(&model.info(), &reason);
        draft.answer.notices.extend(selection.notice.clone());
        draft.built_in(&selection);
    } else if let Chosen::Endpoint(model) = &draft.selection.chosen {
        let selection = app.models.not_asked(&model.info());
        draft.built_in(&selection);
    }
    extract(app, draft, found, drafted, outlet, trail, cancel).await
}

/// What the built-in answerer would say.
async fn read(app: &App, draft: &Draft, found: &SearchResult) -> Result<Drafted, Problem> {
    let (question, hits, local) = (
        draft.question.clone(),
        found.hits.clone(),
        Local(app.knowledge.embedder().await.ok()),
    );
    let drafted = tokio::task::spawn_blocking(move || {
        let candidates: Vec<Candidate<'_>> = hits.iter().map(candidate).collect();
        extractive::answer(&question, &candidates, &local)
    });
    drafted.await.map_err(|error| Problem::internal(&error))
}

/// The built-in answerer: sentences taken from the passages.
async fn extract(
    app: &App,
    draft: &mut Draft,
    found: &SearchResult,
    drafted: Drafted,
    outlet: &mut Outlet,
    trail: &mut Trail,
    cancel: &CancellationToken,
) -> Result<(), Problem> {
    let (sentences, conflicts) = match drafted {
        Drafted::NotFound { .. } => {
            trail.step(app, "write", "no passage supports an answer".to_owned());
            draft.not_found(found);
            return Ok(());
        }
        Drafted::Answered {
            sentences, conflicts, ..
        } => (sentences, conflicts),
    };
    for sentence in sentences {
        // A rule that was said keeps its caveats, also when told to stop.
        if cancel.is_cancelled() && sentence.kind != SentenceKind::Caveat {
            break;
        }
        let hit = &found.hits[sentence.candidate];
        if !extractive::is_supported(&sentence, &candidate(hit)) {
            draft.answer.withheld += 1;
            continue;
        }
        let number = draft.cite(hit, sentence.quote, outlet).await?;
        let group = sentence.group.as_deref().map(last_heading);
        draft
            .say(sentence.text, sentence.kind, group, vec![number], outlet)
            .await?;
    }
    tell_conflicts(draft, found, conflicts, outlet).await?;
    let (said, withheld) = (draft.answer.sentences.len(), draft.answer.withheld);
    trail.step(
        app,
        "write",
        format!("{said} sentences taken from the passages, {withheld} withheld"),
    );
    if said == 0 && !cancel.is_cancelled() {
        draft.not_found(found);
    }
    Ok(())
}

/// Shows where documents disagree on what was asked, whoever wrote the answer.
async fn tell_conflicts(
    draft: &mut Draft,
    found: &SearchResult,
    conflicts: Vec<DraftConflict>,
    outlet: &mut Outlet,
) -> Result<(), Problem> {
    for conflict in conflicts {
        let mut sides = Vec::new();
        for side in conflict.sides {
            let hit = &found.hits[side.candidate];
            sides.push(ConflictSide {
                citation: draft.cite(hit, side.quote, outlet).await?,
                statement: side.text,
                document_title: hit.document_title.clone(),
                source_date: hit.source_date.clone(),
            });
        }
        draft.answer.conflicts.push(Conflict {
            topic: conflict.topic,
            sides,
        });
    }
    Ok(())
}

/// The innermost heading of a path such as "Hand hygiene > Sharps".
fn last_heading(path: &str) -> String {
    path.rsplit(" > ").next().unwrap_or(path).to_owned()
}

/// How a model's writing ended.
enum Ended {
    /// It said all, or was told to stop.
    Well,
    Early(ModelError),
    /// The reader lost one of the sources meanwhile.
    Withdrawn,
}

impl Writing<'_> {
    /// The asking user may still read all that the model was given.
    async fn readable(&self, found: &SearchResult) -> Result<bool, Problem> {
        let given = found.hits.iter().take(MODEL_PASSAGES).filter(|hit| hit.file.is_some());
        let documents: BTreeSet<String> = given.map(|hit| hit.document_id.clone()).collect();
        permission::all_readable(self.app, self.asked, documents).await
    }
}

/// Lets a model write; each finished sentence is checked at once, and at intervals whether its sources may still be read.
async fn generate(
    model: &dyn ChatModel,
    draft: &mut Draft,
    found: &SearchResult,
    turns: &[Turn],
    embedder: Option<&Arc<Embedder>>,
    outlet: &mut Outlet,
    writing: &Writing<'_>,
) -> Result<Ended, Problem> {
    outlet
        .send(&AnswerEvent::State {
            message_id: draft.message.clone(),
            stage: Stage::Writing,
        })
        .await?;
    let passages = found.hits.iter().take(MODEL_PASSAGES).zip(1..);
    let request = ModelRequest {
        system: None,
        history: turns.to_vec(),
        question: draft.question.clone(),
        passages: passages
            .map(|(hit, number)| draft::prompt_passage(hit, number))
            .collect(),
        max_tokens: MODEL_TOKENS,
        class: draft.class,
        english: draft::are_english(turns.iter().map(|turn| &turn.question).chain([&draft.question])),
        answer_id: Some(draft.message.clone()),
        release: Release::default(),
    };
    let mut parser = cited::Parser::new();
    let mut stream = model.stream(request);
    let mut used = Vec::new();
    let every = writing.app.config.check_again;
    let mut again = interval_at(Instant::now() + every, every);
    again.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let error = loop {
        let piece = tokio::select! {
            piece = stream.next() => piece,
            () = writing.cancel.cancelled() => break None,
            _ = again.tick(), if writing.asked.acting.is_some() => {
                if writing.readable(found).await? {
                    continue;
                }
                return Ok(Ended::Withdrawn);
            }
        };
        let sentences = match piece {
            Some(Ok(text)) => parser.push(&text),
            Some(Err(error)) => break Some(error),
            None => break None,
        };
        say_supported(draft, found, sentences, embedder, &mut used, outlet).await?;
    };
    if error.is_none() && !writing.cancel.is_cancelled() {
        let rest = parser.finish();
        say_supported(draft, found, rest, embedder, &mut used, outlet).await?;
    }
    say_caveats(draft, found, &used, outlet).await?;
    Ok(error.map_or(Ended::Well, Ended::Early))
}

/// A span of a passage that the answer rests on.
type Used = (usize, Range<usize>);

async fn say_supported(
    draft: &mut Draft,
    found: &SearchResult,
    sentences: Vec<cited::Sentence>,
    embedder: Option<&Arc<Embedder>>,
    used: &mut Vec<Used>,
    outlet: &mut Outlet,
) -> Result<(), Problem> {
    for sentence in sentences {
        if sentence.citations.is_empty() && sentence.text.trim_end_matches('.') == "NOT FOUND" {
            continue;
        }
        let (text, spans) = supported(found, sentence, embedder).await?;
        if spans.is_empty() {
            draft.answer.withheld += 1;
            continue;
        }
        let mut numbers = Vec::new();
        for (index, quote) in &spans {
            numbers.push(draft.cite(&found.hits[*index], quote.clone(), outlet).await?);
        }
        draft.say(text, SentenceKind::Statement, None, numbers, outlet).await?;
        used.extend(spans);
    }
    Ok(())
}

/// The cited passages that support the sentence; a cited passage that does not is left out. None supports a placeholder.
async fn supported(
    found: &SearchResult,
    sentence: cited::Sentence,
    embedder: Option<&Arc<Embedder>>,
) -> Result<(String, Vec<Used>), Problem> {
    let given = found.hits.len().min(MODEL_PASSAGES);
    let indices = sentence
        .citations
        .iter()
        .filter_map(|number| (*number as usize).checked_sub(1));
    let cited: Vec<(usize, String)> = indices
        .filter(|index| *index < given && !models::is_lost(&sentence.text))
        .map(|index| (index, found.hits[index].text.clone()))
        .collect();
    let embedder = embedder.cloned();
    let check = tokio::task::spawn_blocking(move || {
        let texts: Vec<&str> = std::iter::once(sentence.text.as_str())
            .chain(cited.iter().map(|(_, text)| text.as_str()))
            .collect();
        let vectors = embedder.and_then(|embedder| embedder.embed(&texts).ok());
        let spans = cited.iter().enumerate().filter_map(|(place, (index, passage))| {
            let similarity = vectors.as_ref().map(|vectors| cosine(&vectors[0], &vectors[place + 1]));
            support::check(&sentence.text, passage, similarity)
                .ok()
                .map(|supported| (*index, supported.quote))
        });
        let spans = spans.collect();
        (sentence.text, spans)
    });
    check.await.map_err(|error| Problem::internal(&error))
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// An exception, limit or contraindication beside a used span is never lost, whatever the model left out.
async fn say_caveats(
    draft: &mut Draft,
    found: &SearchResult,
    used: &[Used],
    outlet: &mut Outlet,
) -> Result<(), Problem> {
    let mut said: Vec<Used> = used.to_vec();
    for (index, span) in used {
        let hit = &found.hits[*index];
        for caveat in support::caveats(&hit.text, span.clone()) {
            let covered = said
                .iter()
                .any(|(at, range)| at == index && range.start <= caveat.start && caveat.end <= range.end);
            if covered {
                continue;
            }
            let text = extractive::shown(&candidate(hit), &caveat);
            let number = draft.cite(hit, caveat.clone(), outlet).await?;
            draft
                .say(text, SentenceKind::Caveat, None, vec![number], outlet)
                .await?;
            said.push((*index, caveat));
        }
    }
    Ok(())
}
