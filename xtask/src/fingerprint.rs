//! Tells whether the inputs of a build changed: one hash over the contents of the files.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// Lowercase hexadecimal SHA-256.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// SHA-256 of a file, read in pieces.
pub fn sha256_file(path: &Path) -> Result<String> {
    let mut file = std::fs::File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let mut hash = Sha256::new();
    std::io::copy(&mut file, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Every file below `folder`, sorted, without build output and hidden folders.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let kind = entry.file_type()?;
            if kind.is_dir()
                && !name.starts_with('.')
                && !matches!(&*name, "target" | "dist" | "node_modules" | "vendor")
            {
                open.push(entry.path());
            } else if kind.is_file() {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// One hash over `salt` and over the names and contents of everything in `inputs` (files or folders).
pub fn of(inputs: &[PathBuf], salt: &str) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(salt);
    for input in inputs {
        let list = if input.is_dir() {
            files(input)?
        } else {
            vec![input.clone()]
        };
        for file in list {
            hash.update(file.as_os_str().as_encoded_bytes());
            hash.update([0]);
            hash.update(std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?);
            hash.update([0]);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// True when `stamp` holds `fingerprint` and every output is there.
pub fn is_current(stamp: &Path, fingerprint: &str, outputs: &[PathBuf]) -> bool {
    outputs.iter().all(|output| output.exists())
        && std::fs::read_to_string(stamp).is_ok_and(|known| known.trim() == fingerprint)
}

pub fn write_stamp(stamp: &Path, fingerprint: &str) -> Result<()> {
    if let Some(folder) = stamp.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(stamp, fingerprint).with_context(|| format!("cannot write {}", stamp.display()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn changed_content_changes_the_fingerprint_and_build_output_does_not() {
        let folder = std::env::temp_dir().join(format!("fingerprint-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("target")).unwrap();
        std::fs::write(folder.join("a.rs"), "1").unwrap();
        let first = of(std::slice::from_ref(&folder), "").unwrap();
        std::fs::write(folder.join("target/out"), "x").unwrap();
        assert_eq!(of(std::slice::from_ref(&folder), "").unwrap(), first);
        std::fs::write(folder.join("a.rs"), "2").unwrap();
        assert_ne!(of(std::slice::from_ref(&folder), "").unwrap(), first);
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn sha256_of_nothing_is_the_known_value() {
        assert_eq!(
            sha256(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
