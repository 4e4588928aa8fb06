//! The driver's panics as errors.
//!
//! The driver takes the lengths in a packet as they come, and panics where they lead beyond its end.
//! So what is no such server, or a network that garbles, would end the program, or leave it waiting
//! for a task that is gone.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

thread_local! {
    /// Whether this thread is in the driver.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Runs a future of the driver; a panic is an error of its protocol, and is not reported as a panic.
/// The connection must not be used after one.
pub(in crate::source) async fn contained<T>(
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        INSIDE.set(true);
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        INSIDE.set(false);
        polled.unwrap_or_else(|panic| Poll::Ready(Err(sqlx::Error::Protocol(words(&*panic)))))
    })
    .await
}

/// Makes the panics of contained futures silent. Whoever sets a hook later hears of them.
pub(in crate::source) fn silence() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |panic| {
            if !INSIDE.get() {
                report(panic);
            }
        }));
    });
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
    format!("a packet is not what it says: {}", text.unwrap_or("the driver panicked"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error_and_nothing_else_is() {
        silence();
        let run = |work: fn() -> Result<u8, sqlx::Error>| {
            let work = contained(async move { work() });
            futures_util::FutureExt::now_or_never(work).expect("it does not wait")
        };
        assert_eq!(run(|| Ok(7)).ok(), Some(7));
        let garbled = run(|| panic!("split_to out of bounds: 9 <= {}", 2));
        let error = garbled.expect_err("it panicked").to_string();
        assert!(error.ends_with("a packet is not what it says: split_to out of bounds: 9 <= 2"));
        assert!(!INSIDE.get());
    }
}
