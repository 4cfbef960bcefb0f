//! Anion gap, with and without correction for albumin, and what its rise says beside the fall of bicarbonate.
//!
//! - gap: sodium - (chloride + bicarbonate), without potassium (Kraut and Madias, Clin J Am Soc Nephrol 2007;2:162-174,
//!   PMID 17699401); its ranges: Winter et al., Arch Intern Med 1990;150:311-313, PMID 2302006
//! - corrected: + 2.5 x (normal - measured albumin in g/dL) (Figge et al., Crit Care Med 1998;26:1807-1810, PMID 9824071)
//! - delta gap: (gap - 12) - (24 - bicarbonate) (Wrenn, Ann Emerg Med 1990;19:1310-1313, PMID 2240729)
//! - delta ratio: (gap - 12) / (24 - bicarbonate) (Rastegar, J Am Soc Nephrol 2007;18:2429-2431, PMID 17656477)
//!
//! The ions carry one charge each, so mmol/L and mEq/L are the same number.

mod examples;
mod reading;
mod sources;

use voiceassist_plugin::{
    Calculator, CalculatorInfo, Error, Finding, Inputs, Outcome, Parameter, Severity, Step, finding, measure,
    measured::{albumin, bicarbonate, chloride, sodium},
    quantity, refused, reported, short, step, variant,
};

pub const ANION_GAP: Calculator = Calculator {
    id: "anion-gap",
    info: || info(Kind::Gap, false),
    examples: || examples::of(Kind::Gap, false),
    compute: |inputs| compute(inputs, Kind::Gap, false),
};

pub const DELTA_GAP: Calculator = Calculator {
    id: "delta-gap",
    info: || info(Kind::DeltaGap, false),
    examples: || examples::of(Kind::DeltaGap, false),
    compute: |inputs| compute(inputs, Kind::DeltaGap, false),
};

pub const DELTA_RATIO: Calculator = Calculator {
    id: "delta-ratio",
    info: || info(Kind::DeltaRatio, false),
    examples: || examples::of(Kind::DeltaRatio, false),
    compute: |inputs| compute(inputs, Kind::DeltaRatio, false),
};

pub const CORRECTED_ANION_GAP: Calculator = Calculator {
    id: "albumin-corrected-anion-gap",
    info: || info(Kind::Gap, true),
    examples: || examples::of(Kind::Gap, true),
    compute: |inputs| compute(inputs, Kind::Gap, true),
};

pub const CORRECTED_DELTA_GAP: Calculator = Calculator {
    id: "albumin-corrected-delta-gap",
    info: || info(Kind::DeltaGap, true),
    examples: || examples::of(Kind::DeltaGap, true),
    compute: |inputs| compute(inputs, Kind::DeltaGap, true),
};

pub const CORRECTED_DELTA_RATIO: Calculator = Calculator {
    id: "albumin-corrected-delta-ratio",
    info: || info(Kind::DeltaRatio, true),
    examples: || examples::of(Kind::DeltaRatio, true),
    compute: |inputs| compute(inputs, Kind::DeltaRatio, true),
};

#[derive(Clone, Copy)]
enum Kind {
    Gap,
    DeltaGap,
    DeltaRatio,
}

/// In mEq/L: the gap and bicarbonate that count as normal, and albumin in g/dL.
const NORMAL_GAP: f64 = 12.0;
const NORMAL_BICARBONATE: f64 = 24.0;
const NORMAL_ALBUMIN: f64 = 4.0;

const WRENN: &str = "wrenn";
const EXCESS: &str = "anion-gap-excess";

fn id(kind: Kind, corrected: bool) -> &'static str {
    match (kind, corrected) {
        (Kind::Gap, false) => ANION_GAP.id,
        (Kind::Gap, true) => CORRECTED_ANION_GAP.id,
        (Kind::DeltaGap, false) => DELTA_GAP.id,
        (Kind::DeltaGap, true) => CORRECTED_DELTA_GAP.id,
        (Kind::DeltaRatio, false) => DELTA_RATIO.id,
        (Kind::DeltaRatio, true) => CORRECTED_DELTA_RATIO.id,
    }
}

