//! What is offered, above the line that is typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;
use unicode_width::UnicodeWidthStr;

use super::Offer;
use super::actions::command;
use super::command::Does;
use crate::display::Role;
use crate::text::{count, escape, pad};
use crate::tui::app::App;
use crate::tui::panes::keys::view::{mark, state};
use crate::tui::style::window;

/// How many offers are shown at most.
const LINES: usize = 10;
/// How wide the names of commands are.
const NAME: usize = 16;
/// How wide their keys are.
const KEYS: usize = 8;

/// Draws the offers.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>) {
    let look = app.start.look;
    let palette = &app.palette;
    let screen = frame.area();
    let room = usize::from(screen.height.saturating_sub(4));
    let shown = palette.offers.len().clamp(1, LINES).min(room.max(1));
    let height = u16::try_from(shown + 2).unwrap_or(u16::MAX);
    let area = Rect::new(0, screen.height.saturating_sub(height + 1), screen.width, height);
    frame.render_widget(Clear, area);
    let (role, title, title_role) = match &palette.refused {
        None => (Role::Focus, title(app), Role::Title),
        Some(why) => (Role::Lost, format!(" {why} "), Role::Lost),
    };
    let title = look.glyphs.cut_end(&look.glyphs.text(&title), usize::from(area.width) - 2);
    let block = look.framed(role).title_top(Line::from(look.span(title, title_role))).title_bottom(
        Line::from(vec![
            look.span(" Tab", Role::Key),
            look.span(" completes ", Role::Dim),
            look.span(look.glyphs.keys(" ↑"), Role::Key),
            look.span(" what was run before ", Role::Dim),
        ]),
    );
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let width = usize::from(inner.width);
    let top = window(palette.cursor, palette.offers.len(), shown);
    let lines = palette.offers.iter().enumerate().skip(top).take(shown);
    let lines =
        lines.map(|(at, offer)| look.bar(line(app, offer, width), true, at == palette.cursor));
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}

/// How many of what.
fn title(app: &App) -> String {
    let offers = &app.palette.offers;
    let typed = app.palette.typed.trim();
    let of = |is: fn(&Offer) -> bool| offers.iter().filter(|offer| is(offer)).count() as u64;
    let keys = of(|it| matches!(it, Offer::Key(_)));
    let commands = of(|it| matches!(it, Offer::Command(_)));
    let files = of(|it| matches!(it, Offer::Word(command, ..) if command.does == Does::Save));
    let words = of(|it| matches!(it, Offer::Word(..))) - files;
    let parts = [(commands, "command"), (words, "word"), (files, "file"), (keys, "key")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|&(number, what)| count(number, what)).collect();
    match parts.is_empty() {
        true if offers.is_empty() => match app.palette.typed.split_once(' ').and(command(typed)) {
            Some((command, _)) => format!(" {} ", command.help),
            None => " Nothing has that name ".to_owned(),
        },
        true => " A revision ".to_owned(),
        false => format!(" {} ", parts.join(", ")),
    }
}

fn line(app: &App, offer: &Offer, width: usize) -> Line<'static> {
    let look = app.start.look;
    let history = &app.table.history;
    let spans = match offer {
        Offer::Command(command) => {
            let map = &app.start.preferences.keys;
            let keys = command.binding.map(|binding| map.label(binding)).unwrap_or_default();
            let keys = look.glyphs.keys(&keys);
            vec![
                look.span(pad(&command.name, NAME), Role::Text),
                Span::raw(" "),
                look.span(pad(&keys, KEYS), Role::Key),
                Span::raw(" "),
                look.span(command.help, Role::Dim),
            ]
        }
        Offer::Word(_, word, help) => vec![
            look.span(pad(word, NAME), Role::Text),
            Span::raw(" "),
            look.span(look.glyphs.text(help), Role::Dim),
        ],
        Offer::Row(at) => {
            let name =
                history.key_at(*at).map_or_else(|| "NULL".into(), |key| escape(history.name(key)));
            vec![
                look.span(format!("revision {}", history.id(*at)), Role::Text),
                Span::raw(" "),
                look.span(look.glyphs.name(&name).into_owned(), Role::Dim),
            ]
        }
        Offer::Key(key) => {
            let name = escape(history.name(*key));
            let room = width.saturating_sub(5);
            let [mark, state] = [mark(app, *key), state(app, *key)]
                .map(|(sign, role)| look.span(format!("{sign} "), role));
            vec![mark, state, look.span(look.glyphs.cut_start(&name, room).0, Role::Text)]
        }
    };
    let mut left = width.saturating_sub(1);
    let mut cut = vec![Span::raw(" ")];
    for span in spans {
        let text = look.glyphs.cut_end(&span.content, left);
        left = left.saturating_sub(text.width());
        cut.push(Span::styled(text, span.style));
    }
    Line::from(cut)
}
