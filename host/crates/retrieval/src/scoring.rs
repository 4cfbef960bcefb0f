//! How well each sentence of the candidates speaks to the question.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::extractive::{Candidate, PASSAGES, Similarity};
use crate::question::{Ask, Question, Term, names};
use crate::rows::{self, Row};
use crate::tokens::{Kind, Token, tokens};
use crate::{abbreviate, directive, sentences, support};

/// Sentences that are embedded for one answer.
const EMBEDDED: usize = 40;
/// What a term counts when the sentence itself lacks it and its title or heading, or its passage, holds it.
const IN_HEADING: f32 = 0.75;
const IN_PASSAGE: f32 = 0.35;
/// Characters of title and heading that are embedded with a sentence.
const TITLE: usize = 120;

pub struct Scored {
    /// Best first.
    pub sentences: Vec<Sentence>,
    /// Highest cosine of any sentence with the question; none without a model.
    pub similarity: Option<f32>,
}

#[derive(Clone, Debug)]
pub struct Sentence {
    pub candidate: usize,
    /// Position among the sentences of its passage.
    pub ordinal: usize,
    pub range: Range<usize>,
    /// As it is shown: without bullet, white space made plain, a table row with the labels of its columns.
    pub plain: String,
    pub tokens: Vec<Token>,
    pub score: f32,
    /// Weighted share of the question's terms it holds; what only its heading or its passage holds counts in part.
    pub reach: f32,
    pub similarity: Option<f32>,
    pub vector: Option<Vec<f32>>,
    pub directive: bool,
    /// It has the shape of an answer to this type of question.
    pub fits: bool,
}

/// Drugs that are measured in patients as well.
const SALTS: &[&str] = &["potassium", "calcium", "magnesium", "iron", "lithium", "insulin"];

impl Sentence {
    /// Whether it speaks of other drugs than the one that the question asks about. A question that names a drug or a
    /// salt without asking for its dose or nature may well be answered by another one.
    pub fn is_of_another_drug(&self, asked: &Question) -> bool {
        if names::only_resembles(&asked.names, &self.tokens) {
            return true;
        }
        if !matches!(asked.ask, Ask::HowMuch | Ask::Definition) {
            return false;
        }
        let drugs = |tokens: &[Token]| -> HashSet<String> {
            let of_kind = tokens
                .iter()
                .filter(|t| t.kind == Kind::Drug && !SALTS.contains(&t.key.as_str()));
            of_kind.map(|t| t.key.clone()).collect()
        };
        let (wanted, own) = (drugs(&asked.tokens), drugs(&self.tokens));
        !wanted.is_empty() && !own.is_empty() && wanted.is_disjoint(&own)
    }
}

/// Weighted share of the question's terms that are held, each in the measure that `held` gives.
fn share(asked: &Question, weights: &[f32], held: impl Fn(&Term) -> f32) -> f32 {
    let all: f32 = weights.iter().sum();
    let hit: f32 = asked.terms.iter().zip(weights).map(|(t, w)| w * held(t)).sum();
    if all > 0.0 { hit / all } else { 0.0 }
}

/// Scores the sentences of the first candidates.
pub fn score(question: &str, asked: &Question, candidates: &[Candidate], similarity: &dyn Similarity) -> Scored {
    let read: Vec<Passage> = candidates
        .iter()
        .take(PASSAGES)
        .map(|c| Passage::read(question, asked, c))
        .collect();
    let weights = rarity(asked, &read);
    let mut found = Vec::new();
    for (candidate, passage) in read.iter().enumerate() {
        let rank = 1.0 / (1.0 + candidate as f32 * 0.25);
        let heading: HashSet<&str> = passage.context.iter().map(|t| t.key.as_str()).collect();
        let whole = passage.keys();
        for (ordinal, (range, tokens)) in passage.sentences.iter().enumerate() {
            let text = &candidates[candidate].text[range.clone()];
            let row = rows::read(&candidates[candidate], &passage.ranges, ordinal);
            if row == Row::Head || !speaks(text, tokens) || passage.is_title(support::bare(text)) {
                continue;
            }
            let plain = row.shown(text);
            let own: HashSet<&str> = tokens.iter().map(|t| t.key.as_str()).collect();
            let coverage = share(asked, &weights, |t| t.held(|k| own.contains(k)));
            let reach = share(asked, &weights, |t| {
                let [here, above, around] = [&own, &heading, &whole].map(|keys| t.held(|k| keys.contains(k)));
                here.max(IN_HEADING * above).max(IN_PASSAGE * around)
            });
            let directive = directive::is_directive(text);
            let length = tokens.iter().filter(|t| t.kind != Kind::Function).count();
            let fits = fits(asked.ask, &plain, tokens, directive);
            let brevity = if length < 4 {
                -0.15
            } else if length > 45 {
                -0.08
            } else {
                0.0
            };
            let elsewhere = if POINTER.is_match(text) { -0.5 } else { 0.0 };
            found.push(Sentence {
                candidate,
                ordinal,
                range: range.clone(),
                plain,
                tokens: tokens.clone(),
                score: 0.2 * coverage + 0.3 * reach + 0.15 * rank + 0.25 * fits + brevity + elsewhere,
                reach,
                similarity: None,
                vector: None,
                directive,
                fits: fits > 0.0,
            });
        }
    }
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.candidate.cmp(&b.candidate))
            .then(a.ordinal.cmp(&b.ordinal))
    });
    found.truncate(200);
    let best = embed(question, candidates, &mut found, similarity);
    found.sort_by(|a, b| {
        b.score
            .total_cmp(&a.score)
            .then(a.candidate.cmp(&b.candidate))
            .then(a.ordinal.cmp(&b.ordinal))
    });
    Scored {
        sentences: found,
        similarity: best,
    }
}

