//! Changes a sentence in one number, unit, negation or drug. Knows nothing of the checker's own lists.

use regex::Regex;

use super::bioasq::{Dice, Pair, pattern};

type Change = fn(&str, &mut Dice) -> Option<String>;

pub const KINDS: &[(&str, Change)] = &[
    ("number", number),
    ("unit", unit),
    ("negation", negation),
    ("drug", drug),
];

/// Up to `most` changed sentences, each with one of its passages.
pub fn set(pairs: &[Pair], change: Change, most: usize) -> Vec<(String, String)> {
    let mut dice = Dice(20);
    let mut found = Vec::new();
    let step = 7919 % pairs.len().max(1);
    for k in 0..pairs.len() {
        let pair = &pairs[(k * step) % pairs.len()];
        if found.len() >= most {
            break;
        }
        if let Some(changed) = change(&pair.sentence, &mut dice).filter(|c| *c != pair.sentence) {
            let passage = pair.passages[dice.roll(pair.passages.len())].clone();
            // A change that happens to be another true sentence of the passage is no change.
            if !passage.contains(changed.trim_end_matches('.')) {
                found.push((changed, passage));
            }
        }
    }
    found
}

fn pick<'a>(regex: &Regex, text: &'a str, dice: &mut Dice) -> Option<regex::Match<'a>> {
    let all: Vec<_> = regex.find_iter(text).collect();
    (!all.is_empty()).then(|| all[dice.roll(all.len())])
}

fn replaced(text: &str, range: std::ops::Range<usize>, with: &str) -> String {
    format!("{}{}{}", &text[..range.start], with, &text[range.end..])
}

fn number(text: &str, dice: &mut Dice) -> Option<String> {
    const WORDS: &[&str] = &[
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "half", "twice", "first",
        "second", "third",
    ];
    let words = pattern(&format!(r"(?i)\b({})\b", WORDS.join("|")));
    if dice.roll(5) == 0
        && let Some(found) = pick(&words, text, dice)
    {
        let other = WORDS[dice.roll(WORDS.len())];
        let same = [("half", "second")].contains(&(found.as_str(), other));
        return (!found.as_str().eq_ignore_ascii_case(other) && !same).then(|| replaced(text, found.range(), other));
    }
    // Digits that stand alone or carry a unit, not those inside a name such as PD-L1.
    let digits = pattern(r"(?:^|[\s(=<>≤≥±~–/-])(\d+(?:,\d{3})*(?:\.\d+)?)");
    let all: Vec<_> = digits
        .captures_iter(text)
        .filter_map(|c| c.get(1))
        .filter(|m| {
            let before = text[..m.start()].chars().rev().nth(1);
            let joined = text[..m.start()].ends_with('-') && before.is_some_and(char::is_alphabetic);
            !joined && !text[m.end()..].chars().next().is_some_and(|c| c == '\'' || c == '’')
        })
        .collect();
    if all.is_empty() {
        return None;
    }
    let found = all[dice.roll(all.len())];
    let value = found.as_str();
    let bare = value.replace(',', "");
    let changed = match dice.roll(8) {
        0 => format!("{bare}0"),
        1 if bare.contains('.') => bare.replace('.', ""),
        1 => format!("{bare}.5"),
        2 if bare.len() >= 2 && !bare.contains('.') => bare.chars().rev().collect(),
        3 => format!("1{bare}"),
        4 if bare.len() >= 2 && !bare.ends_with('.') => bare[..bare.len() - 1].trim_end_matches('.').to_owned(),
        5 if all.len() >= 2 => {
            // Two numbers of the sentence change places.
            let other = all[dice.roll(all.len())];
            if other.as_str() == value {
                return None;
            }
            let (a, b) = if found.start() < other.start() {
                (found, other)
            } else {
                (other, found)
            };
            return Some(format!(
                "{}{}{}{}{}",
                &text[..a.start()],
                b.as_str(),
                &text[a.end()..b.start()],
                a.as_str(),
                &text[b.end()..]
            ));
        }
        _ => {
            let mut digits: Vec<char> = bare.chars().collect();
            let at = dice.roll(digits.len());
            if let Some(d) = digits[at].to_digit(10) {
                digits[at] = char::from_digit((d + 1 + dice.roll(8) as u32) % 10, 10)?;
            }
            digits.into_iter().collect()
        }
    };
    let same = changed.parse::<f64>().ok() == bare.parse::<f64>().ok() || changed.is_empty();
    (!same).then(|| replaced(text, found.range(), &changed))
}

