//! FeverPAIN (Little et al., BMJ 2013;347:f5806, PMID 24114306); what a score means: NICE guideline NG84.

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Points, Severity, Value, band, banded, boolean,
    example, finding, paper, work,
};

pub const ID: &str = "feverpain";

/// Likelihood of isolating streptococci, as NICE states it.
static BANDS: [Band; 3] = [
    band(0.0, Severity::Low, "0 or 1: streptococci in 13 to 18 % (NICE)."),
    band(2.0, Severity::Moderate, "2 or 3: streptococci in 34 to 40 % (NICE)."),
    band(4.0, Severity::High, "4 or 5: streptococci in 62 to 65 % (NICE)."),
];

const ITEMS: [(&str, &str, &str); 5] = [
    ("fever", "Fever", "During the previous 24 hours."),
    ("purulence", "Purulence", "Pus on the tonsils."),
    (
        "attends-rapidly",
        "Attends rapidly",
        "Within three days after the onset of symptoms.",
    ),
    ("inflamed-tonsils", "Severely inflamed tonsils", ""),
    (
        "no-cough-coryza",
        "No cough or coryza",
        "Yes when both were asked for and are absent; unmentioned counts as present.",
    ),
];

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "FeverPAIN".into(),
        summary: "Probability of streptococci in a sore throat, 0 to 5 points.".into(),
        population:
            "People of 3 years or older with an acute sore throat in primary care. Not for immunosuppression or \
                     suspected epiglottitis or quinsy."
                .into(),
        parameters: ITEMS
            .map(|(name, label, help)| boolean(name, label, help, Vec::new()))
            .into(),
        citations: vec![derivation(), guideline()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    for (name, label, _) in ITEMS {
        points.history(inputs, name, label, 1)?;
    }
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "FeverPAIN score",
            points.whole().into(),
            severity,
            says,
            &[&derivation(), &guideline()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

fn derivation() -> Citation {
    paper(
        "little-2013-bmj",
        "Clinical score and rapid antigen detection test to guide antibiotic use for sore throats: randomised \
         controlled trial of PRISM (primary care streptococcal management)",
        "BMJ",
        &[
            "Little P",
            "Hobbs FDR",
            "Moore M",
            "Mant D",
            "Williamson I",
            "McNulty C",
        ],
        "2013-10",
        "10.1136/bmj.f5806",
        "24114306",
    )
}

fn guideline() -> Citation {
    Citation {
        url: Some("https://www.nice.org.uk/guidance/ng84".into()),
        locator: Some("terms used in the guideline".into()),
        ..work(
            "nice-ng84",
            "Sore throat (acute): antimicrobial prescribing. NICE guideline NG84",
            "National Institute for Health and Care Excellence",
            &["National Institute for Health and Care Excellence"],
            "2018-01",
        )
    }
}

pub fn examples() -> Vec<Example> {
    let info = info();
    let worked = (0..=ITEMS.len()).map(|count| {
        let given: Vec<(&str, Value)> = ITEMS[..count].iter().map(|(name, ..)| (*name, true.into())).collect();
        let score = i32::try_from(count).unwrap_or_default();
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "five criteria, counted by hand")
    });
    worked.collect()
}
