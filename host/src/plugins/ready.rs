//! Makes a package ready to run: opened under today's trust, compiled, linked with what was granted, held against its
//! declarations and its worked examples.

use plugin_package::{Access, Package, World};
use sandbox::{Calculator, Component, Domain, Grants, Lower, Plugin, Sandbox};
use std::time::Duration;

use super::registry::{LoadedTool, Ready};
use super::{examples, units};

/// # Errors
/// In words for the person who installs it.
pub async fn ready(sandbox: &Sandbox, mut package: Package, access: &Access) -> Result<Ready, String> {
    let component = Component::hashed(std::mem::take(&mut package.component), package.component_digest);
    let manifest = &package.manifest;
    let grants = grants(access);
    let lower = Lower {
        memory_bytes: manifest.limits.memory_mib.map(|mib| (mib as usize) << 20),
        deadline: manifest.limits.deadline_ms.map(|ms| Duration::from_millis(ms.into())),
    };
    let plugin = sandbox
        .load(component, &grants, Some(lower))
        .await
        .map_err(|error| error.to_string())?;
    if plugin.world().as_str() != manifest.world.as_str() {
        return Err(format!(
            "its component is of the world {}, its manifest says {}",
            plugin.world().as_str(),
            manifest.world.as_str()
        ));
    }
    let (mut calculators, mut tools) = (Vec::new(), Vec::new());
    match manifest.world {
        World::Calculator => {
            calculators = plugin.calculators("en").await.map_err(|error| error.to_string())?;
            for (place, calculator) in calculators.iter().enumerate() {
                if calculators[..place].iter().any(|one| one.id == calculator.id) {
                    return Err(format!("it has two calculators called {}", calculator.id));
                }
                declared_well(calculator)?;
            }
            examples::verify(&plugin, &calculators, &package.vectors).await?;
        }
        World::Integration => tools = tools_of(&plugin).await?,
        World::Scraper | World::ChatAdapter | World::EmbeddingAdapter => {}
    }
    Ok(Ready {
        plugin,
        calculators,
        tools,
        grants,
        package,
    })
}

pub fn grants(access: &Access) -> Grants {
    let connected = access.world != World::Calculator;
    Grants {
        http: !access.http.is_empty(),
        config: connected,
        keyvalue: connected,
        credentials: access.credentials.iter().map(|one| one.handle.clone()).collect(),
        files: access.files.iter().map(|one| (one.root.clone(), one.write)).collect(),
    }
}

async fn tools_of(plugin: &Plugin) -> Result<Vec<LoadedTool>, String> {
    let tools = plugin.tools("en").await.map_err(|error| error.to_string())?;
    for (place, tool) in tools.iter().enumerate() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if tool.name.is_empty() || tool.name.len() > 64 || !tool.name.chars().all(plain) {
            return Err("a tool's name has 1 to 64 lower-case letters, digits and hyphens".to_owned());
        }
        if tools[..place].iter().any(|one| one.name == tool.name) {
            return Err(format!("it has two tools called {}", tool.name));
        }
    }
    tools.into_iter().map(LoadedTool::new).collect()
}

/// A declaration the host can act on: distinct names, units it can convert.
fn declared_well(calculator: &Calculator) -> Result<(), String> {
    for (place, parameter) in calculator.parameters.iter().enumerate() {
        let name = format!("{} of {}", parameter.name, calculator.id);
        if calculator.parameters[..place]
            .iter()
            .any(|earlier| earlier.name == parameter.name)
        {
            return Err(format!("the parameter {name} is declared twice"));
        }
        if let Domain::Quantity(quantity) = &parameter.domain {
            let mut all = std::iter::once(&quantity.unit).chain(&quantity.also_accepts);
            if let Some(odd) = all.find(|unit| {
                units::convert(1.0, unit, &quantity.unit, quantity.molar_mass).is_none() || !units::known(unit)
            }) {
                return Err(format!(
                    "the unit {odd} of the parameter {name} cannot be converted to {}",
                    quantity.unit
                ));
            }
        }
    }
    Ok(())
}
