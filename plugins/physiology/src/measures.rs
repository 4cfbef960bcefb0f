//! Weight and height, as every formula here takes them.

use voiceassist_plugin::{Measured, Parameter};

/// In kg, from an infant of 200 g on.
pub fn weight() -> Parameter {
    Measured {
        name: "weight",
        label: "Weight",
        help: Some("Measured, not estimated."),
        unit: "kg",
        also: &["g", "[lb_av]"],
        range: (0.2, 500.0),
        molar_mass: None,
        loinc: &[("29463-7", "Body weight")],
    }
    .parameter()
}

/// In cm.
pub fn height(least: f64) -> Parameter {
    Measured {
        name: "height",
        label: "Height",
        help: None,
        unit: "cm",
        also: &["m", "[in_i]", "[ft_i]"],
        range: (least, 260.0),
        molar_mass: None,
        loinc: &[("8302-2", "Body height")],
    }
    .parameter()
}
