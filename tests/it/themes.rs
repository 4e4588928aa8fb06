//! Colours in a real terminal: it is asked for its background, and what is typed meanwhile is not lost.

use std::path::Path;

use crate::support::pty::Pty;

/// What the terminal is asked.
const QUESTION: &[u8] = b"\x1b]11;?\x1b\\";

fn start(arguments: &[&str]) -> Pty {
    Pty::start(Path::new(env!("CARGO_BIN_EXE_kinescope")), arguments, 120, 30)
}

fn is_asked(pty: &Pty) -> bool {
    pty.written().windows(QUESTION.len()).any(|bytes| bytes == QUESTION)
}

/// The colour of the first cell of a pane's frame that has the keyboard.
fn frame(screen: &vt100::Screen) -> Option<vt100::Color> {
    let (rows, columns) = screen.size();
    let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
    let mut cells = cells.filter_map(|(row, column)| screen.cell(row, column));
    cells.find(|cell| cell.contents() == "┌").map(vt100::Cell::fgcolor)
}

#[test]
fn the_colours_fit_the_background_that_the_terminal_names() {
    for (answer, number) in
        [("\x1b]11;rgb:ffff/ffff/ffff\x1b\\", 24), ("\x1b]11;rgb:1e1e/1e1e/1e1e\x07", 80)]
    {
        let mut pty = start(&["demo", "cluster"]);
        pty.wait_for("↶ 0 reverted");
        assert!(is_asked(&pty));
        // The terminal's own, until it is known.
        pty.wait_until("cyan", |screen| frame(screen) == Some(vt100::Color::Idx(6)));
        // In the middle of what is typed.
        pty.press(&format!("/node-2{answer}0"));
        pty.wait_for("find keys: node-20");
        pty.wait_until("the colours", |screen| frame(screen) == Some(vt100::Color::Idx(number)));
        // The first closes the filter.
        pty.press("\r").press("q").wait_for("Everything is listed again");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    }
}

#[test]
fn a_terminal_is_asked_only_where_the_colours_hang_on_it() {
    for (arguments, asked, number) in [
        (&["--theme", "default"][..], false, vt100::Color::Idx(6)),
        (&["--theme", "dark"], false, vt100::Color::Idx(80)),
        (&["--theme", "light"], false, vt100::Color::Idx(24)),
        (&["--theme", "mono"], false, vt100::Color::Default),
        (&["--color", "never"], false, vt100::Color::Default),
        (&["--theme", "colour-blind"], true, vt100::Color::Idx(6)),
        (&["--theme", "colorblind"], true, vt100::Color::Idx(6)),
        (&["--theme", "high-contrast"], true, vt100::Color::Default),
    ] {
        let mut pty = start(&[arguments, &["demo", "cluster"]].concat());
        pty.wait_for("↶ 0 reverted");
        pty.wait_until("the colours", |screen| frame(screen) == Some(number));
        assert_eq!(is_asked(&pty), asked, "{arguments:?}");
        pty.press("q");
        assert_eq!(pty.wait(), 0);
        pty.assert_restored();
    }
}

#[test]
fn an_answer_that_comes_late_is_not_left_to_the_shell() {
    let shell =
        "stty -echo; \"$0\" demo cluster; read -r -t 1 left; echo \"left <$left> to the shell\"";
    let program = env!("CARGO_BIN_EXE_kinescope");
    let mut pty = Pty::start(Path::new("/bin/bash"), &["-c", shell, program], 120, 30);
    pty.wait_until("the question", |_| true);
    while !is_asked(&pty) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    pty.press("q");
    std::thread::sleep(std::time::Duration::from_millis(30));
    pty.press("\x1b]11;rgb:0000/0000/0000\x1b\\");
    pty.wait_for("left <> to the shell");
    pty.wait();
}
