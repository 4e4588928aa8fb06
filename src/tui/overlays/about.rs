//! What is known of the table as a whole: the verdict, who compacts it, and what was read.

use ratatui::text::Line;

use super::super::app::App;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::Verdict;
use crate::text::{count, escape, printable, utc, wrap};
use crate::tui::panes::findings::Extent;
use crate::tui::{live, reload, trial};

/// The page, in lines of a width.
pub(in crate::tui) fn lines(app: &App, width: usize) -> Vec<Line<'static>> {
    let history = &app.table.history;
    let mut lines = Vec::new();
    let verdict = app.audit.verdict.as_ref().filter(|_| !history.is_empty());
    let is_whole = app.extent() == Extent::Whole;
    let said = match verdict {
        Some(_) => app.audit.told(history, is_whole).unwrap_or_default().to_owned(),
        None => "Not known yet: the table is being read.".to_owned(),
    };
    let tried = trial::view::told(app);
    if !tried.is_empty() {
        section(app, &mut lines, width, "What the trial changes", &tried);
    }
    if let Some(watch) = app.start.watch {
        section(app, &mut lines, width, "What to look at", &[watch.to_owned()]);
    }
    let outcome = live::view::outcome(app);
    if !outcome.is_empty() {
        section(app, &mut lines, width, "What the last compaction did", &outcome);
    }
    section(app, &mut lines, width, "What becomes of keys in the end", &[said]);
    if let Some(verdict) = verdict {
        changes(app, &mut lines, width, verdict);
    }
    if let Some(outlook) = app.audit.outlook.as_ref().filter(|_| !history.is_empty()) {
        let said = words::compactor(history, outlook);
        section(app, &mut lines, width, "Who compacts", &said);
    }
    let rows = count(history.len() as u64, "row");
    let keys = count(history.key_count() as u64, "key");
    let at =
        app.table.opened.moment.at.map_or_else(String::new, |at| format!(", as of {}", utc(at)));
    let mut read =
        vec![format!("{}, {}{at}: {rows}, {keys}.", app.start.label, app.table.opened.kind)];
    read.extend(reload::failed(app));
    read.extend(words::asked_for(history.profile()));
    read.extend(app.table.opened.notes.iter().cloned());
    section(app, &mut lines, width, "What was read", &read);
    lines
}

/// Each key that changes, as long as they are not so many that the list of keys by trouble is the place
/// to look at.
fn changes(app: &App, lines: &mut Vec<Line<'static>>, width: usize, verdict: &Verdict) {
    const MANY: usize = 100;
    let mut said: Vec<String> = Vec::new();
    if verdict.changes.len() + verdict.waiting.len() > MANY {
        said.push("s sorts the keys by trouble: those that change come first.".to_owned());
    } else {
        let mut changes: Vec<_> = verdict.changes.iter().collect();
        changes.sort_by_key(|change| (change.effect, app.table.history.name(change.key)));
        said.extend(changes.into_iter().map(|change| {
            let glyph = app.start.look.glyphs.of(Glyph::Effect(change.effect));
            let name = escape(app.table.history.name(change.key));
            format!("{glyph} {name}  {}", words::path(&app.table.history, verdict.whole(), change))
        }));
        let mut waiting: Vec<_> = verdict.waiting.iter().collect();
        waiting.sort_by_key(|waiting| app.table.history.name(waiting.key));
        said.extend(waiting.into_iter().map(|waits| {
            let glyph = app.start.look.glyphs.of(Glyph::Fork);
            let name = escape(app.table.history.name(waits.key));
            format!("{glyph} {name}  {}", words::would_return(waits))
        }));
    }
    if said.is_empty() {
        return;
    }
    lines.pop();
    section_lines(app, lines, width, &said);
    lines.push(Line::default());
}

fn section(app: &App, lines: &mut Vec<Line<'static>>, width: usize, title: &str, said: &[String]) {
    lines.push(Line::from(app.start.look.span(format!(" {title}"), Role::Title)));
    section_lines(app, lines, width, said);
    lines.push(Line::default());
}

fn section_lines(app: &App, lines: &mut Vec<Line<'static>>, width: usize, said: &[String]) {
    for paragraph in said {
        let text = app.start.look.glyphs.text(&printable(paragraph));
        for line in wrap(&text, width.saturating_sub(4), true) {
            lines.push(Line::from(app.start.look.span(format!("   {line}"), Role::Text)));
        }
    }
}
