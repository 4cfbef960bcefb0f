//! The zip of a DOCX, read within limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::ExtractError;

/// Decompressed size of one part and of all parts read, in bytes. A thousand pages of text are some 30 MB of XML.
const MAX_PART: u64 = 128 << 20;
const MAX_ALL: u64 = 256 << 20;
const MAX_ENTRIES: usize = 20_000;

pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, ExtractError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(refused)?;
        if zip.len() > MAX_ENTRIES {
            return Err(ExtractError::too_large("the number of parts", MAX_ENTRIES as u64));
        }
        Ok(Self { zip, left: MAX_ALL })
    }

    /// The shortest name that begins and ends like this: `word/document.xml` or, from some writers, `word/document2.xml`.
    pub fn find(&self, start: &str, end: &str) -> Option<String> {
        self.zip
            .file_names()
            .filter(|n| n.starts_with(start) && n.ends_with(end))
            .min_by_key(|n| n.len())
            .map(str::to_owned)
    }

    /// All XML parts whose names begin like this, in order.
    pub fn all(&self, start: &str) -> Vec<String> {
        let mut names: Vec<String> = self
            .zip
            .file_names()
            .filter(|n| n.starts_with(start) && n.ends_with(".xml"))
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    }

    /// Text of a part, or nothing when it is missing.
    pub fn read(&mut self, name: &str) -> Result<Option<String>, ExtractError> {
        let part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(refused(error)),
        };
        let limit = MAX_PART.min(self.left);
        let mut bytes = Vec::new();
        // The size in the directory may lie: count what really comes out.
        part.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(ExtractError::broken)?;
        if bytes.len() as u64 > limit {
            return Err(ExtractError::too_large("a document part in bytes", MAX_PART));
        }
        self.left -= bytes.len() as u64;
        let (text, ..) = encoding_rs::UTF_8.decode(&bytes);
        Ok(Some(text.into_owned()))
    }
}

fn refused(error: ZipError) -> ExtractError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            ExtractError::Encrypted
        }
        error => ExtractError::broken(error),
    }
}
