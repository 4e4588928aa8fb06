//! What keys do to the sheet that is shown.

use super::view::sheet_lines;
use super::{Overlay, Sheet, help, value_actions};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::Command;
use crate::tui::{copy, external, find, palette};

/// Keys while a sheet is shown.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> Vec<Command> {
    own(app, action).unwrap_or_else(|| {
        app.refuse("That key does nothing here. Esc closes this, : runs any command.");
        Vec::new()
    })
}

/// What an action does to the sheet that is shown; `None` where that is nothing, or there is no sheet.
pub(in crate::tui) fn own(app: &mut App, action: Action) -> Option<Vec<Command>> {
    let overlay = app.overlay?;
    if overlay.sheet == Sheet::Value
        && let Some(commands) = value_actions::act(app, action)
    {
        return Some(commands);
    }
    if overlay.sheet == Sheet::Help && help::actions::act(app, action) {
        return Some(Vec::new());
    }
    match action {
        Action::Palette => palette::actions::open(app),
        Action::Find => find::actions::open(app),
        Action::NextMatch => find::actions::next(app, true),
        Action::PreviousMatch => find::actions::next(app, false),
        Action::Copy => copy::actions::ask(app),
        Action::Pager => return Some(external::actions::page(app)),
        Action::Editor => return Some(external::actions::edit(app)),
        Action::Diff => return Some(external::actions::compare(app)),
        Action::Back | Action::Quit | Action::Open => app.overlay = None,
        Action::Help => turn(app, Sheet::Help),
        Action::Statements => turn(app, Sheet::Statements),
        Action::About => turn(app, Sheet::About),
        _ => scroll(app, scrolled(app, overlay.top, action)?),
    }
    Some(Vec::new())
}

/// Closes the sheet that is shown, if one is.
pub(in crate::tui) fn close(app: &mut App) -> Vec<Command> {
    match app.overlay.take() {
        Some(Overlay { sheet: Sheet::Value, .. }) => vec![Command::StopValue],
        _ => Vec::new(),
    }
}

/// Shows another sheet; the key that opened it closes it.
fn turn(app: &mut App, sheet: Sheet) {
    let is_shown = app.overlay.is_some_and(|overlay| overlay.sheet == sheet);
    app.overlay = (!is_shown).then_some(Overlay { sheet, top: 0 });
}

/// From which line on the sheet is shown after an action.
fn scrolled(app: &App, top: usize, action: Action) -> Option<usize> {
    let page = usize::from(app.size.height.saturating_sub(4)).max(1);
    Some(match action {
        Action::Up => top.saturating_sub(1),
        Action::Down => top.saturating_add(1),
        Action::PageUp => top.saturating_sub(page),
        Action::PageDown | Action::Forward => top.saturating_add(page),
        Action::Top => 0,
        Action::Bottom => usize::MAX,
        _ => return None,
    })
}

fn scroll(app: &mut App, top: usize) {
    let Some(Overlay { sheet, .. }) = app.overlay else { return };
    let shown = usize::from(app.size.height.saturating_sub(2));
    let top = top.min(sheet_lines(app, sheet).saturating_sub(shown));
    app.overlay = Some(Overlay { sheet, top });
}
