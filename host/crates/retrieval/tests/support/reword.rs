//! Says a sentence in slightly other words by rule, its meaning untouched.

use super::bioasq::{Dice, Pair, pattern};

type Reword = fn(&str) -> Option<String>;

pub const KINDS: &[(&str, Reword)] = &[
    ("as it stands", same),
    ("without its end", unended),
    ("other spelling", spelling),
    ("adverbs dropped", adverbs),
    ("abbreviated", abbreviated),
    ("reordered", reordered),
    ("passive", passive),
    ("numbers in other form", numbers),
    ("brackets dropped", brackets),
];

pub fn set(pairs: &[Pair], reword: Reword, most: usize) -> Vec<(String, String)> {
    let mut dice = Dice(7);
    let mut found = Vec::new();
    let step = 7907 % pairs.len().max(1);
    for k in 0..pairs.len() {
        let pair = &pairs[(k * step) % pairs.len()];
        if found.len() >= most {
            break;
        }
        if let Some(said) = reword(&pair.sentence) {
            found.push((said, pair.passages[dice.roll(pair.passages.len())].clone()));
        }
    }
    found
}

fn changed(before: &str, after: String) -> Option<String> {
    (before != after).then_some(after)
}

fn same(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn unended(text: &str) -> Option<String> {
    changed(text, text.trim_end_matches('.').replacen(' ', "  ", 2))
}

fn spelling(text: &str) -> Option<String> {
    const PAIRS: &[(&str, &str)] = &[
        ("tumor", "tumour"),
        ("anemia", "anaemia"),
        ("leukemia", "leukaemia"),
        ("hemoglobin", "haemoglobin"),
        ("hemo", "haemo"),
        ("pediatric", "paediatric"),
        ("esophag", "oesophag"),
        ("estrogen", "oestrogen"),
        ("fetal", "foetal"),
        ("randomized", "randomised"),
        ("characterized", "characterised"),
        ("center", "centre"),
        ("fiber", "fibre"),
        ("behavior", "behaviour"),
        ("ischemi", "ischaemi"),
        ("diarrhea", "diarrhoea"),
        ("edema", "oedema"),
        ("analyzed", "analysed"),
        ("labeled", "labelled"),
        ("localized", "localised"),
        ("hypothesized", "hypothesised"),
        ("utiliz", "utilis"),
        ("recognized", "recognised"),
        ("signaling", "signalling"),
        ("color", "colour"),
        ("orthopedic", "orthopaedic"),
        ("gynecolog", "gynaecolog"),
        ("anesthe", "anaesthe"),
        ("uremi", "uraemi"),
        ("glycemi", "glycaemi"),
        ("lipidemi", "lipidaemi"),
        ("sulfate", "sulphate"),
        ("etiology", "aetiology"),
        ("hospitalized", "hospitalised"),
        ("stabiliz", "stabilis"),
    ];
    let mut out = text.to_owned();
    for (american, british) in PAIRS {
        out = if out.contains(british) {
            out.replace(british, american)
        } else {
            out.replace(american, british)
        };
    }
    changed(text, out)
}

fn adverbs(text: &str) -> Option<String> {
    let adverb = pattern(
        r" (?:significantly|highly|mainly|commonly|frequently|recently|typically|generally|usually|often|primarily|particularly|especially|previously|currently|strongly|widely|markedly|specifically|predominantly|also|directly|dramatically|potentially|clearly|effectively|rapidly|largely),? ",
    );
    changed(text, adverb.replace_all(text, " ").into_owned())
}

fn abbreviated(text: &str) -> Option<String> {
    const PAIRS: &[(&str, &str)] = &[
        ("myocardial infarction", "MI"),
        ("intravenous", "IV"),
        ("heart failure", "HF"),
        ("atrial fibrillation", "AF"),
        ("multiple sclerosis", "MS"),
        ("rheumatoid arthritis", "RA"),
        ("chronic kidney disease", "CKD"),
        ("acute myeloid leukemia", "AML"),
        ("magnetic resonance imaging", "MRI"),
        ("blood pressure", "BP"),
        ("confidence interval", "CI"),
        ("cystic fibrosis", "CF"),
        ("hepatocellular carcinoma", "HCC"),
        ("non-small cell lung cancer", "NSCLC"),
        ("overall survival", "OS"),
        ("progression-free survival", "PFS"),
        ("amyotrophic lateral sclerosis", "ALS"),
        ("chronic obstructive pulmonary disease", "COPD"),
        ("systemic lupus erythematosus", "SLE"),
        ("versus", "vs."),
        ("approximately", "approx."),
        ("hours", "h"),
        ("milligrams", "mg"),
        ("Parkinson's disease", "PD"),
        ("Alzheimer's disease", "AD"),
        ("restless legs syndrome", "RLS"),
        ("central nervous system", "CNS"),
        ("randomized controlled trial", "RCT"),
        ("patients", "pts"),
        ("tumor necrosis factor", "TNF"),
        ("years", "yrs"),
        ("minutes", "min"),
        ("United States", "US"),
        ("body mass index", "BMI"),
        ("deep vein thrombosis", "DVT"),
        ("pulmonary embolism", "PE"),
        ("spinal muscular atrophy", "SMA"),
        ("sickle cell disease", "SCD"),
        ("single nucleotide polymorphisms", "SNPs"),
        ("inflammatory bowel disease", "IBD"),
    ];
    let mut out = text.to_owned();
    // "Long Form (LF)" becomes "LF".
    let defined = pattern(r"\b([A-Za-z][a-z]+(?:[ -][A-Za-z]?[a-z]+){1,4}) \(([A-Z]{2,6})\)");
    out = defined
        .replace_all(&out, |c: &regex::Captures| {
            let initials: String = c[1]
                .split([' ', '-'])
                .filter_map(|w| w.chars().next())
                .collect::<String>()
                .to_uppercase();
            if let Some(at) = initials.rfind(&c[2]).filter(|at| at + c[2].len() == initials.len()) {
                let words: Vec<&str> = c[1].split([' ', '-']).collect();
                let kept = words[..at].join(" ");
                return format!("{kept}{}{}", if kept.is_empty() { "" } else { " " }, &c[2]);
            }
            c[0].to_owned()
        })
        .into_owned();
    for (long, short) in PAIRS {
        out = pattern(&format!(r"\b{long}\b")).replace_all(&out, *short).into_owned();
    }
    changed(text, out)
}

fn reordered(text: &str) -> Option<String> {
    let lower_first = |s: &str| {
        let keeps = s.chars().nth(1).is_some_and(|c| c.is_uppercase() || c.is_ascii_digit());
        let mut chars = s.chars();
        let first = chars
            .next()
            .map(|c| {
                if keeps {
                    c.to_string()
                } else {
                    c.to_lowercase().to_string()
                }
            })
            .unwrap_or_default();
        first + chars.as_str()
    };
    let upper_first = |s: &str| {
        s.chars()
            .next()
            .map(|c| c.to_uppercase().to_string())
            .unwrap_or_default()
            + s.chars().next().map_or("", |c| &s[c.len_utf8()..])
    };
    let body = text.trim_end_matches('.');
    // "In patients with X, Y happened" and "Although X, Y".
    let fronted = pattern(
        r"^((?:In|Among|After|During|Although|While|Because|When|For|With|By|At|Since|As) [^,;:()]{8,90}), ([^;:]+)$",
    );
    if let Some(c) = fronted.captures(body) {
        return Some(format!("{} {}.", upper_first(&c[2]), lower_first(&c[1])));
    }
    // "Y happened in patients with X".
    let trailing = pattern(
        r"^([A-Z][^,;:()]{20,}?) ((?:in patients with|among|after|during|because|when|although|while|by using|in order to) [^,;:()]{8,80})$",
    );
    if let Some(c) = trailing.captures(body) {
        return Some(format!("{}, {}.", upper_first(&c[2]), lower_first(&c[1])));
    }
    None
}

fn passive(text: &str) -> Option<String> {
    const VERBS: &[(&str, &str)] = &[
        ("inhibits", "inhibited"),
        ("induces", "induced"),
        ("regulates", "regulated"),
        ("activates", "activated"),
        ("mediates", "mediated"),
        ("increases", "increased"),
        ("reduces", "reduced"),
        ("causes", "caused"),
        ("targets", "targeted"),
        ("encodes", "encoded"),
        ("promotes", "promoted"),
        ("affects", "affected"),
        ("controls", "controlled"),
        ("suppresses", "suppressed"),
        ("prevents", "prevented"),
        ("blocks", "blocked"),
        ("improves", "improved"),
        ("enhances", "enhanced"),
        ("modulates", "modulated"),
        ("catalyzes", "catalyzed"),
        ("represses", "repressed"),
    ];
    let body = text.trim_end_matches('.');
    for (verb, participle) in VERBS {
        if let Some(c) = pattern(&format!(r"^([A-Z][^,;:]{{2,60}}) {verb} ([^,;:]{{3,120}})$")).captures(body)
            && !c[1].contains(" that")
            && !c[1].contains(" which")
            && !c[2].contains(" and ")
        {
            return Some(format!("{} is {participle} by {}.", &c[2], &c[1]));
        }
    }
    None
}

fn numbers(text: &str) -> Option<String> {
    let mut out = text.to_owned();
    for (word, digits) in [
        ("two", "2"),
        ("three", "3"),
        ("four", "4"),
        ("five", "5"),
        ("six", "6"),
        ("seven", "7"),
        ("eight", "8"),
        ("ten", "10"),
        ("twelve", "12"),
    ] {
        out = pattern(&format!(r"\b{word}\b")).replace_all(&out, digits).into_owned();
    }
    out = pattern(r"(\d)%").replace_all(&out, "$1 percent").into_owned();
    out = pattern(r"\b(\d{1,3}),(\d{3})\b").replace_all(&out, "$1$2").into_owned();
    out = pattern(r"(\d) ?mg/kg\b").replace_all(&out, "$1 mg per kg").into_owned();
    out = out.replace("less than ", "< ").replace("≥", "at least ");
    // "less than" before a word stays what it was.
    let broken = pattern(r"< [a-zA-Z]").is_match(&out);
    if broken { None } else { changed(text, out) }
}

fn brackets(text: &str) -> Option<String> {
    changed(text, pattern(r" \([^()]{1,60}\)").replace_all(text, "").into_owned())
}
