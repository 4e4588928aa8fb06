//! Every statement that kinescope sends to a server. There are no others: the driver's own are
//! switched off, and a test compares this list with a server's log.
//!
//! A limit of the server's, of a proxy's or of a gateway's may cut an answer, and none of them says so.
//! [`WHOLE`] lifts the server's own, and something proves each answer whole:
//!
//! | answers of | proof |
//! | --- | --- |
//! | `SET` and `START TRANSACTION`, [`HOLD`], [`PROBE_NAMES`], [`PROBE_ALL`] | they have no rows |
//! | [`VERSION`], [`CURRENT`], [`COUNT`], [`COUNT_WITHOUT_ID`], [`COUNT_MARKS`], [`LAST_SIZE`], [`LENGTHS`] | one row, which is always there: without it the reading fails |
//! | [`TABLE`] | one row: without it there is no table |
//! | [`LAST_NAMED`], [`LAST_NAME`], [`LAST_LINK`] | one row; without it, no rows that the pages then have |
//! | [`COLUMNS`], [`INDEXES`] | [`TABLE`] counts them |
//! | [`VARIABLES`] | it asks for no more than the columns that a table of kine's has, and these have come |
//! | [`FIRST_PAGE`], [`NEXT_PAGE`] | the last row has the id of [`CURRENT`]; in one piece, there are as many as [`COUNT`] says |
//! | [`FIRST_IDS`], [`NEXT_IDS`] | the last row has the id of [`CURRENT`] |
//! | [`FIRST_NAMED`], [`NEXT_NAMED`] | the last row is [`LAST_NAMED`] |
//! | [`FIRST_NAMES`], [`NEXT_NAMES`] | the last row is [`LAST_NAME`] |
//! | [`FIRST_LINKS`], [`NEXT_LINKS`] | the last row is [`LAST_LINK`] |
//! | [`MARKS`] | [`COUNT_MARKS`] |
//! | [`REQUESTS`] | a row for each id, which all have been read before |
//! | [`SIZES`] | the last row has the id of [`LAST_SIZE`] |
//! | [`CONTENTS`] | the rows are those that came before, each once |
//! | [`VALUE`] | one row, which [`LENGTHS`] has counted |
//! | [`IS_READ_ONLY`] | one row does; with none the session is given up |
//! | [`GTID_MYSQL`], [`GTID_MARIADB`], [`BINLOG`], [`PADDING`], [`CIPHER`], [`ACCOUNT`] | one row or two; what does not come is not known |
//! | [`GRANTS`] | none but that, of the columns, more have come. What it says of the account is what the grants that came say |
//!
//! What pages prove is asked in the snapshot that they are read in, and costs the server a look at the
//! end of an index. [`COUNT`] goes over a whole one: at 1,000,000 rows a seventh to a tenth of the time
//! that the rows themselves take.

/// Makes every transaction of the session refuse writes, whoever sends them. The isolation is part
/// of it because a consistent snapshot exists under REPEATABLE READ only; under another default the
/// server would ignore the word and every page would see another table.
pub const READ_ONLY: &str = "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// Whether it does: a proxy may say yes to a `SET` and not pass it on. The variable is `tx_read_only`
/// on MariaDB before 11.1 and on MySQL before 8.0, and `transaction_read_only` on later ones; some
/// have both.
pub const IS_READ_ONLY: &str = "SHOW SESSION VARIABLES WHERE Variable_name IN \
                                ('transaction_read_only', 'tx_read_only')";

/// Lets the session's answers be whole, and mean what they say, whatever the server's defaults, an
/// account's or `init_connect` make of it. `sql_select_limit` cuts each answer that has no `LIMIT`, the
/// catalog's too, and says nothing; without `sql_big_selects` `max_join_size` refuses some.
/// `PAD_CHAR_TO_FULL_LENGTH` of the SQL mode makes a name longer, and `ORACLE` another language. In
/// another character set a prefix would not be the letters that were sent. All are older than MySQL 5.7
/// and MariaDB 10.2, and anybody may set them for a session.
pub const WHOLE: &str = "SET SESSION sql_select_limit = 18446744073709551615, \
                         sql_big_selects = 1, sql_mode = '', NAMES utf8mb4";

