//! A real PostgreSQL server, started for this run and gone with it.
//!
//! It lives in a temporary directory and listens on a socket there and on a free port of the loopback. It
//! refuses to run as root, so root starts it as another user.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _, ValueRef as _,
};

use super::server::{block_on, own_address};

/// The account that tests use, beside `postgres`, which everybody on this machine is let in as. Its
/// password is one that only a careful reader survives.
pub(crate) const USER: &str = "kine";
pub(crate) const PASSWORD: &str = "p@ss:w/rd?(1)";

/// Runs a server as long as standard input is open, which is as long as the test process lives:
/// however that ends, no server and no data outlive it.
const UNTIL_ORPHANED: &str = r#"
trap '' HUP INT TERM
dir=$1; shift
"$@" </dev/null & server=$!
read -r _
kill -QUIT "$server"; wait "$server"
rm -rf "$dir"
"#;

/// Who gets in how, the first line that fits. Accounts are called as the way is.
const HBA: &str = "\
local   all             root                            peer
local   all             peer                            peer
local   all             all                             trust
host    all             far             samehost        password
hostssl all             cert            127.0.0.1/32    cert
hostssl all             ssl             127.0.0.1/32    scram-sha-256
host    all             ssl,nobody      127.0.0.1/32    reject
host    all             md5             127.0.0.1/32    md5
host    all             password        127.0.0.1/32    password
host    all             postgres        127.0.0.1/32    trust
host    all             all             127.0.0.1/32    scram-sha-256
host    all             all             samehost        scram-sha-256
";

/// A server that was started for this run.
pub(crate) struct Postgres {
    dir: PathBuf,
    /// What its environment has beside what is usual.
    environment: Vec<(&'static str, PathBuf)>,
    pub(crate) port: u16,
}

/// The one that tests share.
///
/// # Panics
///
/// When there is no server on this machine, or it does not start.
pub(crate) fn postgres() -> &'static Postgres {
    static SERVER: OnceLock<Postgres> = OnceLock::new();
    SERVER.get_or_init(|| Postgres::start(&[]))
}

/// The newest server's programs.
fn programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    let mut dirs = versions.into_iter().rev().chain(std::env::split_paths(&path));
    let all = ["initdb", "postgres", "psql"];
    let found = dirs.find(|dir| all.iter().all(|program| dir.join(program).is_file()));
    found.expect(
        "these tests need a PostgreSQL server: install it (Debian: postgresql). tests/run does it.",
    )
}

/// The user that root runs it as, and the number.
fn user() -> (String, u32) {
    let users = std::fs::read_to_string("/etc/passwd").expect("the users of this machine");
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
            Some(((*name).to_owned(), line.split(':').nth(2)?.parse().ok()?))
        })
        .expect("another user than root")
}

impl Postgres {
    /// Starts one with settings of its own, `name=value`.
    pub(crate) fn start(settings: &[String]) -> Self {
        Self::start_in(&[], settings)
    }

