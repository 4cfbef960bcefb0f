//! Blocks of formats without page geometry: collects text, headings, items and tables as a parser meets them.

use api_types::{Block, BlockKind, Page};

use crate::{ExtractError, MAX_TEXT};

/// Collects the blocks of one page.
#[derive(Default)]
pub(crate) struct Flow {
    blocks: Vec<Block>,
    kind: Option<BlockKind>,
    text: String,
    /// White space was seen and is written before the next text.
    gap: bool,
    /// Length of the number that an item begins with.
    marker: usize,
    table: Option<Table>,
    bytes: u64,
}

#[derive(Default)]
struct Table {
    rows: Vec<String>,
    cells: Vec<String>,
    /// A cell has begun: its end tag may be missing.
    open: bool,
    /// Tables within cells; their text stays in the cell.
    inner: u32,
}

impl Flow {
    /// Ends the open block and begins one of this kind. Inside a table only the text matters.
    pub fn begin(&mut self, kind: BlockKind) {
        if self.table.is_some() {
            self.gap = true;
            return;
        }
        self.end();
        self.kind = Some(kind);
    }

    pub fn end(&mut self) {
        if self.table.is_some() {
            self.gap = true;
            return;
        }
        let kind = self.kind.take().unwrap_or(BlockKind::Paragraph);
        self.gap = false;
        self.marker = 0;
        let text = std::mem::take(&mut self.text);
        let text = text.trim_matches(['\n', ' ']);
        if !text.is_empty() {
            self.blocks.push(Block {
                kind,
                text: text.to_owned(),
                words: Vec::new(),
            });
        }
    }

    /// Adds text; runs of white space become one space.
    pub fn push(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                self.gap = true;
            } else if c != '\u{ad}' && !c.is_control() {
                if self.gap && !self.text.is_empty() && !self.text.ends_with('\n') {
                    self.text.push(' ');
                }
                self.gap = false;
                self.text.push(c);
            }
        }
        self.bytes += text.len() as u64;
    }

    /// Adds the number of an item.
    pub fn push_marker(&mut self, marker: &str) {
        self.push(marker);
        self.marker = self.text.len();
    }

    /// Adds text whose lines and spaces matter, such as code.
    pub fn push_exact(&mut self, text: &str) {
        self.text
            .extend(text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')));
        self.bytes += text.len() as u64;
    }

    pub fn new_line(&mut self) {
        if self.table.is_some() {
            self.gap = true;
        } else if !self.text.is_empty() {
            self.text.push('\n');
            self.gap = false;
        }
    }

    pub fn begin_table(&mut self) {
        match &mut self.table {
            Some(table) => table.inner += 1,
            None => {
                self.end();
                self.table = Some(Table::default());
            }
        }
    }

    pub fn begin_cell(&mut self) {
        if self.table.as_ref().is_some_and(|t| t.inner == 0 && t.open) {
            self.end_cell();
        }
        match self.table.as_mut().filter(|t| t.inner == 0) {
            Some(table) => table.open = true,
            None => self.gap = true,
        }
    }

    pub fn end_cell(&mut self) {
        if let Some(table) = self.table.as_mut().filter(|t| t.inner == 0) {
            table.open = false;
            table.cells.push(std::mem::take(&mut self.text));
            self.gap = false;
        } else {
            self.gap = true;
        }
    }

    /// An empty cell that a spanning neighbour covers.
    pub fn skip_cells(&mut self, count: usize) {
        if let Some(table) = self.table.as_mut().filter(|t| t.inner == 0) {
            table.cells.extend(std::iter::repeat_n(String::new(), count.min(64)));
        }
    }

    pub fn end_row(&mut self) {
        if self
            .table
            .as_ref()
            .is_some_and(|t| t.inner == 0 && (t.open || !self.text.is_empty()))
        {
            self.end_cell();
        }
        if let Some(table) = self.table.as_mut().filter(|t| t.inner == 0) {
            let mut cells = std::mem::take(&mut table.cells);
            while cells.last().is_some_and(String::is_empty) {
                cells.pop();
            }
            if !cells.is_empty() {
                table.rows.push(cells.join(" | "));
            }
        }
    }

    pub fn end_table(&mut self) {
        if let Some(table) = self.table.as_mut().filter(|t| t.inner > 0) {
            table.inner -= 1;
            return;
        }
        self.end_row();
        if let Some(table) = self.table.take() {
            let columns = table.rows.iter().any(|r| r.contains(" | "));
            // A table of one column only places text on the page.
            if columns {
                self.blocks.push(Block {
                    kind: BlockKind::Table,
                    text: table.rows.join("\n"),
                    words: Vec::new(),
                });
            } else {
                self.blocks.extend(table.rows.into_iter().map(|text| Block {
                    kind: BlockKind::Paragraph,
                    text,
                    words: Vec::new(),
                }));
            }
        }
    }

    pub fn in_table(&self) -> bool {
        self.table.is_some()
    }

    /// Whether the open block has text already.
    pub fn has_text(&self) -> bool {
        self.text.len() > self.marker
    }

    pub fn add(&mut self, block: Block) {
        self.end();
        self.blocks.push(block);
    }

    /// Adds a block unless one like it is there.
    pub fn add_once(&mut self, block: Block) {
        if !self.blocks.contains(&block) {
            self.add(block);
        }
    }

    /// The text is larger than the limit; the parser should stop.
    pub fn is_full(&self) -> bool {
        self.bytes > MAX_TEXT
    }

    pub fn finish(mut self) -> Result<Vec<Page>, ExtractError> {
        if self.is_full() {
            return Err(ExtractError::too_large("text in bytes", MAX_TEXT));
        }
        while self.table.is_some() {
            self.end_table();
        }
        self.end();
        Ok(vec![Page {
            number: 1,
            width: 0.0,
            height: 0.0,
            ocr: false,
            blocks: self.blocks,
        }])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_in_a_cell_stays_in_the_cell() {
        let mut flow = Flow::default();
        flow.begin_table();
        flow.push("Drug");
        flow.end_cell();
        flow.begin_table();
        flow.push(" 5 mg ");
        flow.end_cell();
        flow.push("daily");
        flow.end_cell();
        flow.end_row();
        flow.end_table();
        flow.end_cell();
        flow.end_row();
        flow.end_table();
        let pages = flow.finish().unwrap();
        assert_eq!(pages[0].blocks[0].text, "Drug | 5 mg daily");
        assert_eq!(pages[0].blocks[0].kind, BlockKind::Table);
    }
}