/// Tells MariaDB from MySQL, and what the header names. Asked once more after the rows: an answer that
/// ended too early would leave its rest in place of this one.
pub const VERSION: &str = "SELECT VERSION()";

/// Stops a statement that takes too long on MariaDB: the limit in seconds.
pub const LIMIT_MARIADB: &str = "SET SESSION max_statement_time = 60";

/// Stops a SELECT that takes too long on MySQL: the limit in milliseconds.
pub const LIMIT_MYSQL: &str = "SET SESSION max_execution_time = 60000";

/// Holds the table as it is: a statement that alters it waits until the transaction is over. Reads nothing.
pub const HOLD: &str = "SELECT 1 FROM kine LIMIT 0";

/// What the table's columns are: old tables have narrower integers and other collations, and a
/// stranger's table may have none of them.
pub const COLUMNS: &str = "SELECT COLUMN_NAME, COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, \
                           IS_NULLABLE, COLUMN_DEFAULT, EXTRA \
                           FROM information_schema.COLUMNS \
                           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kine' \
                           ORDER BY ORDINAL_POSITION";

/// Which indexes the table has. Without the unique one over name and prev revision chains can fork.
pub const INDEXES: &str = "SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART \
                           FROM information_schema.STATISTICS \
                           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kine' \
                           ORDER BY INDEX_NAME, SEQ_IN_INDEX";

/// Whether it is a view, how many rows to expect and how long they are, and whether the engine has
/// snapshots: counting the rows would read them. And how many rows [`COLUMNS`] and [`INDEXES`] have.
pub const TABLE: &str = "SELECT TABLE_TYPE, ENGINE, TABLE_ROWS, DATA_LENGTH, \
                         (SELECT COUNT(*) FROM information_schema.COLUMNS \
                         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kine') AS all_columns, \
                         (SELECT COUNT(*) FROM information_schema.STATISTICS \
                         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kine') AS all_parts \
                         FROM information_schema.TABLES \
                         WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'kine'";

/// Whether trailing spaces count in the names' collation. Only MySQL 8 and later say so; elsewhere
/// the column is unknown and the collation's name tells.
pub const PADDING: &str =
    "SELECT PAD_ATTRIBUTE FROM information_schema.COLLATIONS WHERE COLLATION_NAME = ?";

/// How the server is set up for those who write, kine among them: whether revisions move by 1
/// (the increment and its offset), whether other servers of a cluster write too (`wsrep_on` of
/// Galera, the mode of group replication), whether MariaDB lets kine compact
/// (`innodb_snapshot_isolation`), whether what does not fit is refused or bent (`sql_mode`), and
/// whether unique indexes are (`unique_checks`). A server shows those that it has, to everybody.
pub const VARIABLES: &str = "SHOW GLOBAL VARIABLES WHERE Variable_name IN \
                             ('auto_increment_increment', 'auto_increment_offset', \
                             'group_replication_single_primary_mode', \
                             'innodb_snapshot_isolation', 'sql_mode', 'unique_checks', 'wsrep_on')";

/// Which transactions a MySQL server has executed, for whoever follows what was written after the
/// reading. Asked just before [`SNAPSHOT`], so that none of them can be missing from the rows. The
/// variable itself: `SHOW VARIABLES` cuts it after 1,024 characters.
pub const GTID_MYSQL: &str = "SELECT @@GLOBAL.gtid_executed";

/// The same of MariaDB: the last of each domain, written here or replicated.
pub const GTID_MARIADB: &str = "SELECT @@GLOBAL.gtid_current_pos";

