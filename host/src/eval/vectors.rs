//! Embeddings for evaluations, kept in a file between runs.
//!
//! The file has one record a text: the first 16 bytes of its SHA-256, then 384 little-endian f32.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use onnx::Embedder;
use sha2::{Digest, Sha256};

const KEY: usize = 16;
const RECORD: usize = KEY + 4 * Embedder::DIMENSIONS;
/// Texts embedded between two writes to the file, so that a run that was stopped loses little.
const BATCH: usize = 256;

pub struct Vectors {
    embedder: Embedder,
    known: HashMap<[u8; KEY], Vec<f32>>,
    file: Option<File>,
}

impl Vectors {
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(embedder: Embedder, folder: Option<&Path>) -> Result<Self> {
        let mut vectors = Self {
            embedder,
            known: HashMap::new(),
            file: None,
        };
        let Some(folder) = folder else { return Ok(vectors) };
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let path = folder.join(format!("{}.bin", Embedder::MODEL_ID));
        if path.exists() {
            for record in fs::read(&path)?.chunks_exact(RECORD) {
                let (key, values) = record.split_at(KEY);
                let values = values
                    .as_chunks::<4>()
                    .0
                    .iter()
                    .map(|four| f32::from_le_bytes(*four))
                    .collect();
                vectors.known.insert(key.try_into()?, values);
            }
        }
        vectors.file = Some(OpenOptions::new().create(true).append(true).open(&path)?);
        Ok(vectors)
    }

    pub fn embedder(&self) -> &Embedder {
        &self.embedder
    }

    /// Embeds the texts that are not known yet, saying on standard error how far it is.
    ///
    /// # Errors
    /// The model failed or the file cannot be written.
    pub fn prepare<'a>(&mut self, texts: impl Iterator<Item = &'a String>) -> Result<()> {
        let mut missing: Vec<&str> = texts
            .map(String::as_str)
            .filter(|text| !self.known.contains_key(&key(text)))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        for (number, batch) in missing.chunks(BATCH).enumerate() {
            let embedded = self.embedder.embed(batch)?;
            let mut records = Vec::with_capacity(batch.len() * RECORD);
            for (text, vector) in batch.iter().zip(embedded) {
                records.extend(key(text));
                records.extend(vector.iter().flat_map(|value| value.to_le_bytes()));
                self.known.insert(key(text), vector);
            }
            if let Some(file) = &mut self.file {
                file.write_all(&records)?;
            }
            writeln!(
                std::io::stderr(),
                "embedded {} of {} texts",
                number * BATCH + batch.len(),
                missing.len()
            )?;
        }
        Ok(())
    }

    /// # Errors
    /// The model failed.
    pub fn of(&mut self, text: &str) -> Result<Vec<f32>> {
        if let Some(vector) = self.known.get(&key(text)) {
            return Ok(vector.clone());
        }
        let vector = self.embedder.embed(&[text])?.pop().unwrap_or_default();
        self.known.insert(key(text), vector.clone());
        Ok(vector)
    }
}

fn key(text: &str) -> [u8; KEY] {
    let mut key = [0; KEY];
    key.copy_from_slice(&Sha256::digest(text.as_bytes())[..KEY]);
    key
}
