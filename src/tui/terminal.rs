//! The terminal: taken, left to the shell for a while, given back; and the signals of whoever has it.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crossterm::event::{DisableMouseCapture, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, disable_raw_mode, enable_raw_mode};
use futures_util::FutureExt;
use ratatui::DefaultTerminal;
use ratatui::layout::{Position, Rect};
use rustix::process::{Signal as Kill, kill_current_process_group};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::sleep;

pub(super) const HANGUP: u8 = 1;
pub(super) const INTERRUPT: u8 = 2;
const TERMINATE: u8 = 15;

/// How long the program has to end by itself after a signal.
const GRACE: Duration = Duration::from_secs(1);

/// How long the program waits to be stopped, once it has asked for that.
const STOP: Duration = Duration::from_millis(200);

/// Whether the terminal is no longer there. Whoever started the program may have kept the signal that
/// says so from it, and the keyboard of such a terminal is silent.
pub(super) fn is_gone() -> bool {
    rustix::termios::tcgetattr(io::stdout()).is_err()
}

/// Whether the mouse is the program's.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Whether a program of the user's has the terminal: an interrupt is for that.
static LENT: AtomicBool = AtomicBool::new(false);

/// Takes the mouse, or leaves it to the terminal.
pub(super) fn take_mouse(is_ours: bool) -> io::Result<()> {
    if MOUSE.swap(is_ours, Ordering::Relaxed) == is_ours {
        return Ok(());
    }
    if is_ours {
        execute!(io::stdout(), EnableMouseCapture)
    } else {
        execute!(io::stdout(), DisableMouseCapture)
    }
}

/// Leaves the mouse to the terminal where something panics: a shell would get what it does as letters.
pub(super) fn give_mouse_back_in_a_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // Nothing is left to be done about a terminal that cannot be written to.
        let _ = take_mouse(false);
        report(info);
    }));
}

/// Lends the terminal to something that runs until it has ended, and takes it back.
pub(super) fn lend<T>(
    screen: &mut DefaultTerminal,
    signals: &mut Signals,
    run: impl FnOnce() -> T,
) -> io::Result<T> {
    let mouse = MOUSE.load(Ordering::Relaxed);
    take_mouse(false)?;
    ratatui::try_restore()?;
    screen.show_cursor()?;
    LENT.store(true, Ordering::Relaxed);
    let done = tokio::task::block_in_place(run);
    LENT.store(false, Ordering::Relaxed);
    signals.forget_interrupts();
    resume(screen)?;
    take_mouse(mouse)?;
    Ok(done)
}

/// Leaves the second screen and raw mode.
pub(super) fn give_back(mut screen: DefaultTerminal) {
    let _ = take_mouse(false);
    // A terminal that is gone needs nothing.
    let _ = ratatui::try_restore();
    // A cursor that was hidden for a frame must not stay so.
    if screen.show_cursor().is_err() {
        // When it is dropped it would try again, and panic, since that it failed cannot be said either.
        std::mem::forget(screen);
    }
}

/// Stops the program, and all that was started with it, until the shell goes on with it; the terminal
/// is the shell's meanwhile. False when there is no shell that could: then nothing is stopped.
pub(super) async fn suspend(
    screen: &mut DefaultTerminal,
    signals: &mut Signals,
) -> io::Result<bool> {
    let mouse = MOUSE.load(Ordering::Relaxed);
    take_mouse(false)?;
    ratatui::try_restore()?;
    screen.show_cursor()?;
    kill_current_process_group(Kill::TSTP)?;
    // It is not this thread that the signal need reach first.
    let stopped = tokio::select! {
        biased;
        _ = signals.goes_on.recv() => true,
        () = sleep(STOP) => false,
    };
    resume(screen)?;
    take_mouse(mouse)?;
    Ok(stopped)
}

/// Takes a terminal that the shell has had, and has set as it likes. Of its size, should that have
/// changed, only the shell was told.
pub(super) fn resume(screen: &mut DefaultTerminal) -> io::Result<()> {
    // What is on already would not be set again.
    disable_raw_mode()?;
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen)?;
    // All of it is drawn again, whatever its size was. `clear` would first ask where the cursor is.
    let size = screen.size()?;
    screen.resize(Rect::from((Position::ORIGIN, size)))
}

/// The signals that are not left to do what they do by themselves.
pub(super) struct Signals {
    hangup: Signal,
    interrupt: Signal,
    terminate: Signal,
    goes_on: Signal,
}

/// Ends the program after a signal to end it, should it not do so by itself: a terminal that nobody
/// reads any more, as that of a connection that hangs, holds up whoever draws on it for ever.
pub(super) fn watch() -> io::Result<Watch> {
    let mut signals = Signals::listen()?;
    Ok(Watch(tokio::spawn(async move {
        loop {
            let asked = signals.next().await;
            if asked == Asked::End(INTERRUPT) && LENT.load(Ordering::Relaxed) {
                continue;
            }
            if let Asked::End(number) = asked {
                sleep(GRACE).await;
                // What else there is to give back would have to be written.
                let _ = disable_raw_mode();
                #[cfg(feature = "mysql")]
                crate::source::sqlite::remove_copies();
                std::process::exit(128 + i32::from(number));
            }
        }
    })))
}

/// As long as it is there, a signal ends the program.
pub(super) struct Watch(tokio::task::JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// To end; its number.
    End(u8),
    /// To go on after the program was stopped.
    GoOn,
}

impl Signals {
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            goes_on: signal(SignalKind::from_raw(Kill::CONT.as_raw()))?,
        })
    }

    /// Forgets interrupts that were for a program which had the terminal.
    fn forget_interrupts(&mut self) {
        while self.interrupt.recv().now_or_never().flatten().is_some() {}
    }

    pub(super) async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.hangup.recv() => Asked::End(HANGUP),
            _ = self.interrupt.recv() => Asked::End(INTERRUPT),
            _ = self.terminate.recv() => Asked::End(TERMINATE),
            _ = self.goes_on.recv() => Asked::GoOn,
        }
    }
}
