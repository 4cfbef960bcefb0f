//! What the host has acknowledged, and what it was asked to do without having answered yet.

use std::collections::BTreeMap;

/// A version of a document, or its absence.
pub type State = Option<u32>;

#[derive(Clone, Default)]
pub struct Expected {
    documents: BTreeMap<u32, Document>,
    /// Client message id -> conversation, for every question whose first event arrived.
    answers: BTreeMap<String, String>,
    /// The same for questions whose first event may have been lost in a kill.
    maybe_answers: BTreeMap<String, String>,
    pub conversation: Option<String>,
    pub versions: u32,
    pub questions: u32,
}

#[derive(Clone, Default)]
struct Document {
    acknowledged: State,
    /// Asked for, not acknowledged: the host may have done it or not.
    pending: Vec<State>,
}

/// One thing that was asked of the host.
#[derive(Clone)]
pub enum Doing {
    Put { number: u32, state: State },
    Ask { id: String, conversation: String },
}

impl Expected {
    /// A request is on its way.
    pub fn begin(&mut self, doing: &Doing) {
        match doing {
            Doing::Put { number, state } => self.documents.entry(*number).or_default().pending.push(*state),
            Doing::Ask { id, conversation } => {
                self.maybe_answers.insert(id.clone(), conversation.clone());
            }
        }
    }

    /// The host has answered: this must survive every kill from now on.
    pub fn acknowledge(&mut self, doing: &Doing) {
        match doing {
            Doing::Put { number, state } => {
                let document = self.documents.entry(*number).or_default();
                document.acknowledged = *state;
                document.pending.clear();
            }
            Doing::Ask { id, conversation } => {
                self.maybe_answers.remove(id);
                self.answers.insert(id.clone(), conversation.clone());
            }
        }
    }

    /// What was found when everything had settled is the truth for what was uncertain.
    pub fn settle(&mut self, number: u32, found: State) {
        let document = self.documents.entry(number).or_default();
        document.acknowledged = found;
        document.pending.clear();
    }

    /// Every state in which the document may be.
    pub fn allowed(&self, number: u32) -> Vec<State> {
        let Some(document) = self.documents.get(&number) else {
            return vec![None];
        };
        std::iter::once(document.acknowledged)
            .chain(document.pending.iter().copied())
            .collect()
    }

    /// The document must be there, in whatever version.
    pub fn must_exist(&self, number: u32) -> bool {
        self.allowed(number).iter().all(Option::is_some)
    }

    /// Documents and versions once nothing is uncertain.
    pub fn settled(&self) -> impl Iterator<Item = (u32, u32)> {
        self.documents
            .iter()
            .filter_map(|(number, document)| Some((*number, document.acknowledged?)))
    }

    pub fn acknowledged_answers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answers
            .iter()
            .map(|(id, conversation)| (id.as_str(), conversation.as_str()))
    }

    pub fn is_known_answer(&self, id: &str) -> bool {
        self.answers.contains_key(id) || self.maybe_answers.contains_key(id)
    }

    pub fn documents(&self) -> usize {
        self.settled().count()
    }

    pub fn answers(&self) -> usize {
        self.answers.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unanswered_request_may_have_happened_or_not() {
        let mut expected = Expected::default();
        let first = Doing::Put {
            number: 1,
            state: Some(1),
        };
        expected.begin(&first);
        assert_eq!(expected.allowed(1), [None, Some(1)]);
        assert!(!expected.must_exist(1));
        expected.acknowledge(&first);
        assert!(expected.must_exist(1));
        expected.begin(&Doing::Put {
            number: 1,
            state: Some(2),
        });
        assert_eq!(expected.allowed(1), [Some(1), Some(2)]);
        assert!(expected.must_exist(1));
        expected.begin(&Doing::Put { number: 1, state: None });
        assert!(!expected.must_exist(1));
        expected.settle(1, Some(2));
        assert_eq!(expected.allowed(1), [Some(2)]);
    }
}
