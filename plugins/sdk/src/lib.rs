//! Write a VoiceAssist plugin in Rust.
//!
//! A calculator implements [`Calculators`] and names itself with [`plugin!`]:
//!
//! ```
//! use voiceassist_plugin::{
//!     Argument, CalculatorInfo, Calculators, Error, Example, Outcome, UNSUPPORTED_CALCULATOR, plugin, refused,
//! };
//!
//! struct Plugin;
//!
//! impl Calculators for Plugin {
//!     fn calculators(_language: String) -> Vec<CalculatorInfo> {
//!         Vec::new()
//!     }
//!     fn examples() -> Vec<Example> {
//!         Vec::new()
//!     }
//!     fn compute(_calculator: String, _arguments: Vec<Argument>, _language: String) -> Result<Outcome, Error> {
//!         Err(refused(UNSUPPORTED_CALCULATOR))
//!     }
//! }
//!
//! plugin!(Plugin, title: "Renal function");
//! ```
//!
//! A plugin of a connected world names the world and implements its traits: [`scraper::Source`],
//! [`integration::Tools`], [`chat::Models`] and [`chat::Chat`], or [`embedding::Models`] and
//! [`embedding::Embeddings`]. What it reaches is [`Outside`]: [`Host`] in the component,
//! [`testing::Recorded`] in its tests.
//!
//! ```
//! use voiceassist_plugin::integration::{Call, Plan, ToolInfo, ToolResult, Tools};
//! use voiceassist_plugin::{Error, plugin, unsupported};
//!
//! struct Plugin;
//!
//! impl Tools for Plugin {
//!     fn tools(_language: String) -> Vec<ToolInfo> {
//!         Vec::new()
//!     }
//!     fn prepare(_call: Call) -> Result<Plan, Error> {
//!         Err(unsupported("this plugin changes nothing"))
//!     }
//!     fn invoke(call: Call, _approved: Option<Plan>) -> Result<ToolResult, Error> {
//!         Err(unsupported(format!("this plugin has no tool {}", call.tool)))
//!     }
//! }
//!
//! plugin!(Plugin, world: integration, title: "Literature");
//! ```
//!
//! Build it for `wasm32-unknown-unknown` as a `cdylib` and turn the module into a component. The host
//! refuses a calculator that imports anything but types, so no clock, randomness, file or network is
//! reachable: the result depends on the arguments alone.

mod arguments;
#[cfg(not(target_arch = "wasm32"))]
pub mod conformance;
mod declare;
mod fault;
mod host;
pub mod http;
mod inputs;
pub mod measured;
mod numbers;
mod outside;
mod parts;
mod score;
mod table;
pub mod testing;
mod text;
#[doc(hidden)]
pub mod worlds;

#[doc(hidden)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "calculator",
        pub_export_macro: true,
        export_macro_name: "export_calculator",
        default_bindings_module: "voiceassist_plugin::bindings",
        additional_derives: [PartialEq],
    });
}

pub use arguments::Arguments;
pub use bindings::exports::voiceassist::plugin::calculators::{
    Argument, CalculatorInfo, Choice, Domain, Example, Finding, Guest as Calculators, IntegerDomain, Outcome,
    Parameter, QuantityDomain, Step, Value,
};
pub use bindings::voiceassist::plugin::types::{Citation, Coding, Error, ErrorKind, Quantity, Severity};
pub use declare::{age, date, example, finding, measure, molar, sex, variant};
pub use fault::{conflict, denied, fault, internal, not_found, rate_limited, unavailable, unsupported};
pub use host::Host;
pub use inputs::Inputs;
pub use numbers::{reported, rounded, short};
pub use outside::{Bucket, Outside, recall_text};
pub use parts::{
    LOINC, SNOMED, UNSUPPORTED_CALCULATOR, argument, boolean, choice, choice_option, coding, integer, paper, quantity,
    refused, step, work,
};
pub use score::{Band, Points, at_least, band, banded, banded_from};
pub use table::{Calculator, compute};
pub use text::{LONGEST_TEXT, cut, escaped, lowered, raised, squeezed};
pub use worlds::imports::voiceassist::plugin::credentials::Readiness;
pub use worlds::imports::voiceassist::plugin::files::Entry as FileEntry;
pub use worlds::imports::voiceassist::plugin::log::{Field, Level};

