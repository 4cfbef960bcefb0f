//! Python literals, as in MedCalc-Bench's column "Relevant Entities": dictionaries, lists, tuples, text, numbers,
//! `True`, `False`, `None` (Python language reference, section 2.4).

use std::iter::Peekable;
use std::str::Chars;

#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    None,
    Boolean(bool),
    Number(f64),
    Text(String),
    /// A list or a tuple.
    List(Vec<Literal>),
    /// In the order written.
    Dictionary(Vec<(String, Literal)>),
}

/// What was expected where the text went wrong, and the character it went wrong at.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("expected {expected} at character {at}")]
pub struct LiteralError {
    expected: &'static str,
    at: usize,
}

/// Reads one literal that fills the whole text.
///
/// # Errors
/// [`LiteralError`] where the text is no literal, or goes on behind it.
pub fn parse(text: &str) -> Result<Literal, LiteralError> {
    let mut reader = Reader {
        rest: text.chars().peekable(),
        at: 0,
    };
    let literal = reader.literal()?;
    reader.space();
    match reader.rest.peek() {
        None => Ok(literal),
        Some(_) => Err(reader.expected("the end")),
    }
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    at: usize,
}

impl Reader<'_> {
    fn expected(&self, expected: &'static str) -> LiteralError {
        LiteralError { expected, at: self.at }
    }

    fn next(&mut self) -> Option<char> {
        self.at += 1;
        self.rest.next()
    }

    fn space(&mut self) {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {
            self.at += 1;
        }
    }

    /// Skips space, then takes `wanted` if it is next.
    fn takes(&mut self, wanted: char) -> bool {
        self.space();
        let taken = self.rest.next_if_eq(&wanted).is_some();
        self.at += usize::from(taken);
        taken
    }

    fn literal(&mut self) -> Result<Literal, LiteralError> {
        self.space();
        match self.rest.peek() {
            Some('{') => self.dictionary(),
            Some('[') => self.list('[', ']'),
            Some('(') => self.list('(', ')'),
            Some('\'' | '"') => self.text().map(Literal::Text),
            _ => self.word(),
        }
    }

    fn dictionary(&mut self) -> Result<Literal, LiteralError> {
        self.takes('{');
        let mut entries = Vec::new();
        while !self.takes('}') {
            let Literal::Text(key) = self.literal()? else {
                return Err(self.expected("a key in quotes"));
            };
            if !self.takes(':') {
                return Err(self.expected("a colon"));
            }
            entries.push((key, self.literal()?));
            if !self.takes(',') && self.rest.peek() != Some(&'}') {
                return Err(self.expected("a comma or }"));
            }
        }
        Ok(Literal::Dictionary(entries))
    }

    fn list(&mut self, open: char, close: char) -> Result<Literal, LiteralError> {
        self.takes(open);
        let mut items = Vec::new();
        while !self.takes(close) {
            items.push(self.literal()?);
            if !self.takes(',') && self.rest.peek() != Some(&close) {
                return Err(self.expected("a comma or the end of the list"));
            }
        }
        Ok(Literal::List(items))
    }

    fn text(&mut self) -> Result<String, LiteralError> {
        let Some(quote) = self.next() else {
            return Err(self.expected("a quote"));
        };
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(self.expected("the closing quote")),
                Some('\\') => text.push(self.escaped()?),
                Some(c) if c == quote => return Ok(text),
                Some(c) => text.push(c),
            }
        }
    }

    fn escaped(&mut self) -> Result<char, LiteralError> {
        let digits = match self.next() {
            Some('n') => return Ok('\n'),
            Some('t') => return Ok('\t'),
            Some('r') => return Ok('\r'),
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c) => return Ok(c),
            None => return Err(self.expected("the escaped character")),
        };
        let code: String = (0..digits).filter_map(|_| self.next()).collect();
        u32::from_str_radix(&code, 16)
            .ok()
            .and_then(char::from_u32)
            .ok_or_else(|| self.expected("a character's number"))
    }

    fn word(&mut self) -> Result<Literal, LiteralError> {
        let mut word = String::new();
        while let Some(c) = self.rest.next_if(|c| c.is_ascii_alphanumeric() || "+-._".contains(*c)) {
            self.at += 1;
            word.push(c);
        }
        match word.as_str() {
            "True" => Ok(Literal::Boolean(true)),
            "False" => Ok(Literal::Boolean(false)),
            "None" => Ok(Literal::None),
            // Rust reads "inf" and "nan" as numbers, Python does not.
            number if number.contains(|c: char| c.is_ascii_digit()) => number
                .replace('_', "")
                .parse()
                .map(Literal::Number)
                .map_err(|_| self.expected("a number")),
            _ => Err(self.expected("a literal")),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn text(text: &str) -> Literal {
        Literal::Text(text.to_owned())
    }

    #[test]
    fn a_dictionary_of_every_kind_is_read() {
        let read = parse(
            r#" {'sex': 'Male', "it's": True, 'b': False, 'n': None, 'age': [92, 'years'], 't': (-1.5e3, 'x'), } "#,
        );
        let expected = Literal::Dictionary(vec![
            ("sex".to_owned(), text("Male")),
            ("it's".to_owned(), Literal::Boolean(true)),
            ("b".to_owned(), Literal::Boolean(false)),
            ("n".to_owned(), Literal::None),
            (
                "age".to_owned(),
                Literal::List(vec![Literal::Number(92.0), text("years")]),
            ),
            ("t".to_owned(), Literal::List(vec![Literal::Number(-1500.0), text("x")])),
        ]);
        assert_eq!(read.unwrap(), expected);
    }

    #[test]
    fn escapes_stand_for_their_characters() {
        assert_eq!(parse(r"'a\'b\\c\n\xb5\u2082'").unwrap(), text("a'b\\c\nµ₂"));
    }

    #[test]
    fn what_is_no_literal_says_where_it_goes_wrong() {
        for (wrong, expected, at) in [
            ("", "a literal", 0),
            ("nan", "a literal", 3),
            ("open('x')", "a literal", 4),
            ("{1: 2}", "a key in quotes", 2),
            ("{'a' 2}", "a colon", 5),
            ("[1 2]", "a comma or the end of the list", 3),
            ("'abc", "the closing quote", 5),
            ("1 2", "the end", 2),
            ("1-2", "a number", 3),
        ] {
            assert_eq!(parse(wrong), Err(LiteralError { expected, at }), "{wrong}");
        }
    }
}
