//! Ctrl-C, while a report is made.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::signal::unix::SignalKind;
use tokio::task::AbortHandle;

use super::signals;

/// Who ends the program on Ctrl-C.
static INTERRUPT: Mutex<Option<AbortHandle>> = Mutex::new(None);

/// Waits for some work, or for Ctrl-C.
pub(super) async fn interruptible<T>(work: impl Future<Output = T>) -> T {
    exit_on_interrupt();
    work.await
}

/// Ends the program on Ctrl-C from now on, whatever it does: the table is only read, so nothing is
/// left half done.
fn exit_on_interrupt() {
    // Where nobody can listen, the signal does the same by itself.
    let exit = signals::end_at(SignalKind::interrupt()).ok();
    let before = std::mem::replace(&mut *held(), exit);
    before.inspect(AbortHandle::abort);
}

/// Leaves Ctrl-C to somebody else, who has more to restore.
pub(super) fn hand_over() {
    held().take().inspect(AbortHandle::abort);
}

fn held() -> MutexGuard<'static, Option<AbortHandle>> {
    INTERRUPT.lock().unwrap_or_else(PoisonError::into_inner)
}
