//! What the model looks like: every function here borrows the model and draws.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use super::app::{App, Purpose};
use super::layout::{Pane, SMALLEST};
use super::panes::Listing;
use super::panes::{chain, detail, findings, keys, log, preview, usage};
use super::screen::areas;
use super::{copy, footer, header, overlays, palette};
use crate::text::wrap;

/// Draws everything.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    let (width, height) = SMALLEST;
    if app.size.width < width || app.size.height < height {
        let lines = too_small(app.size).into_iter().map(Line::from);
        frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), frame.area());
        return;
    }
    let areas = areas(app);
    header::draw(app, frame, areas.header);
    header::draw_verdict(app, frame, areas.verdict);
    header::draw_newest(app, frame, areas.newest);
    header::draw_watch(app, frame, areas.watch);
    let list = match app.listing {
        Listing::Keys => keys::view::draw,
        Listing::Findings => findings::view::draw,
        Listing::Usage => usage::view::draw,
        Listing::Log => log::view::draw,
    };
    let beside = if app.chain.compares { chain::view::draw_after } else { detail::view::draw };
    for (pane, draw) in [
        (Pane::List, list as fn(&App, &mut Frame<'_>, Rect)),
        (Pane::Chain, chain::view::draw),
        (Pane::Detail, beside),
    ] {
        let area = areas.pane(pane);
        if !area.is_empty() {
            draw(app, frame, area);
        }
    }
    preview::view::draw(app, frame, areas.preview);
    footer::draw(app, frame, areas.footer);
    if let Some(overlay) = app.overlay {
        overlays::view::draw(app, frame, overlay);
    }
    if app.copying {
        copy::view::draw(app, frame);
    }
    if app.prompt.as_ref().is_some_and(|prompt| prompt.purpose == Purpose::Palette) {
        palette::view::draw(app, frame);
        footer::draw(app, frame, areas.footer);
    }
}

/// What a terminal has room for of how large it must be. A size that was cut off would be another.
fn too_small(size: Size) -> Vec<String> {
    let (width, height) = SMALLEST;
    let needed = format!("{width}x{height}");
    let all = format!("kinescope needs {needed}; this is {size}");
    let texts = [all, format!("needs {needed}"), needed];
    let lines = |text: &String| -> Vec<String> {
        let lines = wrap(text, usize::from(size.width), false);
        lines.into_iter().map(Cow::into_owned).collect()
    };
    let fits = |lines: &Vec<String>| {
        lines.len() <= usize::from(size.height)
            && lines.iter().all(|line| line.len() <= usize::from(size.width))
    };
    texts.iter().map(lines).find(fits).unwrap_or_default()
}
