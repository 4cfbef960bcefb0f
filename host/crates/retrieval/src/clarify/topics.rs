//! Broad clinical terms with the kinds each covers, and the words that do not narrow them.

use std::collections::HashSet;
use std::sync::LazyLock;

/// A broad clinical term, the ways it is written, and the kinds it covers.
pub struct Broad {
    pub terms: Vec<&'static str>,
    pub question: &'static str,
    pub kinds: Vec<&'static str>,
    /// Asked whatever the documents hold; other terms only when the documents hold several kinds.
    pub always: bool,
}

/// One paragraph a term: its names (after `!` when always asked), the question after `?`, the kinds after `-`.
pub static BROAD: LazyLock<Vec<Broad>> = LazyLock::new(|| {
    let read = |paragraph: &'static str| {
        let mut lines = paragraph.lines();
        let names = lines.next()?;
        Some(Broad {
            always: names.starts_with('!'),
            terms: names.trim_start_matches("! ").split(", ").collect(),
            question: lines.next()?.strip_prefix("? ")?,
            kinds: lines.filter_map(|line| line.strip_prefix("- ")).collect(),
        })
    };
    include_str!("../../data/broad_terms.txt")
        .split("\n\n")
        .filter_map(read)
        .collect()
});

/// Words that may stand beside a broad term without narrowing it.
pub static FRAME: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("../../data/broad_frame.txt").split_whitespace().collect());
