//! What fills a table: by prefix, and the busiest keys.

use super::{Table, preview};
use crate::display::words;
use crate::history::compaction::{Algorithm, Plan};
use crate::history::usage::{self, Amount, Kind, Node, Sizes, Sort};
use crate::source::Error;
use crate::text::{bytes, grouped, share};

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
    /// The source does not tell: why.
    Unknown(&'a str),
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
pub(in crate::report) struct Line {
    /// How deep it is under where the list starts.
    pub(in crate::report) depth: usize,
    /// What it is called, without what the line above it says.
    pub(in crate::report) label: String,
    pub(in crate::report) amount: Amount,
    /// What it is; `None` for what is not listed.
    pub(in crate::report) kind: Option<Kind>,
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
        let sizes = match bytes {
            Bytes::Measured(sizes, _) => Some(sizes),
            Bytes::NotAsked | Bytes::Unknown(_) => None,
        };
        let mut usage = usage::Usage::new(history).with_plan(history, plan, sizes);
        if let Some(sizes) = sizes {
            usage = usage.with_sizes(history, sizes);
        }
        let start = usage.find(history, &wanted.prefix)?;
        Some(Self { table, wanted, plan, bytes, usage, start })
    }

    /// The parts of a node, in the order that is asked for.
    pub(in crate::report) fn parts(&self, node: Node) -> Vec<Node> {
        let mut parts = self.usage.parts(self.table.history, node);
        self.usage.sort(&mut parts, self.wanted.sort);
        parts
    }

    /// The keys that have the most.
    pub(in crate::report) fn busiest(&self) -> Vec<Node> {
        self.usage.busiest(self.start, self.wanted.sort, self.wanted.keys)
    }

    /// What the keys have the most of.
    pub(in crate::report) const fn most(&self) -> &'static str {
        match self.wanted.sort {
            Sort::Rows | Sort::Keys | Sort::Name => "the most rows",
            Sort::Bytes => "the most bytes",
            Sort::Freed => "the most freed rows",
        }
    }

    /// The list, and whether something was left out of it.
    pub(in crate::report) fn lines(&self) -> (Vec<Line>, bool) {
        let history = self.table.history;
        let mut lines = vec![Line {
            depth: 0,
            label: words::usage_part(&self.usage, history, None, self.start),
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
            let label = words::usage_part(&self.usage, self.table.history, Some(node), part);
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

    /// `to 6293 removes 5,614 of 7,293 rows (77.0%)`.
    pub(in crate::report) fn compaction(&self) -> String {
        let plan = self.plan;
        let requested = if plan.reached == plan.requested {
            String::new()
        } else {
            format!(" ({} requested)", plan.requested)
        };
        let all = (plan.removed() + plan.after()) as u64;
        let rule = match plan.policy.algorithm {
            Algorithm::Batches => String::new(),
            other => format!(", as {}", other.name()),
        };
        let bytes = self.usage.amount(self.usage.table()).freed_bytes;
        let bytes = bytes.map(|freed| format!(", {}", self::bytes(freed))).unwrap_or_default();
        format!(
            "to {}{requested} {} ({}){bytes}{rule}",
            plan.reached,
            words::counts(plan),
            share(plan.removed() as u64, all)
        )
    }

    /// What there is in bytes: `3.2 GiB in values, 2.9 GiB in old values`.
    pub(in crate::report) fn held(&self) -> Option<String> {
        let Bytes::Measured(sizes, _) = self.bytes else { return None };
        let (values, old) = (bytes(sizes.values), bytes(sizes.old_values));
        Some(format!("{values} in values, {old} in old values"))
    }

    /// Why the compaction ends before its target, if it does.
    pub(in crate::report) fn stop(&self) -> Option<String> {
        preview::stop(self.table.history, self.plan)
    }

    /// What is not known of bytes.
    pub(in crate::report) fn unknown(&self) -> Vec<String> {
        match self.bytes {
            Bytes::NotAsked => Vec::new(),
            Bytes::Unknown(why) => vec![words::bytes_unknown(why)],
            Bytes::Measured(sizes, failed) => {
                let cut = failed.map(|error| words::failed(&error.in_full()));
                words::without_size(sizes, cut.as_deref())
            }
        }
    }

    /// Whether everything that was asked for is known.
    pub const fn is_whole(&self) -> bool {
        self.table.is_whole() && !self.has_failed()
    }

    /// Whether the reading of sizes ended before its end.
    pub(in crate::report) const fn has_failed(&self) -> bool {
        matches!(self.bytes, Bytes::Measured(_, Some(_)))
    }
}
