//! Whether a text asks to calculate, or asks about the score.

use std::ops::Range;

use super::Read;
use super::names::Named;
use super::reading::{Found, Reading};
use super::scope::{ends_sentence, is_cue};
use super::text::{Kind, Token, in_list};
use api_types::{ArgumentValue, CalculatorInfo, Parameter, ParameterDomain};

/// Verbs that ask for a number.
const COMPUTE: &str = "calculate calculation compute calc estimate determine work run recalculate calculator";

/// Words of questions about the score, its use or what follows from it.
const ABOUT: &str = "why when which should dose dosing dosage doses anticoagulate anticoagulated anticoagulation anticoagulant \
     anticoagulants treat treated treatment therapy recommend recommended recommendation recommendations guideline \
     guidelines guidance evidence threshold thresholds cutoff cut mean means meaning interpret interpretation valid \
     validated validation compare compared comparison difference differ versus vs better limitation limitations \
     criteria component components stand stands acronym definition define defined explain derived developed invented \
     published used use useful using include includes included count counts counted contribute contributes points \
     accurate accuracy replace formula role utility sensitivity specificity performance prognosis prognostic predict \
     predicts mortality";

/// Opening words of a question that a calculator does not answer.
const OTHER_QUESTION: &str =
    "is are does do did why when which who where should would will must may tell describe define explain";

/// Those a guideline speaks of.
const MANY: &str = "patients people adults children women men persons individuals cases elderly population";

/// Words that carry no topic of their own.
const FILLER: &str = "calculator open start a an the this that these my our your is was are be been has have had of for in on at with without and or but \
     also too plus no not nor neither never denies denied patient pt patients person case he she his her him they \
     their it its i me we you us what whats how about if then so now today please pls thanks thank ok okay hi hello \
     can could would do does did give tell show need want like let calculate compute calc estimate estimated \
     determine work out run get find figure score scores value result number history hx pmh known prior previous \
     past medical age aged year years old yo sex gender weight actually sorry correction correct make change changed \
     instead update add set to as from who whose any some more yes yeah well just only still current currently \
     since last week weeks month months day days recently chronic type mellitus level serum body mild severe old years again rather really him there afib af were \
     confirmed excluded ruled negative positive absent present documented diagnosed";

/// A question or order that names a calculator: does it ask for a result?
pub fn asks_to_calculate(tokens: &[Token], named: &Named, read: &Read, calculator: &CalculatorInfo) -> bool {
    let name = &named.tokens;
    if score_is_stated(tokens, name, read) {
        return false;
    }
    let sentence = sentence_of(tokens, name);
    let word = |at: usize| sentence.get(at).map(|token| token.text.as_str()).unwrap_or_default();
    let how_to = word(0) == "how" && in_list("do to is does can should are", word(1));
    let other = in_list(OTHER_QUESTION, word(0));
    let ordered = tokens
        .iter()
        .enumerate()
        .any(|(at, token)| !name.contains(&at) && token.listed(COMPUTE));
    let compute = ordered && !how_to && !other;
    if is_whole_patient(read, calculator) {
        return !how_to && (!other || word(0) == "tell");
    }
    let rest = unexplained(tokens, Some(name), read);
    // A case may tell of treatment before it asks for the score.
    let asking = asking(tokens, name);
    let about = how_to
        || rest
            .iter()
            .any(|(at, token)| asking[*at] && token.listed(ABOUT) && !by_formula(tokens, *at));
    if is_individual(tokens, read, calculator) || of_the_patient(tokens, name) {
        return compute || !about && (!other || word(0) == "tell");
    }
    if about || other || named.weak {
        return false;
    }
    // "Wells DVT: active cancer, calf swelling": somebody's findings, unless they are those of many.
    let many = tokens.iter().any(|token| token.listed(MANY));
    if findings(read) >= 2 && !many {
        return true;
    }
    // Bare "CHA2DS2-VASc", "calculate CrCl please", "CHA2DS2-VASc, hypertension and diabetes" ask for the rest;
    // "what is CHA2DS2-VASc" asks the documents.
    let asks_what = tokens.iter().any(|token| token.one_of(&["what", "how", "whats"]));
    let topic = rest
        .iter()
        .any(|(_, token)| !token.listed(FILLER) && !is_cue(token) && token.kind == Kind::Word);
    !topic && (!asks_what || compute || has_condition(read)) || compute && !read.found.is_empty() && !asks_what
}