/// Holds the table still, so that all pages are of one moment; why, and at which price, the
/// [module](super) says.
pub const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// Where the binary log was when the snapshot was taken, which MariaDB and Percona Server keep for the
/// session, and tell without a privilege. Others have no such variables.
pub const BINLOG: &str = "SHOW SESSION STATUS WHERE Variable_name IN \
                          ('Binlog_snapshot_file', 'Binlog_snapshot_position')";

/// The first rows. No condition, because an id may be 0 or, in a signed column, negative.
///
/// The cast gives a name's bytes as they are stored: without it the server converts them to the
/// session's character set. It costs nothing that could be measured. No value is read: they
/// are up to gigabytes.
pub const FIRST_PAGE: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                              create_revision, prev_revision, lease \
                              FROM kine ORDER BY id LIMIT ?";

/// The rows after an id. As [`FIRST_PAGE`]; the condition makes it a range of the primary key, so
/// that a page costs the same wherever it is.
pub const NEXT_PAGE: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                             create_revision, prev_revision, lease \
                             FROM kine WHERE id > ? ORDER BY id LIMIT ?";

/// The current revision: where pages end that go on by id. The server looks at the last of the index.
pub const CURRENT: &str = "SELECT MAX(id) FROM kine";

/// How many rows there are, where ids cannot tell where the rows end, since several share one or have
/// none: then they come in one piece, and are counted beside it. The server goes over an index for that.
pub const COUNT: &str = "SELECT COUNT(*) FROM kine";

/// How many rows have no id, where a unique index lets any number of them have none: no page begins after
/// those. The server looks into that index.
pub const COUNT_WITHOUT_ID: &str = "SELECT COUNT(*) FROM kine WHERE id IS NULL";

/// The rows in which kine and API servers keep account of compactions, when not all rows are read.
pub const MARKS: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                         create_revision, prev_revision, lease \
                         FROM kine WHERE name IN ('compact_rev_key', 'compact_rev_key_apiserver') \
                         ORDER BY id";

/// How many of those there are.
pub const COUNT_MARKS: &str = "SELECT COUNT(*) FROM kine \
                               WHERE name IN ('compact_rev_key', 'compact_rev_key_apiserver')";

/// kine's index over name and id, in which names that begin alike are neighbours. What stands in a
/// statement must be there, and be what it is called.
pub const NAME_ID: (&str, &[&str]) = ("kine_name_id_index", &["name", "id"]);

/// The first rows under a prefix, by name and then by id.
pub const FIRST_NAMED: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                               create_revision, prev_revision, lease \
                               FROM kine FORCE INDEX (kine_name_id_index) \
                               WHERE name LIKE ? ESCAPE '|' AND id > ? \
                               ORDER BY name, id LIMIT ?";

/// The rows after one of them. Its name is not sent back but asked for, so that it is compared as it
/// is stored; written like this, the condition is two ranges of the index.
pub const NEXT_NAMED: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                              create_revision, prev_revision, lease \
                              FROM kine FORCE INDEX (kine_name_id_index) \
                              WHERE name LIKE ? ESCAPE '|' AND id > ? \
                              AND (name > (SELECT name FROM kine WHERE id = ?) \
                              OR (name = (SELECT name FROM kine WHERE id = ?) AND id > ?)) \
                              ORDER BY name, id LIMIT ?";

/// The last of these rows: where their pages end. The server looks at the end of the index.
pub const LAST_NAMED: &str = "SELECT id FROM kine FORCE INDEX (kine_name_id_index) \
                              WHERE name LIKE ? ESCAPE '|' AND id > ? \
                              ORDER BY name DESC, id DESC LIMIT 1";

/// kine's index over the prev revision: the links.
pub const PREV: (&str, &[&str]) = ("kine_prev_revision_index", &["prev_revision"]);

/// kine's index over id and deleted: which rows there are, and which are tombstones.
pub const ID_DELETED: (&str, &[&str]) = ("kine_id_deleted_index", &["id", "deleted"]);

