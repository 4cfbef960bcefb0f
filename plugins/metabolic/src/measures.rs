//! Inputs the formulas share.

use voiceassist_plugin::{Measured, Parameter};

/// An ion of one charge, in mmol/L, which is mEq/L.
fn ion(name: &str, label: &str, range: (f64, f64), molar_mass: f64, loinc: (&str, &str)) -> Parameter {
    Measured {
        name,
        label,
        help: None,
        unit: "mmol/L",
        also: &["meq{1+}/L"],
        range,
        molar_mass: Some(molar_mass),
        loinc: &[loinc],
    }
    .parameter()
}

pub fn sodium() -> Parameter {
    ion(
        "sodium",
        "Serum sodium",
        (90.0, 210.0),
        22.99,
        ("2951-2", "Sodium [Moles/volume] in Serum or Plasma"),
    )
}

pub fn chloride() -> Parameter {
    ion(
        "chloride",
        "Serum chloride",
        (50.0, 180.0),
        35.45,
        ("2075-0", "Chloride [Moles/volume] in Serum or Plasma"),
    )
}

pub fn bicarbonate() -> Parameter {
    ion(
        "bicarbonate",
        "Serum bicarbonate",
        (1.0, 60.0),
        61.02,
        ("1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma"),
    )
}

/// In g/dL.
pub fn albumin() -> Parameter {
    Measured {
        name: "albumin",
        label: "Serum albumin",
        help: None,
        unit: "g/dL",
        also: &["g/L"],
        range: (0.5, 7.0),
        molar_mass: None,
        loinc: &[("1751-7", "Albumin [Mass/volume] in Serum or Plasma")],
    }
    .parameter()
}

/// In g/mol.
pub const GLUCOSE: f64 = 180.156;

/// In mg/dL.
pub fn glucose() -> Parameter {
    Measured {
        name: "glucose",
        label: "Glucose",
        help: None,
        unit: "mg/dL",
        also: &["mmol/L"],
        range: (10.0, 3_000.0),
        molar_mass: Some(GLUCOSE),
        loinc: &[
            ("2345-7", "Glucose [Mass/volume] in Serum or Plasma"),
            ("14749-6", "Glucose [Moles/volume] in Serum or Plasma"),
        ],
    }
    .parameter()
}
