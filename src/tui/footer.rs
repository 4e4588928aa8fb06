//! The last line: what is being typed, something to tell, or the keys to press.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use super::app::{App, Notice, Prompt, Purpose};
use super::keymap::{Action, BINDINGS};
use super::layout::Pane;
use super::panes::Listing;
use crate::display::Role;
use crate::text::end_of;
use crate::text::printable;

/// Draws the line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    // What is shown over everything else shows its own, since it may cover this line; the palette comes
    // over that, too.
    let is_here = |purpose| app.overlay.is_none() || purpose == Purpose::Palette;
    if let Some(prompt) = app.prompt.as_ref().filter(|prompt| is_here(prompt.purpose)) {
        frame.render_widget(Clear, area);
        draw_prompt(app, prompt, frame, area);
        // What was typed is not thrown away by what is said of it.
        if let Some(notice) = app.notice.as_ref().filter(|notice| notice.is_error) {
            let above = Rect { y: area.y.saturating_sub(1), ..area };
            frame.render_widget(Clear, above);
            frame.render_widget(Line::from(said(app, notice, width)), above);
        }
    } else if let Some(notice) = app.notice.as_ref().filter(|_| app.overlay.is_none()) {
        frame.render_widget(Line::from(said(app, notice, width)), area);
    } else if app.is_playing() && app.overlay.is_none() {
        let said = app.start.look.span(" Playing the writes. Any key stops.", Role::Internal);
        frame.render_widget(Line::from(said), area);
    } else {
        frame.render_widget(hints(app, width), area);
    }
}

/// Something to tell, as far as there is room.
pub(in crate::tui) fn said(app: &App, notice: &Notice, width: usize) -> Span<'static> {
    let look = app.start.look;
    let role = if notice.is_error { Role::Lost } else { Role::Text };
    let text = look.glyphs.text(&format!(" {}", notice.text));
    look.span(look.glyphs.cut_end(&text, width), role)
}

fn draw_prompt(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, area: Rect) {
    let label = match prompt.purpose {
        Purpose::Find(within) => within.label(),
        Purpose::Palette => " : ",
        Purpose::Target => " compact to revision: ",
    };
    let room = usize::from(area.width).saturating_sub(label.len() + 1);
    // The cursor stands where what is before it ends, which is wider than it was typed where it holds
    // an escape.
    let typed = prompt.input.value();
    let cursor = typed.char_indices().nth(prompt.input.cursor()).map_or(typed.len(), |(at, _)| at);
    let [before, after] = [&typed[..cursor], &typed[cursor..]]
        .map(|text| app.start.look.glyphs.name(&printable(text)).into_owned());
    let before = end_of(&before, room);
    let at = label.len() + before.width();
    let shown = vec![app.start.look.span(label, Role::Title), Span::raw(before), Span::raw(after)];
    frame.render_widget(Line::from(shown), area);
    let x = area.x.saturating_add(u16::try_from(at).unwrap_or(u16::MAX));
    frame.set_cursor_position(Position::new(x.min(area.right().saturating_sub(1)), area.y));
}

/// Keys, and a word for what they do.
type Hint = (String, &'static str);

/// The keys of use where the cursor is, as many as fit, those of most use first; and always the way to
/// all others, and out.
fn hints(app: &App, width: usize) -> Line<'static> {
    let look = app.start.look;
    let hint = |&(action, word): &(Action, &'static str)| -> Option<Hint> {
        let binding = BINDINGS.iter().find(|binding| binding.action == action)?;
        let keys = app.start.preferences.keys.hint(binding, binding.short)?;
        Some((look.glyphs.keys(&keys), word))
    };
    let always = if width < NARROW { &ALWAYS[1..] } else { ALWAYS };
    let always: Vec<Hint> = always.iter().filter_map(hint).collect();
    let of_use: Vec<Hint> = of_use(app).iter().filter_map(hint).collect();
    let room = |hints: &[Hint], gap: usize| -> usize {
        hints.iter().map(|(keys, word)| keys.width() + 1 + word.width() + gap).sum()
    };
    // Closer together, where that names all of them.
    let gap = if room(&of_use, 3) + room(&always, 3) < width { 3 } else { 2 };
    let mut left = (width - 1).saturating_sub(room(&always, gap).saturating_sub(gap));
    // What matters less does not take the place of what had no room.
    let fits = |hint: &&Hint| {
        let rest = left.checked_sub(room(std::slice::from_ref(*hint), gap));
        left = rest.unwrap_or(0);
        rest.is_some()
    };
    let shown: Vec<&Hint> = of_use.iter().take_while(fits).chain(&always).collect();
    let mut line = vec![Span::raw(" ")];
    for (keys, word) in shown {
        line.push(look.span(keys.clone(), Role::Key));
        line.push(look.span(format!(" {word}{}", " ".repeat(gap)), Role::Dim));
    }
    Line::from(line)
}

