//! What goes wrong with a server, and what is said of it.

use std::net::TcpStream;

use kinescope::source::{Log, Options, Source, load};

use super::{read, refused, small, source};
use crate::support::postgres::{PASSWORD, USER, postgres};
use crate::support::program::run_on;
use crate::support::server::block_on;

#[test]
fn what_is_not_there_is_named() {
    let database = postgres().database();
    let port = postgres().port;
    let at = |rest: &str| format!("postgres://postgres@127.0.0.1:{rest}");
    for (url, said) in [
        (at("1/k"), "Connection refused"),
        (at(&format!("{port}/nowhere")), "there is no database nowhere at"),
        (database.url(), "there is no table kine at"),
        ("postgres://postgres@/k?host=/nonexistent".to_owned(), "unix_socket_directories"),
        (
            format!("postgres://nobody:x@127.0.0.1:{port}/postgres"),
            "No rule of the server's pg_hba.conf",
        ),
        (format!("{}?sslmode=require", database.url()), "The server offers no encryption"),
        (format!("postgres://{USER}@127.0.0.1:{port}/postgres"), "--ask-password asks for one"),
        (
            format!("postgres://{USER}:x@127.0.0.1:{port}/postgres"),
            "Check the user and the password",
        ),
    ] {
        let error = refused(&url);
        assert!(error.contains(said), "{url}: {error}");
        assert!(!error.contains(PASSWORD) && !error.contains("sqlx"), "{error}");
        let ran = run_on(&url, &["preview"]);
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        assert!(ran.err.contains("  why: ") || ran.err.contains("  try: "), "{}", ran.err);
    }
}

#[test]
fn a_service_of_something_else_is_no_server() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(std::io::Read::read(&mut stream, &mut [0; 512]));
            drop(std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n"));
        }
    });
    for mode in ["disable", "prefer", "require"] {
        let error = refused(&format!("postgres://u@127.0.0.1:{port}/k?sslmode={mode}"));
        assert!(
            error.contains("may also belong to another service")
                || error.contains("does not answer as"),
            "{mode}: {error}"
        );
    }
}

#[test]
fn select_on_the_one_table_is_enough_and_less_is_not() {
    let database = small();
    let name = &database.name;
    database.exec(&format!(
        "CREATE ROLE reader_{name} LOGIN PASSWORD '{PASSWORD}'; REVOKE ALL ON SCHEMA public FROM PUBLIC"
    ));
    let url = database.url_of(&format!("reader_{name}"), "");
    let error = refused(&url);
    assert!(error.contains("there is one in another schema: public"), "{error}");
    assert!(error.contains(&format!("GRANT USAGE ON SCHEMA public TO reader_{name}")), "{error}");
    database.exec(&format!("GRANT USAGE ON SCHEMA public TO reader_{name}"));
    let error = refused(&url);
    assert!(error.contains(&format!("reader_{name} may not read the table kine")), "{error}");
    assert!(error.contains(&format!("GRANT SELECT ON public.kine TO reader_{name}")), "{error}");
    let columns = "id, name, created, deleted, create_revision, prev_revision";
    database.exec(&format!("GRANT SELECT ({columns}) ON kine TO reader_{name}"));
    assert!(refused(&url).contains("may not read the table kine"));
    database.exec(&format!("GRANT SELECT (lease) ON kine TO reader_{name}"));
    assert_eq!(read(&url).history.len(), 5, "the columns that are read are enough");
    database.exec(&format!("GRANT SELECT ON kine TO reader_{name}"));
    let ran = run_on(&url, &["connect"]);
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    assert!(ran.out.contains("grants     SELECT on kine\n"), "{}", ran.out);
    assert!(
        !ran.out.contains("may do more than read") && !ran.out.contains(PASSWORD),
        "{}",
        ran.out
    );
    database.exec(&format!("REVOKE CONNECT ON DATABASE {name} FROM PUBLIC"));
    let error = refused(&url);
    assert!(error.contains("may not use the database"), "{error}");
    assert!(error.contains(&format!("GRANT CONNECT ON DATABASE {name}")), "{error}");
    database.exec(&format!("DROP OWNED BY reader_{name}; DROP ROLE reader_{name}"));
}

#[test]
fn a_table_of_another_kind_is_told_from_kines() {
    let database = postgres().database();
    let columns = "id BIGINT PRIMARY KEY, created INTEGER, deleted INTEGER, create_revision BIGINT, \
                   prev_revision BIGINT, lease INTEGER";
    for (declared, said) in [
        (
            "id BIGINT, name text".to_owned(),
            "it has no columns created, deleted, create_revision, prev_revision, lease",
        ),
        (columns.to_owned(), "it has no column name"),
        (format!("{columns}, name bytea"), "name is bytea, not text"),
        (format!("{columns}, name character(20)"), "name is character(20), not text"),
        (
            format!("{}, name text", columns.replace("lease INTEGER", "lease text")),
            "lease is text, not an integer",
        ),
        (
            format!("{}, name text", columns.replace("id BIGINT", "id UUID")),
            "id is uuid, not an integer",
        ),
    ] {
        database.exec(&format!("DROP TABLE IF EXISTS kine; CREATE TABLE kine ({declared})"));
        let error = refused(&database.url());
        assert!(error.contains(&format!("is not kine's: {said}")), "{declared}: {error}");
    }
}

