//! A record: a line, or several where CSV has a line end in a field.

use std::io::{self, BufRead};

use super::lines::Lines;
use super::split::Split;

/// Goes to the next line, and the end of what begins there.
pub(super) fn next(lines: &mut Lines<impl BufRead>, split: &Split) -> io::Result<bool> {
    let is_there = lines.advance()?;
    if is_there {
        go_on(lines, split)?;
    }
    Ok(is_there)
}

/// Takes more lines as parts of the current one, as long as a quote of CSV is open.
pub(super) fn go_on(lines: &mut Lines<impl BufRead>, split: &Split) -> io::Result<()> {
    if !matches!(split, Split::Separated { .. }) {
        return Ok(());
    }
    let mut counted = 0;
    let mut open = false;
    loop {
        let text = &lines.text()[counted..];
        open = text.iter().fold(open, |open, &byte| open ^ (byte == b'"'));
        counted += text.len();
        if !open || !lines.append()? || lines.is_too_long() {
            return Ok(());
        }
    }
}
