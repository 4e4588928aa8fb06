//! The chain of one key, drawn.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use crate::display::{Glyph, Label, Role, Shown, words};
use crate::history::lanes::{self, Item, Shape};
use crate::text::{bytes, count, escape, grouped, pad, wrap};
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
    let before = if app.chain.compares { "Before: " } else { "" };
    let room = usize::from(area.width.saturating_sub(6)).saturating_sub(before.len());
    let (name, ..) = app.start.look.glyphs.cut_start(&name, room);
    let title = Line::from(app.start.look.span(format!(" {before}{name} "), Role::Title));
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
    if app.chain.after.is_some() {
        draw_before(app, frame, inner);
        return;
    }
    let lines = &app.chain.picture.lines;
    let picture = Picture { shown: &app.shown(), lines, rows: lines.len(), side: Pane::Chain };
    let gone = gone(app, inner, lines.len());
    let below = u16::try_from(gone.len()).unwrap_or_default();
    let [above, below] =
        Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(inner);
    draw_lines(app, frame, above, &picture, Some(app.chain.cursor), Some);
    frame.render_widget(gone.into_iter().collect::<Text<'_>>(), below);
}

/// The rows of the key that the last compaction took, the newest first, below those that are there: as many
/// as have room, which is a third of it at least.
fn gone(app: &App, area: Rect, lines: usize) -> Vec<Line<'static>> {
    let (look, height) = (app.start.look, usize::from(area.height));
    let key = app.key().zip(app.live.outcome()).and_then(|(key, outcome)| {
        Some((outcome, outcome.gone.find_key(app.table.history.name(key))?))
    });
    let Some((outcome, key)) = key else { return Vec::new() };
    let (rows, gone) = (outcome.gone.key(key).rows as usize, &outcome.gone);
    let room = height.saturating_sub(lines).max(height / 3);
    // Where not all of them have room, the last line says how many more there are.
    let shown = if rows < room { rows } else { room.saturating_sub(2) };
    let sign = look.glyphs.of(Glyph::Gone);
    let id = app.table.history.current().unwrap_or_default().to_string().len();
    let line = |text: String| {
        let fate = vec![look.span(" gone ", Role::Removed)];
        spread(vec![look.span(text, Role::Dim)], fate, usize::from(area.width))
    };
    let each = gone.rows_of(key).take(shown).map(|at| {
        let kind = words::kind_word(gone.kind(at));
        line(format!(" {sign} {:>id$}  {kind}", gone.id(at)))
    });
    let more =
        (rows > shown).then(|| line(format!(" {sign} {} more", grouped((rows - shown) as u64))));
    let title = format!(" Gone, compacted to {}:", outcome.reached);
    std::iter::once(Line::from(look.span(title, Role::Title))).chain(each).chain(more).collect()
}

/// Why there is no chain beside what is selected in the list of findings.
fn nothing(app: &App) -> &'static str {
    match app.audit.list.selected() {
        Some(Spot::Rule(_)) => "Select a finding of the rule to see its chain here.",
        Some(Spot::Finding(_)) => "This concerns no key, so there is no chain.",
        _ => "",
    }
}

/// Draws the chain as it will be, beside the chain as it is.
pub(in crate::tui) fn draw_after(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let look = app.start.look;
    let title = match app.foreseen() {
        Some(foreseen) => format!(" After: compacted to {} ", foreseen.plan().reached),
        None => " After ".to_owned(),
    };
    let title = look.glyphs.cut_end(&title, usize::from(area.width.saturating_sub(2)));
    let title = Line::from(look.span(title, Role::Title));
    let block = look.block(app.focus == Pane::Detail, title, String::new());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let Some((after, lines)) = &app.chain.after else { return };
    if lines.is_empty() {
        let nothing = look.span(" No row of the key is left.", Role::Dim);
        frame.render_widget(Line::from(nothing), inner);
        return;
    }
    let then = Shown::of(after);
    let rows = app.chain.beside(&app.table.history);
    let picture = Picture { shown: &then, lines, rows: rows.len(), side: Pane::Detail };
    draw_lines(app, frame, inner, &picture, row_of_cursor(app, &rows), |row| rows[row].1);
}

/// Draws the chain as it is, beside the chain as it will be.
fn draw_before(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let now = Shown { plan: None, effect: None, ..app.shown() };
    let rows = app.chain.beside(&app.table.history);
    let lines = &app.chain.picture.lines;
    let picture = Picture { shown: &now, lines, rows: rows.len(), side: Pane::Chain };
    draw_lines(app, frame, area, &picture, row_of_cursor(app, &rows), |row| rows[row].0);
}

