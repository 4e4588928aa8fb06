//! The first line: what is looked at, and the state of the table.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use super::app::{App, Reading};
use super::panes::Listing;
use super::panes::findings::Extent;
use super::{live, moment, reload, trial};
use crate::audit::Severity;
use crate::display::{Glyph, Role, words};
use crate::history::compaction::{Algorithm, Effect, Prospect};
use crate::text::{Pace, count, grouped, printable, wrap};
use crate::tui::style::spread;

/// Draws the line; what has no room is left out, the least important first.
pub(super) fn draw(app: &App, frame: &mut Frame<'_>, area: Rect) {
    let width = usize::from(area.width);
    let used = |spans: &[Span<'_>]| spans.iter().map(Span::width).sum::<usize>();
    let narrow = width < 72;
    let (ways, mut alarms) = (ways(app), alarms(app, narrow));
    let mut left = vec![Span::raw(" ")];
    if !narrow {
        left.extend([app.start.look.span("kinescope", Role::Title), Span::raw("  ")]);
    }
    let label = printable(&app.start.label);
    let label = app.start.look.glyphs.name(&label);
    let found = found(app);
    let beside = [&left, &ways, &alarms, &found].map(|spans| used(spans)).iter().sum::<usize>();
    let parts = parts(app, width.saturating_sub(beside + label.width() + 4));
    // Beside what is looked at and, while rows come and where that has room, how far the reading is
    // and how many there are.
    let reads = app.is_reading() || app.is_measuring();
    let progress: usize = parts.iter().take(2).map(|part| 3 + part.width()).sum();
    let free = width.saturating_sub(used(&left) + label.width() + used(&ways) + used(&alarms) + 1);
    // How many rows there are matters less than what is wrong with them.
    let kept = if reads && progress <= free { progress } else { 0 };
    if used(&found) + kept <= free {
        alarms.splice(0..0, found);
    }
    alarms.splice(0..0, ways);
    let right = used(&alarms);
    let room = width.saturating_sub(right + used(&left) + 1);
    left.push(Span::raw(app.start.look.glyphs.cut_end(&label, room)));
    for part in parts {
        let text = format!("   {}", part.content);
        if used(&left) + text.width() + right + 1 > width {
            break;
        }
        left.push(Span::styled(text, part.style));
    }
    frame.render_widget(spread(left, alarms, width), area);
}

/// The state of the table, the most important first. `room` is what the first has.
fn parts(app: &App, room: usize) -> Vec<Span<'static>> {
    let history = &app.table.history;
    let rows = history.len() as u64;
    let (mut parts, mut rate) = (Vec::new(), None);
    match &app.reading {
        Reading::Opening => {
            let seconds = app.reading_for.as_secs();
            let waited = if seconds > 0 { format!(", {seconds} s") } else { String::new() };
            parts.push(app.start.look.span(format!("opening{waited}"), Role::Internal));
        }
        Reading::Rows => {
            let (read, pace) =
                progress(app, "reading", rows, app.table.opened.expected, app.table.entries);
            rate = pace.map(|pace| app.start.look.span(pace, Role::Dim));
            parts.push(app.start.look.span(read, Role::Internal));
        }
        Reading::Done | Reading::Stopped | Reading::Failed(_) => {}
    }
    parts.extend(live::view::header(app, room).map(|it| app.start.look.span(it, Role::Internal)));
    if let Some(again) = &app.again {
        let read = match again.progress() {
            None => format!("reading again, {} s", app.reading_for.as_secs()),
            Some((rows, expected, entries)) => {
                progress(app, "reading again", rows as u64, expected, entries).0
            }
        };
        parts.push(app.start.look.span(read, Role::Internal));
    }
    if let Some(measured) = app.usage.bytes.progress() {
        let measured = measured as u64;
        let mut said = format!("measuring {} %", measured * 100 / rows.max(1));
        if let Some(pace) = Pace::of(measured, Some(rows), app.reading_for) {
            said.extend(pace.left.map(|left| format!(", {left}")));
            rate = Some(app.start.look.span(pace.rate, Role::Dim));
        }
        parts.push(app.start.look.span(said, Role::Internal));
    }
    let keys = history.key_count() as u64;
    let text =
        app.start.look.glyphs.text(&format!("{} · {}", count(rows, "row"), count(keys, "key")));
    parts.push(app.start.look.span(text, Role::Text));
    parts.extend(rate);
    if let Some(current) = history.current() {
        parts.push(app.start.look.span(format!("rev {current}"), Role::Text));
        let compacted = match history.compacted() {
            Some(compacted) => format!("compacted {compacted}"),
            None => "compacted unknown".to_owned(),
        };
        parts.push(app.start.look.span(compacted, Role::Text));
        if let Some(compacted) = history.compacted() {
            let backlog = current.saturating_sub(compacted);
            parts.push(app.start.look.span(format!("backlog {}", grouped(backlog)), Role::Dim));
        }
    }
    parts.push(
        app.start
            .look
            .span(app.start.look.glyphs.text(&printable(&app.table.opened.kind)), Role::Dim),
    );
    parts
}