fn info(kind: Kind, corrected: bool) -> CalculatorInfo {
    let (title, summary, population) = match kind {
        Kind::Gap => (
            "Anion gap",
            "Sodium minus chloride and bicarbonate: the anions that are not measured, in mEq/L.",
            "Anyone with a sodium, chloride and bicarbonate of the same sample. The normal range differs between \
             laboratories; bromide, iodide, lithium and paraproteins lower the gap.",
        ),
        Kind::DeltaGap => (
            "Delta gap",
            "Rise of the anion gap above 12 less the fall of bicarbonate below 24, in mEq/L.",
            "High-anion-gap metabolic acidosis, to find a second metabolic disorder. Normal values of 12 and 24 are \
             assumed; the patient's own earlier ones are better. Not for a normal anion gap.",
        ),
        Kind::DeltaRatio => (
            "Delta ratio",
            "Rise of the anion gap above 12 divided by the fall of bicarbonate below 24.",
            "High-anion-gap metabolic acidosis, to find a second metabolic disorder. Normal values of 12 and 24 are \
             assumed; the patient's own earlier ones are better. Not for a normal anion gap or bicarbonate.",
        ),
    };
    let mut parameters = vec![sodium(), chloride(), bicarbonate()];
    let mut citations = vec![sources::kraut(), sources::winter()];
    if corrected {
        parameters.push(albumin());
        parameters.push(normal_albumin());
        citations.push(sources::figge());
    }
    match kind {
        Kind::Gap => citations.push(sources::rastegar()),
        Kind::DeltaGap => {
            citations.push(sources::wrenn());
            parameters.push(variant(
                "Wrenn's delta gap unless you choose the other, which leaves out the fall of bicarbonate.",
                &[
                    (WRENN, "Wrenn: rise of the gap - fall of bicarbonate"),
                    (EXCESS, "Rise of the gap alone: gap - 12"),
                ],
            ));
        }
        Kind::DeltaRatio => citations.push(sources::rastegar()),
    }
    let (title, summary) = if corrected {
        (
            format!("{title}, corrected for albumin"),
            format!("{summary} The gap is corrected for albumin."),
        )
    } else {
        (title.to_owned(), summary.to_owned())
    };
    CalculatorInfo {
        id: id(kind, corrected).into(),
        version: "1.0.1".into(),
        title,
        summary,
        population: if corrected {
            format!("{population} The correction was derived in 152 critically ill patients and 9 healthy people.")
        } else {
            format!("{population} Low albumin hides a raised gap: use the corrected one then.")
        },
        parameters,
        citations,
    }
}

fn normal_albumin() -> Parameter {
    measure(
        "normal-albumin",
        "Normal albumin of your laboratory",
        "g/dL",
        &["g/L"],
        (3.5, 5.0),
        Vec::new(),
    )
    .optional()
    .help("The formula's constant: 4 g/dL when left out.")
}

/// The gap, in mEq/L, and its steps.
fn gap(inputs: &Inputs, corrected: bool) -> Result<(f64, Vec<Step>), Error> {
    let sodium = inputs.quantity("sodium", "mmol/L")?;
    let chloride = inputs.quantity("chloride", "mmol/L")?;
    let bicarbonate = inputs.quantity("bicarbonate", "mmol/L")?;
    let plain = sodium - (chloride + bicarbonate);
    let mut steps = vec![step(
        "Anion gap",
        format!(
            "{} - ({} + {}) = {} mEq/L",
            short(sodium),
            short(chloride),
            short(bicarbonate),
            short(plain)
        ),
    )];
    if !corrected {
        return Ok((plain, steps));
    }
    let albumin = inputs.quantity("albumin", "g/dL")?;
    let normal = inputs
        .optional_quantity("normal-albumin", "g/dL")?
        .unwrap_or(NORMAL_ALBUMIN);
    let gap = plain + 2.5 * (normal - albumin);
    steps.push(step(
        "Corrected for albumin",
        format!(
            "{} + 2.5 x ({} - {}) = {} mEq/L",
            short(plain),
            short(normal),
            short(albumin),
            short(gap)
        ),
    ));
    Ok((gap, steps))
}

