//! Venous thromboembolism: probability, exclusion and risk.

mod caprini;
mod perc;
mod wells_dvt;
mod wells_pe;

voiceassist_plugin::calculators!(title: "Thrombosis"; caprini, perc, wells_dvt, wells_pe);

#[cfg(test)]
mod tests;
