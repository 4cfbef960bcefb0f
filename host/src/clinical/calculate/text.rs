//! Typed or dictated text as tokens: lower-case words, numbers and marks.

/// `gap` tells whether white space stood before it: `?stroke` is a doubt, `DM -` a minus sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub gap: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Word,
    /// With its value; `comma` marks `1,2`, which may be 1.2 or a list.
    Number {
        value: f64,
        comma: bool,
    },
    Mark(char),
}

impl Token {
    pub fn number(&self) -> Option<f64> {
        match self.kind {
            Kind::Number { value, .. } => Some(value),
            _ => None,
        }
    }

    pub fn is_mark(&self, mark: char) -> bool {
        self.kind == Kind::Mark(mark)
    }

    /// The word itself, or its plural.
    pub fn is_word(&self, word: &str) -> bool {
        self.text == word || self.text.strip_suffix('s') == Some(word)
    }

    /// Whether it is one of the words of a list separated by spaces.
    pub fn listed(&self, words: &str) -> bool {
        in_list(words, &self.text)
    }

    pub fn one_of(&self, words: &[&str]) -> bool {
        words.contains(&self.text.as_str())
    }
}

/// Whether `word` is one of `words`, which are separated by spaces.
pub fn in_list(words: &str, word: &str) -> bool {
    words.split(' ').any(|listed| listed == word)
}

/// Written short forms, each followed by what it means; matched between word boundaries.
const SHORT: &[(&str, &str)] = &[
    ("y.o.", " yo "),
    ("y.o", " yo "),
    ("y/o", " yo "),
    ("yr/old", " yo "),
    ("h/o", " hx "),
    ("w/o", " without "),
    ("w/", " with "),
    ("r/o", " suspected "),
    ("s/p", " prior "),
    ("c/o", " with "),
    ("p/w", " with "),
    ("+ve", " positive "),
    ("-ve", " negative "),
    ("f/hx", " fhx "),
    ("f/h", " fhx "),
    ("a.fib", " afib "),
    ("mg%", " mg/dl "),
    ("doesn't", " does not "),
    ("hasn't", " has not "),
    ("haven't", " has not "),
    ("isn't", " is not "),
    ("never had", " never "),
    ("no longer", " formerly "),
    ("can't", " can not "),
    ("what's", " what is "),
    ("x10^9/l", " giga/l "),
    ("x 10^9/l", " giga/l "),
    ("x10*9/l", " giga/l "),
    ("x10e9/l", " giga/l "),
    ("10^9/l", " giga/l "),
    ("10*9/l", " giga/l "),
    ("10e9/l", " giga/l "),
    ("x10^3/ul", " k/ul "),
    ("x 10^3/ul", " k/ul "),
    ("10^3/ul", " k/ul "),
    ("10*3/ul", " k/ul "),
    ("k/mm3", " k/ul "),
    ("mm^3", "mm3"),
    ("m^2", "m2"),
    ("°c", " celsius "),
    ("° c", " celsius "),
    ("ºc", " celsius "),
    ("degrees c", " celsius "),
    ("deg c", " celsius "),
    ("°f", " fahrenheit "),
    ("° f", " fahrenheit "),
    ("ºf", " fahrenheit "),
    ("degrees f", " fahrenheit "),
    ("deg f", " fahrenheit "),
    ("aa gradient", " aagradient "),
    ("a-a gradient", " aagradient "),
];

/// British spellings inside words and the American ones that the lexicon is written in.
const SPELLED: &[(&str, &str)] = &[
    ("aem", "em"),
    ("oed", "ed"),
    ("aen", "en"),
    ("aesth", "esth"),
    ("oest", "est"),
    ("oeso", "eso"),
    ("noea", "nea"),
    ("rrhoea", "rrhea"),
    ("tumour", "tumor"),
    ("fibre", "fiber"),
    ("isation", "ization"),
    ("ised", "ized"),
    ("ising", "izing"),
];

/// A phrase of the lexicon as tokens. Its words are plain already.
pub fn phrase(words: &str) -> Vec<Token> {
    split(&words.to_lowercase())
}

/// The phrases of a list separated by semicolons. `prior|past dvt|pe` are four of them; an underscore is a space inside an
/// alternative, and an empty alternative leaves the word out.
pub fn phrases(list: &str) -> impl Iterator<Item = Vec<Token>> {
    list.split(';')
        .flat_map(|one| {
            one.split_whitespace().fold(vec![String::new()], |begun, word| {
                let ends = |begun: &String| -> Vec<String> {
                    let alternatives = word.split('|').map(|word| word.replace('_', " "));
                    alternatives.map(|word| format!("{begun} {word}")).collect()
                };
                begun.iter().flat_map(ends).collect()
            })
        })
        .map(|one| phrase(&one))
        .filter(|one| !one.is_empty())
}

