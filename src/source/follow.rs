//! What is written to a database while somebody watches.

use std::collections::BTreeSet;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::mpsc::Sender;

use super::{Error, Intake, Log, Options, Source, load};
use crate::history::{History, Part, Revision, RowIx};

/// How many revisions back each look begins again. A write gets its revision before it is committed, so
/// that a later one can be seen first; kine itself waits for such for a second.
pub const AGAIN: Revision = 256;

/// A look that takes longer than this is told of before it is over.
const SILENT: Duration = Duration::from_secs(8);

/// Where a table ends for those who want to know only that: no row is newer.
const BEYOND: Revision = i64::MAX as Revision;

/// Looks again and again at what is new in a table, each time in a session of its own, and for no longer
/// than it takes to read that.
///
/// ```text
///   look 1   … 7  8  9     11           10 is under way
///   look 2       (8) 9 (10) 11  12 13   begins before what was seen: 10, 12, 13 are new
/// ```
#[derive(Debug)]
pub struct Follower {
    source: Source,
    options: Options,
    log: Log,
    /// What was there in the beginning: nothing up to it is new. `None` before the first look, where that
    /// tells.
    floor: Option<Revision>,
    /// The newest revision of the table, once it was looked at.
    newest: Option<Revision>,
    /// What was seen of the last [`AGAIN`] before that.
    seen: BTreeSet<Revision>,
    /// The compact revision when it was looked at last.
    compacted: Option<Revision>,
}

/// What is new.
#[derive(Debug)]
pub struct News {
    /// The newest rows of the table, and no others.
    pub history: History,
    /// Those of them that were not there before, the oldest first.
    pub rows: Vec<RowIx>,
    /// The compact revision before and now, where it moved.
    pub compaction: Option<(Revision, Revision)>,
    /// The newest revision before and now, where it went back: the table is another one, or was put back to
    /// an earlier state.
    pub went_back: Option<(Revision, Revision)>,
}

impl Follower {
    /// Follows what comes after a revision; without one, what comes after the first look.
    pub fn new(source: Source, options: Options, log: Log, after: Option<Revision>) -> Self {
        let (seen, compacted) = (BTreeSet::new(), None);
        Self { source, options, log, floor: after, newest: None, seen, compacted }
    }

    /// The source, with a password that was asked for.
    pub const fn source_mut(&mut self) -> &mut Source {
        &mut self.source
    }

    /// Looks once.
    ///
    /// # Errors
    ///
    /// When the source cannot be read; it can be looked at again.
    pub async fn look(&mut self) -> Result<News, Error> {
        let since = self.from().unwrap_or(BEYOND);
        let table = newest(self.source.clone(), &self.options, since, &self.log).await?;
        Ok(self.take(table.history))
    }

    /// Where the next look begins; `None` where only the end of the table is to be found.
    fn from(&self) -> Option<Revision> {
        let floor = self.floor?;
        Some(self.newest.map_or(floor, |newest| floor.max(newest.saturating_sub(AGAIN))))
    }

    /// Finds what is new among the rows that came.
    fn take(&mut self, history: History) -> News {
        let current = history.current().unwrap_or_default();
        let went_back = self.newest.filter(|&newest| current < newest).map(|it| (it, current));
        if went_back.is_some() || self.floor.is_none() {
            self.floor = Some(current);
            self.seen.clear();
        }
        // The mark is read with every part, and may be of any age.
        let from = self.from().unwrap_or_default();
        let rows: Vec<RowIx> = history
            .iter()
            .filter(|&at| history.id(at) > from && self.seen.insert(history.id(at)))
            .collect();
        self.newest = Some(current);
        self.seen = self.seen.split_off(&current.saturating_sub(2 * AGAIN));
        let compacted = history.compacted();
        let compaction = self.compacted.zip(compacted).filter(|(before, now)| before != now);
        self.compacted = compacted.or(self.compacted);
        News { history, rows, compaction, went_back }
    }
}

/// Reads the rows after a revision, and `compact_rev_key`, in a session of its own that is as short as that;
/// under the same prefix as the table, if only that was read.
async fn newest(
    source: Source,
    options: &Options,
    after: Revision,
    log: &Log,
) -> Result<Intake, Error> {
    let prefix = options.part.as_ref().and_then(|part| part.prefix.clone());
    let part = Some(Part { since: Some(after), prefix });
    let options = Options { part, ..options.clone() };
    let loaded = load(source, options, log, |_| {}).await?;
    loaded.error.map_or(Ok(loaded.table), Err)
}

