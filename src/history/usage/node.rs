//! The parts of a table: the whole, its prefixes, its keys.

use std::cmp::Reverse;

use super::Usage;
use crate::history::{History, KeyId};

/// So many keys are not worth being sifted.
const FEW: usize = 256;

/// From so many `/` on, which no name of Kubernetes has, a prefix that has only one part is left out:
/// that part stands in its place. So a table has a few nodes for each key, however deep its names are.
const DEEP: usize = 16;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The whole table.
    Table,
    /// All keys whose names begin alike.
    Prefix,
    /// One key.
    Key,
    /// All gap rows.
    Gaps,
    /// The rows whose name is NULL.
    Nameless,
}

/// A part of a table: a stretch of the keys in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    pub(super) start: u32,
    pub(super) end: u32,
    /// How many bytes its keys' names have in common, as far as that is what makes the node.
    pub(super) length: u32,
}

impl Node {
    /// Whether the rows without a name are in it.
    pub(super) const fn has_nameless(self) -> bool {
        matches!(self.kind, Kind::Table | Kind::Nameless)
    }

    /// Whether it has parts of its own to look at.
    pub const fn opens(self) -> bool {
        matches!(self.kind, Kind::Table | Kind::Prefix)
    }
}

/// The order of nodes. The most comes first, and of equals the lower name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// By rows.
    #[default]
    Rows,
    /// By keys.
    Keys,
    /// By bytes, as far as sizes are known.
    Bytes,
    /// By rows that a compaction removes.
    Freed,
    /// By name, byte by byte.
    Name,
}

/// How many bytes two names have in common, up to the last `/` of those that is not the end of one; at
/// least so many.
fn in_common(one: &[u8], other: &[u8], least: usize) -> usize {
    let shared = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let last = one[..shared].iter().rposition(|&byte| byte == b'/');
    last.map_or(least, |slash| least.max(slash + 1))
}

impl Usage {
    /// The whole table.
    pub fn table(&self) -> Node {
        self.node(Kind::Table, 0, self.order.len(), 0)
    }

    /// The keys whose names begin with these bytes, or the gap rows for `gap-`; `None` when there
    /// are none.
    pub fn find(&self, history: &History, prefix: &[u8]) -> Option<Node> {
        if prefix.is_empty() {
            return Some(self.table());
        }
        if prefix == b"gap-" && self.order.len() > self.gaps as usize {
            return Some(self.node(Kind::Gaps, self.gaps as usize, self.order.len(), 0));
        }
        let named = &self.order[..self.gaps as usize];
        let start = named.partition_point(|&key| history.name(key) < prefix);
        let end = self.end_of(history, start, self.gaps as usize, prefix);
        (start < end).then(|| self.node(Kind::Prefix, start, end, prefix.len()))
    }

    /// The key of a node that is one.
    pub fn key(&self, node: Node) -> Option<KeyId> {
        (node.kind == Kind::Key).then(|| self.order[node.start as usize])
    }