fn compute(inputs: &Inputs, kind: Kind, corrected: bool) -> Result<Outcome, Error> {
    let (gap, mut steps) = gap(inputs, corrected)?;
    let bicarbonate = inputs.quantity("bicarbonate", "mmol/L")?;
    let shown = reported(gap, 1);
    let mut cites = vec![sources::kraut(), sources::winter()];
    if corrected {
        cites.push(sources::figge());
    }
    let cites: Vec<_> = cites.iter().collect();
    let (severity, meaning) = reading::gap(shown);
    let gap_finding = finding(
        if corrected { "corrected-anion-gap" } else { "anion-gap" },
        if corrected { "Corrected anion gap" } else { "Anion gap" },
        quantity(shown, "meq/L"),
        severity,
        meaning,
        &cites,
    );
    let (rise, fall) = (gap - NORMAL_GAP, NORMAL_BICARBONATE - bicarbonate);
    let delta = match kind {
        Kind::Gap => None,
        Kind::DeltaGap => Some(delta_gap(inputs, rise, fall, &mut steps)?),
        Kind::DeltaRatio => Some(delta_ratio(rise, fall, &mut steps)?),
    };
    Ok(Outcome {
        findings: delta.into_iter().chain([gap_finding]).collect(),
        warnings: Vec::new(),
        steps,
    })
}

fn delta_gap(inputs: &Inputs, rise: f64, fall: f64, steps: &mut Vec<Step>) -> Result<Finding, Error> {
    steps.push(rise_step(rise));
    match inputs.variant(WRENN)? {
        WRENN => {
            let delta = rise - fall;
            steps.push(fall_step(fall));
            steps.push(step(
                "Delta gap",
                format!("{} - {} = {} mEq/L", short(rise), short(fall), short(delta)),
            ));
            let shown = reported(delta, 1);
            let (severity, meaning) = reading::delta_gap(shown, rise);
            Ok(finding(
                "delta-gap",
                "Delta gap",
                quantity(shown, "meq/L"),
                severity,
                meaning,
                &[&sources::wrenn()],
            ))
        }
        EXCESS => Ok(finding(
            "delta-gap",
            "Delta gap (rise of the anion gap)",
            quantity(reported(rise, 1), "meq/L"),
            Severity::Info,
            "The rise of the gap alone; Wrenn's bands do not apply to it.",
            &[&sources::kraut()],
        )),
        other => Err(refused(format!("{other} is not a variant of this formula"))),
    }
}

fn delta_ratio(rise: f64, fall: f64, steps: &mut Vec<Step>) -> Result<Finding, Error> {
    if fall == 0.0 {
        return Err(refused(
            "Bicarbonate is 24 mEq/L: it has not fallen, and there is no ratio.",
        ));
    }
    let ratio = rise / fall;
    steps.push(rise_step(rise));
    steps.push(fall_step(fall));
    steps.push(step(
        "Delta ratio",
        format!("{} / {} = {}", short(rise), short(fall), short(ratio)),
    ));
    let shown = reported(ratio, 2);
    let (severity, meaning) = reading::delta_ratio(shown, rise, fall);
    Ok(finding(
        "delta-ratio",
        "Delta ratio",
        quantity(shown, "1"),
        severity,
        meaning,
        &[&sources::rastegar()],
    ))
}

fn rise_step(rise: f64) -> Step {
    step(
        "Rise of the gap",
        format!("{} - 12 = {} mEq/L", short(rise + NORMAL_GAP), short(rise)),
    )
}

fn fall_step(fall: f64) -> Step {
    step(
        "Fall of bicarbonate",
        format!("24 - {} = {} mEq/L", short(NORMAL_BICARBONATE - fall), short(fall)),
    )
}
