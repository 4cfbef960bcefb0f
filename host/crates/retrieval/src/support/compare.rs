//! Compares a sentence with the stretch of the source it was aligned with: nothing new, nothing turned, nothing exchanged.

use super::{COVERAGE, Reason, UNRELATED, Unsupported, unsupported};
use crate::align::{Alignment, align};
use crate::tokens::{Kind, Token, between, tokens};
use crate::{abbreviate, lexicon};

/// Whether the sentence says nothing but what `source` says.
pub fn agree(sentence: &str, said: &[Token], source: &str, similarity: Option<f32>) -> Result<(), Unsupported> {
    let held = tokens(source);
    let definitions = abbreviate::definitions((sentence, said), (source, &held));
    let said = abbreviate::unify(sentence, said, &definitions);
    let held = abbreviate::unify(source, &held, &definitions);
    let pairs = align(&said, &held);
    let compared = Compared {
        sentence,
        said: &said,
        source,
        held: &held,
        pairs: &pairs,
    };
    compared.nothing_new()?;
    compared.enough_shared(similarity)?;
    compared.nothing_turned()?;
    compared.nothing_exchanged()?;
    compared.nothing_misplaced()
}

struct Compared<'a> {
    sentence: &'a str,
    said: &'a [Token],
    source: &'a str,
    held: &'a [Token],
    pairs: &'a Alignment,
}

fn reason(kind: Kind) -> Reason {
    match kind {
        Kind::Number => Reason::Number,
        Kind::Unit => Reason::Unit,
        Kind::Limit => Reason::Limit,
        Kind::Negation => Reason::Negation,
        Kind::Exception => Reason::Exception,
        Kind::Modal => Reason::Modal,
        Kind::Polar => Reason::Polarity,
        Kind::Drug => Reason::Drug,
        Kind::Name => Reason::Name,
        Kind::Content | Kind::Adverb | Kind::Function => Reason::NewWord,
    }
}

/// Kinds that decide what is claimed; the rest only says about what.
fn decides(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Number | Kind::Unit | Kind::Limit | Kind::Negation | Kind::Exception | Kind::Modal | Kind::Polar
    )
}

fn carries_content(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Content | Kind::Name | Kind::Drug | Kind::Polar | Kind::Number
    )
}

