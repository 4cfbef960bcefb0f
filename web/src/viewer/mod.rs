//! The open document beside the answer, at the page, with the passage marked.

mod heading;
mod image;
mod marks;
pub mod panel;
mod pdf;
mod target;
mod text;
mod toolbar;

pub use target::Target;
