//! The real model, where it has been fetched (`cargo xtask setup`).
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::PathBuf;

use onnx::{Embedder, OnnxError, Products};

/// None, with a notice, on a machine without the model files.
fn folder() -> Option<PathBuf> {
    let cache = std::env::var_os("VOICEASSIST_CACHE_DIR")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/voiceassist")))?;
    let folder = cache.join("models/all-MiniLM-L6-v2");
    if !folder.join("model.onnx").exists() {
        eprintln!("skipped: no model files in {}", folder.display());
        return None;
    }
    Some(folder)
}

fn embedder() -> Option<Embedder> {
    folder().map(|folder| Embedder::load(&folder).unwrap())
}

fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[test]
fn like_texts_are_near_and_vectors_have_unit_length() {
    let Some(embedder) = embedder() else { return };
    let texts = [
        "Patients with a heart attack are given aspirin.",
        "Aspirin is used in myocardial infarction.",
        "The capital of Mongolia is Ulaanbaatar.",
    ];
    let vectors = embedder.embed(&texts).unwrap();
    assert!(
        vectors
            .iter()
            .all(|vector| vector.len() == Embedder::DIMENSIONS && (cosine(vector, vector) - 1.0).abs() < 1e-4)
    );
    assert!(cosine(&vectors[0], &vectors[1]) > 0.6);
    assert!(cosine(&vectors[0], &vectors[2]) < 0.2);
}

#[test]
fn products_on_int8_say_nearly_the_same_as_on_floats() {
    let Some(folder) = folder() else { return };
    let texts = [
        "Use a new sterile needle and syringe for every injection.",
        "Apixaban 5 mg twice daily; 2.5 mg when creatinine clearance is 15 to 29 mL/min.",
        &"Measure lactate again after the first value, and write it into the chart. ".repeat(8),
    ];
    let vectors = |products| Embedder::load_with(&folder, products).unwrap().embed(&texts).unwrap();
    let exact = vectors(Products::Floats);
    for products in [Products::here(), Products::NarrowBytes] {
        for (a, b) in vectors(products).iter().zip(&exact) {
            assert!(cosine(a, b) > 0.98, "{products:?}: {}", cosine(a, b));
        }
    }
}

/// Dynamic quantisation takes its scale from the whole batch: a companion moves a short text by a little, a long one not.
#[test]
fn a_batch_hardly_changes_its_members() {
    let Some(embedder) = embedder() else { return };
    let long = "Use a new sterile needle and syringe for every injection. ".repeat(12);
    let together = embedder.embed(&["hand hygiene", &long, "sharps"]).unwrap();
    for (text, vector) in ["hand hygiene", long.as_str(), "sharps"].iter().zip(&together) {
        assert!(cosine(&embedder.embed(&[text]).unwrap()[0], vector) > 0.98);
    }
    assert_eq!(embedder.embed(&[&long]).unwrap()[0], together[1]);
}

#[test]
fn several_processors_make_the_same_vectors() {
    let Some(embedder) = embedder() else { return };
    let texts: Vec<String> = (0..60)
        .map(|i| format!("Step {i}: wash hands. ").repeat(1 + i % 30))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(embedder.embed_soon(&texts).unwrap(), embedder.embed(&texts).unwrap());
    assert!(embedder.embed_soon(&[]).unwrap().is_empty());
}

#[test]
fn windows_cover_a_long_text_and_none_is_cut_off() {
    let Some(embedder) = embedder() else { return };
    let text: String = (0..60)
        .map(|i| format!("Sentence number {i} says to wash both hands well. "))
        .collect();
    let windows = embedder.windows_after("Hand hygiene. ", &text);
    assert!(windows.len() >= 3);
    assert_eq!(
        windows.iter().map(|window| &text[window.clone()]).collect::<String>(),
        text
    );
    for window in windows {
        assert!(embedder.windows(&format!("Hand hygiene. {}", &text[window])).len() == 1);
    }
    assert!(embedder.windows("").is_empty());
    assert!(embedder.embed(&[]).unwrap().is_empty());
}

#[test]
fn a_wrong_or_missing_file_is_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Embedder::load(folder.path()).err().unwrap();
    assert!(matches!(missing, OnnxError::Missing { .. }) && missing.to_string().contains("cargo xtask setup"));
    std::fs::write(folder.path().join("model.onnx"), b"not a model").unwrap();
    let wrong = Embedder::load(folder.path()).err().unwrap();
    assert!(matches!(wrong, OnnxError::Checksum { .. }) && wrong.to_string().contains("cargo xtask setup"));
}
