//! The list of keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::super::app::{App, Purpose};
use super::super::choice::{Filter, Sort};
use super::super::key_list::KeyList;
use super::super::layout::Pane;
use super::super::paint::{cut_start, span, style};
use crate::face::{Glyph, Role, escape, grouped, printable};
use crate::history::compaction::Effect;
use crate::history::{KeyId, Standing};

/// Draws the list.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let list = &app.keys;
    let mut title = vec![span(app, " Keys ", Role::Title)];
    if !list.query.value().is_empty() {
        let prompt = app.prompt.as_ref().is_some_and(|it| it.purpose == Purpose::Find);
        let cursor = if prompt { app.start.glyphs.of(Glyph::Cursor) } else { ' ' };
        let query = printable(list.query.value());
        let query = app.start.glyphs.name(&query);
        title.push(span(app, format!("/{query}{cursor}"), Role::Match));
    }
    if list.filter != Filter::All {
        title.push(span(app, format!("{} only ", list.filter.name()), Role::Match));
    }
    if list.sort != Sort::Name {
        title.push(span(app, format!("by {} ", list.sort.name()), Role::Dim));
    }
    let count = format!(
        " {}/{} ",
        grouped(list.shown.len() as u64),
        grouped(app.history.key_count() as u64)
    );
    let block = super::block(app, Pane::List, Line::from(title), count);
    let inner = block.inner(area);
    frame.render_widget(block, area);

    let height = usize::from(inner.height);
    let top = super::window(list.cursor, list.shown.len(), height);
    let shown = list.shown.iter().enumerate().skip(top).take(height);
    let rows_width = shown
        .clone()
        .map(|(_, &key)| grouped(app.history.key(key).rows.into()).len())
        .max()
        .unwrap_or(1);
    let lines = shown.map(|(place, &key)| {
        line(app, key, usize::from(inner.width), rows_width).style(super::selection(
            app,
            Pane::List,
            place == list.cursor,
        ))
    });
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}

/// ` ☠ ✗ /registry/minions/node-02   103 `
fn line(app: &App, id: KeyId, width: usize, rows_width: usize) -> Line<'static> {
    let glyphs = app.start.glyphs;
    let (mark, mark_role) = mark(app, id);
    let (state, state_role) = state(app, id);
    let rows = grouped(app.history.key(id).rows.into());
    let room = width.saturating_sub(5 + 1 + rows_width + 1);
    let name = escape(app.history.name(id));
    let name = glyphs.name(&name);
    let (text, gone, marks) = cut_start(&name, room, glyphs);
    let mut spans = vec![
        Span::raw(" "),
        span(app, mark.to_string(), mark_role),
        Span::raw(" "),
        span(app, state.to_string(), state_role),
        Span::raw(" "),
    ];
    let used = text.width();
    spans.extend(highlighted(app, &name, text, gone, marks));
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
    spans.push(span(app, format!(" {rows:>rows_width$} "), Role::Dim));
    Line::from(spans)
}

/// What a compaction does to the key, what is damaged, or the worst that the audit found.
fn mark(app: &App, id: KeyId) -> (char, Role) {
    let glyphs = app.start.glyphs;
    let effect = app.foreseen().and_then(|preview| preview.effect_on(id));
    if let Some(effect) = effect {
        let role = match effect.effect {
            Effect::Resurrected => Role::Resurrected,
            Effect::Reverted => Role::Reverted,
            Effect::Lost => Role::Lost,
        };
        return (glyphs.of(Glyph::Effect(effect.effect)), role);
    }
    if app.history.key(id).forks > 0 {
        (glyphs.of(Glyph::Fork), Role::Fork)
    } else if let Some(severity) = app.audit.worst(id) {
        (glyphs.of(Glyph::Severity(severity)), Role::Severity(severity))
    } else if KeyList::is_damaged(&app.history, id) {
        (glyphs.of(Glyph::Warning), Role::Broken)
    } else {
        (' ', Role::Text)
    }
}

/// What the key is now.
fn state(app: &App, id: KeyId) -> (char, Role) {
    let standing = app.history.key(id).newest.map(|at| app.history.standing(at));
    let Some(standing) = standing else { return (' ', Role::Text) };
    let role = match standing {
        Standing::Live => Role::Live,
        Standing::Deleted => Role::Tombstone,
        Standing::Gap | Standing::Mark => Role::Internal,
        _ => Role::Broken,
    };
    (app.start.glyphs.of(Glyph::Standing(standing)), role)
}

/// A name with the letters that were looked for set off. `gone` characters of it were cut off, and
/// `marks` stand for them.
fn highlighted(
    app: &App,
    name: &str,
    text: String,
    gone: usize,
    marks: usize,
) -> Vec<Span<'static>> {
    let Some(search) = &app.keys.search else { return vec![Span::raw(text)] };
    let found = search.indices(name);
    let mut spans: Vec<Span<'static>> = Vec::new();
    let lit = style(app.start.theme, Role::Match);
    for (at, char) in text.chars().enumerate() {
        let is_match = at >= marks && found.contains(&(at - marks + gone));
        let wanted = if is_match { lit } else { ratatui::style::Style::new() };
        match spans.last_mut() {
            Some(last) if last.style == wanted => last.content.to_mut().push(char),
            _ => spans.push(Span::styled(char.to_string(), wanted)),
        }
    }
    spans
}
