//! A page read by the tokenizer alone: no tree, so that nesting can exhaust neither stack nor memory.

use std::cell::RefCell;
use std::collections::BTreeMap;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use voiceassist_plugin::scraper::Section;
use voiceassist_plugin::{cut, escaped, lowered, raised, squeezed};

use crate::markdown::Writer;
use crate::tags::{attribute, is_block, is_left_out, is_void, raw};

/// Links of a page that are kept.
const MOST_LINKS: usize = 2_000;
/// Characters at a page's beginning in which it may say that it no longer holds.
const OPENING: usize = 1_200;

/// Bytes of a heading; a longer one is a paragraph in disguise.
const LONGEST_HEADING: usize = 500;

/// What a page says.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub title: String,
    pub language: Option<String>,
    /// `meta` elements by lower-case name or property.
    pub meta: BTreeMap<String, String>,
    pub links: Vec<Link>,
    pub sections: Vec<Section>,
    /// Its first words, headings included.
    pub opening: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub text: String,
    /// Inside the page's main part, and not its frame.
    pub in_main: bool,
}

impl Page {
    /// Reads the page's `main` part, or everything but navigation, header and footer where it has none.
    #[must_use]
    pub fn read(html: &str) -> Self {
        let page = read(html, true);
        if page.sections.is_empty() {
            read(html, false)
        } else {
            page
        }
    }
}

