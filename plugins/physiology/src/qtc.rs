//! QT interval corrected for heart rate, by five published formulas. RR is 60 / heart rate, in seconds.

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, example, finding, measure,
    measured::{self, loinc},
    paper, quantity, refused, reported, rounded, sex, short, step, work,
};

pub const BAZETT: Calculator = Calculator {
    id: "qtc-bazett",
    info: || info(&Formula::Bazett),
    examples: || examples(&Formula::Bazett),
    compute: |inputs| compute(inputs, &Formula::Bazett),
};

pub const FRIDERICIA: Calculator = Calculator {
    id: "qtc-fridericia",
    info: || info(&Formula::Fridericia),
    examples: || examples(&Formula::Fridericia),
    compute: |inputs| compute(inputs, &Formula::Fridericia),
};

pub const FRAMINGHAM: Calculator = Calculator {
    id: "qtc-framingham",
    info: || info(&Formula::Framingham),
    examples: || examples(&Formula::Framingham),
    compute: |inputs| compute(inputs, &Formula::Framingham),
};

pub const HODGES: Calculator = Calculator {
    id: "qtc-hodges",
    info: || info(&Formula::Hodges),
    examples: || examples(&Formula::Hodges),
    compute: |inputs| compute(inputs, &Formula::Hodges),
};

pub const RAUTAHARJU: Calculator = Calculator {
    id: "qtc-rautaharju",
    info: || info(&Formula::Rautaharju),
    examples: || examples(&Formula::Rautaharju),
    compute: |inputs| compute(inputs, &Formula::Rautaharju),
};

enum Formula {
    Bazett,
    Fridericia,
    Framingham,
    Hodges,
    Rautaharju,
}

/// Says what the formula does at which rates, from the comparison of the AHA statement.
const COMMON: &str = "Adults with a measured QT interval and a regular rhythm. Not for atrial fibrillation, paced or \
                      broad QRS complexes (120 ms and more) without allowance for them.";

impl Formula {
    fn id(&self) -> &'static str {
        match self {
            Self::Bazett => BAZETT.id,
            Self::Fridericia => FRIDERICIA.id,
            Self::Framingham => FRAMINGHAM.id,
            Self::Hodges => HODGES.id,
            Self::Rautaharju => RAUTAHARJU.id,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Bazett => "Bazett",
            Self::Fridericia => "Fridericia",
            Self::Framingham => "Framingham",
            Self::Hodges => "Hodges",
            Self::Rautaharju => "Rautaharju",
        }
    }

    fn caution(&self) -> &'static str {
        match self {
            Self::Bazett => "Corrects too much above 90 beats per minute and too little below 60.",
            Self::Fridericia => "Steadier than Bazett at fast and slow rates.",
            Self::Framingham => "Derived in 5,018 people of the Framingham study, aged 28 to 62; linear in RR.",
            Self::Hodges => "Linear in heart rate, and the least dependent on it of the common four.",
            Self::Rautaharju => {
                "Derived in 57,595 people aged 5 to 89 to hold the upper limit steady over heart rates."
            }
        }
    }

    fn text(&self) -> &'static str {
        match self {
            Self::Bazett => "QT / √RR",
            Self::Fridericia => "QT / ∛RR",
            Self::Framingham => "QT + 154 x (1 - RR)",
            Self::Hodges => "QT + 1.75 x (heart rate - 60)",
            Self::Rautaharju => "QT x (120 + heart rate) / 180",
        }
    }

    /// In ms.
    fn corrected(&self, qt: f64, rate: f64) -> f64 {
        let rr = 60.0 / rate;
        match self {
            Self::Bazett => qt / rr.sqrt(),
            Self::Fridericia => qt / rr.cbrt(),
            Self::Framingham => qt + 154.0 * (1.0 - rr),
            Self::Hodges => qt + 1.75 * (rate - 60.0),
            Self::Rautaharju => qt * (120.0 + rate) / 180.0,
        }
    }

    fn numbers(&self, qt: &str, rate: &str, rr: &str) -> String {
        match self {
            Self::Bazett => format!("{qt} / √{rr}"),
            Self::Fridericia => format!("{qt} / ∛{rr}"),
            Self::Framingham => format!("{qt} + 154 x (1 - {rr})"),
            Self::Hodges => format!("{qt} + 1.75 x ({rate} - 60)"),
            Self::Rautaharju => format!("{qt} x (120 + {rate}) / 180"),
        }
    }

    fn source(&self) -> Citation {
        match self {
            Self::Bazett => Citation {
                doi: Some("10.1111/j.1542-474X.1997.tb00325.x".into()),
                url: Some("https://doi.org/10.1111/j.1542-474X.1997.tb00325.x".into()),
                locator: Some("reprint of Heart 1920;7:353-370".into()),
                ..work(
                    "bazett-1920",
                    "An analysis of the time-relations of electrocardiograms",
                    "Annals of Noninvasive Electrocardiology",
                    &["Bazett HC"],
                    "1997",
                )
            },
            Self::Fridericia => Citation {
                doi: Some("10.1111/j.0954-6820.1920.tb18266.x".into()),
                url: Some("https://doi.org/10.1111/j.0954-6820.1920.tb18266.x".into()),
                ..work(
                    "fridericia-1920",
                    "Die Systolendauer im Elektrokardiogramm bei normalen Menschen und bei Herzkranken",
                    "Acta Medica Scandinavica",
                    &["Fridericia LS"],
                    "1920",
                )
            },
            Self::Framingham => paper(
                "sagie-1992",
                "An improved method for adjusting the QT interval for heart rate (the Framingham Heart Study)",
                "American Journal of Cardiology",
                &["Sagie A", "Larson MG", "Goldberg RJ", "Bengtson JR", "Levy D"],
                "1992-09-15",
                "10.1016/0002-9149(92)90562-d",
                "1519533",
            ),
            // The 1983 abstract (J Am Coll Cardiol 1983;1:694) has no PubMed id; this paper gives and tests the formula.
            Self::Hodges => paper(
                "luo-2004",
                "A comparison of commonly used QT correction formulae: the effect of heart rate on the QTc of normal \
                 ECGs",
                "Journal of Electrocardiology",
                &["Luo S", "Michler K", "Johnston P", "Macfarlane PW"],
                "2004",
                "10.1016/j.jelectrocard.2004.08.030",
                "15534815",
            ),
            Self::Rautaharju => paper(
                "rautaharju-2014",
                "New age- and sex-specific criteria for QT prolongation based on rate correction formulas that minimize \
                 bias at the upper normal limits",
                "International Journal of Cardiology",
                &["Rautaharju PM", "Mason JW", "Akiyama T"],
                "2014-07-01",
                "10.1016/j.ijcard.2014.04.133",
                "24825030",
            ),
        }
    }
}

