//! Reading real servers: every one on this machine, the tables that kine ever made, and what people
//! make of them.

mod by_hand;
mod connect;
mod database;
mod indexes;
pub(crate) mod matrix;
mod moment;
mod parts;
mod passwords;
mod random;
mod read_only;
mod refusals;
mod requests;
pub(crate) mod session;
mod tables;

use std::fmt::Write as _;

use kinescope::history::{History, Row};
use kinescope::source::Options;
use kinescope::source::mysql::statement;
use kinescope::source::sql::log::{Entry, Record};
use kinescope::source::{Error, Event, Log, Opened, Rejects, Source, stream};

use crate::support::server::{Database, Server, block_on, servers};

/// All that a source sent.
#[derive(Debug)]
pub(crate) struct Outcome {
    opened: Option<Opened>,
    history: Option<History>,
    unread: Rejects,
    requests: Vec<(u64, Vec<u8>)>,
    notes: Vec<String>,
    ended: Result<(), Error>,
}

impl Outcome {
    pub(crate) fn history(&self) -> &History {
        self.ended.as_ref().expect("everything was read");
        self.history.as_ref().expect("the source was opened")
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let history = self.history();
        history.iter().map(|at| history.row(at)).collect()
    }
}

/// Gives what a source sends to `take`, while the source goes on reading in another thread.
fn each_event(endpoint: &str, take: impl FnMut(Event)) {
    each_event_of(endpoint, Options::default(), Log::default(), take);
}

fn each_event_of(endpoint: &str, options: Options, log: Log, mut take: impl FnMut(Event)) {
    let source = Source::parse(endpoint).expect("an endpoint");
    let (sender, events) = tokio::sync::mpsc::channel(1);
    std::thread::scope(move |scope| {
        // Dropped before the thread is waited for, also when `take` panics.
        let mut events = events;
        scope.spawn(move || block_on(stream(source, options, log, sender)));
        while let Some(event) = events.blocking_recv() {
            take(event);
        }
    });
}

pub(crate) fn read_all(endpoint: &str) -> Outcome {
    read_part(endpoint, Options::default())
}

fn read_part(endpoint: &str, options: Options) -> Outcome {
    read_logged(endpoint, options, Log::default())
}

fn read_logged(endpoint: &str, options: Options, log: Log) -> Outcome {
    let mut outcome = Outcome {
        opened: None,
        history: None,
        unread: Rejects::default(),
        requests: Vec::new(),
        notes: Vec::new(),
        ended: Ok(()),
    };
    each_event_of(endpoint, options, log, |event| match event {
        Event::Opened(opened) => {
            assert!(outcome.opened.is_none(), "a source is opened once");
            outcome.history = Some(History::new(opened.profile.clone()));
            outcome.opened = Some(opened);
        }
        Event::Progress(_) => assert!(outcome.opened.is_some(), "opened comes first"),
        Event::Note(note) => {
            assert!(outcome.opened.is_some(), "opened comes first");
            outcome.notes.push(note);
        }
        Event::Rows(rows) => {
            let history = outcome.history.as_mut().expect("opened comes first");
            history.extend(&rows).expect("rows come in the order of their ids");
        }
        Event::Late(_) | Event::Learned(_) => {
            panic!(
                "a server tells everything before its rows, and gives them in the order of their ids"
            )
        }
        Event::Requests(values) => {
            assert!(outcome.requests.is_empty() && !values.is_empty(), "they are sent once");
            let history = outcome.history.as_mut().expect("opened comes first");
            for (id, value) in &values {
                assert!(history.find(*id).is_some(), "they come after the rows");
                history.note_request(*id, value);
            }
            outcome.requests = values;
        }
        Event::Rejects(unread) => outcome.unread.extend(unread),
        Event::Ended(ended) => outcome.ended = ended,
    });
    outcome
}

#[expect(clippy::print_stdout, reason = "a test that fails shows on which server")]
pub(crate) fn on_every_server(test: impl Fn(&Server)) {
    for server in servers() {
        println!("on {}", server.version);
        test(server);
    }
}

pub(crate) fn on_a_new_table(test: impl Fn(&Database<'_>)) {
    on_every_server(|server| {
        let database = server.database();
        database.create_kine_table();
        test(&database);
    });
}

/// Whether the program's list of statements has what a server logged.
pub(crate) fn is_listed(sent: &str) -> bool {
    statement::ALL.iter().any(|listed| is_statement(sent, listed))
}

/// Whether what a server logged is that statement, and nothing more. The log has what was bound in
/// place of the question marks, or, where it was only prepared, the question marks.
pub(crate) fn is_statement(sent: &str, listed: &str) -> bool {
    let mut parts = listed.split('?');
    let start = parts.next().and_then(|start| sent.strip_prefix(start));
    let rest = start.and_then(|start| {
        parts.try_fold(start, |rest, part| after_value(rest)?.strip_prefix(part))
    });
    rest == Some("")
}

/// Asserts that a record has the statements that a server executed, one for one.
pub(crate) fn assert_same(record: &Record, executed: &[String]) {
    let times = |entry: &Entry| usize::try_from(entry.times).expect("they are few");
    let sent: Vec<&str> =
        record.entries.iter().flat_map(|entry| vec![entry.sql; times(entry)]).collect();
    let is_same = sent.len() == executed.len()
        && sent.iter().zip(executed).all(|(listed, sent)| is_statement(sent, listed));
    assert!(is_same, "{sent:#?}\n{executed:#?}");
}

/// What follows a number, a text in quotes, or a question mark.
fn after_value(text: &str) -> Option<&str> {
    if let Some(text) = text.strip_prefix('\'') {
        return text.split_once('\'').map(|(_, rest)| rest);
    }
    let number = text.strip_prefix('-').unwrap_or(text);
    let rest = number.trim_start_matches(|char: char| char.is_ascii_digit());
    text.strip_prefix('?').or((rest.len() < number.len()).then_some(rest))
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
