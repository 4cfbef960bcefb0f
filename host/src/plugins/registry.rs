//! What runs now. A new set replaces the old in one step; calls under way keep the one they started with.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use api_types::{CalculatorInfo, PluginInfo, ToolEffect, ToolInfo};
use plugin_package::{Access, Granted, Package, PhiClass};
use sandbox::{Calculator, Grants, Plugin, Tool};

use super::store::Installed;
use super::{tools, wire};

/// All that is loaded at one moment.
#[derive(Default)]
pub struct Registry {
    /// Of the database, when it was read.
    pub(super) revision: i64,
    pub(super) loaded: BTreeMap<String, Arc<Loaded>>,
    /// Plugins that should run and cannot, with the reason.
    pub(super) refused: BTreeMap<String, String>,
    pub(super) notices: Vec<String>,
}

/// A package that was opened, compiled and held against its examples; the part that takes time.
pub struct Ready {
    /// Without its component, which has become the plugin.
    pub package: Package,
    pub plugin: Plugin,
    pub calculators: Vec<Calculator>,
    pub tools: Vec<LoadedTool>,
    /// What its instances are linked with.
    pub grants: Grants,
}

/// A plugin as it runs now.
pub struct Loaded {
    pub(super) ready: Arc<Ready>,
    version: String,
    access: Access,
    config: BTreeMap<String, String>,
    /// Calculators and tools that are switched off.
    off: BTreeSet<String>,
    info: PluginInfo,
}

#[derive(Clone)]
pub struct LoadedTool {
    tool: Tool,
    schema: serde_json::Value,
    validator: Arc<jsonschema::Validator>,
}

impl Registry {
    /// The plugin that has this calculator, switched on.
    pub fn calculator(&self, id: &str) -> Option<(&Arc<Loaded>, &Calculator)> {
        self.loaded.values().find_map(|loaded| {
            let calculator = loaded.calculators().find(|one| one.id == id)?;
            Some((loaded, calculator))
        })
    }

    pub fn catalogue(&self) -> Vec<CalculatorInfo> {
        let plugins = self.loaded.values();
        let mut all: Vec<_> = plugins
            .flat_map(|loaded| loaded.info.calculators.iter().cloned())
            .collect();
        all.sort_by_key(|one| one.title.to_lowercase());
        all
    }

    pub fn infos(&self) -> Vec<PluginInfo> {
        self.loaded.values().map(|loaded| loaded.info.clone()).collect()
    }

    pub fn tools(&self) -> Vec<ToolInfo> {
        let plugins = self.loaded.values();
        plugins
            .flat_map(|loaded| loaded.tools().map(|tool| tool.info(loaded)))
            .collect()
    }
}

impl Loaded {
    pub(super) fn new(
        ready: Arc<Ready>,
        row: &Installed,
        granted: &Granted,
        switched: &BTreeMap<String, bool>,
    ) -> Self {
        let manifest = &ready.package.manifest;
        let calculators = ready.calculators.iter().map(|one| one.id.as_str());
        let tools = ready.tools.iter().map(LoadedTool::name);
        let off: BTreeSet<String> = calculators
            .chain(tools)
            .filter(|part| !switched.get(*part).copied().unwrap_or_else(|| manifest.starts_on(part)))
            .map(str::to_owned)
            .collect();
        let access = manifest.request().granted(granted);
        let info = wire::plugin(&ready, &access, &off);
        Self {
            version: manifest.version.to_string(),
            access,
            config: row.config.clone(),
            off,
            info,
            ready,
        }
    }

    pub fn id(&self) -> &str {
        &self.ready.package.manifest.id
    }

    pub fn version(&self) -> String {
        self.version.clone()
    }

    pub fn title(&self) -> &str {
        &self.ready.package.manifest.title
    }

    /// Of the package.
    pub fn digest(&self) -> &str {
        &self.ready.package.digest
    }

    pub fn plugin(&self) -> &Plugin {
        &self.ready.plugin
    }

