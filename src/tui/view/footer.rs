//! The last line: what is being typed, something to tell, or the keys to press.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::super::app::{App, Listing, Prompt, Purpose};
use super::super::keys::{Action, BINDINGS, Binding, Group};
use super::super::layout::Pane;
use super::super::paint::{cut_end, end_of, span};
use crate::face::{Role, printable};

/// Draws the line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    if let Some(prompt) = &app.prompt {
        draw_prompt(app, prompt, frame, area);
    } else if let Some(notice) = &app.notice {
        let role = if notice.is_error { Role::Lost } else { Role::Text };
        let text =
            cut_end(&app.start.glyphs.text(&format!(" {}", notice.text)), width, app.start.glyphs);
        frame.render_widget(Line::from(span(app, text, role)), area);
    } else {
        frame.render_widget(hints(app, width), area);
    }
}

fn draw_prompt(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, area: Rect) {
    let label = match prompt.purpose {
        Purpose::Find => " find keys: ",
        Purpose::Jump => " go to revision or key: ",
        Purpose::Target => " compact to revision: ",
    };
    let room = usize::from(area.width).saturating_sub(label.len() + 1);
    // The cursor stands where what is before it ends, which is wider than it was typed where it holds
    // an escape.
    let typed = prompt.input.value();
    let cursor = typed.char_indices().nth(prompt.input.cursor()).map_or(typed.len(), |(at, _)| at);
    let [before, after] = [&typed[..cursor], &typed[cursor..]]
        .map(|text| app.start.glyphs.name(&printable(text)).into_owned());
    let before = end_of(&before, room);
    let at = label.len() + before.width();
    let shown = vec![span(app, label, Role::Title), Span::raw(before), Span::raw(after)];
    frame.render_widget(Line::from(shown), area);
    let x = area.x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
}

/// The keys that have a word for this line, as many as fit: first those that lead to all others, back,
/// or move the target; then those that lead to other screens; then what a screen has of its own.
fn hints(app: &App, width: usize) -> Line<'static> {
    let applies = |binding: &&Binding| binding.group != Group::Preview || app.preview.is_some();
    let findings = app.listing == Listing::Findings;
    let usage = app.listing == Listing::Usage;
    let hints: Vec<(Action, String, &str)> = BINDINGS
        .iter()
        .filter(|binding| applies(binding) || binding.action == Action::Preview)
        .filter_map(|binding| {
            let (keys, word) = match binding.action {
                Action::Audit if findings => ("a", "key list"),
                Action::Usage if usage => ("u", "key list"),
                // That is of the list of keys.
                Action::Filter if usage => return None,
                Action::Measure if usage => ("m", "bytes"),
                Action::Above if usage => ("Bksp", "up"),
                Action::Open if (findings || usage) && app.focus == Pane::List => ("Enter", "open"),
                _ => binding.hint?,
            };
            Some((binding.action, app.start.glyphs.keys(keys), word))
        })
        .collect();
    let mut room = width.saturating_sub(1);
    let mut fit = |&at: &usize| {
        let (_, keys, word) = &hints[at];
        let length = keys.width() + word.width() + 4;
        let fits = length <= room;
        room -= if fits { length } else { 0 };
        fits
    };
    let rank = |at: &usize| match hints[*at].0 {
        Action::Help | Action::Quit => 0_u8,
        // With the preview on, its target is what is moved most.
        Action::NextPane | Action::Find | Action::Preview | Action::Left => 1,
        // The way back from a list, and what is done in it.
        Action::Audit if findings => 1,
        Action::Usage | Action::Measure if usage => 1,
        Action::Audit | Action::Usage => 2,
        Action::Open | Action::Above | Action::TurnUp => 3,
        Action::Value => 4,
        Action::Statements => 6,
        _ => 5,
    };
    let mut order: Vec<usize> = (0..hints.len()).collect();
    order.sort_by_key(rank);
    // What matters less does not take the place of what had no room.
    let mut least = u8::MAX;
    let mut shown = Vec::new();
    for at in order {
        if rank(&at) > least {
            break;
        }
        if fit(&at) {
            shown.push(at);
        } else {
            least = rank(&at);
        }
    }
    shown.sort_unstable();
    let mut line = vec![Span::raw(" ")];
    for (_, keys, word) in shown.into_iter().map(|at| &hints[at]) {
        line.push(span(app, keys.clone(), Role::Key));
        line.push(span(app, format!(" {word}   "), Role::Dim));
    }
    Line::from(line)
}
