//! Reading real servers: every one on this machine, the tables that kine ever made, and what people
//! make of them.

use std::fmt::Write as _;

use kinescope::history::compaction::{Effect, Policy, plan};
use kinescope::history::{Flag, History, Revision, Row};
use kinescope::source::endpoint::Endpoint;
use kinescope::source::mysql::{read, statement};
use kinescope::source::table::Options;
use kinescope::source::{Error, Event, Opened, Source, Unread, stream};

use crate::support::server::{Database, PASSWORD, Server, USER, block_on, servers};

/// All that a source sent.
#[derive(Debug)]
struct Outcome {
    opened: Option<Opened>,
    history: Option<History>,
    unread: Vec<Unread>,
    ended: Result<(), Error>,
}

impl Outcome {
    fn history(&self) -> &History {
        self.ended.as_ref().expect("everything was read");
        self.history.as_ref().expect("the source was opened")
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let history = self.history();
        history.iter().map(|at| history.row(at)).collect()
    }
}

fn read_all(endpoint: &str) -> Outcome {
    let source = Source::parse(endpoint).expect("an endpoint");
    let mut outcome = Outcome { opened: None, history: None, unread: Vec::new(), ended: Ok(()) };
    block_on(async {
        let (sender, mut events) = tokio::sync::mpsc::channel(2);
        tokio::join!(stream(source, Options::default(), sender), async {
            while let Some(event) = events.recv().await {
                match event {
                    Event::Opened(opened) => {
                        assert!(outcome.opened.is_none(), "a source is opened once");
                        outcome.history = Some(History::new(opened.profile.clone()));
                        outcome.opened = Some(opened);
                    }
                    Event::Rows(rows) => {
                        let history = outcome.history.as_mut().expect("opened comes first");
                        history.extend(&rows).expect("rows come in the order of their ids");
                    }
                    Event::Unread(unread) => outcome.unread.push(unread),
                    Event::Ended(ended) => outcome.ended = ended,
                }
            }
        });
    });
    outcome
}

#[expect(clippy::print_stdout, reason = "a test that fails shows on which server")]
fn on_every_server(test: impl Fn(&Server)) {
    for server in servers() {
        println!("on {}", server.version);
        test(server);
    }
}

fn on_a_new_table(test: impl Fn(&Database<'_>)) {
    on_every_server(|server| {
        let database = server.database();
        database.create_kine_table();
        test(&database);
    });
}

/// What failed, why, and what to do, as a person would read it.
fn said(error: &Error) -> String {
    let mut said = error.to_string();
    let mut why = std::error::Error::source(error);
    while let Some(error) = why {
        write!(said, " ({error})").expect("a string takes all");
        why = error.source();
    }
    format!("{said}. {}", error.what_to_do().unwrap_or("NOTHING TO DO"))
}

/// What an endpoint that cannot be read says; never a password.
fn failure(endpoint: &str) -> String {
    let outcome = read_all(endpoint);
    assert!(outcome.opened.is_none(), "{:?}", outcome.opened);
    let error = outcome.ended.expect_err(endpoint);
    let said = said(&error);
    assert!(!error.is_usage(), "{said}");
    assert!(!format!("{said} {error:?}").contains(PASSWORD), "{said} {error:?}");
    assert!(!said.contains("NOTHING TO DO"), "{said}");
    said
}

#[test]
fn an_incident_is_read_and_kines_compaction_foreseen() {
    on_every_server(|server| {
        let before = server.database();
        before.load("incident-before.sql.gz");
        let before = read_all(&before.dsn());
        let history = before.history();
        assert_eq!(before.unread, []);
        assert_eq!((history.len(), history.forks()), (7293, 17));
        assert_eq!((history.current(), history.compacted()), (Some(7293), Some(0)));
        let opened = before.opened.as_ref().expect("it was opened");
        assert_eq!(opened.profile.collation.name(), "ascii_general_ci");
        assert!(opened.profile.collation.folds());
        let kind = if server.mariadb { "MariaDB " } else { "MySQL " };
        assert!(opened.kind.starts_with(kind), "{}", opened.kind);
        assert!(opened.expected.is_none_or(|rows| (1000..50_000).contains(&rows)), "{opened:?}");
        assert_eq!(opened.notes, Vec::<String>::new());

        let plan = plan(history, 6293, Policy::DEFAULT);
        assert_eq!((plan.reached, plan.after(), plan.removed()), (6293, 1679, 5614));
        let effects: Vec<_> = plan.effects(history);
        let back: Vec<(&[u8], Effect, Revision)> = effects
            .iter()
            .map(|it| {
                let after = it.after.expect("it is live").revision;
                (history.name(it.key), it.effect, after)
            })
            .collect();
        assert_eq!(
            back,
            [
                (&b"/registry/minions/node-02"[..], Effect::Resurrected, 5466),
                (b"/registry/minions/node-05", Effect::Resurrected, 5549),
                (b"/registry/minions/node-07", Effect::Resurrected, 5539),
            ]
        );
        assert_eq!(effects[0].layers, [5466, 5300, 5247, 5122]);

        let after = server.database();
        after.load("incident-after.sql.gz");
        let after = read_all(&after.url());
        let survivors: Vec<_> = history
            .iter()
            .filter(|&at| plan.survives(at))
            .map(|at| (history.id(at), plan.prev_after(history, at)))
            .collect();
        let found: Vec<_> = after.rows().iter().map(|row| (row.id, row.prev_revision)).collect();
        assert_eq!(found.len(), 1679);
        assert_eq!(survivors, found);
        assert_eq!(after.history().compacted(), Some(6293));
    });
}

#[test]
fn every_address_leads_to_the_table() {
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name, created) VALUES ('/a', 1)");
        for endpoint in [database.dsn(), database.socket_dsn(), database.url()] {
            assert_eq!(read_all(&endpoint).rows().len(), 1, "{endpoint}");
        }
    });
}

