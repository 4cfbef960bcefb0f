//! What a remote endpoint is given of patient information, as an administrator chose for it: nothing, everything under an
//! agreement, or the text with placeholders, which the answer gets back as what they stand for.

use std::sync::Arc;

use api_types::{Agreement, PhiHandling};
use futures::{StreamExt, TryStreamExt};
use phi::{Redactor, Restorer};

use super::route::Endpoint;
use super::store::Switch;
use super::{ChatModel, ModelError, ModelInfo, ModelRequest, ModelStream, PromptPassage};
use crate::egress::{Class, Release};

/// A remote endpoint under its switch, as it was when the answer began.
pub(super) struct Released {
    pub(super) endpoint: Arc<dyn Endpoint>,
    pub(super) switch: Switch,
}

impl ChatModel for Released {
    fn info(&self) -> ModelInfo {
        self.endpoint.info()
    }

    fn stream(&self, request: ModelRequest) -> ModelStream {
        let endpoint = Arc::clone(&self.endpoint);
        match (self.switch.handling, &self.switch.agreement) {
            (PhiHandling::PhiAllowed, Some(agreement)) => endpoint.stream(ModelRequest {
                release: Release {
                    agreement: Some(shown(agreement)),
                    ..Release::default()
                },
                ..request
            }),
            (PhiHandling::RedactAndRestore, _) => {
                futures::stream::once(redacted(endpoint, request)).try_flatten().boxed()
            }
            (PhiHandling::NeverPhi | PhiHandling::PhiAllowed, _) => endpoint.stream(request),
        }
    }
}

/// As it stands on a receipt.
pub(super) fn shown(agreement: &Agreement) -> String {
    format!("{} of {}", agreement.reference, agreement.agreed_on)
}

async fn redacted(endpoint: Arc<dyn Endpoint>, request: ModelRequest) -> Result<ModelStream, ModelError> {
    // Reading eight passages takes tens of milliseconds of computing.
    let redacting = tokio::task::spawn_blocking(move || redact(request));
    let (request, restorer) = redacting.await.map_err(|_| ModelError::Setup)?;
    let Some(restorer) = restorer else {
        return Ok(endpoint.stream(request));
    };
    let reading = Some((endpoint.stream(request), restorer));
    Ok(futures::stream::unfold(reading, |reading| async {
        let (mut stream, mut restorer) = reading?;
        match stream.next().await {
            Some(Ok(piece)) => Some((Ok(restorer.push(&piece)), Some((stream, restorer)))),
            Some(Err(error)) => Some((Err(error), None)),
            None => Some((Ok(restorer.finish()), None)),
        }
    })
    .boxed())
}

/// The request without identifiers and without earlier answers, and the way back. What cannot be read reliably keeps its
/// class, so that the gate refuses it; nothing is changed then, nor where nothing is to hide.
fn redact(request: ModelRequest) -> (ModelRequest, Option<Restorer>) {
    if request.highest_class() < Class::Phi || is_doubtful(&request) {
        return (request, None);
    }
    let mut redactor = Redactor::default();
    // A name that is plain in one text is known in all: a question that goes on with words of an earlier one has it bare.
    for turn in &request.history {
        redactor.learn(&turn.question);
    }
    for passage in request.passages.iter().filter(|passage| passage.class == Class::Phi) {
        redactor.learn(&passage.title);
        redactor.learn(&passage.text);
    }
    let question = redactor.redact(&request.question);
    let mut history = request.history;
    for turn in &mut history {
        turn.question = redactor.redact(&turn.question);
        turn.answer = String::new();
    }
    let passages = request.passages.into_iter().map(|passage| match passage.class {
        Class::Public | Class::Internal => passage,
        Class::Phi => PromptPassage {
            title: redactor.redact(&passage.title),
            text: redactor.redact(&passage.text),
            class: Class::Internal,
            ..passage
        },
    });
    let passages = passages.collect();
    let placeholders = redactor.finish();
    let request = ModelRequest {
        question,
        history,
        passages,
        class: Class::Internal,
        release: Release {
            replaced: placeholders.len(),
            agreement: None,
        },
        ..request
    };
    (request, Some(Restorer::new(placeholders)))
}

