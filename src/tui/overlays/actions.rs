//! What keys do to the sheet that is shown.

use super::view::sheet_lines;
use super::{Overlay, Sheet, help, value_actions};
use crate::tui::app::App;
use crate::tui::keymap::Action;
use crate::tui::message::Command;
use crate::tui::{copy, external, find};

/// Keys while a sheet is shown.
pub(in crate::tui) fn act(app: &mut App, action: Action) -> Vec<Command> {
    let Some(Overlay { sheet, top }) = app.overlay else { return Vec::new() };
    if sheet == Sheet::Value
        && let Some(commands) = value_actions::act(app, action)
    {
        return commands;
    }
    if sheet == Sheet::Help && help::actions::act(app, action) {
        return Vec::new();
    }
    match action {
        Action::Find => find::actions::open(app),
        Action::NextMatch => find::actions::next(app, true),
        Action::PreviousMatch => find::actions::next(app, false),
        Action::Copy => copy::actions::ask(app),
        Action::Pager => return external::actions::page(app),
        Action::Editor => return external::actions::edit(app),
        Action::Diff => return external::actions::compare(app),
        _ => return scroll(app, action, Overlay { sheet, top }),
    }
    Vec::new()
}

/// Moves in the text, closes it, or shows another.
fn scroll(app: &mut App, action: Action, Overlay { sheet, top }: Overlay) -> Vec<Command> {
    let page = usize::from(app.size.height.saturating_sub(4)).max(1);
    let top = match (action, sheet) {
        (Action::Up, _) => top.saturating_sub(1),
        (Action::Down, _) => top.saturating_add(1),
        (Action::PageUp, _) => top.saturating_sub(page),
        (Action::PageDown | Action::Forward, _) => top.saturating_add(page),
        (Action::Top, _) => 0,
        (Action::Bottom, _) => usize::MAX,
        (Action::Back | Action::Quit | Action::Open, _) => {
            app.overlay = None;
            return Vec::new();
        }
        (Action::Help | Action::Statements | Action::About, _) => {
            let other = match action {
                Action::Help => Sheet::Help,
                Action::Statements => Sheet::Statements,
                _ => Sheet::About,
            };
            // The key that opened it closes it.
            app.overlay = (other != sheet).then_some(Overlay { sheet: other, top: 0 });
            return Vec::new();
        }
        _ => top,
    };
    let shown = usize::from(app.size.height.saturating_sub(2));
    let top = top.min(sheet_lines(app, sheet).saturating_sub(shown));
    app.overlay = Some(Overlay { sheet, top });
    Vec::new()
}
