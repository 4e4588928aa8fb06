//! Reading a whole table or its sizes, with a line of progress on a terminal, and an end on Ctrl-C.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use kinescope::face::{escape, grouped};
use kinescope::history::History;
use kinescope::history::usage::Sizes;
use kinescope::source::{self, Error, Loaded, Options, Progress, Source, load};

use super::{Status, say};

/// Nobody needs to be told of a wait that is shorter than this.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);
/// Goes to the beginning of the line and erases it.
const ERASE: &str = "\r\x1b[2K";

/// Reads the table.
pub(super) async fn read(source: Source, options: Options) -> Result<Loaded, Error> {
    exit_on_interrupt();
    let progress = Shown::start("reading", &source);
    let read = Arc::clone(&progress.read);
    let loaded = load(source, options, move |so_far| {
        *read.lock().unwrap_or_else(PoisonError::into_inner) = so_far;
    });
    let loaded = loaded.await;
    progress.stop().await;
    loaded
}

/// Reads how many bytes the values of a table's rows have; `None` where the source does not tell.
pub(super) async fn sizes(source: &Source, history: &History) -> Option<(Sizes, Option<Error>)> {
    let progress = Shown::start("measuring", source);
    let read = Arc::clone(&progress.read);
    let sizes = source::sizes(source, history, move |measured| {
        *read.lock().unwrap_or_else(PoisonError::into_inner) = Progress::Rows(measured);
    });
    let sizes = sizes.await;
    progress.stop().await;
    sizes
}

/// Waits for what is quick, or for Ctrl-C.
pub(super) async fn interruptible<T>(work: impl Future<Output = T>) -> T {
    exit_on_interrupt();
    work.await
}

/// Ends the program on Ctrl-C from now on, whatever it does: the table is only read, so nothing is
/// left half done.
fn exit_on_interrupt() {
    tokio::spawn(async {
        if tokio::signal::ctrl_c().await.is_ok() {
            if io::stderr().is_terminal() {
                say("\n");
            }
            std::process::exit(Status::Interrupted as i32);
        }
    });
}

struct Shown {
    read: Arc<Mutex<Progress>>,
    visible: Arc<AtomicBool>,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Shown {
    fn start(what: &'static str, source: &Source) -> Self {
        let read = Arc::new(Mutex::new(Progress::Rows(0)));
        let visible = Arc::new(AtomicBool::new(false));
        let task = io::stderr().is_terminal().then(|| {
            let name = escape(source.short().as_bytes()).into_owned();
            let (read, visible) = (Arc::clone(&read), Arc::clone(&visible));
            tokio::spawn(async move {
                tokio::time::sleep(PATIENCE).await;
                loop {
                    visible.store(true, Relaxed);
                    let so_far = match *read.lock().unwrap_or_else(PoisonError::into_inner) {
                        Progress::Entries(entries) => {
                            format!("{} entries of indexes", grouped(entries as u64))
                        }
                        Progress::Rows(rows) => format!("{} rows", grouped(rows as u64)),
                    };
                    say(&format!("{ERASE}{what} {name}: {so_far}"));
                    tokio::time::sleep(INTERVAL).await;
                }
            })
        });
        Self { read, visible, task }
    }

    /// Stops, and clears the line if there is one.
    async fn stop(self) {
        let Some(task) = self.task else { return };
        task.abort();
        // It was aborted, or it was done: either way it writes no more.
        drop(task.await);
        if self.visible.load(Relaxed) {
            say(ERASE);
        }
    }
}
