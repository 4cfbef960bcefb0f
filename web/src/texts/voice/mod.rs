//! What is said to those who talk to VoiceAssist, and to those who look after talking.

pub mod english;
pub mod german;

pub use english::VoiceTexts;