#[test]
fn an_empty_table_has_no_rows() {
    on_a_new_table(|database| {
        let outcome = read_all(&database.dsn());
        assert_eq!((outcome.rows(), outcome.unread.len()), (vec![], 0));
        assert_eq!(outcome.opened.expect("it was opened").expected, None);
    });
}

#[test]
fn every_column_arrives_as_it_is_stored() {
    const MAX: u64 = u64::MAX;
    on_a_new_table(|database| {
        database.exec(&format!(
            "INSERT INTO kine VALUES \
             (1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), \
             (2, '/a', 1, 0, 0, 0, 15, 'value', 'old'), \
             (3, '', 2, -1, 9223372036854775808, 9223372036854775807, -2147483648, NULL, NULL), \
             ({}, '/b', 0, 1, {MAX}, {MAX}, 2147483647, NULL, NULL)",
            MAX - 1
        ));
        let outcome = read_all(&database.dsn());
        let row = |id, name, flags: (Flag, Flag), create_revision, prev_revision, lease| Row {
            id,
            name,
            created: flags.0,
            deleted: flags.1,
            create_revision,
            prev_revision,
            lease,
        };
        let (half, other) = (Some(1 << 63), Some((1 << 63) - 1));
        assert_eq!(
            outcome.rows(),
            [
                row(1, None, (Flag::Null, Flag::Null), None, None, None),
                row(2, Some(b"/a"), (Flag::Yes, Flag::No), Some(0), Some(0), Some(15)),
                row(3, Some(b""), (Flag::Odd, Flag::Odd), half, other, Some(i32::MIN)),
                row(
                    MAX - 1,
                    Some(b"/b"),
                    (Flag::No, Flag::Yes),
                    Some(MAX),
                    Some(MAX),
                    Some(i32::MAX)
                ),
            ]
        );
        assert_eq!(outcome.unread, []);
    });
}

#[test]
fn old_tables_have_signed_integers() {
    on_every_server(|server| {
        let database = server.database();
        database.create_old_kine_table();
        database.exec(
            "SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; \
             INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             VALUES (-7, '/z', 1, 0, 0, 0, 0), (0, '/y', 1, 0, 0, 0, 0), (1, '/a', 1, 0, 0, 0, 0), \
             (2, '/a', 0, 0, 1, -1, 0), (3, '/a', 0, 0, -5, 2, 0), \
             (2147483647, '/a', 0, 1, 1, 2147483646, NULL)",
        );
        let outcome = read_all(&database.dsn());
        let ids: Vec<_> = outcome.rows().iter().map(|row| (row.id, row.prev_revision)).collect();
        assert_eq!(ids, [(0, Some(0)), (1, Some(0)), (2_147_483_647, Some(2_147_483_646))]);
        let unread: Vec<_> =
            outcome.unread.iter().map(|it| format!("{}: {}", it.place, it.why)).collect();
        assert_eq!(
            unread,
            [
                "revision -7: its id is negative: -7",
                "revision 2: its prev revision is negative: -1",
                "revision 3: its create revision is negative: -5",
            ]
        );
        assert_eq!(
            outcome.opened.expect("it was opened").profile.collation.name(),
            "latin1_swedish_ci"
        );
    });
}

