//! One key's chain as a Graphviz digraph, folded as the text is.
//!
//! The text is ASCII, so that it can be shown on any terminal. What a node is shows in its shape and
//! in its words, and again in its colour. petgraph's own `Dot` would draw the whole table, and only
//! rows that are there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use rustc_hash::FxHashMap;

use super::Chain;
use super::chain::lines;
use crate::display::{Glyphs, Label, Shown, words};
use crate::history::lanes::{Item, SHORTEST_FOLD};
use crate::history::{Absence, History, Kind, Link, RowIx, Standing};
use crate::text::{escape, printable};

/// Writes the digraph.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn text(out: &mut dyn Write, chain: &Chain<'_>) -> io::Result<()> {
    let Chain { table, key, plan, .. } = *chain;
    let history = table.history;
    let effect = plan.and_then(|plan| plan.effect_on(history, key));
    let shown = Shown { plan, effect, ..Shown::of(history) };
    let mut heading = vec![escape(history.name(key)).into_owned(), words::key_now(history, key)];
    heading.extend(words::prospect(history, chain.verdict, key, table.is_whole()));
    heading.extend(plan.and_then(words::stop));
    if !table.is_whole() {
        let asked = table.history.profile().part.as_ref().map(|_| ", AS ASKED FOR");
        heading.push(format!("READ ONLY IN PART{}", asked.unwrap_or_default()));
    }
    if let Some(made) = table.made {
        let newest = history.current().unwrap_or_default();
        let (source, kind, words) = (table.place(), table.kind, made.words());
        let said = format!("{source} ({kind}), newest revision {newest}, read {words}");
        writeln!(out, "// {}", Glyphs::Ascii.name(&printable(&said)))?;
    }
    writeln!(out, "digraph chain {{")?;
    writeln!(out, "  label={};", quoted(&heading.join("\n")))?;
    writeln!(out, "  labelloc=t;")?;
    writeln!(out, "  node [shape=box, style=solid, fontname=monospace];")?;
    writeln!(out, "  edge [fontname=monospace];")?;
    let (items, folds) = items(chain);
    for &item in &items {
        let label = Label::of(&shown, item);
        // The note may hold a name, which stays as it is.
        let words = [label.id, label.what, label.note, Glyphs::Ascii.text(&label.fate)]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        match item {
            Item::Row(at) | Item::Foreign(at) => {
                let look = look(history, item, at);
                writeln!(out, "  r{} [label={}, {look}];", history.id(at), quoted(&words))?;
            }
            Item::Absent(id, why) => {
                let look = if why == Absence::Broken { "color=red3" } else { "color=gray50" };
                let label = quoted(&words);
                writeln!(
                    out,
                    "  r{id} [label={label}, shape=plaintext, fontname=\"monospace italic\", {look}];"
                )?;
            }
            Item::Fold { newest, .. } => {
                let (node, label) = (node(history, &folds, newest), quoted(&words));
                writeln!(out, "  {node} [label={label}, style=dotted, color=gray50];")?;
            }
        }
    }
    // Within a fold nothing is drawn: what it follows is what its oldest row follows.
    let last = |item: &Item| match *item {
        Item::Fold { oldest, .. } => Some(oldest),
        item => item.row(),
    };
    let rows: BTreeSet<RowIx> = items.iter().filter_map(last).collect();
    for &at in rows.iter().rev() {
        // Where another key's row leads is that key's picture, unless it leads here.
        let here = history.key_at(at) == Some(key);
        if here || history.prev(at).is_some_and(|prev| history.key_at(prev) == Some(key)) {
            edge(out, history, &folds, at)?;
        }
    }
    writeln!(out, "}}")
}

/// The folded rows, each with the newest of its fold.
type Folds = FxHashMap<RowIx, RowIx>;

