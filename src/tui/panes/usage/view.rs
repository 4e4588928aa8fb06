//! The list of what fills the table, and the busiest keys of a part of it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::super::usage;
use crate::display::{Glyph, Role, Strip, words};
use crate::history::usage::{Amount, Kind, Node, Sort, Usage};
use crate::text::{bytes, count, escape, grouped};
use crate::tui::app::App;
use crate::tui::find::Within;
use crate::tui::find::view::found_by;
use crate::tui::layout::Pane;
use crate::tui::panes::Listing;
use crate::tui::panes::findings::Extent;
use crate::tui::screen::areas;
use crate::tui::style::{spread, window};

/// From this width on there are several columns of numbers.
const WIDE: usize = 56;
/// So much of that is left for names.
const NAMES: usize = 16;
/// Under this width there is no share: the bar shows it.
const NARROW: usize = 34;

/// Draws the list: only the lines that are on the screen are made.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let list = &app.usage;
    let Some((usage, extent)) = &list.counted else {
        let title = Line::from(app.start.look.span(" Usage ", Role::Title));
        let block = app.start.look.block(app.focus == Pane::List, title, String::new());
        let inner = block.inner(area);
        frame.render_widget(block, area);
        let ellipsis = app.start.look.glyphs.text("…");
        let line = app.start.look.span(format!(" Counting rows{ellipsis}"), Role::Dim);
        frame.render_widget(Line::from(line), inner);
        return;
    };
    let (title, rows) = title(app, usage, *extent, usize::from(area.width));
    let block = app.start.look.block(app.focus == Pane::List, title, rows);
    let inner = block.inner(area);
    frame.render_widget(block, area);
    let mut height = usize::from(inner.height);
    let columns = Columns::of(app, usage, usize::from(inner.width));
    let mut lines = Vec::with_capacity(height);
    if columns.numbers.len() > 1 {
        lines.push(columns.headings(app));
        height = height.saturating_sub(1);
    }
    if list.is_ordering() && list.parts.is_empty() {
        let ellipsis = app.start.look.glyphs.text("…");
        lines.push(Line::from(app.start.look.span(format!(" Sorting keys{ellipsis}"), Role::Dim)));
    }
    let top = window(list.cursor, list.parts.len(), height);
    for (at, &part) in list.parts.iter().enumerate().skip(top).take(height) {
        let line = columns.line(app, usage, part);
        lines.push(app.start.look.bar(line, app.focus == Pane::List, at == list.cursor));
    }
    frame.render_widget(Text::from(lines), inner);
}

/// How many lines stand above the list.
pub(in crate::tui) fn headings(app: &App) -> u16 {
    let width = usize::from(areas(app).pane(Pane::List).width.saturating_sub(2));
    let columns = app.usage.counted.as_ref().map(|(usage, _)| Columns::of(app, usage, width));
    columns.map_or(0, |columns| u16::from(columns.numbers.len() > 1))
}

/// The lines of the list, as text, without their bars.
pub(in crate::tui) fn texts(app: &App, most: usize) -> Vec<String> {
    let Some((usage, _)) = &app.usage.counted else { return Vec::new() };
    let parts = app.usage.parts.iter().take(most);
    let line = |part: &Node| {
        let name = usage.name(&app.table.history, *part).map(|name| escape(name).into_owned());
        let name = name.unwrap_or_else(|| format!("{:?}", part.kind).to_lowercase());
        format!("{}\t{name}", usage.amount(*part).rows)
    };
    parts.map(line).collect()
}

