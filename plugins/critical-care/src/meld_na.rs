//! MELD-Na as the OPTN allocated livers by it from 2016 to 2023 (OPTN policies, 9.1; MELD: Kamath et al., Hepatology
//! 2001;33:464-470, PMID 11172350; sodium: Kim et al., N Engl J Med 2008;359:1018-1026, PMID 18768945).
//!
//! `MELD(i) = 0.957 ln creatinine + 0.378 ln bilirubin + 1.120 ln INR + 0.643`, to one decimal, times 10; above 11,
//! `MELD = MELD(i) + 1.32 (137 - Na) - 0.033 MELD(i) (137 - Na)`.

use voiceassist_plugin::{
    Band, CalculatorInfo, Citation, Error, Example, Inputs, Outcome, Severity, Value, band, banded, boolean, example,
    finding, measured, paper, short, step,
};

pub const ID: &str = "meld-na";

static BANDS: [Band; 4] = [
    band(
        6.0,
        Severity::Low,
        "Below 10. The higher the score, the higher the mortality on the waiting list.",
    ),
    band(
        10.0,
        Severity::Moderate,
        "10 to 19. The higher the score, the higher the mortality on the waiting list.",
    ),
    band(
        20.0,
        Severity::High,
        "20 to 29. The higher the score, the higher the mortality on the waiting list.",
    ),
    band(
        30.0,
        Severity::Critical,
        "30 to 40. The higher the score, the higher the mortality on the waiting list.",
    ),
];

pub fn info() -> CalculatorInfo {
    CalculatorInfo {
        id: ID.into(),
        version: "1.0.0".into(),
        title: "MELD-Na (OPTN, 2016)".into(),
        summary: "Severity of end-stage liver disease, 6 to 40.".into(),
        population: "People of 12 or older with end-stage liver disease. Not below 12 (PELD). The OPTN replaced it by \
                     MELD 3.0 in July 2023, which also counts sex and albumin. The INR misleads under a vitamin K \
                     antagonist."
            .into(),
        parameters: vec![
            measured::creatinine(),
            boolean(
                "dialysis",
                "Dialysis",
                "Twice or more within the past week, or 24 hours of continuous veno-venous hemodialysis. Creatinine then \
                 counts as 4.0 mg/dL.",
                Vec::new(),
            ),
            measured::bilirubin(),
            measured::inr(),
            measured::sodium(),
        ],
        citations: vec![policy(), meld(), kim()],
    }
}

pub fn compute(inputs: &Inputs) -> Result<Outcome, Error> {
    let dialysis = inputs.boolean("dialysis")?;
    let measured = inputs.quantity("creatinine", "mg/dL")?;
    let creatinine = if dialysis { 4.0 } else { measured.clamp(1.0, 4.0) };
    let bilirubin = inputs.quantity("bilirubin", "mg/dL")?.max(1.0);
    let inr = inputs.quantity("inr", "1")?.max(1.0);
    let sodium = inputs.quantity("sodium", "mmol/L")?.clamp(125.0, 137.0);
    let sum = 0.957 * creatinine.ln() + 0.378 * bilirubin.ln() + 1.120 * inr.ln() + 0.643;
    let initial = (sum * 10.0).round();
    let mut steps = vec![
        step(
            "Limits",
            format!(
                "creatinine {} mg/dL{}, bilirubin {} mg/dL, INR {}, sodium {} mmol/L",
                short(creatinine),
                if dialysis { " (dialysis)" } else { "" },
                short(bilirubin),
                short(inr),
                short(sodium)
            ),
        ),
        step(
            "MELD(i)",
            format!(
                "0.957 x ln({}) + 0.378 x ln({}) + 1.120 x ln({}) + 0.643 = {}; to one decimal, x 10 = {}",
                short(creatinine),
                short(bilirubin),
                short(inr),
                short(sum),
                short(initial)
            ),
        ),
    ];
    let with_sodium = if initial > 11.0 {
        let result = initial + 1.32 * (137.0 - sodium) - 0.033 * initial * (137.0 - sodium);
        let low = short(137.0 - sodium);
        let initial = short(initial);
        let detail = format!(
            "{initial} + 1.32 x {low} - 0.033 x {initial} x {low} = {}",
            short(result)
        );
        steps.push(step("Sodium", detail));
        result
    } else {
        steps.push(step("Sodium", "does not count up to a MELD(i) of 11"));
        initial
    };
    #[expect(clippy::cast_possible_truncation, reason = "at most 40")]
    let score = with_sodium.round().clamp(6.0, 40.0) as i32;
    steps.push(step("Result", format!("rounded, 6 to 40: {score}")));
    let (severity, says) = banded(f64::from(score), &BANDS);
    Ok(Outcome {
        findings: vec![finding(
            "score",
            "MELD-Na",
            score.into(),
            severity,
            says,
            &[&policy(), &meld(), &kim()],
        )],
        warnings: vec!["Replaced by MELD 3.0 for allocation in the United States since July 2023.".into()],
        steps,
    })
}

fn policy() -> Citation {
    Citation {
        url: Some("https://optn.transplant.hrsa.gov/policies-bylaws/policies/".into()),
        pmid: None,
        ..paper(
            "optn-policies",
            "OPTN Policies, Policy 9: Allocation of Livers and Liver-Intestines",
            "Organ Procurement and Transplantation Network",
            &["Organ Procurement and Transplantation Network"],
            "2016",
            "",
            "",
        )
    }
}

fn meld() -> Citation {
    paper(
        "kamath-2001-hepatology",
        "A model to predict survival in patients with end-stage liver disease",
        "Hepatology",
        &[
            "Kamath PS",
            "Wiesner RH",
            "Malinchoc M",
            "Kremers W",
            "Therneau TM",
            "Kosberg CL",
        ],
        "2001-02",
        "10.1053/jhep.2001.22172",
        "11172350",
    )
}

fn kim() -> Citation {
    paper(
        "kim-2008-nejm",
        "Hyponatremia and mortality among patients on the liver-transplant waiting list",
        "New England Journal of Medicine",
        &[
            "Kim WR",
            "Biggins SW",
            "Kremers WK",
            "Wiesner RH",
            "Kamath PS",
            "Benson JT",
        ],
        "2008-09",
        "10.1056/NEJMoa0801209",
        "18768945",
    )
}

/// Each row works the equation in another program.
pub fn examples() -> Vec<Example> {
    let info = info();
    let cases: [([f64; 4], bool, i32); 6] = [
        ([0.8, 0.7, 0.9, 140.0], false, 6),
        // 1.106: 11, where sodium does not count
        ([1.3, 1.5, 1.05, 125.0], false, 11),
        // 1.862: 19 + 1.32 x 7 - 0.033 x 19 x 7
        ([2.0, 2.0, 1.3, 130.0], false, 24),
        ([10.0, 1.1, 1.7, 145.0], false, 26),
        ([1.0, 1.1, 1.7, 145.0], true, 26),
        ([4.0, 30.0, 4.0, 120.0], false, 40),
    ];
    let worked = cases
        .into_iter()
        .map(|([creatinine, bilirubin, inr, sodium], dialysis, score)| {
            let given: Vec<(&str, Value)> = vec![
                ("creatinine", (creatinine, "mg/dL").into()),
                ("bilirubin", (bilirubin, "mg/dL").into()),
                ("inr", (inr, "1").into()),
                ("sodium", (sodium, "mmol/L").into()),
                ("dialysis", dialysis.into()),
            ];
            let expected = vec![("score", score.into())];
            example(&info, given, expected, policy(), "equation, worked a second time")
        });
    worked.collect()
}
