//! Two readings side by side: which pieces say the same, and what stands where they do not.

use std::ops::Range;

use crate::pieces::{Kind, Piece};

/// How the pieces of a second reading lie beside those of a first.
pub(crate) struct Alignment {
    /// For each piece of the first, the piece of the second that says the same.
    pub same: Vec<Option<usize>>,
    /// For each place between pieces of the first, the places of the second that lie there.
    places: Vec<(usize, usize)>,
}

impl Alignment {
    pub fn of(first: &[Piece], second: &[Piece]) -> Self {
        let (rows, columns) = (first.len(), second.len());
        let mut costs = vec![vec![0.0f32; columns + 1]; rows + 1];
        for row in 0..=rows {
            for column in 0..=columns {
                costs[row][column] = match (row, column) {
                    (0, n) | (n, 0) => n as f32,
                    _ => {
                        let exchanged = costs[row - 1][column - 1] + exchanged(&first[row - 1], &second[column - 1]);
                        exchanged
                            .min(costs[row - 1][column] + 1.0)
                            .min(costs[row][column - 1] + 1.0)
                    }
                };
            }
        }
        let mut same = vec![None; rows];
        let mut places = vec![(usize::MAX, 0); rows + 1];
        let (mut row, mut column) = (rows, columns);
        loop {
            places[row] = (places[row].0.min(column), places[row].1.max(column));
            let here = costs[row][column];
            if row > 0 && column > 0 {
                let exchanged = exchanged(&first[row - 1], &second[column - 1]);
                if (here - costs[row - 1][column - 1] - exchanged).abs() < 1e-4 {
                    (row, column) = (row - 1, column - 1);
                    same[row] = (exchanged == 0.0).then_some(column);
                    continue;
                }
            }
            if row > 0 && (here - costs[row - 1][column] - 1.0).abs() < 1e-4 {
                row -= 1;
            } else if column > 0 {
                column -= 1;
            } else {
                break;
            }
        }
        Self { same, places }
    }

    /// The pieces of the second beside these of the first, with what was put in at either end.
    pub fn beside(&self, range: &Range<usize>) -> Range<usize> {
        self.places[range.start].0..self.places[range.end].1
    }

    /// Runs of the first that the second does not say; empty where the second says more.
    pub fn differences(&self) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        for (at, (low, high)) in self.places.iter().enumerate() {
            if high > low {
                ranges.push(at..at);
            }
            if self.same.get(at).is_some_and(Option::is_none) {
                ranges.push(at..at + 1);
            }
        }
        ranges
    }
}

fn exchanged(a: &Piece, b: &Piece) -> f32 {
    if a.says_the_same(b) {
        0.0
    } else if a.kind == b.kind {
        0.9
    } else if a.kind == Kind::Word || b.kind == Kind::Word {
        1.2
    } else {
        1.5
    }
}

/// Ranges that touch or overlap, as one.
pub(crate) fn merged(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut out: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match out.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vocabulary;
    use crate::pieces::pieces;

    fn differences(first: &str, second: &str) -> Vec<(Range<usize>, Range<usize>)> {
        let vocabulary = Vocabulary::new(std::iter::empty());
        let [first, second] = [first, second].map(|text| pieces(text, &[], &vocabulary));
        let alignment = Alignment::of(&first, &second);
        let ranges = merged(alignment.differences()).into_iter();
        ranges.map(|range| (range.clone(), alignment.beside(&range))).collect()
    }

    #[test]
    fn what_differs_is_found_with_its_counterpart() {
        assert_eq!(differences("Give 15 mg now", "give fifteen milligrams now."), []);
        assert_eq!(differences("give 15 mg", "give 50 mg"), [(1..2, 1..2)]);
        assert_eq!(differences("she is pregnant", "she is not pregnant"), [(2..2, 2..3)]);
        assert_eq!(differences("do not give it", "do give it"), [(1..2, 1..1)]);
        assert_eq!(differences("", "give"), [(0..0, 0..1)]);
    }
}
