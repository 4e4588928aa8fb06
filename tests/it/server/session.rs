//! How a table is read: what is sent, of which moment the rows are, and how the reading ends.

use kinescope::history::Part;
use kinescope::source::mysql::statement;
use kinescope::source::sql::log::{Outcome, Record};
use kinescope::source::{ColumnChoice, Event, Log, Options, Source};

use super::{assert_same, read_logged, said};
use super::{each_event, each_event_of, is_listed, is_statement, on_a_new_table, read_all};
use crate::support::server::{Database, PASSWORD, block_on};

#[test]
fn every_address_leads_to_the_table() {
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name, created) VALUES ('/a', 1)");
        for endpoint in [database.dsn(), database.socket_dsn(), database.url()] {
            assert_eq!(read_all(&endpoint).rows().len(), 1, "{endpoint}");
        }
    });
}

/// 120,000 rows, which are three pages, their ids 1,000 apart and past 32 bits.
pub(crate) fn scatter_rows(database: &Database<'_>) {
    database.exec(
        "INSERT INTO kine (id, name, created, deleted, create_revision, prev_revision, lease) \
         WITH d AS (SELECT 0 n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 \
         UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 \
         UNION ALL SELECT 8 UNION ALL SELECT 9), \
         n AS (SELECT a.n + 10*b.n + 100*c.n + 1000*d.n + 10000*e.n + 100000*f.n AS n \
         FROM d a, d b, d c, d d, d e, d f WHERE f.n < 2) \
         SELECT 5000000000 + 1000*n, CONCAT('/k/', n), 1, 0, 0, 0, 0 FROM n WHERE n < 120000",
    );
}

#[test]
fn many_pages_of_scattered_ids_are_one_table() {
    on_a_new_table(|database| {
        scatter_rows(database);
        let outcome = read_all(&database.dsn());
        let history = outcome.history();
        assert_eq!(history.len(), 120_000);
        let mut ids = history.iter().map(|at| history.id(at)).zip(0_u64..);
        assert!(ids.all(|(id, n)| id == 5_000_000_000 + 1000 * n));
        assert_eq!(history.keys().count(), 120_000);
    });
}

