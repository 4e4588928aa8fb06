//! What may happen to a table while nobody looks.

use std::fmt::{self, Display};

use kinescope::history::compaction::Policy;
use kinescope::history::{History, KeyId, Revision};
use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Executor};

use crate::proof::kine;

/// Somebody else's doing.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// kine compacts to a target, so many revisions in one transaction.
    Compaction(Revision, u64),
    /// One statement.
    Statement(String),
}

impl Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compaction(target, batch) => write!(f, "compaction to {target} by {batch}"),
            Self::Statement(sql) => f.write_str(sql),
        }
    }
}

impl Change {
    pub(super) async fn make(&self, connection: &mut MySqlConnection) -> sqlx::Result<()> {
        match self {
            Self::Compaction(target, batch_size) => {
                let policy = Policy { min_retain: 0, batch_size: *batch_size, ..Policy::DEFAULT };
                kine::compact(connection, *target, policy).await.map(drop)
            }
            Self::Statement(sql) => connection.execute(AssertSqlSafe(sql.clone())).await.map(drop),
        }
    }

    /// Everything that one writer, one compaction or one statement may do to a table.
    pub(super) fn all(history: &History) -> Vec<Self> {
        let mut all = Vec::new();
        for target in history.iter().map(|at| history.id(at)) {
            all.push(Self::Compaction(target, 1000));
            all.push(Self::Compaction(target, 2));
        }
        all.extend(
            writes(history).chain(updates(history)).chain(inserts(history)).map(Self::Statement),
        );
        let deletes =
            history.iter().map(|at| format!("DELETE FROM kine WHERE id = {}", history.id(at)));
        all.extend(deletes.map(Self::Statement));
        all
    }
}

fn insert(id: Revision, name: &str, created: u8, deleted: u8, prev: Revision) -> String {
    format!(
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value) \
         VALUES ({id}, '{name}', {created}, {deleted}, 0, {prev}, 0, 'new')"
    )
}

fn names(history: &History) -> Vec<(KeyId, String)> {
    let name = |key| String::from_utf8_lossy(history.name(key)).into_owned();
    history.keys().map(|(key, _)| (key, name(key))).collect()
}

/// The ids that the next rows may have: the next one, and those in holes.
fn free(history: &History) -> Vec<Revision> {
    let current = history.current().unwrap_or_default();
    (1..=current + 1).filter(|&id| history.find(id).is_none()).collect()
}

/// What kine writes next: to each key an update, its deletion, its creation.
fn writes(history: &History) -> impl Iterator<Item = String> + '_ {
    let next = history.current().unwrap_or_default() + 1;
    names(history).into_iter().filter(|(key, _)| *key != KeyId::MARK).flat_map(
        move |(key, name)| {
            let prev = history.key(key).newest.map(|at| history.id(at)).unwrap_or_default();
            [(0, 0), (0, 1), (1, 0)]
                .map(|(created, deleted)| insert(next, &name, created, deleted, prev))
        },
    )
}

/// A row of each key at each free id, which points nowhere, at itself, or at a row.
fn inserts(history: &History) -> impl Iterator<Item = String> + '_ {
    let ids = || history.iter().map(|at| history.id(at));
    free(history).into_iter().flat_map(move |id| {
        names(history).into_iter().flat_map(move |(_, name)| {
            let prevs: Vec<Revision> = [0, id].into_iter().chain(ids()).collect();
            prevs.into_iter().map(move |prev| insert(id, &name, 0, 0, prev)).collect::<Vec<_>>()
        })
    })
}

/// Each column of each row as another value.
fn updates(history: &History) -> impl Iterator<Item = String> + '_ {
    history.iter().flat_map(|at| {
        let row = history.row(at);
        let mut sets: Vec<String> = free(history).iter().map(|id| format!("id = {id}")).collect();
        sets.extend(
            names(history)
                .into_iter()
                .filter(|(key, _)| Some(*key) != history.key_at(at))
                .map(|(_, name)| format!("name = '{name}'")),
        );
        sets.extend(["name = NULL", "name = '/other'", "name = UPPER(name)"].map(str::to_owned));
        for column in ["created", "deleted"] {
            sets.extend(
                ["1 - {}", "NULL", "2"]
                    .map(|it| format!("{column} = {}", it.replace("{}", column))),
            );
        }
        sets.extend(["NULL", "create_revision + 1"].map(|it| format!("create_revision = {it}")));
        let prevs = history.iter().map(|it| history.id(it)).chain([0, row.id + 100]);
        sets.extend(
            prevs
                .filter(|&it| row.prev_revision != Some(it))
                .map(|it| format!("prev_revision = {it}")),
        );
        sets.extend(
            [
                "prev_revision = NULL",
                "lease = 9",
                "lease = NULL",
                "value = 'new'",
                "old_value = 'new'",
            ]
            .map(str::to_owned),
        );
        sets.into_iter()
            .map(move |set| format!("UPDATE kine SET {set} WHERE id = {}", row.id))
            .collect::<Vec<_>>()
    })
}
