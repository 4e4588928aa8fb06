//! The revisions as a graph: one node a row, one edge from a row to the row before it.

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

/// A row's position among all rows in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowIx(pub(super) u32);

impl RowIx {
    /// The position as a number: 0 is the row with the lowest id.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The row at that position.
    ///
    /// # Panics
    ///
    /// If the position does not fit 32 bits, which no row's does.
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("rows are counted in 32 bits"))
    }
}

/// What an edge says of the row it leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// The row is there, and older: what kine writes.
    Present,
    /// No row has that id: compacted away, or lost.
    Missing,
    /// The row is there, and newer. kine never writes this; a restore or a hand may.
    Forward,
    /// The row points at itself.
    Itself,
}

/// A forest, as long as nothing is damaged:
///
/// ```text
///   9 ──▶ 7 ──▶ 4 ──▶ void        4's predecessor was compacted away
///         8 ──▶ 4                 8 and 7 are a fork
///   3 ──▶ 11                      forward, and so perhaps a cycle
/// ```
///
/// One node, the void, stands for every row that is not in the table; the row that points there
/// knows the id. Rows follow it in the order of their ids, so that `NodeIndex` and [`RowIx`] differ
/// by one and a scan of rows is a scan of memory. What an [`Edge`] is shows from where it leads: a row
/// costs 8 bytes, and its edge 16.
///
/// Both are in a `Vec` each. Where room was [made](Graph::reserve) for the rows that are expected they
/// do not grow; where they do, what is large is not copied by the allocators of Linux, which move pages.
#[derive(Debug)]
pub struct Graph {
    graph: DiGraph<(), (), u32>,
}

/// The node of the void.
fn void() -> NodeIndex<u32> {
    NodeIndex::new(0)
}

impl Graph {
    /// A graph with the void and nothing else.
    pub(super) fn new() -> Self {
        let mut graph = DiGraph::default();
        graph.add_node(());
        Self { graph }
    }

    /// Makes room for that many more rows.
    pub fn reserve(&mut self, rows: usize) {
        self.graph.reserve_nodes(rows);
        self.graph.reserve_edges(rows);
    }

    /// How many rows there are.
    pub fn rows(&self) -> u32 {
        u32::try_from(self.graph.node_count() - 1).unwrap_or(u32::MAX)
    }

    /// Adds so many rows.
    pub(super) fn add(&mut self, rows: usize) {
        for _ in 0..rows {
            self.graph.add_node(());
        }
    }

    /// Links a row to the one that it points at.
    pub(super) fn link(&mut self, from: RowIx, to: RowIx) {
        self.graph.add_edge(node(from), node(to), ());
    }

    /// Notes that the row before this one is not in the table.
    pub(super) fn link_to_void(&mut self, from: RowIx) {
        self.graph.add_edge(node(from), void(), ());
    }

    /// The edge that leaves a row, and the row it leads to, when that is in the table.
    pub fn prev(&self, from: RowIx) -> Option<(Edge, Option<RowIx>)> {
        let edge = self.graph.first_edge(node(from), Outgoing)?;
        let to = row(self.graph.raw_edges()[edge.index()].target());
        let edge = match to {
            None => Edge::Missing,
            Some(to) if to < from => Edge::Present,
            Some(to) if to > from => Edge::Forward,
            Some(_) => Edge::Itself,
        };
        Some((edge, to))
    }

    /// Whether any row points at a row.
    pub(super) fn is_pointed_at(&self, to: RowIx) -> bool {
        self.graph.first_edge(node(to), Incoming).is_some()
    }

    /// The rows that point at a row, itself included if it does, the last linked first.
    pub fn successors(&self, to: RowIx) -> impl Iterator<Item = RowIx> + '_ {
        self.graph.edges_directed(node(to), Incoming).filter_map(|edge| row(edge.source()))
    }
}

fn node(row: RowIx) -> NodeIndex<u32> {
    NodeIndex::new(row.0 as usize + 1)
}

fn row(node: NodeIndex<u32>) -> Option<RowIx> {
    let position = node.index().checked_sub(1)?;
    u32::try_from(position).ok().map(RowIx)
}