/// Whether the server uses the index over name and id when it is told to: an index can be there and
/// be hidden from it (`INVISIBLE` on MySQL, `IGNORED` on MariaDB). Reads nothing.
pub const PROBE_NAMES: &str = "SELECT id FROM kine FORCE INDEX (kine_name_id_index) LIMIT 0";

/// The same of all three.
pub const PROBE_ALL: &str = "SELECT id FROM kine FORCE INDEX \
                             (kine_name_id_index, kine_prev_revision_index, kine_id_deleted_index) \
                             LIMIT 0";

/// The names, by name and then by id. Rows whose name is NULL are those that do not come.
pub const FIRST_NAMES: &str = "SELECT id, CAST(name AS BINARY) \
                               FROM kine FORCE INDEX (kine_name_id_index) \
                               WHERE name IS NOT NULL ORDER BY name, id LIMIT ?";

/// The names after one of them. As [`NEXT_NAMED`]; the one name that is asked for is all that the
/// page takes from the rows themselves.
pub const NEXT_NAMES: &str = "SELECT id, CAST(name AS BINARY) \
                              FROM kine FORCE INDEX (kine_name_id_index) \
                              WHERE name > (SELECT name FROM kine WHERE id = ?) \
                              OR (name = (SELECT name FROM kine WHERE id = ?) AND id > ?) \
                              ORDER BY name, id LIMIT ?";

/// The last of the names.
pub const LAST_NAME: &str = "SELECT id FROM kine FORCE INDEX (kine_name_id_index) \
                             WHERE name IS NOT NULL ORDER BY name DESC, id DESC LIMIT 1";

/// The links, by where they lead.
pub const FIRST_LINKS: &str = "SELECT id, prev_revision \
                               FROM kine FORCE INDEX (kine_prev_revision_index) \
                               WHERE prev_revision IS NOT NULL \
                               ORDER BY prev_revision, id LIMIT ?";

/// The links after one of them.
pub const NEXT_LINKS: &str = "SELECT id, prev_revision \
                              FROM kine FORCE INDEX (kine_prev_revision_index) \
                              WHERE prev_revision > ? OR (prev_revision = ? AND id > ?) \
                              ORDER BY prev_revision, id LIMIT ?";

/// The last of the links.
pub const LAST_LINK: &str = "SELECT id FROM kine FORCE INDEX (kine_prev_revision_index) \
                             WHERE prev_revision IS NOT NULL \
                             ORDER BY prev_revision DESC, id DESC LIMIT 1";

/// The first ids, and which are of tombstones.
pub const FIRST_IDS: &str = "SELECT id, deleted FROM kine FORCE INDEX (kine_id_deleted_index) \
                             ORDER BY id LIMIT ?";

/// The ids after one of them.
pub const NEXT_IDS: &str = "SELECT id, deleted FROM kine FORCE INDEX (kine_id_deleted_index) \
                            WHERE id > ? ORDER BY id LIMIT ?";

/// What the newest rows named `compact_rev_key_apiserver` hold: what an API server asked kine to compact
/// to, which no other column tells. Sent after the rows, if there are such, for the ids that they have:
/// by name, a table without the index over names would be read whole, with all its values. One byte more
/// than such a value has, so that what is longer shows.
pub const REQUESTS: &str = "SELECT id, LEFT(CAST(value AS BINARY), 64) FROM kine \
                            WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// How many bytes the values of rows have. The server reads every value for that, so this is sent
/// on request only, by itself, and for the rows that were read before.
pub const SIZES: &str = "SELECT id, LENGTH(value), LENGTH(old_value) \
                         FROM kine WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?";

/// The last of those rows.
pub const LAST_SIZE: &str = "SELECT MAX(id) FROM kine WHERE id BETWEEN ? AND ?";

