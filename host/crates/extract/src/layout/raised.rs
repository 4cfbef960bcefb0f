//! Which digits of a page stand raised behind a word.

use super::PlacedWord;
use crate::raised::is_marks;

/// How a word stands to the word before it on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Apart,
    /// Follows without a space what stands raised before it: the "/L" of "10⁹/L".
    Attached,
    /// Digits raised behind a word.
    Raised,
    /// The upper half of a fraction set as one: "2 1/2".
    Upper,
}

impl Role {
    pub fn is_attached(self) -> bool {
        matches!(self, Self::Attached | Self::Raised)
    }
}

/// `base` is the last word of the line that is not raised, `before` and `after` are the neighbours.
pub(super) fn role(
    base: Option<&PlacedWord>,
    before: Option<&PlacedWord>,
    word: &PlacedWord,
    after: Option<&PlacedWord>,
) -> Role {
    let (Some(base), Some(before)) = (base, before) else {
        return Role::Apart;
    };
    let gap = word.rect.x0 - before.rect.x1;
    if is_raised(word, base) && gap < 0.3 * base.size && is_marks(&word.text) {
        let fraction = after.is_some_and(|a| {
            let mut chars = a.text.chars();
            matches!(chars.next(), Some('/' | '⁄')) && chars.next().is_none_or(|c| c.is_ascii_digit())
        });
        return if fraction { Role::Upper } else { Role::Raised };
    }
    let behind_raised = is_raised(before, base) && is_marks(&before.text);
    if behind_raised && gap < 0.15 * word.size && !word.text.starts_with(char::is_alphanumeric) {
        return Role::Attached;
    }
    Role::Apart
}

/// Smaller than the word it belongs to, and above its baseline. Sizes read from a picture are too rough to tell.
fn is_raised(word: &PlacedWord, base: &PlacedWord) -> bool {
    let rise = base.baseline - word.baseline;
    word.family != 0 && word.size < 0.85 * base.size && rise > 0.15 * base.size && rise < 0.7 * base.size
}
