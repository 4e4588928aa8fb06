//! The same table in a file of SQLite and on PostgreSQL, beside the clients that come with them.

use std::io::BufWriter;
use std::process::{Command, Stdio};

use crate::figures::{Figures, Times};
use crate::postgres::Postgres;
use crate::quote::Quotes;
use crate::reading::{self, Reading};
use crate::table::Table;

const PRINT: &str =
    "SELECT id, name, created, deleted, create_revision, prev_revision, lease FROM kine";

/// kine's table on both, but for the unique index, which forks forbid; values are texts here.
const COLUMNS: &str = "name text, created integer, deleted integer, create_revision bigint, \
                       prev_revision bigint, lease integer, value text, old_value text";
const INDEXES: &str = "CREATE INDEX kine_name_index ON kine (name); \
                       CREATE INDEX kine_name_id_index ON kine (name, id); \
                       CREATE INDEX kine_id_deleted_index ON kine (id, deleted); \
                       CREATE INDEX kine_prev_revision_index ON kine (prev_revision);";

/// Measures both, one round after the other, and quotes them.
pub(crate) fn measure(
    (rows, seed): (u64, u64),
    repetitions: usize,
    figures: &Figures,
    quotes: &mut Quotes,
) {
    let table = || Table::new(rows, seed);
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("state.db");
    let file = file.to_str().expect("a path of letters");
    load(file, table());
    let print = || quiet(Command::new("sqlite3").args(["-csv", "-readonly", file, PRINT]));
    beside("SQLite", "`sqlite3 -csv`", print, file, repetitions, figures, quotes);

    let server = Postgres::start(&["shared_buffers=1GB".to_owned()]);
    let database = server.database();
    database.exec(&format!("CREATE TABLE kine (id BIGSERIAL PRIMARY KEY, {COLUMNS})"));
    let url = database.socket_url();
    feed(Command::new("psql").args([&url, "-qc", "COPY kine FROM STDIN"]), table());
    database.exec(INDEXES);
    database.exec("VACUUM ANALYZE kine");
    let copy = format!("COPY ({PRINT}) TO STDOUT");
    let print = || quiet(Command::new("psql").args([&url, "-qc", &copy]));
    beside("PostgreSQL", "`psql`, COPY TO STDOUT", print, &url, repetitions, figures, quotes);
}

/// Makes a file of SQLite with the table.
pub(crate) fn load(file: &str, table: Table) {
    let create = format!("CREATE TABLE kine (id INTEGER PRIMARY KEY AUTOINCREMENT, {COLUMNS})");
    let steps = [file, &create, ".mode tabs", ".import /dev/stdin kine", INDEXES];
    feed(Command::new("sqlite3").args(steps), table);
}

fn beside(
    database: &str,
    client: &str,
    print: impl Fn(),
    endpoint: &str,
    repetitions: usize,
    figures: &Figures,
    quotes: &mut Quotes,
) {
    let (mut printed, mut drained, mut read) = <(Times, Times, Times)>::default();
    let mut peak = 0;
    for _ in 0..repetitions {
        Times::time(&mut printed, &print);
        Times::time(&mut drained, || reading::read(Reading::Drained, endpoint));
        peak = peak.max(Times::time(&mut read, || reading::read(Reading::Linked, endpoint)));
    }
    figures.time(&format!("{client} prints the columns to /dev/null"), &printed);
    figures.beside(&format!("read from {database}"), &drained, "the client", &printed);
    figures.beside("read and link", &read, "the client", &printed);
    figures.size("memory of all that, at its peak", peak);
    quotes.add(&format!("the same from {database}"), &read, client, &printed);
}

/// Writes the table to a program.
fn feed(program: &mut Command, table: Table) {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it runs");
    let pipe = child.stdin.take().expect("it is a pipe");
    table.write(&mut BufWriter::new(pipe)).expect("it reads");
    assert!(child.wait().expect("it ends").success(), "the table is loaded");
}

fn quiet(program: &mut Command) {
    assert!(program.stdout(Stdio::null()).status().expect("it runs").success(), "it prints");
}
