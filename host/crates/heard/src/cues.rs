//! What a sentence of the ward cannot do without: an order has its drug, a unit its number. Small words that sound like
//! a number or a negation are doubted where one of these would stand.

use crate::Refusal;
use crate::pieces::{Kind, Piece};

/// What follows them is a drug or one of [`OBJECTS`].
const ORDERS: [&str; 21] = [
    "give",
    "given",
    "giving",
    "prescribe",
    "administer",
    "inject",
    "infuse",
    "taking",
    "take",
    "taken",
    "took",
    "switch",
    "allergic",
    "dose",
    "overdose",
    "antidote",
    "receive",
    "combine",
    "crush",
    "repeat",
    "add",
];
/// Orders among the words with an opposite.
const TURNING_ORDERS: [&str; 11] = [
    "start", "started", "stop", "stopped", "hold", "continue", "restart", "resume", "increase", "reduce", "decrease",
];
/// What is given or stopped and is no drug by name.
const OBJECTS: [&str; 60] = [
    "oxygen",
    "fluid",
    "saline",
    "water",
    "antibiotic",
    "infusion",
    "drip",
    "medication",
    "medicine",
    "treatment",
    "therapy",
    "drug",
    "dressing",
    "catheter",
    "compression",
    "pressure",
    "sample",
    "blood",
    "rate",
    "cell",
    "plasma",
    "platelet",
    "transfusion",
    "dialysis",
    "food",
    "feed",
    "feeding",
    "diet",
    "contrast",
    "vaccine",
    "injection",
    "bolus",
    "pill",
    "inhaler",
    "steroid",
    "diuretic",
    "opioid",
    "sedation",
    "sedative",
    "painkiller",
    "analgesia",
    "anesthesia",
    "chemotherapy",
    "radiation",
    "care",
    "cpr",
    "breathing",
    "exercise",
    "surgery",
    "procedure",
    "bath",
    "nutrition",
    "ventilation",
    "temperature",
    "drain",
    "stitch",
    "thinner",
    "access",
    "resuscitation",
    "suction",
];
/// Units of a dose: a number of them is a number of something.
const DOSES: [&str; 4] = ["mg", "mcg", "meq", "puff"];
/// Units that never stand without a number.
const MEASURES: [&str; 11] = ["mg", "mcg", "ng", "g", "kg", "ml", "l", "mmol", "meq", "%", "mmhg"];
/// What is measured in units of a dose.
const MEASURED: [&str; 18] = [
    "hemoglobin",
    "creatinine",
    "glucose",
    "sugar",
    "bilirubin",
    "protein",
    "albumin",
    "lactate",
    "cholesterol",
    "urea",
    "level",
    "weigh",
    "weight",
    "phosphate",
    "ammonia",
    "urate",
    "crp",
    "ferritin",
];
/// An allergy to nothing in particular.
const REACTIONS: [&str; 6] = ["shock", "reaction", "reactions", "rhinitis", "asthma", "disease"];
/// Between a drug and its dose.
const HOW: [&str; 36] = [
    "to",
    "for",
    "and",
    "or",
    "up",
    "another",
    "about",
    "exactly",
    "only",
    "each",
    "every",
    "patch",
    "infusion",
    "tablet",
    "dose",
    "drip",
    "bolus",
    "oral",
    "orally",
    "iv",
    "intravenous",
    "intravenously",
    "subcutaneous",
    "subcutaneously",
    "intramuscular",
    "intramuscularly",
    "slowly",
    "rapidly",
    "now",
    "then",
    "acid",
    "sodium",
    "chloride",
    "sulfate",
    "gluconate",
    "succinate",
];
/// Who it is given to.
const PERSONS: [&str; 12] = [
    "patient",
    "child",
    "baby",
    "infant",
    "mother",
    "woman",
    "man",
    "lady",
    "gentleman",
    "boy",
    "girl",
    "adult",
];
/// With them another part of the sentence begins.
const BOUNDARIES: [&str; 16] = [
    "before", "after", "until", "unless", "except", "when", "while", "if", "because", "since", "during", "within",
    "once", "so", "but", "where",
];
/// Words between an order and what is ordered, beside small ones.
const BETWEEN: usize = 2;
/// Before them a number is a number of them.
const COUNTED: [&str; 6] = ["tablet", "capsule", "puff", "drop", "unit", "mg"];

