//! Packs and signs the plugins that come with the program.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use plugin_package::{Manifest, Parts, Signer, pack};

use crate::write;

/// The host pins the key under this name.
const PUBLISHER: &str = "voiceassist";

/// Makes the build key, readable by its owner only, unless it is there, and writes its public half.
pub fn key(key: &Path, publisher: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(key) {
        Ok(mut file) => {
            let mut secret = [0; 32];
            getrandom::fill(&mut secret).map_err(|error| anyhow!("the system gives no random bytes: {error}"))?;
            file.write_all(Signer::new(PUBLISHER, &secret)?.to_toml().as_bytes())?;
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error).with_context(|| format!("cannot write {}", key.display())),
    }
    write(publisher, read_key(key)?.publisher().to_toml().as_bytes())
}

fn read_key(file: &Path) -> Result<Signer> {
    Signer::parse(&read(file)?).with_context(|| format!("{} is no key; remove it to have one made", file.display()))
}

pub fn package(plugin: &Path, component: &Path, key: &Path, out: &Path) -> Result<()> {
    let manifest = read(&plugin.join("plugin.toml"))?;
    let parsed = Manifest::parse(&manifest).with_context(|| format!("{}/plugin.toml", plugin.display()))?;
    let crate_name = plugin.file_name().unwrap_or_default().to_string_lossy();
    if parsed.id != crate_name {
        bail!("plugin.toml of {crate_name} calls it {}", parsed.id);
    }
    let component = std::fs::read(component).with_context(|| format!("cannot read {}", component.display()))?;
    let (vectors, licence) = (read(&plugin.join("vectors.json"))?, read(&licence(plugin, &parsed))?);
    let parts = Parts {
        manifest: &manifest,
        component: &component,
        vectors: &vectors,
        licence: &licence,
    };
    write(out, &pack(parts, &read_key(key)?)?)
}

/// The plugin's own, or the one it shares with the SDK.
fn licence(plugin: &Path, manifest: &Manifest) -> PathBuf {
    let own = plugin.join("LICENSE");
    if own.is_file() || manifest.licence != "Apache-2.0" {
        return own;
    }
    plugin.with_file_name("sdk").join("LICENSE")
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use plugin_package::{Package, Publisher, Trust};

    use super::*;

    #[test]
    fn a_bundled_plugin_opens_under_the_key_beside_it() {
        let folder = std::env::temp_dir().join(format!("package-{}", std::process::id()));
        let plugin = folder.join("renal");
        std::fs::create_dir_all(&plugin).unwrap();
        let text = "schema = 1\nid = \"renal\"\nversion = \"0.1.0\"\nworld = \"calculator\"\ntitle = \"R\"\npurpose = \"R\"\nlicence = \"MIT\"\n";
        for (name, text) in [
            ("plugin.toml", text),
            ("vectors.json", "{}"),
            ("LICENSE", "MIT"),
            ("c.wasm", "\0asm\u{d}\0\u{1}\0"),
        ] {
            std::fs::write(plugin.join(name), text).unwrap();
        }
        let (secret, publisher, out) = (
            folder.join("k"),
            folder.join("publisher.toml"),
            folder.join("renal.vaplugin"),
        );
        key(&secret, &publisher).unwrap();
        let first = read(&secret).unwrap();
        key(&secret, &publisher).unwrap();
        assert_eq!(read(&secret).unwrap(), first, "the key stays");
        assert_eq!(secret.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        package(&plugin, &plugin.join("c.wasm"), &secret, &out).unwrap();
        let trust = Trust {
            publishers: vec![Publisher::parse(&read(&publisher).unwrap()).unwrap()],
            ..Trust::default()
        };
        let opened = Package::open(&std::fs::read(&out).unwrap(), &trust).unwrap();
        assert_eq!(
            (opened.publisher.name.as_str(), opened.manifest.id.as_str()),
            ("voiceassist", "renal")
        );
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
