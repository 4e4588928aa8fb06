//! What a server says of the table and of itself, apart from the rows.

use std::fmt;

/// What a server says of the table and of itself, apart from the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Which server answers.
    pub server: Server,
    /// Whether kine is a view: then neither the engine nor the indexes are told of the table that it
    /// shows.
    pub is_view: bool,
    /// The table's storage engine.
    pub engine: Option<String>,
    /// The table's columns, in their order.
    pub columns: Vec<Column>,
    /// The table's indexes, by name.
    pub indexes: Vec<Index>,
    /// Server variables that matter to kine, with their global values: those that this server has.
    /// `None` when it does not tell. On PostgreSQL, in their place, what it says of the id's sequence and
    /// of the order of names; of SQLite what `quick_check` said, where that was asked for.
    pub variables: Option<Vec<(String, String)>>,
}

/// Which server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// What it is.
    pub product: Product,
    /// Its version as it gives it: `10.11.6`, `9.7.4`.
    pub version: String,
}

/// What a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// MySQL.
    MySql,
    /// MariaDB.
    MariaDb,
    /// PostgreSQL.
    Postgres,
    /// SQLite, which is no server: the library that reads the file.
    Sqlite,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MySql => "MySQL",
            Self::MariaDb => "MariaDB",
            Self::Postgres => "PostgreSQL",
            Self::Sqlite => "SQLite",
        })
    }
}

impl Server {
    /// Whether it is MariaDB.
    pub fn is_mariadb(&self) -> bool {
        self.product == Product::MariaDb
    }

    /// The version's first three numbers; what is not a number is 0.
    pub fn numbers(&self) -> (u32, u32, u32) {
        let mut numbers = self.version.split(|char: char| !char.is_ascii_digit());
        let mut next = || numbers.next().and_then(|number| number.parse().ok()).unwrap_or(0);
        (next(), next(), next())
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.product, self.version)
    }
}

/// A column as it is declared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name, in lower case.
    pub name: String,
    /// Its type in full, in lower case: `bigint unsigned`, on MariaDB `bigint(20) unsigned`.
    pub full_type: String,
    /// The character set of a text.
    pub character_set: Option<String>,
    /// The collation of a text.
    pub collation: Option<String>,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// What a row gets that names no value for it, as SQL; on MariaDB `NULL` where that is NULL, on
    /// MySQL none.
    pub default: Option<String>,
    /// What else is declared, in lower case: `auto_increment`, `stored generated`.
    pub extra: String,
}

impl Column {
    /// A column that may be NULL, and has no default.
    pub fn new(name: &str, full_type: &str) -> Self {
        Self {
            name: name.to_owned(),
            full_type: full_type.to_owned(),
            character_set: None,
            collation: None,
            nullable: true,
            default: None,
            extra: String::new(),
        }
    }

    /// Whether the server gives each row the next number.
    pub fn is_auto_increment(&self) -> bool {
        self.extra.contains("auto_increment")
    }

    /// Whether the server works out its values, and takes none. A default that is an expression is
    /// called `default_generated`.
    pub fn is_generated(&self) -> bool {
        self.extra.split_whitespace().any(|word| word == "generated")
    }

    /// Whether a server that is strict refuses a row that names no value for it (error 1364). An
    /// `enum` then has its first value.
    pub fn must_be_named(&self) -> bool {
        let has_default = self.default.is_some() || self.extra.contains("default_generated");
        let is_filled = has_default || self.is_auto_increment() || self.is_generated();
        !self.nullable && !is_filled && self.type_name() != "enum"
    }

    /// The type without width and sign: `bigint`.
    pub fn type_name(&self) -> &str {
        let end = self.full_type.find(|char: char| !char.is_ascii_lowercase());
        &self.full_type[..end.unwrap_or(self.full_type.len())]
    }

    /// The greatest number that the column holds; `None` for another type than an integer.
    pub fn greatest(&self) -> Option<u64> {
        let bits = match self.type_name() {
            "tinyint" => 8,
            "smallint" => 16,
            "mediumint" => 24,
            "int" | "integer" => 32,
            "bigint" => 64,
            _ => return None,
        };
        let bits = if self.full_type.contains("unsigned") { bits } else { bits - 1 };
        Some(u64::MAX >> (64 - bits))
    }
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name; `PRIMARY` for the primary key.
    pub name: String,
    /// Whether it refuses a second row with the same columns.
    pub unique: bool,
    /// Its columns.
    pub columns: Vec<IndexPart>,
    /// Why it does not do what it is there for, as a clause, if it does not: `is not valid`.
    pub flaw: Option<&'static str>,
}

