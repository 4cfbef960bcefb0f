//! Which rankings a search uses.

use retrieval::terms;

use super::language;

/// Passages taken from each ranking before they are fused: deeper than any answer reads.
pub const CANDIDATES: usize = 100;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// Words and meaning.
    #[default]
    Hybrid,
    /// Words only.
    Bm25,
    /// Meaning only.
    Dense,
}

impl Mode {
    /// Weights of the question's terms; none when words do not count.
    pub fn terms(self, question: &str) -> Vec<(u32, f32)> {
        if self == Self::Dense {
            Vec::new()
        } else {
            terms::query_weights(question)
        }
    }

    /// Whether the question's meaning counts.
    pub fn by_meaning(self, question: &str) -> bool {
        self != Self::Bm25 && language::other_than_english(question).is_none()
    }
}
