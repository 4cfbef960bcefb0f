//! Pneumonia, sore throat and inflammatory response.

mod centor;
mod curb65;
mod feverpain;
mod psi;
mod sirs;

voiceassist_plugin::calculators!(title: "Respiratory infection"; centor, curb65, feverpain, psi, sirs);

#[cfg(test)]
mod tests;
