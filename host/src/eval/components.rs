//! The installed calculators, called as the product calls them, without a database.

use std::path::Path;

use anyhow::{Context, Result};
use api_types::{CalculationFinding, CalculatorInfo};
use plugin_package::{Sealed, World};
use sandbox::{Calculator, Compiler, Grants, Limits, Plugin, Sandbox};

use crate::clock::{Random, SystemRandom};
use crate::plugins::arguments::{self, Implausible};
use crate::plugins::{CONFIRMED, Intent, wire};

pub struct Components(Vec<(Plugin, Vec<Calculator>)>);

/// What came out, and what the product would have asked about the values instead.
pub struct Computed {
    pub findings: Vec<CalculationFinding>,
    pub questioned: Vec<String>,
}

impl Components {
    /// Loads the calculators among the packages that came with the program.
    ///
    /// # Errors
    /// The sandbox does not start, or a package is none.
    pub async fn load(cache_dir: &Path) -> Result<Self> {
        let mut fresh_key = [0; 32];
        SystemRandom.fill(&mut fresh_key);
        let compiler = Compiler::in_process().cached(cache_dir.join("compiled"), fresh_key);
        let sandbox = Sandbox::new(Limits::default(), compiler)?;
        let folder = cache_dir.join("plugins");
        let entries = std::fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))?;
        let mut loaded = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "vaplugin") {
                let sealed = Sealed::read(&std::fs::read(&path)?).with_context(|| format!("{}", path.display()))?;
                let package = sealed.unjudged();
                if package.manifest.world != World::Calculator {
                    continue;
                }
                let plugin = sandbox.load(package.component.clone(), &Grants::default(), None).await;
                let plugin = plugin.with_context(|| format!("{}", path.display()))?;
                let calculators = plugin.calculators("en").await?;
                loaded.push((plugin, calculators));
            }
        }
        Ok(Self(loaded))
    }

    fn find(&self, id: &str) -> Option<(&Plugin, &Calculator)> {
        self.0.iter().find_map(|(plugin, calculators)| {
            let found = calculators.iter().find(|calculator| calculator.id == id);
            found.map(|calculator| (plugin, calculator))
        })
    }

    pub fn info(&self, id: &str) -> Option<CalculatorInfo> {
        self.find(id).map(|(_, calculator)| wire::calculator(calculator))
    }

    /// Computes with the values as they are written, implausible or not.
    ///
    /// # Errors
    /// What is missing, an argument that no question can mend, or the plugin's own refusal.
    pub async fn calculate(&self, intent: &Intent) -> Result<Computed, String> {
        let (plugin, calculator) = self.find(&intent.calculator).ok_or("there is no such calculator")?;
        let checked = arguments::check(calculator, intent, Implausible::Confirmed).map_err(|unusable| unusable.0)?;
        let Some(arguments) = checked.arguments else {
            let asked = checked.inputs.iter().filter_map(|input| input.question.as_deref());
            return Err(asked.collect::<Vec<_>>().join(" "));
        };
        let outcome = plugin.compute(&calculator.id, arguments, "en").await;
        let outcome = outcome.map_err(|error| error.to_string())?;
        let confirmed = checked.steps.into_iter().filter(|step| step.label == CONFIRMED);
        Ok(Computed {
            findings: outcome.findings.into_iter().map(wire::finding).collect(),
            questioned: confirmed.map(|step| step.detail).collect(),
        })
    }
}
