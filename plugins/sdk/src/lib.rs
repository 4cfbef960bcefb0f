//! Write a VoiceAssist calculator plugin in Rust.
//!
//! A plugin implements [`Calculators`] and names itself with [`plugin!`]:
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
//! Build it for `wasm32-unknown-unknown` as a `cdylib` and turn the module into a component. The host
//! refuses a component that imports anything but types, so no clock, randomness, file or network is
//! reachable: the result depends on the arguments alone.

mod declare;
mod inputs;
pub mod measured;
mod numbers;
mod parts;
mod score;
mod table;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;

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

pub use bindings::exports::voiceassist::plugin::calculators::{
    Argument, CalculatorInfo, Choice, Domain, Example, Finding, Guest as Calculators, IntegerDomain, Outcome,
    Parameter, QuantityDomain, Step, Value,
};
pub use bindings::voiceassist::plugin::types::{Citation, Coding, Error, ErrorKind, Quantity, Severity};
pub use declare::{age, date, example, finding, measure, molar, sex, variant};
pub use inputs::Inputs;
pub use numbers::{reported, rounded, short};
pub use parts::{
    LOINC, SNOMED, UNSUPPORTED_CALCULATOR, argument, boolean, choice, choice_option, coding, integer, paper, quantity,
    refused, step, work,
};
pub use score::{Band, Points, at_least, band, banded, banded_from};
pub use table::{Calculator, compute};

/// Exports `$plugin` and writes the section the host reads its name and version from.
///
/// Id, version and licence come from the plugin's Cargo.toml; the title is for people.
#[macro_export]
macro_rules! plugin {
    ($plugin:ident, title: $title:literal) => {
        #[used]
        #[cfg_attr(target_arch = "wasm32", unsafe(link_section = "voiceassist:plugin"))]
        static VOICEASSIST_PLUGIN: [u8; {
            concat!(
                "id=", env!("CARGO_PKG_NAME"), "\nversion=", env!("CARGO_PKG_VERSION"),
                "\nlicense=", env!("CARGO_PKG_LICENSE"), "\ntitle=", $title, "\n"
            )
            .len()
        }] = {
            let text = concat!(
                "id=", env!("CARGO_PKG_NAME"), "\nversion=", env!("CARGO_PKG_VERSION"),
                "\nlicense=", env!("CARGO_PKG_LICENSE"), "\ntitle=", $title, "\n"
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
        $crate::bindings::export_calculator!($plugin with_types_in $crate::bindings);
    };
}
