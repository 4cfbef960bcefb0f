//! Embedding models behind Hugging Face text-embeddings-inference: `GET /info`, `POST /embed`.

mod server;

#[cfg(test)]
mod tests;

use serde_json::json;
use voiceassist_plugin::embedding::{Capability, Embeddings, Matrix, ModelInfo, Models, Purpose};
use voiceassist_plugin::{Error, Host, Outside, not_found, plugin, unavailable};

use server::{Info, Server};

struct Plugin;

impl Models for Plugin {
    fn models() -> Result<Vec<ModelInfo>, Error> {
        models(&Host)
    }
}

impl Embeddings for Plugin {
    fn embed(model: String, inputs: Vec<String>, purpose: Purpose) -> Result<Matrix, Error> {
        embed(&Host, &model, &inputs, purpose)
    }
}

fn models<O: Outside>(outside: &O) -> Result<Vec<ModelInfo>, Error> {
    let server = Server::of(outside)?;
    let info = server.info()?;
    // The server does not say how long its vectors are: one of them does.
    let dimensions = match info.dimensions {
        Some(dimensions) => dimensions,
        None => {
            let rows = server.embed(&["dimensions".to_owned()], None)?;
            let dimensions = rows.first().map_or(0, Vec::len);
            server.keep(&info.with_dimensions(dimensions));
            dimensions
        }
    };
    Ok(vec![ModelInfo {
        title: info.model.clone(),
        capabilities: Capability::EMBEDDING,
        context_tokens: info.input_tokens,
        output_tokens: None,
        dimensions: u32::try_from(dimensions).ok(),
        region: outside.setting("region"),
        // Vectors of another revision lie in another space.
        extras: json!({
            "revision": info.revision, "pooling": info.pooling, "normalised": true,
            "truncates": server.truncates, "batch": info.batch,
        })
        .to_string(),
        id: info.model,
    }])
}

/// Rows of length one, in the order of `inputs`.
fn embed<O: Outside>(outside: &O, model: &str, inputs: &[String], purpose: Purpose) -> Result<Matrix, Error> {
    let server = Server::of(outside)?;
    let info = server.info()?;
    if info.model != model {
        return Err(not_found(format!(
            "the server has the model {}, not {model}",
            info.model
        )));
    }
    let prompt = outside.setting(match purpose {
        Purpose::Query => "query-prompt",
        Purpose::Document => "document-prompt",
    });
    let mut values = Vec::new();
    let mut dimensions = info.dimensions;
    for (place, batch) in inputs.chunks(info.batch).enumerate() {
        let rows = server.embed(batch, prompt.as_deref())?;
        if rows.len() != batch.len() {
            return Err(unavailable(
                "malformed",
                "the server returned another number of vectors than of inputs",
            ));
        }
        for row in rows {
            if *dimensions.get_or_insert(row.len()) != row.len() || row.is_empty() {
                return Err(unavailable("malformed", "the server's vectors are not of one length"));
            }
            values.extend(normalised(row)?);
        }
        report(outside, &info, inputs.len(), place + 1);
    }
    let dimensions = dimensions
        .and_then(|dimensions| u32::try_from(dimensions).ok())
        .unwrap_or(0);
    Ok(Matrix { dimensions, values })
}

#[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
fn report<O: Outside>(outside: &O, info: &Info, inputs: usize, batches: usize) {
    outside.report(
        Some((batches * info.batch) as f32 / inputs.max(1) as f32).map(|part| part.min(1.0)),
        None,
    );
}

/// To length one, as every index of the host expects it.
fn normalised(row: Vec<f32>) -> Result<Vec<f32>, Error> {
    let length = row.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if !length.is_finite() || length < 1e-12 {
        return Err(unavailable(
            "malformed",
            "the server returned a vector without direction",
        ));
    }
    if (length - 1.0).abs() < 1e-3 {
        return Ok(row);
    }
    Ok(row.into_iter().map(|value| scaled(value, length)).collect())
}

#[expect(clippy::cast_possible_truncation, reason = "a component of a vector of length one")]
fn scaled(value: f32, length: f64) -> f32 {
    (f64::from(value) / length) as f32
}

plugin!(Plugin, world: embedding_adapter, title: "Text embeddings server");
