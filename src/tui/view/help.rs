//! The list of keys, made from the table that binds them.

use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::keys::{BINDINGS, Group};
use super::super::paint::span;
use crate::audit::Severity;
use crate::face::{Glyph, Glyphs, Role, Strip};
use crate::history::compaction::Effect;
use crate::history::{Absence, Standing};

/// What the characters of the screen mean.
const SIGNS: &[(Glyph, &str)] = &[
    (Glyph::Standing(Standing::Live), "live: the newest row of its key"),
    (Glyph::Standing(Standing::Superseded), "superseded: another row points at it"),
    (Glyph::Tombstone, "tombstone: the key was deleted"),
    (Glyph::Standing(Standing::Orphaned), "forgotten: not the newest, and nobody points at it"),
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

/// The list.
pub(super) fn lines(app: &App) -> Vec<Line<'static>> {
    let glyphs: Glyphs = app.start.glyphs;
    let mut lines = Vec::new();
    for group in Group::ALL {
        lines.push(Line::from(span(app, format!(" {}", group.heading()), Role::Title)));
        for binding in BINDINGS.iter().filter(|binding| binding.group == group) {
            let label = glyphs.keys(binding.label);
            lines.push(Line::from(vec![
                Span::raw("   "),
                span(app, format!("{label:<10}"), Role::Key),
                span(app, binding.help, Role::Text),
            ]));
        }
        lines.push(Line::default());
    }
    lines.push(Line::from(span(app, " Signs", Role::Title)));
    for (glyph, meaning) in SIGNS {
        lines.push(Line::from(vec![
            Span::raw("   "),
            span(app, format!("{:<10}", glyphs.of(*glyph)), Role::Key),
            span(app, *meaning, Role::Text),
        ]));
    }
    lines.push(Line::default());
    lines
}
