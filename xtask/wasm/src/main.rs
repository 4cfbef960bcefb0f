//! Finishes what rustc made for WebAssembly: `component CORE OUT` makes a plugin component,
//! `key KEY PUBLISHER` makes the key that signs plugins unless it is there, `package PLUGIN COMPONENT KEY OUT` packs
//! and signs one, `bindgen CORE FOLDER` makes the browser's bundle, `compress FOLDER FOLDER` lays a Brotli copy
//! beside every asset that gains by it. Called by `cargo xtask wasm`.

mod package;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    match arguments {
        [verb, core, out] if verb == "component" => component(Path::new(core), Path::new(out)),
        [verb, key, publisher] if verb == "key" => package::key(Path::new(key), Path::new(publisher)),
        [verb, plugin, component, key, out] if verb == "package" => {
            package::package(Path::new(plugin), Path::new(component), Path::new(key), Path::new(out))
        }
        [verb, core, out] if verb == "bindgen" => bindgen(Path::new(core), Path::new(out)),
        [verb, folder, out] if verb == "compress" => compress(Path::new(folder), Path::new(out)),
        _ => bail!(
            "xtask-wasm component CORE OUT | key KEY PUBLISHER | package PLUGIN COMPONENT KEY OUT | bindgen CORE FOLDER | \
             compress FOLDER OUT"
        ),
    }
}

/// The world is in a custom section that wit-bindgen left in the core module.
fn component(core: &Path, out: &Path) -> Result<()> {
    let module = std::fs::read(core).with_context(|| format!("cannot read {}", core.display()))?;
    let bytes = wit_component::ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .with_context(|| format!("{} is not the core of a component", core.display()))?;
    write(out, &bytes)
}

/// The host may read the folder at any time: a file appears whole or not at all.
fn write(out: &Path, bytes: &[u8]) -> Result<()> {
    let partial = out.with_extension("partial");
    std::fs::write(&partial, bytes).with_context(|| format!("cannot write {}", partial.display()))?;
    std::fs::rename(&partial, out)?;
    Ok(())
}

fn bindgen(core: &Path, folder: &Path) -> Result<()> {
    wasm_bindgen_cli_support::Bindgen::new()
        .input_path(core)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)
        .with_context(|| format!("no bundle could be made of {}", core.display()))
}

/// Once at build, so that no request pays for the best level: 1 MB of WebAssembly costs 3 s.
fn compress(folder: &Path, out: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name();
        if entry.file_type()?.is_dir() {
            if name == "pdfjs" {
                compress(&entry.path(), &out.join(&name))?;
            }
            continue;
        }
        if !gains(&name.to_string_lossy()) {
            continue;
        }
        let bytes = std::fs::read(entry.path())?;
        let mut packed = Vec::new();
        let settings = brotli::enc::BrotliEncoderParams {
            quality: 11,
            lgwin: 22,
            ..Default::default()
        };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut packed, &settings)?;
        std::fs::write(out.join(format!("{}.br", name.to_string_lossy())), packed)?;
    }
    Ok(())
}

fn gains(name: &str) -> bool {
    [".js", ".mjs", ".css", ".wasm", ".svg", ".json"]
        .iter()
        .any(|end| name.ends_with(end))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn packed_copy_unpacks_to_the_original() {
        let folder = std::env::temp_dir().join(format!("compress-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let text = "let a = 1;\n".repeat(1000);
        std::fs::write(folder.join("a.js"), &text).unwrap();
        std::fs::write(folder.join("b.png"), &text).unwrap();
        compress(&folder, &folder).unwrap();
        let packed = std::fs::read(folder.join("a.js.br")).unwrap();
        assert!(packed.len() < text.len() / 10);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut plain).unwrap();
        assert_eq!(plain, text.as_bytes());
        assert!(!folder.join("b.png.br").exists());
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn module_without_a_world_is_refused_by_name() {
        let core = std::env::temp_dir().join(format!("not-wasm-{}", std::process::id()));
        std::fs::write(&core, "no module").unwrap();
        let error = component(&core, &core.with_extension("out")).unwrap_err().to_string();
        assert!(error.contains("not the core of a component"), "{error}");
        std::fs::remove_file(core).unwrap();
    }
}
