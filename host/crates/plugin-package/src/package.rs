//! Packing, opening and judging a package.

use crate::archive::{self, COMPONENT, LICENCE, MANIFEST, VECTORS};
use crate::publisher::{self, SignatureFile};
use crate::{Manifest, ManifestError, Publisher, Revoked, Signer, Trust, Vectors, fingerprint};

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    pub manifest: &'a str,
    pub component: &'a [u8],
    pub vectors: &'a str,
    pub licence: &'a str,
}

/// A package whose parts are well formed and fit its signature. Whose signature it is, is not judged yet.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// What the package says of its signer.
    pub claimed: Publisher,
    package: Package,
}

/// A package signed by a trusted publisher.
#[derive(Clone, Debug)]
pub struct Package {
    pub manifest: Manifest,
    pub manifest_text: String,
    pub component: Vec<u8>,
    pub vectors: Vectors,
    pub licence: String,
    /// Under the name it was pinned by.
    pub publisher: Publisher,
    /// BLAKE3 of everything that is signed, lower-hex: it names this content however it is packed or signed.
    pub digest: String,
    pub component_digest: blake3::Hash,
}

/// Why a package is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackageError {
    #[error("{part} is larger than the {limit} bytes that are allowed")]
    TooLarge { part: String, limit: usize },
    #[error("it is no plugin package: {0}")]
    NotAPackage(String),
    #[error("it has no {0}")]
    Missing(&'static str),
    #[error("it holds \"{0}\", which is no part of a plugin package")]
    Extra(String),
    #[error("a part appears twice")]
    Twice,
    #[error("{part}: {reason}")]
    Part { part: &'static str, reason: String },
    #[error("plugin.toml: {0}")]
    Manifest(ManifestError),
    #[error("its contents were changed after it was signed: the signature does not fit them")]
    Tampered,
    #[error(
        "its publisher \"{}\" is not trusted here (fingerprint {}). Compare the fingerprint with the publisher by another \
         way than the one the package came by, then run `voiceassist plugin trust {} {}`",
        .0.name, fingerprint(&.0.key), .0.name, hex::encode(.0.key)
    )]
    Untrusted(Publisher),
    #[error("it says that its publisher is \"{claimed}\", but its key is trusted here as \"{pinned}\"")]
    OtherName { claimed: String, pinned: String },
    #[error(transparent)]
    Revoked(#[from] Revoked),
}

// Without being its source: whoever prints a chain of causes would say it twice.
impl From<ManifestError> for PackageError {
    fn from(error: ManifestError) -> Self {
        Self::Manifest(error)
    }
}

/// Packs and signs. The parts are checked as they will be when the package is opened.
///
/// # Errors
/// When a part is malformed or too large.
pub fn pack(parts: Parts<'_>, signer: &Signer) -> Result<Vec<u8>, PackageError> {
    let [manifest, component, vectors, licence] = signed_parts(&parts).map(|(_, bytes)| bytes);
    check(manifest, component, vectors, licence)?;
    let signature = signer.sign(&message(&signed_parts(&parts)));
    archive::write([manifest, component, vectors, licence, signature.to_toml().as_bytes()])
}

/// Packs without a signature: what one machine builds and another, with the key, signs.
///
/// # Errors
/// When a part is malformed or too large.
pub fn bundle(parts: Parts<'_>) -> Result<Vec<u8>, PackageError> {
    let [manifest, component, vectors, licence] = signed_parts(&parts).map(|(_, bytes)| bytes);
    check(manifest, component, vectors, licence)?;
    archive::write([manifest, component, vectors, licence])
}

/// The parts that are to be signed, out of a bundle or of a package.
pub struct Bundle {
    manifest: String,
    component: Vec<u8>,
    vectors: String,
    licence: String,
}

impl Bundle {
    /// # Errors
    /// When it is neither a bundle nor a package whose parts fit its signature.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let [manifest, component, vectors, licence] = match archive::read::<4>(bytes) {
            Ok(parts) => parts,
            Err(PackageError::Extra(name)) if name == archive::SIGNATURE => {
                Sealed::read(bytes)?;
                let [manifest, component, vectors, licence, _] = archive::read::<5>(bytes)?;
                [manifest, component, vectors, licence]
            }
            Err(error) => return Err(error),
        };
        check(&manifest, &component, &vectors, &licence)?;
        Ok(Self {
            manifest: text(MANIFEST, &manifest)?.to_owned(),
            vectors: text(VECTORS, &vectors)?.to_owned(),
            licence: text(LICENCE, &licence)?.to_owned(),
            component,
        })
    }

    #[must_use]
    pub fn parts(&self) -> Parts<'_> {
        Parts {
            manifest: &self.manifest,
            component: &self.component,
            vectors: &self.vectors,
            licence: &self.licence,
        }
    }
}

