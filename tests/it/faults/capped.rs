//! Answers that something on the way cuts, or holds back, without a word: all rows come all the same,
//! or it is said that they do not.

use kinescope::history::Part;
use kinescope::source::{
    self, ColumnChoice, Extent, Found, Loaded, Log, Options, Source, Wanted, load,
};

use super::assert_unknown;
use crate::server::{on_a_new_table, on_every_server, read_all};
use crate::support::program::run_on;
use crate::support::relay::{Cap, Relay, Reply};
use crate::support::server::{Database, PASSWORD, Server, block_on, programs};

/// 130 rows of 30 keys, some of which have no name or point at nothing.
fn fill(database: &Database<'_>) {
    let row = |id: u64| match id {
        1 => "('compact_rev_key', 1, 0, 0, 0, 0, '')".to_owned(),
        3 => "(NULL, 1, 0, 0, NULL, 0, '')".to_owned(),
        7 | 8 => format!("('compact_rev_key_apiserver', 0, 0, 7, {}, 0, '{id}|0')", id - 1),
        id => format!("('/k/{}', 0, 0, 1, {}, 0, 'v')", id % 30, id.saturating_sub(30)),
    };
    let rows: Vec<String> = (1..=130).map(row).collect();
    database.exec(&format!(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease, value) \
         VALUES {}",
        rows.join(", ")
    ));
    // MySQL knows the password by heart after that.
    read_all(&database.dsn());
}

fn part(since: Option<u64>, prefix: Option<&str>) -> Options {
    let part = Some(Part { since, prefix: prefix.map(str::to_owned) });
    Options { part, ..Options::default() }
}

/// Every way through a table.
fn ways() -> Vec<Options> {
    vec![
        Options::default(),
        Options { columns: ColumnChoice::Index, ..Options::default() },
        part(Some(20), None),
        part(None, Some("/k/1")),
        part(Some(20), Some("/k/")),
    ]
}

const CAPS: [fn(usize) -> Cap; 4] = [Cap::Short, Cap::Empty, Cap::Done, Cap::Refused];

/// What was read, or what was said in its place.
fn outcome(endpoint: &str, options: &Options) -> Result<String, String> {
    let source = Source::parse(endpoint).expect("an endpoint");
    let loaded = block_on(load(source, options.clone(), &Log::default(), |_| ()))
        .map_err(|error| error.in_full())?;
    if let Some(error) = &loaded.error {
        return Err(error.in_full());
    }
    Ok(told(&loaded))
}

/// All that is known of a table.
fn told(loaded: &Loaded) -> String {
    let history = &loaded.table.history;
    let mut told = format!("{:?}", history.profile());
    history.iter().for_each(|at| told += &format!("\n{:?}", history.row(at)));
    let requests: Vec<_> = history.requests().map(|it| (it.id, it.value)).collect();
    let unread = loaded.table.rejects.first();
    told + &format!("\n{requests:?} {unread:?} {:?}", history.current())
}

#[track_caller]
fn assert_same(told: &str, whole: &str, what: &str) {
    let differs = told.lines().zip(whole.lines()).find(|(told, whole)| told != whole);
    assert_eq!(differs, None, "{what}");
    assert_eq!(told.len(), whole.len(), "{what}");
}

fn found(source: &Source, wanted: Wanted) -> Found {
    let (sender, mut found) = tokio::sync::mpsc::channel(1);
    block_on(source::value(source.clone(), wanted, Log::default(), sender));
    found.try_recv().expect("something comes of it")
}

#[track_caller]
fn assert_said(said: &str, what: &str) {
    let is_said = ["an answer of mysql://", "refused a statement", "there is no table"];
    assert!(is_said.iter().any(|words| said.contains(words)), "{what}: {said}");
}

