//! `watch`: what is written to a table, as it is written.

use std::ffi::OsString;
use std::io::{self, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args as Group;
use kinescope::history::Revision;
use kinescope::history::clock::{Millis, Written};
use kinescope::report;
use kinescope::source::{Error, Follower, News};
use kinescope::text::printable;

use crate::cli::interrupt::interruptible;
use crate::cli::output::printed;
use crate::cli::parse::{entries, revision};
use crate::cli::{Context, Status, appearance, password, say};

#[derive(Debug, Group)]
pub(in crate::cli) struct Watch {
    /// Watch this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Begin after this revision, instead of with what is written from now on
    #[arg(long, value_name = "REV", value_parser = revision, allow_negative_numbers = true)]
    pub(in crate::cli) after: Option<Revision>,
    /// Look this often, such as 500ms or 10s
    #[arg(long, value_name = "TIME", value_parser = interval, default_value = "2s")]
    pub(in crate::cli) interval: Duration,
    /// End after this many writes
    #[arg(short = 'n', long = "max-count", value_name = "N", value_parser = entries,
          allow_negative_numbers = true)]
    pub(in crate::cli) most: Option<usize>,
}

/// kine looks as often as that when nothing is written.
const SHORTEST: Duration = Duration::from_millis(200);

fn interval(text: &str) -> Result<Duration, String> {
    let interval = humantime::parse_duration(text);
    let interval = interval.map_err(|why| format!("expected a time, such as 2s: {why}"))?;
    if interval < SHORTEST {
        return Err("expected 200ms or more".to_owned());
    }
    Ok(interval)
}

/// Runs `kinescope watch`.
pub(in crate::cli) async fn watch(args: Watch, context: &Context) -> Result<Status, Error> {
    let source = context.server.source(args.source)?;
    if source.database().is_none() {
        return Err(Error::usage(format!(
            "{source} is not a database, so nothing is written to it"
        ))
        .hint("Name an endpoint or a SQLite database. kinescope log lists what a text holds."));
    }
    if context.options.part.as_ref().is_some_and(|part| part.since.is_some()) {
        return Err(Error::usage("watch does not take --since").hint("Use --after REV."));
    }
    let log = context.server.log(&source)?;
    let mut follower = Follower::new(source, context.options.clone(), log, args.after);
    let mut before = None;
    let mut is_lost = false;
    let mut left = args.most.unwrap_or(usize::MAX);
    loop {
        let began = now();
        match look(&mut follower, before.is_none() && !is_lost).await {
            Ok(mut news) => {
                if is_lost {
                    say("kinescope: it answers again\n");
                }
                is_lost = false;
                news.rows.truncate(left);
                left -= news.rows.len();
                let written = Written { earliest: before, latest: now() };
                if let Err(why) = print(&news, written, context) {
                    return printed(Err(why), Status::Clean);
                }
                // What came while it looked may be seen by the next look alone.
                before = began.or(before);
            }
            // What never answered is not waited for.
            Err(error) if before.is_none() => return Err(error),
            Err(error) if is_lost => drop(error),
            Err(error) => {
                is_lost = true;
                say(&format!("kinescope: {}; it is tried again\n", printable(&error.in_a_line())));
            }
        }
        if left == 0 {
            return Ok(Status::Clean);
        }
        tokio::time::sleep(args.interval).await;
    }
}

/// A file may be written to just while it is looked at first. A server that does not answer is not asked
/// again and again: it may count logins.
const TRIES: usize = 5;

/// Looks once; where a password is wanted at first, it is asked for.
async fn look(follower: &mut Follower, is_first: bool) -> Result<News, Error> {
    let is_file = follower.source_mut().database().is_some_and(|it| it.place().is_none());
    if is_first && is_file {
        for _ in 1..TRIES {
            if let Ok(news) = interruptible(follower.look()).await {
                return Ok(news);
            }
            tokio::time::sleep(SHORTEST).await;
        }
    }
    match interruptible(follower.look()).await {
        Err(error) if is_first && error.wants_password() => {
            let source = follower.source_mut();
            *source = password::wanted(source, error)?;
            interruptible(follower.look()).await
        }
        looked => looked,
    }
}

fn print(news: &News, written: Written, context: &Context) -> io::Result<()> {
    let mut out = io::stdout().lock();
    report::json::news(&mut out, news, written, &appearance::zone(context.look))?;
    out.flush()
}

fn now() -> Option<Millis> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    now.as_millis().try_into().ok()
}
