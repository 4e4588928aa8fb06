//! Real servers: every one that is on this machine, started for this run and gone with it.
//!
//! Each server lives in a temporary directory and listens on a socket there and on a free port of
//! the loopback; each test takes a [`Database`] of its own.

use std::io::Read;
use std::net::{IpAddr, TcpListener, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::mysql::{MySqlConnectOptions, MySqlSslMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, MySqlConnection, Row as _};

/// The account that tests use. Its password is one that only a careful reader survives.
pub(crate) const USER: &str = "kine";
pub(crate) const PASSWORD: &str = "p@ss:w/rd?(1)";

/// Runs a server as long as standard input is open, which is as long as the test process lives:
/// however that ends, no server and no data outlive it.
const UNTIL_ORPHANED: &str = r#"
trap '' HUP INT TERM
dir=$1; shift
"$@" </dev/null & server=$!
read -r _
kill -9 "$server"; wait "$server"
rm -rf "$dir"
"#;

/// An address of this machine that is not the loopback's, if it has one.
pub(crate) fn own_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    // Nothing is sent: the system only says from where it would be.
    socket.connect("192.0.2.1:9").ok()?;
    let ip = socket.local_addr().ok()?.ip();
    (!ip.is_loopback() && !ip.is_unspecified()).then_some(ip)
}

/// A server that was started for this run.
pub(crate) struct Server {
    /// What it is, for messages: the version that it tells.
    pub(crate) version: String,
    pub(crate) mariadb: bool,
    program: PathBuf,
    options: Vec<String>,
    dir: PathBuf,
    pub(crate) socket: PathBuf,
    pub(crate) port: u16,
}

/// Every server on this machine.
///
/// # Panics
///
/// When there is none, or one does not start.
pub(crate) fn servers() -> &'static [Server] {
    static SERVERS: OnceLock<Vec<Server>> = OnceLock::new();
    SERVERS.get_or_init(|| programs().iter().map(|program| Server::start(program, &[])).collect())
}

