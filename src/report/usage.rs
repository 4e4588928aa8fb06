//! What fills a table, as text: by prefix, and the busiest keys.
//!
//! ```text
//!  rows   share  freed  keys  live  tombstones  name
//! 7,293  100.0%  5,614   816   662         154  the whole table
//! 7,292  100.0%  5,614   815   661         154    /registry/
//! 4,550   62.4%  3,520    30    30           0      leases/
//! ```

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::pen::{Pen, cut};
use super::{Page, Table, preview};
use crate::face::{Glyph, Role, bytes, count, escape, grouped, share, words};
use crate::history::compaction::{Plan, Rule};
use crate::history::usage::{self, Amount, Kind, Node, Sizes, Sort};
use crate::source::Error;

/// What is asked of a table.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What the names begin with that are looked at; nothing for the whole table.
    pub prefix: Vec<u8>,
    /// How many levels of prefixes are listed.
    pub depth: usize,
    /// How many of the busiest keys are.
    pub keys: usize,
    /// What comes first.
    pub sort: Sort,
    /// Whether long lists are given whole.
    pub all: bool,
}

/// What is known of bytes.
#[derive(Debug, Clone, Copy)]
pub enum Bytes<'a> {
    /// Nobody asked.
    NotAsked,
    /// The source does not tell.
    Unknown,
    /// They were measured, to the end or up to an error.
    Measured(&'a Sizes, Option<&'a Error>),
}

/// What fills a table, and what a compaction gives back.
#[derive(Debug, Clone)]
pub struct Usage<'a> {
    /// The table.
    pub table: Table<'a>,
    /// What is asked.
    pub wanted: &'a Wanted,
    /// The compaction.
    pub plan: &'a Plan,
    /// What is known of bytes.
    pub bytes: Bytes<'a>,
    /// The numbers.
    pub usage: usage::Usage,
    /// Where it starts.
    pub start: Node,
}

/// A line of the list.
pub(super) struct Line {
    /// How deep it is under where the list starts.
    pub(super) depth: usize,
    /// What it is called, without what the line above it says.
    pub(super) label: String,
    pub(super) amount: Amount,
    /// What it is; `None` for what is not listed.
    pub(super) kind: Option<Kind>,
}

/// How many parts are listed where not all are, at most and at least.
const MOST: usize = 10;
const LEAST: usize = 3;
/// What is less than this part of the whole is not opened, unless all is asked for.
const WORTH: u64 = 100;

impl<'a> Usage<'a> {
    /// Counts. `None` when no name begins with the prefix that is asked for.
    pub fn new(
        table: Table<'a>,
        plan: &'a Plan,
        bytes: Bytes<'a>,
        wanted: &'a Wanted,
    ) -> Option<Self> {
        let history = table.history;
        let mut usage = usage::Usage::new(history).with_plan(history, plan);
        if let Bytes::Measured(sizes, _) = bytes {
            usage = usage.with_sizes(history, sizes, Some(plan));
        }
        let start = usage.find(history, &wanted.prefix)?;
        Some(Self { table, wanted, plan, bytes, usage, start })
    }

    /// The parts of a node, in the order that is asked for.
    pub(super) fn parts(&self, node: Node) -> Vec<Node> {
        let mut parts = self.usage.parts(self.table.history, node);
        self.usage.sort(&mut parts, self.wanted.sort);
        parts
    }

    /// The keys that have the most.
    pub(super) fn busiest(&self) -> Vec<Node> {
        self.usage.busiest(self.start, self.wanted.sort, self.wanted.keys)
    }

