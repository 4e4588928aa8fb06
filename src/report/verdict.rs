//! The verdict, first in every report: what becomes of keys in the end, whatever the target.

use std::io;

use super::Table;
use super::pen::Pen;
use super::preview::EFFECTS;
use crate::face::{Glyph, Role, escape, words};
use crate::history::compaction::{Effect, KeyEffect, Prospect, Verdict};
use crate::history::{History, KeyId};

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
        let line = format!("{}  changes at {turns}", escape(history.name(key)));
        pen.wrapped(Role::Text, "  ", "    ", &line)?;
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
pub(super) fn passing(history: &History, verdict: &Verdict) -> Vec<(KeyId, String)> {
    let mut keys: Vec<KeyId> = verdict
        .turns
        .iter()
        .map(|turn| turn.key)
        .filter(|&key| verdict.prospect(key) == Prospect::Flickers)
        .collect();
    keys.sort_unstable_by_key(|&key| history.name(key));
    keys.dedup();
    keys.into_iter().map(|key| (key, words::revisions(verdict.turns_of(key)))).collect()
}
