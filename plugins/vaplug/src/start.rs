//! The host's sandbox, with its own limits.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use plugin_package::{Access, Manifest, World};
use sandbox::{Compiler, Grants, Limits, Lower, Plugin, Sandbox};

use crate::{cache, keys};

/// Machine code is kept between runs: a Python component takes 20 s to compile.
pub fn sandbox() -> Result<Sandbox> {
    let compiler = Compiler::in_process().cached(cache::folder()?.join("compiled"), keys::random()?);
    Ok(Sandbox::new(Limits::default(), compiler)?)
}

/// Loads a component as the host does. `memory` lowers the limit further, in bytes.
pub async fn load(sandbox: &Sandbox, component: Vec<u8>, manifest: &Manifest, memory: Option<usize>) -> Result<Plugin> {
    let declared = manifest.limits.memory_mib.map(|mib| (mib as usize) << 20);
    let lower = Lower {
        memory_bytes: declared.into_iter().chain(memory).min(),
        deadline: manifest.limits.deadline_ms.map(|ms| Duration::from_millis(ms.into())),
    };
    let plugin = sandbox
        .load(component, &grants(&manifest.request()), Some(lower))
        .await
        .context("the host would not load the component")?;
    if plugin.world().as_str() != manifest.world.as_str() {
        bail!(
            "the component is of the world {}, plugin.toml says {}",
            plugin.world().as_str(),
            manifest.world.as_str()
        );
    }
    if let Some(own) = plugin.manifest() {
        let version = manifest.version.to_string();
        if own.id != manifest.id || own.version != version {
            bail!(
                "the component calls itself {} {} (Cargo.toml), plugin.toml says {} {version}",
                own.id,
                own.version,
                manifest.id
            );
        }
    }
    Ok(plugin)
}

fn grants(access: &Access) -> Grants {
    let connected = access.world != World::Calculator;
    Grants {
        http: !access.http.is_empty(),
        config: connected,
        keyvalue: connected,
        credentials: access.credentials.iter().map(|one| one.handle.clone()).collect(),
        files: access.files.iter().map(|one| (one.root.clone(), one.write)).collect(),
    }
}