impl Compared<'_> {
    fn said_word(&self, i: usize) -> &str {
        &self.sentence[self.said[i].range.clone()]
    }

    fn held_word(&self, j: usize) -> &str {
        &self.source[self.held[j].range.clone()]
    }

    /// Every word of the sentence is in the source, or says nothing by itself.
    fn nothing_new(&self) -> Result<(), Unsupported> {
        for (i, token) in self.said.iter().enumerate() {
            let named = matches!(token.kind, Kind::Content | Kind::Name);
            let paired = self.pairs.to_source[i].filter(|_| named);
            if paired.is_some_and(|j| more_by_an_e(self.said_word(i), self.held_word(j))) {
                return Err(unsupported(Reason::Name, self.said_word(i)));
            }
        }
        for (i, token) in self
            .said
            .iter()
            .enumerate()
            .filter(|(i, _)| self.pairs.to_source[*i].is_none())
        {
            let harmless = match token.kind {
                Kind::Function => true,
                Kind::Content | Kind::Adverb | Kind::Name => {
                    lexicon::is_general(&token.key)
                        || (token.kind != Kind::Name
                            && self
                                .held
                                .iter()
                                .any(|h| matches!(h.kind, Kind::Content | Kind::Adverb) && derived(&token.key, &h.key)))
                }
                _ => false,
            };
            if !harmless {
                return Err(unsupported(reason(token.kind), self.said_word(i)));
            }
        }
        Ok(())
    }

    fn enough_shared(&self, similarity: Option<f32>) -> Result<(), Unsupported> {
        let mut shared = 0.0;
        let mut all = 0.0;
        for (i, token) in self.said.iter().enumerate().filter(|(_, t)| carries_content(t.kind)) {
            all += 1.0;
            shared += f32::from(u8::from(
                self.pairs.to_source[i].is_some() || self.held.iter().any(|h| derived(&token.key, &h.key)),
            ));
        }
        let unrelated = similarity.is_some_and(|s| s < UNRELATED) && shared < all;
        if shared < 1.0 || shared < COVERAGE * all || unrelated {
            return Err(unsupported(Reason::NoSupport, self.sentence));
        }
        Ok(())
    }

    /// No negation, exception, limit, number or unit of the source is cut out from between words that are kept.
    fn nothing_turned(&self) -> Result<(), Unsupported> {
        for (j, token) in self.held.iter().enumerate() {
            if self.pairs.to_sentence[j].is_some() || !decides(token.kind) || !self.left_out_alone(j) {
                continue;
            }
            return Err(unsupported(reason(token.kind), self.held_word(j)));
        }
        Ok(())
    }

    /// Whether the token left out at `j` qualifies words that are kept, rather than going with a whole clause.
    fn left_out_alone(&self, j: usize) -> bool {
        let free = |k: usize| self.pairs.to_sentence[k].is_none() || self.held[k].kind == Kind::Function;
        let mut from = j;
        while from > 0 && free(from - 1) && !self.parted(from - 1, from) {
            from -= 1;
        }
        let mut to = j + 1;
        while to < self.held.len() && free(to) && !self.parted(to - 1, to) {
            to += 1;
        }
        let content = (from..to)
            .filter(|&k| self.pairs.to_sentence[k].is_none() && carries_content(self.held[k].kind))
            .count();
        let opens = from == 0 || self.parted(from - 1, from);
        let closes = to == self.held.len() || self.parted(to - 1, to);
        let whole_clause = opens && closes && content >= 1;
        let turning = matches!(self.held[j].kind, Kind::Negation | Kind::Exception);
        if turning && (from..to).any(|k| self.held[k].key == "but") && j > 0 {
            return true;
        }
        match self.held[j].kind {
            Kind::Exception if self.held[j].key != "only" => true,
            Kind::Negation | Kind::Exception => {
                !(whole_clause || (closes && opens) || (content >= 2 && closes && !self.before_is_kept_verb(from)))
            }
            Kind::Modal | Kind::Polar => !(content >= 2 && (opens || closes)),
            _ => !((content >= 2 && (opens || closes)) || whole_clause),
        }
    }

    /// A negation at the end of a kept main clause would still turn it: "X works … not".
    fn before_is_kept_verb(&self, from: usize) -> bool {
        from > 0 && !self.parted(from - 1, from)
    }

    /// Whether a clause ends between two neighbouring tokens of the source.
    fn parted(&self, left: usize, right: usize) -> bool {
        let between = between(self.source, &self.held[left], &self.held[right]);
        between.contains([',', ';', ':', '(', ')', '[', ']', '—'])
            || between.contains(". ")
            || (self.held[right].kind == Kind::Function
                && matches!(
                    self.held[right].key.as_str(),
                    "and" | "but" | "while" | "whereas" | "although" | "which"
                ))
    }

    /// Between the same neighbours stands the same number, unit, negation or drug, not another one of the source.
    fn nothing_exchanged(&self) -> Result<(), Unsupported> {
        let mut last = (0usize, 0usize);
        let mut gaps = Vec::new();
        for i in 0..self.said.len() {
            if let (true, Some(j)) = (self.pairs.in_order[i], self.pairs.to_source[i]) {
                gaps.push((last.0..i, last.1..j));
                last = (i + 1, j + 1);
            }
        }
        gaps.push((last.0..self.said.len(), last.1..self.held.len()));
        for (ours, theirs) in gaps {
            for i in ours {
                let token = &self.said[i];
                let compared = decides(token.kind) || matches!(token.kind, Kind::Drug | Kind::Name);
                if !compared || token.kind == Kind::Limit || lexicon::is_general(&token.key) {
                    continue;
                }
                let rivals: Vec<usize> = theirs.clone().filter(|&j| self.held[j].kind == token.kind).collect();
                let opposite = token.kind != Kind::Polar
                    || rivals
                        .iter()
                        .any(|&r| lexicon::are_opposites(&self.held[r].key, &token.key));
                let turned_round = matches!(token.kind, Kind::Drug | Kind::Name)
                    && (self.made_agent(i)
                        || rivals
                            .iter()
                            .any(|&r| self.pairs.to_sentence[r].is_some_and(|k| self.made_agent(k))));
                if !rivals.is_empty()
                    && opposite
                    && !turned_round
                    && rivals.iter().all(|&r| self.held[r].key != token.key)
                    && !self.keeps_company(i)
                {
                    return Err(unsupported(reason(token.kind), self.said_word(i)));
                }
            }
        }
        Ok(())
    }

    /// What moved within the sentence took its neighbours along.
    fn nothing_misplaced(&self) -> Result<(), Unsupported> {
        for (i, token) in self.said.iter().enumerate() {
            let Some(j) = self.pairs.to_source[i].filter(|_| !self.pairs.in_order[i]) else {
                continue;
            };
            let compared = matches!(token.kind, Kind::Number | Kind::Unit | Kind::Negation | Kind::Exception)
                || (token.kind == Kind::Drug && !self.made_agent(i));
            if !compared || self.keeps_company(i) {
                continue;
            }
            let same = |a: Option<usize>, b: Option<usize>| match (
                a.and_then(|a| self.said.get(a)),
                b.and_then(|b| self.held.get(b)),
            ) {
                (Some(a), Some(b)) => a.key == b.key,
                _ => false,
            };
            if !same(i.checked_sub(1), j.checked_sub(1)) && !same(Some(i + 1), Some(j + 1)) {
                return Err(unsupported(reason(token.kind), self.said_word(i)));
            }
        }
        Ok(())
    }

    /// Whether a moved token is part of a moved phrase: three tokens or more in a row, two of them with content.
    fn keeps_company(&self, i: usize) -> bool {
        let Some(j) = self.pairs.to_source[i] else { return false };
        let paired = |k: usize, l: usize| self.pairs.to_source.get(k).copied().flatten() == Some(l);
        let back = (1..=i.min(j)).take_while(|&k| paired(i - k, j - k)).count();
        let ahead = (1..self.said.len() - i).take_while(|&k| paired(i + k, j + k)).count();
        let run = &self.said[i - back..=i + ahead];
        run.len() >= 3 && run.iter().filter(|t| carries_content(t.kind)).count() >= 2
    }

    /// Whether the token became what acts, or ceased to be it, by a change of voice: a "by" stands before it in the one
    /// text that the other lacks.
    fn made_agent(&self, i: usize) -> bool {
        let by = |tokens: &[Token], partner: &[Option<usize>], at: usize| {
            (at.saturating_sub(4)..at).any(|k| tokens[k].key == "by" && partner[k].is_none())
        };
        by(self.said, &self.pairs.to_source, i)
            || self.pairs.to_source[i].is_some_and(|j| by(self.held, &self.pairs.to_sentence, j))
    }
}

/// Whether two words differ by a last "e" alone, which no form of a word does but many a name.
fn more_by_an_e(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_lowercase(), b.to_lowercase());
    a.strip_suffix('e').is_some_and(|rest| rest == b) || b.strip_suffix('e').is_some_and(|rest| rest == a)
}

/// Endings that make one word of another without changing what it names.
const TAILS: &[&str] = &[
    "", "e", "al", "ic", "ical", "or", "er", "ion", "ive", "iv", "ity", "ous", "ant", "ent", "ance", "ence", "anc",
    "enc", "y", "ian", "ar", "ary", "ory", "abl", "ibl", "ness", "t", "at", "ator", "ativ", "ial", "ment", "tic", "ed",
    "ing", "ist", "iz", "ional", "ation", "or", "in", "s", "es", "ies", "r", "tor", "atory",
];

/// Whether two keys are forms of one word: "diabetic" and "diabetes", "inhibitor" and "inhibit".
fn derived(a: &str, b: &str) -> bool {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    let shorter = a.len().min(b.len());
    a.is_ascii()
        && b.is_ascii()
        && shared >= 5
        && shared * 10 >= shorter * 7
        && TAILS.contains(&&a[shared..])
        && TAILS.contains(&&b[shared..])
}
