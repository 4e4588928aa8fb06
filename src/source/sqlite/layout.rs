//! Whether the table is kine's, and what is to be known of it before its rows.

use sqlx::sqlite::SqliteRow;

use super::{Session, number, statement, text};
use crate::history::{
    Collation, Column, Columns, Database, Dialect, Index, Product, Profile, Server,
};
use crate::source::{Error, Options};
use crate::text::{bytes, grouped};

/// Fewer free bytes are nothing that anybody asks for.
const WORTH_NAMING: u64 = 1 << 20;

/// The columns that are read.
const NEEDED: [&str; 7] =
    ["id", "name", "created", "deleted", "create_revision", "prev_revision", "lease"];

/// What is known of the table before its first row.
pub(super) struct Layout {
    pub(super) profile: Profile,
    /// How all rows are asked for.
    pub(super) rows: &'static str,
    /// How those from an id on are, which then can be packed as well; `None` where SQLite cannot begin
    /// anywhere.
    pub(super) page: Option<&'static str>,
    /// Whether it has the column `value`.
    pub(super) has_values: bool,
    pub(super) is_view: bool,
    pub(super) notes: Vec<String>,
}

impl Session {
    /// What reads the database.
    pub(super) async fn version(&mut self) -> Result<Server, Error> {
        let rows = self.fetch(statement::VERSION, &[]).await?;
        let version = rows.first().and_then(|row| text(row, 0)).unwrap_or_default();
        Ok(Server { product: Product::Sqlite, version })
    }

