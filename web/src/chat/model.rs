//! Conversations as the page holds them. They outlive the page that shows them, so an answer keeps coming while
//! the reader looks elsewhere.

use std::collections::HashMap;

use api_types::{
    Answer, AnswerEvent, AnswerMetadata, AnswerStatus, AskRequest, CalculationRequest, Citation, Message, ProblemBody,
    Sentence, Stage,
};
use leptos::prelude::*;

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
}

impl Chat {
    pub fn new(loading: Loading) -> Chat {
        Chat {
            loading: ArcRwSignal::new(loading),
            turns: ArcRwSignal::new(Vec::new()),
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
    pub live: ArcRwSignal<Live>,
}

impl Turn {
    pub fn asked(key: String, question: String, calculation: Option<CalculationRequest>) -> Turn {
        Turn {
            key,
            question,
            calculation,
            live: ArcRwSignal::new(Live::default()),
        }
    }

    pub fn request(&self) -> AskRequest {
        AskRequest {
            client_message_id: self.key.clone(),
            text: self.question.clone(),
            documents: Vec::new(),
            calculation: self.calculation.clone(),
        }
    }

    pub fn stored(message: Message) -> Turn {
        let mut live = Live {
            message_id: Some(message.id),
            status: message.status,
            error: message.error,
            ..Live::default()
        };
        if let Some(answer) = message.answer {
            live.settle(answer);
        }
        Turn {
            key: message.client_message_id,
            question: message.question,
            calculation: None,
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
            AnswerEvent::Citation(citation) => self.citations.push(citation),
            AnswerEvent::Sentence(sentence) => self.sentences.push(sentence),
            AnswerEvent::Metadata(metadata) => self.metadata = Some(metadata),
            AnswerEvent::Done { status, answer } => {
                self.status = status;
                self.error = None;
                self.settle(*answer);
            }
            AnswerEvent::Error(problem) => {
                self.status = AnswerStatus::Failed;
                self.error = Some(problem);
            }
        }
        true
    }

    fn settle(&mut self, answer: Answer) {
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
    use super::*;

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
}
