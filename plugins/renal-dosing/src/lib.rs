//! Doses by kidney function, as the drugs' labels give them.

mod anticoagulants;

voiceassist_plugin::calculators!(title: "Renal dosing"; anticoagulants);

#[cfg(test)]
mod tests;