/// Splits text into tokens. Number words become numbers, so that dictation reads like typing.
pub fn tokens(text: &str) -> Vec<Token> {
    let raised = text.replace("10⁹", "10^9").replace("10³", "10^3").replace('³', "3");
    let mut plain: String = raised.chars().map(plain_char).collect::<String>().to_lowercase();
    for (short, long) in SHORT {
        plain = replace_bounded(&plain, short, long);
    }
    super::written::joined_forms(spoken_numbers(split(&plain)))
}

/// The American spelling of a word.
fn american(word: &str) -> String {
    SPELLED
        .iter()
        .filter(|(british, _)| word.contains(british))
        .fold(word.to_owned(), |word, (british, plain)| word.replace(british, plain))
}

/// Sub- and superscript digits, hyphens, quotes and micro signs as their plain forms.
fn plain_char(c: char) -> char {
    match c {
        '\u{2080}'..='\u{2089}' => char::from_digit(u32::from(c) - 0x2080, 10).unwrap_or(c),
        '²' => '2',
        'µ' | 'μ' => 'u',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' => '-',
        '\u{2018}' | '\u{2019}' => '\'',
        '≥' => '>',
        '≤' => '<',
        '≈' => '~',
        '×' => 'x',
        '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' => ' ',
        other => other,
    }
}

fn replace_bounded(text: &str, short: &str, long: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(short) {
        let (before, after) = (&rest[..at], &rest[at + short.len()..]);
        let starts = out
            .chars()
            .chain(before.chars())
            .next_back()
            .is_none_or(|c| !c.is_alphabetic());
        let ends = !short.ends_with(char::is_alphabetic) || !after.starts_with(char::is_alphanumeric);
        out.push_str(before);
        out.push_str(if starts && ends { long } else { short });
        rest = after;
    }
    out + rest
}

fn split(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut at) = (Vec::<Token>::new(), 0);
    while at < chars.len() {
        let gap = at == 0 || chars[at - 1].is_whitespace();
        let c = chars[at];
        let start = at;
        let point = c == '.' && gap && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if c.is_ascii_digit() || point {
            let (token, end) = number(&chars, at, gap);
            out.push(token);
            at = end;
        } else if c.is_alphanumeric() {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '\'') {
                at += 1;
            }
            let text: String = chars[start..at].iter().collect();
            let text = american(text.trim_end_matches('\'').trim_end_matches("'s"));
            out.push(Token {
                kind: Kind::Word,
                text,
                gap,
            });
        } else {
            at += 1;
            // A hyphen inside a word joins: `st-elevation`, `68-year-old`. Between digits it is a range.
            let joins = c == '-'
                && !gap
                && chars.get(at).is_some_and(|next| next.is_alphanumeric())
                && !(chars[start - 1].is_ascii_digit() && chars[at].is_ascii_digit());
            if !c.is_whitespace() && !joins {
                out.push(Token {
                    kind: Kind::Mark(if c == '\n' { '.' } else { c }),
                    text: c.to_string(),
                    gap,
                });
            } else if c == '\n' {
                out.push(Token {
                    kind: Kind::Mark('.'),
                    text: ".".to_owned(),
                    gap,
                });
            }
        }
    }
    out
}

fn number(chars: &[char], start: usize, gap: bool) -> (Token, usize) {
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let (mut end, mut comma) = (start, false);
    while digit(end) {
        end += 1;
    }
    let mut text: String = chars[start..end].iter().collect();
    if text.is_empty() {
        text.push('0');
    }
    if let Some(&mark) = chars
        .get(end)
        .filter(|mark| matches!(mark, '.' | ','))
        .filter(|_| digit(end + 1))
    {
        let fraction: String = chars[end + 1..].iter().take_while(|c| c.is_ascii_digit()).collect();
        end += 1 + fraction.len();
        comma = mark == ',';
        text = if comma && fraction.len() == 3 {
            text + &fraction
        } else {
            format!("{text}.{fraction}")
        };
    }
    let value = text.parse().unwrap_or(f64::NAN);
    (
        Token {
            kind: Kind::Number { value, comma },
            text,
            gap,
        },
        end,
    )
}

const ONES: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
     eighteen nineteen";
const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";

