//! Signals, while a report is made.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::task::AbortHandle;

use super::signals;

/// Who ends the program at a signal.
static INTERRUPTS: Mutex<Vec<AbortHandle>> = Mutex::new(Vec::new());

/// Waits for some work, or for a signal.
pub(super) async fn interruptible<T>(work: impl Future<Output = T>) -> T {
    exit_on_signals();
    work.await
}

/// Ends the program at a signal from now on, whatever it does: the table is only read, so nothing is
/// left half done, and what was copied for that is removed.
fn exit_on_signals() {
    // Where nobody can listen, a signal does the same by itself.
    let exits = signals::end_at_all().unwrap_or_default();
    let before = std::mem::replace(&mut *held(), exits);
    before.iter().for_each(AbortHandle::abort);
}

/// Leaves signals to somebody else, who has more to restore.
pub(super) fn hand_over() {
    std::mem::take(&mut *held()).iter().for_each(AbortHandle::abort);
}

fn held() -> MutexGuard<'static, Vec<AbortHandle>> {
    INTERRUPTS.lock().unwrap_or_else(PoisonError::into_inner)
}
