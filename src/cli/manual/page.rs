//! A page of the manual on a terminal, or in a pipe.

use kinescope::display::Role;
use kinescope::report::Page;
use kinescope::text::wrap;
use unicode_width::UnicodeWidthStr;

use super::markdown::{Block, Span, Text};

/// How wide text is where nothing else says so.
const READABLE: usize = 80;
/// How wide it gets at most: longer lines are hard to read.
const WIDEST: usize = 100;
/// What is between two columns.
const GAP: usize = 2;

/// Lays blocks out on a page. Where it has no styles, code keeps its backticks.
pub(in crate::cli) fn page(page: Page, blocks: &[Block]) -> String {
    let width = page.width.unwrap_or(READABLE).min(WIDEST);
    let lines = flow(page, blocks, width);
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Blocks with an empty line between each two.
fn flow(page: Page, blocks: &[Block], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for block in blocks {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(of_block(page, block, width));
    }
    lines
}

fn of_block(page: Page, block: &Block, width: usize) -> Vec<String> {
    match block {
        Block::Heading(_, text) => wrapped(page, &strong(text), width),
        Block::Paragraph(text) => wrapped(page, text, width),
        Block::Code(code) => code.lines().map(|line| page.glyphs.text(line)).collect(),
        Block::List(items) => list(page, items, width),
        Block::Table(head, rows) => table(page, head, rows, width),
    }
}

fn list(page: Page, items: &[(String, Vec<Block>)], width: usize) -> Vec<String> {
    let is_loose = items.iter().any(|(_, blocks)| blocks.len() > 1);
    let mut lines = Vec::new();
    for (marker, blocks) in items {
        if is_loose && !lines.is_empty() {
            lines.push(String::new());
        }
        let margin = marker.len() + 1;
        let item = flow(page, blocks, width.saturating_sub(margin));
        lines.extend(beside(&format!("{marker} "), &item, margin));
    }
    lines
}

/// Lines after a label, as wide as the margin.
fn beside(label: &str, lines: &[String], margin: usize) -> Vec<String> {
    let after = |(at, line): (usize, &String)| {
        if at == 0 { format!("{label}{line}") } else { format!("{:margin$}{line}", "") }
    };
    lines.iter().enumerate().map(after).collect()
}

/// A table in columns that fit the width, or, where they would be too narrow to read, each row as its
/// first cell and the others below it.
fn table(page: Page, head: &[Text], rows: &[Vec<Text>], width: usize) -> Vec<String> {
    let head: Vec<Text> = head.iter().map(|cell| strong(cell)).collect();
    let is_headed = head.iter().any(|cell| !cell.is_empty());
    let lines = || is_headed.then_some(&head).into_iter().chain(rows);
    let Some(columns) = columns(page, &lines().collect::<Vec<_>>(), width) else {
        return rows.iter().flat_map(|row| stacked(page, &head, row, width)).collect();
    };
    let laid: Vec<Vec<String>> = lines().map(|row| laid(page, row, &columns)).collect();
    // Where a row has several lines, an empty one tells it from the next; a list needs none.
    let is_tall = is_headed && laid.iter().skip(1).any(|row| row.len() > 1);
    let mut out = Vec::new();
    for (at, row) in laid.into_iter().enumerate() {
        if is_tall && at > 1 {
            out.push(String::new());
        }
        out.extend(row);
        if is_headed && at == 0 {
            let rules: Vec<String> = columns.iter().map(|&width| "-".repeat(width)).collect();
            out.push(rules.join(&" ".repeat(GAP)));
        }
    }
    out
}

/// How wide each column is, if all of them are wide enough to be read.
fn columns(page: Page, rows: &[&Vec<Text>], width: usize) -> Option<Vec<usize>> {
    /// What is no longer than that stays in one line, if there is room.
    const SHORT: usize = 12;
    /// A longer word is broken.
    const WORD: usize = 26;
    let count = rows.iter().map(|row| row.len()).max()?;
    let measured = |measure: fn(&str) -> usize| -> Vec<Vec<usize>> {
        let cells =
            |row: &&Vec<Text>| row.iter().map(|cell| measure(&spelled(page, cell).0)).collect();
        rows.iter().map(cells).collect()
    };
    let widest = |cells: &[Vec<usize>], at: usize| {
        cells.iter().filter_map(|row| row.get(at)).copied().max().unwrap_or(0)
    };
    let cells = measured(UnicodeWidthStr::width);
    let words = measured(|cell| cell.split(' ').map(UnicodeWidthStr::width).max().unwrap_or(0));
    let room = width.checked_sub(GAP * count.saturating_sub(1))?;
    let (mut columns, mut left) = [SHORT, 0].into_iter().find_map(|short| {
        let least = |at| {
            let all = widest(&cells, at);
            if all <= short { all } else { widest(&words, at).min(WORD) }
        };
        let columns: Vec<usize> = (0..count).map(least).collect();
        let left = room.checked_sub(columns.iter().sum())?;
        Some((columns, left))
    })?;
    // What is left goes where it makes the table lower.
    while left > 0 {
        let narrow = (0..count).filter(|&at| columns[at] < widest(&cells, at));
        let lowest = narrow.min_by_key(|&at| {
            let mut wider = columns.clone();
            wider[at] += 1;
            height(&cells, &wider)
        });
        let Some(at) = lowest else { break };
        columns[at] += 1;
        left -= 1;
    }
    Some(columns)
}

/// How high a table is about, in thousandths of a line, by how wide its cells and its columns are.
fn height(cells: &[Vec<usize>], columns: &[usize]) -> usize {
    let lines = |(cell, column): (&usize, &usize)| cell * 1000 / column.max(&1);
    let row = |row: &Vec<usize>| row.iter().zip(columns).map(lines).max().unwrap_or(0).max(1000);
    cells.iter().map(row).sum()
}

/// A row in columns: as many lines as its tallest cell has.
fn laid(page: Page, row: &[Text], columns: &[usize]) -> Vec<String> {
    let cells: Vec<Vec<Line>> =
        row.iter().zip(columns).map(|(cell, &width)| broken(page, cell, width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let line = |at: usize| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(columns) {
            let empty = Line::new();
            let piece = cell.get(at).unwrap_or(&empty);
            let used: usize = piece.iter().map(|(_, words)| words.width()).sum();
            line += &styled(page, piece);
            line += &" ".repeat(width.saturating_sub(used) + GAP);
        }
        line
    };
    (0..height).map(line).collect()
}

/// A row in a narrow place: its first cell, and below it the others, each after its heading.
fn stacked(page: Page, head: &[Text], row: &[Text], width: usize) -> Vec<String> {
    const MARGIN: usize = 2;
    let Some((first, rest)) = row.split_first() else { return Vec::new() };
    let mut lines = wrapped(page, &strong(first), width);
    for (cell, heading) in rest.iter().zip(&head[1..]).filter(|(cell, _)| !cell.is_empty()) {
        let label = if heading.is_empty() || rest.len() == 1 {
            Text::new()
        } else {
            [&heading[..], &[Span::Plain(": ".to_owned())]].concat()
        };
        let text = [&label[..], &cell[..]].concat();
        let cell = wrapped(page, &text, width.saturating_sub(MARGIN));
        lines.extend(beside(&" ".repeat(MARGIN), &cell, MARGIN));
    }
    lines
}

fn strong(text: &[Span]) -> Text {
    let strong = |span: &Span| match span {
        Span::Plain(words) => Span::Strong(words.clone()),
        other => other.clone(),
    };
    text.iter().map(strong).collect()
}

/// Pieces of a line, and whether each has weight.
type Line = Vec<(bool, String)>;

/// A text as it is spelled here, and for each of its characters whether it has weight.
fn spelled(page: Page, text: &[Span]) -> (String, Vec<bool>) {
    let (mut words, mut weights) = (String::new(), Vec::new());
    for span in text {
        let (is_strong, piece) = match span {
            Span::Plain(piece) => (false, piece.clone()),
            Span::Strong(piece) => (true, piece.clone()),
            Span::Code(piece) if page.color => (true, piece.clone()),
            Span::Code(piece) => (false, format!("`{piece}`")),
        };
        let piece = page.glyphs.text(&piece);
        weights.extend(piece.chars().map(|_| is_strong));
        words += &piece;
    }
    (words, weights)
}

/// A text in lines of a width.
fn broken(page: Page, text: &[Span], width: usize) -> Vec<Line> {
    let (words, weights) = spelled(page, text);
    let mut rest = words.chars().zip(weights).peekable();
    let mut lines = Vec::new();
    for line in wrap(&words, width, true) {
        let mut pieces = Line::new();
        // The spaces at which the text was broken are in no line.
        while !line.starts_with(' ') && rest.next_if(|(char, _)| *char == ' ').is_some() {}
        for (char, is_strong) in rest.by_ref().take(line.chars().count()) {
            match pieces.last_mut() {
                Some((last, piece)) if *last == is_strong => piece.push(char),
                _ => pieces.push((is_strong, char.to_string())),
            }
        }
        lines.push(pieces);
    }
    lines
}

fn wrapped(page: Page, text: &[Span], width: usize) -> Vec<String> {
    broken(page, text, width).iter().map(|line| styled(page, line)).collect()
}

fn styled(page: Page, line: &Line) -> String {
    let style = page.theme.style(Role::Title);
    let piece = |(is_strong, words): &(bool, String)| {
        if *is_strong && page.color {
            format!("{}{words}{}", style.render(), style.render_reset())
        } else {
            words.clone()
        }
    };
    line.iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use kinescope::display::{Glyphs, Theme};

    use super::super::markdown::blocks;
    use super::*;

    const TABLE: &str =
        "| is read | where |\n| --- | --- |\n| `a b` | on one server → two |\n| c | |\n";

    fn on(width: usize, color: bool, markdown: &str) -> String {
        let glyphs = Glyphs::Unicode;
        let on = Page { width: Some(width), glyphs, theme: Theme::DEFAULT, color };
        page(on, &blocks(markdown))
    }

    #[test]
    fn a_table_fits_its_page() {
        let wide =
            "is read  where\n-------  -------------------\n`a b`    on one server → two\nc\n";
        assert_eq!(on(80, false, TABLE), wide);
        let narrow = "is read  where\n-------  -------------\n`a b`    on one server\n         \
                      → two\n\nc\n";
        assert_eq!(on(22, false, TABLE), narrow);
        assert_eq!(on(11, false, TABLE), "`a b`\n  on one\n  server →\n  two\nc\n");
    }

    #[test]
    fn lists_are_set_in_and_code_stays_as_it_is() {
        let text =
            "One `two` three\n\n- four five six\n- seven\n\n1. a\n\n   ```\n   as  it is\n   ```\n";
        let expected = "One `two`\nthree\n\n- four five\n  six\n- seven\n\n1. a\n\n   as  it is\n";
        assert_eq!(on(11, false, text), expected);
    }

    #[test]
    fn weight_is_kept_where_a_line_ends() {
        let text = "# Title\n\nSay **one two three** and `x y`.\n";
        let bold = |words: &str| format!("\u{1b}[1m{words}\u{1b}[0m");
        let expected = format!(
            "{}\n\nSay {}\n{} and {}\n{}.\n",
            bold("Title"),
            bold("one two"),
            bold("three"),
            bold("x"),
            bold("y")
        );
        assert_eq!(on(11, true, text), expected);
    }

    #[test]
    fn no_line_is_wider_than_its_page() {
        for topic in super::super::TOPICS {
            let blocks = topic.blocks();
            let text: Vec<Block> =
                blocks.into_iter().filter(|block| !matches!(block, Block::Code(_))).collect();
            for width in [20, 40, 80, 100] {
                let glyphs = Glyphs::Unicode;
                let on = Page { width: Some(width), glyphs, theme: Theme::MONO, color: false };
                let laid = page(on, &text);
                // Code within a list is as wide as it is.
                let wide =
                    laid.lines().filter(|line| line.width() > width && !line.starts_with("  "));
                assert_eq!(wide.collect::<Vec<_>>(), [""; 0], "{} at {width}", topic.name);
            }
        }
    }
}
