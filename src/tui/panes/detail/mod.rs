//! What is selected, in words: a line of the chain, and in the list of findings a finding or a rule.

pub(in crate::tui) mod finding;
pub(in crate::tui) mod view;
pub(in crate::tui) mod write;
mod writer;

use super::findings::list::Spot;
use crate::display::{Past, Role};
use crate::history::clock::Written;
use crate::history::lanes::Item;
use crate::history::usage::Node;
use crate::history::{KeyId, Revision, compaction};

/// What the words were made for; when it changes, they are made again.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Made {
    item: Option<Item>,
    spot: Option<Spot>,
    part: Option<(Node, usize)>,
    /// How many passes of the audit are done, whether there is a verdict, and who compacts is known.
    passes: (usize, bool, bool),
    row_first: bool,
    key: Option<KeyId>,
    drawing: bool,
    rows: usize,
    /// What the key was at the moment that is looked at.
    past: Option<Past>,
    /// When the row was written, as far as that is known.
    written: Option<Written>,
    target: Option<(Revision, compaction::Algorithm)>,
    width: usize,
    short: bool,
}

/// What is selected, in lines that fit the pane.
#[derive(Debug, Default)]
pub struct Detail {
    /// What the pane is called.
    pub title: String,
    /// The lines.
    pub lines: Vec<(String, Role)>,
    /// Whether the row is told of before the finding: the chain had the keyboard last.
    row_first: bool,
    made: Option<Made>,
}
