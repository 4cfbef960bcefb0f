use std::io::Write;

use image::{GrayImage, Luma};

use crate::support::{read, shared_data, tools};

/// Letters of a five by seven font, enough for a sentence.
const FONT: [(char, [u8; 7]); 7] = [
    ('W', [0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b10101, 0b01010]),
    ('A', [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('S', [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110]),
    ('H', [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001]),
    ('E', [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111]),
    ('T', [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100]),
    ('L', [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111]),
];

fn drawn(text: &str) -> GrayImage {
    let mut image = GrayImage::from_pixel(1_600, 400, Luma([255]));
    for (place, letter) in text.chars().enumerate() {
        let Some((_, rows)) = FONT.iter().find(|(c, _)| *c == letter) else {
            continue;
        };
        for (y, row) in rows.iter().enumerate() {
            for x in (0..5).filter(|x| row >> (4 - x) & 1 == 1) {
                for (dx, dy) in (0..36).map(|i| (i % 6, i / 6)) {
                    image.put_pixel(200 + place as u32 * 38 + x * 6 + dx, 150 + y as u32 * 6 + dy, Luma([0]));
                }
            }
        }
    }
    image
}

#[test]
fn an_image_is_read_with_the_places_of_its_words() {
    let mut png = std::io::Cursor::new(Vec::new());
    drawn("WASH THE STEEL")
        .write_to(&mut png, image::ImageFormat::Png)
        .unwrap();
    let found = read("scan.png", png.get_ref()).unwrap();
    assert_eq!(found.ocr_pages, 1);
    assert!(found.pages[0].ocr);
    let block = &found.pages[0].blocks[0];
    assert_eq!(block.text, "WASH THE STEEL");
    let left = block.words[0].rect[0] / found.pages[0].width;
    assert!((left - 200.0 / 1_600.0).abs() < 0.02, "{left}");
}

/// Share of the gold values of scanned records that the text of each record contains.
#[test]
fn scanned_records_give_back_their_values() {
    let Some(data) = shared_data() else { return };
    let (mut all, mut found) = (0, 0);
    for level in ["Medium", "Hard"] {
        let gold = std::fs::read(data.join(format!("phi/jsl_pdf/gold_{level}.json"))).unwrap();
        let gold: std::collections::BTreeMap<String, Vec<String>> = serde_json::from_slice(&gold).unwrap();
        for (file, values) in gold {
            let path = data.join("phi/jsl_pdf").join(level).join(&file);
            let read = extract::extract(&path, extract::Format::Pdf, &tools(), &mut |_, _| {}).unwrap();
            let text: Vec<&str> = read
                .pages
                .iter()
                .flat_map(|p| &p.blocks)
                .flat_map(|b| b.text.split_whitespace())
                .collect();
            let text = text.join(" ").to_lowercase();
            all += values.len();
            found += values.iter().filter(|v| text.contains(&v.to_lowercase())).count();
        }
    }
    let _ = writeln!(std::io::stderr(), "{found} of {all} values found");
    assert!(found * 100 >= all * 95, "{found} of {all}");
}
