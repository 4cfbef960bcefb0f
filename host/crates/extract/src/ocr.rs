//! Text of images through the Tesseract program.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use image::{GrayImage, imageops};

use crate::layout::{PlacedWord, Rect};
use crate::{ExtractError, Tools};

/// Dots per inch that pages are rendered at; Tesseract's models were trained near this.
pub(crate) const RESOLUTION: f32 = 300.0;
/// Longest side of an image given to Tesseract, in pixels: A3 at 400 dpi.
pub(crate) const MAX_SIDE: u32 = 6_600;
/// Words that Tesseract itself gives less than this percentage are specks and lines.
const LEAST_CONFIDENCE: f32 = 12.0;

/// One page that Tesseract read. Sizes are in pixels.
pub(crate) struct ReadPage {
    pub width: f32,
    pub height: f32,
    pub words: Vec<PlacedWord>,
}

impl ReadPage {
    /// The words placed on a page of `width` by `height` points.
    pub fn placed(self, width: f32, height: f32) -> Vec<PlacedWord> {
        let (x, y) = (width / self.width.max(1.0), height / self.height.max(1.0));
        let scale = |r: Rect| Rect { x0: r.x0 * x, y0: r.y0 * y, x1: r.x1 * x, y1: r.y1 * y };
        let place = |word: PlacedWord| PlacedWord {
            rect: scale(word.rect),
            shown: [word.shown[0] * x, word.shown[1] * y, word.shown[2] * x, word.shown[3] * y],
            baseline: word.baseline * y,
            size: word.size * y,
            ..word
        };
        self.words.into_iter().map(place).collect()
    }
}

/// Reads one image of the given dots per inch; the words are placed on a page of the given size in points.
pub(crate) fn read(image: GrayImage, resolution: f32, tools: &Tools, page: (f32, f32)) -> Result<Vec<PlacedWord>, ExtractError> {
    let image = enlarged(image, resolution);
    let mut file = format!("P5\n{} {}\n255\n", image.width(), image.height()).into_bytes();
    file.extend_from_slice(image.as_raw());
    let pages = read_file(&file, tools)?;
    Ok(pages.into_iter().next().map(|p| p.placed(page.0, page.1)).unwrap_or_default())
}

/// Coarse images are enlarged with a cubic filter: Tesseract wants capital letters of at least 20 pixels.
fn enlarged(image: GrayImage, resolution: f32) -> GrayImage {
    let longest = image.width().max(image.height()).max(1) as f32;
    let factor = (RESOLUTION / resolution).clamp(1.0, 3.0).min(MAX_SIDE as f32 / longest);
    if (0.99..1.3).contains(&factor) {
        return image;
    }
    let side = |n: u32| ((n as f32 * factor) as u32).max(1);
    imageops::resize(&image, side(image.width()), side(image.height()), imageops::FilterType::CatmullRom)
}

/// Reads an image file, such as a TIFF of many pages.
pub(crate) fn read_file(file: &[u8], tools: &Tools) -> Result<Vec<ReadPage>, ExtractError> {
    let Some(tesseract) = &tools.tesseract else {
        return Err(ExtractError::Tool(
            "Reading scanned pages needs Tesseract. Install it (Debian: `apt install tesseract-ocr`) and upload the file again.".to_owned(),
        ));
    };
    Ok(parse(&run(tesseract, file)?))
}

