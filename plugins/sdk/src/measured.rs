//! Vital signs and laboratory values that many calculators take, under one name, with one plausible range.
//!
//! A range holds what has been seen in a living patient and leaves out what a wrong unit makes of it; it questions
//! a value, it does not judge it.

use crate::{Coding, Domain, LOINC, Parameter, coding, integer, measure, molar};

/// LOINC codes with their names.
#[must_use]
pub fn loinc(codes: &[(&str, &str)]) -> Vec<Coding> {
    codes
        .iter()
        .map(|(code, display)| coding(LOINC, code, display))
        .collect()
}

#[must_use]
pub fn heart_rate() -> Parameter {
    let codes = loinc(&[("8867-4", "Heart rate")]);
    measure("heart-rate", "Heart rate", "/min", &[], (10.0, 350.0), codes)
}

#[must_use]
pub fn respiratory_rate() -> Parameter {
    let codes = loinc(&[("9279-1", "Respiratory rate")]);
    measure("respiratory-rate", "Respiratory rate", "/min", &[], (1.0, 120.0), codes)
}

#[must_use]
pub fn systolic() -> Parameter {
    let codes = loinc(&[("8480-6", "Systolic blood pressure")]);
    measure(
        "systolic-bp",
        "Systolic blood pressure",
        "mm[Hg]",
        &["kPa"],
        (20.0, 350.0),
        codes,
    )
}

#[must_use]
pub fn diastolic() -> Parameter {
    let codes = loinc(&[("8462-4", "Diastolic blood pressure")]);
    measure(
        "diastolic-bp",
        "Diastolic blood pressure",
        "mm[Hg]",
        &["kPa"],
        (10.0, 250.0),
        codes,
    )
}

#[must_use]
pub fn temperature() -> Parameter {
    let codes = loinc(&[("8310-5", "Body temperature")]);
    measure("temperature", "Temperature", "Cel", &["[degF]"], (20.0, 46.0), codes)
}

/// Oxygen saturation by pulse oximetry.
#[must_use]
pub fn spo2() -> Parameter {
    let codes = loinc(&[
        ("59408-5", "Oxygen saturation in Arterial blood by Pulse oximetry"),
        ("2708-6", "Oxygen saturation in Arterial blood"),
    ]);
    measure("spo2", "Oxygen saturation", "%", &[], (20.0, 100.0), codes)
}

/// Share of oxygen in what is breathed in; 21 % is room air.
#[must_use]
pub fn fio2() -> Parameter {
    let codes = loinc(&[("3150-6", "Inhaled oxygen concentration")]);
    measure("fio2", "Inspired oxygen (FiO₂)", "%", &["1"], (15.0, 100.0), codes)
}

#[must_use]
pub fn pao2() -> Parameter {
    let codes = loinc(&[("2703-7", "Oxygen [Partial pressure] in Arterial blood")]);
    measure(
        "pao2",
        "Arterial oxygen pressure (PaO₂)",
        "mm[Hg]",
        &["kPa"],
        (15.0, 700.0),
        codes,
    )
}

#[must_use]
pub fn paco2() -> Parameter {
    let codes = loinc(&[("2019-8", "Carbon dioxide [Partial pressure] in Arterial blood")]);
    measure(
        "paco2",
        "Arterial carbon dioxide pressure (PaCO₂)",
        "mm[Hg]",
        &["kPa"],
        (5.0, 200.0),
        codes,
    )
}

#[must_use]
pub fn ph() -> Parameter {
    let codes = loinc(&[("2744-1", "pH of Arterial blood")]);
    measure("ph", "Arterial pH", "1", &[], (6.3, 8.0), codes)
}

#[must_use]
pub fn creatinine() -> Parameter {
    let codes = loinc(&[
        ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
        ("14682-9", "Creatinine [Moles/volume] in Serum or Plasma"),
    ]);
    measure(
        "creatinine",
        "Serum creatinine",
        "mg/dL",
        &["umol/L"],
        (0.1, 35.0),
        codes,
    )
    .molar_mass(molar::CREATININE)
}

