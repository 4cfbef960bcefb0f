//! Inputs the formulas share.

use voiceassist_plugin::{Parameter, measure, measured::loinc};

/// Of a spot urine.
pub fn urine_sodium() -> Parameter {
    let codes = loinc(&[("2955-3", "Sodium [Moles/volume] in Urine")]);
    measure(
        "urine-sodium",
        "Urine sodium",
        "mmol/L",
        &["meq{1+}/L"],
        (1.0, 400.0),
        codes,
    )
    .help("Of a spot urine, from the same time as the blood.")
}
