//! One key's chain: its lanes, its rows, and what is to be said of them.
//!
//! ```text
//! ✗      9  delete  deleted
//! │ ◇    8  update  FORGOTTEN
//! ○ │    7  update  superseded
//! ├─╯
//! ○      4  create  superseded
//! ```

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::log::{TIME, time};
use super::pen::Pen;
use crate::display::{Glyphs, Label, Role, Shown, words};
use crate::history::compaction::Plan;
use crate::history::lanes::{Item, Line};
use crate::history::{History, KeyId};
use crate::report::chain::lines;
use crate::report::{Chain, Page, Table, Times};
use crate::text::{count, escape, grouped, pad, printable};

/// Draws the chain.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn chain(out: &mut dyn Write, page: Page, chain: &Chain<'_>) -> io::Result<()> {
    let Chain { table: Table { history, .. }, key, plan, .. } = *chain;
    let effect = plan.and_then(|plan| plan.effect_on(history, key));
    let shown = Shown { plan, effect, ..Shown::of(history) };
    let mut pen = Pen::new(out, page);
    pen.gaps(&chain.table)?;
    pen.wrapped(Role::Title, "", "", &escape(history.name(key)))?;
    pen.wrapped(Role::Text, "", "", &words::key_now(history, key))?;
    let is_whole = chain.table.is_whole();
    if let Some(said) = words::prospect(history, chain.verdict, key, is_whole) {
        pen.wrapped(Role::Title, "", "", &said)?;
    }
    if let Some(plan) = plan {
        pen.wrapped(Role::Text, "", "", &compacted(history, key, plan))?;
    }
    pen.blank()?;
    draw(&mut pen, &shown, chain.times, &lines(history, key, plan, chain.all))?;
    if let (Some(plan), Some(effect)) = (plan, &effect) {
        pen.paragraph(&words::story(history, plan, effect))?;
    }
    for said in words::notable(&shown, key, chain.all, is_whole, chain.verdict) {
        pen.paragraph(&said)?;
    }
    for said in chain.times.iter().flat_map(|times| times.about(history)) {
        pen.paragraph(&printable(&said))?;
    }
    for note in chain.table.notes {
        pen.paragraph(&printable(note))?;
    }
    origin(&mut pen, &chain.table)
}

/// What was read, and when.
fn origin(pen: &mut Pen<'_>, table: &Table<'_>) -> io::Result<()> {
    if table.made.is_none() {
        return Ok(());
    }
    pen.blank()?;
    let newest = table.history.current().unwrap_or_default();
    pen.field("source", &printable(&format!("{} ({})", table.place(), table.kind)))?;
    pen.field("newest", &format!("revision {newest}"))?;
    pen.made(table)
}

/// The picture alone, as the table is, with every row.
pub(super) fn picture(pen: &mut Pen<'_>, table: Table<'_>, key: KeyId) -> io::Result<()> {
    let history = table.history;
    let shown = Shown::of(history);
    draw(pen, &shown, None, &lines(history, key, None, true))
}

/// `as a compaction to 6293 leaves it: 50 of 103 rows removed, resurrected`.
fn compacted(history: &History, key: KeyId, plan: &Plan) -> String {
    let removed = history.rows_of(key).filter(|&at| !plan.survives(at)).count();
    let effect = plan
        .effect_on(history, key)
        .map_or("the key's state does not change", |effect| words::effect_word(effect.effect));
    let stop = words::stop(plan).map(|stop| format!(". {stop}")).unwrap_or_default();
    format!(
        "after a compaction to {}: {} of {} removed, {effect}{stop}",
        plan.reached,
        grouped(removed as u64),
        count(history.key(key).rows.into(), "row")
    )
}

/// The fewest lanes that are left, however narrow the page is.
const FEWEST_LANES: usize = 3;
/// The narrowest that the words beside an id get: `update`.
const NARROWEST: usize = 6;

/// How wide each column is.
struct Columns {
    lanes: usize,
    id: usize,
    words: usize,
    fate: usize,
    /// What a line without a fate has for its words.
    to_the_end: usize,
}

