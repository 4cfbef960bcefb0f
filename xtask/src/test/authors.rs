//! Packages of the examples in other languages, made by the author's tool as their author would make them. The tool lies
//! where the tests or `run::build` left it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::announce;
use crate::host::fresh_folder;
use crate::paths::Paths;
use crate::setup::Purpose;
use crate::term::say;

/// Builds, packs and signs each example by a publisher `clinic`; returns the folder of the packages and of its public
/// key. A language whose compiler cannot be had is said and left out.
pub(super) fn packages(paths: &Paths) -> Result<PathBuf> {
    let folder = fresh_folder(paths.target.join("authors"))?;
    let tool = |project: &Path, arguments: &[&str]| {
        let mut command = Command::new(paths.target.join("debug/vaplug"));
        command.env("VAPLUG_CACHE_DIR", paths.cache.join("vaplug"));
        announce(command.current_dir(project).args(arguments), Purpose::Test.limit())
    };
    tool(&folder, &["keygen", "clinic", "--folder", "."])?;
    let key = folder.join("clinic.key");
    let key = key.to_str().context("the target folder has no name in UTF-8")?;
    for language in ["js", "py"] {
        let project = fresh_folder(folder.join(language))?;
        for entry in std::fs::read_dir(paths.root.join("plugins/examples").join(language))? {
            let file = entry?.path();
            if let (true, Some(name)) = (file.is_file(), file.file_name()) {
                std::fs::copy(&file, project.join(name))?;
            }
        }
        let built = tool(&project, &["build"]).and_then(|()| tool(&project, &["pack"]));
        if let Err(error) = built {
            say(format!("no plugin in {language}: {error:#}"));
            continue;
        }
        let unsigned = only(&project.join("build"), "unsigned")?;
        tool(&project, &["sign", &unsigned.to_string_lossy(), "--key", key])?;
        std::fs::copy(
            only(&project.join("build"), "vaplugin")?,
            folder.join(format!("{language}.vaplugin")),
        )?;
    }
    Ok(folder)
}

fn only(folder: &Path, ending: &str) -> Result<PathBuf> {
    let mut files = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    files
        .find(|file| file.extension().is_some_and(|own| own == ending))
        .with_context(|| format!("{} holds no .{ending}", folder.display()))
}
