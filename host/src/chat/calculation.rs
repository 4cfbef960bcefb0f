//! A calculator asked for in words, or corrected by its chips. The model never calculates; the plugin does.

use std::collections::BTreeSet;

use api_types::{Answer, AnswerEvent, AnswerKind, Calculation, ClinicalContext, InputSource, Message, Stage};

use super::draft::{self, Trail};
use super::permission;
use super::run::Outlet;
use super::store::Asked;
use crate::app::App;
use crate::clinical::{self, calculate};
use crate::edge::problem::Problem;
use crate::models::Turn;
use retrieval::followup;

/// An earlier question of the conversation with what came of it.
pub struct Earlier {
    question: String,
    answer: String,
    /// What the answer cites.
    documents: BTreeSet<String>,
    calculation: Option<Calculation>,
    asked_at: i64,
    /// What the answer offered to be said next.
    offers: Vec<String>,
}

impl Earlier {
    /// Of an answer that was spoken and cut off, only what was `heard` counts as said.
    pub fn new(message: Message, heard: Option<String>) -> Self {
        let answer = message.answer.as_ref();
        let text = answer.map(|answer| {
            answer
                .sentences
                .iter()
                .map(|sentence| sentence.text.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        });
        Self {
            question: message.question,
            answer: text.map(|text| heard.unwrap_or(text)).unwrap_or_default(),
            documents: answer.map(permission::cited).unwrap_or_default().into_iter().collect(),
            asked_at: message.asked_at,
            offers: answer
                .and_then(|answer| answer.clarification.as_ref())
                .map(|back| back.options.iter().map(|option| option.question.clone()).collect())
                .unwrap_or_default(),
            calculation: message.answer.and_then(|answer| answer.calculation),
        }
    }

    /// Ids of the documents that the answer cites.
    pub fn documents(&self) -> &BTreeSet<String> {
        &self.documents
    }

    /// In milliseconds since the Unix epoch.
    pub fn asked_at(&self) -> i64 {
        self.asked_at
    }

    /// Whether the answer offered exactly this.
    pub fn offers(&self, text: &str) -> bool {
        self.offers.iter().any(|offered| offered == text)
    }

    /// Leaves of it the question alone.
    pub fn forget_answer(&mut self) {
        self.answer.clear();
    }

    pub fn turn(&self) -> Turn {
        Turn {
            question: self.question.clone(),
            answer: self.answer.clone(),
        }
    }

    pub fn topic(&self) -> followup::Turn {
        followup::Turn {
            question: self.question.clone(),
            answer_text: self.answer.clone(),
        }
    }
}

/// The answer of a calculator, when the question asks for one.
///
/// # Errors
/// A corrected input that the calculator does not have, or a plugin that failed.
pub async fn try_answer(
    app: &App,
    asked: &Asked,
    outlet: &mut Outlet,
    history: &[Earlier],
    context: Option<&ClinicalContext>,
    trail: &mut Trail,
) -> Result<Option<Answer>, Problem> {
    let catalogue = app.plugins.calculators();
    let previous = history.last().and_then(|earlier| earlier.calculation.as_ref());
    let Some(mut intent) = (match &asked.request.calculation {
        Some(request) => Some(calculate::Intent::corrected(request).after(previous)),
        None => calculate::read(&asked.request.text, &catalogue, previous),
    }) else {
        return Ok(None);
    };
    if asked.request.calculation.is_none()
        && let Some(known) = context
    {
        calculate::fill(&mut intent, &clinical::context::sentence(known), &catalogue);
    }
    outlet
        .send(&AnswerEvent::State {
            message_id: asked.id.clone(),
            stage: Stage::Calculating,
        })
        .await?;
    let mut calculation = app.plugins.calculate(&intent).await?;
    for title in calculate::also_asked(&asked.request.text, &catalogue, &calculation.calculator) {
        let warning = format!("You also named {title}: one question gets one calculation. Ask for it by itself.");
        calculation.warnings.push(warning);
    }
    let missing = calculation
        .inputs
        .iter()
        .filter(|input| input.source == InputSource::Missing)
        .count();
    trail.step(
        app,
        "calculate",
        format!(
            "{} {} with {missing} inputs missing",
            calculation.title, calculation.version
        ),
    );
    let reason = "the question asks for a calculation, which only a calculator plugin may do";
    let mut metadata = draft::metadata(&app.models.none(reason));
    metadata.model = format!("{} {}", calculation.plugin, calculation.plugin_version);
    metadata.provider = "plugin".to_owned();
    metadata.ran_at = "this server, in its sandbox".to_owned();
    metadata.retrieval_confidence = 1.0;
    let mut answer = draft::empty(AnswerKind::Calculation, metadata);
    answer.calculation = Some(calculation);
    Ok(Some(answer))
}
