//! Kidney function and water balance.

mod ckd_epi;
mod cockcroft_gault;
mod fena;
mod gfr;
mod mdrd;
mod measures;
mod water_deficit;

use voiceassist_plugin::{Calculator, calculators};

/// Every calculator of this plugin.
pub const CALCULATORS: &[Calculator] = &[
    ckd_epi::CKD_EPI,
    cockcroft_gault::COCKCROFT_GAULT,
    fena::FENA,
    mdrd::MDRD,
    water_deficit::WATER_DEFICIT,
];

calculators!(title: "Nephrology");

#[cfg(test)]
mod tests;
