//! One line of a chain in words: what stands beside its lanes.

use super::past::{Past, RowThen};
use super::{Glyph, Glyphs, Role};
use crate::history::compaction::{Effect, KeyEffect, Plan};
use crate::history::lanes::Item;
use crate::history::{Absence, History, KeyId, Kind, Link, RowIx, Standing, Unknown};
use crate::text::{escape, grouped};

/// What a picture is drawn of.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    /// The rows.
    pub history: &'a History,
    /// The compaction that is looked at, if one is.
    pub plan: Option<&'a Plan>,
    /// What that does to the key.
    pub effect: Option<KeyEffect>,
    /// Whether it is said which batch removes a row.
    pub batches: bool,
    /// The moment that is looked at, if that is not the present. Then there is no compaction.
    pub past: Option<Past>,
}

impl<'a> Shown<'a> {
    /// A table as it is.
    pub const fn of(history: &'a History) -> Self {
        Self { history, plan: None, effect: None, batches: false, past: None }
    }
}

/// What stands beside the lanes of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The character of the line's node.
    pub glyph: Glyph,
    /// Its colour.
    pub role: Role,
    /// The revision, or nothing.
    pub id: String,
    /// What the row was written for, or what the line is.
    pub what: String,
    /// What is odd about the row; empty for most.
    pub note: String,
    /// What the row is now, or what becomes of it.
    pub fate: String,
    /// The colour of that.
    pub fate_role: Role,
}

impl Label {
    /// The label of a line.
    pub fn of(shown: &Shown<'_>, item: Item) -> Self {
        match item {
            Item::Row(at) => row(shown, at),
            Item::Foreign(at) => foreign(shown, at),
            Item::Absent(id, why) => absent(shown, id, why),
            Item::Fold { newest, rows, .. } => {
                let (fate, fate_role) = fate(shown, newest);
                Self {
                    glyph: Glyph::Ellipsis,
                    role: Role::Dim,
                    id: String::new(),
                    what: format!("{} more", grouped(rows as u64)),
                    note: String::new(),
                    fate,
                    fate_role,
                }
            }
        }
    }

    /// The character of the line's node.
    pub const fn char(&self, glyphs: Glyphs) -> char {
        glyphs.of(self.glyph)
    }
}

fn row(shown: &Shown<'_>, at: RowIx) -> Label {
    let history = shown.history;
    let (glyph, role) = node(shown, at);
    let (fate, fate_role) = fate(shown, at);
    Label {
        glyph,
        role,
        id: history.id(at).to_string(),
        what: kind(history.kind(at)).to_owned(),
        note: note(history, at),
        fate,
        fate_role,
    }
}

/// The glyph and colour of a row.
fn node(shown: &Shown<'_>, at: RowIx) -> (Glyph, Role) {
    let history = shown.history;
    if let Some(past) = shown.past {
        return node_then(history, past.row_then(history, at), at);
    }
    if let Some(effect) = shown.effect.filter(|effect| becomes_current(effect, at)) {
        return match effect.effect {
            Effect::Resurrected => (Glyph::Effect(effect.effect), Role::Resurrected),
            Effect::Reverted => (Glyph::Effect(effect.effect), Role::Reverted),
            Effect::Lost => (Glyph::Standing(history.standing(at)), Role::Lost),
        };
    }
    node_of(history.standing(at), history.kind(at) == Kind::Delete)
}

/// The glyph and colour of a row that stands so.
const fn node_of(standing: Standing, tombstone: bool) -> (Glyph, Role) {
    match standing {
        Standing::Live => (Glyph::Standing(standing), Role::Live),
        Standing::Forgotten => (Glyph::Standing(standing), Role::Fork),
        _ if tombstone => (Glyph::Tombstone, Role::Tombstone),
        Standing::Superseded => (Glyph::Standing(standing), Role::Superseded),
        Standing::Deleted => (Glyph::Standing(standing), Role::Tombstone),
        Standing::Unreadable | Standing::Nameless => (Glyph::Standing(standing), Role::Broken),
        Standing::Gap | Standing::Mark => (Glyph::Standing(standing), Role::Internal),
    }
}

/// The glyph and colour of a row at a moment.
fn node_then(history: &History, then: RowThen, at: RowIx) -> (Glyph, Role) {
    match then {
        RowThen::NotYet => (Glyph::NotYet, Role::Dim),
        RowThen::Unknown => (Glyph::Unknown, Role::Broken),
        RowThen::Was(standing) => node_of(standing, history.kind(at) == Kind::Delete),
    }
}

fn becomes_current(effect: &KeyEffect, at: RowIx) -> bool {
    effect.after.is_some_and(|after| after.row == at)
}

