//! Whose condition it is, and whether it is denied or doubted.
//!
//! A left-to-right reading of each sentence in the manner of NegEx (Chapman et al., 2001), with one difference:
//! where its reach is uncertain, the answer is `Doubtful`, and the host asks.

use std::ops::Range;

use super::beside::{answer, standing_of};
use super::lexicon::RELATIVES;
use super::text::{Kind, Token};

#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    Present,
    Denied,
    /// Said with doubt, or a denial that may or may not reach it.
    Doubtful,
    /// Someone else's, or a risk of it.
    NotTheirs,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Cue {
    /// "no": reaches its list only where "or" holds the list together.
    Weak,
    /// "without", "denies": reaches its whole list.
    Strong,
    /// "non-diabetic": reaches one word.
    Prefix,
    Doubt,
    Other,
}

/// A cue with how far it has read.
struct Reach {
    cue: Cue,
    /// Conditions governed so far.
    members: Vec<usize>,
    /// How each member is joined to the one before: 'o'r, 'a'nd, ','.
    joints: Vec<char>,
    pending: Option<char>,
    /// Words the list grammar does not know stood between cue and first member.
    strangers: usize,
    parallel: bool,
}

const DENIALS: &[(&str, Cue)] = &[
    ("no", Cue::Weak),
    ("not", Cue::Weak),
    ("non", Cue::Prefix),
    ("neither", Cue::Strong),
    ("nor", Cue::Strong),
    ("never", Cue::Strong),
    ("without", Cue::Strong),
    ("denies", Cue::Strong),
    ("denied", Cue::Strong),
    ("deny", Cue::Strong),
    ("denying", Cue::Strong),
    ("negative", Cue::Strong),
    ("absence", Cue::Strong),
    ("lacks", Cue::Strong),
    ("excluding", Cue::Strong),
    ("none", Cue::Strong),
    ("instead", Cue::Strong),
    ("rather", Cue::Strong),
    ("afraid", Cue::Other),
    ("worried", Cue::Other),
    ("fear", Cue::Other),
    ("fears", Cue::Other),
    ("concerned", Cue::Other),
    ("risk", Cue::Other),
    ("screening", Cue::Other),
    ("prevent", Cue::Other),
    ("prevention", Cue::Other),
    ("prophylaxis", Cue::Other),
    ("remove", Cue::Strong),
    ("drop", Cue::Strong),
    ("possible", Cue::Doubt),
    ("possibly", Cue::Doubt),
    ("probable", Cue::Doubt),
    ("probably", Cue::Doubt),
    ("suspected", Cue::Doubt),
    ("suspect", Cue::Doubt),
    ("suspicion", Cue::Doubt),
    ("query", Cue::Doubt),
    ("questionable", Cue::Doubt),
    ("maybe", Cue::Doubt),
    ("perhaps", Cue::Doubt),
];

const MORE_DOUBT: &str = "might may could likely unclear uncertain borderline presumed equivocal apparently unsure reported potential \
     unconfirmed whether unknown formerly resolved";

/// Words a list may hold without ending.
const GLUE: &str = "than about a an the any known prior previous past history hx of for evidence sign signs symptom symptoms documented \
     established diagnosed diagnosis clinical overt either personal medical having have had has suffered also other \
     significant relevant old recent chronic episode episodes with hospitalised";

/// Before a condition these say that it is there.
const ASSERTED: &str = "prior previous past known old established documented remote";

/// After at least one member these begin a new statement.
const RESET: &str = "but however except although though yet has have had is was with who known plus on takes positive he she patient \
     there";

const BACK_TO_PATIENT: &str = "he she patient pt himself herself personally own but i personal";