/// What has a node. A fold of the text may hold rows of several branches, which were written by turns:
/// here each branch has its own, or they would seem to be one.
fn items(chain: &Chain<'_>) -> (Vec<Item>, Folds) {
    let history = chain.table.history;
    let (mut items, mut folds) = (Vec::new(), Folds::default());
    for item in
        lines(history, chain.key, chain.plan, chain.all).into_iter().filter_map(|line| line.item)
    {
        let Item::Fold { newest, oldest, .. } = item else {
            items.push(item);
            continue;
        };
        let rows = std::iter::successors(Some(newest), |&at| {
            history.older(at).filter(|&older| older >= oldest)
        });
        let mut branches = Folds::default();
        let mut runs: BTreeMap<Reverse<RowIx>, Vec<RowIx>> = BTreeMap::new();
        for at in rows {
            // A plain row has one row that points at it.
            let after = history.successors(at).find_map(|by| branches.get(&by).copied());
            let first = after.unwrap_or(at);
            branches.insert(at, first);
            runs.entry(Reverse(first)).or_default().push(at);
        }
        for run in runs.into_values() {
            match run[..] {
                [newest, .., oldest] if run.len() >= SHORTEST_FOLD => {
                    items.push(Item::Fold { newest, oldest, rows: run.len() });
                    folds.extend(run.into_iter().map(|at| (at, newest)));
                }
                _ => items.extend(run.into_iter().map(Item::Row)),
            }
        }
    }
    (items, folds)
}

/// What the node of a row, or of the fold that has it, is called.
fn node(history: &History, folds: &Folds, at: RowIx) -> String {
    match folds.get(&at) {
        Some(&newest) => format!("fold{}", history.id(newest)),
        None => format!("r{}", history.id(at)),
    }
}

fn edge(out: &mut dyn Write, history: &History, folds: &Folds, at: RowIx) -> io::Result<()> {
    let id = history.id(at);
    let from = node(history, folds, at);
    match history.link(at) {
        Link::Present(prev) => {
            writeln!(out, "  {from} -> {} [label=present];", node(history, folds, prev))
        }
        Link::Forward(prev) => writeln!(
            out,
            "  r{id} -> r{} [label=forward, style=bold, color=red3, constraint=false];",
            history.id(prev)
        ),
        Link::Itself => writeln!(out, "  r{id} -> r{id} [label=self, style=bold, color=red3];"),
        Link::Missing(prev, _) => {
            writeln!(out, "  r{id} -> r{prev} [label=missing, style=dashed];")
        }
        Link::Ahead(prev) => {
            let label = quoted(&format!("{prev}\nnot in the table"));
            writeln!(out, "  r{prev} [label={label}, shape=plaintext, color=red3];")?;
            writeln!(out, "  r{id} -> r{prev} [label=missing, style=dashed];")
        }
        Link::None => Ok(()),
    }
}

/// The shape and colour of a row's node: a tombstone is an octagon, a branch that was forgotten has
/// a double border, another key's row is dashed, and a row at which the chain forks is a house.
fn look(history: &History, item: Item, at: RowIx) -> &'static str {
    if matches!(item, Item::Foreign(_)) {
        return "shape=box, style=dashed, color=red3";
    }
    let forks = history.key_at(at).is_some_and(|key| {
        history.successors(at).filter(|&by| history.key_at(by) == Some(key)).nth(1).is_some()
    });
    match (history.kind(at), history.standing(at)) {
        (Kind::Delete, _) => "shape=octagon, color=magenta3",
        (_, Standing::Forgotten) => "shape=box, peripheries=2, color=darkorange3",
        (_, Standing::Live) => "shape=box, style=bold, color=green4",
        (_, Standing::Unreadable) => "shape=hexagon, color=red3",
        _ if forks => "shape=invhouse, color=darkorange3",
        _ => "shape=box",
    }
}

/// A string of the dot language. Its own escapes begin with a backslash, so those of a name are
/// doubled; and `&` begins an entity, as in HTML, which is how what is not ASCII is written.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => {
                let _ = write!(quoted, "\\{char}");
            }
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            char if !char.is_ascii() => {
                let _ = write!(quoted, "&#{};", char as u32);
            }
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}
