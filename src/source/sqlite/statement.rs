//! Every statement that is sent to a SQLite file. None writes.

/// Refuses whatever would write, beside the file being opened for reading only.
pub const READ_ONLY: &str = "PRAGMA query_only = 1";
/// Whether that is so.
pub const IS_READ_ONLY: &str = "PRAGMA query_only";
/// The moment that everything is of.
pub const BEGIN: &str = "BEGIN";
/// Lets the writer have its checkpoint.
pub const END: &str = "COMMIT";

/// Which SQLite reads the file.
pub const VERSION: &str = "SELECT sqlite_version()";
/// What is called kine there: a table, or a view.
pub const TABLE: &str = "SELECT type FROM sqlite_schema WHERE lower(name) = 'kine' \
                         AND type IN ('table', 'view')";
/// The columns of the table.
/// Whether one is SQLite's own number of a row: an INTEGER that is the only column of the primary key,
/// which then needs no index.
pub const COLUMNS: &str = "SELECT lower(name), lower(type), \"notnull\", \
                           pk AND lower(type) = 'integer' AND NOT EXISTS (SELECT 1 \
                           FROM pragma_index_list('kine') WHERE origin = 'pk'), sum(pk > 0) OVER () \
                           FROM pragma_table_info('kine') ORDER BY cid";
/// The indexes of the table, a row for each column; what is partial has a condition.
pub const INDEXES: &str = "SELECT l.name, l.\"unique\", l.partial, lower(c.name) \
                           FROM pragma_index_list('kine') AS l, pragma_index_info(l.name) AS c \
                           ORDER BY l.name, c.seqno";
/// The highest id that a row ever had, as SQLite keeps it for AUTOINCREMENT.
pub const HAS_SEQUENCE: &str = "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'";
/// See [`HAS_SEQUENCE`].
pub const SEQUENCE: &str = "SELECT max(seq) FROM sqlite_sequence WHERE lower(name) = 'kine'";
/// How texts are stored: `UTF-8`, unless somebody chose otherwise.
pub const ENCODING: &str = "PRAGMA encoding";
/// The newest row.
pub const NEWEST: &str = "SELECT max(id) FROM kine";
/// How many names are stored as numbers, where the column turns digits into one.
pub const NUMERIC_NAMES: &str =
    "SELECT count(*) FROM kine WHERE typeof(name) IN ('integer', 'real')";

/// So many rows from one on, without values, as one text: to SQLite that is less work than to the driver
/// to pass on seven cells of each. Its last row, and how many there are. A row that is not as kine writes
/// it is NULL in here, and not in the text: `max` is NULL where one number is, and no number is less than
/// a text where one is a text or a blob.
pub const PACKED: &str = "SELECT group_concat(packed, ' '), max(id), count(*), count(packed) \
                          FROM (SELECT id, CASE WHEN name COLLATE BINARY >= '' \
                          AND octet_length(name) <= 4096 \
                          AND max(created, deleted, create_revision, prev_revision, lease) < '' \
                          THEN concat_ws(' ', id, created, deleted, create_revision, prev_revision, \
                          lease, octet_length(name), name) END AS packed \
                          FROM kine WHERE id >= ? ORDER BY id LIMIT ?)";
/// The same rows as they are.
pub const PAGE: &str = "SELECT id, name, created, deleted, create_revision, prev_revision, lease \
                        FROM kine WHERE id >= ? ORDER BY id LIMIT ?";
/// The same where the column of names turns digits into numbers: see [`ROWS_CAST`].
pub const PAGE_CAST: &str = "SELECT id, CAST(name AS TEXT), created, deleted, create_revision, \
                             prev_revision, lease FROM kine WHERE id >= ? ORDER BY id LIMIT ?";
/// All rows, without values, where SQLite cannot go on from an id: it is not what numbers the rows.
pub const ROWS: &str = "SELECT id, name, created, deleted, create_revision, prev_revision, lease \
                        FROM kine ORDER BY id";
/// The same where the column of names turns digits into numbers: until kine v0.16.2 it was an INTEGER.
pub const ROWS_CAST: &str = "SELECT id, CAST(name AS TEXT), created, deleted, create_revision, \
                             prev_revision, lease FROM kine ORDER BY id";
/// The value of a row of `compact_rev_key_apiserver`, as far as it may go, and one byte more.
pub const REQUEST: &str = "SELECT substr(CAST(value AS BLOB), 1, 64) FROM kine WHERE id = ?";

/// How many rows have an id, what one of them is called, and how long its values are.
pub const LENGTHS: &str = "SELECT count(*), CAST(max(name) AS BLOB), max(octet_length(value)), \
                           max(octet_length(old_value)) FROM kine WHERE id = ?";
/// The beginnings of a row's values.
pub const VALUE: &str = "SELECT substr(CAST(value AS BLOB), 1, ?), \
                         substr(CAST(old_value AS BLOB), 1, ?) FROM kine WHERE id = ?";
/// All columns of the rows from an id on, where somebody copies the table or compares it byte for byte.
pub const CONTENTS: &str = "SELECT id, CAST(name AS TEXT), created, deleted, create_revision, \
                            prev_revision, lease, CAST(value AS BLOB), CAST(old_value AS BLOB) \
                            FROM kine WHERE id >= ? ORDER BY id LIMIT ?";
/// The starts of the values of some rows, for the times that are in them. None of them is masked, and should
/// one have got such a name since, it does not come.
pub const SAMPLES: &str = "SELECT id, CAST(name AS BLOB), octet_length(value), \
                           substr(CAST(value AS BLOB), 1, 8192) FROM kine \
                           WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?) \
                           AND name NOT LIKE '%secrets%' AND name NOT LIKE '%bootstrap%'";
/// How long the values of rows are.
pub const SIZES: &str = "SELECT id, octet_length(value), octet_length(old_value) FROM kine \
                         WHERE id BETWEEN ? AND ? ORDER BY id";

/// Looks through the whole file for damage; `ok`, or up to so many lines of what there is.
pub const QUICK_CHECK: &str = "PRAGMA quick_check(10)";

/// Whether a transaction gives free pages back by itself: 0 no, 1 yes, 2 when it is asked to.
pub const AUTO_VACUUM: &str = "PRAGMA auto_vacuum";
/// How a transaction is kept until it has ended: `wal`, as kine sets it.
pub const JOURNAL: &str = "PRAGMA journal_mode";
/// How many bytes a page has.
pub const PAGE_SIZE: &str = "PRAGMA page_size";
/// How many pages the file has.
pub const PAGE_COUNT: &str = "PRAGMA page_count";
/// How many of them are free: VACUUM gives them back, and no compaction does.
pub const FREE_PAGES: &str = "PRAGMA freelist_count";
