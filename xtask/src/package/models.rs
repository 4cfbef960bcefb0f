//! The offline bundle of models: the files, a list of their hashes, and a signature of that list. It is
//! verified with `openssl` and `sha256sum`, so a hospital needs nothing of ours to check it.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::tree::Tree;
use crate::fingerprint::{sha256, sha256_file};
use crate::paths::Paths;
use crate::setup::read_lock;

/// RFC 8410: what stands before the 32 bytes of an Ed25519 key in PKCS#8 and in a public key.
const PRIVATE_PREFIX: &[u8] = &[0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const PUBLIC_PREFIX: &[u8] = &[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];

const FOLDER: &str = "models";
pub const MANIFEST: &str = "models/MANIFEST.sha256";

/// Every model of `downloads.toml`, with the pinned hashes checked, below `models/`.
pub fn files(paths: &Paths) -> Result<Tree> {
    let mut tree = Tree::default();
    let mut notice = String::from("Models of VoiceAssist\n\n");
    for package in read_lock(&paths.root)? {
        let models = package.files.iter().filter(|file| file.to.starts_with("models/"));
        for file in models {
            let source = paths.cache.join(&file.to);
            let pinned = file.sha256.as_deref().context("every model file is pinned")?;
            let found = sha256_file(&source).context("the models are missing; run `cargo xtask setup`")?;
            ensure!(
                found == pinned,
                "{} is not the pinned file; run `cargo xtask setup`",
                source.display()
            );
            tree.copy(&file.to, &source)?;
            notice.push_str(&format!(
                "{}: {}; from {} {}, {}\n",
                file.to, package.what, package.name, package.version, package.licence
            ));
        }
    }
    tree.file(&format!("{FOLDER}/NOTICE"), notice);
    Ok(tree)
}

/// Adds the list of hashes and its signature.
pub fn sign(tree: &mut Tree, key: &Ed25519KeyPair) -> Result<()> {
    let mut manifest = String::new();
    for path in tree.paths() {
        let name = path.strip_prefix("models/").context("everything lies in one folder")?;
        manifest.push_str(&format!("{}  {name}\n", sha256(tree.bytes(path).unwrap_or_default())));
    }
    let signature = key.sign(manifest.as_bytes());
    tree.file(&format!("{MANIFEST}.sig"), signature.as_ref());
    tree.file(MANIFEST, manifest);
    Ok(())
}

/// The key in `file` (PEM, as `openssl genpkey -algorithm ed25519` writes it); made there when it is missing.
pub fn key(file: &Path) -> Result<Ed25519KeyPair> {
    if !file.exists() {
        let mut seed = [0; 32];
        SystemRandom::new()
            .fill(&mut seed)
            .map_err(|_| anyhow!("this machine has no random numbers"))?;
        let pem = pem("PRIVATE KEY", &[PRIVATE_PREFIX, &seed].concat());
        let mut open = std::fs::OpenOptions::new();
        open.write(true).create_new(true).mode(0o600);
        open.open(file)
            .and_then(|mut file| file.write_all(pem.as_bytes()))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD
        .decode(body)
        .with_context(|| format!("{} is not PEM", file.display()))?;
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der)
        .map_err(|error| anyhow!("{} is not an Ed25519 private key: {error}", file.display()))
}

pub fn public_key(key: &Ed25519KeyPair) -> String {
    pem("PUBLIC KEY", &[PUBLIC_PREFIX, key.public_key().as_ref()].concat())
}

fn pem(label: &str, der: &[u8]) -> String {
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----\n",
        STANDARD.encode(der)
    )
}

/// Writes the bundle and, beside it, the public key; returns both.
pub fn write(paths: &Paths, folder: &Path, version: &str, key_file: &Path, time: u64) -> Result<(PathBuf, PathBuf)> {
    let key = key(key_file)?;
    let mut tree = files(paths)?;
    sign(&mut tree, &key)?;
    let bundle = folder.join(format!("voiceassist-models-{version}.tar"));
    let public = folder.join(format!("voiceassist-models-{version}.pub.pem"));
    std::fs::write(&bundle, tree.tar(time)?).with_context(|| format!("cannot write {}", bundle.display()))?;
    std::fs::write(&public, public_key(&key))?;
    Ok((bundle, public))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};

    use super::*;
    use crate::command::{find, run};

    #[test]
    fn bundle_names_every_file_and_its_signature_holds_for_no_other_list() {
        let folder = std::env::temp_dir().join(format!("models-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("models.key");
        let made = key(&file).unwrap();
        let again = key(&file).unwrap();
        assert_eq!(made.public_key().as_ref(), again.public_key().as_ref());
        let mut tree = Tree::default();
        tree.file("models/a/model.onnx", "weights");
        sign(&mut tree, &made).unwrap();
        let manifest = tree.bytes(MANIFEST).unwrap();
        assert_eq!(
            String::from_utf8_lossy(manifest),
            format!("{}  a/model.onnx\n", sha256(b"weights"))
        );
        let signature = tree.bytes("models/MANIFEST.sha256.sig").unwrap();
        let public = UnparsedPublicKey::new(&ED25519, made.public_key());
        assert!(public.verify(manifest, signature).is_ok());
        assert!(public.verify(b"another list", signature).is_err());
        if find("openssl").is_some() {
            std::fs::write(folder.join("list"), manifest).unwrap();
            std::fs::write(folder.join("sig"), signature).unwrap();
            std::fs::write(folder.join("pub.pem"), public_key(&made)).unwrap();
            let mut openssl = std::process::Command::new("openssl");
            openssl.current_dir(&folder).args([
                "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", "list", "-sigfile", "sig",
            ]);
            run(openssl.stdout(std::process::Stdio::null())).unwrap();
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
