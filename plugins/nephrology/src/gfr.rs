//! Categories of the glomerular filtration rate (KDIGO 2024, Kidney Int 2024;105(4S):S117-S314, PMID 38490803).

use voiceassist_plugin::{Citation, Finding, Severity, finding, paper, quantity, reported};

pub const UNIT: &str = "mL/min/{1.73_m2}";

pub fn result(gfr: f64, source: &Citation) -> Finding {
    let shown = reported(gfr, 1);
    let (severity, category) = category(shown);
    finding(
        "egfr",
        "Estimated GFR",
        quantity(shown, UNIT),
        severity,
        format!(
            "GFR category {category} (KDIGO), if it lasts three months. Not a drug-dosing clearance: labels that name \
             creatinine clearance mean Cockcroft-Gault."
        ),
        &[source, &kdigo()],
    )
}

/// In mL/min/1.73 m².
pub fn category(gfr: f64) -> (Severity, &'static str) {
    match gfr {
        x if x < 15.0 => (Severity::Critical, "G5, kidney failure, below 15"),
        x if x < 30.0 => (Severity::High, "G4, severely decreased, 15 to 29"),
        x if x < 45.0 => (Severity::Moderate, "G3b, moderately to severely decreased, 30 to 44"),
        x if x < 60.0 => (Severity::Moderate, "G3a, mildly to moderately decreased, 45 to 59"),
        x if x < 90.0 => (Severity::Low, "G2, mildly decreased, 60 to 89"),
        _ => (Severity::Info, "G1, normal or high, 90 or more"),
    }
}

pub fn kdigo() -> Citation {
    paper(
        "kdigo-2024",
        "KDIGO 2024 clinical practice guideline for the evaluation and management of chronic kidney disease",
        "Kidney International",
        &["Kidney Disease: Improving Global Outcomes (KDIGO) CKD Work Group"],
        "2024-04",
        "10.1016/j.kint.2023.10.018",
        "38490803",
    )
}

pub const NOT_FOR: &str = "Not for children, pregnancy, dialysis, acute kidney injury or any creatinine that is still \
                           changing, or very unusual muscle mass.";
