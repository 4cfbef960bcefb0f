//! Rows of tables, which passages hold as one line each with ` | ` between the cells, the labels of the columns first.

use std::ops::Range;

use crate::extractive::Candidate;
use crate::support;

const BAR: &str = " | ";

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Not of a table.
    Prose,
    /// The labels of the columns.
    Head,
    /// A row that is clear by itself, or with its labels: "Apixaban - Standard dose: 5 mg; Reduced dose: 2.5 mg".
    Values(String),
    /// A row that only its whole table explains.
    Bare,
}

impl Row {
    /// How it is shown, `text` being its words.
    pub fn shown(self, text: &str) -> String {
        match self {
            Row::Values(labelled) => labelled,
            _ => support::bare(text).split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

/// What the sentence `ordinal` of `all` is in its table.
///
/// Labels are put to values only where they cannot be mistaken: at least three columns, as many labels as cells, and no
/// label with a number or unit of its own.
pub fn read(candidate: &Candidate, all: &[Range<usize>], ordinal: usize) -> Row {
    let text = candidate.text;
    let is_row = |r: &Range<usize>| text[r.clone()].contains(BAR);
    let Some(range) = all.get(ordinal).filter(|r| is_row(r)) else {
        return Row::Prose;
    };
    let above = all[..ordinal].iter().rev().take_while(|r| is_row(r)).count();
    let below = all[ordinal + 1..].iter().take_while(|r| is_row(r)).count();
    // A later part of a long table has its labels in the heading.
    let continued = candidate
        .heading
        .and_then(|h| h.rsplit(" > ").next())
        .filter(|h| h.contains(BAR));
    let head = cells(continued.unwrap_or(&text[all[ordinal - above].clone()]));
    let own = cells(&text[range.clone()]);
    let labels =
        head.len() > 2 && !head.iter().any(|cell| has_digit(cell)) && (continued.is_some() || above + below > 0);
    if labels && continued.is_none() && above == 0 {
        return Row::Head;
    }
    match own.split_first() {
        Some((name, values)) if labels && own.len() == head.len() => Row::Values(labelled(name, values, &head)),
        Some((name, values)) if values.iter().filter(|v| !is_box(v)).count() <= 1 => {
            let values: Vec<&str> = values.iter().map(String::as_str).filter(|v| !is_box(v)).collect();
            let parts = [support::bare(name)]
                .into_iter()
                .chain(values)
                .filter(|part| !part.is_empty());
            Row::Values(parts.collect::<Vec<_>>().join(" - "))
        }
        _ => Row::Bare,
    }
}

/// The first row above, where a bare row's columns are named.
pub fn head_of(text: &str, all: &[Range<usize>], ordinal: usize) -> Option<Range<usize>> {
    let is_row = |r: &&Range<usize>| text[(*r).clone()].contains(BAR);
    let count = |r: &Range<usize>| text[r.clone()].split('|').count();
    let own = count(all.get(ordinal)?);
    let head = all[..ordinal].iter().rev().take_while(is_row).last()?;
    (count(head) == own).then(|| head.clone())
}

fn labelled(name: &str, values: &[String], head: &[String]) -> String {
    let values: Vec<String> = values
        .iter()
        .zip(&head[1..])
        .filter(|(value, _)| !is_box(value))
        .map(|(value, label)| match label.as_str() {
            "" => value.clone(),
            label => format!("{label}: {value}"),
        })
        .collect();
    let name = support::bare(name);
    // A bare range says nothing without its label.
    let name = match head.first().filter(|label| is_range(name) && !label.is_empty()) {
        Some(label) => format!("{label} {name}"),
        None => name.to_owned(),
    };
    match (name.is_empty(), values.is_empty()) {
        (true, _) => values.join("; "),
        (false, true) => name,
        (false, false) => format!("{name} - {}", values.join("; ")),
    }
}

fn cells(row: &str) -> Vec<String> {
    row.split('|')
        .map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
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

    fn rows(heading: Option<&str>, text: &str) -> Vec<Row> {
        let all = sentences::split(text);
        let candidate = Candidate {
            passage_id: "p",
            document_id: "d",
            document_title: "T",
            heading,
            text,
            page: 1,
            source_date: None,
            source_owner: None,
            score: 1.0,
            dense: None,
            bm25: 1.0,
        };
        (0..all.len()).map(|at| read(&candidate, &all, at)).collect()
    }

    fn values(text: &str) -> Row {
        Row::Values(text.to_owned())
    }

    #[test]
    fn a_row_is_read_with_the_labels_of_its_columns() {
        assert_eq!(
            rows(
                None,
                "Doses\nDrug | Dose | Note\nApixaban | 5 mg | with water\nDigoxin | 62.5 mcg |\nAs above."
            ),
            [
                Row::Prose,
                Row::Head,
                values("Apixaban - Dose: 5 mg; Note: with water"),
                values("Digoxin - Dose: 62.5 mcg"),
                Row::Prose
            ]
        );
        assert_eq!(
            rows(None, "Potassium | Severity | Action\n5.5 to 5.9 mmol/L | mild | repeat")[1],
            values("Potassium 5.5 to 5.9 mmol/L - Severity: mild; Action: repeat")
        );
    }

    #[test]
    fn a_later_part_of_a_table_takes_its_labels_from_the_heading() {
        assert_eq!(
            rows(
                Some("Doses > Drug | Dose | Note"),
                "Digoxin | 62.5 mcg | check levels\nGabapentin | 600 mg | daily"
            ),
            [
                values("Digoxin - Dose: 62.5 mcg; Note: check levels"),
                values("Gabapentin - Dose: 600 mg; Note: daily")
            ]
        );
    }

    #[test]
    fn labels_that_could_be_values_are_not_put_to_values() {
        assert_eq!(
            rows(None, "Mild | paracetamol\nSevere | morphine 5 mg"),
            [values("Mild - paracetamol"), values("Severe - morphine 5 mg")]
        );
        assert_eq!(
            rows(
                None,
                "Setting | Morphine 1 mg/mL | Fentanyl 10 mcg/mL\nBolus | 1 mg | 10 mcg"
            ),
            [Row::Bare, Row::Bare]
        );
        assert_eq!(
            rows(None, "Version | 4.4\nOwner | Renal Unit"),
            [values("Version - 4.4"), values("Owner - Renal Unit")]
        );
    }

    #[test]
    fn a_full_stop_in_a_cell_does_not_end_its_row() {
        assert_eq!(
            rows(
                None,
                "Site | First choice | Allergy\nChest | co-amoxiclav. Add clarithromycin. | levofloxacin"
            )[1],
            values("Chest - First choice: co-amoxiclav. Add clarithromycin.; Allergy: levofloxacin")
        );
    }
}
