//! The chain of one key, drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use crate::display::{Glyph, Label, Role, Shown};
use crate::history::History;
use crate::history::lanes::{self, Item, Shape};
use crate::text::{count, escape, wrap};
use crate::tui::app::App;
use crate::tui::layout::Pane;
use crate::tui::panes::Listing;
use crate::tui::panes::findings::list::Spot;
use crate::tui::style::{spread, window};

/// Draws the chain of the selected key.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let busiest = app.key().is_none() && app.listing == Listing::Usage;
    let empty = if busiest && !app.usage.busiest.is_empty() { "Busiest keys" } else { "Chain" };
    let name = app.key().map_or(empty.into(), |key| escape(app.table.history.name(key)));
    let room = usize::from(area.width.saturating_sub(6));
    let (name, ..) = app.start.look.glyphs.cut_start(&name, room);
    let title = Line::from(app.start.look.span(format!(" {name} "), Role::Title));
    let block = app.start.look.block(app.focus == Pane::Chain, title, String::new());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if busiest {
        crate::tui::panes::usage::view::draw_busiest(app, frame, inner);
        return;
    }
    if app.key().is_none() && app.listing == Listing::Findings {
        let lines = wrap(nothing(app), usize::from(inner.width).saturating_sub(2), true);
        let lines = lines
            .into_iter()
            .map(|line| Line::from(app.start.look.span(format!(" {line}"), Role::Dim)));
        frame.render_widget(lines.collect::<Text<'_>>(), inner);
        return;
    }
    if app.chain.is_drawing() && app.chain.picture.lines.is_empty() {
        let rows = app.key().map_or(0, |key| app.table.history.key(key).rows);
        let text = format!(" Drawing {}.", count(rows.into(), "row"));
        frame.render_widget(Line::from(app.start.look.span(text, Role::Dim)), inner);
        return;
    }
    match &app.chain.after {
        None => {
            let lines = &app.chain.picture.lines;
            let picture = Picture { shown: &app.shown(), lines, rows: lines.len() };
            draw_lines(app, frame, inner, &picture, Some(app.chain.cursor), Some);
        }
        Some((after, lines)) => draw_both(app, frame, inner, after, lines),
    }
}

/// Why there is no chain beside what is selected in the list of findings.
fn nothing(app: &App) -> &'static str {
    match app.audit.list.selected() {
        Some(Spot::Rule(_)) => "Select a finding of the rule to see its chain here.",
        Some(Spot::Finding(_)) => "This concerns no key, so there is no chain.",
        _ => "",
    }
}

/// Draws the chain as it is on the left, and as it will be on the right.
fn draw_both(app: &App, frame: &mut Frame<'_>, area: Rect, after: &History, lines: &[lanes::Line]) {
    let [left, right] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Fill(1)]).spacing(1).areas(area);
    let heading = |area: Rect| Rect { height: area.height.min(1), ..area };
    let below = |area: Rect| Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let target = app.foreseen().map_or(0, |foreseen| foreseen.plan().reached);
    let to = format!(" compacted to {target}");
    let is_wide = to.width() <= usize::from(right.width);
    let to = if is_wide { to } else { format!(" to {target}") };
    frame.render_widget(Line::from(app.start.look.span(" now", Role::Title)), heading(left));
    frame.render_widget(Line::from(app.start.look.span(to, Role::Title)), heading(right));
    let now = Shown { plan: None, effect: None, ..app.shown() };
    let rows = aligned(&app.table.history, &app.chain.picture.lines, after, lines);
    let cursor = rows.iter().position(|(line, _)| *line == Some(app.chain.cursor));
    let picture = Picture { shown: &now, lines: &app.chain.picture.lines, rows: rows.len() };
    draw_lines(app, frame, below(left), &picture, cursor, |row| rows[row].0);
    if lines.is_empty() {
        let nothing = app.start.look.span(" No row of the key is left.", Role::Dim);
        frame.render_widget(Line::from(nothing), below(right));
    }
    let then = Shown { history: after, plan: None, effect: None, batches: false };
    let picture = Picture { shown: &then, lines, rows: rows.len() };
    draw_lines(app, frame, below(right), &picture, cursor, |row| rows[row].1);
}

