//! Framingham risk of hard coronary heart disease in ten years (ATP III, Circulation 2002;106:3143-3421, PMID
//! 12485966; from Wilson et al., Circulation 1998;97:1837-1847, PMID 9603539).
//!
//! `risk = 1 - S ^ exp(L)`, with a sum L of logarithms and a ten-year survival S for each sex.

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, SNOMED, Severity, Value, age, band, banded,
    boolean, coding, example, finding, measured, paper, quantity, refused, sex, short, step,
};

pub const ID: &str = "framingham-hard-chd";

/// Risk categories of ATP III for two or more risk factors, by the percentage shown, which has one decimal.
static BANDS: [Band; 3] = [
    band(0.0, Severity::Low, "Below 10 % in ten years."),
    band(10.0, Severity::Moderate, "10 to 20 % in ten years."),
    band(
        20.1,
        Severity::High,
        "More than 20 % in ten years, which ATP III counts as a risk equivalent to coronary heart disease.",
    ),
];

/// The weights of one sex; logarithms are natural, cholesterol is in mg/dL, pressure in mmHg.
struct Model {
    age: f64,
    cholesterol: f64,
    hdl: f64,
    systolic: f64,
    treated: f64,
    smoker: f64,
    age_cholesterol: f64,
    age_smoker: f64,
    age_squared: f64,
    intercept: f64,
    survival: f64,
    /// Beyond it, smoking weighs no less.
    oldest_smoker: i32,
}

const MEN: Model = Model {
    age: 52.009_61,
    cholesterol: 20.014_077,
    hdl: -0.905_964,
    systolic: 1.305_784,
    treated: 0.241_549,
    smoker: 12.096_316,
    age_cholesterol: -4.605_038,
    age_smoker: -2.843_67,
    age_squared: -2.933_23,
    intercept: -172.300_168,
    survival: 0.9402,
    oldest_smoker: 70,
};

const WOMEN: Model = Model {
    age: 31.764_001,
    cholesterol: 22.465_206,
    hdl: -1.187_731,
    systolic: 2.552_905,
    treated: 0.420_251,
    smoker: 13.075_43,
    age_cholesterol: -5.060_998,
    age_smoker: -2.996_945,
    age_squared: 0.0,
    intercept: -146.593_306_1,
    survival: 0.987_67,
    oldest_smoker: 78,
};

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.1".into(),
        title: "Framingham risk, hard coronary heart disease".into(),
        summary: "Ten-year risk of myocardial infarction or coronary death, in percent.".into(),
        population:
            "Adults of 30 to 79 without coronary heart disease, intermittent claudication or diabetes. Derived \
                     in white Americans of Framingham, Massachusetts; it overestimates in many European and Asian \
                     populations. Not for anyone who already has vascular disease or diabetes."
                .into(),
        parameters: vec![
            age(30, 79),
            sex(),
            measured::total_cholesterol(),
            measured::hdl_cholesterol(),
            measured::systolic(),
            boolean(
                "treated",
                "Treated for high blood pressure",
                "Takes medicine for it now.",
                Vec::new(),
            ),
            boolean(
                "smoker",
                "Smoker",
                "Any cigarette in the past month.",
                vec![coding(SNOMED, "77176002", "Smoker")],
            ),
        ],
        citations: vec![guideline(), derivation()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let years = inputs.integer("age")?;
    let female = inputs.female()?;
    let cholesterol = inputs.quantity("total-cholesterol", "mg/dL")?;
    let hdl = inputs.quantity("hdl-cholesterol", "mg/dL")?;
    let systolic = inputs.quantity("systolic-bp", "mm[Hg]")?;
    let (treated, smoker) = (inputs.boolean("treated")?, inputs.boolean("smoker")?);
    if years <= 0 || cholesterol <= 0.0 || hdl <= 0.0 || systolic <= 0.0 {
        return Err(refused("the formula has no value for zero"));
    }
    let model = if female { &WOMEN } else { &MEN };
    let age = f64::from(years).ln();
    let smokers_age = f64::from(years.min(model.oldest_smoker)).ln();
    let terms = [
        ("ln age", model.age * age),
        ("ln total cholesterol", model.cholesterol * cholesterol.ln()),
        ("ln HDL", model.hdl * hdl.ln()),
        ("ln systolic pressure", model.systolic * systolic.ln()),
        ("treated pressure", if treated { model.treated } else { 0.0 }),
        ("smoker", if smoker { model.smoker } else { 0.0 }),
        (
            "ln age x ln total cholesterol",
            model.age_cholesterol * age * cholesterol.ln(),
        ),
        (
            "ln age x smoker",
            if smoker { model.age_smoker * smokers_age } else { 0.0 },
        ),
        ("ln age squared", model.age_squared * age * age),
        ("constant", model.intercept),
    ];
    let sum: f64 = terms.iter().map(|(_, term)| term).sum();
    let risk = 100.0 * (1.0 - model.survival.powf(sum.exp()));
    let shown = (risk * 10.0).round() / 10.0;
    let (severity, says) = banded(shown, &BANDS);
    let mut steps = vec![step("Formula", "risk = 1 - S ^ exp(L), L the sum of the terms below")];
    steps.extend(terms.map(|(label, term)| step(label, short(term))));
    steps.push(step("L", short(sum)));
    steps.push(step(
        "Risk",
        format!("1 - {} ^ exp({}) = {} %", model.survival, short(sum), short(shown)),
    ));
    Ok(Outcome {
        findings: vec![finding(
            "risk",
            "Ten-year risk",
            quantity(shown, "%"),
            severity,
            says,
            &[&guideline(), &derivation()],
        )],
        warnings: Vec::new(),
        steps,
    })
}