#[test]
fn a_table_is_read_whole_or_not_at_all() {
    on_a_new_table(|database| {
        fill(database);
        let relay = Relay::start(database.server.port);
        let dsn = relay.dsn(database);
        for options in ways() {
            let whole = outcome(&database.dsn(), &options).expect("nothing is in the way");
            let mut complete = Vec::new();
            for cap in CAPS {
                // Everywhere, or only in answers that are of the table itself.
                for (most, everywhere) in
                    [(1, true), (3, true), (10, true), (100, true), (1, false), (3, false)]
                {
                    let cap = cap(most);
                    relay.set(move |sql, _, reply| {
                        if everywhere || sql.contains("FROM kine") { cap.on(reply) } else { reply }
                    });
                    let what = format!("{cap:?}, everywhere {everywhere}, {options:?}");
                    match outcome(&dsn, &options) {
                        Ok(told) => {
                            assert_same(&told, &whole, &what);
                            complete.push((most, everywhere));
                        }
                        Err(said) => assert_said(&said, &what),
                    }
                }
            }
            // Kine's table has nine columns, and as many parts of indexes.
            assert!(complete.contains(&(10, true)), "{options:?}: {complete:?}");
            assert!(!complete.contains(&(3, true)), "{options:?}: {complete:?}");
        }
    });
}

