//! The value of a revision from a server: what is asked for, and what never is.

use kinescope::source::mysql::statement::{self, LENGTHS};
use kinescope::source::sql::log::{Outcome, Record};
use kinescope::source::{Extent, Log, Source, Wanted, value};
use kinescope::value::LIMIT;
use sqlx::Connection;
use tokio::sync::mpsc::channel;

use super::{deployment, found, look, on};
use crate::server::{assert_same, is_listed, is_statement, on_a_new_table};
use crate::support::screen::{assert_shows, assert_shows_not};
use crate::support::server::{Database, PASSWORD, block_on};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

fn fill(database: &Database<'_>) {
    let (old, new) = (hex(&deployment(2)), hex(&deployment(3)));
    database.exec(&format!(
        "INSERT INTO kine VALUES \
         (1, 'compact_rev_key', 1, 0, 0, 0, 0, '', NULL), \
         (2, '/registry/deployments/shop/web', 1, 0, 0, 0, 0, {old}, NULL), \
         (3, '/registry/deployments/shop/web', 0, 0, 2, 2, 0, {new}, {old}), \
         (4, '/registry/Secrets/shop/db', 1, 0, 0, 0, 0, 'hunter2', NULL), \
         (5, '/bootstrap/1f', 1, 0, 0, 0, 0, 'hunter2', NULL), \
         (6, '/registry/configmaps/a', 0, 0, 4, 4, 0, '{{}}', 'hunter2'), \
         (7, '/other', 1, 0, 0, 0, 0, '{{\"kind\":\"Secret\",\"data\":\"hunter2\"}}', NULL), \
         (8, '/long', 1, 0, 0, 0, 0, CONCAT('{{\"kind\":\"A\",\"a\":\"', \
             REPEAT('x', {LIMIT}), 'end\"}}'), NULL), \
         (9, '/plain', 1, 0, 0, 0, 0, 'nine', NULL)"
    ));
}

#[test]
fn a_value_is_read_as_it_is_stored() {
    on_a_new_table(|database| {
        fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let log = Log::default();
        let mut screen = on(&source, 80, 30);
        look(&mut screen, &source, &log, 3);
        assert_shows(&screen, "Kubernetes' protobuf, apps/v1 Deployment, 74 bytes.");
        assert_shows(&screen, "      - image: nginx:1.27");
        screen.press("<Tab>");
        assert_shows(&screen, "spec.replicas");
        assert_shows(&screen, "  - 2");
        assert_shows(&screen, "  + 3");
        screen.press("<Tab>q");
        look(&mut screen, &source, &log, 8);
        assert_shows(&screen, "NULL: kine found no value before this one");
        screen.press("<Tab><Tab>");
        assert_shows(&screen, "First 256 KiB of 256.0 KiB; the rest was not fetched.");
        screen.press("G");
        assert_shows(&screen, "xxxx");
        assert_shows_not(&screen, "end");
    });
}

#[test]
fn of_what_is_masked_nothing_but_the_length_is_sent() {
    on_a_new_table(|database| {
        fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let mut screen = on(&source, 120, 30);
        for (revision, why) in [
            (4, "the key belongs to a Secret"),
            (5, "k3s keeps its certificates"),
            (6, "this row points at a row of another key"),
        ] {
            let log = Log::default();
            let server = database.server;
            let ((), sent) =
                server.executed(&database.name, || look(&mut screen, &source, &log, revision));
            assert_shows(&screen, &format!("MASKED: {why}"));
            assert_shows(&screen, if revision == 6 { "2 bytes" } else { "7 bytes" });
            assert_shows_not(&screen, "hunter2");
            screen.press("q");
            assert!(sent.iter().any(|sent| is_statement(sent, LENGTHS)), "{sent:#?}");
            assert!(!sent.iter().any(|sent| is_statement(sent, statement::VALUE)), "{sent:#?}");
            assert_same(&log.record(), &sent);
        }
        // Another key is in its place by now.
        database.exec("UPDATE kine SET name = '/registry/secrets/x' WHERE id = 9");
        let look_at_9 = || look(&mut screen, &source, &Log::default(), 9);
        let ((), sent) = database.server.executed(&database.name, look_at_9);
        assert!(!sent.iter().any(|sent| is_statement(sent, statement::VALUE)), "{sent:#?}");
        assert_shows(&screen, "its name is /registry/secrets/x now");
        screen.press("q");
        // Only its value says what it is.
        look(&mut screen, &source, &Log::default(), 7);
        assert_shows(
            &screen,
            "MASKED: a value of this row says that it is a Secret, or contains one",
        );
        assert_shows_not(&screen, "hunter2");
    });
}