/// Which lines of two pictures stand beside each other: those of the same row.
///
/// ```text
///   ✗ 5890        (gone)
///   ○ 5889        (gone)
///   ☠ 5466    ●   5466
/// ```
fn aligned(
    history: &History,
    now: &[lanes::Line],
    after: &History,
    then: &[lanes::Line],
) -> Vec<(Option<usize>, Option<usize>)> {
    let id = |history: &History, line: Option<&lanes::Line>| match line?.item? {
        Item::Row(at) | Item::Foreign(at) | Item::Fold { newest: at, .. } => Some(history.id(at)),
        Item::Absent(id, _) => Some(id),
    };
    let (mut left, mut right) = (0, 0);
    let mut rows = Vec::with_capacity(now.len());
    while left < now.len() || right < then.len() {
        // Newer rows stand above. What is no row goes with the one above it.
        let (takes_left, takes_right) =
            match (id(history, now.get(left)), id(after, then.get(right))) {
                (Some(one), Some(other)) => (one >= other, one <= other),
                (Some(_), None) => (right >= then.len(), right < then.len()),
                (None, Some(_)) => (left < now.len(), left >= now.len()),
                (None, None) => (left < now.len(), right < then.len()),
            };
        rows.push((takes_left.then_some(left), takes_right.then_some(right)));
        left += usize::from(takes_left);
        right += usize::from(takes_right);
    }
    rows
}

/// Lines of a chain, and in how many rows they are drawn.
struct Picture<'a> {
    shown: &'a Shown<'a>,
    lines: &'a [lanes::Line],
    rows: usize,
}

