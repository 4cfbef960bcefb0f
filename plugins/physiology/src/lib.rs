//! Body size, blood pressure and the corrected QT interval.

mod bmi;
mod bsa;
mod map;
mod measures;
mod qtc;
mod weights;

use voiceassist_plugin::{Calculator, calculators};

const TABLE: [Calculator; 11] = [
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

calculators!(TABLE, title: "Physiology");

#[cfg(test)]
mod tests;
