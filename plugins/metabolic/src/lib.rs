//! Electrolytes, acid-base, fluids, lipids, insulin resistance and liver fibrosis.

mod anion_gap;
mod calcium;
mod fib4;
mod fluids;
mod homa_ir;
mod ldl;
mod osmolality;
mod sodium;

use voiceassist_plugin::{Calculator, calculators};

/// Every calculator of this plugin.
pub const CALCULATORS: &[Calculator] = &[
    anion_gap::ANION_GAP,
    anion_gap::CORRECTED_ANION_GAP,
    anion_gap::CORRECTED_DELTA_GAP,
    anion_gap::CORRECTED_DELTA_RATIO,
    anion_gap::DELTA_GAP,
    anion_gap::DELTA_RATIO,
    calcium::CALCIUM,
    fib4::FIB4,
    fluids::FLUIDS,
    homa_ir::HOMA_IR,
    ldl::LDL,
    osmolality::OSMOLALITY,
    sodium::SODIUM,
];

calculators!(title: "Electrolytes and metabolism");

#[cfg(test)]
mod tests;
