//! Tesseract's table of words to placed words: finds how the page lies and how far it is askew.

use crate::layout::{PlacedWord, Rect, Turn};

/// Words that Tesseract itself gives less than this percentage are specks and lines.
const LEAST_CONFIDENCE: f32 = 12.0;

/// One page that Tesseract read. Sizes are in pixels.
pub(crate) struct ReadPage {
    pub width: f32,
    pub height: f32,
    words: Vec<Seen>,
}

struct Seen {
    text: String,
    rect: Rect,
    confidence: f32,
    /// Count of the line and of the paragraph on the page.
    line: u32,
    paragraph: u32,
}

/// One row of the table; see Tesseract's manual, `tsv`.
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
        rect: Rect {
            x0: left,
            y0: top,
            x1: left + width,
            y1: top + height,
        },
        confidence: number(10)?,
        text: fields.get(11).map_or("", |t| t.trim()),
    })
}

pub(super) fn parse(tsv: &str) -> Vec<ReadPage> {
    let mut pages: Vec<ReadPage> = Vec::new();
    let (mut line, mut paragraph) = (0, 0);
    for row in tsv.lines().filter_map(row) {
        match row.level {
            1 => pages.push(ReadPage {
                width: row.rect.width(),
                height: row.rect.height(),
                words: Vec::new(),
            }),
            2 | 3 => paragraph += 1,
            4 => line += 1,
            5 if !row.text.is_empty()
                && (row.confidence >= LEAST_CONFIDENCE || row.text.len() > 3 && row.confidence > 0.0) =>
            {
                let word = Seen {
                    text: row.text.to_owned(),
                    rect: row.rect,
                    confidence: row.confidence,
                    line,
                    paragraph,
                };
                if let Some(page) = pages.last_mut() {
                    page.words.push(word);
                }
            }
            _ => {}
        }
    }
    pages
}

impl ReadPage {
    /// Mean confidence of the letters in percent.
    pub fn confidence(&self) -> f32 {
        let letters = |w: &Seen| w.text.chars().count() as f32;
        let all: f32 = self.words.iter().map(letters).sum();
        self.words.iter().map(|w| w.confidence * letters(w)).sum::<f32>() / all.max(1.0)
    }

    /// The words placed on a page of `width` by `height` points.
    pub fn placed(mut self, width: f32, height: f32) -> Vec<PlacedWord> {
        let (x, y) = (width / self.width.max(1.0), height / self.height.max(1.0));
        for word in &mut self.words {
            let r = word.rect;
            word.rect = Rect {
                x0: r.x0 * x,
                y0: r.y0 * y,
                x1: r.x1 * x,
                y1: r.y1 * y,
            };
        }
        let turn = self.turn();
        let mut words: Vec<(Rect, &Seen)> = self
            .words
            .iter()
            .map(|w| (turn.reading_rect((width, height), &w.rect), w))
            .collect();
        straighten(&mut words);
        words
            .chunk_by(|a, b| a.1.paragraph == b.1.paragraph)
            .flat_map(paragraph)
            .collect()
    }

    /// How most lines run, from their first to their last word.
    fn turn(&self) -> Turn {
        let mut votes = [0_usize; 4];
        for line in self.words.chunk_by(|a, b| a.line == b.line) {
            let (Some(first), Some(last)) = (line.first(), line.last()) else {
                continue;
            };
            let (dx, dy) = (
                last.rect.middle_x() - first.rect.middle_x(),
                last.rect.middle_y() - first.rect.middle_y(),
            );
            let direction = if dx.abs() >= dy.abs() {
                usize::from(dx < 0.0)
            } else {
                2 + usize::from(dy < 0.0)
            };
            votes[direction] += line.len() - 1;
        }
        let turns = [Turn::Right, Turn::Left, Turn::Down, Turn::Up];
        // On a tie the first wins: a page of single words lies upright.
        turns
            .into_iter()
            .zip(votes)
            .rev()
            .max_by_key(|(_, v)| *v)
            .map_or(Turn::Right, |(turn, _)| turn)
    }
}

/// Levels lines that rise or fall across a page that was scanned askew.
fn straighten(words: &mut [(Rect, &Seen)]) {
    let mut slopes: Vec<f32> = Vec::new();
    for line in words.chunk_by(|a, b| a.1.line == b.1.line).filter(|l| l.len() >= 3) {
        let (Some((first, _)), Some((last, _))) = (line.first(), line.last()) else {
            continue;
        };
        let run = last.middle_x() - first.middle_x();
        if run > 60.0 {
            slopes.push((last.middle_y() - first.middle_y()) / run);
        }
    }
    slopes.sort_by(f32::total_cmp);
    let slope = slopes.get(slopes.len() / 2).copied().unwrap_or(0.0);
    if slope.abs() < 0.003 {
        return;
    }
    for (rect, _) in words {
        let shift = slope * rect.middle_x();
        // The upright box of a slanted word is higher than the word.
        let spare = (slope.abs() * rect.width()).min(rect.height() * 0.7) / 2.0;
        let slide = slope * rect.middle_y();
        *rect = Rect {
            x0: rect.x0 + slide,
            x1: rect.x1 + slide,
            y0: rect.y0 - shift + spare,
            y1: rect.y1 - shift - spare,
        };
    }
}

