//! The container image as an OCI layout, written without a container engine, and the same as one tar file
//! that `docker load`, `podman load` and `skopeo` read.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::tree::{Tree, gzip};
use crate::fingerprint::sha256;

const SECOND: u64 = 1_000_000_000;

pub struct Image<'a> {
    /// Registry, name and tag.
    pub reference: &'a str,
    pub version: &'a str,
    pub revision: &'a str,
    /// Seconds since 1970.
    pub time: u64,
    /// What each layer is, and its files; the later lies over the earlier.
    pub layers: Vec<(&'a str, Tree)>,
}

/// What was written.
pub struct Written {
    pub digest: String,
    /// Bytes of all files, and of all compressed layers.
    pub unpacked: u64,
    pub compressed: u64,
}

impl Image<'_> {
    /// Writes the layout into `folder` and the tar file beside it.
    pub fn write(&self, folder: &Path, archive: &Path) -> Result<Written> {
        let mut blobs = Blobs::default();
        let mut layers = Vec::new();
        let mut diffs = Vec::new();
        let mut history = Vec::new();
        let mut unpacked = 0;
        let created = rfc3339(self.time);
        for (what, tree) in &self.layers {
            let tar = tree.tar(self.time)?;
            unpacked += tree.size();
            diffs.push(format!("sha256:{}", sha256(&tar)));
            history.push(json!({ "created": created, "created_by": format!("cargo xtask package: {what}") }));
            layers.push(blobs.add("application/vnd.oci.image.layer.v1.tar+gzip", gzip(&tar)?));
        }
        let compressed = blobs.size();
        let config = blobs.add(
            "application/vnd.oci.image.config.v1+json",
            self.config(&created, &diffs, &history)?.to_string(),
        );
        let manifest = blobs.add(
            "application/vnd.oci.image.manifest.v1+json",
            json!({
                "schemaVersion": 2,
                "mediaType": "application/vnd.oci.image.manifest.v1+json",
                "config": config,
                "layers": layers,
            })
            .to_string(),
        );
        let digest = manifest["digest"].as_str().unwrap_or_default().to_owned();
        self.lay_out(blobs, &manifest, &config, &layers, folder, archive)?;
        Ok(Written {
            digest,
            unpacked,
            compressed,
        })
    }

    fn config(&self, created: &str, diffs: &[String], history: &[Value]) -> Result<Value> {
        Ok(json!({
            "created": created,
            "architecture": architecture()?,
            "os": "linux",
            "config": {
                "Env": [
                    "PATH=/usr/local/bin:/usr/bin:/usr/sbin",
                    "LANG=C.UTF-8",
                    "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt",
                ],
                "Entrypoint": ["/start.sh"],
                "Cmd": ["voiceassist", "serve"],
                "WorkingDir": "/opt/voiceassist",
                "StopSignal": "SIGTERM",
                // Docker reads it; engines that know only the OCI fields pass it over.
                "Healthcheck": {
                    "Test": ["CMD", "/healthcheck.sh"],
                    "Interval": 10 * SECOND,
                    "Timeout": 10 * SECOND,
                    "StartPeriod": 60 * SECOND,
                    "Retries": 3,
                },
                "Labels": {
                    "org.opencontainers.image.title": "VoiceAssist",
                    "org.opencontainers.image.version": self.version,
                    "org.opencontainers.image.revision": self.revision,
                    "org.opencontainers.image.licenses": "AGPL-3.0-or-later",
                },
            },
            "rootfs": { "type": "layers", "diff_ids": diffs },
            "history": history,
        }))
    }

    /// `index.json` is what OCI tools read, `manifest.json` what a Docker before version 25 reads.
    fn lay_out(
        &self,
        blobs: Blobs,
        manifest: &Value,
        config: &Value,
        layers: &[Value],
        folder: &Path,
        archive: &Path,
    ) -> Result<()> {
        let mut entry = manifest.clone();
        entry["annotations"] = json!({
            "io.containerd.image.name": self.reference,
            "org.opencontainers.image.ref.name": self.version,
        });
        entry["platform"] = json!({ "architecture": architecture()?, "os": "linux" });
        let index = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [entry],
        });
        let old = json!([{
            "Config": path(config),
            "RepoTags": [self.reference],
            "Layers": layers.iter().map(path).collect::<Vec<_>>(),
        }]);
        let mut tree = blobs.0;
        tree.file("oci-layout", r#"{"imageLayoutVersion":"1.0.0"}"#);
        tree.file("index.json", index.to_string());
        tree.file("manifest.json", old.to_string());
        let _ = std::fs::remove_dir_all(folder);
        for name in tree.paths() {
            let target = folder.join(name);
            std::fs::create_dir_all(target.parent().context("a file lies in a folder")?)?;
            std::fs::write(&target, tree.bytes(name).unwrap_or_default())
                .with_context(|| format!("cannot write {}", target.display()))?;
        }
        std::fs::write(archive, tree.tar(self.time)?).with_context(|| format!("cannot write {}", archive.display()))
    }
}

