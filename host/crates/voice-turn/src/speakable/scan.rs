//! Reads text from left to right and says it.

use super::{numbers, words};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const FRACTIONS: [(&str, &str, &str); 6] = [
    ("1", "2", "one half"),
    ("1", "3", "one third"),
    ("2", "3", "two thirds"),
    ("1", "4", "one quarter"),
    ("3", "4", "three quarters"),
    ("1", "8", "one eighth"),
];

pub(super) fn scan(text: &str) -> String {
    let chars = text
        .chars()
        .map(|c| match c {
            'μ' => 'µ',
            '\u{a0}' | '\u{2009}' | '\u{202f}' => ' ',
            '\u{2011}' => '-',
            '₀'..='₉' => char::from_digit(c as u32 - '₀' as u32, 10).unwrap_or(c),
            other => other,
        })
        .collect();
    let mut scan = Scan {
        chars,
        at: 0,
        out: String::new(),
        before: String::new(),
    };
    while scan.at < scan.chars.len() {
        scan.advance();
    }
    scan.out
}

pub(super) struct Scan {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
    out: String,
    /// The word before.
    before: String,
}

pub(super) fn power(c: char) -> Option<char> {
    let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let at = digits.iter().position(|&digit| digit == c)?;
    char::from_digit(at as u32, 10)
}

impl Scan {
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn is(&self, ahead: usize, test: impl Fn(char) -> bool) -> bool {
        self.peek(ahead).is_some_and(test)
    }

    pub(super) fn is_digit(&self, ahead: usize) -> bool {
        self.is(ahead, |c| c.is_ascii_digit())
    }

    /// Adds words, apart from what stands before unless that is an opening bracket.
    pub(super) fn say(&mut self, text: &str) {
        if !self.out.is_empty() && !self.out.ends_with([' ', '(', '"', '“']) {
            self.out.push(' ');
        }
        self.out.push_str(text);
    }

    fn advance(&mut self) {
        let Some(c) = self.peek(0) else {
            return;
        };
        if c.is_ascii_digit() {
            self.number();
        } else if c.is_alphabetic() {
            self.word();
        } else if power(c).is_some() {
            let raised = self.raised();
            self.say(&numbers::spoken(&raised));
        } else if matches!(c, '-' | '−' | '–') {
            self.dash();
        } else if c == '/' {
            self.at += 1;
            if self.is(0, char::is_alphabetic) && self.out.ends_with(char::is_alphabetic) {
                self.say("or ");
            }
        } else if let Some(said) = words::symbol(c) {
            self.at += 1;
            self.say(said);
            self.out.push(' ');
        } else {
            self.at += 1;
            match c {
                '[' | ']' | '{' | '}' | '^' | '|' | '°' | '#' | '*' | '_' | '\\' => self.out.push(' '),
                c if c.is_numeric() => self.out.push(' '),
                other => self.out.push(other),
            }
        }
    }

    fn dash(&mut self) {
        self.at += 1;
        let after_word = self.out.ends_with(char::is_alphanumeric);
        if self.is_digit(0) {
            if !after_word {
                self.say("minus");
            }
            self.out.push(' ');
        } else if after_word && self.is(0, char::is_alphabetic) {
            self.out.push('-');
        } else {
            self.out.push_str(if self.out.ends_with(' ') { "" } else { " " });
        }
    }

    /// Digits, with separators of thousands and a decimal point.
    pub(super) fn written(&mut self) -> String {
        let mut text = String::new();
        while self.is_digit(0) {
            text.extend(self.peek(0));
            self.at += 1;
            let group = self.is(0, |c| c == ',')
                && (1..=3).all(|ahead| self.is_digit(ahead))
                && !self.is_digit(4)
                && !text.contains('.')
                && text.rsplit(',').next().is_some_and(|last| last.len() <= 3);
            let point = self.is(0, |c| c == '.') && self.is_digit(1) && !text.contains('.');
            if group || point {
                text.extend(self.peek(0));
                self.at += 1;
            }
        }
        text
    }

    pub(super) fn raised(&mut self) -> String {
        let mut text = String::new();
        while let Some(digit) = self.peek(0).and_then(power) {
            text.push(digit);
            self.at += 1;
        }
        text
    }

