//! Cuts the pages of a document into passages along its structure.
//!
//! A heading starts a passage and goes with what follows it; paragraphs, list items and tables stay whole where their
//! length allows; a cut inside one falls between sentences or rows. Every word that is not page furniture lies in
//! exactly one passage. The same pages always give the same passages.

mod lines;
mod pieces;

use api_types::{BlockKind, BlockSpan, LineBox, Page};
use sha2::{Digest, Sha256};

use pieces::Piece;

/// Words a passage aims at: about what the embedding model reads at once (256 word pieces), and what a reader takes in.
pub(crate) const TARGET_WORDS: usize = 150;
/// A paragraph up to this long stays whole: half as much again as the aim.
pub(crate) const WHOLE_WORDS: usize = 225;
/// A passage this long is left as it is when the next part would take it over the aim.
const ENOUGH_WORDS: usize = 90;
/// Headings kept in a passage's path, the innermost ones.
const PATH_DEPTH: usize = 3;
const PATH_SEPARATOR: &str = " > ";
/// Longest heading kept in a path, in characters.
const HEADING_CHARS: usize = 120;
/// Longest title and longest path in the context, in characters: together at most about a third of a window.
const CONTEXT_CHARS: usize = 200;

#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// Position in the document, from 0.
    pub ordinal: u32,
    pub page: u32,
    /// Differs from `page` when a heading or a sentence runs on to the next page.
    pub page_end: u32,
    /// Path of headings such as `Hand hygiene > Sharps`; a part of a long table also has its header row here.
    pub heading: Option<String>,
    /// Blocks separated by line feeds. A heading that starts the passage is its first line.
    pub text: String,
    /// Where the lines of the text stand on their pages; empty without page geometry.
    pub lines: Vec<LineBox>,
    /// Which parts of which blocks make up the text, in order; between them stand line feeds only.
    pub spans: Vec<BlockSpan>,
}

/// Passages of a document in reading order.
pub fn chunk(pages: &[Page]) -> Vec<Chunk> {
    let mut packer = Packer {
        pages,
        path: Vec::new(),
        open: Open::default(),
        chunks: Vec::new(),
    };
    for (page, content) in pages.iter().enumerate() {
        for (block, content) in content.blocks.iter().enumerate() {
            match content.kind {
                BlockKind::Furniture => {}
                BlockKind::Heading { level } => packer.heading(page, block, level),
                kind => packer.body(pieces::cut(page, block, kind, &content.text)),
            }
        }
    }
    packer.close();
    packer.chunks
}

