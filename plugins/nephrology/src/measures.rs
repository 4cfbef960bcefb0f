//! Inputs the formulas share.

use voiceassist_plugin::{LOINC, Measured, Parameter, coding, integer};

/// In years. The equations were derived in adults.
pub fn adult_age() -> Parameter {
    integer("age", "Age (years)", 18, 110, vec![coding(LOINC, "30525-0", "Age")])
}

/// In mg/dL; of creatinine, 113.12 g/mol.
pub fn creatinine() -> Parameter {
    Measured {
        name: "creatinine",
        label: "Serum creatinine",
        help: Some("A steady value."),
        unit: "mg/dL",
        also: &["umol/L"],
        // 18 to 2,210 umol/L: below lies no adult, above no reported survivor without an analytic error.
        range: (0.2, 25.0),
        molar_mass: Some(CREATININE),
        loinc: &[
            ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
            ("14682-9", "Creatinine [Moles/volume] in Serum or Plasma"),
        ],
    }
    .parameter()
}

/// In g/mol.
pub const CREATININE: f64 = 113.12;
/// In g/mol.
const SODIUM: f64 = 22.99;

/// In mmol/L, which for an ion of one charge is mEq/L.
pub fn sodium() -> Parameter {
    Measured {
        name: "sodium",
        label: "Serum sodium",
        help: None,
        unit: "mmol/L",
        also: &["meq{1+}/L"],
        range: (90.0, 210.0),
        molar_mass: Some(SODIUM),
        loinc: &[("2951-2", "Sodium [Moles/volume] in Serum or Plasma")],
    }
    .parameter()
}

/// In mmol/L.
pub fn urine_sodium() -> Parameter {
    Measured {
        name: "urine-sodium",
        label: "Urine sodium",
        help: Some("Of a spot urine, from the same time as the blood."),
        unit: "mmol/L",
        also: &["meq{1+}/L"],
        range: (1.0, 400.0),
        molar_mass: Some(SODIUM),
        loinc: &[("2955-3", "Sodium [Moles/volume] in Urine")],
    }
    .parameter()
}
