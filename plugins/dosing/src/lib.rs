//! Equivalent doses of glucocorticoids and opioids.

mod opioids;
mod steroids;

use voiceassist_plugin::{Calculator, calculators};

const TABLE: [Calculator; 2] = [opioids::OPIOIDS, steroids::STEROIDS];

calculators!(TABLE, title: "Equivalent doses");

#[cfg(test)]
mod tests;
