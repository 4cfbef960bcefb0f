//! Behaviour of the reader on whole files, most of them made here.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod accuracy;
mod child;
mod docx;
mod hostile;
mod ocr;
mod pdf;
mod structure;
mod support;
