//! Signals that end a report, and what they wait for.
//!
//! ```text
//!   read ──── audit ──── a file is written ──── print
//!      ▲                 ├──────────────▶│
//!      a signal ends it  a signal waits, and ends it
//! ```

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use kinescope::source::sqlite::remove_copies;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::AbortHandle;

use super::say;

/// How long the end of a line may take.
const PATIENCE: Duration = Duration::from_millis(200);

/// Held while something is done that must not be left half done.
static WORK: Mutex<()> = Mutex::new(());

/// A file that is not finished, and is removed where the program ends before.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Has a signal that ends the program remove a file, or nothing any more.
pub(super) fn remove_at_end(path: Option<PathBuf>) {
    *UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner) = path;
}

/// Does something that no signal cuts short: one that comes meanwhile ends the program afterwards.
pub(super) fn uncut<T>(work: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    let _held = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    end_at_all()?;
    work()
}

/// Ends the program at any signal that ends one from now on, until that is aborted.
pub(super) fn end_at_all() -> io::Result<Vec<AbortHandle>> {
    let kinds = [SignalKind::hangup(), SignalKind::interrupt(), SignalKind::terminate()];
    // Whoever started the program with `nohup` wants it to go on.
    kinds.into_iter().filter(|&kind| !is_ignored(kind)).map(end_at).collect()
}

/// The same at one of them.
fn end_at(kind: SignalKind) -> io::Result<AbortHandle> {
    let mut signals = signal(kind)?;
    let end = tokio::spawn(async move {
        if signals.recv().await.is_some() {
            end(kind, || {});
        }
    });
    Ok(end.abort_handle())
}

/// Ends the program as a signal does, after something that must be done before.
pub(super) fn end(kind: SignalKind, before: impl FnOnce()) -> ! {
    let _held = WORK.lock().unwrap_or_else(PoisonError::into_inner);
    before();
    remove_copies();
    if let Some(path) = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // It is gone already, or nobody can help it.
        drop(std::fs::remove_file(path));
    }
    if io::stderr().is_terminal() {
        // A terminal that nobody reads holds up whoever writes to it.
        let (done, said) = mpsc::channel();
        std::thread::spawn(move || {
            say("\n");
            let _ = done.send(());
        });
        let _ = said.recv_timeout(PATIENCE);
    }
    std::process::exit(128 + kind.as_raw_value());
}

/// Whether whoever started the program kept a signal from it; not known but on Linux.
fn is_ignored(kind: SignalKind) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or_default();
    mask >> (kind.as_raw_value() - 1) & 1 == 1
}