fn run(tesseract: &Path, file: &[u8]) -> Result<String, ExtractError> {
    let mut command = Command::new(tesseract);
    command.args(["stdin", "stdout", "-l", "eng", "--dpi", "300", "--psm", "3", "tsv"]).env_clear();
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
        .map_err(|e| ExtractError::Tool(format!("Tesseract could not be started ({e}). Install it again: `apt install tesseract-ocr`.")))?;
    // Tesseract reads its whole input before it writes, so this cannot block on a full pipe.
    let written = child.stdin.take().map(|mut input| input.write_all(file));
    let output = child.wait_with_output().map_err(ExtractError::broken)?;
    if !output.status.success() {
        return Err(ExtractError::Broken(format!("tesseract: {}; input {written:?}", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// One row of Tesseract's table; see its manual, `tsv`.
struct Row<'a> {
    level: u32,
    rect: Rect,
    confidence: f32,
    text: &'a str,
}

fn row(line: &str) -> Option<Row<'_>> {
    let fields: Vec<&str> = line.splitn(12, '\t').collect();
    let number = |at: usize| fields.get(at)?.parse::<f32>().ok();
    let (left, top, width, height) = (number(6)?, number(7)?, number(8)?, number(9)?);
    Some(Row {
        level: number(0)? as u32,
        rect: Rect { x0: left, y0: top, x1: left + width, y1: top + height },
        confidence: number(10)?,
        text: fields.get(11).map_or("", |t| t.trim()),
    })
}

fn parse(tsv: &str) -> Vec<ReadPage> {
    let mut pages: Vec<ReadPage> = Vec::new();
    // Words of the open paragraph with the box of their line.
    let mut paragraph: Vec<(Row<'_>, Rect)> = Vec::new();
    let mut line = Rect::NOTHING;
    for row in tsv.lines().filter_map(row) {
        match row.level {
            1 => {
                close(&mut paragraph, &mut pages);
                pages.push(ReadPage { width: row.rect.width(), height: row.rect.height(), words: Vec::new() });
            }
            2 | 3 => close(&mut paragraph, &mut pages),
            4 => line = row.rect,
            5 if !row.text.is_empty() && (row.confidence >= LEAST_CONFIDENCE || row.text.len() > 3 && row.confidence > 0.0) => {
                paragraph.push((row, line));
            }
            _ => {}
        }
    }
    close(&mut paragraph, &mut pages);
    pages
}

/// Gives all words of a paragraph one size: the heights of single words depend on their letters.
fn close(paragraph: &mut Vec<(Row<'_>, Rect)>, pages: &mut [ReadPage]) {
    let mut heights: Vec<f32> = paragraph.iter().map(|(row, _)| row.rect.height()).collect();
    heights.sort_by(f32::total_cmp);
    // Words with an ascender and a descender are as high as the type; the upper quarter has both.
    let size = heights.get(heights.len() * 3 / 4).copied().unwrap_or(1.0).max(1.0);
    let Some(page) = pages.last_mut() else { return };
    for (row, line) in paragraph.drain(..) {
        // The box of a slanted or mixed line can span its neighbours.
        let (y0, y1) = if line.height() < 1.8 * size { (line.y0, line.y1) } else { (row.rect.y0, row.rect.y1) };
        page.words.push(PlacedWord {
            text: row.text.to_owned(),
            rect: Rect { y0, y1, ..row.rect },
            shown: [row.rect.x0, row.rect.y0, row.rect.x1, row.rect.y1],
            baseline: y1 - 0.2 * size,
            size,
            bold: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TSV: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t600\t800\t-1\t\n2\t1\t1\t0\t0\t0\t10\t10\t100\t20\t-1\t\n3\t1\t1\t1\t0\t0\t10\t10\t100\t20\t-1\t\n\
        4\t1\t1\t1\t1\t0\t10\t10\t100\t20\t-1\t\n5\t1\t1\t1\t1\t1\t10\t10\t40\t20\t96.1\tWash\n5\t1\t1\t1\t1\t2\t60\t12\t50\t18\t95.0\thands\n\
        5\t1\t1\t1\t1\t3\t120\t12\t5\t18\t3.0\t|\n";

    #[test]
    fn rows_become_words_in_page_points() {
        let page = parse(TSV).remove(0);
        assert_eq!((page.width, page.height), (600.0, 800.0));
        let words = page.placed(300.0, 400.0);
        let text: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(text, ["Wash", "hands"]);
        assert_eq!(words[0].shown, [5.0, 5.0, 25.0, 15.0]);
    }

    #[test]
    fn without_tesseract_the_error_says_what_to_install() {
        let tools = Tools { pdfium: "none".into(), tesseract: None };
        let error = read_file(b"P5\n1 1\n255\n\0", &tools).err().unwrap();
        assert_eq!(error.code(), "internal");
        assert!(error.to_string().contains("apt install tesseract-ocr"));
    }
}
