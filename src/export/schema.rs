//! The table and the indexes that kine v0.16.4 makes: `pkg/drivers/{mysql,pgsql,sqlite}`, `schema`.

/// The columns, in their order.
pub const COLUMNS: &str =
    "id, name, created, deleted, create_revision, prev_revision, lease, value, old_value";

/// MySQL's and MariaDB's, its indexes in the same statement: kine never makes one that is missing. kine leaves
/// the engine and the collation to the server; it needs transactions, and its collation is the server's
/// default for that character set.
pub const MYSQL: &str = "\
CREATE TABLE kine (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(630) CHARACTER SET ascii COLLATE ascii_general_ci,
  created INTEGER,
  deleted INTEGER,
  create_revision BIGINT UNSIGNED,
  prev_revision BIGINT UNSIGNED,
  lease INTEGER,
  value MEDIUMBLOB,
  old_value MEDIUMBLOB,
  PRIMARY KEY (id),
  UNIQUE KEY kine_name_prev_revision_uindex (name, prev_revision),
  KEY kine_name_index (name),
  KEY kine_name_id_index (name, id),
  KEY kine_id_deleted_index (id, deleted),
  KEY kine_prev_revision_index (prev_revision)
) ENGINE=InnoDB";

/// PostgreSQL's.
pub const POSTGRES: &str = "\
CREATE TABLE kine (
  id BIGSERIAL PRIMARY KEY,
  name text COLLATE \"C\",
  created INTEGER,
  deleted INTEGER,
  create_revision BIGINT,
  prev_revision BIGINT,
  lease INTEGER,
  value bytea,
  old_value bytea
);";

/// What follows the rows there.
pub const POSTGRES_INDEXES: &str = "\
CREATE INDEX kine_name_index ON kine (name);
CREATE INDEX kine_name_id_index ON kine (name, id);
CREATE INDEX kine_id_deleted_index ON kine (id, deleted);
CREATE INDEX kine_prev_revision_index ON kine (prev_revision);
CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision);
CREATE INDEX kine_list_query_index ON kine (name, id DESC, deleted);";

/// SQLite's.
pub const SQLITE: &str = "\
CREATE TABLE kine
(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT,
  created INTEGER,
  deleted INTEGER,
  create_revision INTEGER,
  prev_revision INTEGER,
  lease INTEGER,
  value BLOB,
  old_value BLOB
)";

/// What follows the rows there.
pub const SQLITE_INDEXES: [&str; 6] = [
    "CREATE INDEX kine_name_index ON kine (name)",
    "CREATE INDEX kine_name_id_index ON kine (name, id)",
    "CREATE INDEX kine_id_deleted_index ON kine (id, deleted)",
    "CREATE INDEX kine_prev_revision_index ON kine (prev_revision)",
    "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)",
    "CREATE INDEX kine_id_compact_rev_key_with_prev_revision_index \
     ON kine (id, name, prev_revision) WHERE name != 'compact_rev_key' AND prev_revision != 0",
];
