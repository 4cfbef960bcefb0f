//! What is said only inside Nextcloud.

pub mod english;
pub mod german;

pub use english::NextcloudTexts;
