//! The whole story of an answer, in order: screen, calculate or save a source if asked to, search, check who may read,
//! write, check every sentence, account for what left the building.
//!
//! Text reaches the client only as a sentence that has passed the support check. Voice calls the same function.

use api_types::{Answer, AnswerEvent, AnswerMetadata, Stage};
use retrieval::extractive::Candidate;
use retrieval::followup;
use tokio_util::sync::CancellationToken;

use super::draft::{Draft, Trail};
use super::run::Outlet;
use super::store::{self, Asked};
use super::{calculation, grounding, keep, permission};
use crate::app::App;
use crate::clinical;
use crate::edge::problem::Problem;
use crate::egress::Class;
use crate::knowledge::language;
use crate::knowledge::public::PublicVector;

/// Earlier questions that a follow-up may refer to.
const HISTORY: i64 = 6;

/// Writes the answer to `asked`, sending events as it goes. When `cancel` is set it returns what it has.
///
/// # Errors
/// A problem to show: the database, the index or the model failed. Nothing half-checked was shown.
pub async fn answer(
    app: &App,
    asked: &Asked,
    outlet: &mut Outlet,
    cancel: &CancellationToken,
) -> Result<Answer, Problem> {
    let mut trail = Trail::begin(app);
    let ahead = app.knowledge.ahead(&asked.request.text);
    stage(asked, outlet, Stage::Screening).await?;
    let class = class_of(&asked.request.text);
    trail.step(app, "screen", format!("the question's class is {}", class.as_str()));

    let mut history = history(app, asked).await?;
    let deadline = nextcloud::deadline();
    permission::forget(app, asked, &mut history, deadline).await?;
    let topics: Vec<followup::Turn> = history.iter().map(calculation::Earlier::topic).collect();
    let kept = clinical::context::store::of(&app.db, &app.vault, &asked.conversation).await?;
    let context = kept.map(|kept| kept.context);
    let class = topics.iter().map(|turn| class_of(&turn.question)).fold(class, Ord::max);
    if let Some(answer) = calculation::try_answer(app, asked, outlet, &history, context.as_ref(), &mut trail).await? {
        return finish(app, asked, outlet, answer, trail).await;
    }

    if let Some(answer) = keep::try_answer(app, asked, &history, outlet, &mut trail).await? {
        return finish(app, asked, outlet, answer, trail).await;
    }

    let question = followup::standalone(&asked.request.text, &topics);
    // A word that an earlier answer lent to the question comes from that answer's sources.
    let lent = question != asked.request.text && history.iter().any(|turn| !turn.documents().is_empty());
    let narrowing = context
        .as_ref()
        .and_then(|context| clinical::context::narrowing(&asked.request.text, context));
    let class = if lent || narrowing.is_some() { Class::Phi } else { class };
    // Words of the patient are searched for here; they are not part of what a model is given.
    let looked_for = match &narrowing {
        Some(words) => format!("{question} {words}"),
        None => question.clone(),
    };
    let searching = async {
        let (public, missed) = public_vector(app, asked, &question, class).await;
        if let Some(vector) = &public {
            let what = format!("public sources are searched in the space of {}, too", vector.model());
            trail.step(app, "embed", what);
        }
        let kept = permission::search(app, asked, &looked_for, public, ahead, deadline).await?;
        Ok::<_, Problem>((kept, missed))
    };
    // Telling of it waits for the disk; the search need not.
    let (searched, told) = tokio::join!(searching, stage(asked, outlet, Stage::Searching));
    told?;
    let (permission::Kept { mut found, coverage }, missed) = searched?;
    found.notices.extend(missed.map(str::to_owned));
    trail.step(
        app,
        "search",
        match narrowing {
            Some(_) => format!("{} passages, narrowed by the patient context", found.hits.len()),
            None => format!("{} passages for: {}", found.hits.len(), found.searched_for.join(" ")),
        },
    );
    let mut draft = Draft::new(app, asked, &question, class, &found, &coverage).await?;

    let candidates: Vec<Candidate<'_>> = found.hits.iter().map(grounding::candidate).collect();
    let may_clarify = asked.request.documents.is_empty() && question == asked.request.text;
    if may_clarify && let Some(back) = retrieval::clarify::clarify(&question, &candidates) {
        trail.step(app, "clarify", format!("{} meanings offered", back.options.len()));
        draft.ask_back(back, &found, outlet).await?;
        return finish(app, asked, outlet, draft.answer, trail).await;
    }

    stage(asked, outlet, Stage::Checking).await?;
    let turns: Vec<_> = history.iter().map(calculation::Earlier::turn).collect();
    let writing = grounding::Writing { app, asked, cancel };
    grounding::write(&writing, &mut draft, &found, &turns, outlet, &mut trail).await?;
    if !permission::still_readable(app, asked, &draft.answer).await? {
        permission::empty(&mut draft.answer);
    }
    finish(app, asked, outlet, draft.answer, trail).await
}

/// What a person typed is read strictly: a lone date or place may be a patient's, and a language in which no identifiers
/// are found may hide any.
fn class_of(typed: &str) -> Class {
    match language::screening_class(language::other_than_english(typed), typed) {
        "none" => Class::Public,
        _ => Class::Phi,
    }
}

/// The question in the space of the embedding adapter, unless it may hold patient information; or what to tell the reader.
async fn public_vector(
    app: &App,
    asked: &Asked,
    question: &str,
    class: Class,
) -> (Option<PublicVector>, Option<&'static str>) {
    let Some(space) = app.knowledge.public_space().filter(|_| class == Class::Public) else {
        return (None, None);
    };
    match space.question(question, &asked.id).await {
        Ok(vector) => (vector, None),
        Err(notice) => (None, Some(notice)),
    }
}

async fn stage(asked: &Asked, outlet: &mut Outlet, stage: Stage) -> Result<(), Problem> {
    Ok(outlet
        .send(&AnswerEvent::State {
            message_id: asked.id.clone(),
            stage,
        })
        .await?)
}

async fn history(app: &App, asked: &Asked) -> Result<Vec<calculation::Earlier>, Problem> {
    let (before, mut heard) = tokio::try_join!(
        store::messages_before(&app.db, &app.vault, (&asked.conversation, &asked.id), HISTORY),
        store::heard::of(&app.db, &app.vault, &asked.conversation),
    )?;
    let earlier = before.into_iter().map(|message| {
        let heard = heard.remove(&message.id);
        calculation::Earlier::new(message, heard)
    });
    Ok(earlier.collect())
}

/// Adds the receipt and the path, and sends them ahead of the whole.
async fn finish(
    app: &App,
    asked: &Asked,
    outlet: &mut Outlet,
    mut answer: Answer,
    trail: Trail,
) -> Result<Answer, Problem> {
    let receipt = app.egress.receipt(&asked.id).await?;
    let total_ms = trail.total_ms(app);
    answer.metadata = AnswerMetadata {
        receipt,
        total_ms,
        reasoning_path: trail.into_steps(),
        ..answer.metadata
    };
    outlet.send(&AnswerEvent::Metadata(answer.metadata.clone())).await?;
    Ok(answer)
}