/// A text that would be redacted cannot be read by the rules.
fn is_doubtful(request: &ModelRequest) -> bool {
    let typed = std::iter::once(&request.question).chain(request.history.iter().map(|turn| &turn.question));
    let hidden = || request.passages.iter().filter(|passage| passage.class == Class::Phi);
    let texts = typed.chain(hidden().flat_map(|passage| [&passage.title, &passage.text]));
    let english = request.english && hidden().all(|passage| passage.english);
    !english || texts.into_iter().any(|text| phi::doubt(text).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Turn;

    fn request(question: &str, passage: &str) -> ModelRequest {
        ModelRequest {
            system: None,
            history: vec![Turn {
                question: "Patient Margaret Ellsworth, MRN: 00482913".into(),
                answer: "Margaret Ellsworth takes 5 mg.".into(),
            }],
            question: question.into(),
            passages: vec![PromptPassage {
                number: 1,
                title: "Letter about Margaret Ellsworth".into(),
                text: passage.into(),
                class: Class::Phi,
                english: true,
            }],
            max_tokens: 10,
            class: Class::Phi,
            english: true,
            answer_id: None,
            release: Release::default(),
        }
    }

    #[test]
    fn one_person_has_one_placeholder_in_question_history_and_passages() {
        let (hidden, restorer) = redact(request(
            "Which dose did Margaret Ellsworth get on 03/14/2023?",
            "Mrs. Ellsworth was given 5 mg on 03/14/2023.",
        ));
        assert_eq!(hidden.question, "Which dose did [NAME_1] get on [DATE_1]?");
        assert_eq!(hidden.history[0].question, "Patient [NAME_1], MRN: [MRN_1]");
        assert_eq!(hidden.history[0].answer, "");
        assert_eq!(hidden.passages[0].title, "Letter about [NAME_1]");
        assert!(hidden.passages[0].text.ends_with("was given 5 mg on [DATE_1]."));
        assert!(!hidden.passages[0].text.contains("Ellsworth"));
        assert_eq!(hidden.highest_class(), Class::Internal);
        assert!(hidden.release.replaced >= 3);
        let mut restorer = restorer.into_iter();
        let said = restorer
            .next()
            .map(|mut one| one.push("[NAME_1] got 5 mg [1]. ") + &one.finish());
        assert_eq!(said.as_deref(), Some("Margaret Ellsworth got 5 mg [1]. "));
    }

    #[test]
    fn a_name_that_an_earlier_question_lends_is_replaced_too() {
        let mut asked = request(
            "Which dose of it? (dapagliflozin Quillon Vrbaszek born)",
            "5 mg once daily.",
        );
        asked.history[0].question =
            "How much dapagliflozin does Quillon Vrbaszek take? Patient Quillon Vrbaszek, born November 23rd, 1937."
                .into();
        let (hidden, restorer) = redact(asked);
        assert!(restorer.is_some());
        for text in [&hidden.question, &hidden.history[0].question] {
            assert!(!text.contains("Quillon") && !text.contains("Vrbaszek"), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_released() {
        let german = "Der Patient wurde nicht mit dem Auto nach Hause gebracht und ist bei seiner Frau.";
        for (question, passage) in [(german, "5 mg once daily."), ("Which dose?", german)] {
            let (same, restorer) = redact(request(question, passage));
            assert!(restorer.is_none() && same.class == Class::Phi && same.question == question);
        }
        // Too short to tell by itself; the document it is from is known to be German.
        let mut passage = request("Which dose?", "Dosis 5 mg, Herr Albrecht.");
        passage.passages[0].english = false;
        let mut typed = request("Dosis Herr Albrecht", "5 mg once daily.");
        typed.english = false;
        for request in [passage, typed] {
            assert!(redact(request).1.is_none());
        }
    }
}
