//! What the mouse does: the wheel moves, a click selects, a second one opens, and the line between the
//! list and the chain can be dragged.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::act::act;
use super::app::App;
use super::keymap::Action;
use super::layout::Pane;
use super::message::Command;
use super::navigate::step;
use super::overlays;
use super::panes::{Listing, usage};
use super::screen::areas;
use super::style::window;

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
        app.focus = pane;
        step(app, lines);
    }
}

fn pressed(app: &mut App, at: Position) -> Vec<Command> {
    app.notice = None;
    if app.overlay.is_some() || app.prompt.is_some() || app.copying {
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
    app.focus = pane;
    if let Some(line) = line {
        step(app, line);
    }
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
        (Pane::Chain, _) => Some((app.chain.cursor, app.chain.picture.lines.len())),
        (Pane::Detail, _) => None,
    }
}

/// How far the line under the mouse is from the one that is selected, where a line is a row of the screen:
/// before and after, rows stand between lines.
fn line_at(app: &App, pane: Pane, area: Rect, at: Position) -> Option<isize> {
    let (cursor, all) = lines(app, pane)?;
    let above = 1 + match (pane, app.listing) {
        (Pane::List, Listing::Usage) => usage::view::headings(app),
        (Pane::Chain, _) if app.chain.after.is_some() => return None,
        _ => 0,
    };
    let height = area.height.saturating_sub(1 + above);
    let line = at.y.checked_sub(area.y + above).filter(|&line| line < height)?;
    let top = window(cursor, all, usize::from(height));
    let line = top + usize::from(line);
    if line >= all {
        return None;
    }
    Some(line.cast_signed() - cursor.cast_signed())
}
