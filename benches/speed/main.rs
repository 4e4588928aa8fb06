//! How fast kinescope is, beside what people use, on one table in one run.
//!
//! Times drift from hour to hour and differ between machines, so nothing here asserts one: what
//! says something are the ratios. `benches/run` runs it; `KINESCOPE_BENCH_ROWS` is the size of the
//! table, and `KINESCOPE_BENCH_REPETITIONS` how often each thing is measured.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod audit;
mod bare;
mod clock;
mod draw;
mod figures;
mod find;
mod link;
mod memory;
mod moments;
mod peers;
#[expect(dead_code, reason = "tests need more of a server than a benchmark does")]
#[path = "../../tests/it/support/postgres.rs"]
mod postgres;
mod preview;
mod quote;
mod reading;
#[expect(dead_code, reason = "tests need more of a server than a benchmark does")]
#[path = "../../tests/it/support/server.rs"]
mod server;
mod shapes;
mod stock;
mod table;
mod usage;
mod wait;
mod writer;

use std::process::{Command, ExitCode};

use figures::{Figures, Times};
use kinescope::history::compaction::{Policy, plan};
use kinescope::text::grouped;
use quote::Quotes;
use reading::Reading;
use table::Table;

/// kine issue 408.
const SEED: u64 = 408;
/// The table that is written to while it is read has no more rows: it is read a hundred times.
const WRITTEN: u64 = 100_000;
/// kine's DELETE is measured so many times: it takes a minute, and as long to take back.
const DELETES: usize = 3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, how] = &arguments[..]
        && flag == reading::READER
    {
        return reading::reader(how);
    }
    let for_readme = arguments.iter().any(|argument| argument == "--readme");
    let rows = setting("KINESCOPE_BENCH_ROWS").unwrap_or(1_000_000).max(1000);
    let repetitions = setting("KINESCOPE_BENCH_REPETITIONS").unwrap_or(7).max(1);
    let repetitions = usize::try_from(repetitions).unwrap_or(usize::MAX);
    let figures = Figures::new(rows);
    let frame = Times::exactly(std::time::Duration::from_millis(16));
    if arguments.iter().any(|argument| argument == "shapes") {
        shapes::measure(repetitions, &frame, &figures);
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "writer") {
        writer::measure(Table::new(rows, SEED), &figures);
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "peers") {
        peers::measure((rows, SEED), repetitions, &figures, &mut Quotes::default());
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "core") {
        core(rows, repetitions, &frame, &figures);
        return ExitCode::SUCCESS;
    }
    everything(rows, repetitions, for_readme, &frame, &figures);
    ExitCode::SUCCESS
}

/// Measures what needs no server and no screen.
fn core(rows: u64, repetitions: usize, frame: &Times, figures: &Figures) {
    let batches = Table::new(rows, SEED).batches();
    link::measure(&batches, repetitions, figures);
    let history = link::history(&batches);
    drop(batches);
    preview::measure(&history, repetitions, frame, figures);
    audit::measure(&history, repetitions, figures);
    clock::measure(&history, repetitions, figures);
    moments::measure(&history, repetitions, figures);
}

