//! Conversations as the page holds them. They outlive the page that shows them, so an answer keeps coming while
//! the reader looks elsewhere.

use std::collections::HashMap;

use api_types::{
    Answer, AnswerEvent, AnswerMetadata, AnswerStatus, AskRequest, CalculationRequest, Citation, ContextAccess,
    Message, ProblemBody, Sentence, Stage,
};
use leptos::prelude::*;

use super::{
    confirm::{self, Confirmed},
    scope::Scope,
};

#[derive(Default)]
pub struct Chats {
    open: HashMap<String, Chat>,
}

impl Chats {
    pub fn get(&self, id: &str) -> Option<Chat> {
        self.open.get(id).cloned()
    }

    pub fn insert(&mut self, id: String, chat: Chat) {
        self.open.insert(id, chat);
    }

    pub fn forget(&mut self, id: &str) {
        self.open.remove(id);
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Loading {
    Running,
    Ready,
    Failed(ProblemBody),
}

#[derive(Clone)]
pub struct Chat {
    pub loading: ArcRwSignal<Loading>,
    pub turns: ArcRwSignal<Vec<Turn>>,
    /// What further questions are restricted to.
    pub scope: ArcRwSignal<Option<Scope>>,
    /// Looks that administrators took at its messages.
    pub accesses: ArcRwSignal<Vec<ContextAccess>>,
}

impl Chat {
    pub fn new(loading: Loading) -> Chat {
        Chat {
            loading: ArcRwSignal::new(loading),
            turns: ArcRwSignal::new(Vec::new()),
            scope: ArcRwSignal::new(None),
            accesses: ArcRwSignal::new(Vec::new()),
        }
    }

    /// An answer is being written.
    pub fn busy(&self) -> bool {
        self.turns
            .with(|turns| turns.iter().any(|turn| turn.live.with(Live::running)))
    }
}

/// One question with its answer.
#[derive(Clone)]
pub struct Turn {
    /// The client message id: stable before and after the server knows the question.
    pub key: String,
    pub question: String,
    /// Corrected inputs it was asked with, kept for sending it again.
    pub calculation: Option<CalculationRequest>,
    /// Documents it is restricted to; none for all.
    pub documents: Vec<String>,
    pub live: ArcRwSignal<Live>,
}

impl Turn {
    pub fn asked(
        key: String,
        question: String,
        calculation: Option<CalculationRequest>,
        documents: Vec<String>,
    ) -> Turn {
        Turn {
            key,
            question,
            calculation,
            documents,
            live: ArcRwSignal::new(Live::default()),
        }
    }

    pub fn request(&self) -> AskRequest {
        AskRequest {
            client_message_id: self.key.clone(),
            text: self.question.clone(),
            documents: self.documents.clone(),
            calculation: self.calculation.clone(),
        }
    }

    /// `confirmed` tells which sources of its answer may be shown.
    pub fn stored(message: Message, confirmed: Confirmed) -> Turn {
        let mut live = Live {
            message_id: Some(message.id),
            status: message.status,
            error: message.error,
            confirmed,
            ..Live::default()
        };
        if let Some(answer) = message.answer {
            live.settle(answer);
        }
        Turn {
            key: message.client_message_id,
            question: message.question,
            calculation: None,
            documents: Vec::new(),
            live: ArcRwSignal::new(live),
        }
    }
}

/// An answer as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    pub message_id: Option<String>,
    pub status: AnswerStatus,
    pub stage: Option<Stage>,
    pub sentences: Vec<Sentence>,
    pub citations: Vec<Citation>,
    pub metadata: Option<AnswerMetadata>,
    /// The whole answer once it is complete.
    pub answer: Option<Answer>,
    pub error: Option<ProblemBody>,
    /// Sequence number of the last event applied.
    pub last: u64,
    pub stopping: bool,
    /// What this browser may read of what is cited.
    pub confirmed: Confirmed,
    /// Something was left out because this browser may not read it.
    pub unconfirmed: bool,
}

impl Default for Live {
    fn default() -> Live {
        Live {
            message_id: None,
            status: AnswerStatus::Running,
            stage: None,
            sentences: Vec::new(),
            citations: Vec::new(),
            metadata: None,
            answer: None,
            error: None,
            last: 0,
            stopping: false,
            confirmed: Confirmed::new(),
            unconfirmed: false,
        }
    }
}

impl Live {
    pub fn running(&self) -> bool {
        self.status == AnswerStatus::Running
    }

