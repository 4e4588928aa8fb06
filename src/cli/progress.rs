//! Reading a whole table or its sizes, with a line of progress on a terminal, and an end on Ctrl-C.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use kinescope::export::{self, Head, Written};
use kinescope::history::usage::Sizes;
use kinescope::history::{Dialect, History, RowIx};
use kinescope::source::{
    self, Contents, Error, Loaded, Log, Options, Progress, Source, load, load_contents,
};
use kinescope::text::{Pace, grouped, printable};
use unicode_width::UnicodeWidthChar;

use super::interrupt::interruptible;
use super::{appearance, password, say};

/// Nobody needs to be told of a wait that is shorter than this.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);
/// Goes to the beginning of the line and erases it.
const ERASE: &str = "\r\x1b[2K";

/// Reads the table. Where the server wants a password, and none was given, it is asked for once: the
/// source has it from then on.
pub(super) async fn read(
    source: &mut Source,
    options: Options,
    log: &Log,
) -> Result<Loaded, Error> {
    match read_once(source.clone(), options.clone(), log).await {
        Err(error) if error.wants_password() => {
            *source = password::wanted(source, error)?;
            read_once(source.clone(), options, log).await
        }
        loaded => loaded,
    }
}

/// Reads the table as [`read`] does, and keeps its snapshot for the values.
pub(super) async fn read_contents(
    source: &mut Source,
    options: Options,
    log: &Log,
) -> Result<(Loaded, Contents), Error> {
    match read_contents_once(source.clone(), options.clone(), log).await {
        Err(error) if error.wants_password() => {
            *source = password::wanted(source, error)?;
            read_contents_once(source.clone(), options, log).await
        }
        loaded => loaded,
    }
}

async fn read_contents_once(
    source: Source,
    options: Options,
    log: &Log,
) -> Result<(Loaded, Contents), Error> {
    let line = Line::start("reading", &source);
    let loaded = interruptible(load_contents(source, options, log, line.teller())).await;
    line.stop().await;
    loaded
}

/// Writes the rows of a table with their values to a new file: see [`export::write`].
pub(super) async fn export(
    source: &Source,
    (history, contents): (&History, &mut Contents),
    dialect: Dialect,
    path: &Path,
    head: &Head,
    left_out: &[RowIx],
) -> Result<Written, Error> {
    let line = Line::start("exporting", source);
    let tell = line.teller();
    let tell = |rows| tell(Progress::Rows(rows, Some(history.len() as u64)));
    let from = (history, contents);
    let written = interruptible(export::write(from, dialect, path, head, left_out, tell)).await;
    line.stop().await;
    written
}

/// Reads the values of a table, and gives those of each row in a number each.
pub(super) async fn values(
    source: &Source,
    history: &History,
    contents: &mut Contents,
) -> Result<Vec<[u64; 2]>, Error> {
    let line = Line::start("reading values of", source);
    let tell = line.teller();
    let read = async {
        let (mut values, mut came) = (vec![[0; 2]; history.len()], 0);
        while let Some(rows) = contents.next(history).await? {
            came += rows.len();
            for (at, row) in rows {
                values[at.index()] = row.value_digests();
            }
            tell(Progress::Rows(came, Some(history.len() as u64)));
        }
        Ok(values)
    };
    let values = interruptible(read).await;
    line.stop().await;
    values
}

async fn read_once(source: Source, options: Options, log: &Log) -> Result<Loaded, Error> {
    let line = Line::start("reading", &source);
    let loaded = interruptible(load(source, options, log, line.teller())).await;
    line.stop().await;
    loaded
}

/// Reads how many bytes the values of a table's rows have.
///
/// # Errors
///
/// Why the source does not tell.
pub(super) async fn sizes(
    source: &Source,
    history: &History,
    log: &Log,
) -> Result<(Sizes, Option<Error>), String> {
    let line = Line::start("measuring", source);
    let tell = line.teller();
    let tell = |measured| tell(Progress::Rows(measured, Some(history.len() as u64)));
    let sizes = source::sizes(source, history, log, tell).await;
    line.stop().await;
    sizes
}

/// The line that says how far a reading is.
struct Line {
    so_far: Arc<Mutex<Progress>>,
    shown: Arc<AtomicBool>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Line {
    fn start(what: &'static str, source: &Source) -> Self {
        let so_far = Arc::new(Mutex::new(Progress::Rows(0, None)));
        let shown = Arc::new(AtomicBool::new(false));
        let task = io::stderr().is_terminal().then(|| {
            let name = printable(&source.short()).into_owned();
            let (so_far, shown) = (Arc::clone(&so_far), Arc::clone(&shown));
            let started = Instant::now();
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                loop {
                    shown.store(true, Relaxed);
                    let so_far = *so_far.lock().unwrap_or_else(PoisonError::into_inner);
                    let text = format!("{what} {name}: {}", words(so_far, started.elapsed()));
                    let width = terminal_size::terminal_size_of(io::stderr());
                    let width = width.map_or(80, |(width, _)| usize::from(width.0));
                    say(&format!("{ERASE}{}", cut(&appearance::said(&text), width)));
                    tokio::time::sleep(INTERVAL).await;
                }
            })
        });
        Self { so_far, shown, task }
    }

    /// Takes how far it is.
    fn teller(&self) -> impl Fn(Progress) + use<> {
        let told = Arc::clone(&self.so_far);
        move |so_far| *told.lock().unwrap_or_else(PoisonError::into_inner) = so_far
    }

    /// Stops, and clears the line if there is one.
    async fn stop(self) {
        let Some(task) = self.task else { return };
        task.abort();
        // It was aborted, or it was done: either way it writes no more.
        drop(task.await);
        if self.shown.load(Relaxed) {
            say(ERASE);
        }
    }
}

/// How far it is, what matters most first.
fn words(so_far: Progress, took: Duration) -> String {
    let (rows, expected) = match so_far {
        Progress::Entries(entries) => {
            return format!("{} entries of indexes", grouped(entries as u64));
        }
        Progress::Rows(rows, expected) => (rows as u64, expected),
    };
    if rows == 0 {
        return format!("waiting for the first row, {} s", took.as_secs());
    }
    // An estimate may be too low.
    let all = expected.filter(|&all| all > 0 && rows <= all);
    let pace = Pace::of(rows, all, took);
    let mut said: Vec<String> =
        all.map(|all| format!("{} %", rows * 100 / all)).into_iter().collect();
    said.extend(pace.as_ref().and_then(|pace| pace.left.clone()));
    said.push(format!("{} rows", grouped(rows)));
    said.extend(pace.map(|pace| pace.rate));
    said.join(", ")
}

/// The text as far as one line of the terminal holds it: a second one would not be erased.
fn cut(text: &str, width: usize) -> &str {
    let mut taken = 0;
    let end = text.char_indices().find(|(_, char)| {
        taken += char.width().unwrap_or_default();
        taken >= width
    });
    end.map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_progress_is_one_line() {
        let cases = [
            ("reading", 8, "reading"),
            ("reading", 7, "readin"),
            ("\u{8868}\u{8868}a", 5, "\u{8868}\u{8868}"),
            ("\u{8868}\u{8868}", 4, "\u{8868}"),
        ];
        for (text, width, expected) in cases {
            assert_eq!(cut(text, width), expected, "{text} {width}");
        }
    }
}
