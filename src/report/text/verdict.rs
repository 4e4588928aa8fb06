//! The verdict, first in every report.

use std::io;

use super::pen::Pen;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::{Effect, Prospect, Verdict};
use crate::report::Table;
use crate::report::verdict::{MOST, changes, more, passing, waiting};
use crate::text::escape;

/// Writes the verdict: in a sentence or a few, and every key that changes.
pub(super) fn text(pen: &mut Pen<'_>, table: &Table<'_>, verdict: &Verdict) -> io::Result<()> {
    let history = table.history;
    let said = words::verdict(history, verdict, table.is_whole());
    pen.wrapped(role(verdict), "", "", &said)?;
    for change in changes(history, verdict) {
        let glyph = pen.page.glyphs.of(Glyph::Effect(change.effect));
        let what = pen.page.glyphs.text(&words::path(history, verdict.whole(), change));
        let line = format!("{}  {what}", escape(history.name(change.key)));
        pen.wrapped(Role::Text, &format!("{glyph} "), "    ", &line)?;
    }
    for (key, turns) in passing(history, verdict) {
        let name = escape(history.name(key));
        let line = format!("{name}  changes at {}", words::revisions(turns));
        pen.wrapped(Role::Text, "  ", "    ", &line)?;
    }
    let waiting = waiting(history, verdict);
    for waits in waiting.iter().take(MOST) {
        let glyph = pen.page.glyphs.of(Glyph::Fork);
        let line = format!("{}  {}", escape(history.name(waits.key)), words::would_return(waits));
        pen.wrapped(Role::Text, &format!("{glyph} "), "    ", &line)?;
    }
    if let Some(more) = more(&waiting) {
        pen.wrapped(Role::Dim, "  ", "  ", &more)?;
    }
    pen.blank()
}

/// The colour of the verdict.
fn role(verdict: &Verdict) -> Role {
    match verdict.worst() {
        Prospect::Changes(Effect::Resurrected) => Role::Resurrected,
        Prospect::Changes(Effect::Lost) | Prospect::Flickers => Role::Lost,
        Prospect::Changes(Effect::Reverted) => Role::Reverted,
        Prospect::Waits => Role::Fork,
        Prospect::Stays => Role::Title,
    }
}
