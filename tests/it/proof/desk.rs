//! A table that is filled, asked and read over and over.

use std::collections::BTreeMap;

use kinescope::history::{Dialect, History, Revision};
use kinescope::source::{Log, Options, Source, load};

use super::kine::{self, Listed};
use super::table::Row;
use crate::support::any::{Cell, Client};

/// A table of one layout, and a connection to it.
pub struct Desk<C> {
    pub connection: C,
    pub endpoint: String,
    /// The highest id that its column holds.
    pub highest: u64,
}

impl<C: Client> Desk<C> {
    /// Sits down at a table that is there.
    pub async fn new(mut connection: C, endpoint: String, highest: u64) -> sqlx::Result<Self> {
        connection
            .run(match C::DIALECT {
                Dialect::MySql => "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'",
                // Other tests read the server's log.
                Dialect::Postgres => "SET log_statement = 'none'",
                Dialect::Sqlite => "PRAGMA synchronous = OFF",
            })
            .await?;
        Ok(Self { connection, endpoint, highest })
    }

    /// Puts these rows into the table and no others. What an index does not let in is left out.
    pub async fn fill(&mut self, rows: &[Row]) -> sqlx::Result<()> {
        let (empty, insert, unless) = match C::DIALECT {
            Dialect::MySql => ("DELETE FROM kine", "INSERT IGNORE", ""),
            // What PostgreSQL deletes stays in the way of its queries.
            Dialect::Postgres => ("TRUNCATE kine", "INSERT", " ON CONFLICT DO NOTHING"),
            Dialect::Sqlite => ("DELETE FROM kine", "INSERT", " ON CONFLICT DO NOTHING"),
        };
        self.connection.run(empty).await?;
        self.put(insert, rows, unless).await
    }

    /// Puts these rows in as well.
    pub async fn insert(&mut self, rows: &[Row]) -> sqlx::Result<()> {
        self.put("INSERT", rows, "").await
    }

    async fn put(&mut self, insert: &str, rows: &[Row], unless: &str) -> sqlx::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        self.connection.run(&format!("{insert}{}{unless}", into_kine(C::DIALECT, rows))).await
    }

    /// Every row, every column.
    pub async fn rows(&mut self) -> sqlx::Result<Vec<Row>> {
        let all = "SELECT id, name, created, deleted, create_revision, prev_revision, lease, value, \
                   old_value FROM kine ORDER BY id";
        let rows = self.connection.fetch(all, &[]).await?;
        Ok(rows.iter().map(|row| read(row)).collect())
    }

    /// For each row that has a name the newest row of its key, by the database's own comparison.
    pub async fn groups(&mut self) -> sqlx::Result<BTreeMap<Revision, Revision>> {
        let newest = "SELECT k.id, g.newest FROM kine k JOIN (SELECT name, MAX(id) AS newest \
                      FROM kine GROUP BY name) g ON k.name = g.name";
        let rows = self.connection.fetch(newest, &[]).await?;
        let id = |cell: &Cell| cell.number().expect("it is the primary key");
        Ok(rows.iter().map(|row| (id(&row[0]), id(&row[1]))).collect())
    }

    /// The keys as kine lists them, with those that are deleted; both of its lists must agree.
    pub async fn listed(&mut self) -> sqlx::Result<Vec<Listed>> {
        let all = kine::list(&mut self.connection, true).await?;
        let live = kine::list(&mut self.connection, false).await?;
        let among: Vec<Listed> = all.iter().filter(|it| it.live).copied().collect();
        assert_eq!(live, among, "kine's list with and without deleted keys");
        Ok(all)
    }

    /// The newest row of a key.
    pub async fn newest(&mut self, key: &[u8]) -> sqlx::Result<Option<Listed>> {
        let newest = format!("SELECT MAX(id) FROM kine WHERE name = {}", text(key));
        let row = self.connection.fetch(&newest, &[]).await?;
        let id = row[0][0].number();
        Ok(self.listed().await?.into_iter().find(|it| Some(it.revision) == id))
    }

    /// The table as kinescope reads it.
    pub async fn read(&self) -> Result<History, String> {
        let source = Source::parse(&self.endpoint).map_err(|error| error.to_string())?;
        let loaded = load(source, Options::default(), &Log::default(), |_| {}).await;
        let loaded = loaded.map_err(|error| format!("{error:?}"))?;
        match (loaded.error, loaded.table.rejects.first()) {
            (None, []) => Ok(loaded.table.history),
            (error, unread) => Err(format!("not all was read: {error:?} {unread:?}")),
        }
    }
}

/// A name as every database writes it: no name here has a backslash.
fn text(name: &[u8]) -> String {
    format!("'{}'", String::from_utf8_lossy(name).replace('\'', "''"))
}

/// What follows `INSERT` to put rows into the table, every column.
pub(crate) fn into_kine(dialect: Dialect, rows: &[Row]) -> String {
    let rows: Vec<String> = rows.iter().map(|row| values(dialect, row)).collect();
    format!(
        " INTO kine (id, name, created, deleted, create_revision, prev_revision, lease, value, \
         old_value) VALUES {}",
        rows.join(", ")
    )
}

fn values(dialect: Dialect, row: &Row) -> String {
    let or_null = |it: Option<String>| it.unwrap_or_else(|| "NULL".to_owned());
    let number = |it: Option<u64>| or_null(it.map(|it| it.to_string()));
    let signed = |it: Option<i64>| or_null(it.map(|it| it.to_string()));
    let bytes = |it: &Option<Vec<u8>>| {
        let hex = |it: &Vec<u8>| it.iter().map(|it| format!("{it:02x}")).collect::<String>();
        or_null(it.as_ref().map(hex).map(|hex| match dialect {
            Dialect::MySql | Dialect::Sqlite => format!("x'{hex}'"),
            Dialect::Postgres => format!("'\\x{hex}'::bytea"),
        }))
    };
    let columns = [
        row.id.to_string(),
        or_null(row.name.as_deref().map(text)),
        signed(row.created),
        signed(row.deleted),
        number(row.create_revision),
        number(row.prev_revision),
        signed(row.lease),
        bytes(&row.value),
        bytes(&row.old_value),
    ];
    format!("({})", columns.join(", "))
}

fn read(row: &[Cell]) -> Row {
    Row {
        id: row[0].number().expect("it is the primary key"),
        name: row[1].bytes(),
        created: row[2].number(),
        deleted: row[3].number(),
        create_revision: row[4].number(),
        prev_revision: row[5].number(),
        lease: row[6].number(),
        value: row[7].bytes(),
        old_value: row[8].bytes(),
    }
}
