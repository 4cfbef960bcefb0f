//! Equivalent doses of glucocorticoids and opioids.

mod opioids;
mod steroids;

use voiceassist_plugin::{Calculator, calculators};

/// Every calculator of this plugin.
pub const CALCULATORS: &[Calculator] = &[opioids::OPIOIDS, steroids::STEROIDS];

calculators!(title: "Equivalent doses");

#[cfg(test)]
mod tests;