/// The words of orders and of what is ordered.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let lists = [&ORDERS[..], &TURNING_ORDERS, &OBJECTS, &MEASURED, &HOW, &COUNTED];
    lists.into_iter().flatten().copied()
}

/// What something is given with that is no drug.
const COMPANY: [&str; 12] = [
    "meal",
    "breakfast",
    "lunch",
    "dinner",
    "supper",
    "milk",
    "juice",
    "caution",
    "monitoring",
    "help",
    "alcohol",
    "grapefruit",
];

/// What is missing, if anything is.
pub(crate) fn missing(pieces: &[Piece]) -> Option<Refusal> {
    let has = |kind: Kind, keys: &[&str]| pieces.iter().any(|p| p.kind == kind && keys.contains(&p.key.as_str()));
    let any_drug = pieces.iter().any(|piece| piece.kind == Kind::Drug);
    if !any_drug && has(Kind::Unit, &DOSES) && !has(Kind::Word, &MEASURED) {
        return Some(Refusal::NoDrug);
    }
    if (0..pieces.len()).any(|at| lacks_object(pieces, at) || lacks_drug(pieces, at)) {
        return Some(Refusal::NoDrug);
    }
    if (0..pieces.len()).any(|at| lacks_company(pieces, at)) {
        return Some(Refusal::NoDrug);
    }
    for (at, piece) in pieces.iter().enumerate() {
        let is_measure = piece.kind == Kind::Unit && MEASURES.contains(&piece.key.as_str());
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        let counts = |before: &Piece| {
            before.kind == Kind::Number
                || before.key == "/"
                || matches!(before.key.as_str(), "per" | "a" | "an" | "every" | "each")
        };
        if is_measure && !before.is_some_and(counts) {
            return Some(Refusal::NoNumber);
        }
    }
    None
}

/// Whether a drug is missing where some pieces stand: after an order, before a dose or before the word for drugs.
pub(crate) fn is_place_of_drug(pieces: &[Piece], first: usize, count: usize) -> bool {
    let (before, after) = (&pieces[..first], first + count);
    let next = pieces.get(after).map_or("", |piece| piece.key.as_str());
    let dose = (after..pieces.len()).find(|at| !says_how(&pieces[*at]));
    let order = before.iter().rposition(|piece| !is_passed(piece));
    matches!(next, "drug" | "medication" | "medicine")
        || dose.is_some_and(|at| lacks_drug(pieces, at))
        || order.is_some_and(|at| lacks_object(pieces, at))
}

/// Whether a dose stands after a word that is neither its drug nor says how the drug is given.
fn lacks_drug(pieces: &[Piece], at: usize) -> bool {
    let is_dose = |piece: &Piece| piece.kind == Kind::Unit && DOSES.contains(&piece.key.as_str());
    if !pieces.get(at).is_some_and(|piece| piece.kind == Kind::Number) || !pieces.get(at + 1).is_some_and(is_dose) {
        return false;
    }
    match pieces[..at].iter().rev().find(|piece| !says_how(piece)) {
        Some(piece) if piece.kind == Kind::Word => !is_order(piece) && !MEASURED.contains(&piece.key.as_str()),
        _ => false,
    }
}

fn says_how(piece: &Piece) -> bool {
    piece.is_function() || HOW.contains(&piece.key.as_str()) && piece.kind == Kind::Word
}

/// Whether an order has neither a drug before it nor a drug or something else to give after it.
fn lacks_object(pieces: &[Piece], at: usize) -> bool {
    let (before, rest) = pieces.split_at(at);
    let is_about_disease =
        pieces[at].key == "allergic" && rest.get(1).is_some_and(|next| REACTIONS.contains(&next.key.as_str()));
    is_order(&pieces[at])
        && !is_about_disease
        && !before.iter().any(|piece| piece.kind == Kind::Drug)
        && !is_asked_for(before)
        && !has_object(&rest[1..])
}

