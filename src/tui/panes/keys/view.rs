//! The list of keys.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::filter::{Filter, Sort};
use crate::display::{Glyph, Role, then_sign, words};
use crate::history::compaction::{Effect, Prospect};
use crate::history::{KeyId, Kind, Standing, Then};
use crate::text::{escape, grouped, wrap};
use crate::tui::app::App;
use crate::tui::find::Within;
use crate::tui::find::view::found_by;
use crate::tui::layout::Pane;
use crate::tui::panes::Listing;
use crate::tui::style::window;

/// Draws the list.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let list = &app.keys;
    let title = match &app.moment {
        Some(moment) => format!(" Keys at {} ", moment.replay.revision()),
        None => " Keys ".to_owned(),
    };
    let mut title = vec![app.start.look.span(title, Role::Title)];
    // Which keys, and in which order: "Keys found by pods", "Keys affected, by trouble".
    let mut parts = Vec::new();
    parts.extend(found_by(app, Within::List(Listing::Keys), list.query.value()));
    // What the audit says is of the present.
    let now = if app.moment.is_some() { " now" } else { "" };
    if list.filter != Filter::All {
        parts.push(app.start.look.span(format!("{}{now}", list.filter.title()), Role::Match));
    }
    if list.sort != Sort::Name {
        parts.push(app.start.look.span(format!("by {}{now}", list.sort.name()), Role::Dim));
    }
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            title.push(app.start.look.span(", ", Role::Dim));
        }
        title.push(part);
    }
    if title.len() > 1 {
        title.push(Span::raw(" "));
    }
    let count = format!(
        " {}/{} ",
        grouped(list.shown.len() as u64),
        grouped(app.table.history.key_count() as u64)
    );
    let block = app.start.look.block(app.focus == Pane::List, Line::from(title), count);
    let inner = block.inner(area);
    frame.render_widget(block, area);

    if list.shown.is_empty() {
        let text = nothing(app);
        let lines = wrap(&text, usize::from(inner.width).saturating_sub(2), true);
        let lines = lines
            .into_iter()
            .map(|line| Line::from(app.start.look.span(format!(" {line}"), Role::Dim)));
        frame.render_widget(lines.collect::<Text<'_>>(), inner);
        return;
    }
    let height = usize::from(inner.height);
    let top = window(list.cursor, list.shown.len(), height);
    let shown = list.shown.iter().enumerate().skip(top).take(height);
    let rows_width = shown
        .clone()
        .filter(|(_, key)| !is_written(app, **key))
        .map(|(_, &key)| beside(app, key).0.width())
        .max()
        .unwrap_or(1);
    let lines = shown.map(|(place, &key)| {
        let line = line(app, key, usize::from(inner.width), rows_width);
        app.start.look.bar(line, app.focus == Pane::List, place == list.cursor)
    });
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}

/// Why no key is listed.
fn nothing(app: &App) -> String {
    let list = &app.keys;
    let waited = app.reading_for.as_secs();
    if app.reading.is_on() && app.table.history.is_empty() && app.table.entries == 0 && waited > 0 {
        return format!(
            "Waiting for the first row, {waited} s. S shows what was sent to the server; Esc gives \
             up."
        );
    }
    if app.is_listing() || app.is_searching() || app.table.history.key_count() == 0 {
        return String::new();
    }
    match list.filter {
        _ if !list.query.value().is_empty() => {
            "No listed key has these letters. Esc lists them again."
        }
        Filter::Findings | Filter::Rule(_) if !app.audit.is_final() => "No findings so far.",
        Filter::Findings => {
            "No error or warning concerns a key. a lists what the audit found; Esc lists every \
             key."
        }
        Filter::Affected if app.foreseen().is_none() => "",
        Filter::Affected => "This compaction changes no key's state. Esc lists every key.",
        Filter::All | Filter::Rule(_) => "",
    }
    .to_owned()
}