/// In which of the rows of both pictures the selected line is.
pub(in crate::tui) fn row_of_cursor(
    app: &App,
    rows: &[(Option<usize>, Option<usize>)],
) -> Option<usize> {
    rows.iter().position(|(line, _)| *line == Some(app.chain.cursor))
}

/// Lines of a chain, and in how many rows they are drawn.
struct Picture<'a> {
    shown: &'a Shown<'a>,
    lines: &'a [lanes::Line],
    rows: usize,
    /// The pane that they are in.
    side: Pane,
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
        app.start.look.bar(line, app.focus == picture.side, Some(row) == cursor)
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

/// The chain as it is and as it will be, as text: side by side, as on the screen.
pub(in crate::tui) fn texts_beside(app: &App) -> Vec<String> {
    const WIDTH: usize = 60;
    let (Some((after, then)), Some(foreseen)) = (&app.chain.after, app.foreseen()) else {
        return texts(app);
    };
    let side = |shown: Shown<'_>, lines: &[lanes::Line]| -> Vec<String> {
        let columns = Columns::of(app, lines, WIDTH);
        lines.iter().map(|line| draw_line(app, &shown, line, &columns).to_string()).collect()
    };
    let now = side(Shown { plan: None, effect: None, ..app.shown() }, &app.chain.picture.lines);
    let then = side(Shown::of(after), then);
    let beside =
        |left: &str, right: &str| format!("{}|{right}", pad(left, WIDTH + 1)).trim_end().to_owned();
    let after = format!(" After: compacted to {}", foreseen.plan().reached);
    let rows = app.chain.beside(&app.table.history).into_iter().map(|(left, right)| {
        let text = |lines: &[String], at: Option<usize>| at.map_or("", |at| &lines[at]).to_owned();
        beside(&text(&now, left), &text(&then, right))
    });
    std::iter::once(beside(" Before", &after)).chain(rows).collect()
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
    let is_new = |row| app.live.is_new(shown.history.id(row));
    let mut left = vec![app.start.look.start_of(line.item.and_then(Item::row).is_some_and(is_new))];
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
    let width = used(&middle).max(columns.id + WHAT);
    let mut rest = String::new();
    for column in columns_of_row(app, shown, line.item, columns.id) {
        let longer = format!("{rest}{column}");
        if width + longer.trim_end().width() > room {
            break;
        }
        rest = longer;
    }
    let rest = rest.trim_end().to_owned();
    if !rest.is_empty() {
        middle.push(Span::raw(" ".repeat(width - used(&middle))));
        middle.push(app.start.look.span(rest, Role::Dim));
    }
    left.append(&mut middle);
    spread(left, right, columns.all)
}

/// How wide what a row is mostly is, with the space around it.
const WHAT: usize = 12;

/// What else is known of a row, for where there is room, the most useful first: `prev 5462  create    7
/// lease none   1.2 KiB  batch 6`. How many bytes its values have is known once they were measured; the
/// batch is told by what becomes of the row, where somebody asked for that.
fn columns_of_row(app: &App, shown: &Shown<'_>, item: Option<Item>, id: usize) -> Vec<String> {
    const SIZE: usize = 8;
    let Some(Item::Row(at)) = item else { return Vec::new() };
    let row = shown.history.row(at);
    let number = |it: Option<u64>| it.map_or_else(|| "none".to_owned(), |it| it.to_string());
    let lease = row.lease.map_or_else(|| "none".to_owned(), |lease| lease.to_string());
    let (prev, create) = (number(row.prev_revision), number(row.create_revision));
    let mut columns = vec![format!("prev {prev:>id$}  create {create:>id$}  lease {lease:<4}")];
    // In another history, such as what is left, rows have other places.
    let is_table = std::ptr::eq(shown.history, &raw const app.table.history);
    if let Some(sizes) = app.usage.bytes.sizes().filter(|_| is_table) {
        let size = sizes.of(at).map(bytes).unwrap_or_default();
        columns.push(format!("  {size:>SIZE$}"));
    }
    let plan = shown.plan.filter(|_| !shown.batches);
    if let Some(batch) = plan.and_then(|plan| plan.batch_of(at)) {
        columns.push(format!("  batch {}", grouped(batch.number)));
    }
    columns
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
        let is_marked = app.mark.is_some_and(|mark| mark.to_string() == label.id);
        spans.push(app.start.look.span(if is_marked { "*" } else { " " }, Role::Match));
        spans.push(app.start.look.span(format!(" {what}"), what_role));
    }
    if !label.note.is_empty() && note > 4 {
        spans.push(
            app.start.look.span(format!("  {}", glyphs.cut_end(&label.note, note)), Role::Broken),
        );
    }
    spans
}
