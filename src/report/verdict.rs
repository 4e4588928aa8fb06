//! The verdict, first in every report: what becomes of keys in the end, whatever the target.

use std::io;

use super::Table;
use super::pen::Pen;
use super::preview::EFFECTS;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::{Effect, KeyEffect, Prospect, Verdict, Waiting};
use crate::history::{History, KeyId, Revision};
use crate::text::{escape, grouped};

/// Writes the verdict: in a sentence or a few, and every key that changes.
pub(super) fn text(pen: &mut Pen<'_>, table: &Table<'_>, verdict: &Verdict) -> io::Result<()> {
    let history = table.history;
    let said = words::verdict(history, verdict, table.is_whole());
    pen.wrapped(role(verdict), "", "", &said)?;
    for change in changes(history, verdict) {
        let glyph = pen.page.glyphs.of(Glyph::Effect(change.effect));
        let what = pen.page.glyphs.text(&words::path(change));
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

/// How many of the keys that wait are listed where not all are: nothing happens to them as long as
/// nobody deletes them.
pub(super) const MOST: usize = 10;

/// How many keys that wait are not listed.
pub(super) fn more(waiting: &[&Waiting]) -> Option<String> {
    let more = waiting.len().saturating_sub(MOST) as u64;
    (more > 0).then(|| format!("and {} more that wait (--format json lists all)", grouped(more)))
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

/// The keys that change in the end, the worst first, each sort by name.
pub(super) fn changes<'a>(history: &'a History, verdict: &'a Verdict) -> Vec<&'a KeyEffect> {
    let by_name = |effect: Effect| {
        let mut keys: Vec<&KeyEffect> = verdict.with(effect).collect();
        keys.sort_unstable_by_key(|change| history.name(change.key));
        keys
    };
    EFFECTS.into_iter().flat_map(by_name).collect()
}

/// The keys that change at some target and not in the end, by name, and the targets.
pub(super) fn passing(history: &History, verdict: &Verdict) -> Vec<(KeyId, Vec<Revision>)> {
    let mut keys = verdict.passing();
    keys.sort_unstable_by_key(|&(key, _)| history.name(key));
    keys
}

/// The live keys that would come back if they were deleted, by name.
pub(super) fn waiting<'a>(history: &'a History, verdict: &'a Verdict) -> Vec<&'a Waiting> {
    let mut keys: Vec<&Waiting> = verdict.waiting.iter().collect();
    keys.sort_unstable_by_key(|waiting| history.name(waiting.key));
    keys
}
