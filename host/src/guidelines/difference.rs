//! What changed between two versions of a guideline, line by line, in the customary unified form.

use similar::{ChangeTag, TextDiff};

/// Longest difference that is kept, in bytes.
const KEPT: usize = 256 << 10;

pub struct Difference {
    /// Lines.
    pub added: i64,
    pub removed: i64,
    pub text: String,
}

pub fn of(before: &str, after: &str) -> Difference {
    let diff = TextDiff::from_lines(before, after);
    let count = |tag| {
        let lines = diff.iter_all_changes().filter(|change| change.tag() == tag);
        i64::try_from(lines.filter(|line| !line.value().trim().is_empty()).count()).unwrap_or(i64::MAX)
    };
    let mut text = diff.unified_diff().context_radius(2).to_string();
    text.truncate(text.floor_char_boundary(KEPT));
    Difference {
        added: count(ChangeTag::Insert),
        removed: count(ChangeTag::Delete),
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_dose_is_one_line_out_and_one_in() {
        let difference = of("# A\n\nGive 4 mg.\n\nStop.\n", "# A\n\nGive 2 mg.\n\nStop.\n");
        assert_eq!((difference.added, difference.removed), (1, 1));
        assert!(
            difference.text.contains("-Give 4 mg.\n+Give 2 mg.\n"),
            "{}",
            difference.text
        );
    }
}