fn unit(text: &str, dice: &mut Dice) -> Option<String> {
    const FAMILIES: &[&[&str]] = &[
        &["mg", "g", "mcg", "µg", "kg", "ng", "μg"],
        &["ml", "mL", "L", "dL", "µL"],
        &["mmol", "µmol", "mol", "nmol"],
        &["mM", "µM", "nM", "μM"],
        &["hours", "days", "weeks", "months", "years", "minutes"],
        &["hour", "day", "week", "month", "year", "minute"],
        &["h", "min", "s", "d"],
        &["mm", "cm", "m", "nm", "µm"],
        &["kDa", "Da"],
        &["kb", "bp", "Mb"],
        &["%", "‰", " mg", " ppm"],
        &["mmHg", "kPa"],
        &["daily", "weekly", "monthly", "hourly"],
        &["per day", "per week", "per hour"],
        &["mg/kg", "g/kg", "mg/ml", "mg", "mg/m2"],
        &["/day", "/week", "/h"],
        &["-year", "-month", "-week", "-day"],
        &["-fold", "%"],
        &["<", ">", "≥"],
        &["≤", ">", "<"],
        &["≥", "<", "≤"],
        &["at least", "at most", "less than"],
        &["more than", "less than", "at most"],
        &["less than", "more than", "at least"],
        &["up to", "at least", "more than"],
    ];
    for _ in 0..60 {
        let family = FAMILIES[dice.roll(FAMILIES.len())];
        let unit = family[0];
        let sign = !unit.chars().next().is_some_and(char::is_alphabetic);
        let phrase = unit.contains("than") || unit.contains("at ") || unit.contains("up ");
        let found = if sign && unit.len() <= 3 && !unit.starts_with('/') && unit != "%" {
            pattern(&format!(r"{}\s?\d", regex::escape(unit)))
                .find(text)
                .map(|m| m.start()..m.start() + unit.len())
        } else if phrase {
            pattern(&format!(r"\b{unit} (?:\d|two|three|four|five|six|ten)"))
                .find(text)
                .map(|m| m.start()..m.start() + unit.len())
        } else if sign {
            pattern(&format!(r"\d\s?{}", regex::escape(unit)))
                .find(text)
                .map(|m| m.end() - unit.len()..m.end())
        } else if unit == "daily" || unit == "per day" {
            pattern(&format!(r"\b{unit}\b")).find(text).map(|m| m.range())
        } else {
            pattern(&format!(
                r"(?:\d|two|three|four|five|six|ten)[\s-]?{}\b",
                regex::escape(unit)
            ))
            .find(text)
            .map(|m| m.end() - unit.len()..m.end())
        };
        if let Some(range) = found {
            let other = family[1 + dice.roll(family.len() - 1)];
            return (!other.eq_ignore_ascii_case(unit)).then(|| replaced(text, range, other));
        }
        let word = family[dice.roll(family.len())];
        if word.len() >= 2
            && word.chars().all(char::is_alphabetic)
            && let Some(found) = pattern(&format!(r"(?:\d|two|three|four|five|six|ten)[\s-]?{word}\b")).find(text)
        {
            let other = family[dice.roll(family.len())];
            let alike = |w: &str| w.replace('μ', "µ").replace("mcg", "µg").to_lowercase();
            if alike(other) != alike(word) {
                return Some(replaced(text, found.end() - word.len()..found.end(), other));
            }
        }
    }
    None
}