    /// Plugin, version and part, for the log of calls.
    pub fn part<'a>(&'a self, part: &'a str) -> (&'a str, &'a str, &'a str) {
        (self.id(), &self.version, part)
    }

    /// Declared and granted.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// What this package may do under the grant that `current` has now.
    pub fn access_under(&self, current: &Self) -> Access {
        let mut access = self.access.clone();
        let now = &current.access;
        access
            .http
            .retain(|rule| now.http.iter().any(|one| one.origin == rule.origin));
        access.credentials.retain(|one| now.credential(&one.handle).is_some());
        access.files.retain(|one| now.folder(&one.root).is_some());
        access
    }

    /// The highest class of patient information that an input may carry.
    pub fn receives(&self, input: &str) -> PhiClass {
        self.access.ceiling(input)
    }

    /// Its settings with the values IT entered, or the defaults.
    pub fn settings(&self) -> BTreeMap<String, String> {
        let declared = self.ready.package.manifest.config.iter();
        declared
            .map(|setting| {
                let entered = self.config.get(&setting.key).filter(|value| !value.is_empty());
                (setting.key.clone(), entered.unwrap_or(&setting.default).clone())
            })
            .collect()
    }

    /// Where a folder lies in the caller's own tree.
    pub fn folder_path(&self, root: &str) -> String {
        let entered = self.config.get(&folder_key(root)).map(String::as_str);
        folder_path(root, entered.unwrap_or_default())
    }

    /// Those that are switched on.
    pub fn calculators(&self) -> impl Iterator<Item = &Calculator> {
        self.ready.calculators.iter().filter(|one| !self.off.contains(&one.id))
    }

    /// Those that are switched on.
    pub fn tools(&self) -> impl Iterator<Item = &LoadedTool> {
        self.ready.tools.iter().filter(|one| !self.off.contains(one.name()))
    }

    /// Calculators and tools with their titles, switched on or off.
    pub fn all_parts(&self) -> impl Iterator<Item = (&str, &str)> {
        let calculators = self
            .ready
            .calculators
            .iter()
            .map(|one| (one.id.as_str(), one.title.as_str()));
        let tools = self.ready.tools.iter().map(|one| (one.name(), one.title()));
        calculators.chain(tools)
    }

    pub fn has_part(&self, part: &str) -> bool {
        self.all_parts().any(|(id, _)| id == part)
    }

    pub fn is_on(&self, part: &str) -> bool {
        !self.off.contains(part)
    }
}

/// Under which key a folder's path stands among a plugin's settings.
pub fn folder_key(root: &str) -> String {
    format!("folder:{root}")
}

/// Without an entry it lies under the app's own folder.
pub fn folder_path(root: &str, entered: &str) -> String {
    let names: Vec<_> = entered
        .split('/')
        .filter(|name| !matches!(*name, "" | "." | ".."))
        .collect();
    if names.is_empty() {
        format!("/VoiceAssist/{root}")
    } else {
        format!("/{}", names.join("/"))
    }
}

impl LoadedTool {
    /// # Errors
    /// Its schema cannot be used.
    pub fn new(tool: Tool) -> Result<Self, String> {
        let wrong = |why: &dyn std::fmt::Display| format!("the schema of the tool {} cannot be used: {why}", tool.name);
        let schema = serde_json::from_str(&tool.input_schema).map_err(|error| wrong(&error))?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| wrong(&error))?;
        Ok(Self {
            schema,
            validator: Arc::new(validator),
            tool,
        })
    }

    pub fn name(&self) -> &str {
        &self.tool.name
    }

    pub fn title(&self) -> &str {
        &self.tool.title
    }

    pub fn effect(&self) -> ToolEffect {
        tools::effect(self.tool.effect)
    }

    /// # Errors
    /// The first thing that does not fit its schema, without the value.
    pub fn validate(&self, arguments: &serde_json::Value) -> Result<(), String> {
        self.validator.validate(arguments).map_err(|error| {
            let place = error.instance_path().to_string();
            let place = if place.is_empty() {
                "the arguments".to_owned()
            } else {
                place
            };
            format!("{place}: {}", error.masked())
        })
    }

    pub fn info(&self, loaded: &Loaded) -> ToolInfo {
        ToolInfo {
            plugin: loaded.id().to_owned(),
            plugin_title: loaded.title().to_owned(),
            plugin_version: loaded.version(),
            name: self.tool.name.clone(),
            title: self.tool.title.clone(),
            description: self.tool.description.clone(),
            effect: self.effect(),
            input_schema: self.schema.clone(),
        }
    }
}
