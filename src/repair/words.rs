//! What a repair does, in words.

use super::{Added, Addition, Cost, Deletion, Fate, Left, NewIndex, Obstacle, Repair, Rows, Step};
use crate::history::{Dialect, History};
use crate::text::{bytes, count, escape};

impl Step {
    /// What is done, as the heading of a list.
    pub fn what(&self) -> String {
        match self {
            Self::Rows(rows) => rows.what(),
            Self::MakeIndex(index) => {
                let unique = if index.unique { "unique index" } else { "index" };
                format!("Make the {unique} {} over {}", index.name, index.columns.join(", "))
            }
            Self::DropIndexes { kept, dropped } => format!(
                "Drop {} that {} what {} does",
                count(dropped.len() as u64, "index"),
                if dropped.len() == 1 { "does" } else { "do" },
                escape(kept.name.as_bytes())
            ),
            Self::PrimaryKey => "Make id the primary key".to_owned(),
            Self::Number { .. } => "Let the database number the rows".to_owned(),
            Self::ByDefault => "Let id take the numbers that kine gives".to_owned(),
            Self::Sequence { .. } => "Set the sequence of id to the current revision".to_owned(),
            Self::SortByBytes { .. } => "Sort names by their bytes".to_owned(),
            Self::SnapshotIsolation => "Switch innodb_snapshot_isolation off".to_owned(),
        }
    }

    /// Why, in sentences.
    pub fn why(&self, history: &History) -> String {
        match self {
            Self::Rows(rows) => rows.why(history),
            Self::MakeIndex(index) => index.why(),
            Self::DropIndexes { .. } => {
                "They are over the same columns, and every write pays for each of them (kinescope \
                 explain duplicate-index)."
                    .to_owned()
            }
            Self::PrimaryKey => {
                "Nothing keeps two rows from having one revision, and every look at a revision reads \
                 the whole table (kinescope explain missing-index)."
                    .to_owned()
            }
            Self::Number { .. } => {
                "kine gives no id and takes the database's for the revision: without it, every \
                 write is refused or gets no revision (kinescope explain unwritable-table)."
                    .to_owned()
            }
            Self::ByDefault => {
                "id is GENERATED ALWAYS, so gap rows are refused (kinescope explain \
                 unwritable-table)."
                    .to_owned()
            }
            Self::Sequence { name, last } => format!(
                "The last number that {name} gave out is {last}, and the current revision is {}: kine's \
                 next writes fail, or get revisions that watchers have passed (kinescope explain \
                 sequence-behind).",
                history.current().unwrap_or_default()
            ),
            Self::SortByBytes { collation, .. } => format!(
                "Names are sorted by the collation {}, and lists of kine v0.16.3 and later come back \
                 empty or with foreign keys (kinescope explain name-order).",
                escape(collation.as_bytes())
            ),
            Self::SnapshotIsolation => {
                "Compaction fails while somebody writes (kinescope explain snapshot-isolation). Set \
                 it in the server's configuration as well, or it is on again after a restart."
                    .to_owned()
            }
        }
    }

    /// What is locked meanwhile, and against whom.
    pub const fn locks(&self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::SnapshotIsolation, _) => "Nothing is locked.",
            (Self::Rows(_), Dialect::MySql) => "Nobody else reads or writes the table meanwhile.",
            (_, Dialect::Sqlite) => "Nobody else writes to the database meanwhile; readers go on.",
            (Self::Sequence { .. }, _) => "Nothing is locked.",
            (Self::Rows(_) | Self::MakeIndex(_), Dialect::Postgres) => {
                "Nobody else writes to the table meanwhile; readers go on."
            }
            (Self::MakeIndex(_) | Self::DropIndexes { .. }, Dialect::MySql) => {
                "Writers wait while it begins and ends; of another engine than InnoDB, all the time."
            }
            (Self::PrimaryKey | Self::Number { .. }, Dialect::MySql) => {
                "The table is copied. Nobody else writes to it meanwhile."
            }
            _ => "Nobody else reads or writes the table meanwhile.",
        }
    }

    /// How much it takes, and for how long about.
    pub fn takes(&self, history: &History) -> String {
        let cost = Cost::of(history, self);
        let about = match cost.about().as_secs() {
            0 => "less than a second".to_owned(),
            seconds @ 1..120 => format!("about {seconds} s"),
            seconds => format!("about {} minutes", seconds.div_ceil(60)),
        };
        match (cost.rows, cost.index_bytes) {
            (0, _) => about,
            (rows, 0) => format!("{about}: it reads {}", count(rows, "row")),
            (rows, size) => format!(
                "{about}: it reads {}, and writes about {}",
                count(rows, "row"),
                bytes(size)
            ),
        }
    }
}

impl NewIndex {
    fn why(&self) -> String {
        let drops = match &self.drops[..] {
            [] => String::new(),
            [one] => format!(
                " {} is in its way, and goes when this one is there.",
                escape(one.name.as_bytes())
            ),
            more => format!(
                " {} are in its way, and go when this one is there.",
                count(more.len() as u64, "index")
            ),
        };
        let why = if self.unique {
            "Nothing else keeps two writers from following the same revision, which forks a chain \
             (kinescope explain unique-index)."
        } else {
            "Without it, lists and compaction read the whole table (kinescope explain \
             missing-index)."
        };
        format!("{why}{drops}")
    }
}

