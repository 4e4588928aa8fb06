//! A page of the manual as a man page.

use roff::{Inline, Roff, bold, roman};

use super::Topic;
use super::markdown::{Block, Span};

/// The line that each man page begins with, by which its file is known as one that may be replaced.
pub(in crate::cli) const MARK: &str = ".\\\" Made by kinescope help --man\n";

/// The man page of a topic.
pub(in crate::cli) fn man_page(topic: &Topic) -> String {
    let mut roff = Roff::new();
    let title = format!("kinescope-{}", topic.name);
    let version = concat!("kinescope ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [&*title, "7", "", version, "The manual of kinescope"]);
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{title} - {}", topic.summary()))]);
    roff.control("SH", ["DESCRIPTION"]);
    // The title is the name.
    flow(&mut roff, &topic.blocks()[1..]);
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("kinescope"), roman("(1)")]);
    ascii(&roff.render())
}

/// What a page says, as a section of another man page.
pub(in crate::cli) fn section(heading: &str, topic: &Topic) -> String {
    let mut roff = Roff::new();
    roff.control("SH", [heading]);
    flow(&mut roff, &topic.blocks()[1..]);
    ascii(&roff.render())
}

/// A text in ASCII, as every man reads it, whatever the locale.
pub(in crate::cli) fn ascii(roff: &str) -> String {
    let escaped = |char: char| match char {
        char if char.is_ascii() => String::from(char),
        char => format!("\\[u{:04X}]", u32::from(char)),
    };
    roff.chars().map(escaped).collect()
}

fn flow(roff: &mut Roff, blocks: &[Block]) {
    for block in blocks {
        of_block(roff, block);
    }
}

fn of_block(roff: &mut Roff, block: &Block) {
    match block {
        Block::Heading(level, text) => {
            roff.control(if *level > 2 { "SS" } else { "SH" }, []);
            roff.text(spans(text));
        }
        Block::Paragraph(text) => {
            roff.control("PP", []);
            roff.text(spans(text));
        }
        Block::Code(code) => {
            roff.control("PP", []);
            roff.control("nf", []);
            for line in code.lines() {
                roff.text([roman(line)]);
            }
            roff.control("fi", []);
        }
        Block::List(items) => items.iter().for_each(|(marker, blocks)| item(roff, marker, blocks)),
        Block::Table(head, rows) => rows.iter().for_each(|row| self::row(roff, head, row)),
    }
}

fn item(roff: &mut Roff, marker: &str, blocks: &[Block]) {
    let marker = if marker == "-" { "\\(bu" } else { marker };
    roff.control("IP", [marker, "4"]);
    let [Block::Paragraph(first), rest @ ..] = blocks else { return };
    roff.text(spans(first));
    if !rest.is_empty() {
        roff.control("RS", ["4"]);
        flow(roff, rest);
        roff.control("RE", []);
    }
}

/// A row of a table: its first cell, and below it the others, each after its heading.
fn row(roff: &mut Roff, head: &[Vec<Span>], row: &[Vec<Span>]) {
    let Some((first, rest)) = row.split_first() else { return };
    roff.control("TP", []);
    roff.text(spans(first));
    let cells = rest.iter().zip(&head[1..]).filter(|(cell, _)| !cell.is_empty());
    for (at, (cell, heading)) in cells.enumerate() {
        if at > 0 {
            roff.control("br", []);
        }
        let mut text = spans(cell);
        if !heading.is_empty() && rest.len() > 1 {
            text.insert(0, roman(": "));
            text.splice(0..0, spans(heading));
        }
        roff.text(text);
    }
}

fn spans(text: &[Span]) -> Vec<Inline> {
    let span = |span: &Span| match span {
        Span::Plain(words) => roman(words),
        Span::Strong(words) | Span::Code(words) => bold(words),
    };
    text.iter().map(span).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::super::TOPICS;
    use super::super::markdown::plain;
    use super::*;

    /// The words of blocks.
    fn words(blocks: &[Block]) -> String {
        let of = |block: &Block| match block {
            Block::Heading(_, text) | Block::Paragraph(text) => plain(text),
            Block::Code(code) => code.clone(),
            Block::List(items) => {
                items.iter().map(|(_, blocks)| words(blocks)).collect::<Vec<_>>().join(" ")
            }
            Block::Table(_, rows) => {
                let cells = rows.iter().flatten().map(|cell| plain(cell));
                cells.collect::<Vec<_>>().join(" ")
            }
        };
        blocks.iter().map(of).collect::<Vec<_>>().join(" ")
    }

    /// What a man page says, by what it escapes.
    fn unescaped(roff: &str) -> String {
        let mut text = roff.replace("\\fB", "").replace("\\fR", "").replace("\\&", "");
        for (escaped, char) in [("\\-", "-"), ("\\*(Aq", "'"), ("\\\\", "\\")] {
            text = text.replace(escaped, char);
        }
        let mut parts = text.split("\\[u");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (code, rest) = part.split_once(']').expect("it ends");
            let code = u32::from_str_radix(code, 16).expect("a number");
            text.push(char::from_u32(code).expect("a character"));
            text.push_str(rest);
        }
        text
    }

    #[test]
    fn a_man_page_says_what_the_page_says() {
        for topic in TOPICS {
            let roff = man_page(topic);
            assert!(roff.is_ascii(), "{}", topic.name);
            let said = unescaped(&roff);
            let mut rest = &*said;
            for word in words(&topic.blocks()[1..]).split_whitespace() {
                let at = rest.find(word);
                let at = at.unwrap_or_else(|| panic!("{}: {word} is not in\n{rest}", topic.name));
                rest = &rest[at + word.len()..];
            }
        }
    }

    /// Where groff is not installed, nothing is tested.
    #[test]
    fn groff_has_nothing_to_warn_of() {
        for topic in TOPICS {
            let started = Command::new("groff")
                .args(["-man", "-Tutf8", "-ww"])
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn();
            let Ok(mut groff) = started else { return };
            let page = man_page(topic);
            let mut stdin = groff.stdin.take().expect("a pipe");
            stdin.write_all(page.as_bytes()).expect("groff reads");
            drop(stdin);
            let ended = groff.wait_with_output().expect("groff ends");
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success() && said.is_empty(), "{}: {said}", topic.name);
        }
    }
}
