//! Every statement that kinescope sends to a PostgreSQL server. There are no others: a test compares this
//! list with a server's log.
//!
//! All are of one transaction. Those with `$1` are sent by the extended protocol, without a name; the
//! others as they stand. No type has to be looked up for any of them, which the driver would do by
//! statements of its own.

/// Begins all that is read: of one snapshot, and refusing writes.
pub const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Whether it does refuse them.
pub const IS_READ_ONLY: &str = "SHOW transaction_read_only";

/// Whether it is of one snapshot.
pub const ISOLATION: &str = "SHOW transaction_isolation";

/// Stops a statement that takes too long: the limit in milliseconds.
pub const LIMIT: &str = "SET LOCAL statement_timeout = 60000";

/// Gives names as they are stored, byte for byte, whatever the database's encoding.
pub const AS_STORED: &str = "SET LOCAL client_encoding = 'SQL_ASCII'";

/// Where the endpoint says in which schemas to look.
pub const SEARCH_PATH: &str = "SELECT set_config('search_path', $1, true)";

/// Which server it is.
pub const VERSION: &str = "SELECT version()";

/// The table, as a name without a schema finds it: what it is, in which schema, how many rows it has by
/// the server's estimate, and how many bytes with its indexes.
pub const TABLE: &str = "SELECT c.relkind, n.nspname, c.reltuples::bigint, \
                         CASE WHEN c.relkind IN ('r', 'm') THEN pg_total_relation_size(c.oid) END \
                         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                         WHERE c.oid = to_regclass('kine')";

/// The schemas that have something of that name, where it is not found.
pub const ELSEWHERE: &str = "SELECT n.nspname FROM pg_class c \
                             JOIN pg_namespace n ON n.oid = c.relnamespace \
                             WHERE c.relname = 'kine' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') \
                             ORDER BY 1";

/// Holds the table as it is: a statement that alters it waits until the transaction is over. Reads
/// nothing. Asked once the columns are known to be readable.
pub const HOLD: &str = "SELECT 1 FROM kine LIMIT 0";

/// What the table's columns are, and whether each may be read. A domain is what it is over.
pub const COLUMNS: &str = "SELECT a.attname, \
    CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) \
    ELSE format_type(a.atttypid, a.atttypmod) END, \
    co.collname, a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated, \
    has_column_privilege(a.attrelid, a.attnum, 'SELECT'), co.collisdeterministic \
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid \
    LEFT JOIN pg_collation co ON co.oid = a.attcollation \
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
    WHERE a.attrelid = to_regclass('kine') AND a.attnum > 0 AND NOT a.attisdropped \
    ORDER BY a.attnum";

/// Which indexes the table has, a row for each column: an expression has none. One that is not valid or
/// only of some rows does not do what its name says.
pub const INDEXES: &str = "SELECT i.relname, x.indisunique, x.indisvalid, \
    x.indpred IS NOT NULL, a.attname \
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid \
    CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) AS part(number) \
    LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[part.number - 1] \
    AND a.attnum > 0 \
    WHERE x.indrelid = to_regclass('kine') ORDER BY i.relname, part.number";

/// What the database sorts by where a column says nothing of its own: a locale of ICU or of the server's
/// own, or of the C library. Later versions have columns for that which earlier ones lack.
pub const DATABASE_COLLATION: &str = "SELECT CASE to_jsonb(d)->>'datlocprovider' \
    WHEN 'i' THEN coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') || ' of ICU' \
    WHEN 'b' THEN to_jsonb(d)->>'datlocale' ELSE d.datcollate END \
    FROM pg_database d WHERE d.datname = current_database()";

/// How names are sorted: whether a name is in the range of its prefix, and whether a few names, which
/// collations put in different orders, are in that of their bytes. They have the column's collation
/// because they stand below it, and no row is read.
pub const ORDER: &str = "SELECT bool_or(name = '/registry/pods/a' \
    AND name >= '/registry/pods/' AND name < '/registry/pods0'), \
    array_agg(name ORDER BY name) = array_agg(name ORDER BY name::text COLLATE \"C\") \
    FROM (SELECT name FROM (SELECT name FROM kine LIMIT 0) AS none UNION ALL \
    SELECT unnest(ARRAY['/registry/pods/', '/registry/pods/a', '/registry/pods/A', \
    '/registry/Pods/a', '/registry/pods-x/a', '/registry/pods.k/a', '/registry/pods0', \
    '/registry/pods_/b'])) AS probe";

/// The id's sequence: the number that it gave out last, none where it has given out none or the account
/// may not read it; how it counts, and where it ends; and whether the account may read it.
pub const SEQUENCE: &str = "SELECT c.oid::regclass::text, s.last_value, s.increment_by, s.max_value, s.cache_size, \
    has_sequence_privilege(c.oid, 'SELECT, USAGE') \
    FROM pg_sequences s JOIN pg_class c ON c.relname = s.sequencename \
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = s.schemaname \
    WHERE c.oid IN (SELECT p.refobjid FROM pg_attrdef d \
    JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum \
    JOIN pg_depend p ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid \
    AND p.refclassid = 'pg_class'::regclass \
    WHERE d.adrelid = to_regclass('kine') AND a.attname = 'id' \
    UNION SELECT to_regclass(pg_get_serial_sequence('kine', 'id')))";

