//! A part of a table in a few words.

use crate::history::History;
use crate::history::compaction::Plan;
use crate::history::usage::{Kind, Node, Sizes, Usage};
use crate::text::{bytes, count, escape, grouped, share};

/// What a part is called, in a list of its parent's parts without what the parent's name says.
pub fn usage_part(usage: &Usage, history: &History, parent: Option<Node>, node: Node) -> String {
    let name = match parent {
        Some(parent) => usage.label(history, parent, node),
        None => usage.name(history, node),
    };
    match (name, node.kind) {
        // A key whose name ends with the `/` of its prefix.
        (Some(b""), _) if parent.is_some() => "(nothing more)".to_owned(),
        (Some(name), _) => escape(name).into_owned(),
        (None, Kind::Gaps) => "gap rows (gap-N)".to_owned(),
        (None, Kind::Nameless) => "rows whose name is NULL".to_owned(),
        (None, _) => "the whole table".to_owned(),
    }
}

/// What a part has, in sentences: of the table, of its keys, and what a compaction leaves.
pub fn about_part(
    usage: &Usage,
    history: &History,
    node: Node,
    plan: Option<&Plan>,
) -> Vec<String> {
    let amount = usage.amount(node);
    let all = usage.rows() as u64;
    let rows = count(amount.rows, "row");
    let mut said = vec![match node.kind {
        Kind::Table => format!("{rows}."),
        _ => format!("{rows}, {} of the table.", share(amount.rows, all)),
    }];
    if let (Some(freed), Some(plan)) = (amount.freed, plan) {
        said.push(format!(
            "A compaction to {} removes {} of them ({}) and leaves {}.",
            plan.reached,
            grouped(freed),
            share(freed, amount.rows),
            grouped(amount.rows.saturating_sub(freed))
        ));
    }
    if let Some(held) = amount.bytes {
        let gives_back = match (amount.freed_bytes, plan) {
            (Some(freed), Some(_)) => {
                format!(" The compaction gives back {} ({}).", bytes(freed), share(freed, held))
            }
            _ => String::new(),
        };
        said.push(format!("{} in values and old values.{gives_back}", bytes(held)));
    }
    match node.kind {
        Kind::Gaps => said.push(
            "kine writes a row named gap-N at a revision that no write took, so watchers need not \
             wait for it. `kinescope explain gap-rows` says what to do about many."
                .to_owned(),
        ),
        Kind::Nameless => said.push("kine never writes a row whose name is NULL.".to_owned()),
        Kind::Table | Kind::Prefix | Kind::Key => {
            let keys = count(amount.keys, "key");
            let each = rows_each(amount.rows - amount.gaps, amount.keys - amount.gaps);
            let tombstones = count(amount.tombstones, "tombstone");
            said.push(format!("{keys}, {} live; {each}. {tombstones}.", grouped(amount.live)));
        }
    }
    if let Some((oldest, newest)) = usage.span(node) {
        let (oldest, newest) = (history.id(oldest), history.id(newest));
        said.push(format!("Revisions {oldest} to {newest}."));
    }
    said
}

/// `151.6 rows a key`.
fn rows_each(rows: u64, keys: u64) -> String {
    let tenths = (rows * 10 + keys / 2) / keys.max(1);
    format!("{}.{} rows a key", grouped(tenths / 10), tenths % 10)
}

/// Why there are no bytes.
pub fn bytes_unknown(why: &str) -> String {
    format!("Bytes are unknown: {why}.")
}

/// What ended a measuring early: somebody did.
pub const STOPPED: &str = "it was stopped";

/// What ended a measuring early: an error.
pub fn failed(why: &str) -> String {
    format!("the reading failed: {why}")
}

/// Which rows have no size, and which sizes no row. `cut` says what ended the measuring early.
pub fn without_size(sizes: &Sizes, cut: Option<&str>) -> Vec<String> {
    let mut said = Vec::new();
    let rows = count(sizes.missing() as u64, "row");
    if let Some(cut) = cut {
        said.push(format!("SIZES READ ONLY IN PART: {rows} without a size, then {cut}"));
    } else if sizes.missing() > 0 {
        said.push(format!(
            "{rows} without a size: deleted after the rows were read and before the sizes were. \
             The bytes leave them out."
        ));
    }
    if sizes.strangers > 0 {
        said.push(format!(
            "{} without a row: written after the rows were read. The bytes leave them out.",
            count(sizes.strangers, "size")
        ));
    }
    said
}