/// Adds the cosine with the question to the score of the first sentences; returns the highest.
fn embed(question: &str, candidates: &[Candidate], found: &mut [Sentence], similarity: &dyn Similarity) -> Option<f32> {
    let count = found.len().min(EMBEDDED);
    let in_context = |s: &Sentence| {
        let candidate = &candidates[s.candidate];
        let heading = candidate
            .heading
            .unwrap_or_default()
            .rsplit(" > ")
            .next()
            .unwrap_or_default();
        let context = match heading {
            "" => candidate.document_title.to_owned(),
            heading if heading == candidate.document_title => heading.to_owned(),
            heading => format!("{}. {heading}", candidate.document_title),
        };
        format!("{}: {}", shortened(&context), s.plain)
    };
    let shown: Vec<String> = found[..count].iter().map(in_context).collect();
    let texts: Vec<&str> = [question].into_iter().chain(shown.iter().map(String::as_str)).collect();
    let vectors = if count == 0 { None } else { similarity.embed(&texts) }?;
    let (asked, vectors) = vectors.split_first()?;
    let mut best = 0.0f32;
    for (sentence, vector) in found.iter_mut().zip(vectors) {
        let cosine = asked.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        sentence.score += 1.4 * cosine;
        sentence.similarity = Some(cosine);
        sentence.vector = Some(vector.clone());
        best = best.max(cosine);
    }
    Some(best)
}

/// The first words of a title, which may be a whole sentence.
fn shortened(title: &str) -> &str {
    title.char_indices().nth(TITLE).map_or(title, |(end, _)| &title[..end])
}

struct Passage {
    ranges: Vec<Range<usize>>,
    sentences: Vec<(Range<usize>, Vec<Token>)>,
    /// Title and headings.
    titles: Vec<String>,
    /// Of the title and the heading.
    context: Vec<Token>,
}

impl Passage {
    fn read(question: &str, asked: &Question, candidate: &Candidate) -> Self {
        let title = format!(
            "{}. {}",
            candidate.document_title,
            candidate.heading.unwrap_or_default()
        );
        let mut context = tokens(&title);
        names::keep_apart(&asked.names, &title, &mut context);
        let whole = tokens(candidate.text);
        let definitions = abbreviate::definitions((question, &asked.tokens), (candidate.text, &whole));
        let asked_keys = abbreviate::unify(question, &asked.tokens, &definitions);
        let ranges = sentences::split(candidate.text);
        let sentences = ranges
            .iter()
            .cloned()
            .map(|range| {
                let text = &candidate.text[range.clone()];
                let mut plain = tokens(text);
                names::keep_apart(&asked.names, text, &mut plain);
                let unified = abbreviate::unify(text, &plain, &definitions);
                // A short form in one and a long form in the other meet: the asked words are added as they were asked.
                let mut all = plain;
                for (short, original) in unified.iter().filter(|t| t.key.starts_with('@')).flat_map(|t| {
                    asked_keys
                        .iter()
                        .filter(move |a| a.key == t.key)
                        .map(move |a| (t.clone(), a))
                }) {
                    for token in asked
                        .tokens
                        .iter()
                        .filter(|t| original.range.start <= t.range.start && t.range.end <= original.range.end)
                    {
                        all.push(Token {
                            range: short.range.clone(),
                            kind: token.kind,
                            key: token.key.clone(),
                        });
                    }
                }
                (range, all)
            })
            .collect();
        let titles = [candidate.document_title]
            .into_iter()
            .chain(candidate.heading.unwrap_or_default().split(" > "))
            .map(|title| title.trim().to_owned())
            .collect();
        Passage {
            ranges,
            sentences,
            titles,
            context,
        }
    }

    /// Whether the words are the document's title or one of its headings, perhaps with a date or page as at the foot of a page.
    fn is_title(&self, text: &str) -> bool {
        let text = text.trim_end_matches(['.', ':']);
        self.titles.iter().filter(|title| !title.is_empty()).any(|title| {
            let rest = text
                .get(..title.len())
                .filter(|start| start.eq_ignore_ascii_case(title));
            rest.is_some_and(|_| {
                let mut words = text[title.len()..]
                    .split(|c: char| !c.is_alphanumeric())
                    .filter(|w| !w.is_empty());
                words.all(|w| w.bytes().all(|b| b.is_ascii_digit()) || FOOT_WORDS.contains(&w.to_lowercase().as_str()))
            })
        })
    }