/// What comes of a look at the end of a table.
#[derive(Debug)]
pub enum Looked {
    /// The rows after a revision, and `compact_rev_key`: when that was, and how long it took.
    Came(Box<Intake>, SystemTime, Duration),
    /// There is no answer yet, and it is waited for.
    Silent,
    /// It cannot be read; it can be looked at again.
    Failed(Error),
}

/// Looks at what is after a revision of a table, once a while has passed, and sends what came of it. Stops
/// when the receiver is dropped.
pub async fn look(
    source: Source,
    options: Options,
    (after, pause): (Revision, Duration),
    log: Log,
    looked: Sender<Looked>,
) {
    let looking = async {
        tokio::time::sleep(pause).await;
        let began = Instant::now();
        let mut reading = std::pin::pin!(newest(source, &options, after, &log));
        let came = if let Ok(came) = tokio::time::timeout(SILENT, &mut reading).await {
            came
        } else {
            // Whoever left wants to hear no more, and is seen to have left below.
            drop(looked.send(Looked::Silent).await);
            reading.await
        };
        match came {
            Ok(table) => Looked::Came(Box::new(table), SystemTime::now(), began.elapsed()),
            Err(error) => Looked::Failed(error),
        }
    };
    tokio::select! {
        biased;
        () = looked.closed() => {}
        came = looking => drop(looked.send(came).await),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{Flag, Profile, Row, Rows};

    /// A part of a table: its rows, and its newest revision.
    fn part(ids: &[Revision], current: Revision, compacted: Revision) -> History {
        let mut rows = Rows::new();
        let row = |id, name, prev| Row {
            id,
            name: Some(name),
            created: Flag::Yes,
            deleted: Flag::No,
            create_revision: Some(0),
            prev_revision: Some(prev),
            lease: Some(0),
        };
        rows.push(row(1, b"compact_rev_key", compacted));
        for &id in ids {
            rows.push(row(id, b"/a", 0));
        }
        let mut profile = Profile::kine_default();
        profile.current = Some(current);
        let mut history = History::new(profile);
        history.extend(&rows).expect("they are in order");
        history
    }

    fn follower(after: Option<Revision>) -> Follower {
        let source = Source::parse("shared.tsv").expect("a source");
        Follower::new(source, Options::default(), Log::default(), after)
    }

    #[track_caller]
    fn assert_new(
        follower: &mut Follower,
        ids: &[Revision],
        current: Revision,
        expected: &[Revision],
    ) {
        let news = follower.take(part(ids, current, 0));
        let new: Vec<Revision> = news.rows.iter().map(|&at| news.history.id(at)).collect();
        assert_eq!(new, expected);
    }

    #[test]
    fn each_row_is_new_once_also_one_that_came_late() {
        let mut follower = follower(None);
        assert_new(&mut follower, &[], 1007, &[]);
        assert_new(&mut follower, &[1006, 1007, 1008, 1009, 1011], 1011, &[1008, 1009, 1011]);
        assert_new(&mut follower, &[1008, 1009, 1010, 1011], 1011, &[1010]);
        assert_new(&mut follower, &[1010, 1011, 1500], 1500, &[1500]);
        assert_new(&mut follower, &[1500], 1500, &[]);
    }

    #[test]
    fn what_follows_a_revision_begins_there() {
        let mut follower = follower(Some(1000));
        assert_new(&mut follower, &[999, 1000, 1001, 1002], 1002, &[1001, 1002]);
        assert_new(&mut follower, &[1001, 1002], 1002, &[]);
    }

    #[test]
    fn a_compaction_and_a_table_that_went_back_are_told() {
        let mut follower = follower(None);
        assert_eq!(follower.take(part(&[], 2000, 5)).compaction, None);
        let news = follower.take(part(&[2001], 2001, 900));
        assert_eq!((news.compaction, news.went_back), (Some((5, 900)), None));
        let news = follower.take(part(&[], 40, 900));
        assert_eq!((news.went_back, news.rows.len()), (Some((2001, 40)), 0));
        assert_new(&mut follower, &[40, 41], 41, &[41]);
    }
}
