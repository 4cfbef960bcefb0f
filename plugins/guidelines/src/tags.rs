//! What the names of elements mean for a reader.

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TokenSinkResult};

/// Elements whose content is no text of the page, or belongs to the site's frame.
pub fn is_left_out(name: &str, tag: &Tag, in_main: bool) -> bool {
    let hidden = attribute(tag, "hidden").is_some() || attribute(tag, "aria-hidden") == Some("true");
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
            | "nav"
            | "form"
            | "dialog"
    );
    let role = attribute(tag, "role").is_some_and(|role| matches!(role, "navigation" | "search"));
    // Inside the main part a header holds the title; outside it is the site's.
    let frame = matches!(name, "header" | "footer" | "aside") && !in_main;
    (dropped || role || frame || (hidden && name != "body")) && !is_void(name)
}

pub fn attribute<'t>(tag: &'t Tag, name: &str) -> Option<&'t str> {
    let mut found = tag.attrs.iter().filter(|attribute| &*attribute.name.local == name);
    found.next().map(|attribute| &*attribute.value)
}

pub fn is_void(name: &str) -> bool {
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

pub fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "main"
            | "header"
            | "footer"
            | "aside"
            | "address"
            | "figure"
            | "figcaption"
            | "details"
            | "summary"
            | "dl"
            | "dd"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "fieldset"
            | "body"
    )
}

/// What follows such a start tag is not markup.
pub fn raw(name: &str, starts: bool) -> TokenSinkResult<()> {
    match name {
        "title" | "textarea" if starts => TokenSinkResult::RawData(RawKind::Rcdata),
        "script" if starts => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "iframe" | "noembed" | "noframes" if starts => TokenSinkResult::RawData(RawKind::Rawtext),
        _ => TokenSinkResult::Continue,
    }
}