/// Gives all words of a paragraph one size: the heights of single words depend on their letters.
fn paragraph(words: &[(Rect, &Seen)]) -> Vec<PlacedWord> {
    let mut heights: Vec<f32> = words.iter().map(|(rect, _)| rect.height()).collect();
    heights.sort_by(f32::total_cmp);
    // Words with an ascender and a descender are as high as the type; the upper quarter has both.
    let size = heights.get(heights.len() * 3 / 4).copied().unwrap_or(1.0).max(1.0);
    let mut placed = Vec::with_capacity(words.len());
    for line in words.chunk_by(|a, b| a.1.line == b.1.line) {
        let top = line.iter().map(|(r, _)| r.y0).fold(f32::MAX, f32::min);
        let bottom = line.iter().map(|(r, _)| r.y1).fold(f32::MIN, f32::max);
        for (rect, word) in line {
            // A line of mixed sizes can span its neighbours.
            let (y0, y1) = if bottom - top < 1.8 * size {
                (top, bottom)
            } else {
                (rect.y0, rect.y1)
            };
            let shown = [word.rect.x0, word.rect.y0, word.rect.x1, word.rect.y1];
            placed.push(PlacedWord {
                text: word.text.clone(),
                rect: Rect { y0, y1, ..*rect },
                shown,
                baseline: y1 - 0.2 * size,
                size,
                bold: false,
                family: 0,
            });
        }
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(words: &[(u32, f32, f32, f32, f32, &str)]) -> String {
        let mut tsv =
            "level\tpage_num\t…\n1\t1\t0\t0\t0\t0\t0\t0\t600\t800\t-1\t\n3\t1\t1\t1\t0\t0\t0\t0\t9\t9\t-1\t\n"
                .to_owned();
        let mut open = 0;
        for (line, left, top, width, height, text) in words {
            if *line != open {
                open = *line;
                tsv += "4\t1\t1\t1\t1\t0\t10\t10\t100\t20\t-1\t\n";
            }
            tsv += &format!("5\t1\t1\t1\t1\t1\t{left}\t{top}\t{width}\t{height}\t95.5\t{text}\n");
        }
        tsv + "5\t1\t1\t1\t1\t9\t120\t12\t5\t18\t3.0\t|\n"
    }

    #[test]
    fn rows_become_words_in_page_points() {
        let page = parse(&table(&[
            (1, 10.0, 10.0, 40.0, 20.0, "Wash"),
            (1, 60.0, 12.0, 50.0, 18.0, "hands"),
        ]))
        .remove(0);
        assert!((page.confidence() - 95.5).abs() < 0.1);
        let words = page.placed(300.0, 400.0);
        let text: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(text, ["Wash", "hands"], "specks are left out");
        assert_eq!(words[0].shown, [5.0, 5.0, 25.0, 15.0]);
    }

    #[test]
    fn a_page_on_its_side_reads_along_its_lines() {
        let page = parse(&table(&[
            (1, 100.0, 700.0, 20.0, 60.0, "Wash"),
            (1, 100.0, 620.0, 20.0, 60.0, "your"),
            (1, 100.0, 540.0, 20.0, 60.0, "hands"),
        ]))
        .remove(0);
        let words = page.placed(600.0, 800.0);
        assert!(
            words
                .windows(2)
                .all(|w| w[0].rect.x1 < w[1].rect.x0 && (w[0].baseline - w[1].baseline).abs() < 1.0)
        );
        assert_eq!(words[0].shown, [100.0, 700.0, 120.0, 760.0]);
    }

    #[test]
    fn a_page_scanned_askew_has_level_lines() {
        let page = parse(&table(&[
            (1, 10.0, 100.0, 60.0, 22.0, "Wash"),
            (1, 110.0, 105.0, 60.0, 22.0, "your"),
            (1, 310.0, 115.0, 60.0, 22.0, "hands"),
        ]))
        .remove(0);
        let words = page.placed(600.0, 800.0);
        assert!(
            words
                .windows(2)
                .all(|w| (w[0].rect.middle_y() - w[1].rect.middle_y()).abs() < 1.0)
        );
    }
}
