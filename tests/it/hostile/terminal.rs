//! The program in a real terminal: what reaches it.

use std::path::Path;

use crate::support::hostile::{harm, names, tsv};
use crate::support::program::{file, kinescope, ran};
use crate::support::pty::Pty;

/// The ends of control sequences that the explorer's own library writes: to the cursor, to colours
/// and modes, to clear.
const ENDS: &[u8] = b"HJKhlm";

/// Takes what was written apart, and refuses every sequence but those. Gives the text between.
fn text_of(written: &[u8]) -> String {
    let mut text = Vec::new();
    let mut rest = written;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != 0x1b {
            text.push(byte);
            continue;
        }
        let rest_of_it = || String::from_utf8_lossy(&after[..after.len().min(20)]).into_owned();
        assert_eq!(after.first(), Some(&b'['), "no control sequence: {:?}", rest_of_it());
        let numbers =
            after[1..].iter().take_while(|byte| matches!(byte, b'0'..=b'9' | b';' | b'?'));
        let end = 1 + numbers.count();
        let is_known = after.get(end).is_some_and(|end| ENDS.contains(end));
        assert!(is_known, "an unknown sequence: {:?}", rest_of_it());
        rest = &after[end + 1..];
    }
    String::from_utf8(text).expect("it is UTF-8")
}

/// Refuses what a terminal is asked for beyond showing text.
struct Strict;

impl vt100::Callbacks for Strict {
    fn audible_bell(&mut self, _: &mut vt100::Screen) {
        panic!("the bell rings");
    }

    fn resize(&mut self, _: &mut vt100::Screen, size: (u16, u16)) {
        panic!("the window is resized to {size:?}");
    }

    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        panic!("the window is called {title:?}");
    }

    fn set_window_icon_name(&mut self, _: &mut vt100::Screen, name: &[u8]) {
        panic!("the icon is called {name:?}");
    }

    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        panic!("the clipboard holds {data:?}");
    }

    fn paste_from_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8]) {
        panic!("the clipboard is read");
    }

    fn unhandled_osc(&mut self, _: &mut vt100::Screen, what: &[&[u8]]) {
        // That is asked: what its background is.
        assert_eq!(what, [&b"11"[..], b"?"], "the terminal is told {what:?}");
    }

    fn unhandled_char(&mut self, _: &mut vt100::Screen, char: char) {
        panic!("a character that is none: {char:?}");
    }

    fn unhandled_control(&mut self, _: &mut vt100::Screen, byte: u8) {
        panic!("a control character: {byte}");
    }
}

#[test]
fn only_our_own_sequences_reach_the_terminal() {
    let (_directory, path) = file(&tsv());
    let program = Path::new(env!("CARGO_BIN_EXE_kinescope"));
    let path = path.to_str().expect("it is UTF-8");
    for arguments in [&["--collation", "binary", path][..], &["--ascii", path]] {
        let mut pty = Pty::start(program, arguments, 120, 40);
        pty.wait_for("610 rows").wait_for("compacted 0");
        pty.press(&"j".repeat(names().len()));
        pty.press("\t\tc").wait_for("compact to");
        pty.press("a").wait_for("What it finds");
        pty.press(&"j".repeat(60)).press("au").wait_for("Usage");
        pty.press(&"j".repeat(60)).press("u").wait_until_gone("Usage");
        for name in names().iter().filter_map(|name| str::from_utf8(name).ok()) {
            // The end of what is pasted cannot be pasted.
            // ^U clears what was refused before.
            pty.press(&format!(":\x15\x1b[200~{name}\x1b[201~\r"));
        }
        pty.press(":\x159zq9\r").wait_for("No key is named 9zq9");
        pty.press(":\x1513\r").wait_for("Revision 13");
        pty.press("V").wait_for("Revision 13: value").wait_for("Text");
        pty.press("\t").wait_for("what changed");
        pty.press("q").wait_until_gone("what changed");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
        let written = pty.written();
        vt100::Parser::new_with_callbacks(40, 120, 0, Strict).process(&written);
        // It is asked for its background once, before anything is shown.
        let question = b"\x1b]11;?\x1b\\";
        let at = written.windows(question.len()).position(|bytes| bytes == question);
        let at = at.expect("the question");
        let text = text_of(&written[..at]) + &text_of(&written[at + question.len()..]);
        // The one that is left is the line feed of a terminal that is given back.
        let bad = text.chars().filter(|char| !matches!(char, '\r' | '\n')).find_map(harm);
        assert_eq!(bad, None);
        assert!(!arguments.contains(&"--ascii") || text.is_ascii());
    }
}

#[test]
fn a_terminal_that_is_not_utf_8_gets_ascii() {
    let (_directory, path) = file(&tsv());
    let name = "/registry/\u{4e9b}[2J";
    for arguments in [
        &["show", "PATH", name][..],
        &["show", "PATH", name, "--format", "dot"],
        &["show", "PATH", "/registry/\u{4e9b}"],
        &["preview", "PATH", "--rows"],
        &["preview", "PATH", "--format", "markdown"],
        &["audit", "PATH", "--all", "--format", "markdown"],
        &["audit", "PATH", "--all"],
        &["usage", "PATH", "--all"],
        &["usage", "PATH", "--all", "--format", "markdown"],
        &["usage", "PATH", "--under", "/\u{4e9b}"],
        &["keys", "PATH", "--all"],
        &["keys", "PATH", "--format", "markdown"],
        &["diff", "PATH", "0", "3"],
        &["diff", "PATH", "0", "3", "--format", "markdown"],
        &["compare", "PATH", "assets/scenarios/cluster.tsv"],
        &["compare", "PATH", "assets/scenarios/cluster.tsv", "--format", "markdown"],
        &["connect", "PATH"],
        &["preview", "/nonexistent/\u{4e9b}"],
    ] {
        let mut command = kinescope();
        for argument in arguments {
            match *argument {
                "PATH" => command.arg(&path),
                argument => command.arg(argument),
            };
        }
        let ran = ran(command.env("LC_ALL", "C").output().expect("the program runs"));
        let said = ran.out + &ran.err;
        assert!(!said.is_empty() && said.is_ascii(), "{arguments:?}: {said}");
    }
}
