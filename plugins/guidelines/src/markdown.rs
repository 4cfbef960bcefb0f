//! Blocks of a page as sections of CommonMark, tables as pipe tables.

use voiceassist_plugin::scraper::Section;

/// The host takes 64 KiB a text; a longer section is cut between blocks.
const LONGEST: usize = 60_000;
/// Most sections a document may have is 4,096 items a list.
const MOST_SECTIONS: usize = 4_000;
const DEEPEST_LIST: usize = 16;
/// Cells of one row, and how far one cell may span.
const WIDEST: usize = 64;

#[derive(Default)]
pub struct Writer {
    sections: Vec<Section>,
    /// Level and words of the headings above.
    headings: Vec<(u8, String)>,
    anchor: Option<String>,
    body: String,
    lists: Vec<List>,
    quotes: usize,
    table: Option<Table>,
    /// What the last block was, because items of a list stand close together.
    after_item: bool,
}

struct List {
    next: Option<u32>,
    /// Marker of an item whose first block has not been written.
    marker: Option<String>,
    /// Width of the item's marker.
    width: usize,
}

#[derive(Default)]
struct Table {
    rows: Vec<Vec<String>>,
    /// Per column: text and how many further rows it spans.
    spanning: Vec<Option<(String, usize)>>,
    column: usize,
    cell: Option<(String, usize, usize)>,
    has_header: bool,
    caption: String,
    /// Tables inside cells.
    depth: usize,
}

impl Writer {
    pub fn heading(&mut self, level: u8, words: &str, anchor: Option<String>) {
        if self.table.is_some() {
            self.block(words);
            return;
        }
        self.close_section();
        self.lists.clear();
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, words.to_owned()));
        self.anchor = anchor;
    }

    /// A paragraph, or what an item or a cell holds. `text` is CommonMark on one line, perhaps with hard breaks.
    pub fn block(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(table) = &mut self.table {
            table.text(text);
            return;
        }
        if self.body.len() + text.len() > LONGEST {
            self.cut(text.len());
        }
        let starts_item = self.lists.last().is_some_and(|list| list.marker.is_some());
        if !self.body.is_empty() {
            self.body
                .push_str(if starts_item && self.after_item { "\n" } else { "\n\n" });
        }
        let indent: usize = self.lists.iter().map(|list| list.width).sum();
        let own = self.lists.last().map_or(0, |list| list.width);
        let quote = "> ".repeat(self.quotes);
        let marker = self.lists.last_mut().and_then(|list| list.marker.take());
        let first = match marker {
            Some(marker) => format!("{}{marker}", " ".repeat(indent - own)),
            None => " ".repeat(indent),
        };
        let further = " ".repeat(indent);
        for (place, line) in text.lines().enumerate() {
            let lead = if place == 0 { &first } else { &further };
            if place > 0 {
                self.body.push('\n');
            }
            self.body.push_str(&format!("{quote}{lead}{}", guarded(line)));
        }
        self.after_item = starts_item;
    }

    /// Text whose lines stay as they are.
    pub fn preformatted(&mut self, text: &str) {
        if self.table.is_some() || !self.lists.is_empty() {
            let lines: Vec<_> = text.lines().map(voiceassist_plugin::escaped).collect();
            self.block(&lines.join("\\\n"));
            return;
        }
        if text.trim().is_empty() {
            return;
        }
        // A fence must be longer than any run of backticks inside.
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        for part in pieces(text, LONGEST - 100) {
            if self.body.len() + part.len() > LONGEST {
                self.close_section();
            }
            if !self.body.is_empty() {
                self.body.push_str("\n\n");
            }
            self.body
                .push_str(&format!("{fence}\n{}\n{fence}", part.trim_matches('\n')));
        }
        self.after_item = false;
    }

    pub fn open_list(&mut self, start: Option<u32>) {
        if self.table.is_none() && self.lists.len() < DEEPEST_LIST {
            self.lists.push(List {
                next: start,
                marker: None,
                width: 0,
            });
        }
    }

    pub fn close_list(&mut self) {
        if self.table.is_none() {
            self.lists.pop();
        }
    }

    pub fn item(&mut self) {
        if self.table.is_some() {
            return;
        }
        if self.lists.is_empty() {
            self.open_list(None);
        }
        if let Some(list) = self.lists.last_mut() {
            let marker = match &mut list.next {
                Some(next) => {
                    let marker = format!("{next}. ");
                    *next = next.saturating_add(1);
                    marker
                }
                None => "- ".into(),
            };
            list.width = marker.len();
            list.marker = Some(marker);
        }
    }

    pub fn open_quote(&mut self) {
        self.quotes = (self.quotes + 1).min(4);
    }

    pub fn close_quote(&mut self) {
        self.quotes = self.quotes.saturating_sub(1);
    }

    pub fn open_table(&mut self) {
        match &mut self.table {
            Some(table) => table.depth += 1,
            None => self.table = Some(Table::default()),
        }
    }

    pub fn close_table(&mut self) {
        match self.table.take() {
            Some(mut table) if table.depth > 0 => {
                table.depth -= 1;
                self.table = Some(table);
            }
            Some(mut table) => {
                table.end_row();
                self.write_table(table);
            }
            None => {}
        }
    }

    pub fn row(&mut self) {
        if let Some(table) = self.outer() {
            table.end_row();
        }
    }

    pub fn cell(&mut self, columns: usize, rows: usize, is_header: bool) {
        if let Some(table) = self.outer() {
            table.end_cell();
            table.fill();
            table.has_header |= is_header && table.rows.is_empty();
            table.cell = Some((String::new(), columns.clamp(1, WIDEST), rows.clamp(1, 1_000)));
        }
    }

    pub fn end_cell(&mut self) {
        if let Some(table) = self.outer() {
            table.end_cell();
        }
    }

    /// The table whose cells are written; a table inside a cell only adds words to it.
    fn outer(&mut self) -> Option<&mut Table> {
        self.table.as_mut().filter(|table| table.depth == 0)
    }

    pub fn is_in_table(&self) -> bool {
        self.table.is_some()
    }

    fn write_table(&mut self, table: Table) {
        let Table {
            mut rows,
            has_header,
            caption,
            ..
        } = table;
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        self.block(&caption);
        if width == 0 {
            return;
        }
        // One column is layout, not a table.
        if width == 1 {
            for row in rows {
                self.block(&row.concat());
            }
            return;
        }
        let line = |row: &[String]| {
            let cells = (0..width).map(|at| row.get(at).map_or("", String::as_str));
            format!("| {} |", cells.collect::<Vec<_>>().join(" | "))
        };
        let rule = format!("|{}", " --- |".repeat(width));
        let header = if has_header { rows.remove(0) } else { Vec::new() };
        let head = format!("{}\n{rule}", line(&header));
        let mut part = head.clone();
        for row in &rows {
            let next = line(row);
            // A cut table keeps its header, so that each row can still be read.
            if part.len() + next.len() > LONGEST - 200 {
                self.append(&part);
                part.clone_from(&head);
            }
            part.push('\n');
            part.push_str(&next);
        }
        self.append(&part);
    }

    /// Lines that already are CommonMark, without an item's indent.
    fn append(&mut self, text: &str) {
        if self.body.len() + text.len() > LONGEST {
            self.close_section();
        }
        if !self.body.is_empty() {
            self.body.push_str("\n\n");
        }
        self.body.push_str(text);
        self.after_item = false;
    }

    fn cut(&mut self, coming: usize) {
        if coming <= LONGEST {
            self.close_section();
        }
    }

    fn close_section(&mut self) {
        let body = std::mem::take(&mut self.body);
        self.after_item = false;
        if body.trim().is_empty() || self.sections.len() >= MOST_SECTIONS {
            return;
        }
        let path: Vec<_> = self.headings.iter().map(|(_, words)| words.clone()).collect();
        for part in pieces(&body, LONGEST + 4_000) {
            self.sections.push(Section {
                path: path.clone(),
                anchor: self.anchor.clone(),
                body: part.to_owned(),
            });
        }
    }

    pub fn finish(mut self) -> Vec<Section> {
        while self.table.is_some() {
            self.close_table();
        }
        self.close_section();
        self.sections
    }
}