/// Draws lines of a chain, the selected row in their middle as far as that goes. `line` tells which of
/// them is in a row.
fn draw_lines(
    app: &App,
    frame: &mut Frame<'_>,
    area: Rect,
    picture: &Picture<'_>,
    cursor: Option<usize>,
    line: impl Fn(usize) -> Option<usize>,
) {
    let columns = Columns::of(app, picture.lines, usize::from(area.width));
    let height = usize::from(area.height);
    let top = window(cursor.unwrap_or_default(), picture.rows, height);
    let rows = (top..picture.rows.min(top + height)).map(|row| {
        let line = line(row).and_then(|at| picture.lines.get(at));
        let line =
            line.map_or_else(Line::default, |it| draw_line(app, picture.shown, it, &columns));
        app.start.look.bar(line, app.focus == Pane::Chain, Some(row) == cursor)
    });
    frame.render_widget(rows.collect::<Text<'_>>(), area);
}

/// The lines of the chain, as text.
pub(in crate::tui) fn texts(app: &App) -> Vec<String> {
    const WIDTH: usize = 100;
    let lines = &app.chain.picture.lines;
    let (shown, columns) = (app.shown(), Columns::of(app, lines, WIDTH));
    let text = |line| draw_line(app, &shown, line, &columns).to_string().trim_end().to_owned();
    lines.iter().map(text).collect()
}

/// How wide each column is.
struct Columns {
    /// Lanes that are drawn.
    lanes: usize,
    /// The revision.
    id: usize,
    /// Everything.
    all: usize,
}

impl Columns {
    fn of(app: &App, lines: &[lanes::Line], all: usize) -> Self {
        let id = app.table.history.current().unwrap_or_default().to_string().len();
        // Lanes may take a third; a table with more branches than that has its rows still.
        let lanes = lines.iter().map(|line| line.lanes.len()).max().unwrap_or_default();
        Self { lanes: lanes.clamp(1, (all / 6).max(1)), id, all }
    }
}

/// ` │ ○   5462  update              removed`
fn draw_line(app: &App, shown: &Shown<'_>, line: &lanes::Line, columns: &Columns) -> Line<'static> {
    let glyphs = app.start.look.glyphs;
    let mut label = line.item.map(|item| Label::of(shown, item));
    if app.chain.is_drawing()
        && let (Some(label), Some(Item::Fold { .. })) = (&mut label, line.item)
    {
        // Its rows may be of several fates now.
        label.fate.clear();
    }
    let mut left = vec![Span::raw(" ")];
    let node = label.as_ref().map_or(' ', |label| label.char(glyphs));
    let role = label.as_ref().map_or(Role::Dim, |label| label.role);
    for shape in line.lanes.iter().take(columns.lanes) {
        let (shown, role) = match shape {
            Shape::Node => (*shape, role),
            other => (*other, Role::Dim),
        };
        left.push(app.start.look.span(glyphs.lane(shown, node).to_string(), role));
        let beside = if shape.joins_right() { Shape::Across } else { Shape::Blank };
        left.push(app.start.look.span(glyphs.lane(beside, node).to_string(), Role::Dim));
    }
    let blank = columns.lanes.saturating_sub(line.lanes.len()) * 2;
    if line.lanes.len() > columns.lanes {
        // A row whose lane is not drawn shows its sign where the lanes are cut off.
        let hidden = line.lanes.iter().skip(columns.lanes).any(|&shape| shape == Shape::Node);
        let (mark, role) =
            if hidden { (node, role) } else { (glyphs.of(Glyph::Ellipsis), Role::Dim) };
        left.pop();
        left.push(app.start.look.span(mark.to_string(), role));
    }
    left.push(Span::raw(" ".repeat(blank)));
    let Some(label) = label else { return Line::from(left) };
    // A space before it, too: what stands on the left is cut to the room that is left.
    let right =
        vec![app.start.look.span(format!(" {} ", glyphs.text(&label.fate)), label.fate_role)];
    let used = |spans: &[Span<'_>]| spans.iter().map(|span| span.content.width()).sum::<usize>();
    let free = columns.all.saturating_sub(used(&left));
    // The sign tells what becomes of a row as well; nothing else tells which one it is.
    let fits = columns.id + used(&right) <= free;
    let right = if fits { right } else { Vec::new() };
    let room = free.saturating_sub(used(&right));
    let mut middle = middle(app, line.item, &label, columns.id, room);
    let rest = columns_of_row(shown.history, line.item, columns.id);
    let width = used(&middle).max(columns.id + WHAT);
    if !rest.is_empty() && width + rest.width() <= room {
        middle.push(Span::raw(" ".repeat(width - used(&middle))));
        middle.push(app.start.look.span(rest, Role::Dim));
    }
    left.append(&mut middle);
    spread(left, right, columns.all)
}

/// How wide what a row is mostly is, with the space around it.
const WHAT: usize = 12;

/// What else the row holds, for where there is room: `prev   5462  create      7  lease 0`.
fn columns_of_row(history: &History, item: Option<Item>, id: usize) -> String {
    let Some(Item::Row(at)) = item else { return String::new() };
    let row = history.row(at);
    let number = |it: Option<u64>| it.map_or_else(|| "none".to_owned(), |it| it.to_string());
    let lease = row.lease.map_or_else(|| "none".to_owned(), |lease| lease.to_string());
    let (prev, create) = (number(row.prev_revision), number(row.create_revision));
    format!("prev {prev:>id$}  create {create:>id$}  lease {lease}")
}

/// The revision and what the row is, in the room between the lanes and the fate.
fn middle(
    app: &App,
    item: Option<Item>,
    label: &Label,
    id: usize,
    room: usize,
) -> Vec<Span<'static>> {
    let glyphs = app.start.look.glyphs;
    if matches!(item, Some(Item::Fold { .. })) {
        return vec![app.start.look.span(glyphs.cut_end(&label.what, room), Role::Dim)];
    }
    let odd = matches!(label.role, Role::Broken | Role::Resurrected | Role::Reverted | Role::Lost);
    let what_role = match item {
        Some(Item::Absent(..)) => label.role,
        _ if odd => label.role,
        _ => Role::Text,
    };
    let revision = glyphs.cut_end(&format!("{:>id$}", label.id), room);
    let rest = room.saturating_sub(revision.width() + 2);
    let what = glyphs.cut_end(&label.what, rest);
    let note = rest.saturating_sub(what.width() + 2);
    let mut spans = vec![app.start.look.span(revision, what_role)];
    if rest > 0 {
        spans.push(app.start.look.span(format!("  {what}"), what_role));
    }
    if !label.note.is_empty() && note > 4 {
        spans.push(
            app.start.look.span(format!("  {}", glyphs.cut_end(&label.note, note)), Role::Broken),
        );
    }
    spans
}
