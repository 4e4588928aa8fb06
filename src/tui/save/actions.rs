//! Which report is saved.

use super::{Format, Report, Saving};
use crate::tui::app::App;
use crate::tui::copy;
use crate::tui::layout::Pane;
use crate::tui::message::Command;
use crate::tui::overlays::Sheet;
use crate::tui::panes::{Listing, findings};

/// What is shown where the keyboard is, as a report.
fn shown(app: &App) -> Report {
    let text = |what| Report::Text(what, copy::actions::shown(app));
    if let Some(overlay) = app.overlay {
        return text(match overlay.sheet {
            Sheet::Help => "the help",
            Sheet::Statements => "the statements",
            Sheet::Value => "the value on the screen",
            Sheet::About => "what is known of the table",
        });
    }
    match (app.subject(), app.listing) {
        (Pane::Chain, _) if app.chain.compares => text("the chain before and after"),
        (Pane::Chain, _) if app.moment.is_some() => text("the chain as it was"),
        (Pane::Chain | Pane::Detail, _) => {
            match findings::actions::key(app).filter(|_| app.moment.is_none()) {
                Some(key) => Report::Chain(key),
                None => text("the text of this pane"),
            }
        }
        (Pane::List, Listing::Findings) => Report::Audit,
        (Pane::List, Listing::Usage) => Report::Usage,
        (Pane::List, Listing::Keys) if app.preview.is_some() => Report::Preview,
        (Pane::List, Listing::Keys) => text("the list of keys"),
        (Pane::List, Listing::Log) => text("the log"),
    }
}

/// The files that are offered for what is shown, the one first whose path was typed, and what each is.
pub(in crate::tui) fn offers(app: &App, typed: &str) -> Vec<(String, String)> {
    let report = shown(app);
    let said = |format: Format| format!("{} as {}", report.words(), format.name());
    let mut offers = Vec::new();
    if !typed.is_empty() {
        let format = Format::of(typed);
        let is_known = report.formats().contains(&format);
        offers.push((typed.to_owned(), if is_known { said(format) } else { no(&report, format) }));
    }
    let names = report
        .formats()
        .iter()
        .map(|&format| (format!("{}.{}", report.stem(), format.extension()), said(format)));
    offers.extend(names.filter(|(name, _)| name != typed));
    offers
}

/// Asks for what is shown in a new file.
///
/// # Errors
///
/// Says why that cannot be.
pub(in crate::tui) fn save(app: &App, path: &str) -> Result<Vec<Command>, String> {
    let report = shown(app);
    let format = Format::of(path);
    if !report.formats().contains(&format) {
        return Err(no(&report, format) + ".");
    }
    let is_text = matches!(report, Report::Text(..));
    if app.reading.is_on() && !is_text {
        return Err("The table is still being read: a report would be of a part of it.".to_owned());
    }
    if !is_text && app.table.history.is_empty() {
        return Err("The table is empty: there is nothing to save.".to_owned());
    }
    Ok(vec![Command::Save(Saving { report, format, path: path.to_owned() })])
}

/// That a report does not have a format, and which it has.
fn no(report: &Report, format: Format) -> String {
    let known = report.formats().iter().map(|format| format!(".{}", format.extension()));
    let known = known.collect::<Vec<_>>().join(", ");
    format!("There is no {} of {}, only {known}", format.name(), report.words())
}
