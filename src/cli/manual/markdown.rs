//! As much of Markdown as the manual is written in.

use pulldown_cmark::{Event, Options, Parser, Tag};

/// Text in pieces.
pub(in crate::cli) type Text = Vec<Span>;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Span {
    /// Ordinary words.
    Plain(String),
    /// Words with weight.
    Strong(String),
    /// What is typed or seen as it stands there.
    Code(String),
}

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Block {
    /// A heading, and how deep it is: 1 is the page's title.
    Heading(usize, Text),
    Paragraph(Text),
    /// Lines that stay as they are.
    Code(String),
    /// Items, each with the marker before it.
    List(Vec<(String, Vec<Self>)>),
    /// Headings, which may all be empty, and rows of as many cells.
    Table(Vec<Text>, Vec<Vec<Text>>),
}

/// The words of a text.
pub(super) fn plain(text: &[Span]) -> String {
    let words = |span: &Span| match span {
        Span::Plain(words) | Span::Strong(words) | Span::Code(words) => words.clone(),
    };
    text.iter().map(words).collect()
}

/// What a page says. Comments are left out.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    flow(&mut Parser::new_ext(markdown, Options::ENABLE_TABLES))
}

/// The blocks up to the end of what holds them.
fn flow(events: &mut Parser<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    while let Some(event) = events.next() {
        let block = match event {
            Event::Start(Tag::Heading { level, .. }) => {
                Block::Heading(level as usize, text(events))
            }
            Event::Start(Tag::Paragraph) => Block::Paragraph(text(events)),
            Event::Start(Tag::CodeBlock(_)) => Block::Code(plain(&text(events))),
            Event::Start(Tag::List(first)) => Block::List(list(events, first)),
            Event::Start(Tag::Table(_)) => table(events),
            Event::Start(Tag::HtmlBlock) => {
                text(events);
                continue;
            }
            Event::End(_) => break,
            // An item of a list that is not loose has no paragraph.
            within => {
                if !matches!(blocks.last(), Some(Block::Paragraph(_))) {
                    blocks.push(Block::Paragraph(Text::new()));
                }
                if let Some(Block::Paragraph(text)) = blocks.last_mut() {
                    span(within, events, text);
                }
                continue;
            }
        };
        blocks.push(block);
    }
    blocks
}

/// The items of a list up to its end; one with numbers begins with the first.
fn list(events: &mut Parser<'_>, first: Option<u64>) -> Vec<(String, Vec<Block>)> {
    let mut items = Vec::new();
    let mut number = first;
    while let Some(Event::Start(_)) = events.next() {
        let marker = number.map_or_else(|| "-".to_owned(), |number| format!("{number}."));
        number = number.map(|number| number + 1);
        items.push((marker, flow(events)));
    }
    items
}

/// A table up to its end: its head, which holds cells, and its rows.
fn table(events: &mut Parser<'_>) -> Block {
    let mut rows = Vec::new();
    while let Some(Event::Start(_)) = events.next() {
        let mut cells = Vec::new();
        while let Some(Event::Start(_)) = events.next() {
            cells.push(text(events));
        }
        rows.push(cells);
    }
    let head = rows.remove(0);
    Block::Table(head, rows)
}

/// The text up to the end of what holds it.
fn text(events: &mut Parser<'_>) -> Text {
    let mut text = Text::new();
    while let Some(event) = events.next() {
        if matches!(event, Event::End(_)) {
            break;
        }
        span(event, events, &mut text);
    }
    text
}

/// Adds a piece of text, and what it holds.
fn span(event: Event<'_>, events: &mut Parser<'_>, to: &mut Text) {
    match event {
        Event::Text(words) => to.push(Span::Plain(words.into_string())),
        Event::Code(words) => to.push(Span::Code(words.into_string())),
        Event::SoftBreak | Event::HardBreak => to.push(Span::Plain(" ".to_owned())),
        Event::Start(Tag::Strong | Tag::Emphasis) => {
            let words = plain(&text(events));
            to.push(Span::Strong(words));
        }
        Event::Start(Tag::Link { dest_url, .. }) => {
            to.extend(text(events));
            // A link to another page is named by what it says.
            if dest_url.starts_with("http") {
                to.push(Span::Plain(format!(" ({dest_url})")));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(words: &str) -> Block {
        Block::Paragraph(vec![Span::Plain(words.to_owned())])
    }

    #[test]
    fn a_page_is_taken_apart() {
        let page = "# Title\n\n<!-- made -->\nSee [`help b`](b.md), [x](http://x).\n\n\
                    - one\n- two\n\n  ```sh\n  a  b\n  ```\n\n3. three\n\n| a | |\n| - | - |\n| **c** | d |\n";
        let code = |words: &str| Span::Code(words.to_owned());
        let words = |words: &str| Span::Plain(words.to_owned());
        let expected = [
            Block::Heading(1, vec![words("Title")]),
            Block::Paragraph(
                [words("See "), code("help b"), words(", "), words("x"), words(" (http://x)")]
                    .into_iter()
                    .chain([words(".")])
                    .collect(),
            ),
            Block::List(vec![
                ("-".to_owned(), vec![p("one")]),
                ("-".to_owned(), vec![p("two"), Block::Code("a  b\n".to_owned())]),
            ]),
            Block::List(vec![("3.".to_owned(), vec![p("three")])]),
            Block::Table(
                vec![vec![words("a")], vec![]],
                vec![vec![vec![Span::Strong("c".to_owned())], vec![words("d")]]],
            ),
        ];
        assert_eq!(blocks(page), expected);
    }
}
