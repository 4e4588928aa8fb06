//! The explorer, on a source or on a table that comes with the program.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args as Group;
use kinescope::history::Revision;
use kinescope::history::compaction::{Algorithm, Policy, Version};
use kinescope::source::scenario::{self, SCENARIOS, Scenario};
use kinescope::source::text::Input;
use kinescope::source::{self, Error, Log, Options, Source, stream};
use kinescope::text::escape;
use kinescope::tui::save::Saving;
use kinescope::tui::{self, App, Asking, Following, Leave, Preferences, Sampled, Start};
use tokio::sync::mpsc::Sender;

use crate::cli::output::printed;
use crate::cli::{Context, Status, appearance, failed, password, save};

#[derive(Debug, Group)]
pub(in crate::cli) struct Demo {
    /// Explore this table
    #[arg(value_name = "SCENARIO")]
    pub(in crate::cli) scenario: Option<String>,
    /// List the tables
    #[arg(long)]
    pub(in crate::cli) list: bool,
}

/// Runs `kinescope demo`.
pub(in crate::cli) async fn demo(args: Demo, context: &Context) -> Result<ExitCode, Error> {
    if args.list {
        return printed(list(&mut io::stdout().lock()), Status::Clean).map(ExitCode::from);
    }
    let name = args.scenario.as_deref().unwrap_or(scenario::DEFAULT);
    let scenario = scenario::find(name).ok_or_else(|| {
        let names: Vec<&str> = SCENARIOS.iter().map(|scenario| scenario.name).collect();
        Error::usage(format!("there is no scenario {}", escape(name.as_bytes())))
            .hint(format!("Choose one of {}.", names.join(", ")))
    })?;
    let source = Source::from(Input::Scenario(scenario));
    let start = Start {
        policy: Policy { min_retain: scenario.min_retain, ..policy(context.kine) },
        watch: Some(scenario.watch),
        target: scenario.target,
        key: scenario.key.map(|key| key.as_bytes().to_vec()),
        preview: true,
        following: Following::Never("this table comes with kinescope".to_owned()),
        at: None,
        ..start(&source, context)
    };
    run(start, source, context).await
}

fn list(out: &mut dyn Write) -> io::Result<()> {
    let longest = SCENARIOS.iter().map(|scenario| scenario.name.len()).max().unwrap_or_default();
    for Scenario { name, title, .. } in SCENARIOS {
        writeln!(out, "{name:<longest$}  {title}")?;
    }
    Ok(())
}

/// Runs `kinescope` without a command.
pub(in crate::cli) async fn explore(
    source: Source,
    follow: bool,
    context: &Context,
) -> Result<ExitCode, Error> {
    let mut start = start(&source, context);
    if follow {
        if let Following::Never(why) = start.following {
            return Err(Error::usage(format!("--follow: {why}"))
                .hint("Name an endpoint or a SQLite database."));
        }
        start.following = Following::AtOnce;
    }
    run(start, source, context).await
}

/// Whether anybody can look at what is written to a source meanwhile.
fn following(source: &Source) -> Following {
    if source.database().is_some() {
        return Following::OnRequest;
    }
    let shown = source.short();
    Following::Never(format!("{shown} is not a database, so nothing is written to it"))
}

/// What a version of kine does by itself; without one, what today's does.
fn policy(kine: Option<Version>) -> Policy {
    Policy {
        algorithm: kine.map_or_else(Algorithm::default, Algorithm::of),
        kine,
        ..Policy::DEFAULT
    }
}

fn start(source: &Source, context: &Context) -> Start {
    let look = context.look;
    let (theme, asks_background) = appearance::theme(look);
    Start {
        label: source.short(),
        look: tui::Look { glyphs: appearance::glyphs(look), theme },
        preferences: Preferences {
            asks_background,
            themes: appearance::themes(look),
            ..context.preferences.clone()
        },
        policy: policy(context.kine),
        watch: None,
        target: None,
        key: None,
        preview: false,
        at: None,
        once: source.once(),
        following: following(source),
    }
}

async fn run(start: Start, mut source: Source, context: &Context) -> Result<ExitCode, Error> {
    let log = context.server.log(&source)?;
    if !io::stdout().is_terminal() {
        return Err(Error::usage("the explorer needs a terminal, and standard output is not one")
            .hint("In a pipe, use `kinescope show` or `kinescope preview`."));
    }
    let mut leave = Box::pin(screens(start.clone(), &source, &context.options, &log)).await;
    if let Leave::Source(error) = leave {
        // The terminal is what it was, so it can be asked on.
        source = match password::wanted(&source, error) {
            Ok(source) => source,
            Err(error) => return Ok(failed(&error)),
        };
        leave = Box::pin(screens(start, &source, &context.options, &log)).await;
    }
    match leave {
        Leave::Quit { partial: false } => Ok(Status::Clean.into()),
        Leave::Quit { partial: true } => Ok(Status::Unknown.into()),
        Leave::Signal(number) => Ok(ExitCode::from(128_u8.saturating_add(number))),
        Leave::Source(error) => Ok(failed(&error)),
        Leave::Terminal(why) => Err(Error::new("the terminal cannot be used").because(why)),
    }
}

async fn screens(start: Start, source: &Source, options: &Options, log: &Log) -> Leave {
    let read = |events| {
        tokio::spawn(stream(source.clone(), options.clone(), log.clone(), events));
    };
    let measure = |range, sizes| {
        tokio::spawn(source::measure(source.clone(), range, log.clone(), sizes));
    };
    let value = |wanted, found| {
        tokio::spawn(source::value(source.clone(), wanted, log.clone(), found));
    };
    let sample = |ids: Vec<Revision>, sampled: Sender<Sampled>| {
        let (source, log) = (source.clone(), log.clone());
        tokio::spawn(async move {
            let came = source.sample(&ids, &log).await;
            // Whoever left wants to hear no more.
            drop(sampled.send((ids, came)).await);
        });
    };
    let look = |when, looked| {
        tokio::spawn(source::look(source.clone(), options.clone(), when, log.clone(), looked));
    };
    let save = |app: &App, saving: &Saving| save::write(app, saving, source);
    password::hand_over();
    Box::pin(tui::run(start, log, Asking { read, measure, value, sample, look }, save)).await
}