    /// What the keys have the most of.
    pub(super) const fn most(&self) -> &'static str {
        match self.wanted.sort {
            Sort::Rows | Sort::Keys | Sort::Name => "the most rows",
            Sort::Bytes => "the most bytes",
            Sort::Freed => "the most rows that go",
        }
    }

    /// The list, and whether something was left out of it.
    pub(super) fn lines(&self) -> (Vec<Line>, bool) {
        let history = self.table.history;
        let mut lines = vec![Line {
            depth: 0,
            label: words::part(&self.usage, history, None, self.start),
            amount: self.usage.amount(self.start),
            kind: Some(self.start.kind),
        }];
        let cut = self.list(self.start, 1, &mut lines);
        (lines, cut)
    }

    fn list(&self, node: Node, depth: usize, lines: &mut Vec<Line>) -> bool {
        let (sort, all) = (self.wanted.sort, self.wanted.all);
        let whole = self.usage.measure(self.start, sort);
        let is_small = |&node: &Node| self.usage.measure(node, sort) < whole.div_ceil(WORTH);
        if depth > self.wanted.depth || (!all && depth > 1 && is_small(&node)) {
            return depth <= self.wanted.depth && node.opens();
        }
        let mut parts = self.parts(node);
        let mut rest = Vec::new();
        if !all {
            // By name, the largest are listed.
            self.usage.sort(&mut parts, if sort == Sort::Name { Sort::Rows } else { sort });
            let worth = |at: usize| at < LEAST || depth == 1 || !is_small(&parts[at]);
            let listed = (0..parts.len().min(MOST)).take_while(|&at| worth(at)).count();
            if parts.len() > listed + 1 {
                rest = parts.split_off(listed);
            }
            if sort == Sort::Name {
                parts.sort_by_key(|&part| self.usage.place(part));
            }
        }
        let mut cut = !rest.is_empty();
        for part in parts {
            let label = words::part(&self.usage, self.table.history, Some(node), part);
            let amount = self.usage.amount(part);
            lines.push(Line { depth, label, amount, kind: Some(part.kind) });
            cut |= self.list(part, depth + 1, lines);
        }
        let mut amounts = rest.iter().map(|&part| self.usage.amount(part));
        if let Some(mut amount) = amounts.next() {
            amounts.for_each(|other| amount.add(other));
            let label = format!("and {} more", grouped(rest.len() as u64));
            lines.push(Line { depth, label, amount, kind: None });
        }
        cut
    }

    /// `to 6,293 removes 5,614 of 7,293 rows (77.0%)`.
    pub(super) fn compaction(&self) -> String {
        let plan = self.plan;
        let requested = if plan.reached == plan.requested {
            String::new()
        } else {
            format!(" ({} requested)", grouped(plan.requested))
        };
        let all = (plan.removed() + plan.after()) as u64;
        let rule = match plan.policy.rule {
            Rule::Batches => String::new(),
            other => format!(", as {}", other.name()),
        };
        let bytes = self.usage.amount(self.usage.table()).freed_bytes;
        let bytes = bytes.map(|freed| format!(", {}", self::bytes(freed))).unwrap_or_default();
        format!(
            "to {}{requested} {} ({}){bytes}{rule}",
            grouped(plan.reached),
            words::counts(plan),
            share(plan.removed() as u64, all)
        )
    }

    /// What there is in bytes: `3.2 GiB in values, 2.9 GiB in old values`.
    pub(super) fn held(&self) -> Option<String> {
        let Bytes::Measured(sizes, _) = self.bytes else { return None };
        let (values, old) = (bytes(sizes.values), bytes(sizes.old_values));
        Some(format!("{values} in values, {old} in old values"))
    }

    /// Why the compaction ends before its target, if it does.
    pub(super) fn stop(&self) -> Option<String> {
        preview::stop(self.table.history, self.plan)
    }

    /// What is not known of bytes.
    pub(super) fn unknown(&self) -> Vec<String> {
        let (sizes, failed) = match self.bytes {
            Bytes::NotAsked => return Vec::new(),
            Bytes::Unknown => {
                return vec!["Bytes are unknown: a table as text has no sizes.".to_owned()];
            }
            Bytes::Measured(sizes, failed) => (sizes, failed),
        };
        let mut said = Vec::new();
        let missing = sizes.missing() as u64;
        let rows = count(missing, "row");
        if let Some(error) = failed {
            said.push(format!(
                "SIZES READ ONLY IN PART: {rows} without a size, then the reading failed: {}",
                error.in_full()
            ));
        } else if missing > 0 {
            said.push(format!(
                "{rows} without a size: deleted after the rows were read, before the sizes were. \
                 Bytes are without them."
            ));
        }
        if sizes.strangers > 0 {
            said.push(format!(
                "{} without a row: written after the rows were read. Bytes are without them.",
                count(sizes.strangers, "size")
            ));
        }
        said
    }

    /// Whether everything that was asked for is known.
    pub const fn is_whole(&self) -> bool {
        self.table.is_whole() && !self.has_failed()
    }

    /// Whether the reading of sizes ended before its end.
    pub(super) const fn has_failed(&self) -> bool {
        matches!(self.bytes, Bytes::Measured(_, Some(_)))
    }
}

/// Writes what fills the table.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn text(out: &mut dyn Write, page: Page, usage: &Usage<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(&usage.table)?;
    if usage.has_failed() {
        let warning = format!("{} ", page.glyphs.of(Glyph::Warning));
        for said in usage.unknown() {
            pen.wrapped(Role::Broken, &warning, "  ", &escape(said.as_bytes()))?;
        }
        pen.blank()?;
    }
    pen.facts(&usage.table, usage.plan.compacted)?;
    if let Some(held) = usage.held() {
        pen.field("bytes", &held)?;
    }
    pen.field("compaction", &usage.compaction())?;
    if let Some(stop) = usage.stop() {
        pen.paragraph(&stop)?;
    }
    let (lines, cut_short) = usage.lines();
    pen.blank()?;
    list(&mut pen, usage, &lines, true)?;
    keys(&mut pen, usage)?;
    if cut_short {
        pen.paragraph("--all lists everything, --prefix PREFIX what begins with it.")?;
    }
    if !usage.has_failed() {
        for said in usage.unknown() {
            pen.paragraph(&escape(said.as_bytes()))?;
        }
    }
    for note in usage.table.notes {
        pen.paragraph(&escape(note.as_bytes()))?;
    }
    Ok(())
}

