//! The project's own commands: `cargo xtask run` and `cargo xtask test` do all set-up themselves.

mod bench;
mod command;
mod contract;
mod crash;
mod fingerprint;
mod fuzz;
mod host;
mod package;
mod paths;
mod run;
mod setup;
mod term;
mod test;
mod third_party;
mod tidy;
mod wasm;

use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, Result, anyhow};

use paths::Paths;
use setup::Purpose;

const USAGE: &str = "cargo xtask COMMAND

  run [--no-demo] [ARGS]   set up, build and start VoiceAssist; ARGS go to `voiceassist serve`
  test                     set up and run every check and test
  test-postgres [WORDS]    run the host's tests on PostgreSQL; only those whose names hold one of WORDS
  setup [--tests]          system packages, models and libraries only
  wasm                     build the plugins and the web client
  tidy                     check the import table, the invariants and the style
  third-party              write docs/THIRD-PARTY.md
  pictures                 run the browser journey and keep its pictures in docs/pictures
  package [--frpc FRP.tar.gz] [--with-models]
                           write the app's archives and its container image to target/package
  package --models [--key FILE]
                           write the signed bundle of models
  package --check          run the written image as its own system
  bench NAME               measure: extract, search, ingest, permission, files, memory, plugins,
                           phi, audit, backup, trust, policy or voice
  fuzz NAME [--minutes M]  feed a parser M minutes (10) of invented input: appapi, audit, phi,
                           policy or sse
  contract [ROLES] [--examples N] [--seed S]
                           send each operation of the API N requests (100) in each role, or those
                           named, and compare the answers with its description
  crash [--times N] [--seed S]
                           kill the host N times (10) at random moments and verify what is left
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            term::say(format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let paths = Paths::find()?;
    let Some((command, rest)) = arguments.split_first() else {
        term::say(USAGE);
        return Ok(ExitCode::from(2));
    };
    if let ("test" | "wasm" | "tidy" | "third-party" | "pictures", Some(word)) = (command.as_str(), rest.first()) {
        return Err(anyhow!("{command} takes no {word:?}\n\n{USAGE}"));
    }
    match command.as_str() {
        "run" => run::run(&paths, rest)?,
        "test" => return test::test(&paths),
        "test-postgres" => {
            setup::setup(&paths, Purpose::Test)?;
            let words: Vec<&str> = rest.iter().map(String::as_str).collect();
            let count = test::on_postgres(&paths, &words)?;
            term::result(count.to_string());
            return Ok(if count.failed == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            });
        }
        "setup" => {
            let purpose = if rest.iter().any(|word| word == "--tests") {
                Purpose::Test
            } else {
                Purpose::Run
            };
            setup::setup(&paths, purpose)?;
        }
        "wasm" => {
            setup::setup(&paths, Purpose::Run)?;
            wasm::wasm(&paths, Purpose::Run, &[wasm::FINISHER])?;
        }
        "tidy" => tidy::tidy(&paths)?,
        "third-party" => third_party::write(&paths)?,
        "pictures" => test::pictures(&paths)?,
        "package" => package::package(&paths, rest)?,
        "bench" => bench::bench(&paths, rest)?,
        "fuzz" => {
            let name = rest.first().context("name a fuzz target")?;
            fuzz::fuzz(&paths, name, number(rest, "--minutes")?.unwrap_or(10))?;
        }
        "contract" => contract::contract(
            &paths,
            rest,
            number(rest, "--examples")?.unwrap_or(100),
            number(rest, "--seed")?,
        )?,
        "crash" => {
            run::build(&paths, Purpose::Run)?;
            crash::crash(&paths, number(rest, "--times")?.unwrap_or(10), number(rest, "--seed")?)?;
        }
        other => {
            term::say(format!("there is no command {other:?}\n\n{USAGE}"));
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The number after `name`, when it is given.
fn number<T: FromStr>(arguments: &[String], name: &str) -> Result<Option<T>> {
    let Some(at) = arguments.iter().position(|word| word == name) else {
        return Ok(None);
    };
    let value = arguments
        .get(at + 1)
        .with_context(|| format!("{name} needs a number"))?;
    value
        .parse()
        .map(Some)
        .map_err(|_| anyhow!("{name} is {value:?}, which is not a number"))
}