/// The standing of each condition, given as a token range; ranges are in order and do not overlap.
pub fn standings(tokens: &[Token], conditions: &[Range<usize>]) -> Vec<Standing> {
    let mut standing = vec![Standing::Present; conditions.len()];
    let mut reach: Option<Reach> = None;
    let mut family = None::<bool>;
    // "Family history: diabetes, stroke" speaks of the family to its end.
    let mut heading = false;
    // "no diabetes, no stroke, prior MI": each "no" has its own item, so the last is not denied.
    let mut parallel = false;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(which) = conditions.iter().position(|range| range.start == at) {
            let answered = answer(tokens, conditions, which);
            if let Some((said, _)) = &answered {
                // "stroke/TIA: none" answers both.
                for earlier in joined_to(tokens, conditions, which) {
                    standing[earlier] = said.clone();
                    reach.iter_mut().for_each(|reach| reach.forget(earlier));
                }
            }
            standing[which] = match &answered {
                Some((standing, _)) => standing.clone(),
                None => standing_of(tokens, conditions, which, family),
            };
            match &mut reach {
                Some(reach) if standing[which] == Standing::Present && answered.is_none() => reach.members_push(which),
                _ => {}
            }
            if reach.as_ref().is_some_and(|reach| reach.cue == Cue::Prefix) {
                close(&mut reach, &mut standing);
            }
            at = conditions[which].end + answered.map_or(0, |(_, length)| length);
            continue;
        }
        let token = &tokens[at];
        if ends_sentence(token, tokens.get(at + 1)) {
            close(&mut reach, &mut standing);
            (family, heading, parallel) = (None, false, false);
        } else if relative(token) && !postposed(tokens, at, conditions) {
            family = Some(false);
            heading |= token.listed("family familial fh fhx")
                && (1..3)
                    .filter_map(|next| tokens.get(at + next))
                    .any(|next| next.is_mark(':'));
        } else if let Some(cue) = cue(token) {
            parallel |= cue == Cue::Weak
                && reach
                    .as_ref()
                    .is_some_and(|reach| reach.cue == Cue::Weak && reach.members.len() == 1);
            close(&mut reach, &mut standing);
            reach = Some(Reach {
                parallel,
                ..Reach::new(cue)
            });
        } else {
            if family.is_some() && !heading && token.listed(BACK_TO_PATIENT) {
                family = None;
            }
            if family.is_some() && !heading && token.is_mark(',') {
                family = Some(true);
            }
            if reach.as_mut().is_some_and(|reach| !reach.read(token)) {
                close(&mut reach, &mut standing);
            }
        }
        at += 1;
    }
    close(&mut reach, &mut standing);
    standing
}

/// Which tokens speak of someone else: from a relative to the end of that clause.
pub fn others(tokens: &[Token]) -> Vec<bool> {
    let mut other = false;
    let flags = tokens.iter().enumerate().map(|(at, token)| {
        if relative(token) {
            other = true;
        } else if ends_sentence(token, tokens.get(at + 1)) || token.is_mark(',') || token.listed(BACK_TO_PATIENT) {
            other = false;
        }
        other
    });
    flags.collect()
}

/// The conditions joined to this one by a slash or "or".
fn joined_to(tokens: &[Token], conditions: &[Range<usize>], which: usize) -> impl Iterator<Item = usize> {
    let joined = |later: usize| {
        let between = &tokens[conditions[later - 1].end..conditions[later].start];
        matches!(between, [one] if one.is_mark('/') || one.text == "or")
    };
    let first = (1..=which).rev().find(|&later| !joined(later)).unwrap_or(0);
    first..which
}

impl Reach {
    fn new(cue: Cue) -> Self {
        Self {
            cue,
            members: Vec::new(),
            joints: Vec::new(),
            pending: None,
            strangers: 0,
            parallel: false,
        }
    }

    fn members_push(&mut self, which: usize) {
        if !self.members.is_empty() {
            self.joints.push(self.pending.unwrap_or(','));
        }
        self.pending = None;
        self.members.push(which);
    }