    /// The same in an environment of its own.
    pub(crate) fn start_in(environment: &[(&'static str, &Path)], settings: &[String]) -> Self {
        let environment =
            environment.iter().map(|(name, path)| (*name, (*path).to_owned())).collect();
        let dir = tempfile::Builder::new().prefix("kinescope-").tempdir().expect("a directory");
        let dir = dir.keep();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let server = Self { dir, environment, port };
        if server.is_root() {
            chown(&server.dir, Some(user().1), None).expect("root may");
        }
        let mut initdb = server.command("initdb");
        initdb.args(["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8"]);
        initdb.args(["--locale=C.UTF-8", "--pgdata"]).arg(server.dir.join("data"));
        checked(&initdb.output().expect("initdb runs"));
        std::fs::write(server.dir.join("data/pg_hba.conf"), HBA).expect("ours");
        server.spawn(settings);
        server.wait();
        server.exec(
            "postgres",
            &format!(
                "CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'; CREATE ROLE root LOGIN SUPERUSER"
            ),
        );
        server
    }

    fn is_root(&self) -> bool {
        std::fs::metadata(&self.dir).expect("it was just made").uid() == 0
            || rustix::process::geteuid().is_root()
    }

    /// One of the server's programs, as the user who may run it.
    fn command(&self, program: &str) -> Command {
        let program = programs().join(program);
        let mut command = if self.is_root() {
            let mut command = Command::new("setpriv");
            let user = user().0;
            command.args([format!("--reuid={user}"), "--clear-groups".to_owned()]).arg(program);
            command
        } else {
            Command::new(program)
        };
        // Directories of tests may be closed to that user.
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        command.envs(self.environment.iter().map(|(name, path)| (name, path)));
        command
    }

    fn spawn(&self, settings: &[String]) {
        let log = std::fs::File::create(self.dir.join("log")).expect("a log");
        let command = self.command("postgres");
        let mut server = Command::new("sh");
        server.args(["-c", UNTIL_ORPHANED, "sh"]).arg(&self.dir);
        server.arg(command.get_program()).args(command.get_args());
        server.arg("-D").arg(self.dir.join("data")).current_dir("/");
        server.envs(self.environment.iter().map(|(name, path)| (name, path)));
        let own = [
            format!("port={}", self.port),
            format!("unix_socket_directories={}", self.dir.display()),
            format!(
                "listen_addresses=localhost{}",
                own_address().map(|ip| format!(",{ip}")).unwrap_or_default()
            ),
            "fsync=off".to_owned(),
            "max_connections=60".to_owned(),
            "log_statement=all".to_owned(),
            // The session, its database, and what it does.
            "log_line_prefix=%c|%d|".to_owned(),
        ];
        for setting in own.iter().chain(settings) {
            server.args(["-c", setting]);
        }
        server.stdin(Stdio::piped()).stdout(log.try_clone().expect("a second handle")).stderr(log);
        let child = server.spawn().expect("sh runs");
        // The pipe is open until the process ends.
        std::mem::forget(child);
    }

    /// Waits until the server answers.
    fn wait(&self) {
        let start = Instant::now();
        while block_on(self.root("postgres").connect()).is_err() {
            assert!(start.elapsed() < Duration::from_mins(1), "it does not start:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Where the socket is.
    pub(crate) fn directory(&self) -> &Path {
        &self.dir
    }

    /// Gives the user whom the server runs as a file of its own, as keys must be.
    pub(crate) fn own(&self, path: &Path) {
        if self.is_root() {
            chown(path, Some(user().1), None).expect("root may");
        }
    }

    /// All that the server has logged.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.dir.join("log")).unwrap_or_default())
            .into_owned()
    }

    fn root(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.dir)
            .port(self.port)
            .username("postgres")
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
    }

    /// A connection as the server's owner.
    pub(crate) async fn connect(&self, database: &str) -> PgConnection {
        self.root(database).connect().await.expect("the server lets its owner in")
    }

    /// Runs statements as the server's owner.
    #[track_caller]
    pub(crate) fn exec(&self, database: &str, sql: &str) {
        if let Err(error) = self.try_exec(database, sql) {
            let sql: String = sql.chars().take(200).collect();
            panic!("{sql}: {error}");
        }
    }

    /// As [`exec`](Self::exec), for statements that the server may refuse.
    pub(crate) fn try_exec(&self, database: &str, sql: &str) -> sqlx::Result<()> {
        block_on(async {
            let mut connection = self.root(database).connect().await?;
            sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
            connection.close().await
        })
    }

    /// The first column of every row, as text; of NULL an empty one.
    #[track_caller]
    pub(crate) fn ask(&self, database: &str, sql: &str) -> Vec<String> {
        let run = async {
            let mut connection = self.root(database).connect().await?;
            let rows =
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await?;
            connection.close().await?;
            let text = |row: &sqlx::postgres::PgRow| {
                let value = row.try_get_raw(0)?;
                Ok(if value.is_null() {
                    String::new()
                } else {
                    value.as_str().expect("text").to_owned()
                })
            };
            rows.iter().map(text).collect::<sqlx::Result<_>>()
        };
        block_on(run).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// A database that no other test has.
    pub(crate) fn database(&self) -> Database<'_> {
        self.database_with("")
    }

    /// The same, declared with more.
    pub(crate) fn database_with(&self, more: &str) -> Database<'_> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("kine_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.exec("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0 {more}"));
        Database { server: self, name }
    }

    /// The statements that sessions on a database sent while `work` ran, as the server logged them, each
    /// as often as it was executed.
    pub(crate) fn logged<T>(&self, database: &str, work: impl FnOnce() -> T) -> (T, Vec<String>) {
        let before = self.log().len();
        let result = work();
        let log = self.log();
        let mut statements: Vec<String> = Vec::new();
        let mut is_ours = false;
        for line in log[before..].lines() {
            // What a statement has more lines of begins with a tab.
            if let Some(more) = line.strip_prefix('\t') {
                if is_ours && let Some(last) = statements.last_mut() {
                    last.push('\n');
                    last.push_str(more);
                }
                continue;
            }
            let of = format!("|{database}|LOG:  ");
            let said = line.split_once(&of).map(|(_, said)| said);
            let sql = said.and_then(|said| {
                said.strip_prefix("statement: ")
                    .or_else(|| said.strip_prefix("execute <unnamed>: "))
            });
            is_ours = sql.is_some();
            statements.extend(sql.map(str::to_owned));
            let named = said.filter(|said| said.starts_with("execute ") && sql.is_none());
            assert_eq!(named, None, "a statement has a name");
        }
        (result, statements)
    }
}

fn checked(output: &Output) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
}

/// One test's database, dropped with it.
pub(crate) struct Database<'a> {
    pub(crate) server: &'a Postgres,
    pub(crate) name: String,
}

