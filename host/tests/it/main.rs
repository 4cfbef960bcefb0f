//! Behaviour tests: the real application on a real database, real models and real child processes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "tests; the figures of one are the point"
)]

mod absent;
mod answers;
mod audit;
mod calculators;
mod canary;
mod cloud;
mod connected;
mod contexts;
mod documents;
mod egress;
mod egress_tls;
mod hosts;
mod injection;
mod isolation;
mod matrix;
mod models;
mod namespace;
mod no_network;
mod openapi;
mod pages;
mod panel;
mod permission;
mod plugins;
mod process;
mod receipt;
mod retention;
mod saved;
mod second_factor;
mod sessions;
mod shelf;
mod starting;
mod streams;
mod support;
mod undo;
mod vault;
mod voice;
mod withdrawn;
mod writers;
mod written;
