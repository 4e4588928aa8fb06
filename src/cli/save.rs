//! A report of what the explorer shows, in a new file that only its owner may read.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use kinescope::audit::{Baseline, Levels};
use kinescope::history::KeyId;
use kinescope::history::compaction::{Verdict, plan};
use kinescope::report::usage::{Bytes, Wanted};
use kinescope::report::{self, Made, Page, Table};
use kinescope::source::{Database, Error, Source};
use kinescope::tui::App;
use kinescope::tui::app::Reading;
use kinescope::tui::save::{Format, Report, Saving};

use super::settings::home;

/// Writes it, and gives how many bytes it has.
///
/// # Errors
///
/// Says why it could not be written; then no file is left behind. One that is there already is never
/// written over.
pub(super) fn write(app: &App, saving: &Saving, source: &Source) -> Result<u64, String> {
    let Saving { path: typed, .. } = saving;
    let mut bytes = Vec::new();
    written(&mut bytes, app, saving, source)
        .map_err(|why| format!("The report could not be made: {why}."))?;
    let path = home(typed).unwrap_or_else(|| PathBuf::from(typed));
    create(&path, &bytes).map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => {
            format!("{typed} is there already, and is not written over. Choose another name.")
        }
        ErrorKind::NotFound => format!("There is no such directory to put {typed} in."),
        _ => format!("{typed} could not be written: {why}."),
    })?;
    Ok(bytes.len() as u64)
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    // Half of a report must not pass for one.
    file.write_all(bytes).inspect_err(|_| drop(fs::remove_file(path)))
}

fn written(out: &mut dyn Write, app: &App, saving: &Saving, source: &Source) -> io::Result<()> {
    let partial = match &app.reading {
        Reading::Failed(why) => Some(Error::new(why.clone())),
        Reading::Stopped => Some(Error::new("the reading was stopped")),
        Reading::Opening | Reading::Rows | Reading::Done => None,
    };
    let tried = app.trial.said().map(|said| format!(", a trial: {said}")).unwrap_or_default();
    let shown = format!("{source}{tried}");
    let server = source.database().and_then(Database::place);
    let server = server.as_ref();
    let table = Table {
        source: &shown,
        kind: &app.table.opened.kind,
        history: &app.table.history,
        notes: &app.table.opened.notes,
        unread: app.table.rejects.first(),
        unread_rows: app.table.rejects.count(),
        partial: partial.as_ref(),
        made: Some(Made {
            version: env!("CARGO_PKG_VERSION"),
            moment: &app.table.opened.moment,
            server: server.map(|(server, database)| (server.as_str(), database.as_str())),
        }),
    };
    match &saving.report {
        Report::Preview => preview(out, app, table, saving.format),
        Report::Audit => audit(out, app, table, saving.format),
        Report::Usage => usage(out, app, table, saving.format),
        Report::Chain(key) => chain(out, app, table, *key, saving.format),
        Report::Text(_, lines) => lines.iter().try_for_each(|line| writeln!(out, "{line}")),
    }
}

/// A page without an end on the right and without colours.
const fn page(app: &App) -> Page {
    let look = app.start.look;
    Page { width: None, glyphs: look.glyphs, theme: look.theme, color: false }
}

fn preview(out: &mut dyn Write, app: &App, table: Table<'_>, format: Format) -> io::Result<()> {
    let policy = app.policy();
    let reach = policy.reach(table.history.current().unwrap_or_default());
    let target = app.preview.as_ref().map(|preview| preview.target);
    // The target itself is the end, unless it is where kine would stop by itself.
    let (target, policy) = match target.filter(|&target| target != reach) {
        Some(target) => (Some(target), policy.without_retain()),
        None => (None, policy),
    };
    let preview = report::Preview::new(table, target, policy, false);
    match format {
        Format::Text => report::text::preview(out, page(app), &preview),
        Format::Markdown => report::markdown::preview(out, &preview),
        Format::Json => report::json::preview(out, &preview),
        Format::Dot => Err(ErrorKind::Unsupported.into()),
    }
}

fn audit(out: &mut dyn Write, app: &App, table: Table<'_>, format: Format) -> io::Result<()> {
    let (levels, baseline) = (Levels::default(), Baseline::default());
    let audit = report::Audit::new(table, &levels, &baseline, app.policy(), true);
    match format {
        Format::Text => report::text::audit(out, page(app), &audit),
        Format::Markdown => report::markdown::audit(out, &audit),
        Format::Json => report::json::audit(out, &audit),
        Format::Dot => Err(ErrorKind::Unsupported.into()),
    }
}

/// What fills the prefix that is listed, or the whole table.
fn usage(out: &mut dyn Write, app: &App, table: Table<'_>, format: Format) -> io::Result<()> {
    const LEVELS: usize = 3;
    const BUSIEST: usize = 10;
    let wanted = Wanted {
        prefix: app.usage.prefix().to_vec(),
        depth: LEVELS,
        keys: BUSIEST,
        sort: app.usage.sort,
        all: false,
    };
    let cut = app.usage.bytes.is_partial().then(|| Error::new("the measuring was cut short"));
    let bytes = match app.usage.bytes.sizes() {
        Some(sizes) => Bytes::Measured(sizes, cut.as_ref()),
        None => Bytes::NotAsked,
    };
    let plan = app.shown().plan.cloned().unwrap_or_else(|| {
        let policy = app.policy();
        plan(table.history, policy.reach(table.history.current().unwrap_or_default()), policy)
    });
    let Some(usage) = report::Usage::new(table, &plan, bytes, &wanted) else {
        return Err(io::Error::other("no key has that prefix"));
    };
    match format {
        Format::Text => report::text::usage(out, page(app), &usage),
        Format::Markdown => report::markdown::usage(out, &usage),
        Format::Json => report::json::usage(out, &usage),
        Format::Dot => Err(ErrorKind::Unsupported.into()),
    }
}

/// The chain as it is folded on the screen, with what the compaction that is previewed does to it.
fn chain(
    out: &mut dyn Write,
    app: &App,
    table: Table<'_>,
    key: KeyId,
    format: Format,
) -> io::Result<()> {
    let verdict = Verdict::of(table.history, app.policy().by_itself());
    let plan = app.shown().plan;
    let all = app.chain.unfolded;
    let chain = report::Chain { table, key, plan, verdict: &verdict, all, times: None };
    match format {
        Format::Text => report::text::chain(out, page(app), &chain),
        Format::Json => report::json::chain(out, &chain),
        Format::Dot => report::dot::text(out, &chain),
        Format::Markdown => Err(ErrorKind::Unsupported.into()),
    }
}