impl Database<'_> {
    /// An endpoint of the server's owner, over TCP.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{}", self.server.port, self.name)
    }

    /// The same over the socket.
    pub(crate) fn socket_url(&self) -> String {
        let Self { server, name } = self;
        let directory = server.directory().display();
        format!("postgres://postgres@/{name}?host={directory}&port={}", server.port)
    }

    /// An endpoint of somebody else's, with the tests' password, and more behind it.
    pub(crate) fn url_of(&self, user: &str, more: &str) -> String {
        let password =
            percent_encoding::utf8_percent_encode(PASSWORD, percent_encoding::NON_ALPHANUMERIC);
        format!("postgres://{user}:{password}@127.0.0.1:{}/{}{more}", self.server.port, self.name)
    }

    /// Runs statements in this database, as its owner.
    #[track_caller]
    pub(crate) fn exec(&self, sql: &str) {
        self.server.exec(&self.name, sql);
    }

    /// The first column of every row.
    #[track_caller]
    pub(crate) fn ask(&self, sql: &str) -> Vec<String> {
        self.server.ask(&self.name, sql)
    }

    /// The table and indexes that kine makes today.
    pub(crate) fn create_kine_table(&self) {
        self.create("BIGINT", "text COLLATE \"C\"");
        self.exec(
            "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision); \
             CREATE INDEX kine_list_query_index ON kine (name, id DESC, deleted)",
        );
    }

    /// A table with kine's columns and indexes, but for the unique one and the one of v0.13.0.
    pub(crate) fn create(&self, integer: &str, name: &str) {
        let serial = if integer == "BIGINT" { "BIGSERIAL" } else { "SERIAL" };
        self.exec(&format!(
            "CREATE TABLE kine (id {serial} PRIMARY KEY, name {name}, created INTEGER, \
             deleted INTEGER, create_revision {integer}, prev_revision {integer}, lease INTEGER, \
             value bytea, old_value bytea); \
             CREATE INDEX kine_name_index ON kine (name); \
             CREATE INDEX kine_name_id_index ON kine (name, id); \
             CREATE INDEX kine_id_deleted_index ON kine (id, deleted); \
             CREATE INDEX kine_prev_revision_index ON kine (prev_revision)"
        ));
    }

    /// Loads a dump of kine's table.
    pub(crate) fn load(&self, dump: &[u8]) {
        let mut psql = Command::new(programs().join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--username=postgres"]);
        psql.arg("--host")
            .arg(self.server.directory())
            .arg("--port")
            .arg(self.server.port.to_string());
        psql.arg(&self.name).stdin(Stdio::piped()).stdout(Stdio::null());
        let mut child = psql.spawn().expect("psql runs");
        let mut input = child.stdin.take().expect("it is a pipe");
        std::io::Write::write_all(&mut input, dump).expect("psql reads");
        drop(input);
        assert!(child.wait().expect("psql ends").success());
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.server.exec("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}
