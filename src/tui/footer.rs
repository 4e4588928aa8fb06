//! The last line: what is being typed, something to tell, or the keys to press.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Listing, Prompt, Purpose};
use super::keymap::{Action, BINDINGS, Binding, Group};
use super::layout::Pane;
use crate::display::Role;
use crate::text::end_of;
use crate::text::printable;
use crate::tui::screen::areas;

/// Draws the line.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    // The help shows its own prompt, since it may cover this line.
    if let Some(prompt) = app.prompt.as_ref().filter(|prompt| prompt.purpose != Purpose::Help) {
        draw_prompt(app, prompt, frame, area);
    } else if let Some(notice) = &app.notice {
        let role = if notice.is_error { Role::Lost } else { Role::Text };
        let text = app
            .start
            .look
            .glyphs
            .cut_end(&app.start.look.glyphs.text(&format!(" {}", notice.text)), width);
        frame.render_widget(Line::from(app.start.look.span(text, role)), area);
    } else {
        frame.render_widget(hints(app, width), area);
    }
}

fn draw_prompt(app: &App, prompt: &Prompt, frame: &mut Frame<'_>, area: Rect) {
    let label = match prompt.purpose {
        Purpose::Find => " find keys: ",
        Purpose::Jump => " go to revision or key: ",
        Purpose::Target => " compact to revision: ",
        Purpose::Help => "",
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

/// A key that the line can name.
struct Hint {
    keys: String,
    word: &'static str,
    /// How soon it is left out: the higher the sooner.
    rank: u8,
}

impl Hint {
    fn width(&self) -> usize {
        self.keys.width() + 1 + self.word.width()
    }
}

/// The keys that have a word for this line, as many as fit: first those that lead to all others or
/// out; then those that lead to other screens, or move the target; then what a screen has of its own.
fn hints(app: &App, width: usize) -> Line<'static> {
    let applies = |binding: &&Binding| binding.group != Group::Preview || app.preview.is_some();
    let hints: Vec<Hint> = BINDINGS
        .iter()
        .filter(|binding| applies(binding) || binding.action == Action::Preview)
        .filter_map(|binding| {
            let (keys, word) = words(app, binding)?;
            let keys = app.start.preferences.keys.hint(binding, keys)?;
            let rank = rank(app, binding.action);
            Some(Hint { keys: app.start.look.glyphs.keys(&keys), word, rank })
        })
        .collect();
    // Closer together, where that lets the line lead to every screen.
    let main = hints.iter().filter(|hint| hint.rank <= MAIN);
    let gap = if main.map(|hint| hint.width() + 3).sum::<usize>() < width { 3 } else { 2 };
    let mut room = width.saturating_sub(1);
    let mut order: Vec<usize> = (0..hints.len()).collect();
    order.sort_by_key(|&at| hints[at].rank);
    // What matters less does not take the place of what had no room.
    let mut least = u8::MAX;
    let mut shown = Vec::new();
    for at in order {
        let hint = &hints[at];
        if hint.rank > least {
            break;
        }
        if hint.width() <= room {
            room = room.saturating_sub(hint.width() + gap);
            shown.push(at);
        } else {
            least = hint.rank;
        }
    }
    shown.sort_unstable();
    let mut line = vec![Span::raw(" ")];
    for Hint { keys, word, .. } in shown.into_iter().map(|at| &hints[at]) {
        line.push(app.start.look.span(keys.clone(), Role::Key));
        line.push(app.start.look.span(format!(" {word}{}", " ".repeat(gap)), Role::Dim));
    }
    Line::from(line)
}

/// The keys and the word for them where the cursor is, if the line names them there.
fn words(app: &App, binding: &Binding) -> Option<(&'static str, &'static str)> {
    let findings = app.listing == Listing::Findings;
    let usage = app.listing == Listing::Usage;
    match binding.action {
        Action::Audit if findings => Some(("a", "key list")),
        Action::Usage if usage => Some(("u", "key list")),
        // That is of the list of keys.
        Action::Filter if usage => None,
        Action::Measure if usage => Some(("m", "bytes")),
        Action::Above if usage => Some(("Bksp", "up")),
        Action::Open if (findings || usage) && app.focus == Pane::List => Some(("Enter", "open")),
        Action::Back if areas(app).is_one_pane() && app.focus != Pane::List => {
            Some(("Esc", "back"))
        }
        _ => binding.hint,
    }
}

/// Up to here a hint leads to another screen, or is what is used most.
const MAIN: u8 = 3;

/// How soon a hint is left out.
fn rank(app: &App, action: Action) -> u8 {
    let listed = match app.listing {
        Listing::Keys => None,
        Listing::Findings => Some(Action::Audit),
        Listing::Usage => Some(Action::Usage),
    };
    match action {
        Action::Help | Action::Quit => 0,
        // The way back.
        _ if listed == Some(action) => 1,
        Action::Back => 1,
        // Enter leads from pane to pane as well, where there is one at a time.
        Action::NextPane if areas(app).is_one_pane() => 4,
        Action::NextPane | Action::Find | Action::Audit | Action::Measure => 2,
        Action::Preview | Action::Left | Action::Usage => MAIN,
        Action::Open | Action::Above | Action::TurnUp => 4,
        Action::Value => 5,
        Action::Statements => 7,
        _ => 6,
    }
}