fn negation(text: &str, dice: &mut Dice) -> Option<String> {
    const OPPOSITES: &[(&str, &str)] = &[
        ("increased", "decreased"),
        ("increase", "decrease"),
        ("increases", "decreases"),
        ("decreased", "increased"),
        ("reduced", "increased"),
        ("reduces", "increases"),
        ("reduction", "increase"),
        ("higher", "lower"),
        ("lower", "higher"),
        ("high", "low"),
        ("low", "high"),
        ("more", "less"),
        ("positive", "negative"),
        ("negative", "positive"),
        ("effective", "ineffective"),
        ("safe", "unsafe"),
        ("improved", "worsened"),
        ("improves", "worsens"),
        ("before", "after"),
        ("after", "before"),
        ("upregulated", "downregulated"),
        ("inhibits", "activates"),
        ("inhibited", "stimulated"),
        ("activates", "inhibits"),
        ("promotes", "prevents"),
        ("induces", "prevents"),
        ("benefit", "harm"),
        ("superior", "inferior"),
        ("greater", "smaller"),
        ("always", "never"),
        ("likely", "unlikely"),
        ("significant", "insignificant"),
        ("significantly", "insignificantly"),
        ("associated", "unassociated"),
        ("related", "unrelated"),
        ("presence", "absence"),
        ("with", "without"),
        ("can", "cannot"),
        ("should", "should not"),
        ("may", "may not"),
        ("acute", "chronic"),
        ("resistant", "sensitive"),
        ("essential", "unnecessary"),
        ("approved", "rejected"),
        ("failed to", "managed to"),
        ("suggest", "do not suggest"),
        ("show", "fail to show"),
        ("showed", "did not show"),
        ("demonstrated", "refuted"),
        ("caused by", "prevented by"),
        ("recommended", "contraindicated"),
        ("and", "but not"),
        ("all", "no"),
        ("any", "no"),
        ("both", "neither"),
        ("also", "never"),
        ("often", "rarely"),
        ("usually", "seldom"),
    ];
    match dice.roll(4) {
        0 => {
            let removed = pattern(
                r"(?i)\b(?:do not|does not|did not|not|no|never|without|cannot|neither|lack of|absence of|failed to|non-) ?",
            );
            let found = pick(&removed, text, dice)?;
            let with = match found.as_str().trim().to_lowercase().as_str() {
                "without" => "with ",
                "cannot" => "can ",
                "neither" => "either ",
                _ => "",
            };
            Some(replaced(text, found.range(), with))
        }
        1 => {
            let verb = pattern(r"\b(?:is|are|was|were|can|may|should|has|have|had|will|could|must|would|might)\b");
            let found = pick(&verb, text, dice)?;
            if text[found.end()..].trim_start().starts_with("not") {
                return None;
            }
            Some(replaced(
                text,
                found.end()..found.end(),
                [" not", " never", " rarely", " no longer"][dice.roll(4)],
            ))
        }
        2 => {
            let noun = pattern(
                r"\b(?:evidence|association|effect|difference|role|increase|risk|expression|treatment|mutations|patients|response|loss|inhibition)\b",
            );
            let found = pick(&noun, text, dice)?;
            if text[..found.start()].trim_end().ends_with("no") {
                return None;
            }
            Some(replaced(
                text,
                found.start()..found.start(),
                ["no ", "absent ", "lack of ", "non-"][dice.roll(4)],
            ))
        }
        _ => {
            for _ in 0..40 {
                let (from, to) = OPPOSITES[dice.roll(OPPOSITES.len())];
                if let Some(found) = pick(&pattern(&format!(r"\b{from}\b")), text, dice)
                    && !text[found.end()..].trim_start().starts_with("not")
                {
                    return Some(replaced(text, found.range(), to));
                }
            }
            None
        }
    }
}