#[test]
fn so_are_tables_that_come_in_one_piece() {
    on_every_server(|server| {
        for change in [
            "ALTER TABLE kine MODIFY id BIGINT UNSIGNED NOT NULL, DROP PRIMARY KEY",
            "ALTER TABLE kine MODIFY id BIGINT UNSIGNED NULL, DROP PRIMARY KEY, ADD UNIQUE (id); \
             INSERT INTO kine (name) VALUES ('/n'), ('/m')",
            "RENAME TABLE kine TO below; CREATE VIEW kine AS SELECT * FROM below",
            "ALTER TABLE kine ENGINE = MyISAM",
        ] {
            let database = server.database();
            database.create_kine_table();
            fill(&database);
            database.exec(change);
            let relay = Relay::start(server.port);
            let dsn = relay.dsn(&database);
            for options in ways() {
                let whole = outcome(&database.dsn(), &options).expect("nothing is in the way");
                for cap in CAPS {
                    for most in [1, 3, 100] {
                        let cap = cap(most);
                        relay.set(
                            move |sql, _, reply| {
                                if sql.contains("FROM kine") { cap.on(reply) } else { reply }
                            },
                        );
                        match outcome(&dsn, &options) {
                            Ok(told) => {
                                assert_same(
                                    &told,
                                    &whole,
                                    &format!("{change}, {cap:?}, {options:?}"),
                                );
                            }
                            Err(said) => assert_said(&said, &format!("{change}, {cap:?}")),
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn sizes_and_values_are_whole_or_unknown() {
    on_a_new_table(|database| {
        fill(database);
        let history = read_all(&database.dsn());
        let history = history.history();
        let relay = Relay::start(database.server.port);
        let source = Source::parse(&relay.dsn(database)).expect("an endpoint");
        for cap in CAPS {
            for most in [0, 1, 3, 100] {
                let cap = cap(most);
                relay.set(
                    move |sql, _, reply| {
                        if sql.contains("FROM kine") { cap.on(reply) } else { reply }
                    },
                );
                let log = Log::default();
                let sizes = block_on(source::sizes(&source, history, &log, |_| ()));
                let (sizes, failed) = sizes.expect("a server has sizes");
                match failed {
                    None => assert_eq!((sizes.missing(), sizes.strangers), (0, 0), "{cap:?}"),
                    Some(error) => assert_said(&error.in_full(), &format!("{cap:?}")),
                }
                let wanted = Wanted {
                    id: 10,
                    name: Some(b"/k/10".to_vec()),
                    mask: None,
                    points_at: None,
                    extent: Extent::Start,
                };
                let found = format!("{:?}", found(&source, wanted));
                // One row is all that is asked for.
                let is_whole = found.starts_with("Values(");
                assert_eq!(is_whole, most > 0, "{cap:?}: {found}");
                assert!(!found.starts_with("Gone"), "{cap:?}: {found}");
            }
        }
    });
}

#[test]
fn the_program_says_that_answers_are_cut() {
    on_a_new_table(|database| {
        fill(database);
        let relay = Relay::start(database.server.port);
        let dsn = relay.dsn(database);
        let commands: [&[&str]; 6] = [
            &["preview"],
            &["audit", "--format", "json"],
            &["usage", "--bytes"],
            &["show", "/k/10"],
            &["preview", "--columns", "index"],
            &["connect"],
        ];
        for command in commands {
            relay.set(|_, _, reply| Cap::Short(3).on(reply));
            let ran = run_on(&dsn, command);
            assert_eq!(ran.status, Some(3), "{command:?}: {}{}", ran.out, ran.err);
            let told = format!("{}{}", ran.out, ran.err).replace("\n  ", " ");
            assert!(told.contains("of 9 columns 3 came"), "{command:?}: {told}");
            assert!(told.contains("sql_select_limit"), "{command:?}: {told}");
            // Nothing is missing where pages are as short as what comes through.
            relay.set(|_, _, reply| Cap::Short(50).on(reply));
            let (ran, whole) = (run_on(&dsn, command), run_on(&database.dsn(), command));
            assert_eq!(ran.status, whole.status, "{command:?}: {}{}", ran.out, ran.err);
        }
        // Of what is held back, something has come.
        relay.set(|sql, _, reply| {
            let is_end = sql.contains("WHERE id > ?");
            if is_end { Reply::Rows(Vec::new()) } else { Cap::Short(100).on(reply) }
        });
        let ran = run_on(&dsn, &["preview"]);
        assert_unknown(&ran, "rows that are held back");
        let told = ran.out.replace("\n  ", " ");
        assert!(told.contains("nothing came after revision 100"), "{told}");
    });
}

#[test]
fn a_server_that_cuts_answers_by_itself_is_told_not_to() {
    for program in programs() {
        let server = Server::start(&program, &[]);
        let database = server.database();
        database.create_kine_table();
        fill(&database);
        let (name, port) = (&database.name, server.port);
        // Whoever may do everything is spared `init_connect`.
        database.exec(&format!(
            "CREATE USER reader IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON {name}.kine TO reader"
        ));
        let dsn = format!("mysql://reader:{PASSWORD}@tcp(127.0.0.1:{port})/{name}");
        let wholes: Vec<_> = ways().iter().map(|options| outcome(&dsn, options)).collect();
        let audit = run_on(&dsn, &["audit"]);
        for setting in [
            "SET GLOBAL sql_select_limit = 0",
            "SET GLOBAL sql_select_limit = 1",
            "SET GLOBAL sql_select_limit = 3",
            "SET GLOBAL sql_select_limit = 100",
            "SET GLOBAL init_connect = 'SET sql_select_limit = 1, sql_big_selects = 0, \
             max_join_size = 1, sql_auto_is_null = 1, max_sort_length = 64, \
             sql_mode = \"ANSI,NO_BACKSLASH_ESCAPES,PAD_CHAR_TO_FULL_LENGTH\", NAMES latin1'",
        ] {
            server.exec("mysql", setting);
            for (options, whole) in ways().iter().zip(&wholes) {
                assert_eq!(&outcome(&dsn, options), whole, "{}: {setting}", server.version);
            }
            let again = run_on(&dsn, &["audit"]);
            assert_eq!(again.status, audit.status, "{setting}: {}{}", again.out, again.err);
            server.exec("mysql", "SET GLOBAL sql_select_limit = DEFAULT");
        }
        // A value that is longer than the server works on is not NULL.
        server.exec("mysql", "SET GLOBAL init_connect = ''");
        database.exec("UPDATE kine SET value = REPEAT('v', 2000000) WHERE id = 10");
        server.exec("mysql", "SET GLOBAL max_allowed_packet = 1048576");
        let wanted = Wanted {
            id: 10,
            name: Some(b"/k/10".to_vec()),
            mask: None,
            points_at: None,
            extent: Extent::Start,
        };
        let found = format!("{:?}", found(&Source::parse(&dsn).expect("an endpoint"), wanted));
        let is_told = ["max_allowed_packet", "lengths: [Some(2000000)"];
        assert!(is_told.iter().any(|it| found.contains(it)), "{}: {found}", server.version);
    }
}
