//! `vaplug`: write, test, pack and sign VoiceAssist plugins.
//!
//! What it runs, it runs in the host's own sandbox under the host's own limits and access rules, so a plugin that
//! passes here passes there.

mod build;
mod cache;
mod check;
mod conform;
mod inputs;
mod keys;
mod pack;
mod print;
mod project;
mod run;
mod scaffold;
mod start;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

/// Write, test, pack and sign VoiceAssist plugins
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    /// Folder of the plugin
    #[arg(long, global = true, default_value = ".")]
    project: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Start a plugin in a new folder
    New {
        /// Lower-case letters, digits and hyphens
        name: String,
        #[arg(long, value_enum)]
        lang: Language,
        /// calculator or integration
        #[arg(long, default_value = "calculator")]
        world: String,
    },
    /// Make the component: build/component.wasm
    Build,
    /// Build, then hold the plugin against everything the host will ask of it
    Test {
        /// Test the component that is there
        #[arg(long)]
        no_build: bool,
        /// Test this component instead, built elsewhere
        #[arg(long)]
        component: Option<PathBuf>,
    },
    /// Say what it asks for, and what a person who installs it will read
    Check {
        /// A package of an earlier version, to compare with
        #[arg(long)]
        against: Option<PathBuf>,
    },
    /// Call a calculator or a tool: `vaplug run bmi weight=70 height="1.75 m"`
    Run {
        /// Name of the calculator or tool
        name: String,
        /// name=value; a quantity may carry its unit
        inputs: Vec<String>,
        #[command(flatten)]
        outside: run::Outside,
    },
    /// Make the package, not signed yet
    Pack {
        /// Sign it too
        #[arg(long)]
        key: Option<PathBuf>,
    },
    /// Make a key pair for signing
    Keygen {
        /// Name of the publisher: lower-case letters, digits and hyphens
        publisher: String,
        /// Folder for NAME.key (secret) and NAME.publisher.toml (to give to IT)
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Sign a package, or sign it again with another key
    Sign {
        package: PathBuf,
        #[arg(long)]
        key: PathBuf,
    },
    /// Check a package: its parts, its signature, and, with a publisher's file, whose it is
    Verify {
        package: PathBuf,
        #[arg(long)]
        publisher: Vec<PathBuf>,
        /// A revocation list
        #[arg(long)]
        revoked: Option<PathBuf>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    Rust,
    Js,
    Py,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match dispatch(&arguments).await {
        Ok(code) => code,
        Err(error) => {
            print::line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let project = || project::Project::open(&arguments.project);
    match &arguments.verb {
        Verb::New { name, lang, world } => scaffold::new(name, *lang, world)?,
        Verb::Build => build::build(&project()?)?,
        Verb::Test { no_build, component } => {
            let project = project()?;
            if !no_build && component.is_none() {
                build::build(&project)?;
            }
            let component = match component {
                Some(file) => pack::bytes(file)?,
                None => project.component()?,
            };
            return conform::test(&project, component).await;
        }
        Verb::Check { against } => check::check(&project()?, against.as_deref()).await?,
        Verb::Run { name, inputs, outside } => return run::run(&project()?, name, inputs, outside).await,
        Verb::Pack { key } => pack::pack(&project()?, key.as_deref())?,
        Verb::Keygen { publisher, folder } => keys::generate(publisher, folder.as_deref())?,
        Verb::Sign { package, key } => pack::sign(package, key)?,
        Verb::Verify {
            package,
            publisher,
            revoked,
        } => pack::verify(package, publisher, revoked.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}
