//! Cardiovascular risk scores.

mod cha2ds2_vasc;
mod framingham;
mod grace;
mod has_bled;
mod heart;
mod rcri;

voiceassist_plugin::calculators!(title: "Cardiology"; cha2ds2_vasc, framingham, grace, has_bled, heart, rcri);

#[cfg(test)]
mod tests;