#[test]
fn integers_of_every_width_are_read() {
    on_every_server(|server| {
        let database = server.database();
        database.exec(
            "CREATE TABLE kine (id MEDIUMINT PRIMARY KEY, name BLOB, created TINYINT(1), \
             deleted TINYINT UNSIGNED, create_revision INT UNSIGNED, prev_revision SMALLINT, \
             lease BIGINT); \
             INSERT INTO kine VALUES (5, x'00FF80', 1, 0, 4294967295, 3, -2), \
             (6, '/a', 1, 255, 1, -3, 0), (7, '/b', 0, 0, 0, 0, 2147483648)",
        );
        let outcome = read_all(&database.dsn());
        assert_eq!(
            outcome.rows(),
            [Row {
                id: 5,
                name: Some(b"\0\xFF\x80"),
                created: Flag::Yes,
                deleted: Flag::No,
                create_revision: Some(u32::MAX.into()),
                prev_revision: Some(3),
                lease: Some(-2),
            }]
        );
        let unread: Vec<_> = outcome.unread.iter().map(|it| it.why.as_str()).collect();
        assert_eq!(
            unread,
            ["its prev revision is negative: -3", "its lease is too large: 2147483648"]
        );
        assert_eq!(outcome.opened.expect("it was opened").profile.collation.name(), "binary");
    });
}

#[test]
fn names_arrive_byte_for_byte() {
    // (type, stored as, the bytes in the column)
    let names: [(&str, &str, &[u8]); 5] = [
        ("VARCHAR(630) CHARACTER SET latin1", "_latin1 x'2FE9FF80'", b"/\xE9\xFF\x80"),
        ("VARCHAR(630) CHARACTER SET utf8mb4", "_utf8mb4 x'2FC3A9F09F9880'", "/é😀".as_bytes()),
        ("VARCHAR(630) CHARACTER SET ascii", "_ascii x'2F007F09'", b"/\0\x7F\t"),
        ("VARCHAR(630) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "'/a  '", b"/a  "),
        ("VARBINARY(630)", "x'FF00FE'", b"\xFF\0\xFE"),
    ];
    on_every_server(|server| {
        for (column, stored, bytes) in names {
            let database = server.database();
            database.create("BIGINT UNSIGNED", column);
            database.exec(&format!("INSERT INTO kine (id, name) VALUES (1, {stored})"));
            for endpoint in [database.dsn(), format!("{}?charset=latin1", database.socket_dsn())] {
                let outcome = read_all(&endpoint);
                assert_eq!(outcome.rows()[0].name, Some(bytes), "{column}");
            }
        }
    });
}

#[test]
fn keys_are_grouped_as_the_column_compares() {
    on_every_server(|server| {
        // (collation, keys among the four names)
        let mut cases = vec![
            ("ascii_general_ci", 1),
            ("ascii_bin", 3),
            ("utf8mb4_bin", 3),
            ("latin1_general_cs", 3),
        ];
        if server.mariadb {
            cases.push(("utf8mb4_nopad_bin", 4));
        } else {
            cases.extend([("utf8mb4_0900_ai_ci", 2), ("utf8mb4_0900_bin", 4)]);
        }
        for (collation, keys) in cases {
            let database = server.database();
            let charset = collation.split('_').next().expect("a character set");
            let column = format!("VARCHAR(630) CHARACTER SET {charset} COLLATE {collation}");
            database.create("BIGINT UNSIGNED", &column);
            database.exec("INSERT INTO kine (name) VALUES ('/foo'), ('/Foo'), ('/FOO'), ('/foo ')");
            let outcome = read_all(&database.dsn());
            assert_eq!(outcome.history().keys().count(), keys, "{collation}");
            let theirs = server.ask(&database.name, "SELECT COUNT(DISTINCT name) FROM kine");
            assert_eq!(theirs, keys.to_string(), "{collation}: what the server says");
        }
    });
}

#[test]
fn many_pages_of_scattered_ids_are_one_table() {
    on_a_new_table(|database| {
        // 120,000 rows, three pages; ids 1,000 apart and past 32 bits.
        database.exec(
            "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
             WITH d AS (SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL \
             SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 \
             UNION ALL SELECT 9), \
             n AS (SELECT a.n + 10*b.n + 100*c.n + 1000*d.n + 10000*e.n + 100000*f.n AS n \
             FROM d a, d b, d c, d d, d e, d f WHERE f.n < 2) \
             SELECT 5000000000 + 1000*n, CONCAT('/k/', n), 1, 0, 0, 0, 0 FROM n WHERE n < 120000",
        );
        let outcome = read_all(&database.dsn());
        let history = outcome.history();
        assert_eq!(history.len(), 120_000);
        assert!(
            history.iter().zip(0_u64..).all(|(at, n)| history.id(at) == 5_000_000_000 + 1000 * n)
        );
        assert_eq!(history.keys().count(), 120_000);
    });
}

#[test]
fn rows_that_share_an_id_are_not_passed_over() {
    on_every_server(|server| {
        let database = server.database();
        database.create("BIGINT UNSIGNED", "VARCHAR(630) CHARACTER SET ascii");
        database.exec(
            "ALTER TABLE kine MODIFY id BIGINT UNSIGNED, DROP PRIMARY KEY; \
             INSERT INTO kine (id, name) VALUES (NULL, '/n'), (1, '/a'), (2, '/b'), (2, '/c'), (3, '/d')",
        );
        let outcome = read_all(&database.dsn());
        assert_eq!(outcome.rows().len(), 3);
        let unread: Vec<_> = outcome.unread.iter().map(|it| it.place.as_str()).collect();
        assert_eq!(unread, ["the first row", "revision 2"]);
        let notes = &outcome.opened.as_ref().expect("it was opened").notes;
        assert!(notes.iter().any(|note| note.contains("no unique index")), "{notes:?}");
    });
}

#[test]
fn a_table_without_snapshots_is_noted() {
    on_a_new_table(|database| {
        database.exec("ALTER TABLE kine ENGINE = MyISAM; INSERT INTO kine (name) VALUES ('/a')");
        let outcome = read_all(&format!("{}?parseTime=true", database.dsn()));
        assert_eq!(outcome.rows().len(), 1);
        let notes = outcome.opened.expect("it was opened").notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].contains("parseTime") && notes[1].contains("MyISAM"), "{notes:?}");
    });
}