fn keys(pen: &mut Pen<'_>, usage: &Usage<'_>) -> io::Result<()> {
    let history = usage.table.history;
    let keys = usage.busiest();
    let lines: Vec<Line> = keys
        .into_iter()
        .map(|node| Line {
            depth: 0,
            label: words::part(&usage.usage, history, None, node),
            amount: usage.usage.amount(node),
            kind: Some(Kind::Key),
        })
        .collect();
    if lines.is_empty() {
        return Ok(());
    }
    let heading = format!("{} with {}:", count(lines.len() as u64, "key"), usage.most());
    pen.paragraph(&heading)?;
    pen.blank()?;
    list(pen, usage, &lines, false)
}

/// A column of numbers.
struct Column {
    heading: &'static str,
    /// The lowest goes first where there is little room.
    rank: u8,
    of: fn(&Amount, u64) -> Option<String>,
}

const COLUMNS: [Column; 8] = [
    Column { heading: "rows", rank: 8, of: |it, _| Some(grouped(it.rows)) },
    Column { heading: "share", rank: 4, of: |it, all| Some(share(it.rows, all)) },
    Column { heading: "freed", rank: 7, of: |it, _| it.freed.map(grouped) },
    Column { heading: "bytes", rank: 6, of: |it, _| it.bytes.map(bytes) },
    Column { heading: "freed", rank: 5, of: |it, _| it.freed_bytes.map(bytes) },
    Column { heading: "keys", rank: 3, of: |it, _| Some(grouped(it.keys)) },
    Column { heading: "live", rank: 1, of: |it, _| Some(grouped(it.live)) },
    Column { heading: "tombstones", rank: 2, of: |it, _| Some(grouped(it.tombstones)) },
];
/// Names have so many cells at least, before columns are left out.
const NAMES: usize = 24;

/// Numbers on the left, names on the right. Of a key there is one: that is no number.
fn list(pen: &mut Pen<'_>, usage: &Usage<'_>, lines: &[Line], parts: bool) -> io::Result<()> {
    let all = usage.table.history.len() as u64;
    let wanted = |column: &&Column| parts || !matches!(column.heading, "keys" | "live");
    let mut columns: Vec<(&Column, Vec<String>, usize)> = COLUMNS
        .iter()
        .filter(wanted)
        .filter_map(|column| {
            let cells: Option<Vec<String>> =
                lines.iter().map(|line| (column.of)(&line.amount, all)).collect();
            let cells = cells?;
            let widest = cells.iter().map(String::len).max().unwrap_or_default();
            Some((column, cells, widest.max(column.heading.len())))
        })
        .collect();
    let width = |columns: &[(&Column, _, usize)]| -> usize {
        columns.iter().map(|(.., width)| width + 2).sum()
    };
    if let Some(page) = pen.page.width {
        let names = lines.iter().map(|line| 2 * line.depth + line.label.width()).max();
        let names = names.unwrap_or_default().min(NAMES);
        while columns.len() > 1 && width(&columns) + names > page {
            let rank = columns.iter().map(|(column, ..)| column.rank).min();
            columns.retain(|(column, ..)| Some(column.rank) != rank);
        }
    }
    let room = pen.page.width.map(|page| page.saturating_sub(width(&columns)));
    let headings: String =
        columns.iter().map(|(column, _, width)| format!("{:>width$}  ", column.heading)).collect();
    pen.line(&[(Role::Dim, &headings), (Role::Dim, "name")])?;
    for (at, line) in lines.iter().enumerate() {
        let numbers: String =
            columns.iter().map(|(_, cells, width)| format!("{:>width$}  ", cells[at])).collect();
        let indent = " ".repeat(2 * line.depth);
        let name = match room {
            Some(room) => cut(&line.label, room.saturating_sub(indent.len()), pen.page.glyphs),
            None => line.label.clone(),
        };
        let role = match line.kind {
            None => Role::Dim,
            Some(Kind::Table | Kind::Prefix) => Role::Title,
            Some(Kind::Gaps | Kind::Nameless) => Role::Internal,
            Some(Kind::Key) => Role::Text,
        };
        let number = if line.kind.is_none() { Role::Dim } else { Role::Text };
        pen.line(&[(number, &numbers), (Role::Text, &indent), (role, &name)])?;
    }
    Ok(())
}
