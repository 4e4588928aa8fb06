//! Answers that end too early, at every byte, and answers that are garbage.

use std::io::Write;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use kinescope::history::Part;
use kinescope::source::{self, ColumnChoice, Error, Loaded, Log, Options, Source, load};

use super::{assert_unknown, fill};
use crate::server::{on_a_new_table, read_all};
use crate::support::program::run_on;
use crate::support::proxy::{Fault, Gate, Proxy};
use crate::support::pty::Pty;
use crate::support::server::{Database, block_on};

/// Longer than all answers of a session that reads the table.
const ALL: usize = 5100;

/// The rows, or what was said in their place.
fn outcome(read: Result<Loaded, Error>) -> Result<Vec<String>, String> {
    let loaded = read.map_err(|error| error.in_full())?;
    if let Some(error) = loaded.error {
        return Err(error.in_full());
    }
    if let Some(unread) = loaded.table.rejects.first().first() {
        return Err(format!("not understood, {}: {}", unread.place, unread.why));
    }
    let history = loaded.table.history;
    Ok(history.iter().map(|at| format!("{:?}", history.row(at))).collect())
}

/// Reads the table with one fault after the other, several at once.
fn read_with(
    database: &Database<'_>,
    faults: &[Fault],
    check: impl Fn(&Fault, Result<Vec<String>, String>) + Sync,
) {
    each_with(database, faults, |source, fault| {
        let (options, log) = (Options::default(), Log::default());
        check(fault, outcome(block_on(load(source.clone(), options, &log, |_| ()))));
    });
}

/// Does something with a source behind one fault after the other, several at once.
fn each_with(database: &Database<'_>, faults: &[Fault], work: impl Fn(&Source, &Fault) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let proxy = Proxy::start(database.server.port, Fault::None);
                let endpoint = format!("{}&timeout=300ms&readTimeout=300ms", proxy.dsn(database));
                let source = Source::parse(&endpoint).expect("an endpoint");
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    proxy.set(fault.clone());
                    work(&source, fault);
                }
            });
        }
    });
}

/// How far from one place to the next; on MySQL, whose logins take long, further. Where
/// `KINESCOPE_EVERY_BYTE` is set every byte is one.
fn step(database: &Database<'_>, step: usize) -> usize {
    match (std::env::var_os("KINESCOPE_EVERY_BYTE"), database.server.mariadb) {
        (Some(_), _) => 1,
        (None, true) => step,
        (None, false) => 5 * step,
    }
}

/// Every so many bytes of a session's answers.
fn places(database: &Database<'_>, every: usize) -> impl Iterator<Item = usize> {
    (0..ALL).step_by(step(database, every))
}

#[test]
fn an_answer_that_ends_too_early_is_never_a_whole_one() {
    on_a_new_table(|database| {
        fill(database);
        let cuts: Vec<Fault> = places(database, 1).map(Fault::Cut).collect();
        let whole = AtomicUsize::new(0);
        read_with(database, &cuts, |cut, outcome| match outcome {
            Ok(rows) => {
                assert_eq!(rows.len(), 5, "{cut:?}");
                whole.fetch_add(1, Ordering::Relaxed);
            }
            Err(said) => {
                assert!(said.contains("127.0.0.1") && !said.contains("broke off"), "{said}");
            }
        });
        let whole = whole.into_inner();
        assert!(whole > 0 && whole < cuts.len() / 2, "{whole} of {}", cuts.len());
    });
}

