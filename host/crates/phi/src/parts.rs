//! Long texts are read in parts, so that a stream gives what the whole would: where a part ends is told by what
//! stands before the end alone, and only names go from one part to the next.

/// Bytes from which a part ends at the next empty line.
const LONG: usize = 32 * 1024;
/// Bytes from which it ends at the next white space.
const LONGEST: usize = 48 * 1024;

/// Length of the first part, once all that follows belongs to others.
pub(crate) fn first(text: &str) -> Option<usize> {
    if text.len() < LONG {
        return None;
    }
    let bytes = text.as_bytes();
    let line = (LONG..bytes.len().min(LONGEST)).find(|at| bytes[*at] == b'\n' && bytes[at - 1] == b'\n');
    let blank = || (LONGEST..bytes.len()).find(|at| bytes[*at].is_ascii_whitespace());
    line.or_else(blank).map(|at| at + 1)
}

/// The parts of a whole text.
pub(crate) fn all(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (part, after) = rest.split_at_checked(first(rest).unwrap_or(rest.len()))?;
        rest = after;
        Some(part)
    })
}
