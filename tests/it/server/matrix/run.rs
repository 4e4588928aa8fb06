//! The cases, run.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::mysql::MySqlConnectOptions;
use sqlx::{ConnectOptions, MySqlConnection};

use super::cases::all;
use super::{Before, Case, Outcome, Over};
use crate::support::certificates::Certificates;
use crate::support::program::{Ran, kinescope, ran};
use crate::support::server::{
    Database, PASSWORD, Server, block_on, is_mariadb, own_address, programs,
};

#[test]
fn every_account_gets_in_or_is_told_why_not() {
    std::thread::scope(|scope| {
        for program in programs() {
            scope.spawn(move || on_one_server(&program));
        }
    });
}

#[expect(clippy::print_stdout, reason = "what is not tested shows")]
/// Both servers are the cases' own: what they do to them would be in the way of other tests.
fn on_one_server(program: &std::path::Path) {
    let certificates = Certificates::new();
    let mariadb = is_mariadb(program);
    let tls = |name: &str| certificates.path(name).display().to_string();
    certificates.show("server");
    let mut options = vec![
        format!("--ssl-ca={}", tls("clients.pem")),
        format!("--ssl-cert={}", tls("shown.pem")),
        format!("--ssl-key={}", tls("shown-key.pem")),
        // A second address, for which the certificate is not.
        format!("{}{}", addresses(), if has_ipv6() { ",::1" } else { "" }),
    ];
    let fetched = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mariadb/plugin");
    if mariadb && fetched.is_dir() {
        options.push(format!("--plugin-dir={}", fetched.display()));
    }
    let secure = Server::start(program, &options);
    let plain = if mariadb { "--skip-ssl" } else { "--tls-version=" };
    let plain = Server::start(program, &[plain.to_owned(), addresses()]);
    let mut failures = Vec::new();
    let mut plugins = BTreeMap::new();
    for (number, case) in all().iter().enumerate().filter(|(_, case)| case.on.is(mariadb)) {
        if !has_ipv6() && matches!(case.over, Over::Tcp("[::1]")) {
            println!("not run on a machine without IPv6: {}", case.row);
            continue;
        }
        if matches!(case.over, Over::Network) && own_address().is_none() {
            println!("not run on a machine without a network: {}", case.row);
            continue;
        }
        let server = if case.offers_tls { &secure } else { &plain };
        let mut load =
            |sql| *plugins.entry(sql).or_insert_with(|| server.try_exec("mysql", sql).is_ok());
        if !case.plugin.is_none_or(&mut load) {
            println!("not run on {}, which has no such plugin: {}", server.version, case.row);
            continue;
        }
        if let Err(why) = Trial::new(number, case, server, &certificates).run() {
            failures.push(format!("{}: {}: {why}", server.version, case.row));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Where servers listen.
fn addresses() -> String {
    let own = own_address().map(|ip| format!(",{ip}")).unwrap_or_default();
    format!("--bind-address=127.0.0.1,127.0.0.2{own}")
}

fn has_ipv6() -> bool {
    std::net::TcpListener::bind("[::1]:0").is_ok()
}

/// A case on one server.
struct Trial<'a> {
    case: &'a Case,
    user: String,
    database: Database<'a>,
    certificates: &'a Certificates,
}

impl<'a> Trial<'a> {
    fn new(
        number: usize,
        case: &'a Case,
        server: &'a Server,
        certificates: &'a Certificates,
    ) -> Self {
        let database = server.database();
        database.create_kine_table();
        database.exec(
            "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
             VALUES ('compact_rev_key', 1, 0, 0, 0, 0), ('/a', 1, 0, 0, 0, 0)",
        );
        let user = match case.user {
            Some(user) => user.replace("{os}", os_user()),
            None => format!("user{number}"),
        };
        Self { case, user, database, certificates }
    }

    fn filled(&self, text: &str) -> String {
        text.replace("{user}", &self.user)
            .replace("{db}", &self.database.name)
            .replace("{os}", os_user())
            .replace("{password}", PASSWORD)
            .replace("{tls}", &self.certificates.directory().display().to_string())
            .replace("{public}", &self.database.server.public_key().display().to_string())
    }

    fn endpoint(&self) -> String {
        let Self { case, user, database, .. } = self;
        let server = database.server;
        let password = case.password.map(|it| format!(":{it}")).unwrap_or_default();
        let address = match case.over {
            Over::Tcp(host) => format!("tcp({host}:{})", server.port),
            Over::Network => {
                let own = own_address().expect("it was asked for before");
                format!("tcp({own}:{})", server.port)
            }
            Over::Socket => format!("unix({})", server.socket.display()),
        };
        let parameters = self.filled(case.parameters);
        format!("mysql://{user}{password}@{address}/{}{parameters}", database.name)
    }

    fn run(&self) -> Result<(), String> {
        let server = self.database.server;
        for sql in self.case.made {
            self.database.exec(&self.filled(sql));
        }
        let held = self.before();
        let connect = self.program(&["connect"]);
        let preview = self.program(&["preview", "--format", "json"]);
        drop(held);
        match self.case.before {
            Before::Full => server.exec("mysql", "SET GLOBAL max_connections = 50"),
            Before::Shows(_) => self.shows("server"),
            _ => {}
        }
        self.check(&connect, &preview).map_err(|why| {
            let Ran { status, out, err } = connect;
            format!("{why}\n{status:?}\n{out}{err}{}{}", preview.out, preview.err)
        })
    }

    /// Brings about what is to be so; it ends with what is returned.
    fn before(&self) -> Vec<MySqlConnection> {
        let server = self.database.server;
        match self.case.before {
            Before::Nothing => Vec::new(),
            Before::LoggedIn => {
                block_on(self.session()).expect("the account may log in");
                Vec::new()
            }
            Before::InUse => vec![block_on(self.session()).expect("the account may log in")],
            Before::Full => {
                server.exec("mysql", "SET GLOBAL max_connections = 10");
                let open = || block_on(self.session()).ok();
                let held: Vec<_> = std::iter::from_fn(open).take(50).collect();
                assert!(held.len() < 50, "a limit of 10 holds");
                held
            }
            Before::Shows(name) => {
                self.shows(name);
                Vec::new()
            }
        }
    }

    fn shows(&self, name: &str) {
        let server = self.database.server;
        self.certificates.show(name);
        let reload = if server.mariadb { "FLUSH SSL" } else { "ALTER INSTANCE RELOAD TLS" };
        server.exec("mysql", reload);
    }

    /// A session of the account, over the socket and encrypted.
    async fn session(&self) -> sqlx::Result<MySqlConnection> {
        let options = MySqlConnectOptions::new().socket(&self.database.server.socket);
        let options = options.username(&self.user).database(&self.database.name);
        options.password(self.case.password.unwrap_or_default()).connect().await
    }

    /// Runs the program, the endpoint in its environment.
    fn program(&self, arguments: &[&str]) -> Ran {
        let mut command = kinescope();
        command.args(arguments).args(self.case.flags.iter().map(|flag| self.filled(flag)));
        command.env("KINESCOPE_ENDPOINT", self.endpoint()).stdin(Stdio::null());
        ran(command.output().expect("the program runs"))
    }

    fn check(&self, connect: &Ran, preview: &Ran) -> Result<(), String> {
        let case = self.case;
        let all = [&connect.out, &connect.err, &preview.out, &preview.err];
        if let Some(password) = case.password {
            let escaped = utf8_percent_encode(password, NON_ALPHANUMERIC).to_string();
            let is_told = |text: &&String| text.contains(password) || text.contains(&escaped);
            ensure(!all.iter().any(is_told), "the password is shown")?;
        }
        match case.outcome {
            Outcome::Read { encrypted } => {
                let host = if case.user.is_some() { "localhost" } else { "%" };
                for ran in [connect, preview] {
                    ensure(ran.status == Some(0), "it is not read")?;
                    ensure(ran.err.is_empty(), "there is something to say")?;
                }
                for line in [
                    format!("encrypted  {}", if encrypted { "yes: TLSv1.3, " } else { "no\n" }),
                    format!("account    {}@{host}\n", self.user),
                    "readable   yes".to_owned(),
                ] {
                    ensure(connect.out.contains(&line), &format!("no {line:?}"))?;
                }
                // The server's owner may be who runs the tests.
                let is_root = self.user == "root";
                ensure(is_root || !connect.out.contains("may do more"), "it may only read")?;
                ensure(preview.out.contains("\"before\": 2"), "not all rows are read")
            }
            Outcome::Refused { status, says, to_do } => {
                for ran in [connect, preview] {
                    let err = ran.err.split_whitespace().collect::<Vec<_>>().join(" ");
                    ensure(ran.status == Some(status), "another status")?;
                    ensure(err.contains(&self.filled(says)), &format!("no {says:?}"))?;
                    let (_, hint) = err.split_once(" try: ").ok_or("nothing to do is said")?;
                    ensure(hint.contains(&self.filled(to_do)), &format!("no {to_do:?}"))?;
                }
                Ok(())
            }
        }
    }
}

fn ensure(is: bool, else_say: &str) -> Result<(), String> {
    if is { Ok(()) } else { Err(else_say.to_owned()) }
}

/// Who runs the tests.
fn os_user() -> &'static str {
    static USER: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    USER.get_or_init(|| {
        let output = Command::new("id").arg("-un").output().expect("id is everywhere");
        String::from_utf8(output.stdout).expect("a name").trim().to_owned()
    })
}