#[test]
fn so_it_is_on_every_other_way_through_the_table() {
    let part = |since, prefix: Option<&str>| {
        let part = Some(Part { since, prefix: prefix.map(str::to_owned) });
        Options { part, ..Options::default() }
    };
    // (how it is read, how many rows there are)
    let ways = [
        (Options { columns: ColumnChoice::Index, ..Options::default() }, 5),
        (part(None, Some("/a")), 3),
        (part(Some(3), None), 3),
    ];
    on_a_new_table(|database| {
        fill(database);
        for (options, rows) in &ways {
            let cuts: Vec<Fault> =
                (0..2 * ALL).step_by(step(database, 9)).map(Fault::Cut).collect();
            let whole = AtomicUsize::new(0);
            each_with(database, &cuts, |source, cut| {
                let log = Log::default();
                let read = load(source.clone(), options.clone(), &log, |_| ());
                match outcome(block_on(read)) {
                    Ok(read) => {
                        assert_eq!(read.len(), *rows, "{options:?} {cut:?}");
                        whole.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(said) => {
                        assert!(
                            said.contains("127.0.0.1") && !said.contains("broke off"),
                            "{said}"
                        );
                    }
                }
            });
            let whole = whole.into_inner();
            assert!(whole > 0 && whole < cuts.len(), "{options:?}: {whole} of {}", cuts.len());
        }
    });
}

#[test]
fn sizes_that_end_too_early_are_never_all() {
    on_a_new_table(|database| {
        fill(database);
        let read = read_all(&database.dsn());
        let history = read.history();
        let cuts: Vec<Fault> = places(database, 3).map(Fault::Cut).collect();
        let whole = AtomicUsize::new(0);
        each_with(database, &cuts, |source, cut| {
            let log = Log::default();
            let sizes = source::sizes(source, history, &log, |_| ());
            let (sizes, failed) = block_on(sizes).expect("a server has sizes");
            if failed.is_none() {
                assert_eq!((sizes.missing(), sizes.strangers), (0, 0), "{cut:?}");
                whole.fetch_add(1, Ordering::Relaxed);
            }
        });
        let whole = whole.into_inner();
        assert!(whole > 0 && whole < cuts.len(), "{whole} of {}", cuts.len());
        // The table is read by one session, and its sizes by the next one.
        let gate = Gate::default();
        let proxy = Proxy::start(database.server.port, Fault::Hold(4350, gate.clone()));
        let ran = std::thread::scope(|scope| {
            let running = scope.spawn(|| run_on(&proxy.dsn(database), &["usage", "--bytes"]));
            gate.wait();
            proxy.set(Fault::Cut(700));
            gate.open();
            running.join().expect("it does not panic")
        });
        assert_eq!(ran.status, Some(3), "{}", ran.err);
        let said = ran.out.replace("\n  ", " ");
        assert!(said.contains("SIZES READ ONLY IN PART: 5 rows without a size"), "{said}");
        assert!(said.contains("was lost"), "{said}");
    });
}

#[test]
fn a_byte_that_is_damaged_breaks_nothing_and_hides_no_row() {
    on_a_new_table(|database| {
        fill(database);
        let garbage = [0xFE, 0, 0xFF, 1];
        let mut faults: Vec<Fault> =
            places(database, 3).map(|at| Fault::Garble(at, garbage[at / 3 % 4])).collect();
        // Where the rows are, what looks like the end of an answer.
        faults.extend((4270..4620).map(|at| Fault::Garble(at, 0xFE)));
        read_with(database, &faults, |fault, outcome| match outcome {
            // That a letter of a name is another one, nobody can see.
            Ok(rows) => assert_eq!(rows.len(), 5, "{fault:?}: {rows:#?}"),
            Err(said) => assert!(!said.contains("broke off"), "{fault:?}: {said}"),
        });
    });
}

#[test]
fn the_program_says_what_it_got() {
    on_a_new_table(|database| {
        fill(database);
        let proxy = Proxy::start(database.server.port, Fault::None);
        let endpoint = format!("{}&readTimeout=500ms", proxy.dsn(database));
        let faults = [20, 1450, 4350].map(Fault::Cut);
        let garbled = [4, 950, 1451].map(|at| Fault::Garble(at, 0xFE));
        for fault in faults.into_iter().chain(garbled) {
            proxy.set(fault.clone());
            for arguments in [&["preview"][..], &["show", "/a"], &["connect"]] {
                // What is asked ends before that.
                let is_beyond = matches!(fault, Fault::Cut(2250..) | Fault::Garble(2250.., _));
                if arguments == ["connect"] && is_beyond {
                    continue;
                }
                let ran = run_on(&endpoint, arguments);
                // Bytes that tell nothing may be anything.
                if matches!(fault, Fault::Cut(_)) || ran.status == Some(3) {
                    assert_unknown(&ran, &format!("{fault:?} {arguments:?}"));
                }
                assert!(!ran.err.contains("panicked"), "{fault:?} {arguments:?} {}", ran.err);
            }
        }
    });
}

#[test]
fn the_explorer_draws_on() {
    on_a_new_table(|database| {
        fill(database);
        // Lengths among the rows that lead beyond them, which the driver does not look at.
        let lengths: Vec<Fault> = (4270..4470).map(|at| Fault::Garble(at, 0xFA)).collect();
        let beyond = Mutex::new(Vec::new());
        read_with(database, &lengths, |fault, outcome| {
            if outcome.is_err_and(|said| said.contains("a packet is not what it says")) {
                beyond.lock().expect("nobody panics here").push(fault.clone());
            }
        });
        let beyond = beyond.into_inner().expect("nobody panics here");
        assert!(beyond.len() > 1);
        for fault in beyond.into_iter().take(2) {
            let proxy = Proxy::start(database.server.port, fault);
            let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
            let mut pty = Pty::start_on(&proxy.dsn(database), program, &[], 80, 24);
            pty.wait_for("r reads again").wait_for("sent garbled data");
            pty.press("?").wait_for("Keys and signs");
            pty.press("\x1b").wait_until_gone("Keys and signs");
            let told = pty.contents();
            assert!(!told.contains("panicked"), "{told}");
            pty.press("q");
            assert_eq!(pty.wait(), 3);
            pty.assert_restored();
        }
    });
}

#[test]
fn what_is_no_server_is_told_as_such() {
    let banners: [&[u8]; 6] = [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
        b"\0\0\0\0",
        b"\x05\0\0\0\x0a8.0\0",
        b"\xff\xff\xff\0\x0a",
        &[0xA5; 4096],
    ];
    for banner in banners {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let Ok(mut client) = client else { continue };
                // It may have hung up.
                drop(client.write_all(banner));
                std::thread::sleep(std::time::Duration::from_secs(30));
            }
        });
        let endpoint = format!("mysql://u@tcp(127.0.0.1:{port})/k?timeout=500ms");
        for command in ["preview", "connect"] {
            let ran = run_on(&endpoint, &[command]);
            assert_eq!(ran.status, Some(3), "{}", ran.err);
            let is_told = ["does not answer as MySQL", "did not answer within"];
            assert!(is_told.iter().any(|told| ran.err.contains(told)), "{}", ran.err);
            assert!(ran.err.contains("try: ") && !ran.err.contains("panicked"), "{}", ran.err);
        }
    }
}
