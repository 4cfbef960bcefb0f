//! `cargo xtask bench plugins [COMPONENT.wasm]`: what a sandboxed call costs, beside the same call in Extism, and what
//! hostile plugins cost their neighbours. Built with optimisation; each figure is printed with its limit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::python::environment;
use crate::command::{cargo, output};
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::term::{result, say};

#[derive(Deserialize)]
struct Theirs {
    microseconds: f64,
}

/// A figure by name, in the unit that its line names.
type Ours = BTreeMap<String, f64>;

pub fn bench(paths: &Paths, arguments: &[String]) -> Result<()> {
    let work = fresh_folder(paths.target.join("bench-plugins"))?;
    let module = work.join("extism.wasm");
    let (calculators, others) = built(paths);
    let component = arguments.first().map(PathBuf::from).or(calculators);
    say("our plugins, built with optimisation");
    let mut ours = program(paths);
    ours.arg(paths.root.join("xtask/bench/extism.wat"))
        .arg(&module)
        .arg(&work)
        .args(&component)
        .args(component.iter().flat_map(|_| &others));
    let ours: Ours = serde_json::from_str(&output(&mut ours)?)?;
    let python = environment(paths, "bench-extism", "plugins-requirements.txt")?;
    say("Extism");
    let script = paths.root.join("xtask/bench/extism.py");
    let theirs: Theirs = serde_json::from_str(&output(Command::new(python).arg(script).arg(&module))?)?;
    report(&ours, &theirs, component.as_deref())
}

fn program(paths: &Paths) -> Command {
    let mut command = cargo(&paths.root);
    command.args([
        "run",
        "--locked",
        "--release",
        "--package",
        "sandbox",
        "--example",
        "plugins",
        "--",
    ]);
    command
}

/// Of the plugins that `cargo xtask` has built: the largest one of calculators, and those of other worlds.
fn built(paths: &Paths) -> (Option<PathBuf>, Vec<PathBuf>) {
    let calculates = |path: &Path| {
        let name = path.file_stem()?;
        let manifest = paths.root.join("plugins").join(name).join("plugin.toml");
        Some(
            std::fs::read_to_string(manifest)
                .ok()?
                .contains("world = \"calculator\""),
        )
    };
    let (mut calculators, mut others) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(paths.cache.join("plugins"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "wasm") {
            match calculates(&path) {
                Some(true) => calculators.push(path),
                Some(false) => others.push(path),
                None => {}
            }
        }
    }
    let size = |path: &PathBuf| path.metadata().map_or(0, |meta| meta.len());
    (calculators.into_iter().max_by_key(size), others)
}

fn report(ours: &Ours, theirs: &Theirs, component: Option<&Path>) -> Result<()> {
    let figure = |name: &str| {
        ours.get(name)
            .copied()
            .with_context(|| format!("the program measured no {name}"))
    };
    let line = |name: &str, value: f64, unit: &str, limit: f64| {
        let verdict = if value <= limit { "ok" } else { "OVER" };
        result(format!("{name:<58} {value:>10.2} {unit:<6} limit {limit:<8} {verdict}"));
    };
    let trivial = figure("trivial_us")?;
    line("fresh call of a trivial plugin, CPU", trivial, "us", 15.0);
    result(format!(
        "{:<58} {:>10.2} us",
        "the same in Extism, CPU", theirs.microseconds
    ));
    line(
        "ours to Extism's, times 15",
        15.0 * trivial / theirs.microseconds,
        "",
        1.0,
    );
    let name = component
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy();
    result(format!(
        "the Rust plugin is {name}, {:.0} kB{}",
        figure("component_kb")?,
        if figure("generated_kb")? > 0.0 {
            format!("; a generated one has {:.0} kB", figure("generated_kb")?)
        } else {
            String::new()
        }
    ));
    line("fresh call of the Rust plugin, CPU", figure("plugin_us")?, "us", 100.0);
    line(
        "fresh call of the generated plugin, CPU",
        figure("generated_us")?,
        "us",
        100.0,
    );
    line(
        "cached machine code of the Rust plugin, loaded",
        figure("load_ms")?,
        "ms",
        1.0,
    );
    line(
        "cached machine code of the generated plugin, loaded",
        figure("generated_load_ms")?,
        "ms",
        1.0,
    );
    line(
        "the same of the slowest Rust plugin of another world",
        figure("connected_load_ms")?,
        "ms",
        1.0,
    );
    result(format!(
        "{:<58} {:>10.0}",
        "hostile components (at least 30)",
        figure("hostile")?
    ));
    line(
        "hostile component not refused as expected",
        figure("hostile_wrong")?,
        "",
        0.0,
    );
    line(
        "latest refusal behind its deadline",
        figure("hostile_late_ms")?,
        "ms",
        200.0,
    );
    line(
        "p99 of a neighbour beside the hostile set",
        figure("neighbour_p99_ratio")?,
        "times",
        2.0,
    );
    line(
        "resident memory after 1,000 hostile and good calls",
        figure("resident_ratio")?,
        "times",
        1.05,
    );
    Ok(())
}