#[test]
fn all_pages_are_of_one_moment() {
    on_a_new_table(|database| {
        scatter_rows(database);
        // Under this default a snapshot would be none.
        let server = database.server;
        server.exec("mysql", "SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED");
        let mut rows = 0;
        each_event(&database.dsn(), |event| match event {
            Event::Opened(_) => database.exec("DELETE FROM kine WHERE id > 5060000000"),
            Event::Progress(_) | Event::Note(_) => {}
            Event::Rows(batch) => rows += batch.len(),
            Event::Rejects(_) | Event::Learned(_) | Event::Late(_) | Event::Requests(_) => {
                panic!("{event:?}")
            }
            Event::Ended(ended) => ended.expect("everything was read"),
        });
        server.exec("mysql", "SET GLOBAL TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        assert_eq!(rows, 120_000);
    });
}

/// Ends the session that reads the table.
fn kill_session(database: &Database<'_>) {
    let session = "SELECT MAX(id) FROM information_schema.PROCESSLIST \
                   WHERE user = 'kine' AND db = DATABASE()";
    let session = database.server.ask(&database.name, session);
    database.exec(&format!("KILL {session}"));
}

#[test]
fn a_reading_that_is_cut_off_says_so_and_how_far_it_got() {
    on_a_new_table(|database| {
        scatter_rows(database);
        let mut last = None;
        let mut ended = None;
        each_event(&database.dsn(), |event| match event {
            Event::Opened(_) => kill_session(database),
            Event::Progress(_) | Event::Note(_) => {}
            Event::Rows(rows) => last = rows.last_id(),
            Event::Rejects(_) | Event::Learned(_) | Event::Late(_) | Event::Requests(_) => {
                panic!("{event:?}")
            }
            Event::Ended(outcome) => ended = Some(outcome),
        });
        let error = ended.expect("the end is told").expect_err("it was cut off");
        let said = said(&error);
        if let Some(last) = last {
            assert!(said.starts_with(&format!("after revision {last}: ")), "{said}");
        }
        assert!(said.contains("mysql://kine:***@tcp(") && said.contains("Read it again"), "{said}");
    });
}

#[test]
fn nothing_is_sent_but_the_list() {
    on_a_new_table(|database| {
        database.exec("INSERT INTO kine (name) VALUES ('/a'), ('/b')");
        let (outcome, sent) = database.server.logged(&database.name, || read_all(&database.dsn()));
        assert_eq!(outcome.rows().len(), 2);
        let strangers: Vec<_> = sent.iter().filter(|sent| !is_listed(sent)).collect();
        assert!(strangers.is_empty(), "{strangers:#?}");
        assert_eq!(sent.first().map(String::as_str), Some(statement::READ_ONLY));
        assert!(sent.iter().any(|sent| sent.starts_with("SELECT id, CAST(name")), "{sent:#?}");
    });
}

#[test]
fn the_log_has_what_the_server_got() {
    on_a_new_table(|database| {
        scatter_rows(database);
        let part = |prefix: &str| Some(Part { since: Some(7), prefix: Some(prefix.to_owned()) });
        // (options, the statement that most rows come by, how many rows there are)
        let cases = [
            (ColumnChoice::All, None, statement::NEXT_PAGE, 120_000),
            (ColumnChoice::Index, None, statement::NEXT_IDS, 120_000),
            (ColumnChoice::All, part("/k/1"), statement::NEXT_NAMED, 31_111),
        ];
        for (columns, part, page, rows) in cases {
            let options = Options { columns, part, ..Options::default() };
            let log = Log::default();
            let read = || read_logged(&database.dsn(), options, log.clone());
            let (outcome, executed) = database.server.executed(&database.name, read);
            assert_eq!(outcome.history().len(), rows);
            let record = log.record();
            assert_same(&record, &executed);
            assert!(record.entries.iter().all(|entry| entry.outcome == Outcome::Answered));
            let first = record.entries.front().expect("something was sent");
            assert_eq!((first.sql, first.rows), (statement::READ_ONLY, 0));
            let pages = record.entries.iter().find(|entry| entry.sql == page).expect("pages");
            assert!(pages.times > 1 && pages.rows < rows as u64, "{pages:?}");
            let sent = &executed.iter().rev().find(|sent| is_statement(sent, page));
            for given in pages.given.split(", ") {
                assert!(sent.is_some_and(|sent| sent.contains(given)), "{given} in {sent:?}");
            }
            if page == statement::NEXT_PAGE {
                assert_eq!(record.entries[record.entries.len() - 3].rows + pages.rows, rows as u64);
            }
        }
    });
}

#[test]
fn what_failed_or_was_left_is_in_the_log() {
    on_a_new_table(|database| {
        scatter_rows(database);
        let log = Log::default();
        let mut events = 0;
        each_event_of(&database.dsn(), Options::default(), log.clone(), |event| {
            events += 1;
            if let Event::Opened(_) = event {
                kill_session(database);
            }
        });
        assert!(events > 1);
        let record = log.record();
        let last = record.entries.back().expect("something was sent");
        let Outcome::Failed(why) = &last.outcome else { panic!("{last:?}") };
        assert!(!why.is_empty() && !why.contains(PASSWORD), "{last:?}");
        // A part of the list is all that is sent by whoever is not listened to.
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let log = Log::default();
        block_on(async {
            let source = Source::parse(&database.dsn()).expect("an endpoint");
            let options = Options::default();
            let reading = source.read(&options, &log, sender);
            tokio::pin!(reading);
            let mut record = log.follow();
            // The columns are looked for with the same statement, before the indexes are.
            let page = |record: &Record| {
                let sent: Vec<&str> = record.entries.iter().map(|it| it.sql).collect();
                sent.contains(&statement::INDEXES) && sent.ends_with(&[statement::FIRST_PAGE])
            };
            tokio::select! {
                () = &mut reading => panic!("nobody takes the rows"),
                seen = record.wait_for(page) => drop(seen.expect("the log is there")),
            }
            drop(receiver);
            reading.await;
        });
        let record = log.record();
        let last = record.entries.back().expect("something was sent");
        assert_eq!((last.sql, &last.outcome), (statement::FIRST_PAGE, &Outcome::Left));
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
            let source = Source::parse(&database.dsn()).expect("an endpoint");
            let (sender, mut events) = tokio::sync::mpsc::channel(1);
            let reading = tokio::spawn(async move {
                source.read(&Options::default(), &Log::default(), sender).await;
            });
            let first = events.recv().await;
            assert!(matches!(first, Some(Event::Opened(_))), "{first:?}");
            drop(events);
            let limit = std::time::Duration::from_secs(5);
            tokio::time::timeout(limit, reading).await.expect("it stops").expect("in peace");
        });
    });
}
