//! Rows of tables, which passages hold as one line each with ` | ` between the cells, the labels of the columns first.

use std::ops::Range;

use crate::support;

const BAR: &str = " | ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Not of a table.
    Prose,
    /// The labels of the columns.
    Head,
    /// A row as it can be read by itself: "Apixaban - standard dose: 5 mg; reduced dose: 2.5 mg".
    Values(String),
}

/// What the sentence `ordinal` of `all` is in its table.
pub fn read(text: &str, all: &[Range<usize>], ordinal: usize) -> Row {
    let is_row = |r: &Range<usize>| text[r.clone()].contains(BAR);
    let Some(range) = all.get(ordinal).filter(|r| is_row(r)) else {
        return Row::Prose;
    };
    let above = all[..ordinal].iter().rev().take_while(|r| is_row(r)).count();
    let below = all[ordinal + 1..].iter().take_while(|r| is_row(r)).count();
    let cells = |r: &Range<usize>| -> Vec<String> {
        text[r.clone()]
            .split('|')
            .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let head = cells(&all[ordinal - above]);
    let own = cells(range);
    // A table of two columns without labels lists names with their values.
    let labelled = above + below >= 1 && (head.len() > 2 || !head.iter().any(|cell| has_digit(cell)));
    if labelled && above == 0 {
        return Row::Head;
    }
    let (name, values) = own.split_first().map_or(("", &own[..0]), |(n, v)| (n.as_str(), v));
    let name = support::bare(name);
    let values: Vec<String> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| !is_box(value))
        .map(
            |(at, value)| match head.get(at + 1).filter(|label| labelled && !label.is_empty()) {
                Some(label) => format!("{label}: {value}"),
                None => value.clone(),
            },
        )
        .collect();
    let values = values.join("; ");
    if values.is_empty() {
        return Row::Values(name.to_owned());
    }
    Row::Values(
        match (
            name.is_empty(),
            head.first()
                .filter(|label| labelled && is_range(name) && !label.is_empty()),
        ) {
            (true, _) => values,
            // A bare range says nothing without its label.
            (false, Some(label)) => format!("{label} {name} - {values}"),
            (false, None) => format!("{name} - {values}"),
        },
    )
}

/// An empty cell, or one with boxes to tick.
fn is_box(cell: &str) -> bool {
    cell.split_whitespace()
        .all(|word| matches!(word.to_lowercase().as_str(), "yes" | "no" | "n/a" | "☐" | "❑" | "□"))
}

/// A value or a range, as opposed to a name: "5.5 to 5.9 mmol/L", "below 2 mmol/L".
fn is_range(name: &str) -> bool {
    let first = name.split_whitespace().next().unwrap_or_default().to_lowercase();
    let compares = matches!(
        first.as_str(),
        "below" | "above" | "under" | "over" | "less" | "more" | "at" | "up"
    );
    compares || first.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>' | '≤' | '≥'))
}

fn has_digit(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sentences;

    fn rows(text: &str) -> Vec<Row> {
        let all = sentences::split(text);
        (0..all.len()).map(|at| read(text, &all, at)).collect()
    }

    #[test]
    fn a_row_is_read_with_the_labels_of_its_columns() {
        assert_eq!(
            rows("Doses\nDrug | Dose | Note\nApixaban | 5 mg | with water\nDigoxin | 62.5 mcg |\nAs above."),
            [
                Row::Prose,
                Row::Head,
                Row::Values("Apixaban - Dose: 5 mg; Note: with water".into()),
                Row::Values("Digoxin - Dose: 62.5 mcg".into()),
                Row::Prose
            ]
        );
        assert_eq!(
            rows("Potassium | Action\n5.5 to 5.9 mmol/L | repeat")[1],
            Row::Values("Potassium 5.5 to 5.9 mmol/L - Action: repeat".into())
        );
    }

    #[test]
    fn names_with_values_need_no_labels() {
        assert_eq!(
            rows("Version | 4.4\nOwner | Renal Unit"),
            [
                Row::Values("Version - 4.4".into()),
                Row::Values("Owner - Renal Unit".into())
            ]
        );
    }
}