/// ` Usage /registry/leases/ by keys `, and how many rows that are.
fn title(app: &App, usage: &Usage, extent: Extent, width: usize) -> (Line<'static>, String) {
    let list = &app.usage;
    let rows = count(list.listed.map_or(0, |node| usage.amount(node).rows), "row");
    let rows = format!(" {rows} ");
    let part = match extent {
        Extent::SoFar => "so far ",
        Extent::Part => "in part ",
        Extent::Whole => "",
    };
    let sort = match list.sort {
        Sort::Rows => String::new(),
        Sort::Bytes if list.bytes.is_partial() => "by bytes, in part ".to_owned(),
        other => format!("by {} ", usage::name(other)),
    };
    let used = " Usage ".len() + part.len() + sort.len() + rows.len() + 3;
    let name = match list.prefix() {
        b"" => String::new(),
        name => app.start.look.glyphs.cut_start(&escape(name), width.saturating_sub(used)).0 + " ",
    };
    let mut title = vec![
        app.start.look.span(" Usage ", Role::Title),
        app.start.look.span(name, Role::Title),
        app.start.look.span(part, Role::Match),
        app.start.look.span(sort, Role::Dim),
    ];
    if let Some(found) = found_by(app, Within::List(Listing::Usage), list.query()) {
        title.extend([found, Span::raw(" ")]);
    }
    (Line::from(title), rows)
}

/// A column of numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Rows,
    Keys,
    Freed,
    Bytes,
    FreedBytes,
}

impl Number {
    /// All of them, in their order on the screen.
    const ALL: [Self; 5] = [Self::Rows, Self::Keys, Self::Freed, Self::Bytes, Self::FreedBytes];

    /// The one that an order goes by.
    const fn of(sort: Sort) -> Self {
        match sort {
            Sort::Rows | Sort::Name => Self::Rows,
            Sort::Keys => Self::Keys,
            Sort::Freed => Self::Freed,
            Sort::Bytes => Self::Bytes,
        }
    }

    const fn heading(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::Keys => "keys",
            Self::Bytes => "bytes",
            Self::Freed | Self::FreedBytes => "go",
        }
    }

    /// The number of a part; `None` as long as it is not known.
    fn text(self, amount: &Amount) -> Option<String> {
        match self {
            Self::Rows => Some(grouped(amount.rows)),
            Self::Keys => Some(grouped(amount.keys)),
            Self::Freed => amount.freed.map(grouped),
            Self::Bytes => amount.bytes.map(bytes),
            Self::FreedBytes => amount.freed_bytes.map(bytes),
        }
    }
}

/// What there is room for, and how wide it is.
struct Columns {
    width: usize,
    bar: usize,
    share: bool,
    /// The numbers, and how wide each is.
    numbers: Vec<(Number, usize)>,
    /// The most of what the order goes by, which has the whole bar.
    most: u64,
    /// All of it, for the shares.
    all: u64,
    by: Sort,
}

impl Columns {
    fn of(app: &App, usage: &Usage, width: usize) -> Self {
        let list = &app.usage;
        let by = if list.sort == Sort::Name { Sort::Rows } else { list.sort };
        let table = usage.amount(usage.table());
        let bar = (width / 6).clamp(4, 16);
        let share = width >= NARROW;
        let is_known = |number: &Number| match number {
            Number::Rows | Number::Keys => true,
            Number::Freed => app.preview.is_some(),
            Number::Bytes => usage.has_bytes(),
            Number::FreedBytes => usage.has_bytes() && app.preview.is_some(),
        };
        let widest = |number: Number| match number {
            // Of no part there are more digits than `1023.9 KiB` has.
            Number::Bytes | Number::FreedBytes => 10,
            _ => number.text(&table).unwrap_or_default().len().max(number.heading().len()),
        };
        let mut numbers: Vec<_> = Number::ALL
            .into_iter()
            .filter(|number| *number == Number::of(by) || width >= WIDE && is_known(number))
            .map(|number| (number, widest(number)))
            .collect();
        let used = |numbers: &[(Number, usize)]| -> usize {
            2 + bar + 5 * usize::from(share) + numbers.iter().map(|it| 2 + it.1).sum::<usize>()
        };
        while used(&numbers) + NAMES > width && numbers.len() > 1 {
            // Keys are what people miss least, and then what is on the right.
            let spare = |it: &(Number, usize)| it.0 != Number::of(by);
            let keys = numbers.iter().position(|it| it.0 == Number::Keys && spare(it));
            let Some(at) = keys.or_else(|| numbers.iter().rposition(spare)) else { break };
            numbers.remove(at);
        }
        Self {
            width,
            bar,
            share,
            numbers,
            most: list.most,
            all: usage.measure(usage.table(), by),
            by,
        }
    }