impl Columns {
    fn of(lines: &[(&Line, Option<Beside>)], width: Option<usize>) -> Self {
        let widest = |of: &dyn Fn(&Beside) -> usize| {
            lines.iter().filter_map(|(_, beside)| beside.as_ref()).map(of).max().unwrap_or_default()
        };
        let mut columns = Self {
            lanes: lines.iter().map(|(line, _)| line.lanes.len()).max().unwrap_or_default(),
            id: widest(&|beside| beside.label.id.width()),
            words: widest(&|beside| {
                if beside.fate.is_empty() { 0 } else { beside.words.width() }
            }),
            fate: widest(&|beside| beside.fate.width()),
            to_the_end: usize::MAX,
        };
        let Some(width) = width else { return columns };
        let over = |columns: &Self| {
            // Two spaces stand after the id and after the words.
            (2 * columns.lanes + columns.id + columns.words + columns.fate + 4)
                .saturating_sub(width)
        };
        columns.words = columns.words.saturating_sub(over(&columns)).max(NARROWEST);
        let fewest = columns.lanes.min(FEWEST_LANES);
        columns.lanes = columns.lanes.saturating_sub(over(&columns).div_ceil(2)).max(fewest);
        columns.fate = columns.fate.saturating_sub(over(&columns));
        columns.to_the_end = width.saturating_sub(2 * columns.lanes + columns.id + 2);
        columns
    }
}

/// What stands beside the lanes.
struct Beside {
    label: Label,
    words: Words,
    fate: String,
}

/// What a row was written for, and what is odd about it.
struct Words {
    what: String,
    note: String,
}

impl Words {
    fn width(&self) -> usize {
        self.what.width() + self.note.width()
    }

    /// Both in that many cells: the note is cut, and left out before the rest is.
    fn within(&self, width: usize, glyphs: Glyphs) -> String {
        const LEGIBLE: usize = 6;
        match width.checked_sub(self.what.width()) {
            Some(room) if room >= LEGIBLE => {
                format!("{}{}", self.what, glyphs.cut_middle(&self.note, room))
            }
            _ => glyphs.cut_middle(self.what.trim_end(), width),
        }
    }
}

impl Beside {
    fn new(label: Label, glyphs: Glyphs) -> Self {
        let words = if label.note.is_empty() {
            Words { what: label.what.clone(), note: String::new() }
        } else {
            Words {
                what: format!("{:<6}  ", label.what),
                note: glyphs.name(&label.note).into_owned(),
            }
        };
        let fate = glyphs.text(&label.fate);
        Self { label, words, fate }
    }
}

fn draw(
    pen: &mut Pen<'_>,
    shown: &Shown<'_>,
    times: Option<Times<'_>>,
    lines: &[Line],
) -> io::Result<()> {
    let Page { glyphs, width, .. } = pen.page;
    let times = times.filter(|times| !times.are_unknown());
    let width = width.map(|width| width.saturating_sub(if times.is_some() { TIME } else { 0 }));
    let time = |item: Item| match (times, item) {
        (Some(times), Item::Row(at) | Item::Foreign(at)) => time(&times, shown.history, at),
        (Some(_), _) => " ".repeat(TIME),
        (None, _) => String::new(),
    };
    let lines: Vec<(&Line, Option<Beside>)> = lines
        .iter()
        .map(|line| (line, line.item.map(|item| Beside::new(Label::of(shown, item), glyphs))))
        .collect();
    let columns = Columns::of(&lines, width);
    for (line, beside) in &lines {
        let Some(Beside { label, words, fate }) = beside else {
            pen.line(&[(Role::Dim, &glyphs.lanes(&line.lanes, ' ', columns.lanes))])?;
            continue;
        };
        let text = glyphs.lanes(&line.lanes, label.char(glyphs), columns.lanes);
        let text = pad(&text, 2 * columns.lanes);
        let (before, node, after) = around_node(line, &text);
        let time = line.item.map(time).unwrap_or_default();
        // What has no id, a fold, begins at once.
        let (id, room) = match label.id.as_str() {
            "" => (String::new(), columns.id + 2),
            id => (format!("{id:>0$}  ", columns.id), 0),
        };
        let words = if fate.is_empty() {
            words.within(columns.to_the_end.saturating_add(room), glyphs)
        } else {
            let width = columns.words + room;
            pad(&words.within(width, glyphs), width + 2)
        };
        pen.line(&[
            (Role::Dim, before),
            (label.role, node),
            (Role::Dim, after),
            (Role::Text, &id),
            (Role::Dim, &time),
            (if label.id.is_empty() || fate.is_empty() { label.role } else { Role::Text }, &words),
            (label.fate_role, &glyphs.cut_middle(fate, columns.fate)),
        ])?;
    }
    Ok(())
}

/// The drawn lanes, parted around the line's node. Every lane is two characters.
fn around_node<'t>(line: &Line, text: &'t str) -> (&'t str, &'t str, &'t str) {
    use crate::history::lanes::Shape;
    let node = line.lanes.iter().position(|&shape| shape == Shape::Node);
    let mut starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let start = node.and_then(|lane| starts.nth(2 * lane)).unwrap_or(text.len());
    let end = text[start..].chars().next().map_or(start, |char| start + char.len_utf8());
    (&text[..start], &text[start..end], &text[end..])
}
