//! What is said of a trial: in the first line, and on the page about the table.

use std::collections::BTreeSet;

use super::Real;
use crate::audit::{Finding, Findings};
use crate::display::words;
use crate::history::compaction::{Prospect, Verdict};
use crate::history::compare::{Apart, Comparison, Now, Side};
use crate::history::{History, Revision};
use crate::text::{count, escape, grouped};
use crate::tui::app::App;
use crate::tui::panes::findings::{Audit, Extent};

/// For the first line: `TRIAL: without 5226`; in a few letters where there is little room.
pub(in crate::tui) fn header(app: &App) -> Option<String> {
    /// What it may have of a line of 120.
    const ROOM: usize = 40;
    let said = format!("TRIAL: {}", app.trial.said()?);
    if app.size.width >= 100 && said.len() <= ROOM {
        return Some(said);
    }
    Some(format!("TRIAL {}", app.trial.in_short()?))
}

/// What the trial changes, a paragraph each, for the page about the table.
pub(in crate::tui) fn told(app: &App) -> Vec<String> {
    let Some(said) = app.trial.said() else { return Vec::new() };
    let waits = || vec!["It is being worked out.".to_owned()];
    let changes = app.trial.changes.clone().unwrap_or_else(waits);
    std::iter::once(format!("This is the table {said}.")).chain(changes).collect()
}

/// The same without what is tried. It looks at every row and key of both tables.
pub(super) fn changes(app: &App) -> Vec<String> {
    let Some(real) = app.trial.real() else { return Vec::new() };
    let tried = &app.table.history;
    let compared = Comparison::of(&real.history, tried);
    let mut said = rows(&compared);
    said.extend(keys_now([&real.history, tried], &compared));
    if let (Some(before), Some(now)) = (&real.audit.verdict, &app.audit.verdict) {
        said.extend(prospects([&real.history, tried], [before, now]));
    }
    said.extend(told_of_both(app, real));
    said.push(found([&real.history, tried], [&real.audit.findings, &app.audit.findings]));
    said
}

/// With more of a kind, nobody reads on.
const MOST: usize = 100;

/// Which rows are not the same.
fn rows(compared: &Comparison) -> Vec<String> {
    let those = |is: &dyn Fn(Apart) -> bool| -> Vec<Revision> {
        compared.rows.iter().filter(|row| is(row.apart)).map(|row| row.id).collect()
    };
    [
        ("away", those(&|apart| matches!(apart, Apart::OnlyIn(Side::First, _)))),
        ("added", those(&|apart| matches!(apart, Apart::OnlyIn(Side::Second, _)))),
        ("changed", those(&|apart| matches!(apart, Apart::Differs(_)))),
    ]
    .into_iter()
    .filter(|(_, rows)| !rows.is_empty())
    .map(|(what, rows)| {
        format!("{} {what}: {}.", count(rows.len() as u64, "row"), words::revisions(rows))
    })
    .collect()
}

/// Which keys are now something else.
fn keys_now(tables: [&History; 2], compared: &Comparison) -> Vec<String> {
    let now = |side: usize, now: Now| match now {
        Now::Absent => "not there".to_owned(),
        Now::Live(at) => format!("live at {}", tables[side].id(at)),
        Now::Deleted(at) => format!("deleted at {}", tables[side].id(at)),
    };
    let said = compared.keys.iter().filter_map(|it| {
        let (side, key) = it.keys.iter().enumerate().find_map(|(at, key)| Some((at, (*key)?)))?;
        let name = escape(tables[side].name(key));
        Some(format!("{name}  is {}, and was {}", now(1, it.now[1]), now(0, it.now[0])))
    });
    listed(said, compared.keys.len())
}