    /// Applies an event once; whatever arrives a second time after a reconnect is ignored. Returns whether it was new.
    pub fn apply(&mut self, sequence: u64, event: AnswerEvent) -> bool {
        if sequence <= self.last {
            return false;
        }
        self.last = sequence;
        match event {
            AnswerEvent::State { message_id, stage } => {
                self.message_id = Some(message_id);
                self.stage = Some(stage);
            }
            AnswerEvent::Citation(citation) if !confirm::may_show(&citation, &self.confirmed) => {
                self.unconfirmed = true
            }
            AnswerEvent::Citation(citation) => self.citations.push(citation),
            AnswerEvent::Sentence(sentence) => {
                // A sentence comes after all it cites; what it cites and is not here may not be shown.
                if sentence.citations.iter().all(|number| self.citation(*number).is_some()) {
                    self.sentences.push(sentence);
                }
            }
            AnswerEvent::Metadata(metadata) => self.metadata = Some(metadata),
            AnswerEvent::Done { status, answer } => {
                self.status = status;
                self.error = None;
                self.settle(*answer);
            }
            AnswerEvent::Error { problem } => {
                self.status = AnswerStatus::Failed;
                self.error = Some(problem);
            }
        }
        true
    }

    fn settle(&mut self, mut answer: Answer) {
        self.unconfirmed = confirm::keep(&mut answer, &self.confirmed);
        self.sentences.clone_from(&answer.sentences);
        self.citations.clone_from(&answer.citations);
        self.metadata = Some(answer.metadata.clone());
        self.answer = Some(answer);
    }

    pub fn citation(&self, number: u32) -> Option<&Citation> {
        self.citations.iter().find(|citation| citation.number == number)
    }
}

#[cfg(test)]
mod tests {
    use super::{
        confirm::tests::{answered, citation},
        *,
    };

    #[test]
    fn an_event_is_applied_once() {
        let mut live = Live::default();
        let event = AnswerEvent::State {
            message_id: "m".into(),
            stage: Stage::Searching,
        };
        assert!(live.apply(1, event.clone()));
        assert!(!live.apply(1, event));
        assert_eq!(live.message_id.as_deref(), Some("m"));
        assert!(live.running());
    }

    #[test]
    fn a_source_enters_the_page_only_when_it_was_confirmed() {
        let sentence = |citation: u32| {
            AnswerEvent::Sentence(Sentence {
                ordinal: citation,
                text: String::new(),
                kind: api_types::SentenceKind::Statement,
                group: None,
                citations: vec![citation],
            })
        };
        let mut live = Live::default();
        live.confirmed.insert("/may".into(), true);
        live.confirmed.insert("/may-not".into(), false);
        let checks = [None, Some("/may"), Some("/may-not"), Some("/never-tried")];
        let mut sequence = 0;
        for (number, check) in (1..).zip(checks) {
            live.apply(sequence + 1, AnswerEvent::Citation(citation(number, check)));
            live.apply(sequence + 2, sentence(number));
            sequence += 2;
        }
        assert_eq!(live.citations.iter().map(|c| c.number).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(live.sentences.len(), 2);
        assert!(live.unconfirmed);
        let done = AnswerEvent::Done {
            status: AnswerStatus::Done,
            answer: Box::new(answered()),
        };
        assert!(live.apply(sequence + 1, done));
        assert_eq!(live.sentences.len(), 1);
        assert_eq!(live.answer.map(|answer| answer.citations.len()), Some(1));
    }
}