/// One column of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexPart {
    /// The column, in lower case; empty for an expression.
    pub column: String,
    /// How many of its characters count, when not all do.
    pub prefix: Option<u64>,
}

impl Index {
    /// An index over whole columns.
    pub fn new(name: &str, unique: bool, columns: &[&str]) -> Self {
        let part = |column: &&str| IndexPart { column: (*column).to_owned(), prefix: None };
        Self {
            name: name.to_owned(),
            unique,
            columns: columns.iter().map(part).collect(),
            flaw: None,
        }
    }

    /// Whether it is over these columns, in this order.
    pub fn is_over(&self, columns: &[&str]) -> bool {
        self.columns.iter().map(|part| part.column.as_str()).eq(columns.iter().copied())
    }

    /// Whether it lets no two rows of a name have one prev revision.
    pub fn forbids_forks(&self) -> bool {
        self.unique
            && self.flaw.is_none()
            && (self.is_over(&["name", "prev_revision"])
                || self.is_over(&["prev_revision", "name"]))
    }

    /// Whether all characters of its columns count.
    pub fn is_whole(&self) -> bool {
        self.columns.iter().all(|part| part.prefix.is_none())
    }
}

/// The indexes that kine makes on MySQL and on SQLite.
fn kine_indexes() -> Vec<Index> {
    vec![
        Index::new("PRIMARY", true, &["id"]),
        Index::new("kine_id_deleted_index", false, &["id", "deleted"]),
        Index::new("kine_name_id_index", false, &["name", "id"]),
        Index::new("kine_name_index", false, &["name"]),
        Index::new("kine_name_prev_revision_uindex", true, &["name", "prev_revision"]),
        Index::new("kine_prev_revision_index", false, &["prev_revision"]),
    ]
}

impl Database {
    /// What kine v0.11.5 and later make of an empty MariaDB database (`pkg/drivers/mysql/mysql.go`,
    /// `schema`).
    pub fn kine_default() -> Self {
        let column = |name: &str, full_type: &str| Column {
            default: Some("NULL".to_owned()),
            ..Column::new(name, full_type)
        };
        Self {
            server: Server { product: Product::MariaDb, version: "10.11.6".to_owned() },
            is_view: false,
            engine: Some("InnoDB".to_owned()),
            columns: vec![
                Column {
                    nullable: false,
                    extra: "auto_increment".to_owned(),
                    ..Column::new("id", "bigint(20) unsigned")
                },
                Column {
                    character_set: Some("ascii".to_owned()),
                    collation: Some("ascii_general_ci".to_owned()),
                    ..column("name", "varchar(630)")
                },
                column("created", "int(11)"),
                column("deleted", "int(11)"),
                column("create_revision", "bigint(20) unsigned"),
                column("prev_revision", "bigint(20) unsigned"),
                column("lease", "int(11)"),
                column("value", "mediumblob"),
                column("old_value", "mediumblob"),
            ],
            indexes: kine_indexes(),
            variables: Some(
                [("auto_increment_increment", "1"), ("auto_increment_offset", "1")]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .to_vec(),
            ),
        }
    }