/// The sentence that names the calculator, without what was said before it.
fn sentence_of<'a>(tokens: &'a [Token], name: &Range<usize>) -> &'a [Token] {
    let ends = |at: usize| ends_sentence(&tokens[at], tokens.get(at + 1));
    let start = (0..name.start).rev().find(|&at| ends(at)).map_or(0, |at| at + 1);
    &tokens[start..]
}

/// "Using the Bazett formula, what is the QTc of …" asks for no formula.
fn by_formula(tokens: &[Token], at: usize) -> bool {
    let formula = |token: &Token| token.one_of(&["formula", "equation"]);
    let using = |token: &Token| token.one_of(&["using", "by", "with"]);
    if formula(&tokens[at]) {
        return tokens[at.saturating_sub(5)..at].iter().any(using);
    }
    tokens[at].text == "using" && tokens[at..].iter().take(7).any(formula)
}

/// Which tokens ask: the sentence with the name, and every question.
fn asking(tokens: &[Token], name: &Range<usize>) -> Vec<bool> {
    let mut asking = vec![false; tokens.len()];
    let mut start = 0;
    for at in 0..tokens.len() {
        let last = at + 1 == tokens.len();
        if last || ends_sentence(&tokens[at], tokens.get(at + 1)) {
            let asks = tokens[at].is_mark('?') || (start..=at).contains(&name.start);
            asking[start..=at].fill(asks);
            start = at + 1;
        }
    }
    asking
}

/// Whether the name stands in a question.
pub fn in_question(tokens: &[Token], name: &Range<usize>) -> bool {
    let end = (name.end..tokens.len()).find(|&at| ends_sentence(&tokens[at], tokens.get(at + 1)));
    end.is_some_and(|at| tokens[at].is_mark('?'))
}

/// Everything the formula requires is there, and more than an age: whatever else is asked, the number is wanted.
fn is_whole_patient(read: &Read, calculator: &CalculatorInfo) -> bool {
    let has = |name: &str| read.found.iter().any(|one| one.parameter == name);
    let whole = calculator
        .parameters
        .iter()
        .filter(|parameter| parameter.required)
        .all(|parameter| has(&parameter.name));
    let measured = read
        .found
        .iter()
        .any(|one| matches!(one.reading, Reading::Value(ArgumentValue::Quantity { .. })));
    whole
        && (measured || has_condition(read))
        && read
            .found
            .iter()
            .any(|one| matches!(one.reading, Reading::Value(ArgumentValue::Number(_))))
}

/// A text without a calculator's name that goes on with the last calculation: nothing in it is left unexplained.
pub fn continues(tokens: &[Token], read: &Read) -> bool {
    let pronoun_only = read.found.iter().all(|one| {
        one.tokens.len() == 1 && tokens[one.tokens.start].one_of(&["he", "she", "his", "her", "him", "hers"])
    });
    if read.found.is_empty() || pronoun_only {
        return false;
    }
    let first = tokens.first().map(|token| token.text.as_str()).unwrap_or_default();
    let what_if = tokens.len() > 1 && matches!(first, "what" | "how") && tokens[1].one_of(&["if", "about"]);
    let question = in_list(OTHER_QUESTION, first) || matches!(first, "what" | "how" | "can" | "could") && !what_if;
    let rest = unexplained(tokens, None, read);
    !question
        && rest
            .iter()
            .all(|(_, token)| token.listed(FILLER) || is_cue(token) || !matches!(token.kind, Kind::Word))
        && read.masked.is_empty()
}