impl Rows {
    /// The rows that go, counted and called what they are.
    pub fn named(&self) -> String {
        let is_stray = |deletion: &Deletion| deletion.fate == Fate::Stray;
        let noun = if self.deleted.iter().all(is_stray) { "stray row" } else { "row" };
        format!(
            "{} of {}",
            count(self.count() as u64, noun),
            count(self.deleted.len() as u64, "key")
        )
    }

    /// That they are gone, and others there, as a sentence in plain letters.
    pub fn done(&self) -> String {
        let is = |some: usize| if some == 1 { "is" } else { "are" };
        let gone = (!self.deleted.is_empty())
            .then(|| format!("{} {} deleted.", self.named(), is(self.count())));
        let added = self.added.len();
        let added =
            (added > 0).then(|| format!("{} {} added.", count(added as u64, "row"), is(added)));
        gone.into_iter().chain(added).collect::<Vec<_>>().join(" ")
    }

    fn what(&self) -> String {
        let added = count(self.added.len() as u64, "row");
        match (self.deleted.is_empty(), self.added.is_empty()) {
            (false, true) => format!("Delete {}", self.named()),
            (true, _) => format!("Add {added}"),
            (false, false) => format!("Delete {}, and add {added}", self.named()),
        }
    }

    fn why(&self, history: &History) -> String {
        let has = |fate| self.deleted.iter().any(|deletion| deletion.fate == fate);
        let mut said = Vec::new();
        if has(Fate::Stray) {
            said.push(
                "No key's newest row leads back to a stray row; a deleted key can come back at one \
                 (kinescope explain stray). Each key keeps its value."
                    .to_owned(),
            );
        }
        if has(Fate::Unchosen) {
            said.push(
                "Where another branch was chosen, the key gets the value of the row that was chosen."
                    .to_owned(),
            );
        }
        if has(Fate::Mark) {
            said.push(
                "Of several rows named compact_rev_key, kine deletes all when it starts; the one \
                 with the highest compact revision stays (kinescope explain compact-rev-key)."
                    .to_owned(),
            );
        }
        said.extend(self.added.iter().map(|added| added.why(history)));
        said.join(" ")
    }
}

impl Addition {
    fn why(&self, history: &History) -> String {
        let id = self.id;
        match self.what {
            Added::Mark(compacted) => format!(
                "There is no compact_rev_key, and kine would begin again at 0: {id} says how far the \
                 rows show a compaction, which is {compacted}."
            ),
            Added::Tombstone(key, after) => format!(
                "{} has probably come back at {}: {id} deletes it once more.",
                escape(history.name(key)),
                history.id(after)
            ),
        }
    }
}

impl Deletion {
    /// What becomes of the rows, and of which stays.
    pub fn fate(&self, history: &History) -> String {
        let rows: Vec<String> = self.rows.iter().map(|&at| history.id(at).to_string()).collect();
        format!("{} deleted; {}", rows.join(", "), self.stays(history))
    }

    /// Which row stays, and what it is.
    pub fn stays(&self, history: &History) -> String {
        let kept = history.id(self.kept);
        match self.fate {
            Fate::Stray => format!("its newest, {kept}, stays"),
            Fate::Unchosen => format!("{kept}, which was chosen, stays"),
            Fate::Mark => format!("{kept}, which holds the compact revision, stays"),
        }
    }
}

impl Left {
    /// What is left as it is, and why, as a sentence.
    pub fn said(&self, history: &History) -> String {
        match &self.rows {
            None => self.why.clone(),
            Some((key, rows)) => {
                let name = escape(history.name(*key));
                format!("{} of {name}, {}", count(rows.len() as u64, "stray row"), self.why)
            }
        }
    }
}

impl Obstacle {
    /// Why the unique index cannot be made.
    pub fn said(&self) -> String {
        match self {
            Self::Marks => {
                "The unique index cannot be made while two rows named compact_rev_key hold the same \
                 revision: kinescope explain compact-rev-key"
                    .to_owned()
            }
            Self::Forks => {
                "The unique index cannot be made while a key that is left alone has rows with the \
                 same prev revision."
                    .to_owned()
            }
            Self::Column(why) => {
                format!("The unique index cannot be made over the column name as it is: {why}.")
            }
        }
    }
}

impl Repair {
    /// How the table would be then, in words.
    pub fn outcome(&self, history: &History) -> String {
        let mut said = Vec::new();
        said.push(match self.after.forks {
            0 => "No fork is left.".to_owned(),
            forks => format!("{} left.", count(forks as u64, "fork")),
        });
        said.push(match &self.after.changed[..] {
            [] if self.after.chosen > 0 => {
                "No key changes but for those that were chosen.".to_owned()
            }
            [] => "No key changes its value.".to_owned(),
            keys => {
                let names: Vec<_> =
                    keys.iter().take(3).map(|&key| escape(history.name(key))).collect();
                format!("{} changed: {}.", count(keys.len() as u64, "key"), names.join(", "))
            }
        });
        said.push(self.after.remains.clone().unwrap_or_else(|| self.after.verdict.clone()));
        said.join(" ")
    }
}
