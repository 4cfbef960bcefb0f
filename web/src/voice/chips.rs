//! The words of a question on which much depends: where they stand, what else they may have been, the question with one
//! of them changed. No browser in it.

use voice_turn::vap::HeardChip;

/// A stretch of the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Plain(String),
    /// The chip with this place in the list.
    Chip(usize, String),
}

fn place(chip: &HeardChip) -> (usize, usize) {
    (chip.start as usize, chip.end as usize)
}

/// The word of a chip; nothing where the text has no such place.
pub fn word<'a>(text: &'a str, chip: &HeardChip) -> Option<&'a str> {
    let (start, end) = place(chip);
    text.get(start..end)
}

/// The text in its order. A chip that lies over another, or not on whole characters, is plain text.
pub fn pieces(text: &str, chips: &[HeardChip]) -> Vec<Piece> {
    let mut order: Vec<usize> = (0..chips.len()).collect();
    order.sort_by_key(|at| chips[*at].start);
    let mut pieces = Vec::new();
    let mut from = 0;
    for at in order {
        let chip = &chips[at];
        let (start, end) = place(chip);
        let (Some(before), Some(word)) = (text.get(from..start), text.get(start..end)) else {
            continue;
        };
        if word.is_empty() {
            continue;
        }
        if !before.is_empty() {
            pieces.push(Piece::Plain(before.to_owned()));
        }
        pieces.push(Piece::Chip(at, word.to_owned()));
        from = end;
    }
    if let Some(rest) = text.get(from..).filter(|rest| !rest.is_empty()) {
        pieces.push(Piece::Plain(rest.to_owned()));
    }
    pieces
}

/// The whole question with other words in place of the chip's.
pub fn corrected(text: &str, chip: &HeardChip, words: &str) -> String {
    let (start, end) = place(chip);
    match (text.get(..start), text.get(end..)) {
        (Some(before), Some(after)) => format!("{before}{}{after}", words.trim()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use voice_turn::vap::ChipName;

    use super::*;

    fn chip(start: u32, end: u32) -> HeardChip {
        HeardChip {
            start,
            end,
            kind: ChipName::Drug,
            alternatives: Vec::new(),
        }
    }

    #[test]
    fn pieces_together_are_the_text_whatever_the_chips_are() {
        let text = "5 µg of metformin";
        for chips in [
            vec![],
            vec![chip(9, 18), chip(0, 1)],
            vec![chip(0, 5), chip(2, 7)],
            vec![chip(3, 5), chip(90, 99), chip(5, 5), chip(8, 6)],
        ] {
            let whole: String = pieces(text, &chips)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Plain(text) | Piece::Chip(_, text) => text,
                })
                .collect();
            assert_eq!(whole, text, "{chips:?}");
        }
    }

    #[test]
    fn chips_stand_in_the_order_of_the_text_and_keep_their_place_in_the_list() {
        let found = pieces("give 5 mg", &[chip(7, 9), chip(5, 6)]);
        assert_eq!(
            found,
            [
                Piece::Plain("give ".into()),
                Piece::Chip(1, "5".into()),
                Piece::Plain(" ".into()),
                Piece::Chip(0, "mg".into())
            ]
        );
    }

    #[test]
    fn a_correction_changes_one_place_alone() {
        assert_eq!(corrected("15 mg of x", &chip(0, 2), " 50 "), "50 mg of x");
        assert_eq!(corrected("short", &chip(7, 9), "50"), "short");
    }
}