/// An age, a lab value or a single person: somebody in particular.
fn is_individual(tokens: &[Token], read: &Read, calculator: &CalculatorInfo) -> bool {
    // A drug or a surgery that was chosen is nobody yet.
    let chosen = |one: &Found, text: &str| {
        let parameter = calculator
            .parameters
            .iter()
            .find(|parameter| parameter.name == one.parameter);
        let choice = |parameter: &Parameter| matches!(parameter.domain, ParameterDomain::Choice { .. });
        parameter.is_some_and(choice) && !matches!(text, "female" | "male")
    };
    read.all().any(|one| match &one.reading {
        Reading::Value(ArgumentValue::Number(_) | ArgumentValue::Quantity { .. }) => true,
        Reading::Value(ArgumentValue::Text(text)) => {
            let noun = &tokens[one.tokens.start];
            let plural = noun.text.ends_with('s') && !noun.one_of(&["his", "hers", "mrs", "ms"])
                || noun.text == "women"
                || noun.text == "men";
            !plural && !chosen(one, text)
        }
        Reading::Value(ArgumentValue::Boolean(_)) => false,
        Reading::Ask { .. } => tokens[one.tokens.clone()].iter().any(|token| token.number().is_some()),
    })
}

/// "the patient's HAS-BLED", "this patient's estimated GFR"
fn of_the_patient(tokens: &[Token], name: &Range<usize>) -> bool {
    (1..=3).filter_map(|back| name.start.checked_sub(back)).any(|at| {
        let one = at > 0 && tokens[at - 1].one_of(&["the", "this", "my", "our"]);
        one && tokens[at].one_of(&["patient", "pt"])
    })
}

/// Yes-or-no items and choices that were read.
fn findings(read: &Read) -> usize {
    let finding = |one: &&Found| {
        matches!(
            one.reading,
            Reading::Value(ArgumentValue::Boolean(_) | ArgumentValue::Text(_)) | Reading::Ask { .. }
        )
    };
    read.found.iter().filter(finding).count()
}

fn has_condition(read: &Read) -> bool {
    read.found.iter().any(|one| {
        matches!(
            one.reading,
            Reading::Value(ArgumentValue::Boolean(_)) | Reading::Ask { .. }
        )
    })
}

/// "CHA2DS2-VASc of 3", "CrCl < 30": the score is given, so the question is another one.
fn score_is_stated(tokens: &[Token], name: &Range<usize>, read: &Read) -> bool {
    const BRIDGE: &str =
        "score of is was at least than less more greater below above under over between equal to or value about";
    let claimed = |at: usize| read.all().any(|one| one.tokens.contains(&at));
    let behind = (name.end..tokens.len()).find(|&at| {
        !tokens[at].listed(BRIDGE) && !matches!(tokens[at].kind, Kind::Mark('=' | '<' | '>' | ':' | '~' | '('))
    });
    let stated_behind = behind.is_some_and(|at| tokens[at].number().is_some() && !claimed(at));
    // "a score of 3 on CHA2DS2-VASc"
    let before = &tokens[..name.start];
    let stated_before = before.len() >= 3
        && before[before.len() - 3].one_of(&["of", "score"])
        && before[before.len() - 2].number().is_some()
        && before[before.len() - 1].one_of(&["on", "in", "by", "for"]);
    stated_behind || stated_before
}

/// Tokens that neither name the calculator nor were read.
fn unexplained<'a>(tokens: &'a [Token], name: Option<&Range<usize>>, read: &Read) -> Vec<(usize, &'a Token)> {
    let used =
        |at: usize| name.is_some_and(|name| name.contains(&at)) || read.all().any(|one| one.tokens.contains(&at));
    tokens.iter().enumerate().filter(|(at, _)| !used(*at)).collect()
}