/// What a row is now, or, with a plan, what becomes of it.
fn fate(shown: &Shown<'_>, at: RowIx) -> (String, Role) {
    let history = shown.history;
    if let Some(past) = shown.past {
        let (word, role) = match past.row_then(history, at) {
            RowThen::NotYet => ("not yet", Role::Dim),
            RowThen::Unknown => ("unknown", Role::Broken),
            RowThen::Was(standing) => standing_word(standing),
        };
        return (word.to_owned(), role);
    }
    let Some(plan) = shown.plan else {
        let (word, role) = standing_word(history.standing(at));
        return (word.to_owned(), role);
    };
    if !plan.survives(at) {
        let newest = shown.effect.is_some_and(|effect| effect.before.row == at);
        return match shown.effect.map(|effect| effect.effect) {
            Some(Effect::Lost) if newest => ("REMOVED → lost".to_owned(), Role::Lost),
            Some(Effect::Reverted) if newest => ("REMOVED".to_owned(), Role::Reverted),
            _ => match plan.batch_of(at).filter(|_| shown.batches) {
                Some(batch) => (format!("removed, batch {}", grouped(batch.number)), Role::Removed),
                None => ("removed".to_owned(), Role::Removed),
            },
        };
    }
    if let Some(effect) = shown.effect.filter(|effect| becomes_current(effect, at)) {
        return match effect.effect {
            Effect::Resurrected => ("SURVIVES → live".to_owned(), Role::Resurrected),
            Effect::Reverted => ("SURVIVES → current".to_owned(), Role::Reverted),
            Effect::Lost => ("survives".to_owned(), Role::Survives),
        };
    }
    if history.standing(at) == Standing::Forgotten {
        return ("SURVIVES".to_owned(), Role::Fork);
    }
    ("survives".to_owned(), Role::Survives)
}

/// What a row is, in a word.
const fn standing_word(standing: Standing) -> (&'static str, Role) {
    match standing {
        Standing::Live => ("live", Role::Live),
        Standing::Deleted => ("deleted", Role::Tombstone),
        Standing::Superseded => ("superseded", Role::Dim),
        Standing::Forgotten => ("FORGOTTEN", Role::Fork),
        Standing::Unreadable => ("UNREADABLE", Role::Broken),
        Standing::Nameless => ("NO NAME", Role::Broken),
        Standing::Gap => ("gap", Role::Internal),
        Standing::Mark => ("", Role::Internal),
    }
}

/// What is odd about where a row points.
fn note(history: &History, at: RowIx) -> String {
    let key = history.key_at(at);
    match history.link(at) {
        Link::Itself => "points at itself".to_owned(),
        Link::Forward(prev) => format!("points forward to {}", history.id(prev)),
        Link::Ahead(prev) => format!("points forward to {prev}, missing"),
        Link::Present(prev) if history.key_at(prev) != key => {
            format!("points at another key's {}", history.id(prev))
        }
        _ if history.is_mark(at) => match history.row(at).prev_revision {
            Some(compacted) => format!("compacted to {compacted}"),
            None => "prev_revision is NULL".to_owned(),
        },
        _ => String::new(),
    }
}

fn foreign(shown: &Shown<'_>, at: RowIx) -> Label {
    let (fate, fate_role) = fate(&Shown { effect: None, ..*shown }, at);
    Label {
        glyph: Glyph::Foreign,
        role: Role::Broken,
        id: shown.history.id(at).to_string(),
        what: kind(shown.history.kind(at)).to_owned(),
        note: format!("of {}", name(shown.history, shown.history.key_at(at))),
        fate,
        fate_role,
    }
}

fn absent(shown: &Shown<'_>, id: u64, why: Absence) -> Label {
    let fate = shown.past.and_then(|past| past.gone_then(id)).unwrap_or(("", Role::Dim));
    let (what, role) = match why {
        Absence::Compacted => ("compacted away", Role::Dim),
        Absence::Broken => ("MISSING: broken link", Role::Broken),
        Absence::Unexplained(Unknown::Part) => ("not read", Role::Dim),
        Absence::Unexplained(_) => ("not in this table", Role::Dim),
    };
    Label {
        glyph: Glyph::Absent(why),
        role,
        id: id.to_string(),
        what: what.to_owned(),
        note: String::new(),
        fate: fate.0.to_owned(),
        fate_role: fate.1,
    }
}

/// A kind in a word or two.
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Create => "create",
        Kind::Update => "update",
        Kind::Delete => "delete",
        Kind::Gap => "gap",
        Kind::Mark => "compact revision",
    }
}

/// A key's name, safe to print.
pub(super) fn name(history: &History, key: Option<KeyId>) -> String {
    match key {
        Some(key) => escape(history.name(key)).into_owned(),
        None => "a row whose name is NULL".to_owned(),
    }
}
