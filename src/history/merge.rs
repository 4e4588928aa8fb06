//! Rows that came late, among those that were there.

use super::{History, PushError, RowIx, Rows};

/// A history that is made anew from the rows of another and from rows that belong among those, some at
/// a time: to link millions of rows takes longer than a screen may wait.
#[derive(Debug)]
pub struct Merge {
    late: Rows,
    /// How many of the late rows have been taken, and of the others.
    taken: [usize; 2],
    merged: History,
}

impl Merge {
    /// The late rows must be in the order of their ids.
    pub fn new(old: &History, late: Rows) -> Self {
        let mut merged = History::new(old.profile().clone());
        merged.reserve(old.len() + late.len());
        Self { late, taken: [0, 0], merged }
    }

    /// Takes so many rows more; true once all are there.
    ///
    /// # Errors
    ///
    /// As [`History::push`].
    pub fn step(&mut self, old: &History, rows: usize) -> Result<bool, PushError> {
        let Self { late, taken: [late_ones, others], merged } = self;
        let all = late.len() + old.len();
        let mut in_order = std::iter::from_fn(|| {
            let row = late.get(*late_ones);
            let before = (*others < old.len()).then(|| old.row(RowIx::at(*others)));
            let is_late = row.is_some_and(|row| before.is_none_or(|before| row.id < before.id));
            let next = if is_late { row } else { before };
            let counted = if is_late { &mut *late_ones } else { &mut *others };
            *counted += usize::from(next.is_some());
            next
        });
        merged.append(&mut in_order.by_ref().take(rows))?;
        let is_done = *late_ones + *others == all;
        if is_done {
            // Values may come while the rows are merged.
            merged.requests.clone_from(&old.requests);
        }
        Ok(is_done)
    }

    /// What has been made so far.
    pub fn finish(self) -> History {
        self.merged
    }
}

impl History {
    /// Adds rows that belong among its own. All are linked anew: rows and keys are not where they were.
    ///
    /// # Errors
    ///
    /// As [`History::push`]; then nothing has changed.
    pub fn merge(&mut self, late: Rows) -> Result<(), PushError> {
        let mut merge = Merge::new(self, late);
        while !merge.step(self, usize::MAX)? {}
        *self = merge.finish();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Flag, Profile, REQUESTS_NAME, Row};

    fn row(id: u64) -> Row<'static> {
        let name: &[u8] = if id.is_multiple_of(3) { b"/a" } else { b"/b" };
        Row {
            id,
            name: Some(name),
            created: Flag::No,
            deleted: Flag::No,
            create_revision: None,
            prev_revision: Some(id.saturating_sub(3)),
            lease: None,
        }
    }

    fn history(ids: &[u64]) -> History {
        let mut history = History::new(Profile::kine_default());
        let rows: Rows = ids.iter().map(|&id| row(id)).collect();
        history.extend(&rows).expect("they ascend");
        history
    }

    fn pictures(history: &History) -> Vec<String> {
        let picture =
            |at| (history.row(at), history.prev(at), history.older(at), history.key_at(at));
        history.iter().map(|at| format!("{:?}", picture(at))).collect()
    }

    #[test]
    fn late_rows_are_linked_as_if_they_had_come_in_time() {
        for (came, late) in [
            (&[][..], &[][..]),
            (&[], &[1, 2]),
            (&[1, 2], &[]),
            (&[5, 6], &[1, 3]),
            (&[1, 3, 7], &[2, 4, 5, 9, 10]),
        ] {
            let mut all = [came, late].concat();
            all.sort_unstable();
            let expected = pictures(&history(&all));
            let late: Rows = late.iter().map(|&id| row(id)).collect();
            let (mut at_once, mut slowly) =
                (history(came), Merge::new(&history(came), late.clone()));
            at_once.merge(late).expect("no id is there twice");
            assert_eq!(pictures(&at_once), expected);
            while !slowly.step(&history(came), 1).expect("as above") {}
            assert_eq!(pictures(&slowly.finish()), expected);
        }
    }

    #[test]
    fn a_row_that_is_there_changes_nothing() {
        let mut history = history(&[1, 2]);
        let twice = history.merge([row(0), row(2)].into_iter().collect());
        assert_eq!((twice, history.len()), (Err(PushError::Twice(2)), 2));
    }

    #[test]
    fn values_that_come_before_late_rows_or_with_them_are_kept() {
        let mut history = History::new(Profile::kine_default());
        let asking = |id| Row { name: Some(REQUESTS_NAME), ..row(id) };
        history.extend(&[3, 9].into_iter().map(asking).collect()).expect("they ascend");
        history.note_request(3, b"1|0");
        let mut merge = Merge::new(&history, [6].into_iter().map(asking).collect());
        assert_eq!(merge.step(&history, 1), Ok(false));
        history.note_request(6, b"2|3");
        assert_eq!(merge.step(&history, 9), Ok(true));
        let merged = merge.finish();
        let asked = |history: &History| -> Vec<_> {
            history.requests().map(|it| (it.id, it.value.and_then(|it| it.asked))).collect()
        };
        assert_eq!(asked(&merged), [(9, None), (6, Some(3)), (3, Some(0))]);
    }
}