fn read(html: &str, only_main: bool) -> Page {
    let sink = Sink(RefCell::new(Reader {
        only_main,
        ..Reader::default()
    }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner().finish()
}

struct Sink(RefCell<Reader>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut reader = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => reader.text(&text),
            Token::TagToken(tag) => return reader.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Reader {
    only_main: bool,
    page: Page,
    writer: Writer,
    /// Raw words of the block that is open.
    words: String,
    /// Element being left out, and how many of its name are open.
    skip: Option<(String, u32)>,
    /// Open `main` elements, or others with that role, by name.
    main: Option<(String, u32)>,
    in_title: bool,
    heading: Option<u8>,
    /// Id of the element before the next text.
    anchor: Option<String>,
    preformatted: Option<String>,
    link: Option<Link>,
    /// Raised or lowered text being gathered.
    shift: Option<(bool, String)>,
    strong_term: bool,
}

impl Reader {
    fn reads(&self) -> bool {
        self.skip.is_none() && (!self.only_main || self.main.is_some())
    }

    fn text(&mut self, text: &str) {
        if self.in_title {
            self.page.title.push_str(text);
            return;
        }
        if let Some(link) = &mut self.link {
            link.text.push_str(text);
        }
        if !self.reads() {
            return;
        }
        if let Some((_, gathered)) = &mut self.shift {
            gathered.push_str(text);
        } else if let Some(lines) = &mut self.preformatted {
            lines.push_str(text);
        } else {
            self.words.push_str(text);
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let starts = tag.kind == TagKind::StartTag;
        // The parts of a guideline are often linked in a navigation that is no text of it.
        if name == "a" {
            self.link(starts, tag);
        }
        if let Some((skipped, depth)) = &mut self.skip {
            if skipped == name && !tag.self_closing {
                *depth = if starts { *depth + 1 } else { *depth - 1 };
                if *depth == 0 {
                    self.skip = None;
                }
            }
            return raw(name, starts);
        }
        if starts {
            self.start(name, tag);
        } else {
            self.end(name);
        }
        raw(name, starts)
    }

    fn start(&mut self, name: &str, tag: &Tag) {
        if is_left_out(name, tag, self.main.is_some()) {
            if !tag.self_closing && !is_void(name) {
                self.skip = Some((name.to_owned(), 1));
            }
            return;
        }
        match &mut self.main {
            Some((main, depth)) if main == name && !tag.self_closing => *depth += 1,
            None if name == "main" || attribute(tag, "role") == Some("main") => {
                self.main = Some((name.to_owned(), 1));
            }
            _ => {}
        }
        if let Some(id) = attribute(tag, "id").or(attribute(tag, "name").filter(|_| name == "a"))
            && self.words.trim().is_empty()
            && !id.is_empty()
            && id.len() <= 200
        {
            self.anchor = Some(id.to_owned());
        }
        match name {
            "html" => self.page.language = attribute(tag, "lang").map(str::to_owned),
            "title" => self.in_title = self.page.title.is_empty(),
            "meta" => self.meta(tag),
            "sup" | "sub" => self.shift = Some((name == "sup", String::new())),
            "br" => self.words.push('\u{1}'),
            "hr" => self.close(),
            "pre" => {
                self.close();
                self.preformatted = Some(String::new());
            }
            _ if self.reads() => self.block_starts(name, tag),
            _ => {}
        }
    }

    fn block_starts(&mut self, name: &str, tag: &Tag) {
        let number = |name: &str| attribute(tag, name).and_then(|text| text.trim().parse().ok());
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.close();
                self.heading = Some(name.as_bytes()[1] - b'0');
            }
            "ul" | "ol" | "menu" => {
                self.close();
                let start = number("start").unwrap_or(1);
                self.writer.open_list((name == "ol").then_some(start));
            }
            "li" => {
                self.close();
                self.writer.item();
            }
            "dt" => {
                self.close();
                self.strong_term = true;
            }
            "blockquote" => {
                self.close();
                self.writer.open_quote();
            }
            "table" => {
                self.close();
                self.writer.open_table();
            }
            // Rows and cells may lack their end tags.
            "tr" => {
                self.close();
                self.writer.row();
            }
            "td" | "th" => {
                self.close();
                let span = |name: &str| {
                    number(name)
                        .and_then(|span: u32| usize::try_from(span).ok())
                        .unwrap_or(1)
                };
                self.writer.cell(span("colspan"), span("rowspan"), name == "th");
            }
            _ if is_block(name) => self.close(),
            _ => {}
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "title" => self.in_title = false,
            "sup" | "sub" => {
                if let Some((up, text)) = self.shift.take() {
                    let text = squeezed(&text);
                    // A bracketed or worded one is a reference mark.
                    let shown = if text.is_empty() {
                        String::new()
                    } else if up {
                        raised(&text)
                    } else {
                        lowered(&text)
                    };
                    self.words.push_str(&shown);
                }
            }
            "pre" => {
                if let Some(lines) = self.preformatted.take() {
                    self.writer.preformatted(&lines);
                }
            }
            _ if self.reads() => self.block_ends(name),
            _ => {}
        }
        if let Some((main, depth)) = &mut self.main
            && main == name
        {
            *depth -= 1;
            if *depth == 0 {
                self.close();
                self.main = None;
            }
        }
    }

    fn block_ends(&mut self, name: &str) {
        match name {
            "ul" | "ol" | "menu" => {
                self.close();
                self.writer.close_list();
            }
            "blockquote" => {
                self.close();
                self.writer.close_quote();
            }
            "td" | "th" => {
                self.close();
                self.writer.end_cell();
            }
            "tr" => {
                self.close();
                self.writer.row();
            }
            "table" => {
                self.close();
                self.writer.close_table();
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "dt" | "dd" => self.close(),
            _ if is_block(name) => self.close(),
            _ => {}
        }
    }

    fn link(&mut self, starts: bool, tag: &Tag) {
        if let Some(link) = self.link.take()
            && self.page.links.len() < MOST_LINKS
        {
            let text = squeezed(&link.text);
            self.page.links.push(Link { text, ..link });
        }
        if starts {
            self.link = attribute(tag, "href").map(|href| Link {
                href: href.trim().to_owned(),
                text: String::new(),
                in_main: self.main.is_some(),
            });
        }
    }

    /// Ends the open block.
    fn close(&mut self) {
        let words = std::mem::take(&mut self.words);
        let lines: Vec<_> = words
            .split('\u{1}')
            .map(escaped)
            .filter(|line| !line.is_empty())
            .collect();
        let heading = self.heading.take();
        let term = std::mem::take(&mut self.strong_term);
        if lines.is_empty() {
            return;
        }
        if self.page.opening.len() < OPENING {
            self.page.opening.push_str(&squeezed(&words));
            self.page.opening.push('\n');
        }
        if let Some(level) = heading {
            let plain: Vec<_> = words.split('\u{1}').map(squeezed).collect();
            let anchor = self.anchor.take();
            self.writer
                .heading(level, cut(plain.join(" ").trim(), LONGEST_HEADING), anchor);
            return;
        }
        self.anchor = None;
        let text = lines.join("\\\n");
        let text = if term && !self.writer.is_in_table() {
            format!("**{text}**")
        } else {
            text
        };
        self.writer.block(&text);
    }

    fn meta(&mut self, tag: &Tag) {
        let name = attribute(tag, "name").or(attribute(tag, "property"));
        if let (Some(name), Some(content)) = (name, attribute(tag, "content"))
            && self.page.meta.len() < 200
            && content.len() < 4_096
        {
            let name = name.to_ascii_lowercase();
            self.page.meta.entry(name).or_insert_with(|| squeezed(content));
        }
    }

    fn finish(mut self) -> Page {
        self.close();
        if let Some(lines) = self.preformatted.take() {
            self.writer.preformatted(&lines);
        }
        let mut page = self.page;
        page.title = cut(&squeezed(&page.title), LONGEST_HEADING).to_owned();
        page.sections = self.writer.finish();
        page
    }
}
