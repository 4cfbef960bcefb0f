//! Keys for signing.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use plugin_package::{Signer, fingerprint};

use crate::print::line;
use crate::project;

pub fn generate(publisher: &str, folder: Option<&Path>) -> Result<()> {
    let signer = Signer::new(publisher, &random()?)?;
    let folder = folder.map_or_else(keys_folder, |folder| Ok(folder.to_owned()))?;
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let key = folder.join(format!("{publisher}.key"));
    let public = folder.join(format!("{publisher}.publisher.toml"));
    // A key that is overwritten is lost, and with it every update of what it signed.
    let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&key) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            bail!("{} is there already; a new key would make it useless", key.display())
        }
        other => other.with_context(|| format!("cannot write {}", key.display()))?,
    };
    file.write_all(signer.to_toml().as_bytes())?;
    project::write(&public, signer.publisher().to_toml().as_bytes())?;
    line(&format!(
        "secret key   {}   (keep it; never give it away)",
        key.display()
    ));
    line(&format!("public key   {}   (give it to IT)", public.display()));
    line(&format!("fingerprint  {}", fingerprint(&signer.publisher().key)));
    line("IT compares the fingerprint with you by telephone or in person before it trusts the key.");
    Ok(())
}

pub fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("the system gives no random bytes: {error}"))?;
    Ok(bytes)
}

pub fn read(file: &Path) -> Result<Signer> {
    Signer::parse(&project::read(file)?).with_context(|| format!("{} is no key", file.display()))
}

fn keys_folder() -> Result<PathBuf> {
    let home = std::env::var_os("HOME").context("set HOME, or say where the key shall lie with --folder")?;
    Ok(PathBuf::from(home).join(".config/vaplug"))
}
