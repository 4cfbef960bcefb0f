//! Serum osmolality from sodium, glucose and urea.
//!
//! `2 x sodium + glucose / 18 + urea nitrogen / 2.8`, sodium in mmol/L and the others in mg/dL (Smithline and Gardner, JAMA
//! 1976;236:1594-1597, PMID 989132); and Dorwart and Chalmers' `1.86 x sodium + glucose / 18 +
//! urea nitrogen / 2.8 + 9` (Clin Chem 1975;21:190-194, PMID 1112025).

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, example, finding, measure,
    measured::{glucose, loinc, sodium},
    molar, paper, quantity, refused, reported, short, step, variant, work,
};

pub const OSMOLALITY: Calculator = Calculator {
    id: "serum-osmolality",
    info,
    examples,
    compute,
};

const STANDARD: &str = "smithline-gardner-1976";
const DORWART: &str = "dorwart-chalmers-1975";

fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: OSMOLALITY.id.into(),
        version: "1.0.1".into(),
        title: "Serum osmolality".into(),
        summary: "Calculated osmolality in mOsm/kg from sodium, glucose and urea.".into(),
        population: "Anyone with the three values of one sample. It leaves out ethanol, other alcohols, mannitol and \
                     contrast: measure osmolality when you suspect them. Equations differ from each other and from the measured value by several \
                     mOsm/kg."
            .into(),
        parameters: vec![
            sodium(),
            glucose(),
            measure("urea-nitrogen", "Urea nitrogen (BUN)", "mg/dL", &["mmol/L"], (0.5, 400.0), loinc(&[
                    ("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma"),
                    ("22664-7", "Urea [Moles/volume] in Serum or Plasma"),
                ])).molar_mass(molar::UREA_NITROGEN).help("In mmol/L it is the urea of European laboratories."),
            variant(
                "Smithline and Gardner's unless you choose the other.",
                &[
                    (STANDARD, "2 Na + glucose + urea (Smithline and Gardner 1976)"),
                    (DORWART, "1.86 Na + glucose + urea + 9 (Dorwart and Chalmers 1975)"),
                ],
            ),
        ],
        citations: vec![smithline(), dorwart(), hooper()],
    }
}

fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let sodium = inputs.quantity("sodium", "mmol/L")?;
    let glucose = inputs.quantity("glucose", "mg/dL")?;
    let urea = inputs.quantity("urea-nitrogen", "mg/dL")?;
    let (factor, constant, source) = match inputs.variant(STANDARD)? {
        STANDARD => (2.0, 0.0, smithline()),
        DORWART => (1.86, 9.0, dorwart()),
        other => return Err(refused(format!("{other} is not a variant of this formula"))),
    };
    let osmolality = factor * sodium + glucose / 18.0 + urea / 2.8 + constant;
    let shown = reported(osmolality, 1);
    let added = if constant == 0.0 {
        String::new()
    } else {
        format!(" + {}", short(constant))
    };
    Ok(Outcome {
        findings: vec![finding(
            "osmolality",
            "Calculated osmolality",
            quantity(shown, "mosm/kg"),
            Severity::Info,
            MEANING,
            &[&source, &hooper()],
        )],
        warnings: Vec::new(),
        steps: vec![
            step(
                "Formula",
                format!("{} x sodium + glucose / 18 + urea nitrogen / 2.8{added}", short(factor)),
            ),
            step(
                "Numbers",
                format!(
                    "{} x {} + {} / 18 + {} / 2.8{added} = {} mOsm/kg",
                    short(factor),
                    short(sodium),
                    short(glucose),
                    short(urea),
                    short(osmolality)
                ),
            ),
        ],
    })
}

/// Hooper et al. define dehydration by what is measured, and found this equation no stand-in for it.
const MEANING: &str = "Calculated, not measured. Dehydration of people of 65 years and older is defined by measured \
                       osmolality: impending from 295, present above 300 mOsm/kg.";

fn smithline() -> Citation {
    paper(
        "smithline-1976",
        "Gaps: anionic and osmolal",
        "JAMA",
        &["Smithline N", "Gardner KD"],
        "1976-10-04",
        "10.1001/jama.236.14.1594",
        "989132",
    )
}

fn dorwart() -> Citation {
    Citation {
        pmid: Some("1112025".into()),
        url: Some("https://pubmed.ncbi.nlm.nih.gov/1112025/".into()),
        ..work(
            "dorwart-1975",
            "Comparison of methods for calculating serum osmolality from chemical concentrations, and the prognostic \
             value of such calculations",
            "Clinical Chemistry",
            &["Dorwart WV", "Chalmers L"],
            "1975-02",
        )
    }
}

fn hooper() -> Citation {
    Citation {
        doi: Some("10.1136/bmjopen-2015-008846".into()),
        url: Some("https://doi.org/10.1136/bmjopen-2015-008846".into()),
        ..work(
            "hooper-2015",
            "Diagnostic accuracy of calculated serum osmolarity to predict dehydration in older people: adding value to \
             pathology laboratory reports",
            "BMJ Open",
            &["Hooper L", "Abdelhamid A", "Ali A", "et al."],
            "2015-10-21",
        )
    }
}

fn examples() -> Vec<Example> {
    // 280 + 5 + 5; 260.4 + 5 + 5 + 9; 300 + 40 + 20
    [
        (140.0, 90.0, 14.0, None, 290.0),
        (140.0, 90.0, 14.0, Some(DORWART), 279.4),
        (150.0, 720.0, 56.0, Some(STANDARD), 360.0),
    ]
    .map(|(sodium, glucose, urea, variant, osmolality)| {
        let mut arguments = vec![
            ("sodium", quantity(sodium, "mmol/L")),
            ("glucose", quantity(glucose, "mg/dL")),
            ("urea-nitrogen", quantity(urea, "mg/dL")),
        ];
        arguments.extend(variant.map(|variant: &str| ("variant", Value::Choice(variant.into()))));
        let source = if variant == Some(DORWART) {
            dorwart()
        } else {
            smithline()
        };
        example(
            &info(),
            arguments,
            vec![("osmolality", quantity(osmolality, "mosm/kg"))],
            source,
            "formula, worked by hand",
        )
    })
    .into()
}
