//! Makes `build/component.wasm` from the author's source.

mod js;
mod py;
mod rust;
mod stand_in;
mod tool;

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::Language;
use crate::print::{line, size};
use crate::project::{self, Project};

pub fn build(project: &Project) -> Result<()> {
    let start = Instant::now();
    let output = project.component_file();
    std::fs::create_dir_all(project.build_folder())?;
    match project.language {
        Language::Rust => project::write(&output, &rust::build(project)?)?,
        Language::Js => js::build(project, &output)?,
        Language::Py => py::build(project, &output)?,
    }
    let bytes = output
        .metadata()
        .with_context(|| format!("the compiler left no {}", output.display()))?
        .len();
    line(&format!(
        "{}  {}  in {:.1} s",
        shown(&output, &project.root),
        size(usize::try_from(bytes).unwrap_or(usize::MAX)),
        start.elapsed().as_secs_f64()
    ));
    Ok(())
}

fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).display().to_string()
}