/// Of which keys something else becomes.
fn prospects(tables: [&History; 2], verdicts: [&Verdict; 2]) -> Vec<String> {
    let both = tables.into_iter().zip(verdicts);
    let names: BTreeSet<&[u8]> = both
        .flat_map(|(history, verdict)| verdict.troubled().map(move |key| history.name(key)))
        .collect();
    let said: Vec<String> = names
        .into_iter()
        .filter_map(|name| {
            let [before, now] = [0, 1].map(|side| becomes(tables[side], verdicts[side], name));
            let name = escape(name);
            (before != now).then(|| format!("{name}  in the end: {now}; it was: {before}"))
        })
        .collect();
    let all = said.len();
    listed(said.into_iter(), all)
}

/// What becomes of a key.
fn becomes(history: &History, verdict: &Verdict, name: &[u8]) -> String {
    let Some(key) = history.find_key(name) else { return "not there".to_owned() };
    if let Some(change) = verdict.change_of(key) {
        let path = words::path(history, verdict.whole(), change);
        return format!("{}, {path}", words::effect_word(change.effect));
    }
    match verdict.prospect(key) {
        Prospect::Flickers => "as it is, but not on the way".to_owned(),
        Prospect::Waits => {
            let waits = verdict.waiting.iter().find(|waits| waits.key == key);
            waits.map_or_else(String::new, words::would_return)
        }
        Prospect::Changes(_) | Prospect::Stays => "as it is".to_owned(),
    }
}

/// The first of so many, and how many more there are.
fn listed(said: impl Iterator<Item = String>, all: usize) -> Vec<String> {
    let mut said: Vec<String> = said.take(MOST).collect();
    let more = all.saturating_sub(said.len()) as u64;
    if more > 0 {
        said.push(format!("and {}", count(more, "more key")));
    }
    said
}

/// The verdict on what was read.
fn told_of_both(app: &App, real: &Real) -> Option<String> {
    let is_whole = app.extent() == Extent::Whole;
    let told = |audit: &Audit, history| audit.told(history, is_whole).map(str::to_owned);
    let before = told(&real.audit, &real.history)?;
    let is_same = told(&app.audit, &app.table.history).as_ref() == Some(&before);
    Some(if is_same {
        "The verdict is the same.".to_owned()
    } else {
        format!("The verdict on what was read: {before}")
    })
}

/// What the audit finds no more, and what it finds anew, by rule.
fn found(tables: [&History; 2], findings: [&Findings; 2]) -> String {
    let all = [0, 1].map(|side| identities(tables[side], findings[side]));
    let gone = by_rule(all[0].difference(&all[1]));
    let new = by_rule(all[1].difference(&all[0]));
    match (gone, new) {
        (None, None) => "The audit finds the same.".to_owned(),
        (gone, new) => {
            let said = |some: Option<String>| some.unwrap_or_else(|| "none".to_owned());
            format!("Findings gone: {}. New: {}.", said(gone), said(new))
        }
    }
}

/// Findings, so that those of two tables can be compared: by rule, key and rows.
type Identity<'h> = (&'static str, Option<&'h [u8]>, Vec<Revision>);

fn identities<'h>(history: &'h History, findings: &Findings) -> BTreeSet<Identity<'h>> {
    let identity = |finding: &Finding| {
        let rows = finding.rows.iter().map(|&at| history.id(at)).collect();
        (finding.rule.name, finding.key.map(|key| history.name(key)), rows)
    };
    findings.found.iter().map(identity).collect()
}

/// `3: fork 2, broken-link 1`.
fn by_rule<'i, 'h: 'i>(some: impl Iterator<Item = &'i Identity<'h>>) -> Option<String> {
    let rules: Vec<&str> = some.map(|(rule, ..)| *rule).collect();
    let parts: Vec<String> = rules
        .chunk_by(|one, next| one == next)
        .map(|same| format!("{} {}", same[0], grouped(same.len() as u64)))
        .collect();
    let all = grouped(rules.len() as u64);
    (!rules.is_empty()).then(|| format!("{all} ({})", parts.join(", ")))
}
