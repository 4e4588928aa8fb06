//! The list of keys, made from the table that binds them.

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use crate::audit::Severity;
use crate::display::{Glyph, Glyphs, Role, Strip};
use crate::history::compaction::Effect;
use crate::history::{Absence, Standing};
use crate::text::wrap;
use crate::tui::keymap::{BINDINGS, Group};

/// What the characters of the screen mean.
const SIGNS: &[(Glyph, &str)] = &[
    (Glyph::Standing(Standing::Live), "live: the newest row of its key"),
    (
        Glyph::Standing(Standing::Superseded),
        "superseded: not the newest, and compaction removes it",
    ),
    (Glyph::Tombstone, "tombstone: the key was deleted"),
    (
        Glyph::Standing(Standing::Forgotten),
        "forgotten: not the newest, and no compaction removes it",
    ),
    (Glyph::Effect(Effect::Resurrected), "resurrected: deleted now, live after compaction"),
    (Glyph::Effect(Effect::Reverted), "reverted: live at an older revision after compaction"),
    (Glyph::Effect(Effect::Lost), "lost: live now, gone after compaction"),
    (Glyph::Absent(Absence::Compacted), "a predecessor that is not in the table"),
    (Glyph::Absent(Absence::Broken), "a predecessor that is missing: a broken link"),
    (Glyph::Foreign, "a row of another key that is linked to this one"),
    (Glyph::Standing(Standing::Gap), "a gap row"),
    (Glyph::Standing(Standing::Mark), "compact_rev_key, which holds the compact revision"),
    (Glyph::Fork, "a key with a fork"),
    (Glyph::Severity(Severity::Error), "error, found by the audit: data is wrong, or will be"),
    (Glyph::Severity(Severity::Warning), "warning, found by the audit: it may hurt later"),
    (Glyph::Severity(Severity::Info), "info: worth knowing"),
    (Glyph::Strip(Strip::Removed), "a stretch of the table that is removed"),
    (Glyph::Strip(Strip::Survives), "a stretch of the table that survives"),
];

/// The list, in lines of a width.
pub(in crate::tui) fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let glyphs: Glyphs = app.start.look.glyphs;
    let mut lines = Vec::new();
    for group in Group::ALL {
        lines.push(Line::from(app.start.look.span(format!(" {}", group.heading()), Role::Title)));
        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
            push(app, &mut lines, &glyphs.keys(binding.label), binding.help, width);
        }
        lines.push(Line::default());
    }
    lines.push(Line::from(app.start.look.span(" Signs", Role::Title)));
    for (glyph, meaning) in SIGNS {
        push(app, &mut lines, &glyphs.of(*glyph).to_string(), meaning, width);
    }
    lines.push(Line::default());
    lines
}

/// What something means, beside it.
fn push(app: &App, lines: &mut Vec<Line<'static>>, what: &str, meaning: &str, width: usize) {
    let mut what = format!("   {what:<10}");
    for part in wrap(meaning, width.saturating_sub(what.width() + 1), true) {
        let beside = " ".repeat(what.width());
        lines.push(Line::from(vec![
            app.start.look.span(std::mem::replace(&mut what, beside), Role::Key),
            app.start.look.span(part.into_owned(), Role::Text),
        ]));
    }
}
