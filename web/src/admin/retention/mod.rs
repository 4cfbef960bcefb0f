//! How long data is kept, what is held, and one person's data.

mod act;
mod erasures;
mod holds;
mod page;
mod person;
mod rule_fields;
mod rules;

pub use page::RetentionPage;