#[test]
fn what_is_no_kine_table_is_refused_by_name() {
    on_every_server(|server| {
        let database = server.database();
        let none = failure(&database.dsn());
        assert!(none.contains("there is no table kine at mysql://kine:***@tcp("), "{none}");
        // (columns, what is said of them)
        let tables = [
            ("id BIGINT PRIMARY KEY, name TEXT, old TEXT", "it has no columns created, deleted"),
            (
                "id BIGINT PRIMARY KEY, name TEXT, created INT, deleted INT, create_revision INT, \
                 prev_revision INT",
                "it has no column lease",
            ),
            (
                "id BIGINT PRIMARY KEY, name INT, created INT, deleted INT, create_revision INT, \
                 prev_revision VARCHAR(9), lease INT",
                "name is int, not a text, and prev_revision is varchar, not an integer",
            ),
        ];
        for (columns, expected) in tables {
            database.exec(&format!("CREATE TABLE kine ({columns})"));
            let said = failure(&database.dsn());
            assert!(said.contains(expected), "{said}");
            database.exec("DROP TABLE kine");
        }
    });
}

#[test]
fn what_cannot_be_reached_is_said_in_words() {
    on_every_server(|server| {
        let database = server.database();
        let (dsn, port) = (database.dsn(), server.port);
        let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let closed = free.local_addr().expect("it is bound").port();
        drop(free);
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let silent_port = silent.local_addr().expect("it is bound").port();
        // (endpoint, what is said)
        let cases = [
            (dsn.replace(PASSWORD, "wrong"), "does not let kine in (1045 (28000): Access denied"),
            (dsn.replace(&database.name, "nowhere"), "there is no database nowhere"),
            (
                dsn.replace(&port.to_string(), &closed.to_string()),
                "cannot connect to mysql://kine:***@tcp(",
            ),
            (dsn.replace("127.0.0.1", "nowhere.invalid"), "whether this machine can resolve it"),
            (format!("mysql://{USER}@unix(/nowhere/s)/"), "where its socket is"),
            (
                format!("mysql://{USER}@tcp(127.0.0.1:{silent_port})/?timeout=200ms"),
                "did not answer within 0.2 s",
            ),
        ];
        for (endpoint, expected) in cases {
            let said = failure(&endpoint);
            assert!(said.contains(expected), "{said}");
        }
        if server.mariadb {
            let said = failure(&format!("{dsn}?tls=true"));
            assert!(
                said.contains("cannot encrypt") && said.contains("offers no encryption"),
                "{said}"
            );
        }
    });
}

