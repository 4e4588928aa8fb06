//! The help: the keys, made from the table that binds them, the signs, and the words.

use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use super::{Help, Page};
use crate::audit::Severity;
use crate::display::glossary::TERMS;
use crate::display::{Glyph, Glyphs, Role, Strip};
use crate::history::compaction::Effect;
use crate::history::{Absence, Standing};
use crate::text::{printable, wrap};
use crate::tui::app::App;
use crate::tui::keymap::{BINDINGS, Group};
use crate::tui::layout::Pane;
use crate::tui::palette::command::COMMANDS;

/// What the characters of the screen mean.
pub const SIGNS: &[(Glyph, &str)] = &[
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
    (Glyph::NotYet, "as of a revision: not yet written, or not there"),
    (Glyph::LiveGone, "as of a revision: live, at a revision that is gone"),
    (Glyph::Unknown, "unreadable; as of a revision: it cannot be told"),
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
    (Glyph::New, "while the table is followed: a row that has just come, or its key"),
    (Glyph::Gone, "while the table is followed: a row that a compaction has taken"),
    (Glyph::Strip(Strip::Removed), "a stretch of the table that is removed"),
    (Glyph::Strip(Strip::Survives), "a stretch of the table that survives"),
];

/// What the page is, and how to get to the other; or by which letters it is filtered.
pub(in crate::tui) fn title(app: &App) -> String {
    let (page, other) = match app.help.page {
        Page::Keys => ("Keys and signs", "words"),
        Page::Words => ("Words", "keys and signs"),
    };
    let page = match app.help.query.trim() {
        "" => page.to_owned(),
        query => format!("{page} found by {}", printable(query)),
    };
    let title = format!(" {page} (Tab: {other}) ");
    let fits = title.width() + 2 <= usize::from(app.size.width);
    if fits { title } else { format!(" {page} ") }
}

/// The page, in lines of a width: what has the letters that were typed.
pub(in crate::tui) fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    listed(app, &app.help, width)
}

/// How many lines the page has when everything is listed.
pub(in crate::tui) fn all_lines(app: &App, width: usize) -> usize {
    listed(app, &Help { page: app.help.page, query: String::new() }, width).len()
}

fn listed(app: &App, help: &Help, width: usize) -> Vec<Line<'static>> {
    let lines = match help.page {
        Page::Keys => keys(app, help, width),
        Page::Words => words(app, help, width),
    };
    if lines.is_empty() {
        let said = " Nothing here has these letters. Esc lists everything again.";
        let said = wrap(said, width, true).into_iter();
        return said
            .map(|line| Line::from(app.start.look.span(line.into_owned(), Role::Text)))
            .collect();
    }
    lines
}

fn keys(app: &App, help: &Help, width: usize) -> Vec<Line<'static>> {
    let glyphs: Glyphs = app.start.look.glyphs;
    let mut lines = Vec::new();
    // First what is of use where somebody is.
    let here = match app.subject() {
        Pane::List => Group::List,
        Pane::Chain | Pane::Detail => Group::Chain,
    };
    let others = Group::ALL.into_iter().filter(|group| *group != here);
    for group in std::iter::once(here).chain(others) {
        let bindings = BINDINGS.iter().filter(|binding| binding.group == group);
        let keymap = &app.start.preferences.keys;
        let bindings = bindings.map(|binding| (glyphs.keys(&keymap.label(binding)), binding.help));
        section(app, help, &mut lines, group.heading(), bindings, width);
    }
    let commands = COMMANDS.iter().filter(|command| command.binding.is_none());
    let commands = commands.map(|command| (format!(":{}", command.name), command.help));
    section(app, help, &mut lines, "Commands that have no key", commands, width);
    let signs = SIGNS.iter().map(|(glyph, meaning)| (glyphs.of(*glyph).to_string(), *meaning));
    section(app, help, &mut lines, "Signs", signs, width);
    lines
}

/// What has the letters, under a heading; nothing where nothing has.
fn section(
    app: &App,
    help: &Help,
    lines: &mut Vec<Line<'static>>,
    heading: &str,
    entries: impl Iterator<Item = (String, &'static str)>,
    width: usize,
) {
    let entries = entries.filter(|(what, meaning)| help.lists(&[what, meaning]));
    let mut entries = entries.peekable();
    if entries.peek().is_none() {
        return;
    }
    lines.push(Line::from(app.start.look.span(format!(" {heading}"), Role::Title)));
    entries.for_each(|(what, meaning)| push(app, lines, &what, meaning, width));
    lines.push(Line::default());
}

fn words(app: &App, help: &Help, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let said = |text: String, role| Line::from(app.start.look.span(text, role));
    for term in
        TERMS.iter().filter(|term| help.lists(&[term.name, term.meaning]) || help.lists(term.also))
    {
        let also = match term.also {
            [] => String::new(),
            also => format!(" (also: {})", also.join(", ")),
        };
        let name = format!("{}{also}", term.name);
        let name = wrap(&name, width.saturating_sub(2), true).into_iter();
        lines.extend(name.map(|line| said(format!(" {line}"), Role::Key)));
        let meaning = wrap(term.meaning, width.saturating_sub(4), true).into_iter();
        lines.extend(meaning.map(|line| said(format!("   {line}"), Role::Text)));
        lines.push(Line::default());
    }
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
