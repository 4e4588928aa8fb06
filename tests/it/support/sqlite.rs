//! A database of SQLite in a directory of its own, which is gone with the test.

use std::path::PathBuf;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, SqliteConnection};
use tempfile::TempDir;

use super::server::block_on;

/// A database that a test fills.
pub(crate) struct Database {
    directory: TempDir,
}

impl Database {
    /// One without a table.
    pub(crate) fn new() -> Self {
        Self { directory: tempfile::tempdir().expect("a directory") }
    }

    /// The file.
    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("state.db")
    }

    /// A connection such as kine has.
    pub(crate) async fn connect(&self) -> SqliteConnection {
        self.connect_with(|options| options).await
    }

    /// One that is not quite as kine's.
    pub(crate) async fn connect_with(
        &self,
        change: impl FnOnce(SqliteConnectOptions) -> SqliteConnectOptions,
    ) -> SqliteConnection {
        let options = SqliteConnectOptions::new()
            .filename(self.path())
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .foreign_keys(false);
        change(options).connect().await.expect("it can be opened")
    }

    /// Runs statements.
    #[track_caller]
    pub(crate) fn exec(&self, sql: &str) {
        let run = async {
            let mut connection = self.connect().await;
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
            connection.close().await
        };
        block_on(run).unwrap_or_else(|error: sqlx::Error| panic!("{sql}: {error}"));
    }

    /// The table as kine v0.16.3 and later make it, and of its indexes the unique one.
    pub(crate) fn create_kine_table(&self) {
        self.create("TEXT");
        self.exec(
            "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)",
        );
    }

    /// A table with kine's columns and no index. Names are `TEXT`; up to v0.16.2 they were `INTEGER`.
    pub(crate) fn create(&self, name: &str) {
        self.exec(&format!(
            "CREATE TABLE kine (id INTEGER PRIMARY KEY AUTOINCREMENT, name {name}, created INTEGER, \
             deleted INTEGER, create_revision INTEGER, prev_revision INTEGER, lease INTEGER, \
             value BLOB, old_value BLOB)"
        ));
    }
}
