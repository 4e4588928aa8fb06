//! What keys do to find something.

use tui_input::Input;

use super::{Within, has};
use crate::display::Label;
use crate::text::count;
use crate::tui::app::{App, Purpose};
use crate::tui::navigate::step;
use crate::tui::overlays::view::texts;
use crate::tui::panes::Listing;
use crate::tui::panes::keys::filter::Filter;
use crate::tui::prompt::ask;

/// Begins to type what is looked for in what is shown.
pub(in crate::tui) fn open(app: &mut App) {
    let sheet = app.overlay.map(|overlay| overlay.sheet);
    let within = Within::shown(sheet, app.subject(), app.listing);
    let typed: Input = match within {
        Within::List(listing) => query(app, listing).into(),
        Within::Help => app.help.query.clone().into(),
        Within::Chain | Within::Text => Input::default(),
    };
    ask(app, Purpose::Find(within), typed);
    if let Within::List(_) = within {
        app.focus = crate::tui::layout::Pane::List;
    }
}

/// Follows what is typed, if that has changed.
pub(in crate::tui) fn follow(app: &mut App) {
    let Some(prompt) = &app.prompt else { return };
    let Purpose::Find(within) = prompt.purpose else { return };
    let typed = prompt.input.value();
    let App { keys, audit, usage, log, help, table, preview, .. } = app;
    let history = &table.history;
    match within {
        Within::List(Listing::Keys) if typed != keys.query.value() => {
            keys.query = prompt.input.clone();
            keys.look_for(history, preview.as_ref(), audit);
        }
        Within::List(Listing::Findings) if typed != audit.list.query() => {
            audit.list.look_for(typed, history, &audit.findings);
        }
        Within::List(Listing::Usage) if typed != usage.query() => {
            usage.look_for(typed, history);
        }
        Within::List(Listing::Log) if typed != log.query() => log.look_for(typed, history),
        Within::Help if typed != help.query => {
            typed.clone_into(&mut help.query);
            app.open(crate::tui::overlays::Sheet::Help);
        }
        Within::Chain | Within::Text if typed != app.sought => {
            app.sought = typed.to_owned();
            // From where it was before it was typed, so that a longer word may be further on.
            let (line, overlay) = (prompt.line, prompt.overlay);
            app.chain.point_at(line);
            app.overlay = overlay;
            go(app, within, true, true);
        }
        _ => {}
    }
}

/// To the next place that was found, or the one before.
pub(in crate::tui) fn next(app: &mut App, forward: bool) {
    let sheet = app.overlay.map(|overlay| overlay.sheet);
    let within = Within::shown(sheet, app.subject(), app.listing);
    match within {
        Within::Chain | Within::Text if app.sought.is_empty() => {
            app.refuse("/ finds something in what is shown; n and N then go from one to the next.");
        }
        Within::Chain | Within::Text => go(app, within, forward, false),
        Within::List(listing) if query(app, listing).is_empty() => {
            app.refuse("/ finds something in what is shown; n and N then go from one to the next.");
        }
        // Whatever is listed was found.
        Within::List(_) => step(app, if forward { 1 } else { -1 }),
        Within::Help => {}
    }
}

/// What a list was filtered by.
fn query(app: &App, listing: Listing) -> &str {
    match listing {
        Listing::Keys => app.keys.query.value(),
        Listing::Findings => app.audit.list.query(),
        Listing::Usage => app.usage.query(),
        Listing::Log => app.log.query(),
    }
}

/// Lists everything again; false where that is listed already.
pub(in crate::tui) fn forget(app: &mut App) -> bool {
    let App { keys, audit, usage, log, table, preview, .. } = app;
    let history = &table.history;
    match app.listing {
        Listing::Keys if !keys.query.value().is_empty() || keys.filter != Filter::All => {
            keys.show_all(history, preview.as_ref(), audit);
        }
        Listing::Findings if !audit.list.query().is_empty() => {
            audit.list.look_for("", history, &audit.findings);
        }
        Listing::Usage if !usage.query().is_empty() => usage.look_for("", history),
        Listing::Log if !log.query().is_empty() => log.look_for("", history),
        Listing::Log if log.kind().is_some() => log.only(None, history),
        _ => return false,
    }
    true
}

/// Goes to a place that has the letters: the nearest one, after the one that is shown unless that counts.
fn go(app: &mut App, within: Within, forward: bool, stays: bool) {
    let places = places(app, within);
    let here = match within {
        Within::Chain => app.chain.cursor,
        _ => app.overlay.map(|overlay| overlay.top).unwrap_or_default(),
    };
    // Of a text, what stands on the screen already is looked at, too.
    let next = match (forward, stays) {
        (true, true) => places.iter().position(|&at| at >= here),
        (true, false) => places.iter().position(|&at| at > here),
        (false, _) => places.iter().rposition(|&at| at < here),
    };
    let around = if forward { 0 } else { places.len().saturating_sub(1) };
    let Some(&place) = places.get(next.unwrap_or(around)) else {
        if !app.sought.is_empty() {
            app.refuse(format!("Nothing here has \"{}\".", app.sought));
        }
        return;
    };
    match (within, &mut app.overlay) {
        (Within::Chain, _) => app.chain.point_at(place),
        (_, Some(overlay)) => overlay.top = place,
        _ => {}
    }
    let nth = places.iter().position(|&at| at == place).unwrap_or_default() + 1;
    let turned = if next.is_none() { ", from the start again" } else { "" };
    let lines = count(places.len() as u64, "line");
    app.tell(format!("{nth} of {lines} with \"{}\"{turned}.", app.sought));
}

/// The lines that have the letters.
fn places(app: &App, within: Within) -> Vec<usize> {
    if app.sought.is_empty() {
        return Vec::new();
    }
    let has = |text: &str| has(text.as_bytes(), &app.sought);
    match (within, app.overlay) {
        (Within::Chain, _) => {
            let shown = app.shown();
            let lines = app.chain.picture.lines.iter().enumerate();
            let found = lines.filter(|(_, line)| {
                let Some(item) = line.item else { return false };
                let Label { id, what, note, fate, .. } = Label::of(&shown, item);
                [id, what, note, fate].iter().any(|text| has(text))
            });
            found.map(|(at, _)| at).collect()
        }
        (_, Some(overlay)) => {
            let lines = texts(app, overlay.sheet).into_iter().enumerate();
            lines.filter(|(_, text)| has(text)).map(|(at, _)| at).collect()
        }
        _ => Vec::new(),
    }
}
