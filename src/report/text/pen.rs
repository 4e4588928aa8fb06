//! Text on a page: styled pieces, wrapped sentences, and names that are cut to fit.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use crate::display::{Glyph, Role, words};
use crate::history::Revision;
use crate::report::{Page, Table};
use crate::text::{count, grouped, printable, wrap};

/// How wide sentences are where nothing else says so.
const READABLE: usize = 80;
/// How wide they get at most: longer lines are hard to read.
const WIDEST: usize = 100;

/// Writes on a page.
pub(super) struct Pen<'a> {
    out: &'a mut dyn Write,
    pub(super) page: Page,
    /// How many spaces begin a line.
    margin: usize,
}

impl<'a> Pen<'a> {
    pub(super) fn new(out: &'a mut dyn Write, page: Page) -> Self {
        Self { out, page, margin: 0 }
    }

    /// A pen for what is set in by that many spaces.
    pub(super) fn set_in(&mut self, spaces: usize) -> Pen<'_> {
        let width = self.page.width.map(|width| width.saturating_sub(spaces));
        Pen { out: self.out, page: Page { width, ..self.page }, margin: self.margin + spaces }
    }

    /// A line of styled pieces; spaces at its end are left out.
    pub(super) fn line(&mut self, pieces: &[(Role, &str)]) -> io::Result<()> {
        let last = pieces.iter().rposition(|(_, text)| !text.trim_end().is_empty());
        if last.is_some() {
            write!(self.out, "{:1$}", "", self.margin)?;
        }
        for (at, &(role, text)) in pieces.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let text = if Some(at) == last { text.trim_end() } else { text };
            self.piece(role, text)?;
        }
        writeln!(self.out)
    }

    fn piece(&mut self, role: Role, text: &str) -> io::Result<()> {
        let text = &*self.page.glyphs.name(text);
        let style = self.page.theme.style(role);
        if !self.page.color || style.is_plain() || text.trim().is_empty() {
            return self.out.write_all(text.as_bytes());
        }
        write!(self.out, "{}{text}{}", style.render(), style.render_reset())
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// A sentence or more, wrapped between words; `first` and `rest` begin the lines.
    pub(super) fn wrapped(
        &mut self,
        role: Role,
        first: &str,
        rest: &str,
        text: &str,
    ) -> io::Result<()> {
        let within = |width: usize| width.saturating_sub(self.margin);
        let width = self.page.width.unwrap_or(within(READABLE)).min(within(WIDEST));
        // In a pipe a name stays in one piece, to be found and copied.
        let breaks = self.page.width.is_some();
        let text = self.page.glyphs.text(text);
        let lines = wrap(&text, width.saturating_sub(first.width().max(rest.width())), breaks);
        for (at, line) in lines.iter().enumerate() {
            self.line(&[(Role::Text, if at == 0 { first } else { rest }), (role, line)])?;
        }
        Ok(())
    }

    /// An entry of a list, set in: in a pipe it is one line, to be found and taken apart.
    pub(super) fn entry(&mut self, role: Role, text: &str) -> io::Result<()> {
        if self.page.width.is_some() {
            return self.wrapped(role, "  ", "    ", text);
        }
        let text = self.page.glyphs.text(text);
        self.line(&[(Role::Text, "  "), (role, &text)])
    }

    /// Styled pieces, and a sentence that is wrapped beside them.
    pub(super) fn beside(&mut self, pieces: &[(Role, &str)], text: &str) -> io::Result<()> {
        let margin: usize = pieces.iter().map(|(_, piece)| piece.width()).sum();
        let width = self.page.width.map_or(usize::MAX, |width| width.saturating_sub(margin));
        let text = self.page.glyphs.text(text);
        let lines = wrap(&text, width, true);
        for (at, line) in lines.iter().enumerate() {
            let space = " ".repeat(margin);
            let first = if at == 0 { pieces } else { &[(Role::Text, space.as_str())] };
            self.line(&[first, &[(Role::Text, line)]].concat())?;
        }
        Ok(())
    }

    /// A paragraph of its own, after an empty line.
    pub(super) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        self.blank()?;
        self.wrapped(Role::Text, "", "", text)
    }

    /// A name and its value, wrapped beside it.
    pub(super) fn field(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.wrapped(Role::Text, &format!("{name:<10} "), &" ".repeat(11), text)
    }

    /// What table it is, how large, and how far it was compacted.
    pub(super) fn facts(
        &mut self,
        table: &Table<'_>,
        compacted: Option<Revision>,
    ) -> io::Result<()> {
        let history = table.history;
        let current = history.current().unwrap_or_default();
        self.field("source", &printable(table.place()))?;
        let rows = count(history.len() as u64, "row");
        let keys = count(history.key_count() as u64, "key");
        self.field("table", &format!("{rows}, {keys} ({})", printable(table.kind)))?;
        let backlog = grouped(current.saturating_sub(compacted.unwrap_or_default()));
        let compacted = compacted.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
        self.field(
            "revisions",
            &format!("current {current}, compacted {compacted}, backlog {backlog}"),
        )?;
        self.made(table)
    }

    /// When the table was read, by what, and of which moment it is.
    pub(super) fn made(&mut self, table: &Table<'_>) -> io::Result<()> {
        table.made.map_or(Ok(()), |made| self.field("read", &made.words()))
    }

    /// What is not known of a table: said before anything that depends on it.
    pub(super) fn gaps(&mut self, table: &Table<'_>) -> io::Result<()> {
        const MOST: usize = 10;
        if table.is_whole() {
            return Ok(());
        }
        let warning = self.page.glyphs.of(Glyph::Warning);
        let first = format!("{warning} ");
        if let Some(part) = words::asked_for(table.history.profile()) {
            let text = format!("A PART OF THE TABLE, as asked for: {part}");
            self.wrapped(Role::Broken, &first, "  ", &text)?;
        }
        if let Some(error) = table.partial {
            let read = count(table.history.len() as u64, "row");
            let text = format!(
                "READ ONLY IN PART: {read}, then the reading failed: {} What follows holds for \
                 the rows that were read and may be wrong for the whole table.{}",
                sentence(&printable(&error.in_full())),
                error.what_to_do().map(|hint| format!(" {}", printable(hint))).unwrap_or_default()
            );
            self.wrapped(Role::Broken, &first, "  ", &text)?;
        }
        if table.unread_rows > 0 {
            let text = format!(
                "NOT UNDERSTOOD IN {}; what follows may be wrong:",
                count(table.unread_rows, "place").to_uppercase()
            );
            self.wrapped(Role::Broken, &first, "  ", &text)?;
            for unread in table.unread.iter().take(MOST) {
                let text = format!("{}: {}", unread.place, unread.why);
                self.wrapped(Role::Text, "  ", "    ", &printable(&text))?;
            }
            let more = table.unread_rows.saturating_sub(table.unread.len().min(MOST) as u64);
            if more > 0 {
                self.line(&[(Role::Dim, &format!("  and {} more", count(more, "place")))])?;
            }
        }
        self.blank()
    }
}

/// The text, with a full stop at its end.
pub(super) fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
