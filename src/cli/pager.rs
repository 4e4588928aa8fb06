//! A long text: on a terminal through a pager, elsewhere as it is.

use std::env;
use std::ffi::OsString;
use std::io::{self, ErrorKind, IsTerminal, Write};
use std::process::{Command, Stdio};

use tokio::signal::unix::{SignalKind, signal};

/// What shows a text where no variable names anything. Where it is not installed it ends as any other
/// program that is not there, but says nothing.
const LESS: &str = "command -v less >/dev/null || exit 127; exec less";

/// How a shell ends where there is no such program, or it cannot be run.
const NOT_FOUND: [Option<i32>; 2] = [Some(126), Some(127)];

/// Prints a text, through a pager if somebody reads it on a terminal.
///
/// # Errors
///
/// When standard output cannot be written to.
pub(super) fn show(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout();
    let pager = stdout.is_terminal().then(|| chosen(|name| env::var_os(name))).flatten();
    if let Some(pager) = pager
        && paged(&pager, text)?
    {
        return Ok(());
    }
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// The pager to use, if any.
fn chosen(lookup: impl Fn(&str) -> Option<OsString>) -> Option<OsString> {
    let named = ["KINESCOPE_PAGER", "PAGER"].into_iter().find_map(lookup);
    let pager = named.unwrap_or_else(|| LESS.into());
    (!pager.is_empty() && pager != "cat").then_some(pager)
}

/// Shows a text in a pager until that is left; false where there is no such pager.
fn paged(pager: &OsString, text: &str) -> io::Result<bool> {
    // Ctrl-C is the pager's: what waits for it must not end before it.
    let _interrupts = signal(SignalKind::interrupt())?;
    let mut command = Command::new("sh");
    command.arg("-c").arg(pager).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(why),
    };
    let written = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    let status = child.wait()?;
    match written {
        // Whoever leaves the pager has seen enough.
        Err(why) if why.kind() != ErrorKind::BrokenPipe => Err(why),
        _ => Ok(!NOT_FOUND.contains(&status.code())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_is_there_names_the_pager() {
        let both = [("PAGER", "more"), ("KINESCOPE_PAGER", "less -S")];
        for (set, expected) in [
            (&[][..], Some(LESS)),
            (&both[..1], Some("more")),
            (&both, Some("less -S")),
            (&[("PAGER", "more"), ("KINESCOPE_PAGER", "")], None),
            (&[("PAGER", "cat")], None),
            (&[("PAGER", "")], None),
        ] {
            let lookup = |name: &str| {
                set.iter().find(|(set, _)| *set == name).map(|(_, value)| OsString::from(value))
            };
            assert_eq!(chosen(lookup), expected.map(OsString::from), "{set:?}");
        }
    }
}
