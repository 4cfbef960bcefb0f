//! The 18 kinds of identifiers of the HIPAA Safe Harbor method, 45 CFR 164.514(b)(2)(i)(A) to (R).

use serde::{Deserialize, Serialize};

/// A kind of identifier, in the order of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Name,
    /// Anything smaller than a state: street, city, postcode, and the hospital or practice itself.
    Location,
    /// Every part of a date but the year; also an age over 89.
    Date,
    Phone,
    Fax,
    Email,
    /// Social security and other national personal numbers.
    SocialSecurity,
    MedicalRecord,
    HealthPlan,
    Account,
    /// Certificate and licence numbers, DEA and NPI numbers among them.
    License,
    /// Vehicle identifiers and number plates.
    Vehicle,
    /// Device identifiers and serial numbers.
    Device,
    Url,
    IpAddress,
    Biometric,
    Photo,
    /// Any other unique number, characteristic or code.
    Other,
}

impl Kind {
    /// Word in a placeholder such as `[NAME_1]`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Name => "NAME",
            Kind::Location => "PLACE",
            Kind::Date => "DATE",
            Kind::Phone => "PHONE",
            Kind::Fax => "FAX",
            Kind::Email => "EMAIL",
            Kind::SocialSecurity => "SSN",
            Kind::MedicalRecord => "MRN",
            Kind::HealthPlan => "PLAN",
            Kind::Account => "ACCOUNT",
            Kind::License => "LICENSE",
            Kind::Vehicle => "VEHICLE",
            Kind::Device => "DEVICE",
            Kind::Url => "URL",
            Kind::IpAddress => "IP",
            Kind::Biometric => "BIOMETRIC",
            Kind::Photo => "PHOTO",
            Kind::Other => "ID",
        }
    }

    /// Name of the kind in the evaluation sets (those of ASQ-PHI; it has no place for a few of the 18).
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Kind::Name => "NAME",
            Kind::Location => "GEOGRAPHIC_LOCATION",
            Kind::Date => "DATE",
            Kind::Phone => "PHONE_NUMBER",
            Kind::Fax => "FAX_NUMBER",
            Kind::Email => "EMAIL_ADDRESS",
            Kind::SocialSecurity => "SOCIAL_SECURITY_NUMBER",
            Kind::MedicalRecord => "MEDICAL_RECORD_NUMBER",
            Kind::HealthPlan => "HEALTH_PLAN_BENEFICIARY_NUMBER",
            Kind::Account => "ACCOUNT_NUMBER",
            Kind::License => "CERTIFICATE_LICENSE_NUMBER",
            Kind::Vehicle => "VEHICLE_IDENTIFIER",
            Kind::Device => "DEVICE_IDENTIFIER",
            Kind::Url => "URL",
            Kind::IpAddress => "IP_ADDRESS",
            Kind::Biometric => "BIOMETRIC_IDENTIFIER",
            Kind::Photo => "PHOTO",
            Kind::Other => "UNIQUE_IDENTIFIER",
        }
    }
}

/// Where an identifier stands; it holds no text, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    pub kind: Kind,
    /// How sure the rule is, 0 to 1: from 0.9 a checksum or label proves it, below 0.6 only shape speaks for it.
    pub score: f32,
}

/// What a text holds, for routing. Ordered: the class of several texts is their maximum.
///
/// A remote service is never sent `Phi`; whoever sends `Possible` must have been told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Nothing found.
    None,
    /// Something that identifies nobody by itself.
    Possible,
    /// An identifier of a person.
    Phi,
}
