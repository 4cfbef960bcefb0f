//! The key that signs checkpoints, and the one made from it that hashes names.

use std::fs::{OpenOptions, Permissions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::{Context, Result};
use audit_chain::{PublicKey, Signer, read_digits};
use ring::hmac;

use super::settings::AuditSettings;
use crate::clock::Random;

const FILE: &str = "audit.key";
const PUBLIC: &str = "audit.pub";
/// Names are hashed with a key of their own: who learns one hash learns nothing about signatures.
const NAMES: &[u8] = b"voiceassist/audit/names/v1";

pub struct Keys {
    pub signer: Signer,
    names: hmac::Key,
    /// Every key that has signed here.
    pub published: Vec<PublicKey>,
    /// The key lies where the database lies: who can change both can sign.
    pub beside_the_data: bool,
}

impl Keys {
    /// Reads the key, or makes one in the data folder at the first start. The public halves are
    /// listed in the data folder.
    ///
    /// # Errors
    /// The file cannot be read or made, or holds something else.
    pub fn load(settings: &AuditSettings, data_dir: &Path, random: &dyn Random) -> Result<Self> {
        let beside_the_data = settings.key_file.is_none();
        let path = settings.key_file.clone().unwrap_or_else(|| data_dir.join(FILE));
        let seed = match std::fs::read_to_string(&path) {
            Ok(text) => seed(&text, &path)?,
            Err(error) if error.kind() == ErrorKind::NotFound && beside_the_data => made(&path, random)?,
            Err(error) => {
                return Err(error).with_context(|| {
                    let path = path.display();
                    format!(
                        "the audit's signing key {path} cannot be read. One is made by: openssl rand -hex 32 > {path}"
                    )
                });
            }
        };
        let signer = Signer::new(&seed);
        let published = published(&data_dir.join(PUBLIC), &signer.public())
            .context("the audit's public key cannot be written into the data folder")?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &seed), NAMES);
        Ok(Self {
            signer,
            names: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
            published,
            beside_the_data,
        })
    }

    /// A name as the trail may hold it: the same name has the same hash, and only this server can tell which it was.
    pub fn keyed(&self, name: &str) -> String {
        let tag = hmac::sign(&self.names, name.as_bytes());
        format!("keyed:{}", hex::encode(&tag.as_ref()[..16]))
    }
}

/// Keys of earlier checkpoints stay known.
fn published(path: &Path, key: &PublicKey) -> std::io::Result<Vec<PublicKey>> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut keys: Vec<PublicKey> = text.lines().filter_map(|line| line.parse().ok()).collect();
    if !keys.contains(key) {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        writeln!(file, "{key}")?;
        keys.push(*key);
    }
    Ok(keys)
}

fn seed(text: &str, path: &Path) -> Result<[u8; 32]> {
    let digits = text.trim().to_lowercase();
    read_digits(&digits).with_context(|| format!("{} does not hold 64 hexadecimal digits", path.display()))
}

fn made(path: &Path, random: &dyn Random) -> Result<[u8; 32]> {
    let mut seed = [0; 32];
    random.fill(&mut seed);
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = made.with_context(|| format!("{} cannot be made", path.display()))?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(file, "{}", hex::encode(seed))?;
    file.sync_all()?;
    Ok(seed)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_one_from_outside_wins() {
        let folder = tempfile::tempdir().unwrap();
        let load = |settings: &AuditSettings| Keys::load(settings, folder.path(), &SystemRandom);
        let first = load(&AuditSettings::default()).unwrap();
        let mode = folder.path().join(FILE).metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = load(&AuditSettings::default()).unwrap();
        assert_eq!(again.signer.public(), first.signer.public());
        assert_eq!(again.keyed("Smith"), first.keyed("Smith"));
        assert!(!first.keyed("Smith").contains("mith") && first.keyed("Smith") != first.keyed("Smyth"));

        let outside = AuditSettings {
            key_file: Some(folder.path().join("mounted.key")),
            ..AuditSettings::default()
        };
        assert!(format!("{:#}", load(&outside).err().unwrap()).contains("openssl rand -hex 32"));
        std::fs::write(folder.path().join("mounted.key"), "ab".repeat(32)).unwrap();
        let mounted = load(&outside).unwrap();
        assert!(!mounted.beside_the_data && mounted.signer.public() != first.signer.public());
        let exported = std::fs::read_to_string(folder.path().join(PUBLIC)).unwrap();
        let keys: Vec<&str> = exported.lines().collect();
        assert_eq!(
            keys,
            [first.signer.public().to_string(), mounted.signer.public().to_string()]
        );
    }
}
