//! HTML by the tokenizer alone: no tree, so that nesting can neither exhaust the stack nor memory.

mod hidden;

use std::cell::RefCell;

use api_types::BlockKind;
use encoding_rs::Encoding;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::facts::Stated;
use crate::flow::Flow;
use crate::raised::superscript;
use crate::{ExtractError, Extracted, text};

pub(crate) fn extract(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let html = text::decode(bytes, declared(bytes))?;
    let mut reader = read(&html, true);
    // A navigation element that is never closed would swallow the whole page.
    if !reader.flow.has_text() && reader.skip.is_some() {
        reader = read(&html, false);
    }
    let Reader { flow, stated, .. } = reader;
    Ok(Extracted::from_pages(flow.finish()?, stated, 0))
}

fn read(html: &str, drop_navigation: bool) -> Reader {
    let sink = Sink(RefCell::new(Reader {
        drop_navigation,
        plain_white: hidden::is_plain_white(html),
        ..Reader::default()
    }));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

/// The encoding that a meta element names in the first kilobytes.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let label = &head[head.find("charset=")? + 8..];
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label
        .find(|c: char| !c.is_ascii_alphanumeric() && !"-_:".contains(c))
        .unwrap_or(label.len());
    Encoding::for_label(&label.as_bytes()[..end])
}

struct Sink(RefCell<Reader>);

#[derive(Default)]
struct Reader {
    drop_navigation: bool,
    /// Nothing in the page gives anything a background: white letters on it are for nobody's eyes.
    plain_white: bool,
    flow: Flow,
    stated: Stated,
    /// Element being left out, and how many of its name are open.
    skip: Option<(String, u32)>,
    in_title: bool,
    /// Open lists: the next number of an ordered one.
    lists: Vec<Option<u32>>,
    preformatted: u32,
    /// Open superscripts.
    raised: u32,
}

/// Lists nested deeper are read as if they ended there.
const MAX_LISTS: usize = 64;

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

