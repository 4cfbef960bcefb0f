//! Words clinicians use for what calculators ask. Data only: a calculator joins by its parameters' codings or
//! names, and a parameter nobody listed here is still read by its own label.
//!
//! Lists are separated by semicolons; [`super::text::phrases`] says how alternatives are written. A name may be
//! that of a parameter of any calculator (`confusion`) or of one calculator's (`has-bled/hypertension`).

pub mod calculators;
pub mod choices;
pub mod conditions;
pub mod critical;
pub mod findings;
pub mod measurements;
pub mod thrombosis;

/// A history item or finding that is there or not.
#[derive(Clone, Copy)]
pub struct Condition {
    /// Parameter names it answers to, separated by spaces.
    pub names: &'static str,
    /// SNOMED CT codes it answers to, separated by spaces.
    pub codes: &'static str,
    /// Mean yes.
    pub yes: &'static str,
    /// Mean no where they are there, and yes where they are denied: a cough, for "no cough".
    pub against: &'static str,
    /// Mean perhaps: asked, with the reason.
    pub ask: &'static [(&'static str, &'static str)],
    /// A measurement that answers it, by its name, with limits in several units: at or above one, it is there.
    pub limit: Option<Limit>,
}

#[derive(Clone, Copy)]
pub struct Limit {
    pub measurement: &'static str,
    pub there: There,
    /// In UCUM, with the value that decides.
    pub at: &'static [(&'static str, f64)],
}

#[derive(Clone, Copy)]
pub enum There {
    Above,
    AtLeast,
    Below,
}

const fn item(names: &'static str, yes: &'static str) -> Condition {
    Condition {
        names,
        codes: "",
        yes,
        against: "",
        ask: &[],
        limit: None,
    }
}

impl Condition {
    const fn codes(self, codes: &'static str) -> Self {
        Self { codes, ..self }
    }

    const fn against(self, against: &'static str) -> Self {
        Self { against, ..self }
    }

    const fn ask(self, ask: &'static [(&'static str, &'static str)]) -> Self {
        Self { ask, ..self }
    }

    const fn limit(self, measurement: &'static str, there: There, at: &'static [(&'static str, f64)]) -> Self {
        let limit = Some(Limit { measurement, there, at });
        Self { limit, ..self }
    }
}

/// LOINC codes of age and sex, and the parameter names they go by.
pub const AGE: (&str, &str) = ("30525-0", "age");
pub const SEX: (&str, &str) = ("46098-0 76689-9", "sex gender");

pub const MALE: &str = "man male gentleman boy mr bloke guy he his him";
pub const FEMALE: &str = "woman female lady girl mrs ms she her hers gal";
/// Where the formula's sex category is not the word's to decide.
pub const SEX_TO_ASK: &str = "transgender trans intersex nonbinary transwoman transman";

pub const RELATIVES: &str = "mother father mom mum dad brother sister son daughter parent sibling uncle aunt grandmother grandfather \
     grandparent cousin wife husband spouse partner twin relative family familial fhx fh maternal paternal \
     hereditary niece nephew neighbour neighbor";
