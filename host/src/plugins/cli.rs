//! `voiceassist plugin`: the same changes from a shell. A running server takes them up within a second.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use plugin_package::{Publisher, fingerprint};

use super::install::Origin;
use super::set::Plugins;
use super::store::{self, calls};
use crate::clock::{SystemClock, SystemRandom};
use crate::config::Config;
use crate::edge::problem::Problem;

/// Who changed it, in the audit.
const ACTOR: &str = "system:shell";
const NEWEST: u32 = 50;

#[derive(Subcommand)]
pub enum Verb {
    /// Install or upgrade a package
    Install { file: PathBuf },
    /// What is installed, and whether it runs
    List,
    /// Switch a plugin off
    Disable { id: String },
    /// Switch it on again
    Enable { id: String },
    /// Run the version before this one again
    Rollback { id: String },
    /// Remove a plugin with all it kept
    Remove { id: String },
    /// The newest calls of a plugin
    Logs { id: String },
    /// Pin a publisher's key. Compare its fingerprint with the publisher first, by another way than the key came
    Trust { name: String, key: String },
}

/// # Errors
/// What cannot be done, in words.
pub async fn run(verb: Verb, plugins: &Plugins, out: &mut impl Write) -> Result<()> {
    plugins.refresh().await?;
    match verb {
        Verb::Install { file } => install(&file, plugins, out).await,
        Verb::List => list(plugins, out).await,
        Verb::Disable { id } => said(
            plugins.switch(&id, None, false, ACTOR).await,
            &id,
            out,
            "is switched off",
        ),
        Verb::Enable { id } => said(plugins.switch(&id, None, true, ACTOR).await, &id, out, "is switched on"),
        Verb::Rollback { id } => said(plugins.roll_back(&id, ACTOR).await, &id, out, "runs its version before"),
        Verb::Remove { id } => said(plugins.remove(&id, ACTOR).await, &id, out, "is removed"),
        Verb::Logs { id } => logs(plugins, &id, out).await,
        Verb::Trust { name, key } => trust(plugins, &name, &key, out).await,
    }
}

/// The plugins of this installation, without a server.
///
/// # Errors
/// The database or the sandbox cannot be opened.
pub async fn open(config: &Config, worker_exe: &Path) -> Result<Plugins> {
    std::fs::create_dir_all(&config.data_dir)?;
    let db = crate::db::open(&config.database_url)
        .await
        .context("the database cannot be opened")?;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
    Ok(Plugins::of(config, db, clock, random, worker_exe)?)
}

async fn install(file: &Path, plugins: &Plugins, out: &mut impl Write) -> Result<()> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let installed = plugins.install(bytes, ACTOR, Origin::Person).await?;
    if installed.active {
        writeln!(out, "{} {} is installed and runs.", installed.id, installed.version)?;
        return Ok(());
    }
    writeln!(
        out,
        "{} {} is installed and waits for consent:",
        installed.id, installed.version
    )?;
    for sentence in installed.widening {
        writeln!(out, "  - {sentence}")?;
    }
    writeln!(out, "An administrator decides on the plugins page.")?;
    Ok(())
}

async fn list(plugins: &Plugins, out: &mut impl Write) -> Result<()> {
    let current = plugins.current();
    for row in store::all(&plugins.db).await? {
        let state = match (&row.current, row.enabled, current.refused.get(&row.id)) {
            (None, ..) => "waits for consent".to_owned(),
            (_, false, _) => "off".to_owned(),
            (_, _, Some(reason)) => format!("does not run: {reason}"),
            _ => "runs".to_owned(),
        };
        let digest = row.current.as_ref().or(row.waiting.as_ref());
        let stored = match digest {
            Some(digest) => store::package(&plugins.db, digest).await?,
            None => None,
        };
        let (version, publisher) = stored.map(|one| (one.version, one.publisher)).unwrap_or_default();
        writeln!(out, "{:<24} {version:<10} {publisher:<16} {state}", row.id)?;
    }
    Ok(())
}

async fn logs(plugins: &Plugins, id: &str, out: &mut impl Write) -> Result<()> {
    let calls = calls::recent(&plugins.db, id, NEWEST).await?;
    if calls.is_empty() {
        writeln!(out, "{id} was not called yet.")?;
    }
    for call in calls {
        let at = chrono::DateTime::from_timestamp_millis(call.at).unwrap_or_default();
        writeln!(
            out,
            "{} {:<10} {:<28} {:>10.3} ms  {}",
            at.format("%Y-%m-%d %H:%M:%S"),
            call.version,
            call.part,
            call.ms,
            call.outcome
        )?;
    }
    Ok(())
}

async fn trust(plugins: &Plugins, name: &str, key: &str, out: &mut impl Write) -> Result<()> {
    let publisher = Publisher::new(name, key)?;
    plugins.pin(&publisher, ACTOR).await?;
    writeln!(
        out,
        "Packages of {name} are taken from now on. Fingerprint of its key: {}",
        fingerprint(&publisher.key)
    )?;
    Ok(())
}

fn said(result: Result<(), Problem>, id: &str, out: &mut impl Write, what: &str) -> Result<()> {
    match result {
        Ok(()) => Ok(writeln!(out, "{id} {what}.")?),
        Err(problem) if problem == Problem::not_found() => {
            bail!("no plugin is called {id}; see `voiceassist plugin list`")
        }
        Err(problem) => Err(anyhow!(problem.body().detail.unwrap_or_default())),
    }
}
