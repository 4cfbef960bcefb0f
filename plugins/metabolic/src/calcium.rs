//! Total calcium corrected for albumin.
//!
//! The rule in use, `calcium + 0.8 x (4 - albumin)`, is that of the K/DOQI guideline (Am J Kidney Dis 2003;42(4 Suppl
//! 3):S1-S201, PMID 14520607). Payne's own (Br Med J 1973;4:643-646, PMID 4758544) is `calcium - albumin + 4`.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding, measure,
    measured::{albumin, loinc},
    paper, quantity, refused, reported, short, step, variant, work,
};

pub const CALCIUM: Calculator = Calculator {
    id: "corrected-calcium",
    info,
    examples,
    compute,
};

const STANDARD: &str = "kdoqi";
const PAYNE: &str = "payne-1973";

/// Of calcium, in g/mol; 1 mmol/L is 4.0078 mg/dL.
const MOLAR_MASS: f64 = 40.078;

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: CALCIUM.id.into(),
        version: "1.0.1".into(),
        title: "Calcium corrected for albumin".into(),
        summary: "Total calcium as it would be at an albumin of 4 g/dL (40 g/L).".into(),
        population:
            "Adults with an abnormal albumin when ionised calcium cannot be measured. Ionised calcium is better, \
                     above all in critical illness, chronic kidney disease, myeloma, acid-base disorders and after \
                     transfusion, where the correction misleads. Payne derived his rule in 200 hospital specimens."
                .into(),
        parameters: vec![
            measure(
                "calcium",
                "Total calcium",
                "mg/dL",
                &["mmol/L", "meq{2+}/L"],
                (2.5, 25.0),
                loinc(&[
                    ("17861-6", "Calcium [Mass/volume] in Serum or Plasma"),
                    ("2000-8", "Calcium [Moles/volume] in Serum or Plasma"),
                ]),
            )
            .molar_mass(MOLAR_MASS)
            .help("Total, not ionised."),
            albumin(),
            variant(
                "0.8 mg/dL for every g/dL of albumin unless you choose Payne's own, which is 1 mg/dL.",
                &[
                    (STANDARD, "0.8 per g/dL (K/DOQI)"),
                    (PAYNE, "1.0 per g/dL (Payne 1973)"),
                ],
            ),
        ],
        citations: vec![kdoqi(), payne()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let calcium = inputs.quantity("calcium", "mg/dL")?;
    let albumin = inputs.quantity("albumin", "g/dL")?;
    let (slope, source) = match inputs.variant(STANDARD)? {
        STANDARD => (0.8, kdoqi()),
        PAYNE => (1.0, payne()),
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    let corrected = calcium + slope * (4.0 - albumin);
    let shown = reported(corrected, 2);
    let (severity, meaning) = band(shown);
    Ok(Outcome {
        findings: vec![
            finding(
                "corrected-calcium",
                "Corrected calcium",
                quantity(shown, "mg/dL"),
                severity,
                meaning,
                &[&source, &kdoqi()],
            ),
            finding(
                "corrected-calcium-molar",
                "Corrected calcium",
                quantity(reported(corrected * 10.0 / MOLAR_MASS, 2), "mmol/L"),
                Severity::Info,
                "",
                &[&source],
            ),
        ],
        warnings: Vec::new(),
        steps: vec![
            step("Formula", format!("calcium + {} x (4 - albumin)", short(slope))),
            step(
                "Numbers",
                format!(
                    "{} + {} x (4 - {}) = {} mg/dL",
                    short(calcium),
                    short(slope),
                    short(albumin),
                    short(corrected)
                ),
            ),
        ],
    })
}

/// In mg/dL, by K/DOQI.
fn band(calcium: f64) -> (Severity, &'static str) {
    match calcium {
        x if x < 8.4 => (Severity::High, "Low, below 8.4 mg/dL (2.10 mmol/L, K/DOQI)."),
        x if x <= 10.2 => (
            Severity::Info,
            "Between the limits of K/DOQI, 8.4 and 10.2 mg/dL (2.10 and 2.54 mmol/L); see your laboratory's range.",
        ),
        _ => (Severity::High, "High, above 10.2 mg/dL (2.54 mmol/L, K/DOQI)."),
    }
}

fn kdoqi() -> Citation {
    Citation {
        pmid: Some("14520607".into()),
        url: Some("https://pubmed.ncbi.nlm.nih.gov/14520607/".into()),
        locator: Some("guideline 6".into()),
        ..work(
            "kdoqi-2003",
            "K/DOQI clinical practice guidelines for bone metabolism and disease in chronic kidney disease",
            "American Journal of Kidney Diseases",
            &["National Kidney Foundation"],
            "2003-10",
        )
    }
}

fn payne() -> Citation {
    paper(
        "payne-1973",
        "Interpretation of serum calcium in patients with abnormal serum proteins",
        "British Medical Journal",
        &["Payne RB", "Little AJ", "Williams RB", "Milner JR"],
        "1973-12-15",
        "10.1136/bmj.4.5893.643",
        "4758544",
    )
}

fn examples() -> Vec<Example> {
    // 8 + 0.8 x 2 = 9.6; 9.6 x 10 / 40.078 = 2.395; 8 + 1 x 2 = 10; 11 + 0.8 x -0.5 = 10.6
    let cases = [
        (8.0, 2.0, None, 9.6, 2.4, kdoqi()),
        (8.0, 2.0, Some(PAYNE), 10.0, 2.5, payne()),
        (11.0, 4.5, Some(STANDARD), 10.6, 2.64, kdoqi()),
    ];
    cases
        .into_iter()
        .map(|(calcium, albumin, variant, corrected, molar, source)| {
            let mut arguments = vec![
                ("calcium", quantity(calcium, "mg/dL")),
                ("albumin", quantity(albumin, "g/dL")),
            ];
            arguments.extend(variant.map(|variant: &str| ("variant", Value::Choice(variant.into()))));
            example(
                &info(),
                arguments,
                vec![
                    ("corrected-calcium", quantity(corrected, "mg/dL")),
                    ("corrected-calcium-molar", quantity(molar, "mmol/L")),
                ],
                source,
                "formula, worked by hand",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Severity, band};

    #[test]
    fn calcium_is_low_below_8_4_and_high_above_10_2() {
        for (calcium, severity) in [
            (8.39, Severity::High),
            (8.4, Severity::Info),
            (10.2, Severity::Info),
            (10.21, Severity::High),
        ] {
            assert_eq!(band(calcium).0, severity, "{calcium}");
        }
    }
}