const DRUGS: &[&str] = &[
    "aspirin",
    "metformin",
    "warfarin",
    "insulin",
    "imatinib",
    "rituximab",
    "trastuzumab",
    "bevacizumab",
    "cetuximab",
    "nivolumab",
    "pembrolizumab",
    "ipilimumab",
    "adalimumab",
    "infliximab",
    "etanercept",
    "methotrexate",
    "cyclophosphamide",
    "doxorubicin",
    "cisplatin",
    "paclitaxel",
    "gemcitabine",
    "tamoxifen",
    "letrozole",
    "levodopa",
    "lithium",
    "clozapine",
    "olanzapine",
    "fluoxetine",
    "sertraline",
    "ketamine",
    "propofol",
    "morphine",
    "fentanyl",
    "oxycodone",
    "naloxone",
    "dabigatran",
    "rivaroxaban",
    "apixaban",
    "edoxaban",
    "heparin",
    "clopidogrel",
    "ticagrelor",
    "atorvastatin",
    "rosuvastatin",
    "simvastatin",
    "evolocumab",
    "alirocumab",
    "ezetimibe",
    "losartan",
    "valsartan",
    "enalapril",
    "ramipril",
    "amlodipine",
    "metoprolol",
    "bisoprolol",
    "carvedilol",
    "furosemide",
    "spironolactone",
    "digoxin",
    "amiodarone",
    "omeprazole",
    "prednisone",
    "prednisolone",
    "dexamethasone",
    "hydrocortisone",
    "levothyroxine",
    "denosumab",
    "teriparatide",
    "zoledronic",
    "vancomycin",
    "gentamicin",
    "amoxicillin",
    "ceftriaxone",
    "ciprofloxacin",
    "levofloxacin",
    "azithromycin",
    "doxycycline",
    "fluconazole",
    "remdesivir",
    "oseltamivir",
    "sofosbuvir",
    "tenofovir",
    "lamivudine",
    "dolutegravir",
    "hydroxychloroquine",
    "chloroquine",
    "ivermectin",
    "tocilizumab",
    "baricitinib",
    "ruxolitinib",
    "tofacitinib",
    "ibrutinib",
    "venetoclax",
    "lenalidomide",
    "bortezomib",
    "eculizumab",
    "natalizumab",
    "ocrelizumab",
    "fingolimod",
    "erenumab",
    "sumatriptan",
    "topiramate",
    "valproate",
    "levetiracetam",
    "carbamazepine",
    "phenytoin",
    "gabapentin",
    "pregabalin",
    "ranitidine",
    "sildenafil",
    "bosentan",
    "empagliflozin",
    "liraglutide",
    "semaglutide",
    "sitagliptin",
    "pioglitazone",
    "hydroxyzine",
    "hydralazine",
    "vortioxetine",
    "memantine",
    "donepezil",
    "riluzole",
    "nusinersen",
    "ivacaftor",
    "rifampicin",
    "isoniazid",
    "colchicine",
    "allopurinol",
    "febuxostat",
    "vemurafenib",
    "dabrafenib",
    "trametinib",
    "erlotinib",
    "gefitinib",
    "osimertinib",
    "crizotinib",
    "sunitinib",
    "sorafenib",
];

fn drug(text: &str, dice: &mut Dice) -> Option<String> {
    let shape = pattern(
        r"(?i)\b[a-z]{3,}(?:mab|nib|statin|sartan|pril|olol|azole|mycin|cillin|vir|tide|gliflozin|gliptin|xaban|parin|platin|rubicin|taxel|oxacin|dipine|setron|triptan|zumab|lukast|cept|imus|prazole|oxetine|racetam|vudine)\b",
    );
    let listed = pattern(&format!(r"(?i)\b(?:{})\b", DRUGS.join("|")));
    let mut all: Vec<_> = listed.find_iter(text).chain(shape.find_iter(text)).collect();
    all.sort_by_key(|m| m.start());
    all.dedup_by_key(|m| m.start());
    all.retain(|m| {
        !["peptide", "nucleotide", "accept", "except", "concept"]
            .iter()
            .any(|w| m.as_str().to_lowercase().contains(w))
    });
    if all.is_empty() {
        return None;
    }
    let found = all[dice.roll(all.len())];
    let name = found.as_str();
    match dice.roll(4) {
        // Two drugs of the sentence change places; in a plain list that changes nothing.
        0 if all.len() >= 2 => {
            let other = all[dice.roll(all.len())];
            let (a, b) = if found.start() < other.start() {
                (found, other)
            } else {
                (other, found)
            };
            let between = &text[a.end().min(b.start())..b.start()];
            if a.as_str().eq_ignore_ascii_case(b.as_str())
                || between
                    .split_whitespace()
                    .all(|w| matches!(w, "and" | "or" | "," | "/") || w.len() <= 2)
                || between.matches(',').count() > 0
                || text.matches(a.as_str()).count() > 1
                || text.matches(b.as_str()).count() > 1
            {
                return None;
            }
            Some(format!(
                "{}{}{}{}{}",
                &text[..a.start()],
                b.as_str(),
                between,
                a.as_str(),
                &text[b.end()..]
            ))
        }
        // One letter of the name is another.
        1 => {
            let mut letters: Vec<char> = name.chars().collect();
            let at = 1 + dice.roll(letters.len() - 2);
            let old = letters[at];
            letters[at] = ["a", "e", "i", "o", "u", "l", "r", "t"][dice.roll(8)].chars().next()?;
            if letters[at].eq_ignore_ascii_case(&old) {
                return None;
            }
            Some(replaced(text, found.range(), &letters.into_iter().collect::<String>()))
        }
        _ => {
            let other = DRUGS[dice.roll(DRUGS.len())];
            (!other.eq_ignore_ascii_case(name)).then(|| replaced(text, found.range(), other))
        }
    }
}