/// The current revision: where the rows end. The server looks at the end of an index.
pub const CURRENT: &str = "SELECT max(id) FROM kine";

/// All rows, without values.
pub const ROWS: &str = "DECLARE kinescope NO SCROLL CURSOR FOR \
    SELECT id, name, created, deleted, create_revision, prev_revision, lease \
    FROM kine ORDER BY id";

/// The rows of a part: those after an id whose names match, and those in which kine and API servers keep
/// account of compactions.
pub const PART: &str = "DECLARE kinescope NO SCROLL CURSOR FOR \
    SELECT id, name, created, deleted, create_revision, prev_revision, lease \
    FROM kine WHERE (id > $1 AND name::text COLLATE \"C\" LIKE $2 ESCAPE '|') \
    OR name::text COLLATE \"C\" IN ('compact_rev_key', 'compact_rev_key_apiserver') ORDER BY id";

/// The same without a prefix: rows without a name are among them.
pub const SINCE: &str = "DECLARE kinescope NO SCROLL CURSOR FOR \
    SELECT id, name, created, deleted, create_revision, prev_revision, lease \
    FROM kine WHERE id > $1 \
    OR name::text COLLATE \"C\" IN ('compact_rev_key', 'compact_rev_key_apiserver') ORDER BY id";

/// The next rows of a cursor.
pub const NEXT: &str = "FETCH 10000 FROM kinescope";

/// What a row named `compact_rev_key_apiserver` holds: what an API server asked kine to compact to, which
/// no other column tells. One byte more than such a value has, so that what is longer shows.
pub const REQUEST: &str = "SELECT substr(value, 1, 64) FROM kine WHERE id = $1 LIMIT 1";

/// How many bytes the values of rows have. The server reads every value for that, so this is sent
/// on request only, by itself, and for the rows that were read before.
pub const SIZES: &str = "DECLARE kinescope NO SCROLL CURSOR FOR \
    SELECT id, octet_length(value), octet_length(old_value) \
    FROM kine WHERE id BETWEEN $1 AND $2 ORDER BY id";

/// What the row of an id is called, and how long its values are: asked before [`VALUE`] is, so that
/// no value is sent that is [masked](crate::value::Mask); and of the row that it points at, where only a
/// part of the table was read and that is not in it. Two rows show that ids are not unique.
pub const LENGTHS: &str = "SELECT name::text, octet_length(value), octet_length(old_value) \
                           FROM kine WHERE id = $1 LIMIT 2";

/// The start of the values of one row that somebody looks at.
pub const VALUE: &str = "SELECT substr(value, 1, $2), substr(old_value, 1, $2) \
                         FROM kine WHERE id = $1 LIMIT 1";

/// All columns of the rows from an id on, where somebody copies the table or compares it byte for byte.
pub const CONTENTS: &str = "SELECT id, name::text, created, deleted, create_revision, \
                            prev_revision, lease, value, old_value \
                            FROM kine WHERE id >= $1 ORDER BY id LIMIT $2";

/// The starts of the values of some rows, for the times that are in them. None of them is masked, and should
/// one have got such a name since, it does not come.
pub const SAMPLES: &str = "SELECT id, name::text, octet_length(value), substr(value, 1, 8192) FROM kine \
                           WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, \
                           $9, $10, $11, $12, $13, $14, $15, $16, \
                           $17, $18, $19, $20, $21, $22, $23, $24, \
                           $25, $26, $27, $28, $29, $30, $31, $32) \
                           AND name::text !~* 'secrets|bootstrap'";

/// Whether the session is encrypted, and how. Sent by `kinescope connect` only, as are the next three.
pub const CIPHER: &str =
    "SELECT version, cipher FROM pg_stat_ssl WHERE ssl AND pid = pg_backend_pid()";

/// Which role the session has.
pub const ACCOUNT: &str = "SELECT current_user";

/// What that role may do with the table.
pub const GRANTS: &str = "SELECT right_name, has_table_privilege(to_regclass('kine'), right_name) \
    FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS right_name \
    WHERE to_regclass('kine') IS NOT NULL";

/// How many of the table's rows are dead, and when it was last vacuumed.
pub const DEAD: &str = "SELECT n_dead_tup, greatest(last_vacuum, last_autovacuum)::timestamptz(0) \
                        FROM pg_stat_user_tables WHERE relid = to_regclass('kine')";

/// Ends the transaction; there is nothing to be written.
pub const END: &str = "COMMIT";

/// All of them.
pub const ALL: [&str; 31] = [
    BEGIN,
    IS_READ_ONLY,
    ISOLATION,
    LIMIT,
    AS_STORED,
    SEARCH_PATH,
    VERSION,
    TABLE,
    ELSEWHERE,
    HOLD,
    COLUMNS,
    INDEXES,
    DATABASE_COLLATION,
    ORDER,
    SEQUENCE,
    CURRENT,
    ROWS,
    PART,
    SINCE,
    NEXT,
    REQUEST,
    SIZES,
    LENGTHS,
    VALUE,
    CONTENTS,
    SAMPLES,
    CIPHER,
    ACCOUNT,
    GRANTS,
    DEAD,
    END,
];
