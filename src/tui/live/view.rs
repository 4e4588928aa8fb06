//! What is said of it: in the first line, below it, and on the page about the table.

use crate::display::{Role, words};
use crate::text::grouped;
use crate::tui::app::App;

/// For the first line: that the table is followed, when it was looked at last, and how many rows came; in
/// as many words as there is room for.
pub(in crate::tui) fn header(app: &App, room: usize) -> Option<String> {
    let live = &app.live;
    if !live.is_on {
        return None;
    }
    if app.moment.is_some() {
        return Some("following waits".to_owned());
    }
    let Some(looked) = live.looked else { return Some("following".to_owned()) };
    let time = app.start.preferences.zone.time(looked);
    let rows = grouped(live.rows);
    let texts = [
        format!("following: {}, looked at {time}", words::rows_came(live.rows)),
        format!("following {time} +{rows}"),
        format!("live {time} +{rows}"),
    ];
    let fits = |text: &String| text.len() <= room;
    texts.iter().find(|text| fits(text)).cloned().or(Some(format!("live +{rows}")))
}

/// What should be read now: that there is no answer, that kine compacts, and what came of that.
pub(in crate::tui) fn news(app: &App) -> Vec<(String, Role)> {
    let live = &app.live;
    let mut said = Vec::new();
    if let Some(why) = live.lost.as_ref().filter(|_| live.is_on) {
        let since = live.looked.map(|at| app.start.preferences.zone.time(at));
        let since = since.map_or_else(String::new, |time| format!(" since {time}"));
        let why = why.trim_end_matches('.');
        said.push((format!("No answer{since}; it is tried again. Why: {why}."), Role::Lost));
    }
    let comes = live.moved.filter(|_| live.is_on);
    if let Some(now) = comes {
        said.push((format!("kine compacts: to {now} so far."), Role::Internal));
    } else if let Some(before) = &live.before
        && let Some(now) =
            app.table.history.compacted().filter(|&it| before.compacted() != Some(it))
    {
        said.push((
            format!("kine compacted to {now}, so far; the next look compares."),
            Role::Internal,
        ));
    }
    if let Some(told) = live.outcome.as_ref().filter(|told| !told.is_read && comes.is_none()) {
        let role = if told.is_good { Role::Internal } else { Role::Lost };
        let gone = told.outcome.as_ref().map_or(0, |outcome| outcome.gone.len() as u64);
        let more = match gone {
            0 => String::new(),
            1 => " i names the row that went.".to_owned(),
            gone => format!(" i lists the {} that went.", grouped(gone)),
        };
        said.push((format!("{}{more}", told.said), role));
    }
    said
}

/// What came of the last compaction, a paragraph each: for the page about the table.
pub(in crate::tui) fn outcome(app: &App) -> Vec<String> {
    /// With more keys, nobody reads on.
    const KEYS: usize = 200;
    let Some(told) = &app.live.outcome else { return Vec::new() };
    let gone = told.outcome.as_ref().map(|outcome| words::gone(outcome, KEYS));
    std::iter::once(told.said.clone()).chain(gone.unwrap_or_default()).collect()
}
