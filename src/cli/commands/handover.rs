//! `handover`: one document to give to a person.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args as Group;
use kinescope::audit::{Baseline, Levels};
use kinescope::history::{History, RowIx};
use kinescope::repair::{self, Choices};
use kinescope::report::handover::{Holds, Last, Return, returns};
use kinescope::report::{self, sql};
use kinescope::source::{Error, Found, Wanted};
use kinescope::text::{count, escape};
use kinescope::value::Values;
use tokio::sync::mpsc::{Receiver, channel};

use crate::cli::context::Read;
use crate::cli::interrupt::interruptible;
use crate::cli::policy::{Compaction, policy};
use crate::cli::{Context, Status, appearance, say, textfile};

/// Of how many keys values are read: two rows of each.
const MOST: usize = 100;

#[derive(Debug, Group)]
pub(in crate::cli) struct Handover {
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Write the document, in Markdown, to this new file
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) to: PathBuf,
    /// List every finding and every row that is deleted; otherwise long lists are cut short
    #[arg(long)]
    pub(in crate::cli) all: bool,
    #[command(flatten)]
    pub(in crate::cli) compaction: Compaction,
}

/// Runs `kinescope handover`.
pub(in crate::cli) async fn handover(args: Handover, context: &Context) -> Result<Status, Error> {
    let source = context.server.source(args.source)?;
    textfile::check_new(&args.to)?;
    let read = context.read(source).await?;
    let table = read.table();
    let history = table.history;
    let policy = policy(&table, None, args.compaction, context.kine)?;
    let preview = report::Preview::new(table, None, policy, false);
    let (levels, baseline) = (Levels::default(), Baseline::default());
    let audit = report::Audit::new(table, &levels, &baseline, policy, args.all);
    let status = match () {
        () if !table.is_whole() => Status::Unknown,
        () if preview.changes_keys() => Status::Something,
        () => Status::Clean,
    };
    let verdict = &*audit.verdict;
    let repair = repair::Repair::of(history, verdict, &Choices::default());
    let repair = sql::check(&table).map(|()| report::Repair {
        table,
        verdict,
        repair: &repair,
        all: args.all,
    });
    let returns = returns(history, verdict);
    let holds = holds(&read, history, &returns[..returns.len().min(MOST)]).await?;
    let handover = report::Handover { preview, audit: audit.clone(), repair, returns, holds };
    let mut bytes = Vec::new();
    appearance::spelled(context.look, &mut bytes, |out| report::markdown::handover(out, &handover))
        .map_err(|why| Error::new("the document could not be made").because(why))?;
    textfile::write_new(&args.to, &bytes)?;
    let to = escape(args.to.as_os_str().as_encoded_bytes()).into_owned();
    let lines = bytes.split(|&byte| byte == b'\n').count() - 1;
    say(&format!("kinescope: wrote {to}, {}\n", count(lines as u64, "line")));
    Ok(status)
}

/// What keys would hold: reads the two rows of each.
async fn holds(read: &Read, history: &History, returns: &[Return]) -> Result<Vec<Holds>, Error> {
    if returns.is_empty() {
        return Ok(Vec::new());
    }
    let rows = returns.iter().flat_map(|it| [it.last.row(), it.at]);
    let wanted: Vec<Wanted> = rows.map(|at| Wanted::of(history, at)).collect();
    let (sender, found) = channel(4);
    let taking = async {
        // It is dropped where this ends early, which ends the reading.
        let mut found = found;
        let mut all = Vec::with_capacity(returns.len());
        for of in returns {
            let last = next(&mut found, history, of.last.row()).await?;
            let new = next(&mut found, history, of.at).await?;
            all.push(compared(of, last, new));
        }
        Ok(all)
    };
    let reading = read.source.values(wanted, &read.log, sender);
    interruptible(async {
        let (taken, ()) = tokio::join!(taking, reading);
        taken
    })
    .await
}

/// The values of the next row that was asked for, or what is to be said instead.
async fn next(
    found: &mut Receiver<Found>,
    history: &History,
    at: RowIx,
) -> Result<Result<Values, Holds>, Error> {
    let id = history.id(at);
    Ok(match found.recv().await {
        Some(Found::Values(values)) => Ok(*values),
        Some(Found::Masked { mask, .. }) => Err(Holds::Masked(mask)),
        Some(Found::Unknown(why)) => Err(Holds::Unknown(why)),
        Some(Found::Gone | Found::Another(_)) => Err(Holds::Unknown(format!(
            "revision {id} was removed or replaced after the table was read"
        ))),
        Some(Found::Failed(why)) => return Err(why),
        None => return Err(Error::new("not all values came")),
    })
}

fn compared(of: &Return, last: Result<Values, Holds>, new: Result<Values, Holds>) -> Holds {
    let (last, new) = match (last, new) {
        (Ok(last), Ok(new)) => (last, new),
        (Err(why), _) | (_, Err(why)) => return why,
    };
    let last = match of.last {
        Last::Value(_) => last.value,
        Last::Old(_) => last.old_value,
    };
    match (last, new.value) {
        (None, _) => Holds::Unknown("the last value is not in the table".to_owned()),
        (_, None) => Holds::Unknown("the value that it would get is NULL".to_owned()),
        (last, new) => Holds::Compared(Values::between(last, new).difference),
    }
}
