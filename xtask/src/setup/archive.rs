//! Takes the pinned files out of a downloaded archive; each lands whole or not at all.

use std::fs::{File, Permissions};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::lock::{self, Package};
use crate::command::run;
use crate::fingerprint::{files, sha256};

pub fn unpack(archive: &Path, package: &Package, cache: &Path) -> Result<()> {
    if archive.extension().is_some_and(|end| end == "tgz") {
        return unpack_tar(archive, package, cache);
    }
    let mut zip =
        zip::ZipArchive::new(File::open(archive)?).with_context(|| format!("{} is broken", archive.display()))?;
    let names: Vec<String> = zip.file_names().map(str::to_owned).collect();
    for wanted in &package.files {
        let mut found = false;
        for name in names.iter().filter(|name| selects(&wanted.from, name)) {
            let mut bytes = Vec::new();
            zip.by_name(name)?.read_to_end(&mut bytes)?;
            place(&bytes, wanted, &name[wanted.from.len()..], cache)?;
            found = true;
        }
        if !found {
            bail!("{} holds no {}", package.archive, wanted.from);
        }
    }
    Ok(())
}

fn unpack_tar(archive: &Path, package: &Package, cache: &Path) -> Result<()> {
    let folder = archive.with_extension("unpacked");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    run(Command::new("tar").arg("-xzf").arg(archive).arg("-C").arg(&folder))?;
    for wanted in &package.files {
        let source = folder.join(&wanted.from);
        let list = if source.is_dir() {
            files(&source)?
        } else {
            vec![source.clone()]
        };
        for file in list {
            let rest = file.strip_prefix(&source)?.to_string_lossy().into_owned();
            let bytes =
                std::fs::read(&file).with_context(|| format!("{} holds no {}", package.archive, wanted.from))?;
            place(&bytes, wanted, &rest, cache)?;
        }
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

fn selects(from: &str, name: &str) -> bool {
    let within = from.ends_with('/') && name.starts_with(from) && !name.contains("..");
    !name.ends_with('/') && (name == from || within)
}

fn place(bytes: &[u8], wanted: &lock::File, rest: &str, cache: &Path) -> Result<()> {
    if let Some(pinned) = &wanted.sha256 {
        let found = sha256(bytes);
        if found != *pinned {
            bail!("{} has SHA-256 {found}, pinned is {pinned}; refused", wanted.from);
        }
    }
    let target: PathBuf = cache.join(format!("{}{rest}", wanted.to));
    let folder = target.parent().context("a file lies in a folder")?;
    std::fs::create_dir_all(folder)?;
    let partial = target.with_extension("partial");
    std::fs::write(&partial, bytes).with_context(|| format!("cannot write {}", partial.display()))?;
    if wanted.program {
        std::fs::set_permissions(&partial, Permissions::from_mode(0o755))?;
    }
    std::fs::rename(&partial, &target)?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn folder_selects_its_files_and_nothing_that_climbs_out() {
        assert!(selects("a/b.txt", "a/b.txt"));
        assert!(selects("a/", "a/c/d.txt"));
        assert!(!selects("a/", "a/../../etc/passwd"));
        assert!(!selects("a/", "ab/c"));
    }

    #[test]
    fn file_with_another_hash_is_refused() {
        let wanted = lock::File {
            from: "x".into(),
            to: "x".into(),
            sha256: Some("00".into()),
            program: false,
        };
        let folder = std::env::temp_dir().join(format!("place-{}", std::process::id()));
        let error = place(b"other", &wanted, "", &folder).unwrap_err().to_string();
        assert!(error.contains("refused"), "{error}");
        assert!(!folder.join("x").exists());
    }

    #[test]
    fn only_a_program_may_be_executed() {
        let folder = std::env::temp_dir().join(format!("place-program-{}", std::process::id()));
        let is_executable = |to: &str, program| {
            let wanted = lock::File {
                from: "x".into(),
                to: to.into(),
                sha256: None,
                program,
            };
            place(b"x", &wanted, "", &folder).unwrap();
            folder.join(to).metadata().unwrap().permissions().mode() & 0o111 != 0
        };
        assert!(is_executable("bin/node", true));
        assert!(!is_executable("bin/LICENSE", false));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
