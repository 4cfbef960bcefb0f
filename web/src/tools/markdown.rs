//! A plugin's CommonMark as elements of our own. HTML in it is shown as the text it is; a link goes to https or is text.

use leptos::prelude::*;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of the page; nothing else can come out of a plugin's text.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Code(String),
    Break,
    Rule,
    CodeBlock(String),
    Within(Kind, Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Paragraph,
    Heading(u8),
    Quote,
    Bullets,
    Numbers(u64),
    Item,
    Emphasis,
    Strong,
    Link(String),
    Table,
    Head,
    Row,
    Cell,
    /// What has no element of its own: only its contents are shown.
    Plain,
}

fn parse(text: &str) -> Vec<Piece> {
    let mut open: Vec<(Kind, Vec<Piece>)> = vec![(Kind::Plain, Vec::new())];
    let mut code: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        let piece = match event {
            Event::Start(Tag::CodeBlock(_)) => {
                code = Some(String::new());
                continue;
            }
            Event::End(TagEnd::CodeBlock) => Piece::CodeBlock(code.take().unwrap_or_default()),
            Event::Text(text) if code.is_some() => {
                code.get_or_insert_default().push_str(&text);
                continue;
            }
            Event::Start(tag) => {
                open.push((kind(tag), Vec::new()));
                continue;
            }
            Event::End(_) if open.len() > 1 => match open.pop() {
                Some((kind, pieces)) => Piece::Within(kind, pieces),
                None => continue,
            },
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => Piece::Text(text.into_string()),
            Event::Code(text) => Piece::Code(text.into_string()),
            Event::SoftBreak => Piece::Text(" ".to_owned()),
            Event::HardBreak => Piece::Break,
            Event::Rule => Piece::Rule,
            _ => continue,
        };
        if let Some((_, pieces)) = open.last_mut() {
            pieces.push(piece);
        }
    }
    open.into_iter().flat_map(|(_, pieces)| pieces).collect()
}

fn kind(tag: Tag<'_>) -> Kind {
    match tag {
        Tag::Paragraph => Kind::Paragraph,
        Tag::Heading { level, .. } => Kind::Heading(match level {
            HeadingLevel::H1 | HeadingLevel::H2 => 3,
            HeadingLevel::H3 => 4,
            _ => 5,
        }),
        Tag::BlockQuote(_) => Kind::Quote,
        Tag::List(None) => Kind::Bullets,
        Tag::List(Some(first)) => Kind::Numbers(first),
        Tag::Item => Kind::Item,
        Tag::Emphasis => Kind::Emphasis,
        Tag::Strong => Kind::Strong,
        Tag::Link { dest_url, .. } if dest_url.starts_with("https://") => Kind::Link(dest_url.into_string()),
        Tag::Table(_) => Kind::Table,
        Tag::TableHead => Kind::Head,
        Tag::TableRow => Kind::Row,
        Tag::TableCell => Kind::Cell,
        // An image would be fetched from elsewhere: its description stands for it.
        _ => Kind::Plain,
    }
}

#[component]
pub fn Markdown(text: String) -> impl IntoView {
    view! { <div class="va-prose">{draw(parse(&text), false)}</div> }
}

fn draw(pieces: Vec<Piece>, head: bool) -> Vec<AnyView> {
    pieces.into_iter().map(|piece| element(piece, head)).collect()
}

/// `head`: within the first row of a table.
fn element(piece: Piece, head: bool) -> AnyView {
    let (kind, within) = match piece {
        Piece::Text(text) => return text.into_any(),
        Piece::Code(text) => return view! { <code>{text}</code> }.into_any(),
        Piece::Break => return view! { <br /> }.into_any(),
        Piece::Rule => return view! { <hr /> }.into_any(),
        Piece::CodeBlock(text) => {
            return view! { <pre class="va-snippet va-scroll" tabindex="0"><code>{text}</code></pre> }.into_any();
        }
        Piece::Within(kind, within) => (kind, within),
    };
    let inner = draw(within, head || kind == Kind::Head);
    match kind {
        Kind::Paragraph => view! { <p>{inner}</p> }.into_any(),
        Kind::Heading(3) => view! { <h3>{inner}</h3> }.into_any(),
        Kind::Heading(4) => view! { <h4>{inner}</h4> }.into_any(),
        Kind::Heading(_) => view! { <h5>{inner}</h5> }.into_any(),
        Kind::Quote => view! { <blockquote>{inner}</blockquote> }.into_any(),
        Kind::Bullets => view! { <ul>{inner}</ul> }.into_any(),
        Kind::Numbers(first) => view! { <ol start=first.to_string()>{inner}</ol> }.into_any(),
        Kind::Item => view! { <li>{inner}</li> }.into_any(),
        Kind::Emphasis => view! { <em>{inner}</em> }.into_any(),
        Kind::Strong => view! { <strong>{inner}</strong> }.into_any(),
        Kind::Link(href) => view! { <a href=href target="_blank" rel="noopener noreferrer">{inner}</a> }.into_any(),
        Kind::Table => {
            view! { <div class="va-scroll" tabindex="0"><table class="va-table"><tbody>{inner}</tbody></table></div> }
                .into_any()
        }
        Kind::Head | Kind::Row => view! { <tr>{inner}</tr> }.into_any(),
        Kind::Cell if head => view! { <th scope="col">{inner}</th> }.into_any(),
        Kind::Cell => view! { <td>{inner}</td> }.into_any(),
        Kind::Plain => inner.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    fn links(pieces: &[Piece]) -> Vec<String> {
        let mut found = Vec::new();
        for piece in pieces {
            if let Piece::Within(kind, within) = piece {
                if let Kind::Link(href) = kind {
                    found.push(href.clone());
                }
                found.extend(links(within));
            }
        }
        found
    }

    #[test]
    fn paragraphs_lists_and_emphasis_keep_their_shape() {
        let item = |word: &str| Piece::Within(Kind::Item, vec![text(word)]);
        assert_eq!(
            parse("A *b* **c**\n\n1. x\n2. y"),
            [
                Piece::Within(
                    Kind::Paragraph,
                    vec![
                        text("A "),
                        Piece::Within(Kind::Emphasis, vec![text("b")]),
                        text(" "),
                        Piece::Within(Kind::Strong, vec![text("c")]),
                    ]
                ),
                Piece::Within(Kind::Numbers(1), vec![item("x"), item("y")]),
            ]
        );
    }

    #[test]
    fn html_is_only_ever_text() {
        let parsed = parse("a <b onclick=\"x()\">c</b>\n\n<script>alert(1)</script>\n");
        let drawn = format!("{parsed:?}");
        assert!(drawn.contains("Text(\"<script>"), "{drawn}");
        assert!(drawn.contains("Text(\"<b onclick"), "{drawn}");
    }

    #[test]
    fn a_link_goes_to_https_or_nowhere() {
        let parsed = parse(
            "[a](https://pubmed.ncbi.nlm.nih.gov/1/) [b](http://x.example) [c](javascript:alert(1)) \
             [d](//x.example) <https://doi.org/10.1/x> ![e](https://x.example/e.png)",
        );
        assert_eq!(
            links(&parsed),
            ["https://pubmed.ncbi.nlm.nih.gov/1/", "https://doi.org/10.1/x"]
        );
        assert!(format!("{parsed:?}").contains("Text(\"e\")"));
    }

    #[test]
    fn code_stays_whole() {
        assert_eq!(parse("```\na <b>\nc\n```"), [Piece::CodeBlock("a <b>\nc\n".to_owned())]);
    }
}
