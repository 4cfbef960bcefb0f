//! Small parts used on every page.

pub mod announcer;
pub mod chart;
pub mod confirm;
pub mod icon;
pub mod modal;
pub mod problem;
pub mod switch;
pub mod toasts;