    fn number(&mut self) {
        if self.date() {
            return;
        }
        let text = self.written();
        self.before.clear();
        if self.is(0, |c| c == '/') && self.is_digit(1) && !text.contains(['.', ',']) {
            self.at += 1;
            let below = self.written();
            let known = FRACTIONS.iter().find(|(a, b, _)| *a == text && *b == below);
            match known {
                Some((.., said)) => self.say(said),
                None => self.say(&format!("{} over {}", numbers::spoken(&text), numbers::spoken(&below))),
            }
            self.unit(false);
            return;
        }
        if self.is(0, |c| c == ':') && self.is_digit(1) {
            self.at += 1;
            let rest = self.written();
            let said = match (rest.len(), rest.as_str()) {
                (2, "00") => format!("{} o'clock", numbers::spoken(text.trim_start_matches('0'))),
                (2, _) => format!(
                    "{} {}",
                    numbers::spoken(text.trim_start_matches('0')),
                    numbers::spoken(&rest)
                ),
                _ => format!("{} to {}", numbers::spoken(&text), numbers::spoken(&rest)),
            };
            self.say(&said);
            return;
        }
        if let Some(ahead) = self.range() {
            self.say(&format!("{} to ", numbers::spoken(&text)));
            self.at += ahead;
            self.number();
            return;
        }
        if self.ordinal(&text) {
            return;
        }
        let start = self.out.len();
        self.say(&numbers::spoken(&text));
        let with_unit = self.unit(text == "1") || self.is(0, |c| c == '%');
        let year = text
            .parse::<u64>()
            .ok()
            .filter(|n| text.len() == 4 && (1900..2100).contains(n));
        if let Some(n) = year.filter(|_| !with_unit) {
            self.out.truncate(start);
            self.say(&numbers::year(n));
        }
        if self.is(0, char::is_alphanumeric) {
            self.out.push(' ');
        }
    }

    /// How many characters a dash between two numbers takes.
    fn range(&self) -> Option<usize> {
        let dash = |ahead| self.is(ahead, |c| matches!(c, '-' | '–' | '—'));
        match (dash(0), self.is(0, |c| c == ' ') && dash(1) && self.is(2, |c| c == ' ')) {
            (true, _) if self.is_digit(1) => Some(1),
            (_, true) if self.is_digit(3) => Some(3),
            _ => None,
        }
    }

    fn ordinal(&mut self, text: &str) -> bool {
        let end: String = self.chars.iter().skip(self.at).take(2).collect();
        let fits = ["st", "nd", "rd", "th"].contains(&end.as_str()) && !self.is(2, char::is_alphanumeric);
        match text.parse::<u64>() {
            Ok(n) if fits && n < 1_000_000 => {
                self.at += 2;
                self.say(&numbers::ordinal(n));
                true
            }
            _ => false,
        }
    }

    /// `2024-03-12`.
    fn date(&mut self) -> bool {
        let text: String = self.chars.iter().skip(self.at).take(10).collect();
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else {
            return false;
        };
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if year.len() != 4
            || month.len() != 2
            || day.len() != 2
            || self.is_digit(10)
            || ![year, month, day].iter().all(|p| plain(p))
        {
            return false;
        }
        let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse::<usize>(), day.parse()) else {
            return false;
        };
        let Some(month) = month.checked_sub(1).and_then(|at| MONTHS.get(at)) else {
            return false;
        };
        self.at += 10;
        self.say(&format!("{month} {}, {}", numbers::ordinal(day), numbers::year(year)));
        true
    }

    fn word(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let part = |c: &char| c.is_alphanumeric() && power(*c).is_none() || matches!(c, '.' | '\'' | '’' | '/');
        let long: String = rest.iter().take_while(|c| part(c)).collect();
        let plain: String = long.chars().take_while(|c| *c != '.' && *c != '/').collect();
        // The longest reading first: "e.g.", then "vs." without what follows, then the bare word.
        let trimmed = long.trim_end_matches('.').to_owned();
        let before = self.before.clone();
        for candidate in [long.as_str(), trimmed.as_str(), plain.as_str()] {
            let said = match candidate {
                "" => None,
                known => words::word(known, &before).map(str::to_owned).or_else(|| every(known)),
            };
            if let Some(said) = said {
                // An abbreviation's last point may end the sentence as well.
                let ends = candidate.ends_with('.') && self.at + candidate.chars().count() == self.chars.len();
                self.at += candidate.chars().count();
                self.say(&said);
                self.out.push_str(if ends { "." } else { "" });
                self.before = said;
                return;
            }
        }
        let numbered = before.is_empty()
            && plain == "No"
            && long.starts_with("No.")
            && self.is(3, |c| c == ' ')
            && self.is_digit(4);
        if numbered {
            self.at += 3;
            self.say("number");
            return;
        }
        let letters: String = plain.chars().take_while(|c| !c.is_ascii_digit()).collect();
        self.at += letters.chars().count();
        if self.out.ends_with(char::is_alphanumeric) {
            self.out.push(' ');
        }
        let letters = letters.replace(|c: char| c.is_numeric(), " ");
        self.out.push_str(&letters);
        if self.is_digit(0) {
            self.out.push(' ');
        }
        self.before = letters;
    }
}

/// `q8h` is "every eight hours".
fn every(word: &str) -> Option<String> {
    let inside = word.to_lowercase();
    let inside = inside.strip_prefix('q')?;
    let (count, unit) = match (inside.strip_suffix('h'), inside.strip_suffix('d')) {
        (Some(count), _) => (count, "hours"),
        (_, Some(count)) => (count, "days"),
        _ => return None,
    };
    let count: u64 = count.parse().ok().filter(|count| *count > 1 && *count < 100)?;
    Some(format!("every {} {unit}", numbers::cardinal(count)))
}
