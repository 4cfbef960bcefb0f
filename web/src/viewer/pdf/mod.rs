//! PDF pages drawn by pdf.js, with our marks over them.

mod bindings;
pub mod overlay;
mod pages;
mod slot;
mod view;

pub use view::PdfView;
