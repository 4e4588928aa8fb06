//! `kinescope watch`: what is written to a table, as it is written.

use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::proof::layout::Layout;
use crate::support::any::{Database, Engine};
use crate::support::program::{CLUSTER, kinescope, run, run_on};

/// A program that watches.
struct Watcher {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watcher {
    fn start(database: &Database, arguments: &[&str]) -> Self {
        let endpoint = database.endpoint();
        let mut program = kinescope();
        program.args(["watch", "--interval", "200ms"]).args(arguments);
        // An endpoint holds a password, and a file is no endpoint.
        if endpoint.contains("://") {
            program.env("KINESCOPE_ENDPOINT", endpoint);
        } else {
            program.arg(endpoint);
        }
        let mut child = program
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let stdout = child.stdout.take().expect("it is a pipe");
        Self { child, lines: BufReader::new(stdout).lines() }
    }

    /// The next line, without when it was written; that it was just now is checked.
    #[track_caller]
    fn next(&mut self) -> String {
        let Some(line) = self.lines.next() else {
            let mut said = String::new();
            let stderr = self.child.stderr.as_mut().expect("it is a pipe");
            std::io::Read::read_to_string(stderr, &mut said).expect("it is text");
            panic!("it ended: {said}")
        };
        let line = line.expect("it is text");
        let mut line: Value = serde_json::from_str(&line).expect("it is JSON");
        let line = line.as_object_mut().expect("an object");
        assert_eq!(line.remove("schema"), Some("kinescope.watch/v1".into()));
        if let Some(written) = line.remove("written") {
            assert!(written["latest"].as_str().is_some_and(|it| it.starts_with("20")), "{written}");
        }
        for column in ["lease", "create_revision"] {
            line.remove(column);
        }
        Value::from(line.clone()).to_string()
    }

    /// How it ended, and what it said.
    fn end(mut self) -> (Option<i32>, String) {
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("it is a pipe");
        std::io::Read::read_to_string(&mut stderr, &mut said).expect("it is text");
        (self.child.wait().expect("it ends").code(), said)
    }
}

/// A table with a mark and a live key.
fn table(engine: Engine) -> Database {
    let database = engine.database();
    Layout::all(engine)[0].create(&database);
    write(&database, "compact_rev_key", 1, 0, 5);
    write(&database, "/registry/minions/a", 1, 0, 0);
    database
}

fn write(database: &Database, name: &str, created: u8, deleted: u8, prev: u64) {
    database.exec(&format!(
        "INSERT INTO kine(name, created, deleted, create_revision, prev_revision, lease) \
         VALUES ('{name}', {created}, {deleted}, 0, {prev}, 0)"
    ));
}

#[test]
fn each_write_is_a_line_wherever_it_is_written() {
    for engine in Engine::all() {
        let database = table(engine);
        let mut watcher = Watcher::start(&database, &["--after", "1", "-n", "4"]);
        assert_eq!(
            watcher.next(),
            r#"{"event":"write","kind":"create","name":"/registry/minions/a","prev_revision":0,"revision":2}"#,
            "{}",
            engine.name()
        );
        write(&database, "/registry/minions/a", 0, 1, 2);
        assert_eq!(
            watcher.next(),
            r#"{"event":"write","kind":"delete","name":"/registry/minions/a","prev_revision":2,"revision":3}"#
        );
        database.exec("UPDATE kine SET prev_revision = 900 WHERE name = 'compact_rev_key'");
        assert_eq!(watcher.next(), r#"{"before":5,"event":"compaction","now":900}"#);
        write(&database, "/registry/pods/x", 1, 0, 0);
        write(&database, "/registry/pods/y", 1, 0, 0);
        let both = [watcher.next(), watcher.next()].concat();
        assert!(both.contains(r#""revision":4}"#) && both.contains(r#""revision":5}"#), "{both}");
        assert_eq!(watcher.end(), (Some(0), String::new()), "{}", engine.name());
    }
}

#[test]
fn only_the_keys_of_a_prefix_are_watched_and_only_what_is_new() {
    for engine in Engine::all() {
        let database = table(engine);
        let prefix = ["--prefix", "/registry/pods/", "-n", "1"];
        let mut watcher = Watcher::start(&database, &prefix);
        // It may not have looked yet.
        let begun = Instant::now();
        let mut line = None;
        std::thread::scope(|scope| {
            let watching = scope.spawn(|| watcher.next());
            while !watching.is_finished() && begun.elapsed() < Duration::from_secs(30) {
                write(&database, "/registry/minions/b", 1, 0, 0);
                write(&database, "/registry/pods/x", 1, 0, 0);
                std::thread::sleep(Duration::from_millis(300));
            }
            line = watching.join().ok();
        });
        let line = line.expect("a line");
        assert!(line.contains("/registry/pods/x"), "{}: {line}", engine.name());
        assert_eq!(watcher.end(), (Some(0), String::new()), "{}", engine.name());
    }
}

#[test]
fn a_reader_who_is_gone_ends_it() {
    let database = table(Engine::Sqlite);
    let mut watcher = Watcher::start(&database, &["--after", "1"]);
    watcher.next();
    let Watcher { mut child, lines } = watcher;
    drop(lines);
    write(&database, "/registry/pods/x", 1, 0, 0);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_table_that_is_lost_is_waited_for() {
    let Some(engine) = Engine::all().into_iter().find(|it| matches!(it, Engine::MySql(_))) else {
        panic!("a server")
    };
    let database = table(engine);
    let mut watcher = Watcher::start(&database, &["--after", "1", "-n", "2"]);
    watcher.next();
    database.exec("RENAME TABLE kine TO elsewhere");
    std::thread::sleep(Duration::from_millis(900));
    database.exec("RENAME TABLE elsewhere TO kine");
    write(&database, "/registry/pods/x", 1, 0, 0);
    assert!(watcher.next().contains("/registry/pods/x"));
    let (status, said) = watcher.end();
    assert_eq!(status, Some(0));
    let lines: Vec<&str> = said.lines().collect();
    let [lost, again] = lines[..] else { panic!("{said}") };
    assert!(lost.ends_with("; it is tried again"), "{lost}");
    assert_eq!(again, "kinescope: it answers again");
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let ran = run(&["watch", CLUSTER]);
    assert_eq!((ran.out.as_str(), ran.status), ("", Some(2)));
    assert!(ran.err.contains("is not a database"), "{}", ran.err);
    let ran = run(&["watch", CLUSTER, "--interval", "1ms"]);
    assert_eq!(ran.status, Some(2));
    // What never answered is not waited for.
    let ran = run_on("mysql://kine@tcp(127.0.0.1:1)/kine", &["watch"]);
    assert_eq!((ran.out.as_str(), ran.status), ("", Some(3)));
}
