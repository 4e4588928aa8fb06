//! How two tables differ.

use std::io::{self, Write};

use super::pen::Pen;
use crate::display::{Role, words};
use crate::report::{Compare, Page};
use crate::text::{count, escape, grouped, printable};

/// Writes how two tables differ.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn compare(out: &mut dyn Write, page: Page, compare: &Compare<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    for (table, name) in compare.tables.iter().zip(["first", "second"]) {
        if !table.is_understood() {
            pen.line(&[(Role::Title, &format!("The {name} table:"))])?;
            pen.gaps(table)?;
        }
    }
    for said in compare.verdict() {
        pen.wrapped(Role::Text, "", "", &said)?;
    }
    pen.blank()?;
    for (at, name) in ["first", "second"].into_iter().enumerate() {
        pen.field(name, &printable(&compare.table(at)))?;
        pen.made(&compare.tables[at])?;
    }
    if let Some(part) = words::part(compare.tables[0].history.profile()) {
        pen.field("part", &format!("{part} of both"))?;
    }
    for (name, value) in compare.facts() {
        pen.wrapped(Role::Text, &format!("{name:<13}"), &" ".repeat(13), &value)?;
    }
    for difference in compare.comparison.schema.iter().flatten() {
        pen.wrapped(Role::Text, "schema     ", "           ", &words::schema(difference))?;
    }
    if let Some(behind) = compare.behind {
        pen.paragraph(&words::behind(behind))?;
    }
    keys(&mut pen, compare)?;
    rows(&mut pen, compare)?;
    notes(&mut pen, compare)
}

fn keys(pen: &mut Pen<'_>, compare: &Compare<'_>) -> io::Result<()> {
    let (keys, more) = compare.keys();
    if keys.is_empty() {
        return Ok(());
    }
    let all = count((keys.len() + more) as u64, "key");
    pen.paragraph(&format!("{all} not the same:"))?;
    for key in keys {
        let name = escape(compare.key_name(key));
        let said = format!("{name}  {}", compare.key_story(key));
        pen.entry(Role::Text, &said)?;
    }
    left_out(pen, more)
}

fn rows(pen: &mut Pen<'_>, compare: &Compare<'_>) -> io::Result<()> {
    let (rows, more) = compare.rows();
    if rows.is_empty() {
        return Ok(());
    }
    let all = count((rows.len() + more) as u64, "row");
    pen.paragraph(&format!("{all} in which the histories differ:"))?;
    for row in &rows {
        let names = compare.row_names(row).into_iter();
        let names: Vec<String> = names
            .map(|name| name.map_or("NULL".into(), |name| escape(name).into_owned()))
            .collect();
        let said = format!("{}  {}  {}", row.id, names.join(", "), words::apart(row.apart));
        pen.entry(Role::Text, &said)?;
    }
    left_out(pen, more)
}

fn left_out(pen: &mut Pen<'_>, more: usize) -> io::Result<()> {
    if more == 0 {
        return Ok(());
    }
    pen.line(&[(Role::Dim, &format!("  and {} more: --all lists them", grouped(more as u64)))])
}

fn notes(pen: &mut Pen<'_>, compare: &Compare<'_>) -> io::Result<()> {
    for (table, name) in compare.tables.iter().zip(["first", "second"]) {
        for note in table.notes {
            pen.paragraph(&printable(&format!("Of the {name}: {note}")))?;
        }
    }
    Ok(())
}