    /// What the names of a node's keys begin with, or a key's name; `None` where that says nothing.
    pub fn name<'h>(&self, history: &'h History, node: Node) -> Option<&'h [u8]> {
        match node.kind {
            Kind::Prefix | Kind::Key => {
                let name = history.name(*self.order.get(node.start as usize)?);
                Some(name.get(..node.length as usize).unwrap_or(name))
            }
            Kind::Table | Kind::Gaps | Kind::Nameless => None,
        }
    }

    /// A node's name without what its parent's says already.
    pub fn label<'h>(&self, history: &'h History, parent: Node, node: Node) -> Option<&'h [u8]> {
        let name = self.name(history, node)?;
        Some(name.get(parent.length as usize..).unwrap_or(name))
    }

    /// The part that begins at a place, the names before it having so many bytes in common.
    pub(super) fn part(&self, history: &History, at: usize, end: usize, length: usize) -> Node {
        let name = history.name(self.order[at]);
        let rest = name.get(length..).unwrap_or_default();
        // A `/` at the start is the root, and no name of its own.
        let slash = rest.iter().skip(1).position(|&byte| byte == b'/');
        let Some(slash) = slash else { return self.node(Kind::Key, at, at + 1, name.len()) };
        let mut length = length + slash + 2;
        // Also where the order does not fit the names, a part has a key.
        let end = self.end_of(history, at, end, &name[..length]).max(at + 1);
        if name[..length].split(|&byte| byte == b'/').nth(DEEP + 1).is_some() {
            length = in_common(name, history.name(self.order[end - 1]), length);
        }
        self.node(Kind::Prefix, at, end, length)
    }

    /// The place after the keys from one on whose names begin with a prefix, up to a bound.
    fn end_of(&self, history: &History, start: usize, bound: usize, prefix: &[u8]) -> usize {
        let begins = |&key: &KeyId| history.name(key).starts_with(prefix);
        // Most prefixes are short stretches: looks double until one is beyond.
        let mut step = 1;
        let mut known = start;
        while known + step < bound && begins(&self.order[known + step]) {
            known += step;
            step *= 2;
        }
        let rest = &self.order[known..bound.min(known + step)];
        known + rest.partition_point(begins)
    }

    /// Puts nodes, which are in the order of their names, in another.
    pub fn sort(&self, nodes: &mut [Node], by: Sort) {
        if by != Sort::Name {
            nodes.sort_by_cached_key(|&node| (Reverse(self.measure(node, by)), node.start));
        }
    }

    /// Which of some nodes, none of which is in another, is what had a name, or holds it.
    pub fn position(
        &self,
        history: &History,
        nodes: &[Node],
        kind: Kind,
        name: &[u8],
    ) -> Option<usize> {
        let named = matches!(kind, Kind::Prefix | Kind::Key);
        let named = named.then(|| {
            let order = &self.order[..self.gaps as usize];
            order.partition_point(|&key| history.name(key) < name)
        });
        let holds = |node: &Node| match named {
            Some(at) => (node.start as usize..node.end as usize).contains(&at),
            None => true,
        };
        let is_it = |node: &Node| {
            let of = self.name(history, *node).unwrap_or_default();
            of == name || (kind == Kind::Prefix && name.starts_with(of))
        };
        nodes.iter().position(|node| node.kind == kind && holds(node) && is_it(node))
    }

    /// A node's place among others in the order of their names.
    pub const fn place(&self, node: Node) -> u32 {
        node.start
    }

    /// What an order goes by; of names, that is rows.
    pub fn measure(&self, node: Node, by: Sort) -> u64 {
        match by {
            Sort::Rows | Sort::Name => self.rows_of(node),
            Sort::Keys => u64::from(node.end - node.start),
            Sort::Bytes => self.bytes.as_ref().map_or(0, |bytes| bytes.of(node)),
            Sort::Freed => self.freed.as_ref().map_or(0, |freed| freed.of(node)),
        }
    }

    /// The keys of a node that have the most, as many as are asked for, the most first; those that
    /// have nothing are left out. Of keys each is one: by keys and by name, rows count.
    pub fn busiest(&self, node: Node, by: Sort, most: usize) -> Vec<Node> {
        let by = if by == Sort::Keys { Sort::Rows } else { by };
        let end = (node.end as usize).min(self.gaps as usize);
        let start = (node.start as usize).min(end);
        let measure = |at: usize| self.measure(self.node(Kind::Key, at, at + 1, 0), by);
        // What is kept is never much more than what is asked for, however many keys there are.
        let mut keys: Vec<(Reverse<u64>, usize)> = Vec::new();
        let mut enough = None;
        for at in start..end {
            let key = (Reverse(measure(at)), at);
            if key.0.0 == 0 || enough.is_some_and(|enough| key > enough) {
                continue;
            }
            keys.push(key);
            if keys.len() > most.saturating_mul(2).max(FEW) {
                let (_, last, _) = keys.select_nth_unstable(most);
                enough = Some(*last);
                keys.truncate(most);
            }
        }
        keys.sort_unstable();
        keys.truncate(most);
        let length = usize::MAX;
        keys.into_iter().map(|(_, at)| self.node(Kind::Key, at, at + 1, length)).collect()
    }

    /// Places are those of keys, which are counted in 32 bits.
    #[expect(clippy::unused_self, reason = "a node is of a usage")]
    pub(super) fn node(&self, kind: Kind, start: usize, end: usize, length: usize) -> Node {
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Node { kind, start: narrow(start), end: narrow(end), length: narrow(length) }
    }
}