/// The servers' programs. A `mysqld` that is MariaDB under its old name counts once.
///
/// # Panics
///
/// When there is none.
pub(crate) fn programs() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut dirs: Vec<PathBuf> = std::env::split_paths(&path).collect();
    dirs.extend(["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from));
    let find = |name: &str| dirs.iter().map(|dir| dir.join(name)).find(|file| file.is_file());
    let named = std::env::var_os("KINESCOPE_TEST_MYSQLD").map(PathBuf::from);
    let mysqld = named.or_else(|| find("mysqld").filter(|program| !is_mariadb(program)));
    let found: Vec<PathBuf> = find("mariadbd").into_iter().chain(mysqld).collect();
    assert!(
        !found.is_empty(),
        "these tests need a server: install MariaDB's (Debian: mariadb-server-core), or name a \
         mysqld in KINESCOPE_TEST_MYSQLD. tests/run does it."
    );
    found
}

pub(crate) fn is_mariadb(program: &Path) -> bool {
    let output = Command::new(program).arg("--version").output().expect("the server's version");
    String::from_utf8_lossy(&output.stdout).contains("MariaDB")
}

impl Server {
    /// Starts one with options of its own, which win.
    pub(crate) fn start(program: &Path, options: &[String]) -> Self {
        let dir = tempfile::Builder::new().prefix("kinescope-").tempdir().expect("a directory");
        let dir = dir.keep();
        let mariadb = is_mariadb(program);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let socket = dir.join("s");
        let (program, options) = (program.to_owned(), options.to_owned());
        let version = String::new();
        let mut server = Self { version, mariadb, program, options, dir, socket, port };
        initialise(&server);
        server.spawn();
        server.wait();
        for host in ["%", "localhost"] {
            server.exec(
                "mysql",
                &format!(
                    "CREATE USER '{USER}'@'{host}' IDENTIFIED BY '{PASSWORD}'; \
                     GRANT ALL ON *.* TO '{USER}'@'{host}'"
                ),
            );
        }
        server.version = server.ask("mysql", "SELECT VERSION()");
        server
    }

    /// Where its data are, and as whom to run.
    fn place(&self) -> Vec<String> {
        let dir = self.dir.display();
        // A server that starts clears its directory of temporary tables: with one in common it would
        // take those of another.
        let mut place = vec![format!("--datadir={dir}/data"), format!("--tmpdir={dir}")];
        // Only root must say as whom to run, and only root may.
        if std::fs::metadata(&self.dir).expect("it was just made").uid() == 0 {
            place.push("--user=root".to_owned());
        }
        place
    }

    fn spawn(&self) {
        let Self { dir, .. } = self;
        let log = std::fs::File::create(dir.join("log")).expect("a log");
        let mut server = Command::new("sh");
        server.args(["-c", UNTIL_ORPHANED, "sh"]).arg(dir).arg(&self.program);
        server.args(["--no-defaults", "--bind-address=127.0.0.1"]).args(self.place());
        server.arg(format!("--socket={}", self.socket.display()));
        server.arg(format!("--port={}", self.port));
        server.arg(format!("--pid-file={}", dir.join("pid").display()));
        server.arg(format!("--general-log-file={}", dir.join("general").display()));
        server.args(["--innodb-flush-log-at-trx-commit=0", "--max-connections=50"]);
        server.args(["--skip-name-resolve", "--skip-log-bin"]).args(if self.mariadb {
            &["--innodb-log-file-size=8M"][..]
        } else {
            // Distributions name a directory that only their packages make.
            &["--mysqlx=OFF", "--secure-file-priv=NULL"]
        });
        server.args(&self.options);
        let stderr = log.try_clone().expect("a second handle");
        server.stdin(Stdio::piped()).stdout(log).stderr(stderr);
        let child = server.spawn().expect("sh runs");
        // The pipe is open until the process ends.
        std::mem::forget(child);
    }

    /// Ends the server as a machine does that loses its power.
    pub(crate) fn kill(&self) {
        let pid = std::fs::read_to_string(self.dir.join("pid")).expect("the server's id");
        let killed = Command::new("kill").args(["-KILL", pid.trim()]).status();
        assert!(killed.expect("kill runs").success());
        // It is not there to clear up.
        for left in ["s", "s.lock", "pid"] {
            drop(std::fs::remove_file(self.dir.join(left)));
        }
    }

    /// Starts it again, with the same data and at the same place.
    pub(crate) fn restart(&self) {
        self.spawn();
        self.wait();
    }

    /// Waits until the server answers.
    fn wait(&self) {
        let start = Instant::now();
        while block_on(self.root("mysql").connect()).is_err() {
            if start.elapsed() > Duration::from_mins(1) {
                let log = std::fs::read_to_string(self.dir.join("log")).unwrap_or_default();
                panic!("the server does not start:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The authorities that MySQL makes for itself; MariaDB makes none.
    pub(crate) fn authorities(&self) -> PathBuf {
        self.dir.join("data/ca.pem")
    }

    /// The public key that MySQL makes for itself; MariaDB makes none.
    pub(crate) fn public_key(&self) -> PathBuf {
        self.dir.join("data/public_key.pem")
    }

    fn root(&self, database: &str) -> MySqlConnectOptions {
        MySqlConnectOptions::new()
            .socket(&self.socket)
            .username("root")
            .database(database)
            .ssl_mode(MySqlSslMode::Disabled)
            .disable_statement_logging()
    }

    /// A connection as root.
    pub(crate) async fn connect(&self, database: &str) -> MySqlConnection {
        self.root(database).connect().await.expect("the server lets root in")
    }

    /// Runs statements as root, the ones that only a server's owner may run.
    pub(crate) fn exec(&self, database: &str, sql: &str) {
        if let Err(error) = self.try_exec(database, sql) {
            let sql: String = sql.chars().take(200).collect();
            panic!("{}: {sql}: {error}", self.version);
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

    /// The first column of the first row, as text.
    pub(crate) fn ask(&self, database: &str, sql: &str) -> String {
        let run = async {
            let mut connection: MySqlConnection = self.root(database).connect().await?;
            let sql = AssertSqlSafe(sql.to_owned());
            let row = sqlx::raw_sql(sql).fetch_one(&mut connection).await?;
            row.try_get_unchecked::<Vec<u8>, _>(0)
        };
        let bytes =
            block_on(run).unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.version));
        String::from_utf8(bytes).expect("the answer is UTF-8")
    }

    /// All rows, each column as text.
    pub(crate) fn texts(&self, database: &str, sql: &str) -> Vec<Vec<Option<String>>> {
        let run = async {
            let mut connection: MySqlConnection = self.root(database).connect().await?;
            let sql = AssertSqlSafe(sql.to_owned());
            let rows = sqlx::raw_sql(sql).fetch_all(&mut connection).await?;
            let text = |row: &sqlx::mysql::MySqlRow, at| row.try_get_unchecked(at);
            let texts =
                |row: &sqlx::mysql::MySqlRow| (0..row.len()).map(|at| text(row, at)).collect();
            rows.iter().map(texts).collect::<sqlx::Result<_>>()
        };
        block_on(run).unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.version))
    }

    /// How the server runs a statement, a line for each table that is looked at.
    pub(crate) fn explain(&self, database: &str, sql: &str) -> String {
        let run = async {
            let mut connection: MySqlConnection = self.root(database).connect().await?;
            let format = if self.mariadb { "" } else { "FORMAT=TRADITIONAL " };
            let sql = AssertSqlSafe(format!("EXPLAIN {format}{sql}"));
            let rows = sqlx::raw_sql(sql).fetch_all(&mut connection).await?;
            let cell = |row: &sqlx::mysql::MySqlRow, at| {
                row.try_get_unchecked::<Option<String>, _>(at).ok().flatten().unwrap_or_default()
            };
            let line = |row| (0..12).map(|at| cell(row, at)).collect::<Vec<_>>().join(" | ");
            Ok::<_, sqlx::Error>(rows.iter().map(line).collect::<Vec<_>>().join("\n"))
        };
        block_on(run).unwrap_or_else(|error| panic!("{}: {sql}: {error}", self.version))
    }

    /// A database that no other test has.
    pub(crate) fn database(&self) -> Database<'_> {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let name = format!("kine_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.exec("mysql", &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"));
        Database { server: self, name }
    }

    /// The statements that one database's sessions sent while `work` ran, as the server logged them,
    /// parameters filled in; those that were prepared come twice. Other tests run beside this one, so
    /// sessions are told apart by the database that they connected to.
    pub(crate) fn logged<T>(&self, database: &str, work: impl FnOnce() -> T) -> (T, Vec<String>) {
        self.logged_as(&["Query", "Execute", "Prepare"], database, work)
    }

    /// As [`Self::logged`], each statement as often as it was executed.
    pub(crate) fn executed<T>(&self, database: &str, work: impl FnOnce() -> T) -> (T, Vec<String>) {
        self.logged_as(&["Query", "Execute"], database, work)
    }

    fn logged_as<T>(
        &self,
        commands: &[&str],
        database: &str,
        work: impl FnOnce() -> T,
    ) -> (T, Vec<String>) {
        self.exec("mysql", "SET GLOBAL general_log = ON");
        let general = self.dir.join("general");
        // Another test may have had it switched on while this one made its table.
        let before = std::fs::metadata(&general).expect("the server's general log").len();
        let result = work();
        // The server writes a session's last line after the client is gone.
        std::thread::sleep(Duration::from_millis(200));
        let log = std::fs::read(general).expect("the server's general log");
        let before = usize::try_from(before).expect("the log is in memory");
        let log = String::from_utf8_lossy(&log[before..]);
        let mut ours = None;
        let mut statements = Vec::new();
        for line in log.lines() {
            // `[time]<tab or spaces>[id] [command]<tab>[argument]`
            let Some((head, argument)) = line.rsplit_once('\t') else { continue };
            let mut words = head.split_whitespace().rev();
            let (Some(command), Some(id)) = (words.next(), words.next()) else { continue };
            if command == "Connect" && argument.contains(&format!(" on {database} ")) {
                ours = Some(id);
            } else if ours == Some(id) && commands.contains(&command) {
                statements.push(argument.to_owned());
            }
        }
        (result, statements)
    }
}

fn initialise(server: &Server) {
    let mut command = if server.mariadb {
        let mut command = Command::new("mariadb-install-db");
        command.args(["--no-defaults", "--auth-root-authentication-method=normal"]);
        command.args(["--skip-test-db", "--innodb-log-file-size=8M"]);
        command
    } else {
        let mut command = Command::new(&server.program);
        command.args(["--no-defaults", "--initialize-insecure"]);
        command
    };
    let output = command.args(server.place()).output();
    let output = output.expect("the program that makes a data directory");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// One test's database, dropped with it.
pub(crate) struct Database<'a> {
    pub(crate) server: &'a Server,
    pub(crate) name: String,
}

impl Database<'_> {
    /// An endpoint in Go's form, over TCP.
    pub(crate) fn dsn(&self) -> String {
        let Self { server, name } = self;
        format!("mysql://{USER}:{PASSWORD}@tcp(127.0.0.1:{})/{name}", server.port)
    }

    /// An endpoint in Go's form, over the socket.
    pub(crate) fn socket_dsn(&self) -> String {
        let Self { server, name } = self;
        format!("mysql://{USER}:{PASSWORD}@unix({})/{name}", server.socket.display())
    }

    /// An endpoint as a URL.
    pub(crate) fn url(&self) -> String {
        let Self { server, name } = self;
        let password = utf8_percent_encode(PASSWORD, NON_ALPHANUMERIC);
        format!("mysql://{USER}:{password}@127.0.0.1:{}/{name}", server.port)
    }

    /// Runs statements in this database, as root.
    pub(crate) fn exec(&self, sql: &str) {
        self.server.exec(&self.name, sql);
    }

    /// The table and indexes that kine makes today.
    pub(crate) fn create_kine_table(&self) {
        self.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
        self.exec(
            "CREATE UNIQUE INDEX kine_name_prev_revision_uindex ON kine (name, prev_revision)",
        );
    }

    /// The table as kine made it up to v0.9.3: signed integers, the database's character set.
    pub(crate) fn create_old_kine_table(&self) {
        self.create("INTEGER", "VARCHAR(630) CHARACTER SET latin1");
    }

    /// A table with kine's columns and indexes, but for the unique one.
    pub(crate) fn create(&self, integer: &str, name: &str) {
        self.exec(&format!(
            "CREATE TABLE kine (id {integer} AUTO_INCREMENT, name {name}, created INTEGER, \
             deleted INTEGER, create_revision {integer}, prev_revision {integer}, lease INTEGER, \
             value MEDIUMBLOB, old_value MEDIUMBLOB, PRIMARY KEY (id)); \
             CREATE INDEX kine_name_index ON kine (name); \
             CREATE INDEX kine_name_id_index ON kine (name, id); \
             CREATE INDEX kine_id_deleted_index ON kine (id, deleted); \
             CREATE INDEX kine_prev_revision_index ON kine (prev_revision)"
        ));
    }

    /// Loads a dump from `tests/fixtures`.
    pub(crate) fn load(&self, dump: &str) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(dump);
        let mut gzip = Command::new("gzip");
        gzip.arg("-dc").arg(&file).stdout(Stdio::piped());
        let mut child = gzip.spawn().expect("gzip is installed");
        let mut sql = String::new();
        let mut output = child.stdout.take().expect("it is a pipe");
        output.read_to_string(&mut sql).expect("a dump is UTF-8");
        assert!(child.wait().expect("gzip ends").success(), "{}", file.display());
        self.exec(&sql);
    }
}

impl Drop for Database<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.server.exec("mysql", &format!("DROP DATABASE {}", self.name));
        }
    }
}

/// Runs a future to its end.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
