//! Of which moment the rows are, as far as a server tells: its binary log beside the rows that were read.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::SystemTime;

use kinescope::source::{Moment, Position};
use serde_json::{Value, json};

use super::{Outcome, on_a_new_table, read_all};
use crate::support::program::{run_on, undated};
use crate::support::server::{Database, PASSWORD, Server, programs};

impl Outcome {
    fn moment(&self) -> &Moment {
        self.ended.as_ref().expect("everything was read");
        &self.opened.as_ref().expect("it was opened").moment
    }
}

/// Every server with a binary log, MySQL with GTIDs too.
fn with_log() -> Vec<Server> {
    let log = ["--log-bin=mysql-bin", "--server-id=7"].map(str::to_owned);
    let gtid = ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"].map(str::to_owned);
    let start = |program| {
        let is_mysql = !crate::support::server::is_mariadb(program);
        let options = [&log[..], if is_mysql { &gtid } else { &[] }].concat();
        Server::start(program, &options)
    };
    programs().iter().map(|program| start(program)).collect()
}

/// An account that may do no more than read the table.
fn reader(database: &Database<'_>) -> String {
    let (name, port) = (&database.name, database.server.port);
    database.exec(&format!(
        "CREATE USER reader_{name} IDENTIFIED BY '{PASSWORD}'; \
         GRANT SELECT ON {name}.kine TO reader_{name}"
    ));
    format!("mysql://reader_{name}:{PASSWORD}@tcp(127.0.0.1:{port})/{name}")
}

const INSERT: &str = "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, \
                      lease) VALUES (CONCAT('/a/', UUID()), 1, 0, 0, 0, 0)";

#[test]
fn a_snapshot_is_where_the_binary_log_says_while_rows_are_written() {
    for server in with_log() {
        let database = server.database();
        database.create_kine_table();
        let endpoint = reader(&database);
        // From here on every transaction is a row.
        let before = at_rest(&server);
        let done = AtomicBool::new(false);
        let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    database.exec(INSERT);
                }
            });
            let outcomes = (0..20).map(|_| read_all(&endpoint)).collect();
            done.store(true, Relaxed);
            outcomes
        });
        let mut places = BTreeSet::new();
        for outcome in &outcomes {
            let (rows, moment) = (outcome.history().len(), outcome.moment());
            assert!(moment.at.is_some_and(|at| at <= SystemTime::now()), "{moment:?}");
            places.insert(rows);
            if server.mariadb {
                let binlog = moment.binlog.as_ref().expect("MariaDB keeps it");
                assert_eq!(rows, commits(&server, &before, binlog), "{binlog:?}");
                assert!(moment.gtid.as_ref().is_some_and(|it| it.starts_with("0-7-")));
            } else {
                assert_eq!(moment.binlog, None, "MySQL does not keep it");
                let gtid = moment.gtid.as_ref().expect("GTIDs are on");
                assert!(executed(gtid) - executed(&before.gtid) <= rows, "{gtid}: {rows}");
            }
        }
        assert!(places.len() > 1, "nothing was written meanwhile: {places:?}");
        let last = outcomes.last().expect("they are some").moment();
        assert_eq!(last.gtid.is_some(), last.at.is_some());
        reported(&database, &endpoint);
        // Where there are no snapshots, no place is that of the rows.
        database.exec("ALTER TABLE kine ENGINE = MyISAM");
        assert_eq!(read_all(&endpoint).moment().binlog, None);
        drop(database);
        server.kill();
    }
}

/// How a server's log stands.
struct Stand {
    file: String,
    position: u64,
    gtid: String,
}

fn at_rest(server: &Server) -> Stand {
    let status = if server.mariadb { "SHOW MASTER STATUS" } else { "SHOW BINARY LOG STATUS" };
    let row = server.texts("mysql", status).pop().expect("the log is on");
    let text = |at: usize| row.get(at).cloned().flatten().unwrap_or_default();
    Stand { file: text(0), position: text(1).parse().expect("a position"), gtid: text(4) }
}

/// How many transactions the log has from one place to another.
fn commits(server: &Server, from: &Stand, to: &Position) -> usize {
    assert_eq!(from.file, to.file);
    let events = format!("SHOW BINLOG EVENTS IN '{}' FROM {}", from.file, from.position);
    let is_commit = |event: &&Vec<Option<String>>| {
        let end: u64 = event[4].as_deref().and_then(|it| it.parse().ok()).expect("its end");
        event[2].as_deref() == Some("Xid") && end <= to.position
    };
    server.texts("mysql", &events).iter().filter(is_commit).count()
}

/// How many transactions a set of one server's has: `uuid:1-42`.
fn executed(gtid: &str) -> usize {
    let last = gtid.rsplit([':', '-']).next().unwrap_or_default();
    last.parse().unwrap_or_else(|_| panic!("{gtid} has no end"))
}

/// What the program says of it.
fn reported(database: &Database<'_>, endpoint: &str) {
    let stand = at_rest(database.server);
    let said = run_on(endpoint, &["preview", "--format", "json"]);
    let document: Value = serde_json::from_str(&undated(&said.out)).expect("it is JSON");
    let read = &document["read"];
    assert_eq!(read["server"], format!("127.0.0.1:{}", database.server.port));
    assert_eq!(read["database"], database.name.as_str());
    assert_eq!(read["newest"], document["revisions"]["current"]);
    let text = run_on(endpoint, &["preview"]).out.replace("\n           ", " ");
    if database.server.mariadb {
        let Stand { file, position, .. } = stand;
        assert_eq!(read["binlog"], json!({"file": file, "position": position}));
        assert!(text.contains(&format!(", binary log {file} at {position}\n")), "{text}");
    } else {
        assert_eq!(read["gtid"], stand.gtid);
        assert!(text.contains(&format!(", after GTID {}\n", stand.gtid)), "{text}");
    }
}

#[test]
fn where_there_is_no_binary_log_nothing_is_said_of_one() {
    on_a_new_table(|database| {
        let outcome = read_all(&database.socket_dsn());
        let moment = outcome.moment();
        assert_eq!((&moment.binlog, &moment.gtid), (&None, &None));
        assert!(moment.at.is_some());
        let said = run_on(&database.socket_dsn(), &["preview", "--format", "json"]);
        let document: Value = serde_json::from_str(&undated(&said.out)).expect("it is JSON");
        let read = document["read"].as_object().expect("an object");
        assert!(!read.contains_key("binlog") && !read.contains_key("gtid"), "{read:?}");
        assert_eq!(read["server"], database.server.socket.display().to_string());
    });
}
