//! Libraries and programs that reading needs from outside.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tools {
    /// `libpdfium.so`; it need not exist until a PDF is read.
    pub pdfium: PathBuf,
    /// The Tesseract program, when installed.
    pub tesseract: Option<PathBuf>,
}

impl Tools {
    /// Looks in the cache folder and in the folders where Linux distributions install programs.
    #[must_use]
    pub fn find(cache_dir: &Path) -> Self {
        let folders = ["/usr/bin", "/usr/local/bin", "/bin", "/opt/homebrew/bin"];
        let tesseract = folders
            .iter()
            .map(|f| Path::new(f).join("tesseract"))
            .find(|p| p.is_file());
        Self {
            pdfium: cache_dir.join("lib").join("libpdfium.so"),
            tesseract,
        }
    }
}