/// What the row of an id is called, and how long its values are: asked before [`VALUE`] is, so that
/// no value is sent that is [masked](crate::value::Mask); and of the row that it points at, where only a
/// part of the table was read and that is not in it. Where ids are not unique there are several,
/// and where it is gone none; the answer is one row in any case.
pub const LENGTHS: &str = "SELECT COUNT(*), MAX(CAST(name AS BINARY)), MAX(LENGTH(value)), \
                           MAX(LENGTH(old_value)) FROM kine WHERE id = ?";

/// The start of the values of one row that somebody looks at. Cast, so that bytes are counted where
/// the column is a text.
pub const VALUE: &str = "SELECT LEFT(CAST(value AS BINARY), ?), LEFT(CAST(old_value AS BINARY), ?) \
                         FROM kine WHERE id = ?";

/// All columns of the rows from an id on, where somebody copies the table or compares it byte for byte. What
/// is cast is NULL where it is longer than `max_allowed_packet`, which the lengths give away.
pub const CONTENTS: &str = "SELECT id, CAST(name AS BINARY), created, deleted, \
                            create_revision, prev_revision, lease, \
                            CAST(value AS BINARY), CAST(old_value AS BINARY), \
                            LENGTH(value), LENGTH(old_value) \
                            FROM kine WHERE id >= ? ORDER BY id LIMIT ?";

/// The starts of the values of some rows, for the times that are in them. None of them is masked, and should
/// one have got such a name since, it does not come.
pub const SAMPLES: &str = "SELECT id, CAST(name AS BINARY), LENGTH(value), \
                           LEFT(CAST(value AS BINARY), 8192) FROM kine \
                           WHERE id IN (?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?, \
                           ?, ?, ?, ?, ?, ?, ?, ?) \
                           AND name NOT LIKE '%secrets%' AND name NOT LIKE '%bootstrap%'";

/// Whether the session is encrypted. Sent by `kinescope connect` only, as are the next two.
pub const CIPHER: &str = "SHOW SESSION STATUS WHERE Variable_name IN ('Ssl_cipher', 'Ssl_version')";

/// Which account the server took the user for.
pub const ACCOUNT: &str = "SELECT CURRENT_USER()";

/// What that account may do.
pub const GRANTS: &str = "SHOW GRANTS";

/// All of them.
pub const ALL: [&str; 46] = [
    READ_ONLY,
    WHOLE,
    IS_READ_ONLY,
    VERSION,
    LIMIT_MARIADB,
    LIMIT_MYSQL,
    HOLD,
    COLUMNS,
    INDEXES,
    TABLE,
    VARIABLES,
    PADDING,
    GTID_MYSQL,
    GTID_MARIADB,
    SNAPSHOT,
    BINLOG,
    FIRST_PAGE,
    NEXT_PAGE,
    CURRENT,
    COUNT,
    COUNT_WITHOUT_ID,
    MARKS,
    COUNT_MARKS,
    FIRST_NAMED,
    NEXT_NAMED,
    LAST_NAMED,
    PROBE_NAMES,
    PROBE_ALL,
    FIRST_NAMES,
    NEXT_NAMES,
    LAST_NAME,
    FIRST_LINKS,
    NEXT_LINKS,
    LAST_LINK,
    FIRST_IDS,
    NEXT_IDS,
    REQUESTS,
    SIZES,
    LAST_SIZE,
    LENGTHS,
    VALUE,
    CONTENTS,
    SAMPLES,
    CIPHER,
    ACCOUNT,
    GRANTS,
];

#[cfg(test)]
mod tests {
    use super::super::STATEMENT_LIMIT;
    use super::*;

    #[test]
    fn both_servers_have_the_limit_that_is_waited_for() {
        let limit = |sql: &str| sql.rsplit(' ').next().and_then(|limit| limit.parse().ok());
        assert_eq!(limit(LIMIT_MARIADB), Some(u128::from(STATEMENT_LIMIT.as_secs())));
        assert_eq!(limit(LIMIT_MYSQL), Some(STATEMENT_LIMIT.as_millis()));
    }
}
