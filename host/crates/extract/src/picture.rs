//! PNG, JPEG and TIFF: pages of text read by OCR.

use std::io::Cursor;

use image::error::ImageFormatHint;
use image::{DynamicImage, GrayImage, ImageDecoder, ImageReader};

use crate::facts::Stated;
use crate::layout::{Assembly, Turn};
use crate::{ExtractError, Extracted, MAX_PAGES, Tools, ocr};

/// Memory that decoding one image may take.
const MAX_PIXEL_BYTES: u64 = 512 << 20;

pub(crate) fn extract(
    bytes: &[u8],
    tools: &Tools,
    progress: &mut dyn FnMut(u32, u32),
) -> Result<Extracted, ExtractError> {
    let tiff = bytes.starts_with(b"II*\0") || bytes.starts_with(b"MM\0*");
    let mut assembly = Assembly::default();
    let pages = if tiff {
        // Tesseract's own reader knows many pages and all fax encodings.
        let pages = ocr::read_file(bytes, tools)?;
        let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
        if count > MAX_PAGES {
            return Err(ExtractError::too_large("pages", u64::from(MAX_PAGES)));
        }
        for page in pages {
            let (width, height) = points(page.width, page.height);
            assembly.page(
                width,
                height,
                true,
                vec![(Turn::Right, page.placed(width, height))],
                &Vec::new,
            );
        }
        count
    } else {
        progress(0, 1);
        let image = decode(bytes)?;
        let size = (image.width() as f32, image.height() as f32);
        let (width, height) = points(size.0, size.1);
        let words = ocr::read(image, resolution(size.0, size.1), tools, (width, height))?;
        assembly.page(width, height, true, vec![(Turn::Right, words)], &Vec::new);
        1
    };
    progress(pages, pages);
    Ok(Extracted::from_pages(assembly.finish(), Stated::default(), pages))
}

fn decode(bytes: &[u8]) -> Result<GrayImage, ExtractError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(ExtractError::broken)?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(30_000);
    limits.max_image_height = Some(30_000);
    limits.max_alloc = Some(MAX_PIXEL_BYTES);
    reader.limits(limits);
    let refuse = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => ExtractError::too_large("the size of an image in pixels", 30_000),
        image::ImageError::Unsupported(what) if what.format_hint() != ImageFormatHint::Unknown => {
            ExtractError::Unsupported(what.to_string())
        }
        error => ExtractError::broken(error),
    };
    let mut decoder = reader.into_decoder().map_err(refuse)?;
    // Phones store photographs lying on their side and say so.
    let orientation = decoder.orientation().map_err(refuse)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(refuse)?;
    image.apply_orientation(orientation);
    Ok(flatten(image))
}

/// Grey on white: transparent parts of a picture are paper.
fn flatten(image: DynamicImage) -> GrayImage {
    if !image.color().has_alpha() {
        return image.into_luma8();
    }
    let image = image.into_luma_alpha8();
    GrayImage::from_fn(image.width(), image.height(), |x, y| {
        let image::LumaA([grey, alpha]) = *image.get_pixel(x, y);
        let alpha = u16::from(alpha);
        image::Luma([((u16::from(grey) * alpha + 255 * (255 - alpha)) / 255) as u8])
    })
}

/// Dots per inch of a page that fills the image: pictures rarely tell the truth about theirs.
fn resolution(width: f32, height: f32) -> f32 {
    match width.max(height) {
        side if side > 2_400.0 => 300.0,
        side if side > 1_500.0 => 200.0,
        side if side > 900.0 => 120.0,
        _ => 96.0,
    }
}

fn points(width: f32, height: f32) -> (f32, f32) {
    let scale = 72.0 / resolution(width, height);
    (width * scale, height * scale)
}