    /// What kine v0.13.0 and later make of an empty PostgreSQL database (`pkg/drivers/pgsql/pgsql.go`,
    /// `schema`).
    pub fn kine_postgres() -> Self {
        let told = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            server: Server { product: Product::Postgres, version: "15.18".to_owned() },
            is_view: false,
            engine: None,
            columns: vec![
                Column {
                    nullable: false,
                    default: Some("nextval('kine_id_seq'::regclass)".to_owned()),
                    extra: "auto_increment".to_owned(),
                    ..Column::new("id", "bigint")
                },
                Column { collation: Some("C".to_owned()), ..Column::new("name", "text") },
                Column::new("created", "integer"),
                Column::new("deleted", "integer"),
                Column::new("create_revision", "bigint"),
                Column::new("prev_revision", "bigint"),
                Column::new("lease", "integer"),
                Column::new("value", "bytea"),
                Column::new("old_value", "bytea"),
            ],
            indexes: vec![
                Index::new("kine_id_deleted_index", false, &["id", "deleted"]),
                Index::new("kine_list_query_index", false, &["name", "id", "deleted"]),
                Index::new("kine_name_id_index", false, &["name", "id"]),
                Index::new("kine_name_index", false, &["name"]),
                Index::new("kine_name_prev_revision_uindex", true, &["name", "prev_revision"]),
                Index::new("kine_pkey", true, &["id"]),
                Index::new("kine_prev_revision_index", false, &["prev_revision"]),
            ],
            variables: Some(
                [
                    ("name_collation", "C"),
                    ("name_order", "bytes"),
                    ("sequence", "kine_id_seq"),
                    ("sequence_cache", "1"),
                    ("sequence_increment", "1"),
                    ("sequence_last_value", "120"),
                    ("sequence_max_value", "9223372036854775807"),
                ]
                .map(told)
                .to_vec(),
            ),
        }
    }

    /// What kine v0.16.3 and later make of an empty SQLite database (`pkg/drivers/sqlite/sqlite.go`,
    /// `schema`), in a file that SQLite has checked.
    pub fn kine_sqlite() -> Self {
        let columns = ["created", "deleted", "create_revision", "prev_revision", "lease"];
        let integers = columns.iter().map(|name| Column::new(name, "integer"));
        let mut columns = vec![Column::new("id", "integer"), Column::new("name", "text")];
        columns.extend(integers);
        columns.extend(["value", "old_value"].map(|name| Column::new(name, "blob")));
        Self {
            server: Server { product: Product::Sqlite, version: "3.51.3".to_owned() },
            is_view: false,
            engine: None,
            columns,
            indexes: kine_indexes(),
            variables: Some(vec![("quick_check".to_owned(), "ok".to_owned())]),
        }
    }

    /// What kine says when it makes the unique index at its start and rows prevent it, so that it does not
    /// start; `None` where it makes no index on a table that is there (v0.11.3 and later on MySQL).
    pub const fn refusal_to_start(&self) -> Option<&'static str> {
        match self.server.product {
            Product::MySql | Product::MariaDb => None,
            Product::Postgres => Some("SQLSTATE 23505"),
            Product::Sqlite => Some("UNIQUE constraint failed: kine.name, kine.prev_revision"),
        }
    }

    /// Whether the server is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        self.server.product == Product::Postgres
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether no two rows can have one id, whichever index says so.
    pub fn has_unique_id(&self) -> bool {
        self.indexes.iter().any(|index| index.unique && index.is_over(&["id"]))
    }

    /// The index that lets no two rows of a name have one prev revision, whatever it is called. One
    /// over the beginning of the name only, as kine v0.2.0 made it, does so too, where there is no
    /// whole one.
    pub fn unique_index(&self) -> Option<&Index> {
        let indexes = || self.indexes.iter().filter(|index| index.forbids_forks());
        indexes().find(|index| index.is_whole()).or_else(|| indexes().next())
    }

    /// Whether the index of that name is over these columns, and over all of each: whoever names it
    /// in a statement relies on that.
    pub fn has_index(&self, (name, columns): (&str, &[&str])) -> bool {
        let index = self.indexes.iter().find(|index| index.name == name);
        index.is_some_and(|index| index.is_over(columns) && index.is_whole())
    }

    /// Whether what does not fit into a column is refused, and not bent until it fits: the mode that
    /// kine's sessions have, for it sets none. `None` when the server does not tell.
    pub fn is_strict(&self) -> Option<bool> {
        let mode = self.variable("sql_mode")?;
        Some(mode.split(',').any(|it| it == "STRICT_TRANS_TABLES" || it == "STRICT_ALL_TABLES"))
    }

    /// A server variable's global value, if the server has that variable and tells.
    pub fn variable(&self, name: &str) -> Option<&str> {
        let variables = self.variables.as_ref()?;
        variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets what the server tells of a variable, or of what stands in the place of one.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        let variables = self.variables.get_or_insert_default();
        variables.retain(|(known, _)| known != name);
        variables.push((name.to_owned(), value.to_owned()));
    }

    /// Whether a server variable is a switch that is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("on") || value == "1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_their_limits() {
        let greatest = |full_type: &str| Column::new("id", full_type).greatest();
        assert_eq!(greatest("int(11)"), Some(2_147_483_647));
        assert_eq!(greatest("int unsigned"), Some(4_294_967_295));
        assert_eq!(greatest("bigint"), Some(i64::MAX.unsigned_abs()));
        assert_eq!(greatest("bigint(20) unsigned"), Some(u64::MAX));
        assert_eq!(greatest("varchar(630)"), None);
    }

    #[test]
    fn a_version_is_numbers() {
        let numbers = |version: &str| {
            Server { product: Product::MariaDb, version: version.to_owned() }.numbers()
        };
        assert_eq!(numbers("11.8.2"), (11, 8, 2));
        assert_eq!(numbers("5.7.44-log"), (5, 7, 44));
        assert_eq!(numbers("x"), (0, 0, 0));
    }
}
