//! Acute illness, organ failure, coma, bleeding and comorbidity.

mod apache2;
mod charlson;
mod child_pugh;
mod gcs;
mod glasgow_blatchford;
mod meld_na;
mod news2;
mod qsofa;
mod sofa;

voiceassist_plugin::calculators!(
    title: "Critical care";
    apache2, charlson, child_pugh, gcs, glasgow_blatchford, meld_na, news2, qsofa, sofa
);

#[cfg(test)]
mod tests;