/// Whether an order has nothing after "with": "can aspirin be given with".
fn lacks_company(pieces: &[Piece], at: usize) -> bool {
    let is_with = pieces.get(at + 1).is_some_and(|next| next.key == "with");
    let rest = pieces.get(at + 2..).unwrap_or_default();
    let is_manner = |piece: &Piece| COMPANY.contains(&piece.key.as_str());
    is_order(&pieces[at]) && is_with && !rest.iter().any(is_manner) && !has_object(rest)
}

/// "Which drug is given": what is ordered is what is asked for.
fn is_asked_for(before: &[Piece]) -> bool {
    let asks = before
        .iter()
        .position(|piece| matches!(piece.key.as_str(), "which" | "what"));
    let next = asks.and_then(|at| before.get(at + 1));
    next.is_some_and(|piece| piece.kind == Kind::Word && OBJECTS.contains(&piece.key.as_str()))
}

/// Stands between an order and what is ordered: "two tablets of".
fn is_passed(piece: &Piece) -> bool {
    says_how(piece)
        || matches!(piece.kind, Kind::Number | Kind::Unit | Kind::Negation)
        || piece.kind == Kind::Word && PERSONS.contains(&piece.key.as_str())
}

fn is_order(piece: &Piece) -> bool {
    match piece.kind {
        Kind::Word => ORDERS.contains(&piece.key.as_str()),
        Kind::Turn => TURNING_ORDERS.contains(&piece.key.as_str()),
        _ => false,
    }
}

/// Whether what follows an order, in the same part of the sentence, has a drug or something else to give after at most
/// [`BETWEEN`] other words; an order at the very end ("when should it be stopped") speaks of what came before.
fn has_object(rest: &[Piece]) -> bool {
    let is_object = |piece: &Piece| {
        piece.kind == Kind::Drug
            || piece.kind == Kind::Word && OBJECTS.contains(&piece.key.as_str())
            || piece.kind == Kind::Unit && matches!(piece.key.as_str(), "tablet" | "capsule" | "puff" | "drop")
    };
    let part = rest
        .iter()
        .take_while(|piece| !BOUNDARIES.contains(&piece.key.as_str()));
    let mut others = 0;
    for piece in part {
        if is_object(piece) {
            return true;
        }
        others += usize::from(!is_passed(piece));
        if others > BETWEEN {
            return false;
        }
    }
    rest.iter().all(Piece::is_function)
}

/// What a small word may have been: "to" before tablets, "know" before a noun.
pub(crate) fn homophone(pieces: &[Piece], at: usize) -> Option<&'static str> {
    let piece = pieces.get(at).filter(|piece| piece.kind == Kind::Word)?;
    let key = |at: Option<usize>| at.and_then(|at| pieces.get(at)).map_or("", |piece| piece.key.as_str());
    let (before, after) = (key(at.checked_sub(1)), key(Some(at + 1)));
    let number = match piece.key.as_str() {
        "to" | "too" => Some("two"),
        "for" => Some("four"),
        "won" => Some("one"),
        "ate" => Some("eight"),
        "tend" => Some("ten"),
        _ => None,
    };
    let is_unit = pieces.get(at + 1).is_some_and(|next| next.kind == Kind::Unit);
    if number.is_some() && (is_unit && COUNTED.contains(&after) || matches!(before, "give" | "take" | "apply" | "put"))
    {
        return number;
    }
    let is_asked = matches!(
        before,
        "i" | "you" | "we" | "they" | "to" | "not" | "do" | "does" | "should" | "did"
    );
    let has = matches!(
        before,
        "has" | "have" | "had" | "there" | "is" | "show" | "and" | "with" | "give"
    );
    match piece.key.as_str() {
        "know" if !is_asked => Some("no"),
        "now"
            if has
                && pieces
                    .get(at + 1)
                    .is_some_and(|next| next.kind == Kind::Word && !next.is_function()) =>
        {
            Some("no")
        }
        "knot" => Some("not"),
        "write" => Some("right"),
        _ => None,
    }
}
