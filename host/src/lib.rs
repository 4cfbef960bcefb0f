//! VoiceAssist host: one process, one crate cut vertically by feature.

pub mod admin;
pub mod app;
pub mod audit;
pub mod backup;
pub mod chat;
pub mod clinical;
pub mod clock;
pub mod cloud;
pub mod config;
pub mod db;
pub mod doctor;
pub mod edge;
pub mod egress;
pub mod eval;
pub mod guidelines;
pub mod hosts;
pub mod identity;
pub mod ingest;
pub mod jobs;
pub mod knowledge;
pub mod lifecycle;
pub mod live;
pub mod models;
pub mod plugins;
pub mod router;
pub mod vault;