#[test]
fn a_right_to_the_table_alone_is_enough() {
    on_a_new_table(|database| {
        let Database { server, name } = database;
        database.exec(&format!(
            "INSERT INTO kine (name) VALUES ('/a'); \
             CREATE USER reader_{name} IDENTIFIED BY 'a/b@c:d'; \
             GRANT SELECT ON {name}.kine TO reader_{name}; \
             CREATE USER narrow_{name} IDENTIFIED BY 'a/b@c:d'; \
             GRANT SELECT (id, name, created) ON {name}.kine TO narrow_{name}; \
             CREATE USER nobody_{name} IDENTIFIED BY 'a/b@c:d'"
        ));
        let endpoint = |user: &str| {
            format!("mysql://{user}_{name}:a/b@c:d@tcp(127.0.0.1:{})/{name}", server.port)
        };
        assert_eq!(read_all(&endpoint("reader")).rows().len(), 1);
        let said = failure(&endpoint("narrow"));
        assert!(said.contains("no columns deleted") && said.contains("rights to single"), "{said}");
        let said = failure(&endpoint("nobody"));
        assert!(said.contains("GRANT SELECT ON"), "{said}");
    });
}

#[test]
fn nothing_is_sent_but_the_list() {
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name) VALUES ('/a'), ('/b')");
        let (outcome, sent) = database.server.logged(&database.name, || read_all(&database.dsn()));
        assert_eq!(outcome.rows().len(), 2);
        // The log has what was bound in place of the question marks.
        let is_listed = |sent: &String| {
            statement::ALL.iter().any(|listed| {
                let mut rest = sent.as_str();
                let mut parts = listed.split('?');
                let start = parts.next().unwrap_or_default();
                let all_found = rest.starts_with(start)
                    && parts.all(|part| match rest.rfind(part) {
                        Some(at) => {
                            rest = &rest[at..];
                            true
                        }
                        None => false,
                    });
                all_found && !sent.contains(';')
            })
        };
        let strangers: Vec<_> = sent.iter().filter(|sent| !is_listed(sent)).collect();
        assert!(strangers.is_empty(), "{strangers:#?}");
        assert_eq!(sent.first().map(String::as_str), Some(statement::READ_ONLY));
        assert!(sent.iter().any(|sent| sent.starts_with("SELECT id, CAST(name")), "{sent:#?}");
    });
}

#[test]
fn a_session_that_begins_like_ours_cannot_write() {
    use sqlx::{Connection, Executor};
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name) VALUES ('/a')");
        let url = database.url();
        block_on(async {
            let mut session = sqlx::MySqlConnection::connect(&url).await.expect("a session");
            session.execute(statement::READ_ONLY).await.expect("it may be made read-only");
            for begin in [None, Some(statement::SNAPSHOT)] {
                if let Some(begin) = begin {
                    session.execute(begin).await.expect("a transaction");
                }
                for write in [
                    "DELETE FROM kine",
                    "UPDATE kine SET deleted = 1",
                    "INSERT INTO kine (name) VALUES ('/b')",
                    "DROP TABLE kine",
                    "ALTER TABLE kine ADD COLUMN more INT",
                ] {
                    let error = session.execute(write).await.expect_err(write);
                    assert!(error.to_string().contains("1792"), "{write}: {error}");
                }
            }
        });
        assert_eq!(database.server.ask(&database.name, "SELECT COUNT(*) FROM kine"), "1");
    });
}

#[test]
fn a_receiver_that_goes_away_stops_the_reading() {
    on_a_new_table(|database| {
        database.exec(
            "INSERT INTO kine (name) VALUES ('/a'); INSERT INTO kine (name) SELECT CONCAT(name, id) \
             FROM (SELECT a.name, b.id FROM kine a JOIN information_schema.COLLATIONS b) t LIMIT 200",
        );
        block_on(async {
            let endpoint = Endpoint::parse(&database.dsn()).expect("an endpoint");
            let (sender, mut events) = tokio::sync::mpsc::channel(1);
            let reading = tokio::spawn(async move { read(&endpoint, sender).await });
            let first = events.recv().await;
            assert!(matches!(first, Some(Event::Opened(_))), "{first:?}");
            drop(events);
            let limit = std::time::Duration::from_secs(5);
            tokio::time::timeout(limit, reading).await.expect("it stops").expect("in peace");
        });
    });
}