/// What a server says in the middle of a reading, which a view says in its place.
#[test]
fn a_reading_that_the_server_ends_says_why() {
    let database = small();
    database.exec(
        "ALTER TABLE kine RENAME TO there; \
         CREATE FUNCTION fails(code text, words text) RETURNS int LANGUAGE plpgsql AS \
         $$ BEGIN RAISE EXCEPTION USING ERRCODE = code, MESSAGE = words; END $$",
    );
    let says = |code: &str, words: &str| {
        database.exec(&format!(
            "CREATE OR REPLACE VIEW kine AS SELECT id, name, created, deleted, create_revision, \
             prev_revision, CASE WHEN id > 3 THEN fails('{code}', '{words}') ELSE lease END AS lease, value, \
             old_value FROM there"
        ));
        refused(&database.url())
    };
    for (code, words, said) in [
        (
            "57014",
            "canceling statement due to statement timeout",
            "stopped a statement that took too long",
        ),
        ("57014", "canceling statement due to user request", "somebody cancelled the reading"),
        (
            "40001",
            "canceling statement due to conflict with recovery",
            "is a standby, and stopped the reading",
        ),
        (
            "57P01",
            "terminating connection due to administrator command",
            "was shut down, or the session was ended",
        ),
        (
            "25P03",
            "terminating connection due to idle-in-transaction timeout",
            "its transaction took too long",
        ),
        ("55P03", "canceling statement due to lock timeout", "somebody holds a lock on the table"),
        ("42501", "permission denied for table there", "may not read the table kine"),
        ("XX001", "invalid page in block 7", "refused a statement"),
    ] {
        let error = says(code, words);
        assert!(error.contains(said) && error.contains(words), "{code}: {error}");
        assert!(error.contains(&format!("(SQLSTATE {code})")), "{error}");
    }
}

#[test]
fn a_lock_is_waited_for_as_long_as_the_endpoint_says() {
    let database = small();
    block_on(async {
        let mut connection = database.server.connect(&database.name).await;
        let lock = "BEGIN; LOCK TABLE kine IN ACCESS EXCLUSIVE MODE";
        sqlx::raw_sql(lock).execute(&mut connection).await.expect("nobody else is there");
        let url = format!("{}?options=-clock_timeout%3D100", database.url());
        let log = Log::default();
        let error =
            load(Source::parse(&url).expect("an endpoint"), Options::default(), &log, |_| {});
        let error = error.await.expect_err("it is locked").in_a_line();
        assert!(error.contains("somebody holds a lock on the table kine"), "{error}");
    });
}

#[test]
fn a_session_that_is_ended_keeps_what_came() {
    let database = postgres().database();
    database.create_kine_table();
    database.exec(
        "INSERT INTO kine (name, created, deleted, create_revision, prev_revision, lease) \
         SELECT '/registry/' || i, 1, 0, 0, 0, 0 FROM generate_series(1, 300000) AS i",
    );
    let name = database.name.clone();
    let ended = std::sync::atomic::AtomicBool::new(false);
    let log = Log::default();
    let loaded = block_on(load(super::source(&database.url()), Options::default(), &log, |_| {
        if !ended.swap(true, std::sync::atomic::Ordering::Relaxed) {
            let sql = format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                 WHERE datname = '{name}' AND application_name = 'kinescope'"
            );
            let ending = std::thread::spawn(move || postgres().exec("postgres", &sql));
            ending.join().expect("the server's owner may");
        }
    }));
    let loaded = loaded.expect("it was opened");
    let error = loaded.error.expect("it was ended").in_a_line();
    assert!(error.starts_with("after revision "), "{error}");
    assert!(error.contains("the session was ended") || error.contains("was lost"), "{error}");
    assert!(!loaded.table.history.is_empty());
}

/// Passes on what a server and its client say, so many bytes of the server's, and hangs up.
fn cut_after(server: u16, bytes: u64) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it is bound").port();
    std::thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let server = TcpStream::connect(("127.0.0.1", server)).expect("it listens");
            let (mut questions, mut to_server) =
                (client.try_clone().expect("a handle"), server.try_clone().expect("a handle"));
            std::thread::spawn(move || drop(std::io::copy(&mut questions, &mut to_server)));
            drop(std::io::copy(&mut std::io::Read::take(&server, bytes), &mut &client));
            drop(client.shutdown(std::net::Shutdown::Both));
            drop(server.shutdown(std::net::Shutdown::Both));
        }
    });
    port
}

#[test]
fn a_connection_that_is_cut_anywhere_never_looks_clean() {
    let database = small();
    let url = |bytes| {
        let port = cut_after(database.server.port, bytes);
        format!("postgres://postgres@127.0.0.1:{port}/{}", database.name)
    };
    let whole = read(&url(u64::MAX)).history.len();
    assert_eq!(whole, 5);
    let mut errors = 0;
    for bytes in (0..12_000).step_by(97) {
        let log = Log::default();
        match block_on(load(source(&url(bytes)), Options::default(), &log, |_| {})) {
            Ok(loaded) if loaded.error.is_none() => assert_eq!(loaded.table.history.len(), 5),
            Ok(loaded) => {
                errors += 1;
                let error = loaded.error.expect("it failed").in_a_line();
                assert!(error.contains("was lost"), "{bytes}: {error}");
            }
            Err(error) => {
                errors += 1;
                let error = error.in_a_line();
                let is_told = error.contains("was lost") || error.contains("cannot connect to");
                assert!(is_told && !error.contains("sqlx"), "{bytes}: {error}");
            }
        }
    }
    assert!(errors > 20, "{errors} of these cuts show");
}

#[test]
fn what_only_speaks_like_postgresql_is_refused() {
    let database = small();
    database.exec(
        "CREATE SCHEMA fake; CREATE FUNCTION fake.version() RETURNS text LANGUAGE sql AS \
         $$ SELECT 'CockroachDB CCL v25.1.2 (x86_64-pc-linux-gnu, built 2025/03/19)' $$",
    );
    let error = refused(&format!("{}?search_path=fake,pg_catalog,public", database.url()));
    assert!(error.contains("is CockroachDB, with which kinescope was never tested"), "{error}");
}
