//! A database of SQLite. Nobody else knows the file while it is written, and one that is not finished is
//! thrown away: so it needs no journal and waits for no disk until its end.

use std::io;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, QueryBuilder, SqliteConnection};

use super::{Head, Writer, schema};
use crate::source::{Doing, WholeRow};

/// How many rows one statement takes.
const ROWS: usize = 32;

/// A database that is being written.
pub(super) struct Database {
    connection: SqliteConnection,
    next: u64,
}

impl Database {
    pub(super) async fn begin(path: &Path, head: &Head) -> io::Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Off)
            .synchronous(SqliteSynchronous::Off)
            .locking_mode(SqliteLockingMode::Exclusive)
            .disable_statement_logging();
        let connection = options.connect().await.map_err(io::Error::other)?;
        let mut database = Self { connection, next: head.next };
        database.execute(schema::SQLITE).await?;
        database.execute("BEGIN").await?;
        Ok(database)
    }

    async fn execute(&mut self, sql: &'static str) -> io::Result<()> {
        let done = sqlx::raw_sql(sql).execute(&mut self.connection).await;
        done.map(|_| ()).map_err(io::Error::other)
    }

    async fn insert(&mut self, rows: &[WholeRow]) -> io::Result<()> {
        let begin = format!("INSERT INTO kine ({}) ", schema::COLUMNS);
        let mut insert = QueryBuilder::<sqlx::Sqlite>::new(begin);
        let mut odd = None;
        insert.push_values(rows, |mut values, row| {
            let name = row.name.as_deref().map(std::str::from_utf8).transpose();
            let narrow = |number: Option<u64>| number.map(i64::try_from).transpose();
            match (
                name,
                narrow(Some(row.id)),
                narrow(row.create_revision),
                narrow(row.prev_revision),
            ) {
                (Ok(name), Ok(id), Ok(create), Ok(prev)) => {
                    values.push_bind(id).push_bind(name.map(str::to_owned));
                    values.push_bind(row.created).push_bind(row.deleted);
                    values.push_bind(create).push_bind(prev).push_bind(row.lease);
                    values.push_bind(row.value.clone()).push_bind(row.old_value.clone());
                }
                _ => odd = Some(row.id),
            }
        });
        // Whoever looked at the rows before has refused it.
        if let Some(id) = odd {
            return Err(io::Error::other(format!("revision {id} does not fit into SQLite")));
        }
        let done = insert.build().execute(&mut self.connection).await;
        done.map(|_| ()).map_err(io::Error::other)
    }
}

impl Writer for Database {
    fn rows<'a>(&'a mut self, rows: &'a [WholeRow]) -> Doing<'a, io::Result<()>> {
        Box::pin(async {
            for rows in rows.chunks(ROWS) {
                self.insert(rows).await?;
            }
            Ok(())
        })
    }

    fn finish(mut self: Box<Self>) -> Doing<'static, io::Result<Option<u64>>> {
        Box::pin(async move {
            for index in schema::SQLITE_INDEXES {
                self.execute(index).await?;
            }
            // Where rows came, AUTOINCREMENT has noted the highest id; where none did, nothing.
            let last = self.next.saturating_sub(1);
            let sequence = format!("UPDATE sqlite_sequence SET seq = {last} WHERE name = 'kine'");
            let noted = sqlx::raw_sql(AssertSqlSafe(sequence)).execute(&mut self.connection).await;
            noted.map_err(io::Error::other)?;
            self.execute("COMMIT").await?;
            self.connection.close().await.map_err(io::Error::other)?;
            Ok(None)
        })
    }
}
