//! What a source leads to: the way to a server, each part with who said it, and what answers there.

use std::io::{self, Write};

use super::pen::{Pen, sentence};
use crate::report::{Page, Table};
use crate::source::{Account, Answer, Part, Told, Way};
use crate::text::{grouped, printable};

/// Writes what would be connected to; never a password.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn way(out: &mut dyn Write, page: Page, way: &Way) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    for Part { name, told, origin, without } in &way.parts {
        let what = match told {
            Told::Nothing => continue,
            Told::Text(text) if text.is_empty() => "nobody".to_owned(),
            Told::Text(text) => text.clone(),
            Told::Meaning(text, meaning) => format!("{text} ({meaning})"),
            Told::Password(is_set) => if *is_set { "set" } else { "not set" }.to_owned(),
        };
        let text = match origin {
            Some(origin) => format!("{what}, from {origin}"),
            None if without.is_empty() => what,
            None => format!("{what}, {without}"),
        };
        pen.field(name, &printable(&text))?;
    }
    for note in &way.notes {
        pen.paragraph(&printable(note))?;
    }
    pen.blank()
}

/// Writes what the server answers.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn answer(out: &mut dyn Write, page: Page, answer: &Answer) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let mut field = |name: &str, text: &str| pen.field(name, &printable(text));
    field("answers", &answer.server)?;
    if let Some(Account { cipher, name, .. }) = &answer.account {
        field("encrypted", &cipher.as_ref().map_or("no".into(), |it| format!("yes: {it}")))?;
        field("account", name.as_deref().unwrap_or("the server does not tell"))?;
    }
    for (name, fact) in &answer.facts {
        field(name, fact)?;
    }
    // Without it there is no answer.
    field("read-only", "yes, confirmed: every write of this session is refused")?;
    match &answer.table {
        Ok(table) => {
            let rows = match table.rows {
                Some(rows) => format!(", about {} rows, by the server's estimate", grouped(rows)),
                None if answer.account.is_none() => String::new(),
                None => ", the server gives no estimate of its rows".to_owned(),
            };
            let engine = table.engine.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
            let kind = if table.is_view { "a view called kine" } else { "kine" };
            field("table", &format!("{kind}{rows}{engine}"))?;
            field("readable", "yes: its columns are kine's, and the account may SELECT them")?;
        }
        Err(error) => field("table", &format!("NOT READABLE: {}", sentence(&error.in_full())))?,
    }
    let Some(account) = &answer.account else { return Ok(()) };
    for (at, grant) in account.grants.iter().enumerate() {
        field(if at == 0 { "grants" } else { "" }, grant)?;
    }
    if account.grants.is_empty() {
        field("grants", "the server does not tell")?;
    }
    if account.may_write {
        pen.paragraph(&printable(&format!(
            "The account may do more than read. kinescope needs only {}.",
            account.needs
        )))?;
    }
    Ok(())
}

/// Writes what a table as text is, which was read to know it.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn text(out: &mut dyn Write, page: Page, table: &Table<'_>) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    pen.gaps(table)?;
    pen.facts(table, table.history.compacted())?;
    for note in table.notes {
        pen.paragraph(&printable(note))?;
    }
    Ok(())
}
