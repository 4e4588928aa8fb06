//! A part of a table in a few words.

use super::super::escape;
use crate::history::History;
use crate::history::usage::{Kind, Node, Usage};

/// What a part is called, in a list of its parent's parts without what the parent's name says.
pub fn part(usage: &Usage, history: &History, parent: Option<Node>, node: Node) -> String {
    let name = match parent {
        Some(parent) => usage.label(history, parent, node),
        None => usage.name(history, node),
    };
    match (name, node.kind) {
        // A key whose name ends with the `/` of its prefix.
        (Some(b""), _) => "(nothing more)".to_owned(),
        (Some(name), _) => escape(name).into_owned(),
        (None, Kind::Gaps) => "gap rows (gap-N)".to_owned(),
        (None, Kind::Nameless) => "rows whose name is NULL".to_owned(),
        (None, _) => "the whole table".to_owned(),
    }
}
