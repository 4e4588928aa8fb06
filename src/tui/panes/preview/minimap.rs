//! The whole table on a bar: what becomes of the rows in each cell's revisions.

use super::lowest;
use crate::display::Strip;
use crate::history::compaction::{KeyEffect, Plan};
use crate::history::{History, Revision, RowIx};

/// How many cells a bar is made of before it is drawn in fewer.
pub(in crate::tui) const FINEST: usize = 240;

/// The table in [`FINEST`] stretches of as many revisions each.
#[derive(Debug)]
pub(in crate::tui) struct Bar {
    scale: Scale,
    /// What becomes of the rows.
    fates: Vec<Strip>,
    /// The cells that are to be drawn, the next one last.
    dirty: Vec<usize>,
    /// The cells of revisions at which a key is live that was not, or was at another.
    affected: Vec<usize>,
}

impl Bar {
    /// Nothing drawn yet.
    pub(in crate::tui) fn new(history: &History) -> Self {
        Self {
            scale: Scale::new(history, FINEST),
            fates: vec![Strip::Empty; FINEST],
            dirty: (0..FINEST).rev().collect(),
            affected: Vec::new(),
        }
    }

    /// Rows of that revision have another fate.
    pub(in crate::tui) fn touch(&mut self, revision: Revision) {
        self.dirty.push(self.scale.cell(revision));
    }

    /// Draws the cells that changed, looking at about that many rows. False when there are more.
    pub(in crate::tui) fn advance(
        &mut self,
        history: &History,
        plan: &Plan,
        rows: &mut usize,
    ) -> bool {
        self.dirty.sort_unstable();
        self.dirty.dedup();
        while let Some(cell) = self.dirty.pop() {
            if *rows == 0 {
                self.dirty.push(cell);
                return false;
            }
            let looked = self.draw(history, plan, cell);
            *rows = rows.saturating_sub(looked);
        }
        true
    }

    /// Draws one cell, and gives how many rows that took. Rows come in the order of their ids, so each
    /// cell is a stretch of rows, which is left once both fates have been seen in it.
    fn draw(&mut self, history: &History, plan: &Plan, cell: usize) -> usize {
        let end_of = |cell| history.position_after(self.scale.end(cell)).min(plan.rows());
        let start = cell.checked_sub(1).map_or(0, end_of);
        let mut fate = Strip::Empty;
        let mut looked = 0;
        for row in (start..end_of(cell)).map(RowIx::at) {
            looked += 1;
            let seen = if plan.survives(row) { Strip::Survives } else { Strip::Removed };
            merge(&mut fate, seen);
            if fate == Strip::Mixed {
                break;
            }
        }
        self.fates[cell] = fate;
        looked
    }

    /// Marks where keys change.
    pub(in crate::tui) fn mark(&mut self, effects: &[KeyEffect]) {
        let live = effects.iter().filter_map(|effect| effect.after).filter(|after| after.live);
        self.affected = live.map(|after| self.scale.cell(after.revision)).collect();
        self.affected.sort_unstable();
        self.affected.dedup();
    }

    /// The bar in that many cells.
    pub(in crate::tui) fn cells(&self, cells: usize) -> Vec<Strip> {
        let mut bar = vec![Strip::Empty; cells];
        if cells > 0 {
            for (at, &seen) in self.fates.iter().enumerate() {
                merge(&mut bar[at * cells / FINEST], seen);
            }
            for at in &self.affected {
                bar[at * cells / FINEST] = Strip::Affected;
            }
        }
        bar
    }
}

/// Adds rows of one fate to a cell.
fn merge(cell: &mut Strip, seen: Strip) {
    *cell = match (*cell, seen) {
        (Strip::Empty, other) | (other, Strip::Empty) => other,
        (one, other) if one == other => one,
        _ => Strip::Mixed,
    };
}

/// A table's revisions, spread over the cells of a bar.
#[derive(Debug)]
pub(in crate::tui) struct Scale {
    first: Revision,
    /// How many revisions there are from the first to the last.
    span: u128,
    /// The last cell.
    last: u128,
}

impl Scale {
    pub(in crate::tui) fn new(history: &History, cells: usize) -> Self {
        let current = history.current().unwrap_or_default().max(1);
        let first = history.iter().next().map_or(0, |at| history.id(at)).min(lowest(history));
        Self {
            first,
            span: u128::from(current.saturating_sub(first)).max(1),
            last: cells.saturating_sub(1) as u128,
        }
    }

    /// The cell that a revision falls in.
    pub(in crate::tui) fn cell(&self, revision: Revision) -> usize {
        let offset = u128::from(revision.saturating_sub(self.first)).min(self.span);
        usize::try_from(offset * self.last / self.span).unwrap_or_default()
    }

    /// The highest revision that falls in a cell, or in one below it.
    fn end(&self, cell: usize) -> Revision {
        let next = cell as u128 + 1;
        if next > self.last {
            return Revision::MAX;
        }
        let offset = (next * self.span).div_ceil(self.last) - 1;
        u64::try_from(offset).map_or(Revision::MAX, |offset| self.first.saturating_add(offset))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cell_ends_where_the_next_begins(
            first in prop_oneof![0..5_u64, any::<u64>()],
            span in prop_oneof![1..5_u64, 1..1_000_u64, any::<u64>()],
            cells in 1..300_usize,
            cell in 0..300_usize,
        ) {
            let span = span.min(u64::MAX - first).max(1);
            let last = cells as u128 - 1;
            let scale = Scale { first, span: span.into(), last };
            let end = scale.end(cell);
            prop_assert!(scale.cell(end) <= cell);
            if let Some(next) = end.checked_add(1) {
                prop_assert!(scale.cell(next) > cell);
            }
        }
    }
}
