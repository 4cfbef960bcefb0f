//! `vaplug test`: everything the host will ask of a plugin, asked here first.

pub mod calls;
pub mod cases;
mod declared;
mod egress;
mod expect;
mod measure;
pub mod outside;
pub mod render;
mod tools;

use std::process::ExitCode;

use anyhow::Result;
use plugin_package::World;

use crate::check;
use crate::print::line;
use crate::project::Project;
use crate::start;

/// What was found, printed as it is found.
#[derive(Default)]
pub struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    pub fn pass(&mut self, what: &str) {
        self.passed += 1;
        line(&format!("  ok    {what}"));
    }

    pub fn fail(&mut self, what: &str) {
        self.failed += 1;
        line(&format!("  FAIL  {what}"));
    }

    /// `Err` holds what is wrong.
    pub fn check(&mut self, what: &str, result: Result<(), String>) {
        match result {
            Ok(()) => self.pass(what),
            Err(why) => self.fail(&format!("{what}: {why}")),
        }
    }
}

pub async fn test(project: &Project, component: Vec<u8>) -> Result<ExitCode> {
    let manifest = &project.manifest;
    line(&format!(
        "{} {} ({})",
        manifest.id,
        manifest.version,
        manifest.world.as_str()
    ));
    let vectors = project.vectors()?;
    let sandbox = start::sandbox()?;
    let plugin = start::load(&sandbox, component.clone(), manifest, None).await?;
    let mut report = Report::default();
    report.pass("the host loads it, and it is what plugin.toml says");
    report.check("it asks for what it imports", declared::imports(&plugin, project));
    let measured = match manifest.world {
        World::Calculator => cases::run(&plugin, project, &vectors, &mut report).await,
        _ => calls::run(&plugin, manifest, &vectors, &mut report).await,
    };
    if report.failed == 0 {
        measured.print();
        measure::memory(&sandbox, &component, manifest, &vectors).await?;
        line("What a person who installs it reads:");
        check::people_read(manifest);
    }
    let Report { passed, failed } = report;
    line(&format!("{passed} passed, {failed} failed"));
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
