//! PubMed through NCBI's E-utilities (<https://www.ncbi.nlm.nih.gov/books/NBK25501/>): search, whole records
//! with their retraction notices, citations, and citations saved to a file.

mod article;
mod cite;
mod eutils;
mod fetch;
mod record;
mod save;
mod search;
mod summary;
mod tools;
mod xml;

#[cfg(test)]
mod tests;

use voiceassist_plugin::integration::{Call, Effect, Plan, ToolInfo, ToolResult, Tools};
use voiceassist_plugin::{Arguments, Error, Host, Outside, plugin, unsupported};

struct Plugin;

impl Tools for Plugin {
    fn tools(_language: String) -> Vec<ToolInfo> {
        tools::all()
    }

    fn prepare(call: Call) -> Result<Plan, Error> {
        prepare(&Host, &call)
    }

    fn invoke(call: Call, approved: Option<Plan>) -> Result<ToolResult, Error> {
        invoke(&Host, &call, approved.as_ref())
    }
}

fn prepare<O: Outside>(outside: &O, call: &Call) -> Result<Plan, Error> {
    match call.tool.as_str() {
        tools::SAVE => save::prepare(outside, &Arguments::parse(&call.arguments)?),
        name if tools::all()
            .iter()
            .any(|tool| tool.name == name && tool.effect == Effect::Read) =>
        {
            Err(unsupported(format!(
                "{name} changes nothing, so there is nothing to prepare"
            )))
        }
        _ => Err(missing(call)),
    }
}

fn invoke<O: Outside>(outside: &O, call: &Call, approved: Option<&Plan>) -> Result<ToolResult, Error> {
    let arguments = Arguments::parse(&call.arguments)?;
    match call.tool.as_str() {
        tools::SEARCH => search::run(outside, &arguments),
        tools::FETCH => fetch::run(outside, &arguments),
        tools::CITE => cite::run(outside, &arguments),
        tools::SAVE => save::run(outside, approved),
        _ => Err(missing(call)),
    }
}

fn missing(call: &Call) -> Error {
    unsupported(format!("this plugin has no tool {}", call.tool))
}

plugin!(Plugin, world: integration, title: "PubMed");