/// Contents by their hash.
#[derive(Default)]
struct Blobs(Tree);

impl Blobs {
    /// Adds a content and returns its descriptor.
    fn add(&mut self, kind: &str, bytes: impl Into<Vec<u8>>) -> Value {
        let bytes = bytes.into();
        let (hash, size) = (sha256(&bytes), bytes.len());
        self.0.file(&format!("blobs/sha256/{hash}"), bytes);
        json!({ "mediaType": kind, "digest": format!("sha256:{hash}"), "size": size })
    }

    fn size(&self) -> u64 {
        self.0.size()
    }
}

/// Of a descriptor's blob.
fn path(descriptor: &Value) -> String {
    format!(
        "blobs/{}",
        descriptor["digest"].as_str().unwrap_or_default().replace(':', "/")
    )
}

/// The layers of a written layout, the lowest first, and its configuration.
pub fn read_layout(folder: &Path) -> Result<(Vec<PathBuf>, Value)> {
    let json = |name: &str| -> Result<Value> {
        let file = folder.join(name);
        let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let index = json("index.json")?;
    let manifest = json(&path(&index["manifests"][0]))?;
    let config = json(&path(&manifest["config"]))?;
    let layers = manifest["layers"].as_array().context("the manifest has no layers")?;
    Ok((layers.iter().map(|layer| folder.join(path(layer))).collect(), config))
}

/// The processor in the words of OCI.
fn architecture() -> Result<&'static str> {
    match std::env::consts::ARCH {
        "x86_64" => Ok("amd64"),
        "aarch64" => Ok("arm64"),
        other => bail!("there is no image for {other}"),
    }
}

/// Seconds since 1970 as `2026-11-22T18:41:36Z`. The days are counted in years that begin in March, so that
/// a leap day is the last of its year.
fn rfc3339(time: u64) -> String {
    let (days, seconds) = (time / 86_400 + 719_468, time % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn write(name: &str) -> (PathBuf, Written) {
        let mut tree = Tree::default();
        tree.program("start.sh", "#!/bin/sh\n");
        let image = Image {
            reference: "r/i:1",
            version: "1",
            revision: "abc",
            time: 1_795_370_360,
            layers: vec![("all", tree)],
        };
        let folder = std::env::temp_dir().join(format!("oci-{name}-{}", std::process::id()));
        let written = image.write(&folder, &folder.with_extension("tar")).unwrap();
        (folder, written)
    }

    #[test]
    fn layout_holds_what_it_names_and_is_the_same_each_time() {
        let (first, one) = write("first");
        let (second, two) = write("second");
        assert_eq!(one.digest, two.digest);
        let tar = |folder: &Path| std::fs::read(folder.with_extension("tar")).unwrap();
        assert_eq!(sha256(&tar(&first)), sha256(&tar(&second)));
        let (layers, config) = read_layout(&first).unwrap();
        assert_eq!(layers.len(), 1);
        let stored = std::fs::read(&layers[0]).unwrap();
        assert!(layers[0].ends_with(format!("sha256/{}", sha256(&stored))));
        assert_eq!(config["config"]["Entrypoint"][0], "/start.sh");
        assert_eq!(config["created"], "2026-11-22T17:59:20Z");
        for folder in [first, second] {
            std::fs::remove_file(folder.with_extension("tar")).unwrap();
            std::fs::remove_dir_all(folder).unwrap();
        }
    }

    #[test]
    fn dates_are_right_around_leap_days() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
        assert_eq!(rfc3339(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(rfc3339(951_868_799), "2000-02-29T23:59:59Z");
        assert_eq!(rfc3339(4_107_542_400), "2100-03-01T00:00:00Z");
    }
}
