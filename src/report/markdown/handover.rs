//! One document for a person: all of the reports that lead to a decision, and how to check them.

use std::io::{self, Write};

use super::by_hand::by_hand;
use super::{audit, code, facts, gaps, pairs, preview, prose, repair, verdict_with, who_compacts};
use crate::display::words;
use crate::history::History;
use crate::history::compaction::Effect;
use crate::report::Handover;
use crate::report::handover::{Holds, Last, Return};
use crate::text::{count, grouped};
use crate::value::Difference;

/// How many fields of a key are named.
const FIELDS: usize = 20;

/// Writes the document.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn handover(out: &mut dyn Write, handover: &Handover<'_>) -> io::Result<()> {
    let Handover { preview, audit, .. } = handover;
    let table = &preview.table;
    writeln!(out, "# A kine table, handed over\n")?;
    gaps(out, table)?;
    pairs(out, facts(table, table.history.compacted()))?;
    let mut rest = Vec::new();
    section(&mut rest, "Verdict", |out| {
        verdict_with(out, table, &audit.verdict, usize::MAX)?;
        table.notes.iter().try_for_each(|note| writeln!(out, "{}\n", prose(note)))
    })?;
    if !handover.returns.is_empty() {
        section(&mut rest, "What those keys would hold", |out| values(out, handover))?;
    }
    let title = format!("What a compaction to {} would do", preview.plan.requested);
    section(&mut rest, &title, |out| preview::body(out, preview, Vec::new()))?;
    section(&mut rest, "What is broken", |out| {
        writeln!(out, "{}\n", prose(&audit.tally()))?;
        audit::writers(out, audit)?;
        audit::rules(out, audit)?;
        audit::unchecked(out, audit)
    })?;
    section(&mut rest, "What mends it", |out| match &handover.repair {
        Ok(of) => repair::body(out, of).and_then(|()| writeln!(out)),
        Err(why) => writeln!(out, "No repair can be planned: {}.\n", prose(&why.to_string())),
    })?;
    who_compacts(&mut rest, table, audit.verdict.whole(), audit.policy)?;
    by_hand(&mut rest, preview, &handover.keys())?;
    contents(out, &rest)?;
    out.write_all(&rest)
}

/// Writes a part under a title; its own titles are below that. Only what we write begins a line with `#`.
fn section(
    out: &mut Vec<u8>,
    title: &str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut part = Vec::new();
    write(&mut part)?;
    writeln!(out, "## {title}\n")?;
    for line in part.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(b"#") {
            out.push(b'#');
        }
        out.extend_from_slice(line);
    }
    Ok(())
}

/// A link to each part.
fn contents(out: &mut dyn Write, rest: &[u8]) -> io::Result<()> {
    let text = String::from_utf8_lossy(rest);
    for title in text.lines().filter_map(|line| line.strip_prefix("## ")) {
        let anchor = title.to_lowercase().replace(' ', "-");
        writeln!(out, "- [{title}](#{anchor})")?;
    }
    writeln!(out)
}

/// How far the values that keys would get differ from their last ones.
fn values(out: &mut dyn Write, handover: &Handover<'_>) -> io::Result<()> {
    let Handover { returns, holds, preview, .. } = handover;
    let history = preview.table.history;
    writeln!(
        out,
        "The value that each key would get, compared with the last one that it was given: the names of the \
         fields that differ, and never what they hold. The values of {} were asked for, for {} of {}.\n",
        count(2 * holds.len() as u64, "row"),
        grouped(holds.len() as u64),
        count(returns.len() as u64, "key")
    )?;
    for (of, holds) in returns.iter().zip(holds) {
        let name = code(history.name(of.key));
        writeln!(out, "- {name} {}: {}", would(history, of), differs(holds))?;
    }
    let more = (returns.len() - holds.len()) as u64;
    if more > 0 {
        writeln!(out, "- and {}, whose values were not read", count(more, "more key"))?;
    }
    writeln!(out)
}

/// `would come back with the value of 5466 instead of that of 5889`.
fn would(history: &History, of: &Return) -> String {
    let does = if of.effect == Effect::Resurrected { "come" } else { "go" };
    let last = history.id(of.last.row());
    let last = match of.last {
        Last::Value(_) => format!("that of {last}"),
        Last::Old(_) => format!("the one before {last}"),
    };
    format!("would {does} back with the value of {} instead of {last}", history.id(of.at))
}

fn differs(holds: &Holds) -> String {
    let changed = match holds {
        Holds::Compared(Difference::Fields(changed)) => changed,
        Holds::Compared(Difference::Lines(_)) => {
            return "they differ, and are no objects whose fields have names".to_owned();
        }
        Holds::Compared(Difference::Nothing) => return "both are the same".to_owned(),
        Holds::Compared(Difference::NotInStart) => {
            return "both begin alike, and the rest was not read".to_owned();
        }
        Holds::Compared(Difference::Encrypted) => {
            return "encrypted at rest, so nobody can tell what differs".to_owned();
        }
        Holds::Masked(mask) => {
            return format!("masked: {}", prose(&words::why_masked(*mask, "a value")));
        }
        Holds::Unknown(why) => return format!("unknown: {}", prose(why)),
    };
    let (noise, fields): (Vec<_>, Vec<_>) = changed.iter().partition(|it| it.is_noise);
    let shown = fields.len().min(FIELDS);
    let mut said: Vec<String> = fields[..shown].iter().map(|it| code(it.path.as_bytes())).collect();
    if shown < fields.len() {
        said.push(count((fields.len() - shown) as u64, "more field"));
    }
    if !noise.is_empty() {
        let noise = count(noise.len() as u64, "field");
        said.push(format!("{noise} of managedFields, resourceVersion or heartbeats"));
    }
    format!("different in {}", said.join(", "))
}
