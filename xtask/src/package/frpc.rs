//! The tunnel program of HaRP daemons. The licence allows shipping it, no registry that this project
//! reads carries it: whoever builds a release gives the official archive, and only that one is accepted.

use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::read::GzDecoder;

use super::tree::{Tree, read};
use crate::fingerprint::sha256;

pub const VERSION: &str = "0.61.1";

/// SHA-256 of `frp_0.61.1_linux_ARCH.tar.gz` as Nextcloud's own HaRP pins them.
const PINNED: [(&str, &str); 2] = [
    (
        "x86_64",
        "bff260b68ca7b1461182a46c4f34e9709ba32764eed30a15dd94ac97f50a2c40",
    ),
    (
        "aarch64",
        "af6366f2b43920ebfe6235dba6060770399ed1fb18601e5818552bd46a7621f8",
    ),
];

/// The layer with frpc and its licence.
///
/// # Errors
/// The archive is not the official one for `arch`.
pub fn layer(archive: &Path, arch: &str) -> Result<Tree> {
    let bytes = read(archive)?;
    let pinned = pinned(arch).with_context(|| format!("no frp archive is pinned for {arch}"))?;
    let found = sha256(&bytes);
    if found != pinned {
        bail!(
            "{} has SHA-256 {found}; the official frp {VERSION} archive for {arch} has {pinned}; refused",
            archive.display()
        );
    }
    unpack(&bytes)
}

fn pinned(arch: &str) -> Option<&'static str> {
    PINNED.iter().find(|(name, _)| *name == arch).map(|(_, hash)| *hash)
}

fn unpack(bytes: &[u8]) -> Result<Tree> {
    let mut tree = Tree::default();
    let taken = tree.take(GzDecoder::new(bytes), |name| match name.split_once('/') {
        Some((_, "frpc")) => Some("usr/local/bin/frpc".into()),
        Some((_, "LICENSE")) => Some("usr/share/doc/frpc/copyright".into()),
        _ => None,
    })?;
    if taken != 2 {
        bail!("the frp archive holds no frpc with a licence");
    }
    Ok(tree)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::tree::gzip;
    use super::*;

    fn archive() -> Vec<u8> {
        let mut tree = Tree::default();
        tree.program("frp_0.61.1_linux_amd64/frpc", "x");
        tree.program("frp_0.61.1_linux_amd64/frps", "y");
        tree.file("frp_0.61.1_linux_amd64/LICENSE", "z");
        gzip(&tree.tar(0).unwrap()).unwrap()
    }

    #[test]
    fn client_and_licence_are_taken_the_server_is_not() {
        let tree = unpack(&archive()).unwrap();
        let paths: Vec<_> = tree.paths().collect();
        assert_eq!(paths, ["usr/local/bin/frpc", "usr/share/doc/frpc/copyright"]);
    }

    #[test]
    fn any_other_archive_is_refused() {
        let file = std::env::temp_dir().join(format!("frp-{}.tar.gz", std::process::id()));
        std::fs::write(&file, archive()).unwrap();
        let error = layer(&file, "x86_64").err().unwrap().to_string();
        assert!(error.contains("refused"), "{error}");
        std::fs::remove_file(file).unwrap();
    }
}
