//! Words that are expected, and how much likelier they are made while a text is put together.

use std::collections::HashMap;

use super::tokens::{END, Tokens};

/// Expected words by their tokens, as a tree.
pub struct Wanted(Vec<Node>);

#[derive(Default)]
struct Node {
    next: HashMap<i32, usize>,
    /// What its token adds to the logarithm of how likely a text is.
    gain: f32,
    /// A word may end here.
    is_whole: bool,
}

/// How far a word has come, and what it has gained until now, which is lost if it becomes none that is expected.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spelled {
    node: Option<usize>,
    gained: f32,
}

impl Wanted {
    pub(super) fn of<'a>(words: impl Iterator<Item = (&'a str, f32)>, tokens: &Tokens) -> Self {
        let mut nodes = vec![Node::default()];
        for (word, gain) in words {
            let mut node = 0;
            for token in tokens.encode(word) {
                let new = nodes.len();
                let next = *nodes[node].next.entry(token).or_insert(new);
                if next == new {
                    nodes.push(Node::default());
                }
                nodes[next].gain = nodes[next].gain.max(gain);
                node = next;
            }
            nodes[node].is_whole = true;
        }
        Self(nodes)
    }

    /// Tokens with which an expected word begins, or goes on from here.
    pub(super) fn next(&self, spelled: Spelled) -> impl Iterator<Item = i32> + '_ {
        let here = spelled.node.filter(|node| *node > 0);
        let nodes = std::iter::once(0).chain(here);
        nodes.flat_map(|node| self.0[node].next.keys().copied())
    }

    /// What a token adds, and how far the word has come with it.
    pub(super) fn take(&self, spelled: Spelled, token: i32, tokens: &Tokens) -> (f32, Spelled) {
        let goes_on = token != END && tokens.is_inside_word(token);
        let is_kept = spelled.node.is_some_and(|node| self.0[node].is_whole) && !goes_on;
        let from = match goes_on {
            true => spelled.node,
            false => tokens.begins_word(token).then_some(0),
        };
        let next = from.and_then(|node| self.0[node].next.get(&token).copied());
        let Some(next) = next else {
            let lost = if is_kept { 0.0 } else { -spelled.gained };
            return (lost, Spelled::default());
        };
        let gain = self.0[next].gain;
        let lost = if goes_on || is_kept { 0.0 } else { -spelled.gained };
        let before = if goes_on { spelled.gained } else { 0.0 };
        let spelled = Spelled {
            node: Some(next),
            gained: before + gain,
        };
        (lost + gain, spelled)
    }
}
