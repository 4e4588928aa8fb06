//! What happens to the explorer, and what it asks to be done.

use std::time::Duration;

use crate::display::Background;
use crate::history::Revision;
use crate::source;
use crate::source::sql::log::Record;

use super::copy::What;
use super::external::External;
use super::keymap::Action;
use super::save::Saving;

/// Something that happened.
#[derive(Debug)]
pub enum Message {
    /// The source has something.
    Source(source::Event),
    /// The source has sizes, which were asked for.
    Measured(source::Measured),
    /// The source has the value that was asked for, or says why not.
    Found(source::Found),
    /// The source has the starts of values that were asked for, or says why not.
    Sampled(Vec<Revision>, Result<Vec<source::Sample>, source::Untold>),
    /// What came of a look at the end of the table.
    Looked(source::Looked),
    /// A key was pressed.
    Key(crossterm::event::KeyEvent),
    /// Keys were pressed faster than the screen is drawn: by a hand that holds one, or as what a terminal
    /// makes of pasted text. What they look for is looked for once.
    Keys(Vec<crossterm::event::KeyEvent>),
    /// The mouse was moved, or one of its buttons or its wheel.
    Mouse(crossterm::event::MouseEvent),
    /// Text was pasted.
    Paste(String),
    /// The same as the key that is bound to it.
    Action(Action),
    /// The terminal has this many columns and lines.
    Resize(u16, u16),
    /// The terminal has said what its background is.
    Background(Background),
    /// Time has passed: what waits for it may go on.
    Tick,
    /// The reading or the measuring has gone on for this long.
    Clock(Duration),
    /// What was sent to the server, all of it.
    Sent(Record),
    /// There is time to put some late rows among the others.
    Merge,
    /// There is time for a slice of the preview.
    Plan,
    /// There is time for a step of a list of keys.
    List,
    /// There is time to draw some of a chain.
    Draw,
    /// There is time for a slice of the audit.
    Audit,
    /// There is time to count some of the rows that fill the table.
    Count,
    /// There is time to compare some of what a compaction did with what was foreseen.
    Judge,
}

/// Something that the loop must do, since the model cannot.
#[derive(Debug)]
pub enum Command {
    /// Leave.
    Quit,
    /// Leave because of an interrupt: exit status 130.
    Interrupt,
    /// Stop, and leave the terminal to the shell until that goes on.
    Suspend,
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Show texts in a program of the user's, which has the terminal meanwhile.
    Show(External, Vec<(String, String)>),
    /// Copy a text.
    Copy(What, String),
    /// Write a report to a new file.
    Save(Saving),
    /// Ask the terminal what its background is.
    AskBackground,
    /// Leave because the source could not be opened.
    Fail(source::Error),
    /// Stop reading; what was read stays.
    StopReading,
    /// Read the source again from the start.
    Reload,
    /// Look at what is after a revision of the table, once a while has passed.
    Look(Revision, Duration),
    /// Look no more.
    StopLooking,
    /// Measure the values of the rows from one id up to another.
    Measure((Revision, Revision)),
    /// Read the starts of the values of some rows, for the times that are in them.
    Sample(Vec<Revision>),
    /// Read the values of a row; one that is still being read is wanted no more.
    Value(source::Wanted),
    /// Stop reading the values of a row.
    StopValue,
    /// Stop measuring; what was measured stays.
    StopMeasuring,
}