/// How far a reading is, and how many rows come in a second.
fn progress(
    app: &App,
    what: &str,
    rows: u64,
    expected: Option<u64>,
    entries: usize,
) -> (String, Option<String>) {
    let all = expected.filter(|&all| all > 0 && rows <= all);
    let mut read = match all {
        Some(_) if rows == 0 && entries > 0 => {
            format!("{what} indexes, {} entries", grouped(entries as u64))
        }
        Some(all) => format!("{what} {} %", rows * 100 / all),
        None => what.to_owned(),
    };
    let pace = Pace::of(rows, all, app.reading_for);
    if let Some(left) = pace.as_ref().and_then(|pace| pace.left.as_ref()) {
        read += &format!(", {left}");
    }
    (read, pace.map(|pace| pace.rate))
}

/// How many errors and warnings the audit found.
fn found(app: &App) -> Vec<Span<'static>> {
    if app.moment.is_some() {
        return Vec::new();
    }
    let severities = [Severity::Error, Severity::Warning].into_iter();
    severities
        .filter(|&severity| app.audit.count_of(severity) > 0)
        .map(|severity| {
            let number = grouped(app.audit.count_of(severity) as u64);
            let glyph = app.start.look.glyphs.of(Glyph::Severity(severity));
            app.start.look.span(format!("{glyph} {number}  "), Role::Severity(severity))
        })
        .collect()
}

/// What everything else on the screen is said of: a trial, a part of the table, another compaction.
fn ways(app: &App) -> Vec<Span<'static>> {
    let rule =
        app.preview.as_ref().map_or_else(Algorithm::default, |preview| preview.policy.algorithm);
    let trial = trial::view::header(app);
    let trial = trial.map(|said| app.start.look.span(format!("{said}  "), Role::Lost));
    let moment = app.moment.as_ref().map(|moment| {
        app.start.look.span(format!("AS OF {}  ", moment.replay.revision()), Role::Internal)
    });
    let partial = app.is_partial().then(|| app.start.look.span("PARTIAL  ", Role::Lost));
    let other_algorithm = (rule != Algorithm::default())
        .then(|| app.start.look.span(format!("as {}  ", rule.short_name()), Role::Internal));
    trial.into_iter().chain(moment).chain(partial).chain(other_algorithm).collect()
}

