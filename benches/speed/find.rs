//! Finding keys by some of their letters: what a keystroke waits for, and when the search is done.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use kinescope::history::{Flag, History, Row, Rows};
use kinescope::text::escape;
use kinescope::tui::{App, Message, update};
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::figures::{Figures, Times};

/// What is typed. The first letter is the worst: it is in nearly every name.
const TYPED: [&str; 3] = ["n", "node-1", "kube-system/lease"];

/// How many keys a very large table has.
const MANY: u64 = 1_000_000;

/// Measures the explorer that holds the table, and one with very many keys; gives the slowest first
/// answer of the table's.
pub(crate) fn measure(
    app: &mut App,
    repetitions: usize,
    frame: &Times,
    figures: &Figures,
) -> Times {
    let mut slowest = Times::of(1, || ());
    for query in TYPED {
        let (first, done) = search(app, query, repetitions);
        figures.beside(&format!("type {query:?}: the first matches"), &first, "16 ms", frame);
        if first.median() > slowest.median() {
            slowest = first;
        }
        let names = names(&app.table.history);
        let nucleo = Times::of(repetitions, || nucleo(&names, query));
        figures.beside("and all of them", &done, "nucleo, one thread", &nucleo);
    }
    let name = |id| format!("/registry/events/namespace-{}/node-{}.{id:x}", id % 97, id % 1009);
    let mut app = crate::preview::explorer(&[keys(MANY, name)], false);
    let (first, _) = search(&mut app, TYPED[0], repetitions);
    let what = format!("the same at {MANY} keys, {:?}: the first matches", TYPED[0]);
    figures.beside(&what, &first, "16 ms", frame);
    figures.beside("its slowest step", &slowest_step(&mut app, TYPED[0]), "16 ms", frame);
    slowest
}

/// Types the last letter of a query: how long the first answer takes, and all of it.
fn search(app: &mut App, query: &str, repetitions: usize) -> (Times, Times) {
    let (mut first, mut done) = (Times::default(), Times::default());
    for _ in 0..repetitions {
        type_query(app, query);
        let last = query.chars().next_back().expect("a query has letters");
        press(app, KeyCode::Backspace);
        finish(app);
        let mut whole = Times::default();
        first.spend(|| press(app, KeyCode::Char(last)));
        whole.spend(|| finish(app));
        done.push(Duration::from_secs_f64(first.last().as_secs_f64() + whole.median()));
        press(app, KeyCode::Esc);
    }
    (first, done)
}

fn slowest_step(app: &mut App, query: &str) -> Times {
    type_query(app, "");
    let mut slowest = Duration::ZERO;
    let mut steps = Times::default();
    for letter in query.chars() {
        steps.spend(|| press(app, KeyCode::Char(letter)));
        slowest = slowest.max(steps.last());
    }
    while app.is_searching() {
        steps.spend(|| update(app, Message::Tick));
        slowest = slowest.max(steps.last());
    }
    press(app, KeyCode::Esc);
    Times::exactly(slowest)
}

fn type_query(app: &mut App, query: &str) {
    press(app, KeyCode::Char('/'));
    query.chars().for_each(|letter| press(app, KeyCode::Char(letter)));
    finish(app);
}

fn finish(app: &mut App) {
    while app.is_searching() {
        update(app, Message::Tick);
    }
}

fn press(app: &mut App, code: KeyCode) {
    let commands = update(app, Message::Key(KeyEvent::new(code, KeyModifiers::NONE)));
    assert!(commands.is_empty(), "nothing is asked for: {commands:?}");
}

fn names(history: &History) -> Vec<String> {
    history.keys().map(|(key, _)| escape(history.name(key)).into_owned()).collect()
}

/// The same search by the matcher that others use, on one thread.
fn nucleo(names: &[String], query: &str) -> Vec<(u32, usize)> {
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::parse(query, CaseMatching::Smart, Normalization::Never);
    let mut scratch = Vec::new();
    let mut hits: Vec<(u32, usize)> = (0..)
        .zip(names)
        .filter_map(|(at, name)| {
            let score = pattern.score(Utf32Str::new(name, &mut scratch), &mut matcher)?;
            Some((score, at))
        })
        .collect();
    hits.sort_by_key(|&(score, at)| (std::cmp::Reverse(score), at));
    hits
}

/// So many keys, a row each, named by its id.
pub(crate) fn keys(keys: u64, name: impl Fn(u64) -> String) -> Rows {
    let mut rows = Rows::new();
    for id in 1..=keys {
        let name = name(id);
        rows.push(Row {
            id,
            name: Some(name.as_bytes()),
            created: Flag::Yes,
            deleted: Flag::No,
            create_revision: Some(0),
            prev_revision: Some(0),
            lease: Some(0),
        });
    }
    rows
}