/// A body of documents the host indexes.
pub mod scraper {
    pub use crate::worlds::scraper::exports::voiceassist::plugin::source::{
        Attachment, Body, Document, Entry, Guest as Source, Page, Section, SourceInfo,
    };
}

/// Tools a model or a person may call.
pub mod integration {
    pub use crate::worlds::integration::exports::voiceassist::plugin::tools::{
        Call, Change, Content, Effect, FileReference, Guest as Tools, Plan, ToolInfo, ToolResult,
    };
}

/// Chat models.
pub mod chat {
    pub use crate::worlds::chat::exports::voiceassist::plugin::chat::{
        Completion, Event, Finish, Guest as Chat, GuestCompletion, Image, Message, Part, Request, Role, ToolCall,
        ToolDefinition, ToolOutput, Usage,
    };
    pub use crate::worlds::models::exports::voiceassist::plugin::models::{Capability, Guest as Models, ModelInfo};
}

/// Embedding models.
pub mod embedding {
    pub use crate::worlds::embeddings::exports::voiceassist::plugin::embeddings::{
        Guest as Embeddings, Matrix, Purpose,
    };
    pub use crate::worlds::models::exports::voiceassist::plugin::models::{Capability, Guest as Models, ModelInfo};
}

/// Exports `$plugin` and writes the section the host reads its name and version from.
///
/// Id, version and licence come from the plugin's Cargo.toml; the title is for people. The world is
/// `scraper`, `integration`, `chat_adapter` or `embedding_adapter`; without one it is a calculator.
#[macro_export]
macro_rules! plugin {
    ($plugin:ident, title: $title:literal) => {
        $crate::__voiceassist_section!($title);
        $crate::bindings::export_calculator!($plugin with_types_in $crate::bindings);
    };
    ($plugin:ident, world: scraper, title: $title:literal) => {
        $crate::__voiceassist_section!($title);
        $crate::worlds::scraper::export_scraper!($plugin with_types_in $crate::worlds::scraper);
    };
    ($plugin:ident, world: integration, title: $title:literal) => {
        $crate::__voiceassist_section!($title);
        $crate::worlds::integration::export_integration!($plugin with_types_in $crate::worlds::integration);
    };
    ($plugin:ident, world: chat_adapter, title: $title:literal) => {
        $crate::__voiceassist_section!($title);
        $crate::worlds::models::export_models!($plugin with_types_in $crate::worlds::models);
        $crate::worlds::chat::export_chat!($plugin with_types_in $crate::worlds::chat);
    };
    ($plugin:ident, world: embedding_adapter, title: $title:literal) => {
        $crate::__voiceassist_section!($title);
        $crate::worlds::models::export_models!($plugin with_types_in $crate::worlds::models);
        $crate::worlds::embeddings::export_embeddings!($plugin with_types_in $crate::worlds::embeddings);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __voiceassist_section {
    ($title:literal) => {
        #[used]
        #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "voiceassist:plugin"))]
        static VOICEASSIST_PLUGIN: [u8; {
            concat!(
                "id=",
                env!("CARGO_PKG_NAME"),
                "\nversion=",
                env!("CARGO_PKG_VERSION"),
                "\nlicense=",
                env!("CARGO_PKG_LICENSE"),
                "\ntitle=",
                $title,
                "\n"
            )
            .len()
        }] = {
            let text = concat!(
                "id=",
                env!("CARGO_PKG_NAME"),
                "\nversion=",
                env!("CARGO_PKG_VERSION"),
                "\nlicense=",
                env!("CARGO_PKG_LICENSE"),
                "\ntitle=",
                $title,
                "\n"
            )
            .as_bytes();
            let mut bytes = [0; VOICEASSIST_PLUGIN.len()];
            let mut index = 0;
            while index < bytes.len() {
                bytes[index] = text[index];
                index += 1;
            }
            bytes
        };
    };
}