impl Sealed {
    /// Takes a package apart and holds it against its own signature.
    ///
    /// # Errors
    /// With the first part that is wrong, missing, too many or too large.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let [manifest, component, vectors, licence, signature] = archive::read::<5>(bytes)?;
        let signature = SignatureFile::parse(text(archive::SIGNATURE, &signature)?)?;
        let signed = [
            (MANIFEST, manifest.as_slice()),
            (COMPONENT, component.as_slice()),
            (VECTORS, vectors.as_slice()),
            (LICENCE, licence.as_slice()),
        ];
        let message = message(&signed);
        if !signature.fits(&message) {
            return Err(PackageError::Tampered);
        }
        let checked = check(&manifest, &component, &vectors, &licence)?;
        let digest = blake3::hash(&message).to_hex().to_string();
        let component_digest = blake3::hash(&component);
        let package = Package {
            manifest: checked.manifest,
            manifest_text: checked.manifest_text,
            component,
            vectors: checked.vectors,
            licence: checked.licence,
            publisher: signature.publisher.clone(),
            digest,
            component_digest,
        };
        Ok(Self {
            claimed: signature.publisher,
            package,
        })
    }

    /// # Errors
    /// When its key is not pinned, is pinned under another name, or when anything of it is revoked.
    pub fn trusted(mut self, trust: &Trust) -> Result<Package, PackageError> {
        let pinned = trust.publishers.iter().find(|one| one.key == self.claimed.key);
        let Some(pinned) = pinned else {
            return Err(PackageError::Untrusted(self.claimed));
        };
        if pinned.name != self.claimed.name {
            return Err(PackageError::OtherName {
                claimed: self.claimed.name,
                pinned: pinned.name.clone(),
            });
        }
        trust.revoked.check(&self.package)?;
        self.package.publisher = pinned.clone();
        Ok(self.package)
    }

    /// The contents, for looking at: nothing says that they may be installed.
    #[must_use]
    pub fn unjudged(&self) -> &Package {
        &self.package
    }
}

impl Package {
    /// # Errors
    /// With the reason, for the person who installs it.
    pub fn open(bytes: &[u8], trust: &Trust) -> Result<Self, PackageError> {
        Sealed::read(bytes)?.trusted(trust)
    }
}

struct Checked {
    manifest: Manifest,
    manifest_text: String,
    vectors: Vectors,
    licence: String,
}

fn check(manifest: &[u8], component: &[u8], vectors: &[u8], licence: &[u8]) -> Result<Checked, PackageError> {
    let manifest_text = text(MANIFEST, manifest)?.to_owned();
    let manifest = Manifest::parse(&manifest_text)?;
    // `\0asm`, then the version (13) and layer (1) of a component; a core module has version 1 and layer 0.
    if !component.starts_with(b"\0asm\x0d\0\x01\0") {
        return Err(PackageError::Part {
            part: COMPONENT,
            reason: "it is no WebAssembly component".into(),
        });
    }
    let vectors =
        Vectors::parse(text(VECTORS, vectors)?).map_err(|reason| PackageError::Part { part: VECTORS, reason })?;
    let licence = text(LICENCE, licence)?.to_owned();
    if licence.trim().is_empty() {
        return Err(PackageError::Part {
            part: LICENCE,
            reason: "it is empty; put the text of the licence there".into(),
        });
    }
    Ok(Checked {
        manifest,
        manifest_text,
        vectors,
        licence,
    })
}

fn text<'a>(part: &'static str, bytes: &'a [u8]) -> Result<&'a str, PackageError> {
    std::str::from_utf8(bytes).map_err(|_| PackageError::Part {
        part,
        reason: "it is not UTF-8 text".into(),
    })
}

fn signed_parts<'a>(parts: &Parts<'a>) -> [(&'static str, &'a [u8]); 4] {
    [
        (MANIFEST, parts.manifest.as_bytes()),
        (COMPONENT, parts.component),
        (VECTORS, parts.vectors.as_bytes()),
        (LICENCE, parts.licence.as_bytes()),
    ]
}

/// What the signature is over: names, lengths and hashes, so that no byte can move from one part to another.
fn message(parts: &[(&str, &[u8]); 4]) -> Vec<u8> {
    let mut message = publisher::DOMAIN.to_vec();
    for (name, bytes) in parts {
        message.extend(format!("{name}\n{}\n{}\n", bytes.len(), blake3::hash(bytes).to_hex()).into_bytes());
    }
    message
}