fn guideline() -> Citation {
    paper(
        "atp-iii-2002",
        "Third Report of the National Cholesterol Education Program (NCEP) Expert Panel on Detection, Evaluation, and \
         Treatment of High Blood Cholesterol in Adults (Adult Treatment Panel III) final report",
        "Circulation",
        &["National Cholesterol Education Program Expert Panel"],
        "2002-12",
        "10.1161/circ.106.25.3143",
        "12485966",
    )
}

fn derivation() -> Citation {
    paper(
        "wilson-1998-circulation",
        "Prediction of coronary heart disease using risk factor categories",
        "Circulation",
        &[
            "Wilson PWF",
            "D'Agostino RB",
            "Levy D",
            "Belanger AM",
            "Silbershatz H",
            "Kannel WB",
        ],
        "1998-05",
        "10.1161/01.CIR.97.18.1837",
        "9603539",
    )
}

/// Each row works the equation in another program.
pub fn examples() -> Vec<Example> {
    let info = info();
    type Case = (i32, &'static str, f64, f64, f64, bool, bool, f64);
    let cases: [Case; 4] = [
        (50, "male", 200.0, 50.0, 120.0, false, false, 3.9),
        (60, "female", 240.0, 45.0, 130.0, true, true, 10.1),
        // The smoker's age counts as 70 and as 78.
        (72, "male", 200.0, 40.0, 140.0, false, true, 20.2),
        (79, "female", 180.0, 60.0, 150.0, true, true, 12.7),
    ];
    let worked = cases
        .into_iter()
        .map(|(age, sex, cholesterol, hdl, systolic, treated, smoker, risk)| {
            let given: Vec<(&str, Value)> = vec![
                ("age", age.into()),
                ("sex", sex.into()),
                ("total-cholesterol", (cholesterol, "mg/dL").into()),
                ("hdl-cholesterol", (hdl, "mg/dL").into()),
                ("systolic-bp", (systolic, "mm[Hg]").into()),
                ("treated", treated.into()),
                ("smoker", smoker.into()),
            ];
            let expected = vec![("risk", (risk, "%").into())];
            let mut example = example(
                &info,
                given,
                expected,
                guideline(),
                "equation, worked in another program",
            );
            example.tolerance = 1e-9;
            example
        });
    worked.collect()
}
