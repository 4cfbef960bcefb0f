//! Embeds the lines of standard input: `embed MODEL_DIR OUT [float|bytes|narrow]` writes little-endian f32 vectors to OUT and the speed to standard error.

use std::io::{BufRead, Write};
use std::time::Instant;

use onnx::{Embedder, Products};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, models, out, ..] = arguments.as_slice() else {
        return Err("usage: embed MODEL_DIR OUT [float|bytes|narrow]".into());
    };
    let products = match arguments.get(3).map(String::as_str) {
        Some("float") => Products::Floats,
        Some("bytes") => Products::Bytes,
        Some("narrow") => Products::NarrowBytes,
        _ => Products::here(),
    };
    let embedder = Embedder::load_with(models.as_ref(), products)?;
    let lines = std::io::stdin().lock().lines().collect::<Result<Vec<_>, _>>()?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(out)?);
    let begun = Instant::now();
    for chunk in lines.chunks(256) {
        let texts: Vec<&str> = chunk.iter().map(String::as_str).collect();
        for value in embedder.embed(&texts)?.iter().flatten() {
            out.write_all(&value.to_le_bytes())?;
        }
    }
    out.flush()?;
    eprintln!(
        "{} texts, {:.1} a second",
        lines.len(),
        lines.len() as f64 / begun.elapsed().as_secs_f64()
    );
    Ok(())
}
