//! The same work on a server, done by what people have: kine's own statements, and the client that
//! comes with the server.

use std::process::{Child, Command, Stdio};

use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{ConnectOptions, Connection, MySqlConnection, Row as _};

use crate::figures::Times;
use crate::server::{Database, PASSWORD, USER, block_on};
use crate::table::Table;

/// What kine deletes in one transaction, up to a revision (`CompactSQL` of its MySQL driver).
const DELETE: &str = "DELETE kv FROM kine AS kv INNER JOIN (\
    SELECT kp.prev_revision AS id FROM kine AS kp \
    WHERE kp.name != 'compact_rev_key' AND kp.prev_revision != 0 AND kp.id <= ? \
    UNION SELECT kd.id AS id FROM kine AS kd WHERE kd.deleted != 0 AND kd.id <= ?) AS ks \
    ON kv.id = ks.id";

/// How many rows that would be.
const COUNT: &str = "SELECT COUNT(*) FROM kine AS kv INNER JOIN (\
    SELECT kp.prev_revision AS id FROM kine AS kp \
    WHERE kp.name != 'compact_rev_key' AND kp.prev_revision != 0 AND kp.id <= ? \
    UNION SELECT kd.id AS id FROM kine AS kd WHERE kd.deleted != 0 AND kd.id <= ?) AS ks \
    ON kv.id = ks.id";

const PRINT: &str =
    "SELECT id, name, created, deleted, create_revision, prev_revision, lease FROM kine";

/// Makes the table: kine's, as it is once the unique index is lost, for else it had no forks.
///
/// The server gets more room than its defaults, so that what is measured is work and not waiting
/// for a disk.
pub(crate) fn fill(database: &Database<'_>, table: Table) {
    database.exec(
        "SET GLOBAL innodb_buffer_pool_size = 2147483648; \
         SET GLOBAL innodb_log_file_size = 1073741824; \
         SET GLOBAL tmp_table_size = 1073741824; \
         SET GLOBAL max_heap_table_size = 1073741824",
    );
    database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
    // Into an empty table and without these checks the server sorts each index once.
    let mut load = client(database);
    load.args(["--local-infile=1", "--execute"]).arg(
        "SET unique_checks = 0, foreign_key_checks = 0; \
         LOAD DATA LOCAL INFILE '/dev/stdin' INTO TABLE kine; ANALYZE TABLE kine",
    );
    load.stdin(Stdio::piped()).stdout(Stdio::null());
    let mut load: Child = load.spawn().expect("the mariadb client runs");
    let pipe = load.stdin.take().expect("it is a pipe");
    table.write(&mut std::io::BufWriter::new(pipe)).expect("the client reads");
    assert!(load.wait().expect("the client ends").success(), "the table is loaded");
}

fn client(database: &Database<'_>) -> Command {
    let mut client = Command::new("mariadb");
    client.args(["--no-defaults", "--skip-ssl", "--user=root"]);
    client.arg(format!("--socket={}", database.server.socket.display())).arg(&database.name);
    client
}

/// Prints the table's columns with the stock client.
pub(crate) fn print(database: &Database<'_>) {
    let mut client = client(database);
    client.args(["--quick", "--batch", "--execute", PRINT]).stdout(Stdio::null());
    assert!(client.status().expect("the mariadb client runs").success(), "it prints the table");
}

/// Runs kine's DELETE up to a revision, takes it back, and says how many rows it was.
pub(crate) fn delete(database: &Database<'_>, revision: u64, times: &mut Times) -> u64 {
    block_on(async {
        let mut session = connect(database).await;
        let mut transaction = session.begin().await.expect("a transaction");
        let delete = sqlx::query(DELETE).bind(revision).bind(revision);
        let start = std::time::Instant::now();
        let done = delete.execute(&mut *transaction).await.expect("kine's statement");
        times.push(start.elapsed());
        transaction.rollback().await.expect("everything is taken back");
        done.rows_affected()
    })
}

/// Only counts those rows.
pub(crate) fn count(database: &Database<'_>, revision: u64, times: &mut Times) -> u64 {
    block_on(async {
        let mut session = connect(database).await;
        let count = sqlx::query(COUNT).bind(revision).bind(revision);
        let start = std::time::Instant::now();
        let row = count.fetch_one(&mut session).await.expect("the count");
        times.push(start.elapsed());
        u64::try_from(row.get::<i64, _>(0)).expect("a count is not negative")
    })
}

/// Asks for a number.
pub(crate) fn query(database: &Database<'_>, sql: &'static str, times: &mut Times) -> i64 {
    block_on(async {
        let mut session = connect(database).await;
        let start = std::time::Instant::now();
        let row = sqlx::query(sql).fetch_one(&mut session).await.expect("a number");
        times.push(start.elapsed());
        row.get(0)
    })
}

async fn connect(database: &Database<'_>) -> MySqlConnection {
    MySqlConnectOptions::new()
        .socket(&database.server.socket)
        .username(USER)
        .password(PASSWORD)
        .database(&database.name)
        .ssl_mode(MySqlSslMode::Disabled)
        .disable_statement_logging()
        .connect()
        .await
        .expect("the server answers")
}
