//! `export`: a new, complete table for any of kine's databases.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};
use kinescope::export::{Fit, Head, Misfit, dialect_of, fit, longest_value};
use kinescope::history::compaction::{Policy, Verdict};
use kinescope::history::{Dialect, RowIx};
use kinescope::repair::{Choices, Repair};
use kinescope::report::{self, Table};
use kinescope::source::Error;
use kinescope::text::{escape, grouped};

use crate::cli::context::Read;
use crate::cli::newfile::NewFile;
use crate::cli::output::printed;
use crate::cli::{Context, Status, appearance, progress, say};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Output {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Group)]
pub(in crate::cli) struct Export {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Write the new table to this new file: .sql for MySQL and MariaDB, .pg.sql for PostgreSQL, .db for
    /// SQLite
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) to: PathBuf,
    /// Leave out the stray rows, which a repair deletes
    #[arg(long)]
    pub(in crate::cli) repaired: bool,
    /// Choose the format of the summary
    #[arg(long, short, value_enum, default_value_t)]
    pub(in crate::cli) output: Output,
}

/// Runs `kinescope export`.
pub(in crate::cli) async fn export(args: Export, context: &Context) -> Result<Status, Error> {
    let dialect = dialect_of(&args.to).ok_or_else(|| {
        Error::usage("the name of the new file does not say for which database it is").hint(
            "End it with .sql for MySQL and MariaDB, .pg.sql for PostgreSQL, or .db for SQLite.",
        )
    })?;
    let source = context.server.source(args.source)?;
    let file = NewFile::create(&args.to)?;
    let (read, mut contents) = context.read_with_contents(source).await?;
    let table = read.table();
    check(&table)?;
    let verdict = Verdict::of(table.history, Policy::DEFAULT.by_itself());
    let strays = args.repaired.then(|| {
        let repair = Repair::of(table.history, &verdict, &Choices::default());
        (repair.gone(), repair.kept())
    });
    let (strays, kept) = strays.unzip();
    let mut found = fit(table.history, dialect, strays.as_deref());
    let left_out = strays.as_deref().unwrap_or_default();
    found.obstacles.extend(too_long(&read, dialect).await?);
    if let Some(keys @ 1..) = kept {
        say(&format!(
            "kinescope: stray rows of {keys} keys are kept: kinescope repair says why.\n"
        ));
    }
    let changes = changes(found)?;
    let shown = escape(args.to.as_os_str().as_encoded_bytes()).into_owned();
    let head = head(&table, left_out.len());
    let written = progress::export(
        &read.source,
        (table.history, &mut contents),
        dialect,
        file.path(),
        &head,
        left_out,
    )
    .await?;
    let bytes = file.finish()?;
    let id = |at: RowIx| table.history.id(at);
    let export = report::Export {
        table,
        file: &shown,
        dialect,
        bytes,
        value_bytes: written.value_bytes,
        longest_statement: written.longest_statement,
        sums: written.sums,
        left_out: strays.map(|rows| rows.into_iter().map(id).collect()),
        changes,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let printing = match args.output {
        Output::Text => report::text::export(&mut out, appearance::page(context.look), &export),
        Output::Json => report::json::export(&mut out, &export),
    };
    printed(printing.and_then(|()| out.flush()), Status::Clean)
}

/// Refuses a table of which not all is known: nothing else would take its place.
fn check(table: &Table<'_>) -> Result<(), Error> {
    const WHAT: &str = "the table cannot be exported";
    if let Some(why) = table.partial {
        return Err(Error::new(WHAT).because(why.in_full()));
    }
    if table.unread_rows > 0 {
        let first = table.unread.first();
        let first =
            first.map(|it| format!("{}: {}", it.place, it.why.as_str())).unwrap_or_default();
        return Err(Error::new(WHAT)
            .because(format!("rows were not understood. {first}"))
            .hint("kinescope audit SOURCE lists them."));
    }
    if table.history.may_be_a_part() {
        return Err(Error::new(WHAT)
            .because(
                "the text has no compact_rev_key, which every table has: it may be a part of one",
            )
            .hint("Dump the whole table, or name the database."));
    }
    Ok(())
}

/// Values that are too long. MySQL's own are not; nobody else's are looked at where they cannot be.
async fn too_long(read: &Read, dialect: Dialect) -> Result<Option<Misfit>, Error> {
    let history = read.table().history;
    if dialect != Dialect::MySql || history.profile().dialect == Dialect::MySql {
        return Ok(None);
    }
    let sizes = progress::sizes(&read.source, history, &read.log).await;
    let Ok((sizes, _)) = sizes else { return Ok(None) };
    let most = longest_value(dialect);
    // Of both together: one of them is too long only where these are.
    let suspects = history.iter().filter(|&at| sizes.of(at).is_some_and(|size| size > most));
    let ids: Vec<String> = suspects.take(4).map(|at| history.id(at).to_string()).collect();
    let what = format!(
        "Values may be longer than {} bytes, the most that fit, in revision {}.",
        grouped(most),
        ids.join(", ")
    );
    let hint = "kinescope get shows them; such objects have to be made smaller first.";
    Ok((!ids.is_empty()).then(|| Misfit { what, hint: hint.to_owned() }))
}

/// Refuses what does not fit, and says what will change before it does.
fn changes(found: Fit) -> Result<Vec<String>, Error> {
    let Fit { obstacles, changes } = found;
    if let [first, rest @ ..] = &obstacles[..] {
        let why: Vec<&str> = [first].into_iter().chain(rest).map(|it| it.what.as_str()).collect();
        return Err(Error::new("the table does not fit into the new database")
            .because(why.join(" "))
            .hint(first.hint.clone()));
    }
    let told = changes.into_iter().map(|Misfit { what, hint }| format!("{what} {hint}"));
    let told: Vec<String> = told.collect();
    for change in &told {
        say(&format!("kinescope: {change}\n"));
    }
    Ok(told)
}

/// What the file says of itself.
fn head(table: &Table<'_>, left_out: usize) -> Head {
    let history = table.history;
    let current = history.current().unwrap_or_default();
    let compacted = history.compacted().map_or("unknown".to_owned(), |id| id.to_string());
    let made = table.made.map(|made| format!("read {}", made.words()));
    let rows = grouped((history.len() - left_out) as u64);
    let comments = [
        Some(format!("The table kine of {} ({})", table.source, table.kind)),
        made,
        Some(format!("{rows} rows, current revision {current}, compacted to {compacted}")),
        (left_out > 0).then(|| format!("{} stray rows are left out", grouped(left_out as u64))),
        Some("It holds every value, and so every Secret.".to_owned()),
    ];
    Head { comments: comments.into_iter().flatten().collect(), next: current.saturating_add(1) }
}
