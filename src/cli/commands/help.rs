//! `help`: the commands and the topics of the manual, one of them, or all as man pages.

use std::path::PathBuf;

use clap::{Args as Group, CommandFactory};
use kinescope::report::Page;
use kinescope::source::Error;
use kinescope::text::escape;

use crate::cli::appearance::Look;
use crate::cli::manual::{Block, Span, TOPICS};
use crate::cli::output::printed;
use crate::cli::{Args, Status, appearance, manpages, manual, pager, suggest};

#[derive(Debug, Group)]
pub(in crate::cli) struct Help {
    /// A topic of the manual, or a command; without it, all are listed
    #[arg(value_name = "TOPIC")]
    pub(in crate::cli) topic: Option<String>,
    /// Write the manual as man pages into this directory: kinescope.1, one for each command, and one
    /// for each topic, such as kinescope-connecting.7. Man pages that kinescope wrote before are
    /// replaced; if another file has such a name, nothing is written
    #[arg(long, value_name = "DIR", conflicts_with = "topic")]
    pub(in crate::cli) man: Option<PathBuf>,
}

/// Runs `kinescope help`.
pub(in crate::cli) fn help(args: &Help, look: Look) -> Result<Status, Error> {
    let page = appearance::page(look);
    let text = match (&args.topic, &args.man) {
        (_, Some(directory)) => {
            let written = manpages::write(directory)?;
            let shown = escape(directory.as_os_str().as_encoded_bytes()).into_owned();
            format!(
                "{written} man pages are in {shown}. To see the first: man -l {shown}/kinescope.1\n"
            )
        }
        (None, None) => overview(page),
        (Some(name), None) => match manual::find(name) {
            Some(topic) => manual::page(page, &topic.blocks()),
            None => command(page, name).ok_or_else(|| suggest::topic(name))?,
        },
    };
    printed(pager::show(&text), Status::Clean)
}

/// All commands and all topics.
fn overview(page: Page) -> String {
    let text = |words: &str| vec![Span::Plain(words.to_owned())];
    let name = |name: &str| vec![Span::Strong(name.to_owned())];
    let root = Args::command();
    let commands = root.get_subcommands().map(|command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        vec![name(command.get_name()), text(&about)]
    });
    let topics = TOPICS.iter().map(|topic| vec![name(topic.name), text(&topic.summary())]);
    let unheaded = || vec![Vec::new(); 2];
    let code = |words: &str| Span::Code(words.to_owned());
    manual::page(
        page,
        &[
            Block::Heading(1, text("Commands")),
            Block::Table(unheaded(), commands.collect()),
            Block::Heading(1, text("The manual, by topic")),
            Block::Table(unheaded(), topics.collect()),
            Block::Paragraph(vec![
                code("kinescope help TOPIC"),
                Span::Plain(" prints a page, ".to_owned()),
                code("kinescope help COMMAND"),
                Span::Plain(" all options of a command, and ".to_owned()),
                code("kinescope explain WORD"),
                Span::Plain(" says what a rule of the audit or a word means.".to_owned()),
            ]),
        ],
    )
}

/// All that a command says of itself, as after its `--help`.
fn command(page: Page, name: &str) -> Option<String> {
    let mut root = Args::command();
    root.build();
    let help = root.find_subcommand_mut(name)?.render_long_help();
    Some(if page.color { help.ansi().to_string() } else { help.to_string() })
}