    /// Looks at the table.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not kine's.
    pub(super) async fn layout(&mut self, options: &Options) -> Result<Layout, Error> {
        let place = self.place.clone();
        let Some(kind) = &self.kind else {
            return Err(Error::new(format!("there is no table kine in {place}"))
                .hint("Name the database that kine uses: state.db in k3s' server/db directory."));
        };
        let is_view = kind == "view";
        let rows = self.fetch(statement::COLUMNS, &[]).await?;
        let columns: Vec<(String, String)> = rows
            .iter()
            .map(|row| (text(row, 0).unwrap_or_default(), text(row, 1).unwrap_or_default()))
            .collect();
        let column = |name: &str| columns.iter().find(|(known, _)| known == name);
        let missing: Vec<&str> = NEEDED.into_iter().filter(|name| column(name).is_none()).collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(Error::new(format!("the table kine in {place} is not kine's"))
                .because(format!("it lacks {missing}")));
        }
        let mut indexes = self.indexes().await?;
        // What is SQLite's own number of a row needs no index.
        let is_row_number =
            |row: &&SqliteRow| number(row, 3) == Some(1) && number(row, 4) == Some(1);
        let numbers_rows =
            rows.iter().find(is_row_number).and_then(|row| text(row, 0)).as_deref() == Some("id");
        if numbers_rows {
            indexes.push(Index::new("PRIMARY", true, &["id"]));
        }
        let encoding = self.fetch(statement::ENCODING, &[]).await?;
        let is_utf_8 = encoding.first().and_then(|row| text(row, 0)).as_deref() == Some("UTF-8");
        let has_unique_index = indexes.iter().any(Index::forbids_forks);
        let mut notes = Vec::new();
        if is_view {
            notes.push("kine is a view here, and no table: its indexes are not known.".to_owned());
        }
        let newest = self.one(statement::NEWEST).await?;
        if !is_view {
            self.note_on_sequence(newest, &mut notes).await?;
        }
        // SQLite's rule: what has INT in its type turns digits into a number.
        let has_numeric_names = column("name").is_some_and(|(_, kind)| kind.contains("int"));
        let numeric =
            if has_numeric_names { self.one(statement::NUMERIC_NAMES).await? } else { None };
        if let Some(numeric @ 1..) = numeric {
            notes.push(format!(
                "{} stored as numbers: the name column is an INTEGER, as kine v0.16.2 and earlier made \
                 it, so zeros before a number are lost.",
                if numeric == 1 { "1 name is".to_owned() } else { format!("{} names are", grouped(numeric)) }
            ));
        }
        let declared = columns.iter().map(|(name, kind)| Column::new(name, kind)).collect();
        let database = Database {
            server: self.version().await?,
            is_view,
            engine: None,
            columns: declared,
            indexes,
            variables: None,
        };
        let profile = Profile {
            // Whatever kine asks, SQLite compares names byte by byte.
            collation: Collation::binary(),
            is_assumed: false,
            columns: Columns::ALL,
            excerpt: false,
            part: options.part.clone(),
            current: newest.filter(|_| options.part.is_some()),
            unique_index: (!is_view).then_some(has_unique_index),
            dialect: Dialect::Sqlite,
            database: Some(Box::new(database)),
        };
        let has_values = column("value").is_some();
        let (rows, page) = if has_numeric_names {
            (statement::ROWS_CAST, statement::PAGE_CAST)
        } else {
            (statement::ROWS, statement::PAGE)
        };
        let page = (numbers_rows && is_utf_8).then_some(page);
        Ok(Layout { profile, rows, page, has_values, is_view, notes })
    }

    /// The indexes of the table. One that is partial leaves rows out, and so forbids nothing.
    async fn indexes(&mut self) -> Result<Vec<Index>, Error> {
        let rows = self.fetch(statement::INDEXES, &[]).await?;
        let name_of = |row: &SqliteRow| text(row, 0).unwrap_or_default();
        let of_one = rows.chunk_by(|one, other| name_of(one) == name_of(other));
        let index = |rows: &[SqliteRow]| {
            let columns: Vec<_> = rows.iter().map(|row| text(row, 3).unwrap_or_default()).collect();
            let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
            let first = rows.first()?;
            let is_partial = number(first, 2) != Some(0);
            Some(Index {
                flaw: is_partial.then_some("covers only some of the rows"),
                ..Index::new(&name_of(first), number(first, 1) == Some(1), &columns)
            })
        };
        Ok(of_one.filter_map(index).collect())
    }

    /// How many bytes of the file are in free pages, and how many it has.
    pub(super) async fn space(&mut self) -> Result<(u64, u64), Error> {
        let page = self.one(statement::PAGE_SIZE).await?.unwrap_or_default();
        let pages = self.one(statement::PAGE_COUNT).await?.unwrap_or_default();
        let free = self.one(statement::FREE_PAGES).await?.unwrap_or_default();
        Ok((free.saturating_mul(page), pages.saturating_mul(page)))
    }

    /// Why the file is larger than its rows, where that is worth knowing.
    pub(super) async fn note_on_space(&mut self) -> Result<Option<String>, Error> {
        let (free, all) = self.space().await?;
        if free < WORTH_NAMING || free < all / 10 {
            return Ok(None);
        }
        let mut note = format!(
            "Of the file's {}, {} are free pages. Compaction makes pages free and leaves the file as \
             large as it is; VACUUM makes it smaller, and kine v0.14.15 and later runs that when it \
             starts.",
            bytes(all),
            bytes(free)
        );
        if self.one(statement::AUTO_VACUUM).await? == Some(2) {
            note.push_str(
                " auto_vacuum is incremental, which changes nothing by itself: kine never runs PRAGMA \
                 incremental_vacuum.",
            );
        }
        Ok(Some(note))
    }

    /// What SQLite says of its file; `ok` where it finds no damage.
    pub(super) async fn quick_check(&mut self) -> Result<String, Error> {
        let rows = self.fetch(statement::QUICK_CHECK, &[]).await?;
        // Of a file that is read as one that nobody changes, it would find damage where somebody does.
        self.opening.check()?;
        let said: Vec<String> = rows.iter().filter_map(|row| text(row, 0)).collect();
        // One line may be several, the first of which names the database.
        let lines = said.iter().flat_map(|said| said.lines());
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with("*** in ")).collect();
        Ok(lines.join("; "))
    }

    /// AUTOINCREMENT hands out what follows the greater of both, so one that is behind only shows
    /// that somebody changed it.
    async fn note_on_sequence(
        &mut self,
        newest: Option<u64>,
        notes: &mut Vec<String>,
    ) -> Result<(), Error> {
        if self.one(statement::HAS_SEQUENCE).await? != Some(1) {
            notes.push(
                "The table has no AUTOINCREMENT: if the newest row is removed, SQLite gives out its \
                 revision again."
                    .to_owned(),
            );
            return Ok(());
        }
        let sequence = self.one(statement::SEQUENCE).await?;
        if let Some(newest) = newest
            && sequence.unwrap_or_default() < newest
        {
            let says = sequence.map_or("has no row for kine".to_owned(), |it| format!("says {it}"));
            notes.push(format!(
                "sqlite_sequence {says}, and the newest revision is {newest}: somebody put rows in by \
                 hand, or moved the table."
            ));
        }
        Ok(())
    }
}
