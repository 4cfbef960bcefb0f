//! SOFA (Vincent et al., Intensive Care Med 1996;22:707-710, PMID 8844239).

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Parameter, Points, Severity, Value, at_least,
    band, banded, boolean, choice, choice_option, example, finding, measure, measured, paper, refused, short,
};

pub const ID: &str = "sofa";

/// Sepsis-3 counts from two points on.
static BANDS: [Band; 2] = [
    band(0.0, Severity::Low, "Below 2."),
    band(
        2.0,
        Severity::High,
        "2 or more. With an infection, a rise of 2 points over the patient's own baseline is sepsis (Sepsis-3).",
    ),
];

const PLATELETS: [(f64, i32); 4] = [(150.0, 0), (100.0, 1), (50.0, 2), (20.0, 3)];
const BILIRUBIN: [(f64, i32); 4] = [(12.0, 4), (6.0, 3), (2.0, 2), (1.2, 1)];
const CREATININE: [(f64, i32); 4] = [(5.0, 4), (3.5, 3), (2.0, 2), (1.2, 1)];
const COMA: [(i32, i32); 4] = [(15, 0), (13, 1), (10, 2), (6, 3)];

const DOSE: &str = "ug/kg/min";

fn drug(name: &str, label: &str, maximum: f64) -> Parameter {
    measure(name, label, DOSE, &[], (0.0, maximum), Vec::new())
        .optional()
        .help("For at least one hour; leave it out if it is not given.")
}

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "SOFA".into(),
        summary: "Sequential organ failure assessment, 0 to 24 points.".into(),
        population: "Adults in intensive care; enter the worst value of 24 hours. Not for children.".into(),
        parameters: vec![
            measured::pao2(),
            measured::fio2(),
            boolean(
                "respiratory-support",
                "Respiratory support",
                "Mechanical ventilation or CPAP.",
                Vec::new(),
            ),
            measured::platelets(),
            measured::bilirubin(),
            measured::mean_arterial_pressure().optional(),
            measured::systolic()
                .optional()
                .help("With the diastolic pressure, where no mean pressure is known."),
            measured::diastolic().optional(),
            choice(
                "hypotension",
                "Mean arterial pressure below 70 mmHg",
                vec![
                    choice_option("no", "No", Vec::new()),
                    choice_option("yes", "Yes", Vec::new()),
                ],
                Vec::new(),
            )
            .optional()
            .help("Only where no pressure is entered."),
            drug("dopamine", "Dopamine", 50.0),
            drug("dobutamine", "Dobutamine", 50.0),
            drug("epinephrine", "Epinephrine", 10.0),
            drug("norepinephrine", "Norepinephrine", 10.0),
            measured::gcs(),
            measured::creatinine(),
            measure(
                "urine-output",
                "Urine output",
                "mL/d",
                &["L/d"],
                (0.0, 20_000.0),
                Vec::new(),
            )
            .optional(),
        ],
        citations: vec![derivation(), sepsis()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let mut points = Points::new();
    let (pao2, fio2) = (inputs.quantity("pao2", "mm[Hg]")?, inputs.quantity("fio2", "%")?);
    if fio2 <= 0.0 {
        return Err(refused("FiO2 must be above 0"));
    }
    let ratio = pao2 / (fio2 / 100.0);
    let supported = inputs.boolean("respiratory-support")?;
    let breathing = match ratio {
        ratio if ratio < 100.0 && supported => 4,
        ratio if ratio < 200.0 && supported => 3,
        ratio if ratio < 300.0 => 2,
        ratio if ratio < 400.0 => 1,
        _ => 0,
    };
    let support = if supported { "with" } else { "without" };
    let detail = format!("PaO2/FiO2 {} mmHg {support} respiratory support", short(ratio));
    points.add("Respiration", detail, breathing);
    let platelets = inputs.quantity("platelets", "10*9/L")?;
    let detail = format!("platelets {} 10^9/L", short(platelets));
    points.add("Coagulation", detail, at_least(platelets, &PLATELETS).unwrap_or(4));
    let bilirubin = inputs.quantity("bilirubin", "mg/dL")?;
    let detail = format!("bilirubin {} mg/dL", short(bilirubin));
    points.add("Liver", detail, at_least(bilirubin, &BILIRUBIN).unwrap_or(0));
    let (circulation, detail) = circulation(inputs)?;
    points.add("Cardiovascular", detail, circulation);
    let gcs = inputs.integer("gcs")?;
    points.add(
        "Central nervous system",
        format!("Glasgow coma scale {gcs}"),
        at_least(gcs, &COMA).unwrap_or(4),
    );
    let (kidney, detail) = kidney(inputs)?;
    points.add("Renal", detail, kidney);
    let (severity, says) = banded(points.total(), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "SOFA score",
            points.whole().into(),
            severity,
            says,
            &[&derivation(), &sepsis()],
        )],
        warnings: Vec::new(),
        steps: points.steps(),
    })
}

/// The mean arterial pressure in mmHg and how it came about; `None` when no pressure was given.
///
/// # Errors
/// `invalid-input` when one is no pressure.
pub fn mean_pressure(inputs: &Inputs) -> Result<Option<(f64, String)>, Error> {
    let pressure = |name: &str| inputs.optional_quantity(name, "mm[Hg]");
    if let Some(mean) = pressure("mean-arterial-pressure")? {
        return Ok(Some((mean, format!("{} mmHg", short(mean)))));
    }
    Ok(pressure("systolic-bp")?
        .zip(pressure("diastolic-bp")?)
        .map(|(systolic, diastolic)| {
            let mean = (systolic + 2.0 * diastolic) / 3.0;
            let detail = format!(
                "({} + 2 x {}) / 3 = {} mmHg",
                short(systolic),
                short(diastolic),
                short(mean)
            );
            (mean, detail)
        }))
}