/// Replaces `sixty eight`, `one hundred and twenty`, `one point two` by 68, 120, 1.2.
fn spoken_numbers(tokens: Vec<Token>) -> Vec<Token> {
    let (mut out, mut at) = (Vec::with_capacity(tokens.len()), 0);
    while at < tokens.len() {
        // "No one" and "which one" are no numbers; "type one" is.
        let pronoun = |used: usize| used == 1 && tokens[at].text == "one" && (at == 0 || tokens[at - 1].text != "type");
        match spoken(&tokens[at..]).filter(|(_, used)| !pronoun(*used)) {
            Some((value, used)) => {
                let kind = Kind::Number { value, comma: false };
                out.push(Token {
                    kind,
                    text: value.to_string(),
                    gap: tokens[at].gap,
                });
                at += used;
            }
            None => {
                out.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    out
}

/// The number words at the start and how many tokens they take.
fn spoken(tokens: &[Token]) -> Option<(f64, usize)> {
    let word = |at: usize| {
        tokens
            .get(at)
            .filter(|token| token.kind == Kind::Word)
            .map(|token| token.text.as_str())
    };
    let (mut whole, mut used) = below_hundred(word(0), word(1))?;
    if word(used) == Some("hundred") {
        whole *= 100;
        used += 1;
        let next = if word(used) == Some("and") { used + 1 } else { used };
        if let Some((rest, more)) = below_hundred(word(next), word(next + 1)) {
            whole += rest;
            used = next + more;
        }
    }
    let mut value = f64::from(whole);
    if word(used) == Some("point") {
        let digits: Vec<u32> = (used + 1..)
            .map_while(|at| ones(word(at)?))
            .take_while(|digit| *digit < 10)
            .collect();
        if !digits.is_empty() {
            let mut scale = 0.1;
            for digit in &digits {
                value += f64::from(*digit) * scale;
                scale /= 10.0;
            }
            value = (value * 1e6).round() / 1e6;
            used += 1 + digits.len();
        }
    }
    Some((value, used))
}

fn ones(word: &str) -> Option<u32> {
    ONES.split(' ')
        .position(|one| one == word)
        .and_then(|place| u32::try_from(place).ok())
}

fn below_hundred(first: Option<&str>, second: Option<&str>) -> Option<(u32, usize)> {
    let first = first?;
    if let Some(tens) = TENS.split(' ').position(|ten| ten == first) {
        let tens = 10 * (u32::try_from(tens).ok()? + 2);
        return Some(match second.and_then(ones).filter(|one| (1..10).contains(one)) {
            Some(one) => (tens + one, 2),
            None => (tens, 1),
        });
    }
    ones(first).map(|value| (value, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_numbers_and_marks_are_told_apart() {
        assert_eq!(texts("68-year-old, HTN"), ["68", "year", "old", ",", "htn"]);
        assert_eq!(
            texts("68M 72kg Cr 1.4mg/dL"),
            ["68", "m", "72", "kg", "cr", "1.4", "mg", "/", "dl"]
        );
        assert_eq!(texts("CHA₂DS₂‑VASc"), ["cha2ds2", "vasc"]);
        assert_eq!(texts("106 µmol/L."), ["106", "umol", "/", "l", "."]);
        assert_eq!(
            texts("72 y/o w/ HTN w/o DM"),
            ["72", "yo", "with", "htn", "without", "dm"]
        );
        assert_eq!(texts("1.2-1.4"), ["1.2", "-", "1.4"]);
    }

    #[test]
    fn dictated_numbers_read_like_typed_ones() {
        assert_eq!(texts("a sixty-eight year old"), ["a", "68", "year", "old"]);
        assert_eq!(texts("one hundred and twenty micromol"), ["120", "micromol"]);
        assert_eq!(texts("creatinine one point two five"), ["creatinine", "1.25"]);
        assert_eq!(texts("type two diabetes"), ["type", "2", "diabetes"]);
        assert_eq!(texts("eighty"), ["80"]);
    }

    #[test]
    fn a_point_may_lead() {
        assert_eq!(tokens("Cr .9 mg")[1].number(), Some(0.9));
        assert_eq!(texts("old. 9 mg"), ["old", ".", "9", "mg"]);
    }

    #[test]
    fn a_comma_in_a_number_is_remembered() {
        let kinds: Vec<_> = tokens("1,2 and 1,200").into_iter().map(|token| token.kind).collect();
        assert_eq!(
            kinds[0],
            Kind::Number {
                value: 1.2,
                comma: true
            }
        );
        assert_eq!(
            kinds[2],
            Kind::Number {
                value: 1200.0,
                comma: true
            }
        );
    }
}
