//! What a plugin asks for, and what a person who decides will read.

use std::path::Path;

use anyhow::{Context, Result};
use plugin_package::{Manifest, Sealed, consent};

use crate::print::{line, row};
use crate::project::Project;
use crate::{pack, start};

pub async fn check(project: &Project, against: Option<&Path>) -> Result<()> {
    let manifest = &project.manifest;
    let Manifest { id, version, world, .. } = manifest;
    line(&format!("{id} {version} ({})", world.as_str()));
    people_read(manifest);
    for rule in &manifest.http {
        let methods: Vec<_> = rule.methods.iter().map(|method| method.as_str()).collect();
        let posts = rule
            .read_only_post
            .iter()
            .map(|path| format!(", POST to {path} to read"));
        row(
            "origin",
            &format!("{}: {}{}", rule.origin, methods.join(", "), posts.collect::<String>()),
        );
    }
    if project.component_file().is_file() {
        let plugin = start::load(&start::sandbox()?, project.component()?, manifest, None).await?;
        let surface = plugin.surface();
        row("imports", &listed(&surface.imports));
        if !surface.inert.is_empty() {
            row("inert", &surface.inert.join(", "));
        }
    } else {
        row("imports", "not built yet: run `vaplug build`");
    }
    match against {
        Some(file) => compare(manifest, file),
        None => Ok(()),
    }
}

/// What the host shows to the person who installs it.
pub fn people_read(manifest: &Manifest) {
    line(&format!("  {}: {}", manifest.title, manifest.purpose));
    for sentence in consent(manifest) {
        line(&format!("    - {sentence}"));
    }
}

fn listed(imports: &[String]) -> String {
    if imports.is_empty() {
        "nothing: it cannot reach anything".to_owned()
    } else {
        imports.join(", ")
    }
}

fn compare(manifest: &Manifest, file: &Path) -> Result<()> {
    let sealed = Sealed::read(&pack::bytes(file)?).with_context(|| file.display().to_string())?;
    let old = &sealed.unjudged().manifest;
    if old.id != manifest.id {
        anyhow::bail!("{} is {}, not {}", file.display(), old.id, manifest.id);
    }
    if old.version >= manifest.version {
        row(
            "version",
            &format!("{} is not newer than {}: raise it", manifest.version, old.version),
        );
    }
    let wider = manifest.request().widening(&old.request().grant());
    if wider.is_empty() {
        row(
            "upgrade",
            &format!("asks for nothing that {} did not: it activates itself", old.version),
        );
    } else {
        row(
            "upgrade",
            &format!("asks for more than {}: it waits for a person", old.version),
        );
        for sentence in wider {
            line(&format!("    - {sentence}"));
        }
    }
    Ok(())
}