/// Measures all on one table, and quotes it.
fn everything(rows: u64, repetitions: usize, for_readme: bool, frame: &Times, figures: &Figures) {
    // First, while nothing else has been in memory.
    let batches = Table::new(rows, SEED).batches();
    let linked = link::measure(&batches, repetitions, figures);
    let history = link::history(&batches);
    preview::measure(&history, repetitions, frame, figures);
    let audited = audit::measure(&history, repetitions, figures);
    let diffed = moments::measure(&history, repetitions, figures);
    let mut app = preview::explorer(&batches, true);
    let answers = preview::measure_keys(&mut app, repetitions, frame, figures);
    wait::measure(&batches, frame, figures);
    let found = find::measure(&mut app, repetitions, frame, figures);
    drop(app);
    shapes::measure(repetitions, frame, figures);
    let drawn = draw::measure(repetitions, frame, figures);
    let listed = usage::measure(&history, rows, repetitions, frame, figures);

    let servers = server::servers();
    let server = servers.iter().find(|server| server.mariadb).expect("one of them is MariaDB");
    let database = server.database();
    stock::fill(&database, Table::new(rows, SEED));

    let endpoint = database.socket_dsn();
    let (mut printed, mut scanned, mut drained, mut read) = Default::default();
    let (mut covered, mut peak, mut covered_peak) = (Times::default(), 0, 0);
    // One after the other, so that what slows the machine down slows all of them down.
    for _ in 0..repetitions {
        Times::time(&mut printed, || stock::print(&database));
        assert_eq!(Times::time(&mut scanned, || bare::scan(&database)), history.len() as u64);
        Times::time(&mut drained, || reading::read(Reading::Drained, &endpoint));
        peak = peak.max(Times::time(&mut read, || reading::read(Reading::Linked, &endpoint)));
        let read = || reading::read(Reading::Covered, &endpoint);
        covered_peak = covered_peak.max(Times::time(&mut covered, read));
    }
    figures.time("`mariadb --quick` prints the columns to /dev/null", &printed);
    figures.beside("the bare protocol, parsed", &scanned, "the client", &printed);
    figures.beside("read", &drained, "the bare protocol", &scanned);
    figures.beside("read", &drained, "the client", &printed);
    figures.beside("read and link", &read, "the client", &printed);
    figures.beside("link, of that", &linked, "reading", &drained);
    figures.size("memory of all that, at its peak", peak);
    figures.beside("read indexes alone, and link", &covered, "the client", &printed);
    figures.size("memory of that, at its peak", covered_peak);

    figures.beside("audit, of that", &audited, "reading", &drained);
    clock::measure(&history, repetitions, figures);
    clock::measure_reading(&database, &history, repetitions, figures);
    let by_hand = audit::measure_by_hand(&database, &audited, figures);
    let diffed_by_hand = moments::measure_by_hand(&database, &diffed, figures);

    let current = history.current().unwrap_or_default();
    let removed = plan(&history, current, Policy::DEFAULT.without_retain()).removed() as u64;
    let (mut counted, mut deleted) = Default::default();
    for _ in 0..repetitions.min(DELETES) {
        assert_eq!(stock::count(&database, current, &mut counted), removed);
        assert_eq!(stock::delete(&database, current, &mut deleted), removed);
    }
    figures.time("kine's DELETE to 100 %, rolled back", &deleted);
    figures.beside("a SELECT that counts its rows", &counted, "the DELETE", &deleted);
    figures.beside("the preview of above", &answers.whole, "the DELETE", &deleted);

    let mut quotes = Quotes::default();
    quotes.add(
        "read the table and link its rows",
        &read,
        "`mariadb --quick`, the same columns to /dev/null",
        &printed,
    );
    peers::measure((rows, SEED), repetitions, figures, &mut quotes);
    writer::measure(Table::new(rows.min(WRITTEN), SEED), figures);
    answers.quote(&mut quotes, frame, &deleted);
    quotes.add(
        "audit, every rule",
        &audited,
        "forks alone, by hand: `GROUP BY name, prev_revision`",
        &by_hand,
    );
    quotes.add(
        "diff: the keys that changed in the last half of the table",
        &diffed,
        "by hand: `GROUP BY name`, twice",
        &diffed_by_hand,
    );
    quotes.add("find: the first matches, after a letter is typed", &found, "a frame", frame);
    quotes.add(
        "usage view: response to any key press, with that many Kubernetes keys under one prefix",
        &listed,
        "a frame",
        frame,
    );
    quotes.add("draw a chain of 100,000 revisions, 120×40", &drawn, "a frame", frame);

    let setting = format!(
        "{} rows, {} keys, {} forks, seed {SEED}; {}, MariaDB {}; {}.",
        grouped(rows),
        grouped(history.key_count() as u64),
        history.forks(),
        machine(),
        server.version.split('-').next().unwrap_or_default(),
        said_by("date", &["+%Y-%m-%d"]),
    );
    println!("\n{setting} {}", said_by("rustc", &["--version"]));
    if for_readme {
        let memory = format!(
            "Reading and linking holds {} bytes a row at its peak, all in.",
            peak / rows.max(1)
        );
        quotes.write(&setting, &memory);
    }
}

fn setting(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number: {text}")))
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let model = model.trim_start_matches(['\t', ' ', ':']);
    format!("{cores} cores ({model})")
}

fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let said = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&said).trim().to_owned()
}