/// What must not be missed; in signs and numbers alone where there is little room.
fn alarms(app: &App, narrow: bool) -> Vec<Span<'static>> {
    if app.moment.is_some() {
        return Vec::new();
    }
    let glyphs = app.start.look.glyphs;
    let alarm = |glyph, number: u64, words: String, role| {
        let words = if narrow { grouped(number) } else { words };
        (number > 0).then(|| app.start.look.span(format!("{} {words}  ", glyphs.of(glyph)), role))
    };
    let back = app.foreseen().map_or(0, |it| it.affected(Effect::Resurrected) as u64);
    let forks = app.table.history.forks() as u64;
    [
        alarm(Glyph::Fork, forks, count(forks, "fork"), Role::Fork),
        alarm(
            Glyph::Effect(Effect::Resurrected),
            back,
            format!("{} {}", grouped(back), words::effect_word(Effect::Resurrected)),
            Role::Resurrected,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What becomes of keys in the end, whatever the target, once that is known; of a moment that is not the
/// present, which that is.
fn verdict(app: &App) -> Option<(String, Role)> {
    if let Some(said) = moment::view::said(app) {
        return Some((app.start.look.glyphs.text(&printable(&said)), Role::Internal));
    }
    let verdict = app.audit.verdict.as_ref().filter(|_| !app.table.history.is_empty())?;
    let is_whole = app.extent() == Extent::Whole;
    let glyphs = app.start.look.glyphs;
    let (glyph, role) = match verdict.worst() {
        Prospect::Changes(effect @ Effect::Resurrected) => {
            (Some(Glyph::Effect(effect)), Role::Resurrected)
        }
        Prospect::Changes(effect @ Effect::Reverted) => {
            (Some(Glyph::Effect(effect)), Role::Reverted)
        }
        Prospect::Changes(effect @ Effect::Lost) => (Some(Glyph::Effect(effect)), Role::Lost),
        Prospect::Flickers => (Some(Glyph::Warning), Role::Lost),
        Prospect::Waits => (Some(Glyph::Fork), Role::Fork),
        Prospect::Stays => (None, Role::Dim),
    };
    let sign = glyph.map_or_else(String::new, |glyph| format!("{} ", glyphs.of(glyph)));
    let said = app.audit.told(&app.table.history, is_whole)?;
    let clause = app.audit.outlook.as_ref().and_then(|it| words::stands_still(&it.compactor));
    let clause = clause.map_or_else(String::new, |clause| format!(" {clause}: i shows more."));
    let sound = sound(app).unwrap_or_default();
    Some((glyphs.text(&printable(&format!("{sign}{said}{sound}{clause}"))), role))
}

/// That nothing is wrong, of a table of which that is known; and what could not be looked at.
fn sound(app: &App) -> Option<String> {
    let stays = app.audit.verdict.as_ref()?.worst() == Prospect::Stays;
    let found = [Severity::Error, Severity::Warning].iter().any(|&it| app.audit.count_of(it) > 0);
    let is_known = app.audit.is_final() && app.extent() == Extent::Whole;
    if !stays || found || !is_known || app.table.history.is_empty() {
        return None;
    }
    let unchecked = match app.audit.findings.unchecked.len() as u64 {
        0 => String::new(),
        rules => format!("; {} could not be checked", count(rules, "rule")),
    };
    Some(format!(" The audit found no errors and no warnings{unchecked}."))
}

/// Of a table in which nothing is wrong, what moved last.
fn newest(app: &App, width: u16) -> Option<String> {
    const MOST: usize = 8;
    sound(app).filter(|_| app.moment.is_none())?;
    let mut line = "Newest:".to_owned();
    for written in words::newest(&app.table.history, MOST) {
        let longer = format!("{line} {},", printable(&written));
        // A name that is cut off could be another's.
        if longer.width() > room(width) + 1 {
            break;
        }
        line = longer;
    }
    let line = line.strip_suffix(',')?;
    Some(app.start.look.glyphs.name(line).into_owned())
}

/// How many lines that needs.
pub(in crate::tui) fn newest_lines(app: &App, width: u16) -> usize {
    usize::from(app.size.height >= ROOMY && newest(app, width).is_some())
}

/// Draws it.
pub(super) fn draw_newest(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if let Some(text) = newest(app, area.width).filter(|_| !area.is_empty()) {
        frame.render_widget(Line::from(app.start.look.span(format!(" {text}"), Role::Dim)), area);
    }
}

/// How many lines the verdict needs at a width: none where nothing happens to any key, and there is
/// little room.
pub(in crate::tui) fn verdict_lines(app: &App, width: u16) -> usize {
    let is_quiet = |role| role == Role::Dim && app.size.height < ROOMY;
    match verdict(app) {
        Some((_, role)) if is_quiet(role) => 0,
        Some((text, _)) => wrap(&text, room(width), true).len(),
        None => 0,
    }
}

/// From this height on there is room for what is no trouble.
const ROOMY: u16 = 20;

/// Draws the verdict, as far as there is room.
pub(super) fn draw_verdict(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if let Some((text, role)) = verdict(app) {
        let (width, lines) = (room(area.width), usize::from(area.height));
        let text = sentences(text, width, lines, app.start.look.glyphs.of(Glyph::Ellipsis));
        draw_lines(app, frame, area, &text, role);
    }
}

/// What should be read first: why the table is not whole, or what a scenario is about.
fn watch(app: &App) -> Option<(String, Role)> {
    let mut said = Vec::new();
    let mut role = Role::Internal;
    if let Some(failed) = reload::failed(app) {
        said.push(failed);
        role = Role::Lost;
    }
    for (news, its) in live::view::news(app) {
        said.push(news);
        role = if role == Role::Lost { role } else { its };
    }
    match &app.reading {
        Reading::Failed(why) => {
            let part = if app.table.history.is_empty() { "Nothing was read" } else { "PARTIAL" };
            // First: a long reason is cut off.
            let again = if app.start.once.is_none() { ", r reads again" } else { "" };
            said.push(format!("{part}{again}: {why}"));
            role = Role::Lost;
        }
        Reading::Stopped => {
            let again = if app.start.once.is_none() { " r reads again." } else { "" };
            said.push(format!(
                "PARTIAL: reading was stopped; this is only part of the table.{again}"
            ));
            role = Role::Lost;
        }
        Reading::Done if app.table.history.is_empty() => {
            said.push("The table has no rows.".to_owned());
        }
        Reading::Opening | Reading::Rows | Reading::Done => {}
    }
    if let Some(part) = words::asked_for(app.table.history.profile()) {
        said.push(format!("PARTIAL, as asked for: {part}"));
        role = Role::Lost;
    }
    if let Some(first) = app.table.rejects.first().first() {
        let more = match app.table.rejects.count() {
            1 => "Not understood".to_owned(),
            all => format!("Not understood in {}, the first", count(all, "place")),
        };
        said.push(format!(
            "{more}, {}: {}.",
            first.place,
            first.why.as_str().trim_end_matches('.')
        ));
        role = Role::Lost;
    }
    if app.listing == Listing::Usage {
        let gaps = app.usage.bytes.gaps();
        role = if app.usage.bytes.is_partial() { Role::Lost } else { role };
        said.extend(gaps);
    }
    // That is of the present.
    let watch = app.start.watch.filter(|_| app.moment.is_none());
    said.extend(watch.map(str::to_owned));
    if app.start.watch.is_none() && app.moment.is_none() {
        said.extend(app.table.opened.notes.iter().cloned());
    }
    // What a server or a file says goes to the terminal like any other bytes from outside.
    (!said.is_empty()).then(|| (app.start.look.glyphs.text(&printable(&said.join(" "))), role))
}

/// How many lines that needs at a width.
pub(in crate::tui) fn watch_lines(app: &App, width: u16) -> usize {
    watch(app).map_or(0, |(text, _)| wrap(&text, room(width), true).len())
}

/// Draws it, as far as there is room.
pub(super) fn draw_watch(app: &App, frame: &mut Frame<'_>, area: Rect) {
    if let Some((text, role)) = watch(app) {
        draw_lines(app, frame, area, &text, role);
    }
}

/// A text, as far as there is room.
fn draw_lines(app: &App, frame: &mut Frame<'_>, area: Rect, text: &str, role: Role) {
    if area.is_empty() {
        return;
    }
    let mut lines = wrap(text, room(area.width), true);
    let most = usize::from(area.height);
    let ellipsis = app.start.look.glyphs.of(Glyph::Ellipsis);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            let text = format!("{last} {ellipsis}");
            *last = app.start.look.glyphs.cut_end(&text, room(area.width)).into();
        }
    }
    let lines =
        lines.into_iter().map(|line| Line::from(app.start.look.span(format!(" {line}"), role)));
    frame.render_widget(lines.collect::<Text<'_>>(), area);
}

/// As many whole sentences as that many lines have room for; of the last, what stands before its list of
/// keys. A list that breaks off would seem to be whole.
fn sentences(text: String, width: usize, lines: usize, ellipsis: char) -> String {
    let fits = |text: &String| wrap(text, width, true).len() <= lines;
    if fits(&text) {
        return text;
    }
    let ends = text.match_indices(". ").map(|(at, _)| at + 1);
    let mut ends: Vec<usize> = ends.chain(text.match_indices(": ").map(|(at, _)| at)).collect();
    ends.sort_unstable();
    let shorter = ends.into_iter().rev().map(|end| format!("{} {ellipsis}", &text[..end]));
    shorter.into_iter().find(fits).unwrap_or(text)
}

fn room(width: u16) -> usize {
    usize::from(width.saturating_sub(2))
}
