//! The clipboard: the terminal's, by the escape sequence OSC 52, which also reaches it through ssh; or
//! what a command of the settings does with it.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What terminals take at most, in base64: more is cut off by some, and ignored by others.
const MOST: usize = 74_994;

/// What stands between the terminal and the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    Tmux,
    Screen,
}

/// Copies a text; says to where, or why that cannot be.
pub(in crate::tui) fn copy(text: &str, command: Option<&str>) -> Result<&'static str, String> {
    if let Some(command) = command {
        return given_to(command, text).map(|()| "what the settings name");
    }
    let between = match (std::env::var_os("TMUX"), std::env::var_os("STY")) {
        (Some(_), _) => Between::Tmux,
        (_, Some(_)) => Between::Screen,
        _ => Between::Nothing,
    };
    let sequence = sequence(text, between)?;
    let mut out = io::stdout();
    let written = out.write_all(sequence.as_bytes()).and_then(|()| out.flush());
    written.map(|()| "the terminal's clipboard").map_err(|error| error.to_string())
}

/// The sequence that hands it to the terminal, through whatever is between.
fn sequence(text: &str, between: Between) -> Result<String, String> {
    /// What screen passes on at once.
    const PIECE: usize = 252;
    let packed = STANDARD.encode(text);
    if packed.len() > MOST {
        return Err(format!(
            "{} are too much for a terminal's clipboard: a `clipboard` command in the settings \
             takes them.",
            crate::text::bytes(text.len() as u64)
        ));
    }
    let plain = format!("\x1b]52;c;{packed}\x07");
    Ok(match between {
        Between::Nothing => plain,
        Between::Tmux => format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Between::Screen => {
            let pieces = plain.as_bytes().chunks(PIECE);
            let pieces = pieces.map(|it| format!("\x1bP{}\x1b\\", String::from_utf8_lossy(it)));
            pieces.collect()
        }
    })
}

/// Gives it to a command of the shell, and waits until that has it.
fn given_to(command: &str, text: &str) -> Result<(), String> {
    let failed = |why: String| format!("The clipboard command failed: {why}.");
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", command]).stdin(Stdio::piped());
    let mut child = shell
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // One that does not want it all ends with a status that says so.
        let _ = input.write_all(text.as_bytes());
    }
    let status = child.wait().map_err(|error| failed(error.to_string()))?;
    if status.success() { Ok(()) } else { Err(failed(status.to_string())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_terminal_is_handed_it_through_what_is_between() {
        let sequence = |between| sequence("node-02", between).expect("it is short");
        assert_eq!(sequence(Between::Nothing), "\x1b]52;c;bm9kZS0wMg==\x07");
        assert_eq!(sequence(Between::Tmux), "\x1bPtmux;\x1b\x1b]52;c;bm9kZS0wMg==\x07\x1b\\");
        assert_eq!(sequence(Between::Screen), "\x1bP\x1b]52;c;bm9kZS0wMg==\x07\x1b\\");
    }

    #[test]
    fn what_is_too_much_is_refused() {
        assert!(sequence(&"x".repeat(56_000), Between::Nothing).is_ok());
        assert!(sequence(&"x".repeat(57_000), Between::Nothing).is_err());
    }

    #[test]
    fn a_command_is_given_the_text_and_may_fail() {
        assert_eq!(given_to("read line; test \"$line\" = node-02", "node-02\n"), Ok(()));
        let failed = given_to("exit 3", "x").expect_err("it fails");
        assert!(failed.contains("exit status: 3"), "{failed}");
    }
}