/// What leads to every other key, and out.
const ALWAYS: &[(Action, &str)] =
    &[(Action::Palette, "commands"), (Action::Help, "keys"), (Action::Quit, "quit")];

/// Below this width there is no room for the way to the commands.
const NARROW: usize = 60;

/// What is of use where the cursor is, the most useful first.
fn of_use(app: &App) -> Vec<(Action, &'static str)> {
    if app.chain.compares && app.focus != Pane::List {
        return vec![
            (Action::NextPane, "other side"),
            (Action::TargetDown, "target"),
            (Action::TurnUp, "turns"),
            (Action::Compare, "close"),
            (Action::Copy, "copy"),
            (Action::Pager, "pager"),
        ];
    }
    let mut hints = match (app.focus, app.listing) {
        (Pane::List, Listing::Keys) => vec![
            (Action::Find, "find"),
            (Action::Audit, "audit"),
            (Action::Preview, "preview"),
            (Action::Usage, "usage"),
            (Action::Open, "chain"),
            (Action::Filter, "filter"),
        ],
        (Pane::List, Listing::Findings) => vec![
            (Action::Open, "go to row"),
            (Action::Audit, "key list"),
            (Action::Find, "find"),
            (Action::Filter, "its keys"),
            (Action::Preview, "preview"),
        ],
        (Pane::List, Listing::Usage) => vec![
            (Action::Open, "open"),
            (Action::Above, "up"),
            (Action::Mark, "bytes"),
            (Action::Usage, "key list"),
            (Action::Sort, "sort"),
            (Action::Find, "find"),
        ],
        (Pane::List, Listing::Log) => vec![
            (Action::Open, "chain"),
            (Action::Filter, "kind"),
            (Action::Find, "find"),
            (Action::Log, "key list"),
            (Action::Zoom, "zoom"),
        ],
        (Pane::Chain, _) => vec![
            (Action::Open, VALUE),
            (Action::Back, "back"),
            (Action::Copy, "copy"),
            (Action::Predecessor, "follow"),
            (Action::AsOf, "as of"),
            (Action::Unfold, "unfold"),
            (Action::Find, "find"),
            (Action::Zoom, "zoom"),
        ],
        (Pane::Detail, _) => vec![
            (Action::Back, "back"),
            (Action::Down, "scroll"),
            (Action::Zoom, "zoom"),
            (Action::Value, VALUE),
            (Action::Copy, "copy"),
        ],
    };
    if app.moment.is_some() {
        let is_of_present =
            |action| matches!(action, Action::Audit | Action::Preview | Action::Usage);
        hints.retain(|(action, _)| !is_of_present(*action) && *action != Action::Back);
        let steps = [
            (Action::TargetDown, "write"),
            (Action::BatchUp, "of key"),
            (Action::Play, "play"),
            (Action::Back, "present"),
        ];
        hints.splice(0..0, steps);
    }
    if app.preview.is_some() {
        let at = hints.len().min(2);
        hints.retain(|(action, _)| *action != Action::Preview);
        let of_preview = [
            (Action::TargetDown, "target"),
            (Action::TurnUp, "turns"),
            (Action::Compare, "compare"),
        ];
        hints.splice(at..at, of_preview);
    }
    if app.trial.is_on() {
        hints.splice(0..0, [(Action::Undo, "undo"), (Action::About, "what changed")]);
    }
    if !app.has_values() {
        hints.retain(|(_, word)| *word != VALUE);
    }
    hints
}

/// What is offered only where there are values.
const VALUE: &str = "value";
