//! Pictures of text, as a scanner makes them, in a font of five by seven dots.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::files::pdf_of;

/// Pixels of a dot, of a letter's place and of a line.
const DOT: usize = 5;
const ADVANCE: usize = 6 * DOT + 2;
const LINE: usize = 12 * DOT;
const MARGIN: usize = 80;
const LETTERS_A_LINE: usize = 48;

/// The rows of each letter, five bits each.
#[rustfmt::skip]
const FONT: [(char, [u8; 7]); 52] = [
    ('A', [14, 17, 17, 31, 17, 17, 17]), ('B', [30, 17, 17, 30, 17, 17, 30]), ('C', [14, 17, 16, 16, 16, 17, 14]),
    ('D', [30, 17, 17, 17, 17, 17, 30]), ('E', [31, 16, 16, 30, 16, 16, 31]), ('F', [31, 16, 16, 30, 16, 16, 16]),
    ('G', [14, 17, 16, 23, 17, 17, 15]), ('H', [17, 17, 17, 31, 17, 17, 17]), ('I', [14, 4, 4, 4, 4, 4, 14]),
    ('J', [7, 2, 2, 2, 2, 18, 12]), ('K', [17, 18, 20, 24, 20, 18, 17]), ('L', [16, 16, 16, 16, 16, 16, 31]),
    ('M', [17, 27, 21, 21, 17, 17, 17]), ('N', [17, 25, 21, 19, 17, 17, 17]), ('O', [14, 17, 17, 17, 17, 17, 14]),
    ('P', [30, 17, 17, 30, 16, 16, 16]), ('Q', [14, 17, 17, 17, 21, 18, 13]), ('R', [30, 17, 17, 30, 20, 18, 17]),
    ('S', [15, 16, 16, 14, 1, 1, 30]), ('T', [31, 4, 4, 4, 4, 4, 4]), ('U', [17, 17, 17, 17, 17, 17, 14]),
    ('V', [17, 17, 17, 17, 17, 10, 4]), ('W', [17, 17, 17, 21, 21, 21, 10]), ('X', [17, 17, 10, 4, 10, 17, 17]),
    ('Y', [17, 17, 10, 4, 4, 4, 4]), ('Z', [31, 1, 2, 4, 8, 16, 31]), ('0', [14, 17, 19, 21, 25, 17, 14]),
    ('1', [4, 12, 4, 4, 4, 4, 14]), ('2', [14, 17, 1, 2, 4, 8, 31]), ('3', [31, 2, 4, 2, 1, 17, 14]),
    ('4', [2, 6, 10, 18, 31, 2, 2]), ('5', [31, 16, 30, 1, 1, 17, 14]), ('6', [6, 8, 16, 30, 17, 17, 14]),
    ('7', [31, 1, 2, 4, 8, 8, 8]), ('8', [14, 17, 17, 14, 17, 17, 14]), ('9', [14, 17, 17, 15, 1, 2, 12]),
    ('.', [0, 0, 0, 0, 0, 12, 12]), (',', [0, 0, 0, 0, 12, 4, 8]), (':', [0, 12, 12, 0, 12, 12, 0]),
    ('/', [1, 1, 2, 4, 8, 16, 16]), ('?', [14, 17, 1, 2, 4, 0, 4]), ('=', [0, 0, 31, 0, 31, 0, 0]),
    ('[', [14, 8, 8, 8, 8, 8, 14]), (']', [14, 2, 2, 2, 2, 2, 14]), ('(', [2, 4, 8, 8, 8, 4, 2]),
    (')', [8, 4, 2, 2, 2, 4, 8]), ('{', [2, 4, 4, 8, 4, 4, 2]), ('}', [8, 4, 4, 2, 4, 4, 8]),
    ('!', [4, 4, 4, 4, 4, 0, 4]), ('-', [0, 0, 0, 31, 0, 0, 0]), ('<', [2, 4, 8, 16, 8, 4, 2]), ('>', [8, 4, 2, 1, 2, 4, 8]),
];

struct Picture {
    width: usize,
    height: usize,
    /// A byte each, 255 is white.
    pixels: Vec<u8>,
}

/// Words in capitals, as many a line as fit; letters that the font lacks are left blank.
fn drawn(text: &str) -> Picture {
    let mut lines = vec![String::new()];
    for word in text.to_uppercase().split_whitespace() {
        if lines
            .last()
            .is_some_and(|line| line.len() + word.len() >= LETTERS_A_LINE)
        {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
            line.push(' ');
        }
    }
    let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
    let (width, height) = (2 * MARGIN + longest * ADVANCE, 2 * MARGIN + lines.len() * LINE);
    let mut pixels = vec![255; width * height];
    for (row, line) in lines.iter().enumerate() {
        for (column, letter) in line.chars().enumerate() {
            let rows = FONT.iter().find(|(known, _)| *known == letter).map(|(_, rows)| rows);
            for (y, bits) in rows.into_iter().flatten().enumerate() {
                for x in (0..5).filter(|x| bits >> (4 - x) & 1 == 1) {
                    for dot in 0..DOT * DOT {
                        let left = MARGIN + column * ADVANCE + x * DOT + dot % DOT;
                        let top = MARGIN + row * LINE + y * DOT + dot / DOT;
                        pixels[top * width + left] = 0;
                    }
                }
            }
        }
    }
    Picture { width, height, pixels }
}

/// A PDF whose only page is a picture of this text.
pub fn scanned_pdf(text: &str) -> Vec<u8> {
    let picture = drawn(text);
    let hex: String = zlib(&picture.pixels).iter().map(|byte| format!("{byte:02x}")).collect();
    // 200 dots per inch.
    let points = |pixels: usize| pixels as f32 * 72.0 / 200.0;
    let (width, height) = (points(picture.width), points(picture.height));
    let content = format!("q {width} 0 0 {height} 0 0 cm /I Do Q");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents 4 0 R \
             /Resources << /XObject << /I 5 0 R >> >> >>"
        ),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        format!(
            "<< /Type /XObject /Subtype /Image /Width {} /Height {} /ColorSpace /DeviceGray /BitsPerComponent 8 \
             /Filter [/ASCIIHexDecode /FlateDecode] /Length {} >>\nstream\n{hex}>\nendstream",
            picture.width,
            picture.height,
            hex.len() + 1
        ),
    ];
    pdf_of(&objects, "")
}

/// A PNG of this text.
pub fn scanned_png(text: &str) -> Vec<u8> {
    let picture = drawn(text);
    let size = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX).to_be_bytes();
    let head = [&size(picture.width)[..], &size(picture.height), &[8, 0, 0, 0, 0]].concat();
    let rows = picture
        .pixels
        .chunks(picture.width)
        .flat_map(|row| std::iter::once(&0).chain(row));
    let rows: Vec<u8> = rows.copied().collect();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", head), (b"IDAT", zlib(&rows)), (b"IEND", Vec::new())] {
        png.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
        let named = [&kind[..], &data].concat();
        let mut sum = flate2::Crc::new();
        sum.update(&named);
        png.extend(&named);
        png.extend(sum.sum().to_be_bytes());
    }
    png
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail; if it did, the picture would not open.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
