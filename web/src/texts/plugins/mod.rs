//! What is said to those who manage plugins.

pub mod english;
pub mod german;

pub use english::PluginTexts;