    fn headings(&self, app: &App) -> Line<'static> {
        let numbers: String =
            self.numbers.iter().map(|&(it, width)| format!(" {:>width$} ", it.heading())).collect();
        spread(Vec::new(), vec![app.start.look.span(numbers, Role::Dim)], self.width)
    }

    /// ` leases/            ░░░░██   62%  4,550 `
    fn line(&self, app: &App, usage: &Usage, part: Node) -> Line<'static> {
        let glyphs = app.start.look.glyphs;
        let amount = usage.amount(part);
        let measure = usage.measure(part, self.by);
        let mut right = vec![Span::raw(" ")];
        right.extend(self.bar(app, measure, &amount));
        if self.share {
            right.push(
                app.start.look.span(format!(" {:>4}", percent(measure, self.all)), Role::Dim),
            );
        }
        for &(number, width) in &self.numbers {
            let role = if number == Number::of(self.by) { Role::Text } else { Role::Dim };
            let number = number.text(&amount).unwrap_or_else(|| glyphs.text("…"));
            right.push(app.start.look.span(format!(" {number:>width$} "), role));
        }
        let used: usize = right.iter().map(Span::width).sum();
        let label = words::usage_part(usage, &app.table.history, app.usage.listed, part);
        let label = glyphs.cut_end(&label, self.width.saturating_sub(used + 1));
        let role = match part.kind {
            Kind::Table | Kind::Prefix => Role::Title,
            Kind::Key => Role::Text,
            Kind::Gaps | Kind::Nameless => Role::Internal,
        };
        spread(vec![Span::raw(" "), app.start.look.span(label, role)], right, self.width)
    }

    /// How much that is of what has the most; of rows and bytes, those that go first.
    fn bar(&self, app: &App, measure: u64, amount: &Amount) -> Vec<Span<'static>> {
        let cells = scaled(self.bar, measure, self.most).clamp(usize::from(measure > 0), self.bar);
        let goes = match self.by {
            Sort::Rows => scaled(cells, amount.freed.unwrap_or_default(), measure),
            Sort::Bytes => scaled(cells, amount.freed_bytes.unwrap_or_default(), measure),
            Sort::Freed => cells,
            Sort::Keys | Sort::Name => 0,
        };
        let run =
            |strip, cells| app.start.look.glyphs.of(Glyph::Strip(strip)).to_string().repeat(cells);
        vec![
            app.start.look.span(run(Strip::Removed, goes), Role::Dim),
            app.start.look.span(run(Strip::Survives, cells - goes), Role::Survives),
            Span::raw(" ".repeat(self.bar - cells)),
        ]
    }
}

/// As many of the cells as a part is of the whole, rounded.
fn scaled(cells: usize, part: u64, whole: u64) -> usize {
    let whole = u128::from(whole.max(1));
    let cells = (cells as u128 * u128::from(part) + whole / 2) / whole;
    usize::try_from(cells).unwrap_or_default()
}

/// `62%`, and `<1%` of what is little.
fn percent(part: u64, whole: u64) -> String {
    match scaled(100, part, whole) {
        0 if part > 0 => "<1%".to_owned(),
        percent => format!("{percent}%"),
    }
}

/// Draws the busiest keys of the part that is selected, where a key has its chain.
pub(in crate::tui) fn draw_busiest(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let keys = &app.usage.busiest;
    let number = |usage: &Usage, node| {
        let number = match app.usage.sort {
            Sort::Keys => Number::Rows,
            sort => Number::of(sort),
        };
        number.text(&usage.amount(node)).unwrap_or_default()
    };
    let Some(usage) = app.usage.usage() else { return };
    let widest = keys.iter().map(|&key| number(usage, key).len()).max().unwrap_or_default();
    let lines = keys.iter().take(usize::from(area.height)).map(|&key| {
        let name = words::usage_part(usage, &app.table.history, app.usage.selected(), key);
        let room = width.saturating_sub(widest + 4);
        let name = app.start.look.glyphs.cut_start(&name, room).0;
        let pad = " ".repeat(room.saturating_sub(name.width()));
        Line::from(vec![
            Span::raw(format!(" {name}{pad}")),
            app.start.look.span(format!("  {:>widest$} ", number(usage, key)), Role::Dim),
        ])
    });
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}
