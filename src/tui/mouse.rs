//! What the mouse does: the wheel moves, a click selects, a second one opens, and the line between the
//! list and the chain can be dragged.
//!
//! A click is a step to go back, as any jump is. The wheel moves line by line, as the arrow keys do: only
//! where it leads to another pane, that is one.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::act::act;
use super::app::App;
use super::follow::follow;
use super::keymap::Action;
use super::layout::Pane;
use super::message::Command;
use super::moment;
use super::navigate::step;
use super::overlays;
use super::panes::{Listing, chain, usage};
use super::screen::areas;
use super::style::window;
use super::trail;

/// How many lines one notch of the wheel moves.
const NOTCH: isize = 3;

/// What the mouse did.
pub(super) fn moved(app: &mut App, event: MouseEvent) -> Vec<Command> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, at, -NOTCH),
        MouseEventKind::ScrollDown => wheel(app, at, NOTCH),
        MouseEventKind::Down(MouseButton::Left) => return pressed(app, at),
        MouseEventKind::Drag(MouseButton::Left) if app.drags => app.divider = Some(at.x),
        MouseEventKind::Up(MouseButton::Left) => app.drags = false,
        _ => {}
    }
    Vec::new()
}

fn wheel(app: &mut App, at: Position, lines: isize) {
    if app.overlay.is_some() {
        let action = if lines < 0 { Action::Up } else { Action::Down };
        for _ in 0..lines.unsigned_abs() {
            overlays::actions::act(app, action);
        }
    } else if let Some(pane) = pane_at(app, at) {
        let before = (app.focus != pane).then(|| trail::actions::place(app));
        app.focus = pane;
        step(app, lines);
        if let Some(before) = before {
            follow(app);
            trail::actions::leave(app, before, None);
        }
    }
}

fn pressed(app: &mut App, at: Position) -> Vec<Command> {
    app.notice = None;
    if moment::actions::stop(app) || app.overlay.is_some() || app.prompt.is_some() || app.copying {
        return Vec::new();
    }
    let list = areas(app).pane(Pane::List);
    let chain = areas(app).pane(Pane::Chain);
    let divides = at.x + 1 == list.right() || at.x == chain.x;
    if divides && !chain.is_empty() && list.right() == chain.x && list.y <= at.y {
        app.drags = true;
        return Vec::new();
    }
    let Some(pane) = pane_at(app, at) else { return Vec::new() };
    let area = areas(app).pane(pane);
    let line = line_at(app, pane, area, at);
    app.placed = true;
    if line == Some(0) && app.focus == pane {
        return act(app, Action::Open);
    }
    let before = trail::actions::place(app);
    app.focus = pane;
    match line {
        // Whichever side shows it, it is a line of the chain.
        Some(line) if app.subject() == Pane::Chain => app.chain.step(line),
        Some(line) => step(app, line),
        None => {}
    }
    follow(app);
    trail::actions::leave(app, before, None);
    Vec::new()
}

fn pane_at(app: &App, at: Position) -> Option<Pane> {
    let areas = areas(app);
    let panes = [Pane::List, Pane::Chain, Pane::Detail];
    panes.into_iter().find(|&pane| areas.pane(pane).contains(at))
}

/// The line that is selected in a pane, and how many there are.
fn lines(app: &App, pane: Pane) -> Option<(usize, usize)> {
    match (pane, app.listing) {
        (Pane::List, Listing::Keys) => Some((app.keys.cursor, app.keys.shown.len())),
        (Pane::List, Listing::Findings) => Some((app.audit.list.cursor, app.audit.list.len())),
        (Pane::List, Listing::Usage) => Some((app.usage.cursor, app.usage.parts.len())),
        (Pane::List, Listing::Log) => Some((app.log.cursor, app.log.len(&app.table.history))),
        (Pane::Chain, _) => Some((app.chain.cursor, app.chain.picture.lines.len())),
        (Pane::Detail, _) => None,
    }
}

/// How far the line under the mouse is from the one that is selected.
fn line_at(app: &App, pane: Pane, area: Rect, at: Position) -> Option<isize> {
    let above = 1 + match (pane, app.listing) {
        (Pane::List, Listing::Usage) => usage::view::headings(app),
        _ => 0,
    };
    let height = area.height.saturating_sub(1 + above);
    let row = at.y.checked_sub(area.y + above).filter(|&row| row < height)?;
    let (row, height) = (usize::from(row), usize::from(height));
    if app.chain.after.is_some() && pane != Pane::List {
        let rows = app.chain.beside(&app.table.history);
        let cursor = chain::view::row_of_cursor(app, &rows).unwrap_or_default();
        let (line, _) = rows.get(window(cursor, rows.len(), height) + row)?;
        return Some((*line)?.cast_signed() - app.chain.cursor.cast_signed());
    }
    let (cursor, all) = lines(app, pane)?;
    let line = window(cursor, all, height) + row;
    (line < all).then(|| line.cast_signed() - cursor.cast_signed())
}
