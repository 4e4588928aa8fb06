//! The list of what the audit found.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::Extent;
use super::list::Spot;
use crate::audit::{Finding, Severity};
use crate::display::{Glyph, Role};
use crate::text::{escape, grouped, wrap};
use crate::tui::app::App;
use crate::tui::find::Within;
use crate::tui::find::view::found_by;
use crate::tui::layout::Pane;
use crate::tui::panes::Listing;
use crate::tui::style::{spread, window};

/// Draws the list: only the lines that are on the screen are made.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let list = &app.audit.list;
    let block = app
        .start
        .look
        .block(app.focus == Pane::List, title(app, area.width), String::new())
        .title_top(Line::from(counts(app)).right_aligned());
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if list.is_nothing_found() {
        let said = "No finding has these letters. / and Esc list them again.";
        let said = wrap(said, usize::from(inner.width).saturating_sub(2), true).into_iter();
        let said = said.map(|line| Line::from(app.start.look.span(format!(" {line}"), Role::Dim)));
        frame.render_widget(said.collect::<Text<'_>>(), inner);
        return;
    }
    if list.is_empty() {
        let ellipsis = app.start.look.glyphs.text("…");
        let line = app.start.look.span(format!(" Auditing the rows{ellipsis}"), Role::Dim);
        frame.render_widget(Line::from(line), inner);
        return;
    }
    let height = usize::from(inner.height);
    let width = usize::from(inner.width);
    let top = window(list.cursor, list.len(), height);
    let spots = (top..list.len().min(top + height)).filter_map(|at| Some((at, list.at(at)?)));
    let revisions = spots.clone().map(|(_, spot)| number(app, spot).len()).max().unwrap_or(0);
    let lines = spots.map(|(at, spot)| {
        let line = line(app, spot, width, revisions);
        app.start.look.bar(line, app.focus == Pane::List, at == list.cursor)
    });
    frame.render_widget(lines.collect::<Text<'_>>(), inner);
}

/// The lines of the list, as text.
pub(in crate::tui) fn texts(app: &App, most: usize) -> Vec<String> {
    const WIDTH: usize = 120;
    let list = &app.audit.list;
    let spots = (0..list.len().min(most)).filter_map(|at| list.at(at));
    spots.map(|spot| line(app, spot, WIDTH, 0).to_string().trim_end().to_owned()).collect()
}

/// What is audited, as far as that is not the whole table.
fn title(app: &App, width: u16) -> Line<'static> {
    let part = match app.audit.extent {
        Some(Extent::SoFar) => "so far ",
        Some(Extent::Part) => "in part ",
        Some(Extent::Whole) | None => "",
    };
    let counts: usize = counts(app).iter().map(Span::width).sum();
    let fits = " Findings ".len() + part.len() + counts + 2 <= usize::from(width);
    let name = if fits || part.is_empty() { " Findings " } else { " " };
    let look = app.start.look;
    let mut title = vec![look.span(name, Role::Title), look.span(part, Role::Match)];
    if let Some(found) = found_by(app, Within::List(Listing::Findings), app.audit.list.query()) {
        title.extend([found, Span::raw(" ")]);
    }
    Line::from(title)
}

/// `⊗ 17  ⚠ 3  i 1`
fn counts(app: &App) -> Vec<Span<'static>> {
    let some = Severity::ALL.into_iter().filter(|&it| app.audit.count_of(it) > 0);
    some.map(|severity| {
        let number = grouped(app.audit.count_of(severity) as u64);
        let glyph = app.start.look.glyphs.of(Glyph::Severity(severity));
        app.start.look.span(format!(" {glyph} {number} "), Role::Severity(severity))
    })
    .collect()
}

/// The number at the end of a line: how many belong to a heading, the revision of a finding.
fn number(app: &App, spot: Spot) -> String {
    match spot {
        Spot::Rule(_) | Spot::Unchecked => grouped(app.audit.list.listed(spot) as u64),
        Spot::Finding(at) => app.audit.findings.found[at]
            .row()
            .map_or_else(String::new, |row| app.table.history.id(row).to_string()),
        Spot::Clean | Spot::NotChecked(_) => String::new(),
    }
}

fn line(app: &App, spot: Spot, width: usize, revisions: usize) -> Line<'static> {
    let glyphs = app.start.look.glyphs;
    let right = format!(" {:>revisions$} ", number(app, spot));
    let (left, name, role) = match spot {
        Spot::Clean => {
            let name = match app.audit.extent {
                Some(Extent::SoFar) => "No findings so far",
                Some(Extent::Part) => "No findings in what was read",
                Some(Extent::Whole) | None => "No findings",
            };
            (Vec::new(), name.to_owned(), Role::Live)
        }
        Spot::Rule(rule) => {
            let glyph = glyphs.of(Glyph::Severity(rule.severity));
            let left = vec![
                fold(app, spot),
                app.start.look.span(format!("{glyph} "), Role::Severity(rule.severity)),
            ];
            (left, rule.name.to_owned(), Role::Title)
        }
        Spot::Unchecked => (vec![fold(app, spot)], "not checked".to_owned(), Role::Title),
        Spot::Finding(at) => return finding(app, &app.audit.findings.found[at], width, right),
        Spot::NotChecked(at) => {
            let rule = app.audit.findings.unchecked[at].rule;
            (vec![Span::raw("   ")], rule.name.to_owned(), Role::Dim)
        }
    };
    let mut spans = vec![Span::raw(" ")];
    spans.extend(left);
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(
        app.start
            .look
            .span(glyphs.cut_end(&name, width.saturating_sub(used + right.width())), role),
    );
    spread(spans, vec![app.start.look.span(right, Role::Dim)], width)
}

fn fold(app: &App, heading: Spot) -> Span<'static> {
    let folded = app.audit.list.is_folded(heading);
    app.start.look.span(format!("{} ", app.start.look.glyphs.of(Glyph::Folded(folded))), Role::Dim)
}

/// `     …/minions/node-00   4401 `: its key, or what is found where that is about no key.
fn finding(app: &App, finding: &Finding, width: usize, right: String) -> Line<'static> {
    const INDENT: &str = "     ";
    let glyphs = app.start.look.glyphs;
    let room = width.saturating_sub(INDENT.len() + right.width());
    let text = finding.key.map_or_else(
        || {
            let message = app.audit.findings.message(&app.table.history, finding);
            glyphs.cut_end(&glyphs.text(&message), room)
        },
        |key| glyphs.cut_start(&escape(app.table.history.name(key)), room).0,
    );
    let left = vec![Span::raw(INDENT), Span::raw(text)];
    spread(left, vec![app.start.look.span(right, Role::Dim)], width)
}