impl Table {
    fn text(&mut self, text: &str) {
        let into = match &mut self.cell {
            Some((words, ..)) => words,
            None => &mut self.caption,
        };
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(&text.replace("\\\n", " "));
    }

    fn end_cell(&mut self) {
        let Some((words, columns, rows)) = self.cell.take() else {
            return;
        };
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        for _ in 0..columns {
            self.put(&words);
            let column = self.column - 1;
            if rows > 1 && column < WIDEST {
                self.spanning.resize(self.spanning.len().max(column + 1), None);
                self.spanning[column] = Some((words.clone(), rows - 1));
            }
        }
    }

    fn put(&mut self, words: &str) {
        self.column += 1;
        if self.column <= WIDEST
            && let Some(row) = self.rows.last_mut()
        {
            row.push(words.to_owned());
        }
    }

    /// Repeats what the rows above span into this one: a value must not move under another heading.
    fn fill(&mut self) {
        while let Some(Some((words, left))) = self.spanning.get(self.column).cloned() {
            self.spanning[self.column] = (left > 1).then(|| (words.clone(), left - 1));
            if self.rows.is_empty() {
                self.rows.push(Vec::new());
            }
            self.put(&words);
        }
    }

    fn end_row(&mut self) {
        self.end_cell();
        if self.column > 0 {
            self.fill();
            self.rows.push(Vec::new());
        }
        self.column = 0;
    }
}

/// A line that begins like a list, heading or rule gets a backslash.
fn guarded(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if line.starts_with(['-', '+', '=', '~', '>']) {
        return format!("\\{line}");
    }
    if (1..=9).contains(&digits) && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    line.to_owned()
}

/// Pieces of at most `size` bytes, cut at line ends where there are any.
fn pieces(text: &str, size: usize) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while rest.len() > size {
        let mut end = size;
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let end = rest[..end].rfind(['\n', ' ']).filter(|place| *place > 0).unwrap_or(end);
        parts.push(&rest[..end]);
        rest = rest[end..].trim_start_matches('\n');
    }
    parts.push(rest);
    parts
}