/// Id of a passage, in the form of a UUID: the first half of SHA-256 over document, version and ordinal.
pub fn chunk_id(document: &str, version: &str, ordinal: u32) -> String {
    let mut hash = Sha256::new();
    for part in [document.as_bytes(), version.as_bytes(), &ordinal.to_le_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    // Version 8: contents are the application's own (RFC 9562, section 5.8).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// What stands before a passage when it is embedded and weighed: it says what the passage is about.
///
/// Empty without a title and a heading; else it ends with a space.
pub fn context(title: Option<&str>, heading: Option<&str>) -> String {
    let mut context = String::new();
    for part in [title, heading].into_iter().flatten() {
        let part: String = part
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(CONTEXT_CHARS)
            .collect();
        if !part.is_empty() {
            context.push_str(&part);
            context.push_str(if part.ends_with(['.', '?', '!', ':']) {
                " "
            } else {
                ". "
            });
        }
    }
    context
}

/// The passage being filled.
#[derive(Default)]
struct Open {
    pieces: Vec<Piece>,
    words: usize,
    /// It holds more than headings.
    has_body: bool,
    /// Header row of the table it continues.
    table_header: Option<String>,
}

struct Packer<'a> {
    pages: &'a [Page],
    path: Vec<(u8, String)>,
    open: Open,
    chunks: Vec<Chunk>,
}

impl Packer<'_> {
    fn heading(&mut self, page: usize, block: usize, level: u8) {
        let text = &self.pages[page].blocks[block].text;
        if text.trim().is_empty() {
            return;
        }
        if self.open.has_body || self.open.words > WHOLE_WORDS {
            self.close();
        }
        self.path.retain(|(outer, _)| *outer < level);
        self.path.push((
            level,
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .chars()
                .take(HEADING_CHARS)
                .collect(),
        ));
        self.push(Piece::whole(page, block, text));
    }

    fn body(&mut self, pieces: Vec<Piece>) {
        for piece in pieces {
            if self.open.has_body && !self.takes(&piece) {
                self.close();
            }
            self.open.has_body = true;
            if self.open.table_header.is_none() {
                self.open.table_header.clone_from(&piece.table_header);
            }
            self.push(piece);
        }
    }

    /// Whether a part goes into the open passage, which already has some.
    fn takes(&self, piece: &Piece) -> bool {
        let Some(last) = self.open.pieces.last() else {
            return true;
        };
        if piece.table_header.is_some() || self.open.table_header.is_some() {
            return false;
        }
        let words = self.open.words + piece.words;
        if last.page != piece.page {
            return words <= WHOLE_WORDS && self.runs_on(last, piece);
        }
        words <= TARGET_WORDS || (self.open.words < ENOUGH_WORDS && words <= WHOLE_WORDS)
    }

    /// A sentence that begins at the foot of a page and ends on the next.
    fn runs_on(&self, last: &Piece, piece: &Piece) -> bool {
        let block = |p: &Piece| &self.pages[p.page].blocks[p.block];
        let (before, after) = (block(last), block(piece));
        before.kind == after.kind
            && before.kind == BlockKind::Paragraph
            && piece.page == last.page + 1
            && piece.range.start == after.text.len() - after.text.trim_start().len()
            && !before.text.trim_end().ends_with(['.', '!', '?', ':', ';'])
            && after.text.trim_start().starts_with(char::is_lowercase)
    }

    fn push(&mut self, piece: Piece) {
        self.open.words += piece.words;
        self.open.pieces.push(piece);
    }

    fn close(&mut self) {
        let open = std::mem::take(&mut self.open);
        let (Some(first), Some(last)) = (open.pieces.first(), open.pieces.last()) else {
            return;
        };
        let (page, page_end) = (self.pages[first.page].number, self.pages[last.page].number);
        let (text, spans) = self.assemble(&open.pieces);
        let lines = lines::boxes(self.pages, &open.pieces, &spans);
        let skip = self.path.len().saturating_sub(PATH_DEPTH);
        let mut path: Vec<&str> = self.path[skip..].iter().map(|(_, heading)| heading.as_str()).collect();
        path.extend(open.table_header.as_deref());
        let heading = (!path.is_empty()).then(|| path.join(PATH_SEPARATOR));
        let ordinal = u32::try_from(self.chunks.len()).unwrap_or(u32::MAX);
        self.chunks.push(Chunk {
            ordinal,
            page,
            page_end,
            heading,
            text,
            lines,
            spans,
        });
    }

    fn assemble(&self, pieces: &[Piece]) -> (String, Vec<BlockSpan>) {
        let mut text = String::new();
        let mut spans: Vec<BlockSpan> = Vec::new();
        let mut previous: Option<&Piece> = None;
        for piece in pieces {
            let source = &self.pages[piece.page].blocks[piece.block].text;
            let same = previous.is_some_and(|p| (p.page, p.block) == (piece.page, piece.block));
            match spans.last_mut().filter(|_| same) {
                // Parts of one block join as they stand in it.
                Some(span) => {
                    text.push_str(&source[span.end as usize..piece.range.end]);
                    span.end = offset(piece.range.end);
                }
                None => {
                    if !text.is_empty() {
                        text.push('\n');
                    }
                    spans.push(BlockSpan {
                        page: self.pages[piece.page].number,
                        block: offset(piece.block),
                        start: offset(piece.range.start),
                        end: offset(piece.range.end),
                        passage_start: offset(text.len()),
                    });
                    text.push_str(&source[piece.range.clone()]);
                }
            }
            previous = Some(piece);
        }
        (text, spans)
    }
}

/// Offsets fit 32 bits: extraction refuses files whose text is anywhere near 4 GB.
fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