    /// Takes a member out that turned out to have its own answer.
    fn forget(&mut self, which: usize) {
        if let Some(place) = self.members.iter().position(|&member| member == which) {
            self.members.remove(place);
            if !self.joints.is_empty() {
                self.joints.remove(place.saturating_sub(1));
            }
        }
    }

    /// Whether the cue still reaches after this token.
    fn read(&mut self, token: &Token) -> bool {
        let started = !self.members.is_empty();
        match &token.kind {
            Kind::Mark(',') => {
                self.pending.get_or_insert(',');
                started || self.strangers == 0
            }
            Kind::Mark('/') => {
                self.pending = Some('o');
                true
            }
            Kind::Word if token.one_of(&["or", "nor"]) => {
                self.pending = Some('o');
                true
            }
            Kind::Word if token.text == "and" || token.text == "&" => {
                self.pending = Some('a');
                true
            }
            Kind::Word if started && token.listed(RESET) => false,
            // "no stroke or TIA, prior MI": the list has had its "or".
            Kind::Word if self.pending == Some(',') && self.joints.contains(&'o') && token.listed(ASSERTED) => false,
            Kind::Word if token.listed(GLUE) => true,
            _ if started => false,
            _ => {
                self.strangers += 1;
                self.strangers <= 3
            }
        }
    }

    fn apply(&self, standing: &mut [Standing]) {
        for (place, &member) in self.members.iter().enumerate() {
            let held_by_or = place == 0 || self.joints[place - 1..].contains(&'o');
            let joint = place.checked_sub(1).map(|joint| self.joints[joint]);
            let sure = held_by_or
                || self.cue == Cue::Strong && (joint == Some('a') || self.joints[place - 1..].contains(&'a'));
            standing[member] = match self.cue {
                Cue::Doubt if held_by_or => Standing::Doubtful,
                Cue::Doubt => Standing::Present,
                Cue::Other if held_by_or || joint == Some('a') => Standing::NotTheirs,
                Cue::Other => Standing::Doubtful,
                Cue::Weak | Cue::Strong | Cue::Prefix if self.strangers > 0 => Standing::Doubtful,
                Cue::Prefix => Standing::Denied,
                Cue::Strong if sure || !self.joints.contains(&'o') => Standing::Denied,
                Cue::Weak if sure => Standing::Denied,
                Cue::Weak if self.parallel => Standing::Present,
                Cue::Weak | Cue::Strong => Standing::Doubtful,
            };
        }
    }
}

fn close(reach: &mut Option<Reach>, standing: &mut [Standing]) {
    if let Some(reach) = reach.take() {
        reach.apply(standing);
    }
}

fn cue(token: &Token) -> Option<Cue> {
    let listed = DENIALS
        .iter()
        .find(|(word, _)| *word == token.text)
        .map(|(_, cue)| *cue);
    listed.or_else(|| token.listed(MORE_DOUBT).then_some(Cue::Doubt))
}

/// Whether the word denies or doubts what follows.
pub fn is_cue(token: &Token) -> bool {
    cue(token).is_some_and(|cue| cue != Cue::Other)
}

pub fn relative(token: &Token) -> bool {
    RELATIVES.split(' ').any(|word| token.is_word(word))
}

pub fn ends_sentence(token: &Token, next: Option<&Token>) -> bool {
    match token.kind {
        Kind::Mark('.' | ';' | '!' | '|' | '\n') => true,
        // "?stroke" doubts; "…diabetes? What…" ends.
        Kind::Mark('?') => next.is_none_or(|next| next.gap),
        _ => false,
    }
}

/// A relative that explains the condition before it ("stroke in her mother") opens no new scope.
fn postposed(tokens: &[Token], at: usize, conditions: &[Range<usize>]) -> bool {
    conditions.iter().any(|range| {
        range.end < at
            && at - range.end <= 3
            && (tokens[range.end].one_of(&["in", "of"]) || tokens[range.end].is_mark('('))
    })
}