#[test]
fn what_a_value_needs_is_listed_and_logged() {
    on_a_new_table(|database| {
        fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let mut screen = on(&source, 80, 30);
        let log = Log::default();
        let ((), sent) =
            database.server.executed(&database.name, || look(&mut screen, &source, &log, 9));
        assert_shows(&screen, "nine");
        assert!(sent.iter().all(|sent| is_listed(sent)), "{sent:#?}");
        assert_same(&log.record(), &sent);
        assert_eq!(sent.len(), 8, "{sent:#?}");
    });
}

#[test]
fn what_nobody_waits_for_is_left_at_once() {
    on_a_new_table(|database| {
        fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let log = Log::default();
        let wanted = Wanted {
            id: 9,
            name: Some(b"/plain".to_vec()),
            mask: None,
            points_at: None,
            extent: Extent::Start,
        };
        block_on(async {
            let mut holder = database.server.connect(&database.name).await;
            let lock = sqlx::raw_sql("LOCK TABLES kine WRITE").execute(&mut holder).await;
            lock.expect("root may lock a table");
            let (sender, receiver) = channel(1);
            let reading = tokio::spawn(value(source, wanted, log.clone(), sender));
            let is_sent = |record: &Record| record.entries.iter().any(|it| it.sql == LENGTHS);
            let mut record = log.follow();
            record.wait_for(is_sent).await.expect("the log is there");
            // The server does not answer as long as the table is locked.
            drop(receiver);
            reading.await.expect("it ends");
            holder.close().await.expect("the lock goes");
        });
        let last = log.record().entries.pop_back().expect("a statement");
        assert_eq!((last.sql, last.outcome), (LENGTHS, Outcome::Left));
    });
}

#[test]
fn a_server_that_has_no_value_for_it_says_why() {
    on_a_new_table(|database| {
        fill(database);
        let source = Source::parse(&database.dsn()).expect("an endpoint");
        let mut screen = on(&source, 120, 30);
        let mut say = |sql: &str, source: &Source, said: &str| {
            database.exec(sql);
            screen.press(":9<Enter>V");
            found(&mut screen, source, &Log::default());
            assert_shows(&screen, said);
            screen.press("q");
        };
        let name = &database.name;
        let columns = "id, name, created, deleted, create_revision, prev_revision, lease";
        let account = format!(
            "CREATE USER keys_{name} IDENTIFIED BY '{PASSWORD}'; \
             GRANT SELECT ({columns}) ON {name}.kine TO keys_{name}"
        );
        let port = database.server.port;
        let dsn = format!("mysql://keys_{name}:{PASSWORD}@tcp(127.0.0.1:{port})/{name}");
        let keys = Source::parse(&dsn).expect("an endpoint");
        say(&account, &keys, "SELECT");
        let text = "ALTER TABLE kine MODIFY value LONGTEXT CHARACTER SET utf8mb4";
        database.exec("UPDATE kine SET value = NULL WHERE id < 9");
        say(text, &source, "Text, 4 bytes.");
        say(
            "ALTER TABLE kine DROP COLUMN old_value",
            &source,
            "lacks the column value or old_value",
        );
        say("DELETE FROM kine WHERE id = 9", &source, "lacks the column value or old_value");
        let back = "ALTER TABLE kine ADD COLUMN old_value MEDIUMBLOB";
        say(back, &source, "Revision 9 is no longer in the table");
        say("DROP TABLE kine", &source, "there is no table kine");
    });
}