/// Urea, weighed as its nitrogen in mg/dL or counted in mmol/L.
#[must_use]
pub fn urea_nitrogen() -> Parameter {
    let codes = loinc(&[
        ("3094-0", "Urea nitrogen [Mass/volume] in Serum or Plasma"),
        ("14937-7", "Urea nitrogen [Moles/volume] in Serum or Plasma"),
    ]);
    measure("urea-nitrogen", "Urea (BUN)", "mmol/L", &["mg/dL"], (0.3, 110.0), codes)
        .molar_mass(molar::UREA_NITROGEN)
        .help("In mg/dL it is the urea's nitrogen (BUN), in mmol/L the urea itself.")
}

/// As [`urea_nitrogen`], for rules whose limits are in mg/dL of nitrogen.
#[must_use]
pub fn urea_nitrogen_mass() -> Parameter {
    let mut parameter = urea_nitrogen();
    if let Domain::Quantity(domain) = &mut parameter.domain {
        domain.unit = "mg/dL".into();
        domain.also_accepts = vec!["mmol/L".into()];
        domain.minimum = Some(1.0);
        domain.maximum = Some(300.0);
    }
    parameter
}

#[must_use]
pub fn sodium() -> Parameter {
    let codes = loinc(&[("2951-2", "Sodium [Moles/volume] in Serum or Plasma")]);
    measure("sodium", "Sodium", "mmol/L", &["meq{1+}/L"], (90.0, 220.0), codes).molar_mass(molar::SODIUM)
}

#[must_use]
pub fn potassium() -> Parameter {
    let codes = loinc(&[("2823-3", "Potassium [Moles/volume] in Serum or Plasma")]);
    measure("potassium", "Potassium", "mmol/L", &["meq{1+}/L"], (1.0, 15.0), codes)
}

#[must_use]
pub fn chloride() -> Parameter {
    let codes = loinc(&[("2075-0", "Chloride [Moles/volume] in Serum or Plasma")]);
    measure("chloride", "Chloride", "mmol/L", &["meq{1-}/L"], (50.0, 180.0), codes).molar_mass(molar::CHLORIDE)
}

#[must_use]
pub fn bicarbonate() -> Parameter {
    let codes = loinc(&[("1963-8", "Bicarbonate [Moles/volume] in Serum or Plasma")]);
    measure(
        "bicarbonate",
        "Bicarbonate",
        "mmol/L",
        &["meq{1-}/L"],
        (1.0, 60.0),
        codes,
    )
    .molar_mass(molar::BICARBONATE)
}

#[must_use]
pub fn glucose() -> Parameter {
    let codes = loinc(&[
        ("2345-7", "Glucose [Mass/volume] in Serum or Plasma"),
        ("14749-6", "Glucose [Moles/volume] in Serum or Plasma"),
    ]);
    measure("glucose", "Glucose", "mg/dL", &["mmol/L"], (10.0, 2_500.0), codes).molar_mass(molar::GLUCOSE)
}

#[must_use]
pub fn bilirubin() -> Parameter {
    let codes = loinc(&[
        ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma"),
        ("14631-6", "Bilirubin.total [Moles/volume] in Serum or Plasma"),
    ]);
    measure(
        "bilirubin",
        "Total bilirubin",
        "mg/dL",
        &["umol/L"],
        (0.05, 60.0),
        codes,
    )
    .molar_mass(molar::BILIRUBIN)
}

#[must_use]
pub fn albumin() -> Parameter {
    let codes = loinc(&[("1751-7", "Albumin [Mass/volume] in Serum or Plasma")]);
    measure("albumin", "Serum albumin", "g/dL", &["g/L"], (0.5, 8.0), codes)
}