/// ` ☠ ✗ /registry/minions/node-02   103 `
fn line(app: &App, id: KeyId, width: usize, rows_width: usize) -> Line<'static> {
    let glyphs = app.start.look.glyphs;
    let (mark, mark_role) = mark(app, id);
    let (state, state_role) = state(app, id);
    let (rows, rows_role) = beside(app, id);
    let rows_width = rows_width.max(rows.width());
    let room = width.saturating_sub(5 + 1 + rows_width + 1);
    let name = escape(app.table.history.name(id));
    let name = glyphs.name(&name);
    let (text, gone, marks) = glyphs.cut_start(&name, room);
    let newest = app.table.history.key(id).newest.map(|at| app.table.history.id(at));
    let is_new = newest.is_some_and(|id| app.live.is_new(id));
    let mut spans = vec![
        app.start.look.start_of(is_new),
        app.start.look.span(mark.to_string(), mark_role),
        Span::raw(" "),
        app.start.look.span(state.to_string(), state_role),
        Span::raw(" "),
    ];
    let used = text.width();
    spans.extend(highlighted(app, &name, text, gone, marks));
    spans.push(Span::raw(" ".repeat(room.saturating_sub(used))));
    spans.push(app.start.look.span(format!(" {rows:>rows_width$} "), rows_role));
    Line::from(spans)
}

/// What stands beside a key: how many rows it has, or at a moment, at which revision it was; of the key that
/// was written then, what for.
fn beside(app: &App, id: KeyId) -> (String, Role) {
    let history = &app.table.history;
    let Some(moment) = &app.moment else {
        return (grouped(history.key(id).rows.into()), Role::Dim);
    };
    let replay = &moment.replay;
    if is_written(app, id) {
        let kind = match replay.written(history).map(|at| history.kind(at)) {
            Some(Kind::Mark) => String::new(),
            Some(kind) => format!("{} ", words::kind_word(kind)),
            None => "gone ".to_owned(),
        };
        return (format!("{kind}{}", replay.revision()), Role::Match);
    }
    let said = match replay.state(history, id) {
        Then::Live(version) | Then::Deleted(version) => version.revision(history).to_string(),
        Then::LiveUnseen { before, .. } => format!("<{before}"),
        Then::Absent | Then::Unknown(_) => String::new(),
    };
    (said, Role::Dim)
}

/// Whether the key was written at the moment that is looked at.
fn is_written(app: &App, id: KeyId) -> bool {
    app.moment.as_ref().is_some_and(|it| it.replay.changed(&app.table.history).contains(&id))
}

/// What a compaction does to the key, a fork, or the worst that the audit found; at a moment, whether it was
/// written then.
pub(in crate::tui) fn mark(app: &App, id: KeyId) -> (char, Role) {
    let glyphs = app.start.look.glyphs;
    if app.moment.is_some() {
        let sign = if is_written(app, id) { glyphs.of(Glyph::Arrow) } else { ' ' };
        return (sign, Role::Match);
    }
    let role = |effect| match effect {
        Effect::Resurrected => Role::Resurrected,
        Effect::Reverted => Role::Reverted,
        Effect::Lost => Role::Lost,
    };
    let now = app.foreseen().and_then(|foreseen| foreseen.effect(id));
    match (now, app.audit.prospect(id)) {
        (Some(effect), _) => return (glyphs.of(Glyph::Effect(effect)), role(effect)),
        // In the end, and not at the target that is looked at.
        (None, Prospect::Changes(effect)) => {
            let role = if app.preview.is_some() { Role::Dim } else { role(effect) };
            return (glyphs.of(Glyph::Effect(effect)), role);
        }
        (None, _) => {}
    }
    if app.table.history.key(id).forks > 0 {
        (glyphs.of(Glyph::Fork), Role::Fork)
    } else if let Some(severity) = app.audit.worst(id) {
        (glyphs.of(Glyph::Severity(severity)), Role::Severity(severity))
    } else {
        (' ', Role::Text)
    }
}

/// What the key is now, or at the moment that is looked at.
pub(in crate::tui) fn state(app: &App, id: KeyId) -> (char, Role) {
    if let Some(past) = app.past_of(id)
        && (past.row.is_none() || app.table.history.is_of_cluster(id))
    {
        let (glyph, role) = then_sign(past.then);
        return (app.start.look.glyphs.of(glyph), role);
    }
    let standing = app.table.history.key(id).newest.map(|at| app.table.history.standing(at));
    let Some(standing) = standing else { return (' ', Role::Text) };
    let role = match standing {
        Standing::Live => Role::Live,
        Standing::Deleted => Role::Tombstone,
        Standing::Gap | Standing::Mark => Role::Internal,
        _ => Role::Broken,
    };
    (app.start.look.glyphs.of(Glyph::Standing(standing)), role)
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
    let lit = app.start.look.style(Role::Match);
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