impl Reader {
    fn text(&mut self, text: &str) {
        if self.in_title {
            let title = self.stated.title.get_or_insert_default();
            if title.len() < 500 {
                title.push_str(text);
            }
        } else if self.skip.is_none() && !self.flow.is_full() {
            if self.preformatted > 0 && !self.flow.in_table() {
                self.flow.push_exact(text)
            } else if self.raised > 0 {
                self.flow.push(&superscript(text))
            } else {
                self.flow.push(text)
            }
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        let start = tag.kind == TagKind::StartTag;
        // A paragraph ends where the next block begins, closed or not.
        if start && is_block(name) && self.skip.as_ref().is_some_and(|(skipped, _)| skipped == "p") {
            self.skip = None;
        }
        if let Some((skipped, depth)) = &mut self.skip {
            if skipped == name && !tag.self_closing {
                *depth = if start { *depth + 1 } else { *depth - 1 };
                if *depth == 0 {
                    self.skip = None;
                }
            }
            return raw(name, start);
        }
        if start {
            self.open(name, tag)
        } else {
            self.close(name)
        }
        raw(name, start)
    }

    /// Nobody who reads the page sees what is inside, as far as the tag itself tells.
    fn is_hidden(&self, tag: &Tag) -> bool {
        let is = |name: &str, value: &str| attribute(tag, name).is_some_and(|given| given.trim() == value);
        let style = attribute(tag, "style").map(hidden::Style::of).unwrap_or_default();
        let colour = attribute(tag, "color").is_some_and(hidden::is_white);
        attribute(tag, "hidden").is_some()
            || is("aria-hidden", "true")
            || style.is_hidden()
            || self.plain_white && (colour || style.is_white())
    }

    fn open(&mut self, name: &str, tag: &Tag) {
        let navigation = self.drop_navigation
            && (name == "nav" || (attribute(tag, "role").is_some_and(|r| r == "navigation") && !is_void(name)));
        let hidden = self.is_hidden(tag) && !is_void(name) && !matches!(name, "html" | "body");
        let dropped = matches!(
            name,
            "script"
                | "style"
                | "template"
                | "svg"
                | "noscript"
                | "iframe"
                | "object"
                | "canvas"
                | "math"
                | "select"
                | "button"
        );
        if (dropped || navigation || hidden) && !tag.self_closing {
            self.skip = Some((name.to_owned(), 1));
            return;
        }
        match name {
            "title" => self.in_title = self.stated.title.is_none(),
            "meta" => self.meta(tag),
            "br" => self.flow.new_line(),
            "sup" => self.raised += 1,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.flow.begin(BlockKind::Heading {
                level: name.as_bytes()[1] - b'0',
            }),
            "ul" | "ol" | "menu" => {
                self.flow.end();
                if self.lists.len() < MAX_LISTS {
                    let first = attribute(tag, "start").and_then(|s| s.parse().ok()).unwrap_or(1);
                    self.lists.push((name == "ol").then_some(first));
                }
            }
            "li" | "dt" | "dd" => self.item(name == "li"),
            "pre" => {
                self.flow.begin(BlockKind::Paragraph);
                self.preformatted += 1;
            }
            "table" => self.flow.begin_table(),
            // Rows and cells may lack their end tags.
            "tr" => self.flow.end_row(),
            "td" | "th" => self.flow.begin_cell(),
            // A paragraph inside an item is still the item.
            "p" | "div" if !self.flow.has_text() => {}
            _ if is_block(name) => self.flow.end(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "title" => self.in_title = false,
            "sup" => self.raised = self.raised.saturating_sub(1),
            "ul" | "ol" | "menu" => {
                self.flow.end();
                self.lists.pop();
            }
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.flow.end();
            }
            "td" | "th" => self.flow.end_cell(),
            "tr" => self.flow.end_row(),
            "table" => self.flow.end_table(),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "dt" | "dd" => self.flow.end(),
            _ if is_block(name) => self.flow.end(),
            _ => {}
        }
    }

    fn item(&mut self, numbered: bool) {
        self.flow.begin(BlockKind::ListItem);
        if let (true, Some(Some(next))) = (numbered && !self.flow.in_table(), self.lists.last_mut()) {
            self.flow.push_marker(&format!("{next}. "));
            *next += 1;
        }
    }

    fn meta(&mut self, tag: &Tag) {
        let (Some(name), Some(content)) = (
            attribute(tag, "name").or(attribute(tag, "property")),
            attribute(tag, "content"),
        ) else {
            return;
        };
        let content = Some(content.trim().to_owned()).filter(|c| !c.is_empty() && c.len() < 500);
        match name.to_ascii_lowercase().as_str() {
            "author" | "dc.creator" | "dcterms.creator" | "article:author" => {
                self.stated.author = content.or(self.stated.author.take())
            }
            "date"
            | "dc.date"
            | "dcterms.modified"
            | "dcterms.date"
            | "last-modified"
            | "article:modified_time"
            | "article:published_time" => {
                self.stated.date = content.or(self.stated.date.take());
            }
            _ => {}
        }
    }
}

/// Tells the tokenizer that the content of an element is not markup.
fn raw(name: &str, start: bool) -> TokenSinkResult<()> {
    match name {
        "script" if start => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" | "xmp" if start => TokenSinkResult::RawData(RawKind::Rawtext),
        "title" | "textarea" if start => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

fn attribute<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| &*a.value)
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "aside"
            | "dl"
            | "figure"
            | "figcaption"
            | "blockquote"
            | "address"
            | "hr"
            | "details"
            | "summary"
            | "form"
            | "fieldset"
            | "legend"
            | "body"
            | "html"
            | "center"
            | "caption"
            | "head"
            | "textarea"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(html: &str) -> Vec<(BlockKind, String)> {
        extract(html.as_bytes()).unwrap().first_page()
    }

    #[test]
    fn headings_lists_and_tables_stay_and_scripts_and_menus_go() {
        let html = "<html><head><title>Falls &amp; fractures</title><style>p{}</style><script>var a = '<p>no</p>';</script></head><body><nav><a>Home</a></nav>\
            <h1>Falls</h1><p>Check <b>blood</b>\n pressure.</p><ol><li>Sit<li><p>Stand</p></ol><ul><li>Rest</li></ul>\
            <table><tr><th>Drug<th>Dose<tr><td>A</td><td><p>5 mg</p></td></tr></table><pre>a\n  b</pre></body></html>";
        assert_eq!(
            blocks(html),
            [
                (BlockKind::Heading { level: 1 }, "Falls".to_owned()),
                (BlockKind::Paragraph, "Check blood pressure.".to_owned()),
                (BlockKind::ListItem, "1. Sit".to_owned()),
                (BlockKind::ListItem, "2. Stand".to_owned()),
                (BlockKind::ListItem, "Rest".to_owned()),
                (BlockKind::Table, "Drug | Dose\nA | 5 mg".to_owned()),
                (BlockKind::Paragraph, "a\n  b".to_owned()),
            ]
        );
        assert_eq!(
            extract(html.as_bytes()).unwrap().title.as_deref(),
            Some("Falls & fractures")
        );
    }

    #[test]
    fn what_nobody_sees_is_not_read() {
        for (open, close) in [
            ("<p hidden>", "</p>"),
            ("<div style=\"display:none\">", "</div>"),
            ("<div style=\"color:red; DISPLAY : none !important\">", "</div>"),
            ("<span style='visibility:hidden'>", "</span>"),
            ("<span style='font-size:0px'>", "</span>"),
            ("<span style='font-size: 0.0em;color:red'>", "</span>"),
            ("<span style='opacity:0'>", "</span>"),
            ("<span style='color:#FFF'>", "</span>"),
            ("<span style='color: rgb(255, 255, 255)'>", "</span>"),
            ("<span style='color:#336699;background:#369'>", "</span>"),
            ("<font color=white>", "</font>"),
            ("<p style='display:none'>", ""),
        ] {
            let shown = blocks(&format!("<p>Give 5 mg.</p>{open}Give 500 mg.{close}<p>Then rest.</p>"));
            let texts: Vec<_> = shown.into_iter().map(|block| block.1).collect();
            assert_eq!(texts, ["Give 5 mg.", "Then rest."], "{open}");
        }
        for seen in [
            "<p style='display:block;color:#333;font-size:0.9em;opacity:0.8'>",
            "<p style='background:#003;color:white'>",
            "<table bgcolor='#003'><tr><td><font color=white>",
            "<style>th { background: navy }</style><p style='color:white'>",
            "<p style='font-size:10px'>",
        ] {
            let shown = blocks(&format!("{seen}Give 5 mg."));
            assert!(shown.iter().any(|block| block.1.contains("Give 5 mg.")), "{seen}");
        }
    }

    #[test]
    fn what_is_raised_stays_raised() {
        assert_eq!(
            blocks("<p>50 x 10<sup>9</sup>/L, over 65<sup>2,3</sup> years, on the 1<sup>st</sup> day</p>")[0].1,
            "50 x 10⁹/L, over 65²,³ years, on the 1st day"
        );
    }

    #[test]
    fn a_declared_encoding_is_used() {
        let page = extract(b"<meta charset=iso-8859-2><p>\xb3\xf3d\xbc</p>").unwrap();
        assert_eq!(page.pages[0].blocks[0].text, "łódź");
    }

    #[test]
    fn an_unclosed_menu_does_not_hide_the_page() {
        assert_eq!(
            blocks("<nav><a>Home</a><h1>Asthma</h1><p>Give salbutamol.</p>").len(),
            3
        );
    }

    #[test]
    fn very_deep_nesting_is_read() {
        let html = format!(
            "{}deep{}",
            "<div><table><tr><td><ul><li>".repeat(100_000),
            "</div>".repeat(1_000)
        );
        assert!(blocks(&html).iter().any(|b| b.1.contains("deep")));
    }
}
