//! What a source leads to: the way to a server, each part with who said it, and what answers there.

use std::io::{self, Write};

use super::pen::{Pen, sentence};
use crate::report::connect::notes;
use crate::report::{Page, Table};
use crate::source::mysql::Answer;
use crate::source::mysql::endpoint::{Endpoint, Origin, TlsMode};
use crate::text::{grouped, printable};

/// Writes what would be connected to; never a password.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn way(out: &mut dyn Write, page: Page, endpoint: &Endpoint) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let (tls, origins) = (&endpoint.tls, &endpoint.origins);
    let mut field = |name: &str, what: &str, origin: &Origin, without: &str| {
        let text = match origin {
            Some(origin) => format!("{what}, from {origin}"),
            None => format!("{what}{without}"),
        };
        pen.field(name, &printable(&text))
    };
    field("server", &endpoint.address.to_string(), &origins.address, ", the default")?;
    let user = if endpoint.user.is_empty() { "nobody" } else { &endpoint.user };
    field("user", user, &origins.user, ", the default")?;
    let password = if endpoint.password().is_some() { "set" } else { "not set" };
    field("password", password, &origins.password, "")?;
    let default = ", kine's default";
    field("database", &endpoint.database, &origins.database, default)?;
    let without = match tls.mode {
        TlsMode::Preferred => "",
        _ => ", because TLS files are named",
    };
    field("ssl-mode", &format!("{} ({})", tls.mode, mode(tls.mode)), &origins.tls, without)?;
    for (name, path, origin) in [
        ("ssl-ca", &tls.ca, &origins.ca),
        ("ssl-cert", &tls.certificate, &origins.certificate),
        ("ssl-key", &tls.key, &origins.key),
        ("public key", &endpoint.public_key, &origins.public_key),
    ] {
        if let Some(path) = path {
            field(name, &path.display().to_string(), origin, "")?;
        }
    }
    for note in notes(endpoint) {
        pen.paragraph(&printable(&note))?;
    }
    pen.blank()
}

fn mode(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Disabled => "no encryption",
        TlsMode::Preferred => "encrypted if the server offers it, without checking who it is",
        TlsMode::Required => "encrypted, without checking who the server is",
        TlsMode::VerifyCa => {
            "encrypted, with a server certificate that a trusted authority \
                              signed"
        }
        TlsMode::VerifyIdentity => {
            "encrypted, with a server certificate that a trusted authority signed for this host"
        }
    }
}

/// Writes what the server answers.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn answer(
    out: &mut dyn Write,
    page: Page,
    endpoint: &Endpoint,
    answer: &Answer,
) -> io::Result<()> {
    let mut pen = Pen::new(out, page);
    let mut field = |name: &str, text: &str| pen.field(name, &printable(text));
    field("answers", &answer.server)?;
    field("encrypted", &answer.cipher.as_ref().map_or("no".into(), |it| format!("yes: {it}")))?;
    field("account", answer.account.as_deref().unwrap_or("the server does not tell"))?;
    // Without it there is no answer.
    field("read-only", "yes, confirmed by the server: it refuses every write of this session")?;
    match &answer.table {
        Ok(table) => {
            let rows = table.rows.map_or_else(
                || "the server gives no estimate of its rows".to_owned(),
                |rows| format!("about {} rows, by the server's estimate", grouped(rows)),
            );
            let engine = table.engine.as_ref().map_or_else(String::new, |it| format!(" ({it})"));
            let kind = if table.is_view { "a view called kine" } else { "kine" };
            field("table", &format!("{kind}, {rows}{engine}"))?;
            field("readable", "yes: its columns are kine's, and the account may SELECT them")?;
        }
        Err(error) => field("table", &format!("NOT READABLE: {}", sentence(&error.in_full())))?,
    }
    for (at, grant) in answer.grants.iter().enumerate() {
        field(if at == 0 { "grants" } else { "" }, grant)?;
    }
    if answer.grants.is_empty() {
        field("grants", "the server does not tell")?;
    }
    if answer.may_write() {
        pen.paragraph(&printable(&format!(
            "The account may do more than read. kinescope needs only SELECT ON {}.kine.",
            endpoint.database
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
