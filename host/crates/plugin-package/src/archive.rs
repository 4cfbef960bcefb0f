//! The file format: a zip of exactly five named parts.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::PackageError;

pub const MANIFEST: &str = "plugin.toml";
pub const COMPONENT: &str = "component.wasm";
pub const VECTORS: &str = "vectors.json";
pub const LICENCE: &str = "LICENSE";
pub const SIGNATURE: &str = "signature.toml";

/// Every part with its largest size in bytes, unpacked. A component is as large as the sandbox takes it: one in
/// Python is 18 MB.
pub const PART_LIMITS: [(&str, usize); 5] = [
    (MANIFEST, 64 << 10),
    (COMPONENT, 32 << 20),
    (VECTORS, 4 << 20),
    (LICENCE, 256 << 10),
    (SIGNATURE, 4 << 10),
];

/// Largest package in bytes: the parts and what the archive adds.
const PACKAGE_LIMIT: usize = 38 << 20;

/// Length of a zip file's closing record when it has no comment.
const CLOSING: usize = 22;

/// Parts in the order of [`PART_LIMITS`]: all five of a package, or the first four of what is not signed yet.
/// Any other part is refused.
pub fn read<const N: usize>(bytes: &[u8]) -> Result<[Vec<u8>; N], PackageError> {
    let wanted = &PART_LIMITS[..N];
    if bytes.len() > PACKAGE_LIMIT {
        return Err(PackageError::TooLarge {
            part: "the package".into(),
            limit: PACKAGE_LIMIT,
        });
    }
    let broken = |error: zip::result::ZipError| PackageError::NotAPackage(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    // The reader keeps the last of two entries with one name and says nothing.
    if entries(bytes)? != archive.len() {
        return Err(PackageError::Twice);
    }
    for name in archive.file_names() {
        if !wanted.iter().any(|(known, _)| *known == name) {
            let shown: String = name.chars().take(80).flat_map(char::escape_default).collect();
            return Err(PackageError::Extra(shown));
        }
    }
    let mut parts = std::array::from_fn(|_| Vec::new());
    for (part, (name, limit)) in parts.iter_mut().zip(PART_LIMITS) {
        let Some(place) = archive.index_for_name(name) else {
            return Err(PackageError::Missing(name));
        };
        let entry = archive.by_index(place).map_err(broken)?;
        // What the archive claims about sizes is not believed: reading stops above the limit.
        let ceiling = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
        entry
            .take(ceiling)
            .read_to_end(part)
            .map_err(|error| PackageError::NotAPackage(format!("{name} cannot be unpacked: {error}")))?;
        if part.len() > limit {
            return Err(PackageError::TooLarge {
                part: name.into(),
                limit,
            });
        }
    }
    Ok(parts)
}

/// How many entries the closing record counts. It must be the file's end: a comment could hold a second archive.
fn entries(bytes: &[u8]) -> Result<usize, PackageError> {
    let wrong = || PackageError::NotAPackage("it does not end like a zip file without comment".into());
    let start = bytes.len().checked_sub(CLOSING).ok_or_else(wrong)?;
    let closing = &bytes[start..];
    match closing {
        [b'P', b'K', 5, 6, _, _, _, _, _, _, low, high, .., 0, 0] => Ok(usize::from(u16::from_le_bytes([*low, *high]))),
        _ => Err(wrong()),
    }
}

/// The same parts give the same bytes: no times, no order of a file system.
pub fn write<const N: usize>(parts: [&[u8]; N]) -> Result<Vec<u8>, PackageError> {
    for (part, (name, limit)) in parts.iter().zip(PART_LIMITS) {
        if part.len() > limit {
            return Err(PackageError::TooLarge {
                part: name.into(),
                limit,
            });
        }
    }
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut fill = || {
        for (part, (name, _)) in parts.iter().zip(PART_LIMITS) {
            writer.start_file(name, options)?;
            writer.write_all(part)?;
        }
        Ok(())
    };
    let filled: Result<(), zip::result::ZipError> = fill();
    let written = filled.and_then(|()| writer.finish());
    written
        .map(Cursor::into_inner)
        .map_err(|error| PackageError::NotAPackage(error.to_string()))
}
