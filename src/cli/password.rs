//! The password that is typed, and the terminal that does not show it.

use std::fs::File;
use std::io::{self, ErrorKind, IsTerminal};
use std::sync::{Arc, Mutex, PoisonError};

use kinescope::source::{Database, Error, Source};
use kinescope::text::printable;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::AbortHandle;

use super::{Status, interrupt, say, signals};

/// Who ends the program at a signal, once a password was asked for: the signals' own action is gone
/// from then on.
static WATCH: Mutex<Option<AbortHandle>> = Mutex::new(None);

/// Asks for the password that a server wants, if none was given and somebody is there to ask; gives
/// back the error otherwise.
pub(super) fn wanted(source: &Source, error: Error) -> Result<Source, Error> {
    match source.database() {
        Some(database) => wanted_by(database, error).map(Source::from),
        None => Err(error),
    }
}

/// As [`wanted`].
pub(super) fn wanted_by(database: &dyn Database, error: Error) -> Result<Arc<dyn Database>, Error> {
    if !error.wants_password() || !can_ask() {
        return Err(error);
    }
    // The terminal is to be restored first.
    interrupt::hand_over();
    match ask(&database.with_password("", "").to_string())? {
        empty if empty.is_empty() => Err(error),
        password => Ok(database.with_password(&password, "the terminal")),
    }
}

fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for the password of a server. It is not shown while it is typed; a signal ends the program with the
/// terminal as it was.
pub(super) fn ask(server: &str) -> Result<String, Error> {
    if !can_ask() {
        return Err(Error::usage("--ask-password needs a terminal to ask on").hint(
            "Without one, give the password in KINESCOPE_ENDPOINT, --endpoint-file or \
             --defaults-file.",
        ));
    }
    let prompt = format!("Password for {}: ", printable(server));
    match prompted(&prompt) {
        Ok(password) => Ok(password),
        Err(why) if why.kind() == ErrorKind::Interrupted => {
            say("\n");
            std::process::exit(Status::Interrupted as i32);
        }
        Err(why) => Err(Error::new("no password was given").because(why)),
    }
}

/// Leaves signals to somebody else, who restores more of the terminal.
pub(super) fn hand_over() {
    if let Some(watch) = WATCH.lock().unwrap_or_else(PoisonError::into_inner).take() {
        watch.abort();
    }
}

fn prompted(prompt: &str) -> io::Result<String> {
    let terminal = File::open("/dev/tty")?;
    let before = tcgetattr(&terminal)?;
    watch(terminal.try_clone()?, before.clone())?;
    // rpassword prints its prompt first: what follows that at once would be shown.
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL);
    tcsetattr(&terminal, OptionalActions::Now, &silent)?;
    let typed = rpassword::prompt_password(prompt);
    tcsetattr(&terminal, OptionalActions::Now, &before)?;
    typed
}

/// Ends the program at a signal from now on, the terminal as it was before.
fn watch(terminal: File, before: Termios) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let watch = tokio::spawn(async move {
        let kind = tokio::select! {
            _ = hangup.recv() => SignalKind::hangup(),
            _ = interrupt.recv() => SignalKind::interrupt(),
            _ = terminate.recv() => SignalKind::terminate(),
        };
        signals::end(kind, || {
            // A terminal that is gone needs nothing.
            let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        });
    });
    *WATCH.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch.abort_handle());
    Ok(())
}
