//! Packing, signing and verifying.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use plugin_package::{Bundle, Package, Parts, Publisher, Revocations, Sealed, Trust, fingerprint};

use crate::print::{line, row, size};
use crate::project::{self, Project};
use crate::{check, keys};

pub fn pack(project: &Project, key: Option<&Path>) -> Result<()> {
    let (manifest, vectors, licence) = (project.manifest_text()?, project.vectors_text()?, project.licence()?);
    let component = project.component()?;
    let parts = Parts {
        manifest: &manifest,
        component: &component,
        vectors: &vectors,
        licence: &licence,
    };
    let (bytes, file) = match key {
        Some(key) => {
            let signer = keys::read(key)?;
            (plugin_package::pack(parts, &signer)?, project.package_file("vaplugin"))
        }
        None => (plugin_package::bundle(parts)?, project.package_file("unsigned")),
    };
    project::write(&file, &bytes)?;
    line(&format!("{}  {}", file.display(), size(bytes.len())));
    if key.is_none() {
        line(&format!(
            "not signed yet: `vaplug sign {} --key KEY` (make a key with `vaplug keygen NAME`)",
            file.display()
        ));
    }
    Ok(())
}

pub fn sign(package: &Path, key: &Path) -> Result<()> {
    let signer = keys::read(key)?;
    let bundle = Bundle::read(&bytes(package)?).with_context(|| format!("{} cannot be signed", package.display()))?;
    let signed = plugin_package::pack(bundle.parts(), &signer)?;
    let file = package.with_extension("vaplugin");
    project::write(&file, &signed)?;
    let publisher = signer.publisher();
    line(&format!("{}  {}", file.display(), size(signed.len())));
    row("publisher", &publisher.name);
    row("fingerprint", &fingerprint(&publisher.key));
    Ok(())
}

pub fn verify(package: &Path, publishers: &[std::path::PathBuf], revoked: Option<&Path>) -> Result<()> {
    let bytes = bytes(package)?;
    let refused = || format!("{} is refused", package.display());
    let sealed = Sealed::read(&bytes).with_context(refused)?;
    let claimed = sealed.claimed.clone();
    let mut trust = Trust::default();
    for file in publishers {
        let publisher = Publisher::parse(&project::read(file)?).with_context(|| file.display().to_string())?;
        trust.publishers.push(publisher);
    }
    if let Some(file) = revoked {
        trust.revoked = Revocations::parse(&project::read(file)?)?;
    }
    if publishers.is_empty() {
        show(sealed.unjudged());
        trust.revoked.check(sealed.unjudged()).with_context(refused)?;
        line(
            "Its parts fit its signature. Whose key that is, only the fingerprint tells: name the publisher's file with --publisher.",
        );
    } else {
        show(&sealed.trusted(&trust).with_context(refused)?);
        line(&format!("Signed by {}.", claimed.name));
    }
    Ok(())
}

fn show(package: &Package) {
    line(&format!("{} {}", package.manifest.id, package.manifest.version));
    row("publisher", &package.publisher.name);
    row("key", &hex::encode(package.publisher.key));
    row("fingerprint", &fingerprint(&package.publisher.key));
    row("digest", &package.digest);
    row(
        "component",
        &format!("{}  {}", package.component_digest, size(package.component.len())),
    );
    check::people_read(&package.manifest);
}

pub fn bytes(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