fn info(formula: &Formula) -> CalculatorInfo {
    let name = formula.name();
    CalculatorInfo {
        id: formula.id().into(),
        version: "1.0.1".into(),
        title: format!("Corrected QT interval ({name})"),
        summary: format!(
            "QT interval corrected for heart rate by {name}'s formula: {}.",
            formula.text()
        ),
        population: format!("{COMMON} {}", formula.caution()),
        parameters: vec![
            measure(
                "qt-interval",
                "QT interval",
                "ms",
                &["s"],
                (150.0, 900.0),
                loinc(&[("8634-8", "Q-T interval")]),
            )
            .help("Measured, not already corrected."),
            measured::heart_rate().help("Of the same recording."),
            sex()
                .optional()
                .help("Only for the upper limit, which differs between women and men."),
        ],
        citations: vec![formula.source(), limits(), torsades()],
    }
}

fn compute(inputs: &Inputs, formula: &Formula) -> Result<Outcome, Error> {
    let qt = inputs.quantity("qt-interval", "ms")?;
    let rate = inputs.quantity("heart-rate", "/min")?;
    if rate <= 0.0 {
        return Err(refused("The formula has no value for this heart rate."));
    }
    let female = match inputs.optional_choice("sex")? {
        Some(_) => Some(inputs.female()?),
        None => None,
    };
    let corrected = formula.corrected(qt, rate);
    let (severity, meaning) = meaning(rounded(corrected, 0), female);
    let rr = short(60.0 / rate);
    let mut warnings = Vec::new();
    if matches!(formula, Formula::Bazett) && !(60.0..=90.0).contains(&rate) {
        warnings.push(format!("{} Consider Fridericia.", formula.caution()));
    }
    if matches!(formula, Formula::Rautaharju) {
        warnings.push(
            "The paper's own upper limits for this formula: men 430 and women 440 ms below 40 years, 440 and 450 from 40 \
             to 69, 455 and 460 from 70."
                .to_owned(),
        );
    }
    Ok(Outcome {
        findings: vec![finding(
            "qtc",
            "Corrected QT interval (QTc)",
            quantity(reported(corrected, 1), "ms"),
            severity,
            meaning,
            &[&formula.source(), &limits(), &torsades()],
        )],
        warnings,
        steps: vec![
            step("Formula", formula.text()),
            step("RR interval", format!("60 / {} = {rr} s", short(rate))),
            step(
                "Numbers",
                format!(
                    "{} = {} ms",
                    formula.numbers(&short(qt), &short(rate), &rr),
                    short(corrected)
                ),
            ),
        ],
    })
}

