//! Makes a short form and its long form the same token: "MI" and "myocardial infarction".
//!
//! Knows a short list of clinical abbreviations, those a passage defines itself, and plain initials.

use crate::lexicon;
use crate::tokens::{Kind, Token, between};

/// A short form and the keys of the words it stands for.
pub struct Definition {
    short: String,
    long: Vec<String>,
}

/// Definitions that matter to a sentence and its source: the short forms of either, with long forms of the source and of
/// the list. A long form in the sentence alone defines nothing: it could be made up.
pub fn definitions(sentence: (&str, &[Token]), source: (&str, &[Token])) -> Vec<Definition> {
    let mut found: Vec<Definition> = Vec::new();
    for (text, tokens) in [sentence, source] {
        for token in tokens {
            let Some(short) = short_form(text, token) else { continue };
            if found.iter().any(|d| d.short == short) {
                continue;
            }
            if let Some(long) = long_form(&short, source.0, source.1) {
                found.push(Definition {
                    short: short.clone(),
                    long,
                });
            }
            for (_, long) in lexicon::abbreviations().iter().filter(|a| a.0 == short) {
                found.push(Definition {
                    short: short.clone(),
                    long: long.clone(),
                });
            }
        }
    }
    found
}

/// `tokens` with every short and long form replaced by one token.
pub fn unify(text: &str, tokens: &[Token], definitions: &[Definition]) -> Vec<Token> {
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    'next: while at < tokens.len() {
        for definition in definitions {
            let taken = if short_form(text, &tokens[at]).is_some_and(|s| s == definition.short) {
                1
            } else {
                long_at(&definition.long, &tokens[at..])
            };
            if taken > 0 {
                let range = tokens[at].range.start..tokens[at + taken - 1].range.end;
                out.push(Token {
                    range,
                    kind: Kind::Name,
                    key: format!("@{}", definition.short),
                });
                at += taken;
                continue 'next;
            }
        }
        out.push(tokens[at].clone());
        at += 1;
    }
    out
}

/// The lower-case short form a token is, when it is written like one: two to seven capitals, perhaps with a plural "s".
fn short_form(text: &str, token: &Token) -> Option<String> {
    if matches!(token.kind, Kind::Number | Kind::Limit) {
        return None;
    }
    let written: String = text[token.range.clone()]
        .chars()
        .filter(|c| !matches!(c, '.' | '-'))
        .collect();
    let bare = written.strip_suffix('s').unwrap_or(&written);
    let lower = bare.to_lowercase();
    let dotted = text[token.range.clone()].contains('.') && bare.len() == 2;
    let shape = (2..=7).contains(&bare.len()) && bare.chars().all(|c| c.is_ascii_uppercase());
    (shape || dotted).then_some(lower)
}

/// How many tokens the long form takes at the start of `tokens`; function words between its words are skipped.
fn long_at(long: &[String], tokens: &[Token]) -> usize {
    let mut at = 0;
    for (k, word) in long.iter().enumerate() {
        while k > 0
            && tokens
                .get(at)
                .is_some_and(|t| t.kind == Kind::Function && t.key != *word)
        {
            at += 1;
        }
        if tokens.get(at).is_none_or(|t| t.key != *word) {
            return 0;
        }
        at += 1;
    }
    at
}

/// Keys of the run of words whose initials spell `short`.
fn long_form(short: &str, text: &str, tokens: &[Token]) -> Option<Vec<String>> {
    let letters: Vec<char> = short.chars().collect();
    let initial = |t: &Token| text[t.range.clone()].chars().next().map(|c| c.to_ascii_lowercase());
    for skip_function in [true, false] {
        let words: Vec<&Token> = tokens
            .iter()
            .filter(|t| !skip_function || t.kind != Kind::Function)
            .collect();
        for run in words.windows(letters.len()) {
            let spelled = run
                .iter()
                .zip(&letters)
                .all(|(t, l)| initial(t) == Some(*l) && text[t.range.clone()].len() > 1);
            let close = run.windows(2).all(|p| {
                let gap = between(text, p[0], p[1]);
                gap.len() < 8 && !gap.contains(['.', ';', '(', ')'])
            });
            if spelled && close && run.iter().filter(|t| t.kind != Kind::Function).count() >= 2 {
                return Some(
                    run.iter()
                        .filter(|t| skip_function || t.kind != Kind::Function)
                        .map(|t| t.key.clone())
                        .collect(),
                );
            }
        }
    }
    None
}
