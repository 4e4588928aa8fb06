//! How two tables differ.

use std::io::{self, Write};

use super::{cell, gaps, pairs, prose};
use crate::display::words;
use crate::report::Compare;
use crate::text::grouped;

/// Writes how two tables differ.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn compare(out: &mut dyn Write, compare: &Compare<'_>) -> io::Result<()> {
    writeln!(out, "# How two kine tables differ\n")?;
    for table in compare.tables.iter().filter(|table| !table.is_understood()) {
        gaps(out, table)?;
    }
    for said in compare.verdict() {
        writeln!(out, "{}\n", prose(&said))?;
    }
    let tables = [("first", prose(&compare.table(0))), ("second", prose(&compare.table(1)))];
    let schema = compare.comparison.schema.iter().flatten();
    let schema = schema.map(|difference| ("schema", prose(&words::schema(difference))));
    pairs(out, tables.into_iter().chain(compare.facts()).chain(schema))?;
    if let Some(behind) = compare.behind {
        writeln!(out, "{}\n", words::behind(behind))?;
    }
    let (keys, more) = compare.keys();
    if !keys.is_empty() {
        writeln!(out, "| key | in the first, in the second |\n| --- | --- |")?;
    }
    for key in keys {
        writeln!(out, "| {} | {} |", cell(compare.key_name(key)), compare.key_story(key))?;
    }
    left_out(out, more)?;
    let (rows, more) = compare.rows();
    if !rows.is_empty() {
        writeln!(out, "\n| revision | key | the row |\n| --: | --- | --- |")?;
    }
    for row in &rows {
        let names = compare.row_names(row).into_iter();
        let names: Vec<String> = names.map(|name| name.map_or("NULL".to_owned(), cell)).collect();
        writeln!(
            out,
            "| {} | {} | {} |",
            row.id,
            names.join(", "),
            prose(&words::apart(row.apart))
        )?;
    }
    left_out(out, more)?;
    for (table, name) in compare.tables.iter().zip(["first", "second"]) {
        for note in table.notes {
            writeln!(out, "\n{}", prose(&format!("Of the {name}: {note}")))?;
        }
    }
    Ok(())
}

fn left_out(out: &mut dyn Write, more: usize) -> io::Result<()> {
    if more == 0 {
        return Ok(());
    }
    writeln!(out, "\nAnd {} more: `--all` lists them.", grouped(more as u64))
}