    fn keys(&self) -> HashSet<&str> {
        self.sentences
            .iter()
            .flat_map(|s| &s.1)
            .chain(&self.context)
            .map(|t| t.key.as_str())
            .collect()
    }
}

/// Weights of the question's terms: each term's own, less when most candidates hold it.
fn rarity(asked: &Question, read: &[Passage]) -> Vec<f32> {
    let keys: Vec<HashSet<&str>> = read.iter().map(Passage::keys).collect();
    let count = keys.len() as f32;
    asked
        .terms
        .iter()
        .map(|term| {
            let holding = keys.iter().filter(|k| k.contains(term.key.as_str())).count() as f32;
            term.weight * (1.0 + 0.5 * ((count + 1.0) / (holding + 1.0)).ln())
        })
        .collect()
}

/// Whether a sentence says something by itself: no heading, question, reference or stray fragment.
fn speaks(text: &str, tokens: &[Token]) -> bool {
    let plain = text.trim_end();
    let content = tokens.iter().filter(|t| t.kind != Kind::Function).count();
    let ends = plain.ends_with(['.', '!', ';', ':', ')', '"', '”', ']']);
    let item = support::bare(text).len() < text.trim().len();
    let row = is_row(text);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let cut = !ends && !row && (plain.ends_with([',', '-']) || tokens.last().is_some_and(|t| t.kind == Kind::Function));
    let tail = !ends && !item && support::bare(text).starts_with(char::is_lowercase);
    content >= 3
        && !plain.ends_with('?')
        && letters * 2 > text.chars().count()
        && (ends || item || row || content >= 6)
        && !cut
        && !(tail && content < 12)
        && !is_title(text)
        && text.matches("://").count() < 2
        && !FOOTER.is_match(plain)
}

/// A sentence that says where to read on.
#[expect(clippy::unwrap_used, reason = "constant pattern, compiled in the tests")]
static POINTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(available (at|from|in|on)\b|(can|may) be found (in|at|on|here)\b|(for|to obtain) (more|further|additional) (information|details|guidance)\b|(to|and) learn more\b|please (visit|see|refer)\b|(complete|full|detailed) guidance\b|(is|are) described in\b|see (also )?(the )?(section|appendix|chapter|guideline|table|figure)\b)").unwrap()
});

/// Words that follow a title at the foot of a page.
const FOOT_WORDS: &[&str] = &["page", "of", "version", "v"];

/// The line at the edge of a page, where the extraction could not tell that it repeats.
#[expect(clippy::unwrap_used, reason = "constant pattern, compiled in the tests")]
static FOOTER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)\bpage \d+ of \d+$").unwrap());

fn is_row(text: &str) -> bool {
    text.contains(" | ")
}

/// A title, as in a list of references: nearly all of its longer words have a capital.
fn is_title(text: &str) -> bool {
    let words: Vec<&str> = text
        .split_whitespace()
        .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 3)
        .collect();
    let capital = words.iter().filter(|w| w.starts_with(char::is_uppercase)).count();
    words.len() >= 4 && capital * 10 >= words.len() * 8
}

/// 1 when the sentence has the shape of an answer to this type of question, 0 when not.
fn fits(ask: Ask, text: &str, tokens: &[Token], directive: bool) -> f32 {
    let lower = text.to_lowercase();
    let any = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    let kind = |k: Kind| tokens.iter().any(|t| t.kind == k);
    let fit = match ask {
        Ask::HowMuch => kind(Kind::Number) && (kind(Kind::Unit) || kind(Kind::Limit)),
        Ask::When => {
            directive && any(&["when", "if ", "after", "before", "within", "until", "once "])
                || (kind(Kind::Number) && kind(Kind::Unit))
        }
        Ask::How => directive,
        Ask::Definition => any(&[
            " is a",
            " is an",
            " is the",
            " are a",
            " refers to",
            "defined as",
            " is one of",
            "known as",
            " consists of",
            " stands for",
            "characterized by",
            "characterised by",
            "is caused by",
        ]),
        Ask::Who => any(&[
            "patients",
            "physician",
            "nurse",
            "staff",
            "team",
            "should be",
            "who ",
            "doctor",
            "personnel",
        ]),
        Ask::Why => any(&[
            "because",
            "due to",
            "since ",
            "reason",
            "therefore",
            "in order to",
            "caused by",
            "result",
        ]),
        Ask::List => text.matches(',').count() >= 2 || any(&["include", "such as", "are:"]) || kind(Kind::Drug),
        Ask::YesNo => any(&[
            "not ",
            "no ",
            "conclu",
            "suggest",
            "show",
            "effective",
            "associated",
            "is a",
            "can ",
            "significant",
        ]),
        Ask::Where => any(&[" in the ", " at the ", "located", "expressed in"]),
        Ask::Other => any(&["conclu", " is a", " is the", "result"]),
    };
    f32::from(u8::from(fit))
}
