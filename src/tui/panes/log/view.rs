//! The log: a line for each row, and only for those on the screen.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::actions::written;
use crate::display::{Label, Role, Shown, words};
use crate::history::lanes::{Item, Shape};
use crate::history::{KeyId, RowIx};
use crate::text::{count, escape};
use crate::tui::app::App;
use crate::tui::find::Within;
use crate::tui::find::view::found_by;
use crate::tui::layout::Pane;
use crate::tui::panes::Listing;
use crate::tui::style::window;

/// From this width on there is room for when a row was written.
const WIDE: usize = 52;
/// From this width on, without the date.
const NARROW: usize = 44;
/// How wide that is, without the year: `11-20 09:23:18 +12s`, and a space.
const TIME: usize = 20;
/// So much of a time is the year, and the date.
const YEAR: usize = "2026-".len();
const DATE: usize = "2026-11-20 ".len();

/// Draws the list.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let (history, look) = (&app.table.history, app.start.look);
    let all = app.log.len(history);
    let rows = format!(" {} ", count(all as u64, "write"));
    let block = look.block(app.focus == Pane::List, title(app), rows);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let (width, height) = (usize::from(inner.width), usize::from(inner.height));
    if all == 0 {
        let said = look.span(" No write is like that. f and / list others.", Role::Dim);
        frame.render_widget(Line::from(said), inner);
        return;
    }
    let top = window(app.log.cursor, all, height);
    let lane = Lane::of(app);
    let lines = (top..all.min(top + height)).filter_map(|place| {
        let line = line(app, app.log.row(history, place)?, width, lane);
        Some(look.bar(line, app.focus == Pane::List, place == app.log.cursor))
    });
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}

/// ` Log of deletes `
fn title(app: &App) -> Line<'static> {
    let look = app.start.look;
    let mut title = vec![look.span(" Log ", Role::Title)];
    if let Some(kind) = app.log.kind() {
        title.push(look.span(format!("of {}s ", words::kind_word(kind)), Role::Match));
    }
    if app.reading.is_on() {
        title.push(look.span("so far ", Role::Match));
    }
    if let Some(found) = found_by(app, Within::List(Listing::Log), app.log.query()) {
        title.extend([found, Span::raw(" ")]);
    }
    Line::from(title)
}

/// ` 5890  2026-11-20 02:09:58 +12s  ✗ delete  minions/node-02`: the end of a name tells most.
fn line(app: &App, at: RowIx, width: usize, lane: Option<Lane>) -> Line<'static> {
    let (history, look) = (&app.table.history, app.start.look);
    let past = history.key_at(at).and_then(|key| app.past_of(key));
    let shown = Shown { past, ..Shown::of(history) };
    let label = Label::of(&shown, Item::Row(at));
    let ids = history.current().unwrap_or_default().to_string().len();
    let (is_new, is_marked) = (app.live.is_new(history.id(at)), app.mark == Some(history.id(at)));
    let mut line =
        vec![look.start_of(is_new), look.span(format!("{:>ids$}", label.id), Role::Text)];
    line.push(look.span(if is_marked { "*" } else { " " }, Role::Match));
    if let Some(written) = written(app, at).filter(|_| width >= NARROW) {
        let (cut, room) = if width >= WIDE { (YEAR, TIME) } else { (DATE, TIME - (DATE - YEAR)) };
        let time = words::written_column(written, &app.start.preferences.zone);
        let time = time.get(cut..).filter(|_| written.earliest.is_some()).unwrap_or(&time);
        let time = look.glyphs.cut_end(time, room);
        line.push(look.span(format!(" {time:<room$}"), Role::Dim));
    }
    if let Some(lane) = lane {
        let sign = label.char(look.glyphs);
        let (shape, role) = match history.key_at(at) == Some(lane.key) {
            true => (Shape::Node, label.role),
            false if lane.oldest < at && at < lane.newest => (Shape::Through, Role::Dim),
            false => (Shape::Blank, Role::Dim),
        };
        line.push(look.span(format!(" {}", look.glyphs.lane(shape, sign)), role));
    }
    line.push(look.span(format!(" {} ", label.char(look.glyphs)), label.role));
    line.push(look.span(format!("{:<7}", short(&label.what)), Role::Text));
    let name = history.row(at).name.map(|name| escape(name).into_owned());
    let name = name.unwrap_or_else(|| "a row whose name is NULL".to_owned());
    let used: usize = line.iter().map(Span::width).sum();
    let room = width.saturating_sub(used + 1);
    line.push(look.span(look.glyphs.cut_start(&name, room).0, Role::Text));
    Line::from(line)
}

/// The lane of the key whose revision is marked: its rows among all others.
///
/// ```text
///   5892      ✗ delete  minions/node-07
///   5890*  ✗  ✗ delete  minions/node-02
///   5888   │  ● update  minions/node-04
///   5466   ◇  ◇ update  minions/node-02
/// ```
#[derive(Debug, Clone, Copy)]
struct Lane {
    key: KeyId,
    oldest: RowIx,
    newest: RowIx,
}

impl Lane {
    fn of(app: &App) -> Option<Self> {
        let history = &app.table.history;
        let key = history.key_at(history.find(app.mark?)?)?;
        let (newest, oldest) = (history.key(key).newest?, history.rows_of(key).last()?);
        Some(Self { key, oldest, newest })
    }
}

/// What a row was written for, in a word.
fn short(what: &str) -> &str {
    what.split(' ').next().unwrap_or(what)
}

/// The lines of the list, as text.
pub(in crate::tui) fn texts(app: &App, most: usize) -> Vec<String> {
    const WIDTH: usize = 160;
    let history = &app.table.history;
    let rows = (0..app.log.len(history).min(most)).filter_map(|at| app.log.row(history, at));
    let lane = Lane::of(app);
    rows.map(|at| line(app, at, WIDTH, lane).to_string().trim().to_owned()).collect()
}
