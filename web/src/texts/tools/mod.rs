//! What is said to those who use tools and calculators of plugins.

pub mod english;
pub mod german;

pub use english::ToolTexts;