#[must_use]
pub fn inr() -> Parameter {
    let codes = loinc(&[("6301-6", "INR in Platelet poor plasma by Coagulation assay")]);
    measure("inr", "INR", "1", &[], (0.5, 20.0), codes)
}

#[must_use]
pub fn hematocrit() -> Parameter {
    let codes = loinc(&[("20570-8", "Hematocrit [Volume Fraction] of Blood")]);
    measure("hematocrit", "Hematocrit", "%", &["1"], (5.0, 80.0), codes)
}

#[must_use]
pub fn hemoglobin() -> Parameter {
    let codes = loinc(&[("718-7", "Hemoglobin [Mass/volume] in Blood")]);
    measure("hemoglobin", "Hemoglobin", "g/dL", &["g/L"], (1.0, 26.0), codes)
}

#[must_use]
pub fn white_cells() -> Parameter {
    let codes = loinc(&[("26464-8", "Leukocytes [#/volume] in Blood")]);
    let also = ["10*3/uL", "/uL", "/mm3"];
    measure(
        "white-cells",
        "White blood cells",
        "10*9/L",
        &also,
        (0.02, 1_000.0),
        codes,
    )
}

#[must_use]
pub fn platelets() -> Parameter {
    let codes = loinc(&[("26515-7", "Platelets [#/volume] in Blood")]);
    let also = ["10*3/uL", "/uL", "/mm3"];
    measure("platelets", "Platelets", "10*9/L", &also, (1.0, 3_000.0), codes)
}

#[must_use]
pub fn total_cholesterol() -> Parameter {
    let codes = loinc(&[
        ("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma"),
        ("14647-2", "Cholesterol [Moles/volume] in Serum or Plasma"),
    ]);
    measure(
        "total-cholesterol",
        "Total cholesterol",
        "mg/dL",
        &["mmol/L"],
        (40.0, 1_200.0),
        codes,
    )
    .molar_mass(molar::CHOLESTEROL)
}

#[must_use]
pub fn hdl_cholesterol() -> Parameter {
    let codes = loinc(&[
        ("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma"),
        ("14646-4", "Cholesterol in HDL [Moles/volume] in Serum or Plasma"),
    ]);
    measure(
        "hdl-cholesterol",
        "HDL cholesterol",
        "mg/dL",
        &["mmol/L"],
        (5.0, 200.0),
        codes,
    )
    .molar_mass(molar::CHOLESTEROL)
}

/// Glasgow coma scale as one number.
#[must_use]
pub fn gcs() -> Parameter {
    integer(
        "gcs",
        "Glasgow coma scale",
        3,
        15,
        loinc(&[("9269-2", "Glasgow coma score total")]),
    )
}

#[must_use]
pub fn mean_arterial_pressure() -> Parameter {
    let codes = loinc(&[("8478-0", "Mean blood pressure")]);
    measure(
        "mean-arterial-pressure",
        "Mean arterial pressure",
        "mm[Hg]",
        &["kPa"],
        (15.0, 280.0),
        codes,
    )
}

#[must_use]
pub fn bmi() -> Parameter {
    let codes = loinc(&[("39156-5", "Body mass index")]);
    measure("bmi", "Body mass index", "kg/m2", &[], (8.0, 120.0), codes)
}

/// From a premature infant of 200 g on.
#[must_use]
pub fn weight() -> Parameter {
    let codes = loinc(&[("29463-7", "Body weight")]);
    measure("weight", "Weight", "kg", &["g", "[lb_av]"], (0.2, 500.0), codes)
}

/// `least` in cm: infants are 25 cm and more, and formulas for adults question less than an adult's height.
#[must_use]
pub fn height(least: f64) -> Parameter {
    let codes = loinc(&[("8302-2", "Body height")]);
    measure(
        "height",
        "Height",
        "cm",
        &["m", "[in_i]", "[ft_i]"],
        (least, 260.0),
        codes,
    )
}
