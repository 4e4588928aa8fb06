//! The whole table on a bar: what becomes of the rows in each cell's revisions.

use super::lowest;
use crate::display::Strip;
use crate::history::compaction::{Moment, Removals};
use crate::history::{History, Revision, RowIx};

/// How many cells a bar is made of before it is drawn in fewer.
pub(in crate::tui) const FINEST: usize = 240;

/// The table in [`FINEST`] stretches of as many revisions each, and when the first and the last row of each
/// goes: that is all that it takes to draw it for any target.
#[derive(Debug)]
pub(in crate::tui) struct Bar {
    scale: Scale,
    cells: Vec<Option<(Moment, Moment)>>,
    /// Rows before this one were looked at.
    next: usize,
}

impl Bar {
    /// Nothing looked at yet.
    pub(in crate::tui) fn new(history: &History) -> Self {
        Self { scale: Scale::new(history, FINEST), cells: Vec::with_capacity(FINEST), next: 0 }
    }

    /// Looks at rows, cell by cell. False when there are more.
    pub(in crate::tui) fn advance(
        &mut self,
        history: &History,
        removals: &Removals,
        rows: &mut usize,
    ) -> bool {
        while self.cells.len() < FINEST {
            if *rows == 0 {
                return false;
            }
            let end = history.position_after(self.scale.end(self.cells.len()));
            let moments = (self.next..end).map(|at| removals.moment(RowIx::at(at)));
            let both = |(first, last): (Moment, Moment), moment: Moment| {
                (first.min(moment), last.max(moment))
            };
            self.cells.push(
                moments.map(|moment| (moment, moment)).reduce(|cell, (it, _)| both(cell, it)),
            );
            *rows = rows.saturating_sub(end - self.next);
            self.next = end;
        }
        true
    }

    /// The bar in that many cells, at a moment, and with the revisions at which keys are live that were
    /// not, or were at others.
    pub(in crate::tui) fn cells(
        &self,
        cells: usize,
        moment: Moment,
        affected: impl Iterator<Item = Revision>,
    ) -> Vec<Strip> {
        let mut bar = vec![Strip::Empty; cells];
        if cells == 0 {
            return bar;
        }
        for (at, &goes) in self.cells.iter().enumerate() {
            merge(&mut bar[at * cells / FINEST], goes, moment);
        }
        for revision in affected {
            bar[self.scale.cell(revision) * cells / FINEST] = Strip::Affected;
        }
        bar
    }
}

/// Adds rows to a cell, of which the first and the last go then.
fn merge(cell: &mut Strip, goes: Option<(Moment, Moment)>, moment: Moment) {
    let seen = match goes {
        None => Strip::Empty,
        Some((first, _)) if first > moment => Strip::Survives,
        Some((_, last)) if last <= moment => Strip::Removed,
        Some(_) => Strip::Mixed,
    };
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
    use crate::history::compaction::{Plan, Policy};
    use crate::history::{Flag, Profile, Row};

    #[test]
    fn a_cell_shows_what_becomes_of_its_rows() {
        let mut history = History::new(Profile::kine_default());
        // Two rows of each key, and every third id is left out.
        for id in (1..2_000_u64).filter(|id| id % 3 > 0) {
            let name = format!("/k/{}", id / 6);
            let prev_revision = if id % 2 == 0 { Some(id.saturating_sub(1)) } else { Some(0) };
            let name = Some(name.as_bytes());
            let flags = [Flag::No, if id % 7 == 0 { Flag::Yes } else { Flag::No }];
            let [created, deleted] = flags;
            let create_revision = Some(0);
            let row =
                Row { id, name, created, deleted, create_revision, prev_revision, lease: None };
            history.push(row).expect("in order");
        }
        let policy = Policy::DEFAULT.without_retain();
        let removals = Removals::of(&history, policy);
        let mut bar = Bar::new(&history);
        while !bar.advance(&history, &removals, &mut 7) {}
        for target in [0, 1, 500, 1_000, 1_999] {
            let plan = Plan::new(&history, &removals, target, policy);
            let mut drawn = vec![Strip::Empty; FINEST];
            for at in history.iter() {
                let goes = removals.moment(at);
                let cell = &mut drawn[bar.scale.cell(history.id(at))];
                merge(cell, Some((goes, goes)), plan.moment());
            }
            assert_eq!(bar.cells(FINEST, plan.moment(), std::iter::empty()), drawn, "to {target}");
        }
    }

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
