//! What is said to those who look through the audit trail.

pub mod english;
pub mod german;

pub use english::AuditTexts;
