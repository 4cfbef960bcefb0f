//! Files written by hand, and where to find the tools.

use std::io::Write;
use std::path::{Path, PathBuf};

use api_types::{BlockKind, Page};
use extract::{ExtractError, Extracted, Tools};
pub use testkit::files::{PdfPage, docx, pdf, pdf_of, zip};

pub fn tools() -> Tools {
    let home = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let cache = match std::env::var_os("VOICEASSIST_CACHE_DIR") {
        Some(dir) => PathBuf::from(dir),
        None => std::env::var_os("XDG_CACHE_HOME")
            .map_or_else(home, PathBuf::from)
            .join("voiceassist"),
    };
    let tools = Tools::find(&cache);
    assert!(
        tools.pdfium.is_file(),
        "{} is missing: `cargo xtask test` installs it",
        tools.pdfium.display()
    );
    tools
}

/// The open evaluation data, which lies beside the checkout on some machines.
pub fn shared_data() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    if path.is_dir() {
        return Some(path);
    }
    let _ = writeln!(std::io::stderr(), "skipped: no evaluation data at {}", path.display());
    None
}

pub fn read(name: &str, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let format = extract::detect(name, &bytes[..bytes.len().min(1024)]).expect("a known format");
    extract::extract(&path, format, &tools(), &mut |_, _| {})
}

pub fn read_pdf(pages: &[PdfPage]) -> Extracted {
    read("test.pdf", &pdf(pages)).unwrap()
}

pub fn blocks(page: &Page) -> Vec<(BlockKind, &str)> {
    page.blocks.iter().map(|b| (b.kind, b.text.as_str())).collect()
}