/// The highest row that applies; vasopressors outweigh the pressure.
fn circulation(inputs: &Inputs) -> Result<(i32, String), Error> {
    let mut given = Vec::new();
    let mut highest = 0;
    let mut dose = |name: &str, points: fn(f64) -> i32| {
        if let Some(dose) = inputs.optional_quantity(name, DOSE)?.filter(|dose| *dose > 0.0) {
            given.push(format!("{name} {} ug/kg/min", short(dose)));
            highest = highest.max(points(dose));
        }
        Ok::<(), Error>(())
    };
    dose("dopamine", |dose| match dose {
        dose if dose > 15.0 => 4,
        dose if dose > 5.0 => 3,
        _ => 2,
    })?;
    dose("dobutamine", |_| 2)?;
    dose("epinephrine", |dose| if dose > 0.1 { 4 } else { 3 })?;
    dose("norepinephrine", |dose| if dose > 0.1 { 4 } else { 3 })?;
    if highest > 0 {
        return Ok((highest, given.join(", ")));
    }
    if let Some((mean, detail)) = mean_pressure(inputs)? {
        return Ok((
            i32::from(mean < 70.0),
            format!("mean arterial pressure {detail}, no vasopressor given"),
        ));
    }
    match inputs.optional_choice("hypotension")? {
        Some("yes") => Ok((1, "mean arterial pressure below 70 mmHg, no vasopressor given".into())),
        Some("no") => Ok((
            0,
            "mean arterial pressure of 70 mmHg or more, no vasopressor given".into(),
        )),
        _ => Err(refused(
            "give the mean arterial pressure, or the systolic and the diastolic",
        )),
    }
}

fn kidney(inputs: &Inputs) -> Result<(i32, String), Error> {
    let creatinine = inputs.quantity("creatinine", "mg/dL")?;
    let by_creatinine = at_least(creatinine, &CREATININE).unwrap_or(0);
    let detail = format!("creatinine {} mg/dL", short(creatinine));
    Ok(match inputs.optional_quantity("urine-output", "mL/d")? {
        None => (by_creatinine, format!("{detail}, urine output not given")),
        Some(output) => {
            let by_urine = match output {
                output if output < 200.0 => 4,
                output if output < 500.0 => 3,
                _ => 0,
            };
            (
                by_creatinine.max(by_urine),
                format!("{detail}, urine {} mL/d", short(output)),
            )
        }
    })
}

fn derivation() -> Citation {
    paper(
        "vincent-1996-icm",
        "The SOFA (Sepsis-related Organ Failure Assessment) score to describe organ dysfunction/failure",
        "Intensive Care Medicine",
        &[
            "Vincent JL",
            "Moreno R",
            "Takala J",
            "Willatts S",
            "De Mendonca A",
            "Bruining H",
        ],
        "1996-07",
        "10.1007/BF01709751",
        "8844239",
    )
}

/// Sepsis-3.
pub fn sepsis() -> Citation {
    paper(
        "singer-2016-jama",
        "The Third International Consensus Definitions for Sepsis and Septic Shock (Sepsis-3)",
        "JAMA",
        &[
            "Singer M",
            "Deutschman CS",
            "Seymour CW",
            "Shankar-Hari M",
            "Annane D",
            "Bauer M",
        ],
        "2016-02",
        "10.1001/jama.2016.0287",
        "26903338",
    )
}

pub fn examples() -> Vec<Example> {
    let info = info();
    // PaO2, FiO2, platelets, bilirubin, creatinine; coma; support; further quantities.
    type Case = ([f64; 5], i32, bool, &'static [(&'static str, f64, &'static str)], i32);
    let cases: [Case; 4] = [
        (
            [100.0, 21.0, 200.0, 0.8, 0.9],
            15,
            false,
            &[("mean-arterial-pressure", 80.0, "mm[Hg]")],
            0,
        ),
        // 3 + 1 + 2 + 3 + 2 + 1
        (
            [75.0, 50.0, 120.0, 3.0, 1.5],
            12,
            true,
            &[("norepinephrine", 0.08, DOSE)],
            12,
        ),
        // 2 + 2 + 1 + 1 + 1 + 3: without support the ratio counts no more than 2
        (
            [60.0, 40.0, 60.0, 1.5, 1.0],
            14,
            false,
            &[
                ("systolic-bp", 90.0, "mm[Hg]"),
                ("diastolic-bp", 50.0, "mm[Hg]"),
                ("urine-output", 400.0, "mL/d"),
            ],
            10,
        ),
        (
            [60.0, 100.0, 10.0, 15.0, 6.0],
            3,
            true,
            &[("epinephrine", 0.3, DOSE)],
            24,
        ),
    ];
    let worked = cases.into_iter().map(|(values, gcs, support, further, score)| {
        let mut given: Vec<(&str, Value)> = vec![("gcs", gcs.into()), ("respiratory-support", support.into())];
        let measured = [
            ("pao2", "mm[Hg]"),
            ("fio2", "%"),
            ("platelets", "10*9/L"),
            ("bilirubin", "mg/dL"),
            ("creatinine", "mg/dL"),
        ];
        let named = measured.into_iter().zip(values);
        given.extend(named.map(|((name, unit), value)| (name, (value, unit).into())));
        given.extend(
            further
                .iter()
                .map(|(name, value, unit)| (*name, (*value, *unit).into())),
        );
        let expected = vec![("score", score.into())];
        example(&info, given, expected, derivation(), "table 3, summed by hand")
    });
    worked.collect()
}
