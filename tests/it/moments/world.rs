//! A table that kine writes and compacts, and beside it everything that was ever written.

use std::collections::BTreeMap;

use kinescope::history::compaction::{Policy, plan};
use kinescope::history::{History, Revision};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::history::{Tuple, history};

/// What happens next.
#[derive(Debug, Clone, Copy)]
pub(super) enum Event {
    /// A key is written: created, updated or deleted, as its state allows.
    Write {
        /// Which key.
        key: u8,
        /// Whether it is deleted, if it is live.
        delete: bool,
    },
    /// A revision that no row takes.
    Hole,
    /// The same, and kine fills it.
    Gap,
    /// A compaction that far back from the current revision.
    Compact(u64),
}

/// Histories of a few keys, as kine writes them.
pub(super) fn worlds() -> impl Strategy<Value = World> {
    let write =
        (0..5_u8, prop::bool::weighted(0.3)).prop_map(|(key, delete)| Event::Write { key, delete });
    let event = prop_oneof![
        20 => write,
        1 => Just(Event::Hole),
        1 => Just(Event::Gap),
        2 => (0..12_u64).prop_map(Event::Compact),
    ];
    (vec(event, 0..60), any::<bool>()).prop_map(|(events, copies)| World::of(&events, copies))
}

/// A table, and the truth.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// The rows that are left.
    pub(super) table: Vec<Tuple>,
    /// Every row that was written.
    pub(super) written: Vec<Tuple>,
    pub(super) compacted: Revision,
    pub(super) current: Revision,
}

const MARK: &str = "compact_rev_key";

impl World {
    /// What comes of some events. A tombstone copies the create revision where it was written by kine up to
    /// v0.15.0.
    pub(super) fn of(events: &[Event], copies: bool) -> Self {
        let mark = (1, MARK.to_owned(), 1, 0, 0, 0, 0);
        let mut world =
            Self { table: vec![mark.clone()], written: vec![mark], compacted: 0, current: 1 };
        for &event in events {
            match event {
                Event::Write { key, delete } => {
                    let row = world.next(&format!("/registry/k/{key}"), delete, copies);
                    world.write(row);
                }
                Event::Hole => world.current += 1,
                Event::Gap => {
                    let id = world.current + 1;
                    world.write((id, format!("gap-{id}"), 0, 1, 0, 0, 0));
                }
                Event::Compact(back) => world.compact(back),
            }
        }
        // The current revision is that of the newest row.
        world.current = world.table.last().map_or(0, |row| row.0);
        world
    }

    fn next(&self, name: &str, delete: bool, copies: bool) -> Tuple {
        let id = self.current + 1;
        let newest = self.table.iter().rev().find(|row| row.1 == name);
        match newest {
            Some(&(prev, _, created, 0, create, _, _)) => {
                let create = if created == 1 { prev } else { create };
                let create = if delete && !copies { 0 } else { create };
                (id, name.to_owned(), 0, i64::from(delete), create, prev, 0)
            }
            tombstone => (id, name.to_owned(), 1, 0, 0, tombstone.map_or(0, |row| row.0), 0),
        }
    }

    fn write(&mut self, row: Tuple) {
        self.current = row.0;
        self.written.push(row.clone());
        self.table.push(row);
    }

    fn compact(&mut self, back: u64) {
        let target = self.current.saturating_sub(back);
        let before = history(&self.table);
        // A hole at the end is not yet a revision.
        let target = target.min(before.current().unwrap_or_default());
        if target <= self.compacted {
            return;
        }
        let plan = plan(&before, target, Policy::DEFAULT.without_retain());
        let survives = |row: &Tuple| before.find(row.0).is_some_and(|at| plan.survives(at));
        self.table.retain(survives);
        for mark in self.table.iter_mut().filter(|row| row.1 == MARK) {
            mark.5 = target;
        }
        self.compacted = target;
    }

    /// The table.
    pub(super) fn history(&self) -> History {
        history(&self.table)
    }

    /// What each key of the cluster was at a revision: its newest row up to there, and whether that is live.
    pub(super) fn truth(&self, at: Revision) -> BTreeMap<&str, (Revision, bool)> {
        let rows = self.written.iter().filter(|row| row.0 <= at);
        let rows = rows.filter(|row| row.1.starts_with('/'));
        rows.map(|row| (row.1.as_str(), (row.0, row.3 == 0))).collect()
    }
}
