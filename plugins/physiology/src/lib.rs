//! Body size, blood pressure and the corrected QT interval.

mod bmi;
mod bsa;
mod map;
mod qtc;
mod weights;

use voiceassist_plugin::{Calculator, calculators};

/// Every calculator of this plugin.
pub const CALCULATORS: &[Calculator] = &[
    bmi::BMI,
    bmi::TARGET_WEIGHT,
    bsa::BSA,
    map::MAP,
    qtc::BAZETT,
    qtc::FRAMINGHAM,
    qtc::FRIDERICIA,
    qtc::HODGES,
    qtc::RAUTAHARJU,
    weights::ADJUSTED,
    weights::IDEAL,
];

calculators!(title: "Physiology");

#[cfg(test)]
mod tests;
