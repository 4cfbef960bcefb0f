//! Text of images through the Tesseract program.

mod tsv;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use image::{GrayImage, imageops};

use crate::layout::PlacedWord;
use crate::{ExtractError, Tools};
pub(crate) use tsv::ReadPage;

/// Dots per inch that pages are rendered at; Tesseract's models were trained near this.
pub(crate) const RESOLUTION: f32 = 300.0;
/// Longest side of an image given to Tesseract, in pixels: A3 at 400 dpi.
pub(crate) const MAX_SIDE: u32 = 6_600;
/// Mean confidence in percent of a page read well; one lying on its side gets less than 40.
const GOOD: f32 = 60.0;

/// Reads one image of the given dots per inch; the words are placed on a page of the given size in points.
pub(crate) fn read(
    image: GrayImage,
    resolution: f32,
    tools: &Tools,
    page: (f32, f32),
) -> Result<Vec<PlacedWord>, ExtractError> {
    let image = enlarged(image, resolution);
    let mut file = format!("P5\n{} {}\n255\n", image.width(), image.height()).into_bytes();
    file.extend_from_slice(image.as_raw());
    let pages = read_file(&file, tools)?;
    Ok(pages
        .into_iter()
        .next()
        .map(|p| p.placed(page.0, page.1))
        .unwrap_or_default())
}

/// Coarse images are enlarged with a cubic filter: Tesseract wants capital letters of at least 20 pixels.
fn enlarged(image: GrayImage, resolution: f32) -> GrayImage {
    let longest = image.width().max(image.height()).max(1) as f32;
    let factor = (RESOLUTION / resolution).clamp(1.0, 3.0).min(MAX_SIDE as f32 / longest);
    if (0.99..1.3).contains(&factor) {
        return image;
    }
    let side = |n: u32| ((n as f32 * factor) as u32).max(1);
    imageops::resize(
        &image,
        side(image.width()),
        side(image.height()),
        imageops::FilterType::CatmullRom,
    )
}

/// Reads an image file, such as a TIFF of many pages.
pub(crate) fn read_file(file: &[u8], tools: &Tools) -> Result<Vec<ReadPage>, ExtractError> {
    let Some(tesseract) = &tools.tesseract else {
        return Err(ExtractError::Tool(
            "Reading scanned pages needs Tesseract. Install it (Debian: `apt install tesseract-ocr`) and upload the file again.".to_owned(),
        ));
    };
    let read = tsv::parse(&run(tesseract, file, "3")?);
    if read.iter().any(|p| p.confidence() >= GOOD) {
        return Ok(read);
    }
    // Perhaps the page lies on its side. Looking for that first would cost each good page a second.
    let turned = run(tesseract, file, "1")
        .map(|tsv| tsv::parse(&tsv))
        .unwrap_or_default();
    let sum = |pages: &[ReadPage]| pages.iter().map(ReadPage::confidence).sum::<f32>();
    Ok(if sum(&turned) > sum(&read) { turned } else { read })
}

/// `segmentation` is 3 for an upright page, 1 to find out how the page lies.
fn run(tesseract: &Path, file: &[u8], segmentation: &str) -> Result<String, ExtractError> {
    let mut command = Command::new(tesseract);
    command
        .args([
            "stdin",
            "stdout",
            "-l",
            "eng",
            "--dpi",
            "300",
            "--psm",
            segmentation,
            "tsv",
        ])
        .env_clear();
    for name in ["PATH", "TESSDATA_PREFIX"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    // One page at a time is fastest on one thread: its own threads mostly wait for each other.
    command.env("OMP_THREAD_LIMIT", "1");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| {
            ExtractError::Tool(format!(
                "Tesseract could not be started ({e}). Install it again: `apt install tesseract-ocr`."
            ))
        })?;
    // Tesseract reads its whole input before it writes, so this cannot block on a full pipe.
    let written = child.stdin.take().map(|mut input| input.write_all(file));
    let output = child.wait_with_output().map_err(ExtractError::broken)?;
    if !output.status.success() {
        return Err(ExtractError::Broken(format!(
            "tesseract: {}; input {written:?}",
            output.status
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_tesseract_the_error_says_what_to_install() {
        let tools = Tools {
            pdfium: "none".into(),
            tesseract: None,
        };
        let error = read_file(b"P5\n1 1\n255\n\0", &tools).err().unwrap();
        assert_eq!(error.code(), "internal");
        assert!(error.to_string().contains("apt install tesseract-ocr"));
    }
}