/// AHA/ACCF/HRS 2009: prolonged from 460 ms in women and 450 ms in men, short up to 390 ms. AHA/ACCF 2010: highly
/// abnormal above 500 ms, in either sex.
fn meaning(corrected: f64, female: Option<bool>) -> (Severity, String) {
    let limits = "prolonged from 460 ms in women and 450 ms in men, short up to 390 ms";
    let upper = match female {
        Some(true) => Some(460.0),
        Some(false) => Some(450.0),
        None => None,
    };
    let (severity, words) = match upper {
        _ if corrected > 500.0 => (
            Severity::High,
            "Above 500 ms: highly abnormal, with a raised risk of torsades de pointes",
        ),
        _ if corrected >= 460.0 => (Severity::Moderate, "Prolonged"),
        Some(upper) if corrected >= upper => (Severity::Moderate, "Prolonged"),
        None if corrected >= 450.0 => (Severity::Moderate, "Prolonged in a man, not in a woman"),
        _ if corrected <= 390.0 => (Severity::Low, "Short"),
        _ => (Severity::Info, "Neither prolonged nor short"),
    };
    (severity, format!("{words} ({limits})."))
}

fn limits() -> Citation {
    paper(
        "aha-2009-qt",
        "AHA/ACCF/HRS recommendations for the standardization and interpretation of the electrocardiogram: part IV: the \
         ST segment, T and U waves, and the QT interval",
        "Journal of the American College of Cardiology",
        &["Rautaharju PM", "Surawicz B", "Gettes LS", "et al."],
        "2009-03-17",
        "10.1016/j.jacc.2008.12.014",
        "19281931",
    )
}

fn torsades() -> Citation {
    paper(
        "aha-2010-torsade",
        "Prevention of torsade de pointes in hospital settings: a scientific statement from the American Heart Association \
         and the American College of Cardiology Foundation",
        "Circulation",
        &["Drew BJ", "Ackerman MJ", "Funk M", "et al."],
        "2010-03-02",
        "10.1161/CIRCULATIONAHA.109.192704",
        "20142454",
    )
}

fn examples(formula: &Formula) -> Vec<Example> {
    // At 60 per minute RR is 1 s and every formula leaves QT as it is. At 120 per minute, RR 0.5 s:
    // 300 / √0.5 = 424.3; 300 / ∛0.5 = 378.0; 300 + 154 x 0.5 = 377; 300 + 1.75 x 60 = 405; 300 x 240 / 180 = 400.
    let fast = match formula {
        Formula::Bazett => 424.3,
        Formula::Fridericia => 378.0,
        Formula::Framingham => 377.0,
        Formula::Hodges => 405.0,
        Formula::Rautaharju => 400.0,
    };
    [(400.0, 60.0, 400.0), (300.0, 120.0, fast)]
        .map(|(qt, rate, corrected)| {
            example(
                &info(formula),
                vec![
                    ("qt-interval", quantity(qt, "ms")),
                    ("heart-rate", quantity(rate, "/min")),
                ],
                vec![("qtc", quantity(corrected, "ms"))],
                formula.source(),
                "formula, worked by hand",
            )
        })
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_the_qtc_depend_on_sex_and_are_not_guessed_without_it() {
        for (corrected, female, severity) in [
            (500.0, None, Severity::Moderate),
            (501.0, None, Severity::High),
            (459.0, Some(true), Severity::Info),
            (460.0, Some(true), Severity::Moderate),
            (449.0, Some(false), Severity::Info),
            (450.0, Some(false), Severity::Moderate),
            (391.0, Some(false), Severity::Info),
            (390.0, Some(false), Severity::Low),
            (390.0, None, Severity::Low),
            (449.0, None, Severity::Info),
        ] {
            assert_eq!(meaning(corrected, female).0, severity, "{corrected} {female:?}");
        }
        assert!(meaning(455.0, None).1.contains("in a man, not in a woman"));
        assert_eq!(meaning(459.0, None).0, Severity::Moderate);
    }
}
