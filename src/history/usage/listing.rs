//! The parts of a node in an order, a step at a time.
//!
//! A prefix may have a million keys, and to find and sort them takes longer than a frame, so that
//! each step finds some of them or, once all are found, takes those that come first.

use std::cmp::Reverse;

use super::{Kind, Node, Sort, Usage};
use crate::history::History;
use crate::history::runs::Runs;

/// What parts are put in order by: the most comes first, and of equals the lower name.
type Rank = (Reverse<u64>, u32);

/// The parts of a node on their way into an order.
#[derive(Debug)]
pub struct Listing {
    node: Node,
    by: Sort,
    /// How many of the node's parts have been found, by the place of the next one; `None` when all.
    next: Option<usize>,
    /// The parts that were found, a stretch for each step.
    found: Runs<Rank, Node>,
    most: u64,
}

impl Listing {
    /// Begins.
    pub fn new(node: Node, by: Sort) -> Self {
        let next = node.opens().then_some(node.start as usize);
        Self { node, by, next, found: Runs::default(), most: 0 }
    }

    /// The most that a part has of what the order goes by, as far as parts were found.
    pub const fn most(&self) -> u64 {
        self.most
    }

    /// Goes on for so many parts, and adds to `parts` those that come next. True when that were all.
    /// What was counted is always the same.
    pub fn advance(
        &mut self,
        history: &History,
        usage: &Usage,
        step: usize,
        parts: &mut Vec<Node>,
    ) -> bool {
        if let Some(at) = self.next {
            let (found, next) = usage.parts_from(history, self.node, at, step);
            self.next = next;
            let rank = |node: Node| (Reverse(usage.measure(node, self.by)), node.start);
            let run: Vec<_> = found.into_iter().map(|node| (rank(node), node)).collect();
            let most = run.iter().map(|((Reverse(measure), _), _)| *measure).max();
            self.most = self.most.max(most.unwrap_or_default());
            if self.by == Sort::Name {
                parts.extend(run.into_iter().map(|(_, node)| node));
                return next.is_none();
            }
            self.found.add(run);
            // What was found in one step is in order.
            if next.is_some() || self.found.len() > 1 {
                return false;
            }
        }
        self.found.take(step, parts);
        self.found.is_empty()
    }
}

impl Usage {
    /// So many parts of a node from a place on, and the place of the next one if there is one. The
    /// whole table's gap rows and its rows without a name come with the last ones.
    fn parts_from(
        &self,
        history: &History,
        node: Node,
        mut at: usize,
        most: usize,
    ) -> (Vec<Node>, Option<usize>) {
        let end = (node.end as usize).min(self.gaps as usize);
        let mut parts = Vec::new();
        while at < end && parts.len() < most {
            let part = self.part(history, at, end, node.length as usize);
            at = part.end as usize;
            parts.push(part);
        }
        if at < end {
            return (parts, Some(at));
        }
        if node.kind == Kind::Table {
            let (gaps, all) = (self.gaps as usize, self.order.len());
            if gaps < all {
                parts.push(self.node(Kind::Gaps, gaps, all, 0));
            }
            if self.nameless.rows > 0 {
                parts.push(self.node(Kind::Nameless, all, all, 0));
            }
        }
        (parts, None)
    }

    /// The parts of a node, in the order of their names: its keys, and the prefixes that are longer
    /// by one `/`. The whole table has its gap rows and its rows without a name at the end.
    pub fn parts(&self, history: &History, node: Node) -> Vec<Node> {
        if !node.opens() {
            return Vec::new();
        }
        self.parts_from(history, node, node.start as usize, usize::MAX).0
    }

    /// The part of a node that has only one, if that is a prefix.
    pub fn only_prefix(&self, history: &History, node: Node) -> Option<Node> {
        if !node.opens() {
            return None;
        }
        match self.parts_from(history, node, node.start as usize, 2) {
            (parts, None) => match parts[..] {
                [only] if only.opens() => Some(only),
                _ => None,
            },
            (_, Some(_)) => None,
        }
    }
}
