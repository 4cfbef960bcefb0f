//! The pieces that words are made of, as a byte-pair encoding: a piece with a lower number was merged earlier.

use std::collections::HashMap;

pub(super) const VOCABULARY: usize = 32_768;
pub(super) const START: i32 = 1;
pub(super) const END: i32 = 2;
/// Begins a word in a piece.
const BLANK: &str = "\u{2581}";

pub(super) struct Tokens {
    pieces: Vec<Vec<u8>>,
    numbers: HashMap<Vec<u8>, i32>,
}

impl Tokens {
    /// Byte strings, each after its length in one byte. Marks in angle brackets are said as nothing.
    pub fn parse(mut bytes: &[u8]) -> Option<Self> {
        let mut pieces = Vec::with_capacity(VOCABULARY);
        while let Some((&length, rest)) = bytes.split_first() {
            let (piece, rest) = rest.split_at_checked(usize::from(length)).filter(|_| length < 128)?;
            let is_mark = piece.len() > 2 && piece.starts_with(b"<") && piece.ends_with(b">");
            pieces.push(if is_mark { Vec::new() } else { piece.to_vec() });
            bytes = rest;
        }
        (pieces.len() == VOCABULARY).then(|| Self::of(pieces))
    }

    fn of(pieces: Vec<Vec<u8>>) -> Self {
        let numbered = pieces.iter().enumerate().filter(|(_, piece)| !piece.is_empty());
        let numbers = numbered.map(|(at, piece)| (piece.clone(), at as i32)).collect();
        Self { pieces, numbers }
    }

    fn piece(&self, token: i32) -> &[u8] {
        let piece = usize::try_from(token).ok().and_then(|token| self.pieces.get(token));
        piece.map_or(&[], Vec::as_slice)
    }

    pub fn begins_word(&self, token: i32) -> bool {
        self.piece(token).starts_with(BLANK.as_bytes())
    }

    /// Whether a token goes on with the letters of a word.
    pub fn is_inside_word(&self, token: i32) -> bool {
        self.piece(token).first().is_some_and(u8::is_ascii_alphanumeric)
    }

    /// The tokens of a text; characters that no piece has are left out.
    pub fn encode(&self, text: &str) -> Vec<i32> {
        let words = text.split_whitespace();
        words
            .flat_map(|word| self.encode_word(&format!("{BLANK}{word}")))
            .collect()
    }

    fn encode_word(&self, word: &str) -> Vec<i32> {
        let number = |piece: &[u8]| self.numbers.get(piece).copied();
        let mut buffer = [0; 4];
        let letters = word.chars().map(|c| c.encode_utf8(&mut buffer).as_bytes().to_vec());
        let mut parts: Vec<Vec<u8>> = letters.filter(|letter| number(letter).is_some()).collect();
        loop {
            let pairs = parts.windows(2).enumerate();
            let merged = pairs.filter_map(|(at, pair)| Some((number(&pair.concat())?, at)));
            let Some((_, at)) = merged.min() else { break };
            let second = parts.remove(at + 1);
            parts[at].extend(second);
        }
        parts.iter().filter_map(|part| number(part)).collect()
    }

    /// Tokens as words, each with the product of its tokens' probabilities. A piece may end amid a character.
    pub fn words(&self, tokens: &[(i32, f32)]) -> Vec<(String, f32)> {
        let mut words: Vec<(Vec<u8>, f32)> = Vec::new();
        for (token, probability) in tokens {
            let piece = self.piece(*token);
            if piece.is_empty() {
                continue;
            }
            let rest = piece.strip_prefix(BLANK.as_bytes());
            match words.last_mut().filter(|_| rest.is_none()) {
                Some((word, all)) => {
                    word.extend(piece);
                    *all *= probability;
                }
                None => words.push((rest.unwrap_or(piece).to_vec(), *probability)),
            }
        }
        words
            .iter()
            .map(|(bytes, probability)| (String::from_utf8_lossy(bytes).trim().to_owned(), *probability))
            .filter(|(word, _)| !word.is_empty())
            .collect()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn tokens(pieces: &[&str]) -> Tokens {
        Tokens::of(pieces.iter().map(|piece| piece.as_bytes().to_vec()).collect())
    }

    #[test]
    fn word_is_as_sure_as_its_pieces_together() {
        let all = tokens(&["", "\u{2581}give", "\u{2581}met", "formin"]);
        let found = all.words(&[(1, 0.9), (2, 0.5), (3, 0.5), (0, 0.1), (77, 0.1)]);
        assert_eq!(found, [("give".to_owned(), 0.9), ("metformin".to_owned(), 0.25)]);
        let split = Tokens::of([b"\xe2\x96\x81\xc3".to_vec(), b"\xa9".to_vec()].into());
        assert_eq!(split.words(&[(0, 1.0), (1, 1.0)]), [("é".to_owned(), 1.0)]);
    }

    #[test]
    fn text_is_cut_into_the_pieces_that_were_merged_first() {
        let all = tokens(&["\u{2581}", "a", "b", "ab", "\u{2581}a", "bab"]);
        assert_eq!(all.encode("abab"), [0, 3, 3]);
        assert_eq!(all.encode(" a  bé "), [4, 0, 2]);
        assert!(all.begins_word(4) && !all.begins_word(3) && !all.begins_word(99));
        assert!(all.is_inside_word(3) && !all.is_inside_word(0));
    }

    #[test]
    fn pieces_are_read_and_marks_are_not_said() {
        let mut file = vec![3, b'<', b's', b'>', 4, 0xe2, 0x96, 0x81, b'a', 1, b'<'];
        file.extend([1, b'x'].repeat(VOCABULARY - 3));
        let all = Tokens::parse(&file).unwrap();
        assert_eq!(all.piece(0), b"");
        assert_eq!(all.piece(1), "\u{2581}a".as_bytes());
        assert_eq!(all.piece(2), b"<");
        assert!(Tokens::parse(&file[..file.len() - 1]).is_none());
        assert!(Tokens::parse(&file[4..]).is_none());
    }
}
