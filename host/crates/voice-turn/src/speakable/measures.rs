//! What is measured, in words: units after a number, powers of ten, "per" this and that.

use super::scan::{Scan, power};
use super::{numbers, units};

fn is_unit_char(c: char) -> bool {
    c.is_alphabetic() || c == '°'
}

impl Scan {
    /// What is measured, after its number: `mg`, `mg/kg/day`, `× 10⁹/L`.
    pub(super) fn unit(&mut self, one: bool) -> bool {
        let start = self.at;
        self.power_of_ten();
        let spaced = usize::from(self.is(0, |c| c == ' '));
        let mut said = self.symbol(spaced, one);
        let powered = self.at > start && said.is_none();
        if let Some((words, length)) = said.take() {
            self.at += length;
            self.say(&words);
        } else if !powered {
            return false;
        }
        while self.is(0, |c| c == '/') {
            self.at += 1;
            let Some((words, length)) = self.divisor() else {
                self.at -= 1;
                break;
            };
            self.at += length;
            self.say(&format!("per {words}"));
        }
        true
    }

    fn power_of_ten(&mut self) {
        let spaced = usize::from(self.is(0, |c| c == ' '));
        if !self.is(spaced, |c| c == '×' || c == 'x') {
            return;
        }
        let gap = usize::from(self.is(spaced + 1, |c| c == ' '));
        let ten = spaced + 1 + gap;
        if !(self.is(ten, |c| c == '1') && self.is(ten + 1, |c| c == '0')) {
            return;
        }
        let caret = self.is(ten + 2, |c| c == '^') && self.is_digit(ten + 3);
        if !caret && !self.is(ten + 2, |c| power(c).is_some()) {
            return;
        }
        self.at += ten + 2 + usize::from(caret);
        let exponent = if caret { self.written() } else { self.raised() };
        self.say(&format!("times ten to the power of {}", numbers::spoken(&exponent)));
    }

    /// A known unit `skip` characters ahead: its words and the characters up to its end.
    fn symbol(&self, skip: usize, one: bool) -> Option<(String, usize)> {
        let rest = self.chars.get(self.at + skip..)?;
        let letters = rest.iter().take_while(|c| is_unit_char(**c)).count();
        let symbol: String = rest.iter().take(letters).collect();
        let words = units::words(&symbol, one)?;
        let next = rest.get(letters).copied();
        let raised = next.filter(|c| matches!(c, '²' | '³'));
        let end = rest.get(letters + usize::from(raised.is_some())).copied();
        let hyphenated = end == Some('-') && rest.get(letters + 1).is_some_and(|c| c.is_ascii_digit());
        if end.is_some_and(|c| c.is_alphanumeric()) || hyphenated {
            return None;
        }
        let words = match raised {
            Some('²') => format!("square {words}"),
            Some(_) => format!("cubic {words}"),
            None => words.to_owned(),
        };
        Some((words, skip + letters + usize::from(raised.is_some())))
    }

    /// What stands after "per": a unit, a number with a unit, or a word.
    fn divisor(&mut self) -> Option<(String, usize)> {
        if self.is_digit(0) {
            let start = self.at;
            let number = self.written();
            let spaced = usize::from(self.is(0, |c| c == ' '));
            let unit = self.symbol(spaced, false);
            let used = self.at - start;
            self.at = start;
            let (words, length) = unit?;
            return Some((format!("{} {words}", numbers::spoken(&number)), used + length));
        }
        self.symbol(0, true).or_else(|| {
            let rest = self.chars.get(self.at..)?;
            let letters = rest.iter().take_while(|c| c.is_alphabetic()).count();
            (letters > 2).then(|| (rest.iter().take(letters).collect(), letters))
        })
    }
}
