//! The preview: the target, the strip of the whole table, and the counts.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use super::super::preview::{Foreseen, Preview};
use crate::display::{Glyph, Role, Strip, words};
use crate::history::compaction::{Algorithm, Effect, Plan};
use crate::text::{count, grouped};
use crate::tui::app::App;

const LABEL: &str = " compact to ";
/// The widest bar: more would only be wider.
const WIDEST: usize = 72;
/// A bar that has less room is left out.
const NARROWEST: usize = 16;

/// Draws the preview, if one is on.
pub(in crate::tui) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let Some(preview) = app.preview.as_ref().filter(|_| area.height > 0) else { return };
    let width = usize::from(area.width);
    let target = preview.target.to_string();
    let Some(foreseen) = preview.foreseen() else {
        let ellipsis = app.start.look.glyphs.of(Glyph::Ellipsis);
        let line = format!("{LABEL}{target}   working it out{ellipsis}");
        frame.render_widget(Line::from(app.start.look.span(line, Role::Text)), area);
        return;
    };
    let plan = foreseen.plan();
    let counts = words::counts(plan);
    if area.height < 3 {
        let mut line = vec![app.start.look.span(format!(" to {target} "), Role::Title)];
        line.extend(effects(app, foreseen, false));
        let removed = format!(" removes {}", grouped(plan.removed() as u64));
        line.push(app.start.look.span(removed, Role::Text));
        frame.render_widget(Line::from(line), area);
        return;
    }
    let effects_line = effects(app, foreseen, true);
    let words = Line::from(effects_line.clone()).width().max(target.len() + 4 + counts.len());
    let bar = width.saturating_sub(LABEL.len() + 2 + 3 + words).min(WIDEST);
    let wide = bar >= NARROWEST;
    let mut lines = if wide {
        let mut first = vec![app.start.look.span(LABEL, Role::Title)];
        first.extend(slider(app, preview, bar));
        first.push(app.start.look.span(format!(" {target}"), Role::Title));
        first.push(app.start.look.span(format!("   {counts}"), Role::Text));
        let mut second = vec![Span::raw(" ".repeat(LABEL.len() + 1))];
        second.extend(strip(app, foreseen, bar));
        second.push(Span::raw("  "));
        second.extend(effects_line);
        vec![Line::from(first), Line::from(second)]
    } else {
        let mut first = vec![app.start.look.span(format!("{LABEL}{target}  "), Role::Title)];
        first.extend(effects(app, foreseen, false));
        let mut second = vec![Span::raw(" ")];
        second.extend(strip(app, foreseen, width.saturating_sub(2)));
        vec![Line::from(first), Line::from(second)]
    };
    let stop = words::stop(plan).map(|stop| (stop, Role::Lost));
    let retain = preview.policy.min_retain;
    let later = || Some((words::unreached(&app.table.history, plan, retain)?, Role::Dim));
    lines.push(match stop.or_else(later) {
        Some((note, role)) => Line::from(
            app.start.look.span(app.start.look.glyphs.cut_end(&format!(" {note}"), width), role),
        ),
        None => legend(app, plan, width, wide, &counts),
    });
    frame.render_widget(Text::from(lines), area);
}

/// `◂━━━━━●───▸`
fn slider(app: &App, preview: &Preview, cells: usize) -> Vec<Span<'static>> {
    let glyphs = app.start.look.glyphs;
    let at = preview.cell_of(&app.table.history, cells);
    let run = |glyph, cells| glyphs.of(glyph).to_string().repeat(cells);
    vec![
        app.start.look.span(run(Glyph::BarEnds(true), 1), Role::Dim),
        app.start.look.span(run(Glyph::Bar(true), at), Role::Focus),
        app.start.look.span(run(Glyph::Target, 1), Role::Title),
        app.start.look.span(run(Glyph::Bar(false), cells.saturating_sub(at + 1)), Role::Dim),
        app.start.look.span(run(Glyph::BarEnds(false), 1), Role::Dim),
    ]
}

/// The whole table, by revision and by fate.
fn strip(app: &App, foreseen: &Foreseen, cells: usize) -> Vec<Span<'static>> {
    let cells = foreseen.strip(&app.table.history, cells);
    cells.into_iter().map(|cell| strip_cell(app, cell)).collect()
}

fn strip_cell(app: &App, cell: Strip) -> Span<'static> {
    let role = match cell {
        Strip::Empty => Role::Text,
        Strip::Removed | Strip::Mixed => Role::Dim,
        Strip::Survives => Role::Survives,
        Strip::Affected => Role::Resurrected,
    };
    app.start.look.span(app.start.look.glyphs.of(Glyph::Strip(cell)).to_string(), role)
}

/// `☠ 3 resurrected  ↶ 0 reverted  ∅ 0 lost`
fn effects(app: &App, foreseen: &Foreseen, in_words: bool) -> Vec<Span<'static>> {
    [
        (Effect::Resurrected, Role::Resurrected),
        (Effect::Reverted, Role::Reverted),
        (Effect::Lost, Role::Lost),
    ]
    .into_iter()
    .map(|(effect, role)| {
        let keys = foreseen.affected(effect);
        let role = if keys == 0 { Role::Dim } else { role };
        let glyph = app.start.look.glyphs.of(Glyph::Effect(effect));
        let word = if in_words { words::effect_word(effect) } else { "" };
        let space = if in_words { " " } else { "" };
        app.start.look.span(format!("{glyph} {}{space}{word}  ", grouped(keys as u64)), role)
    })
    .collect()
}

/// `7 batches, the last removes 210`, or the rule that is in force when it is not today's.
fn last_batch(plan: &Plan) -> String {
    if plan.policy.algorithm != Algorithm::default() {
        return plan.policy.algorithm.name().to_owned();
    }
    let last = plan.batches().next_back().filter(|last| last.number == plan.transactions);
    format!(
        "{}, the last removes {}",
        count(plan.transactions, "batch"),
        grouped(last.map_or(0, |last| last.removed) as u64)
    )
}

/// What the strip's characters mean, or the counts where they have no room above.
fn legend(app: &App, plan: &Plan, width: usize, wide: bool, counts: &str) -> Line<'static> {
    if !wide {
        return Line::from(app.start.look.span(format!(" {counts}"), Role::Text));
    }
    let mut line = vec![Span::raw(" ".repeat(LABEL.len() + 1))];
    for (cell, word) in [
        (Strip::Removed, "removed"),
        (Strip::Mixed, "some of both"),
        (Strip::Survives, "survives"),
        (Strip::Affected, "changes its key"),
    ] {
        line.push(strip_cell(app, cell));
        line.push(app.start.look.span(format!(" {word}   "), Role::Dim));
    }
    line.push(app.start.look.span(last_batch(plan), Role::Dim));
    let used: usize = line.iter().map(Span::width).sum();
    if used > width {
        line.pop();
    }
    Line::from(line)
}
