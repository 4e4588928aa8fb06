//! `completions`: what makes a shell complete kinescope's words, and what it is answered.
//!
//! The scripts ask the program itself at each Tab, which so knows scenarios, named sources and keys. What
//! would need a server, a password or patience is never opened for that: a table is read where it is a
//! file of some size at most, and holds text.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args as Group, Command, CommandFactory, ValueEnum};
use clap_complete::engine::ValueCompleter;
use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Zsh};
use clap_complete::{ArgValueCompleter, CompleteEnv, CompletionCandidate, PathCompleter};
use kinescope::audit::RULES;
use kinescope::display::glossary::TERMS;
use kinescope::place::read_at_most;
use kinescope::source::locate::{Named, may_be_endpoint};
use kinescope::source::scenario::SCENARIOS;
use kinescope::source::text::Input;
use kinescope::source::{Error, Options, text};

use crate::cli::manual::TOPICS;
use crate::cli::output::printed;
use crate::cli::settings::Settings;
use crate::cli::{Args, Status};

/// The variable by which a script asks; its value is the shell.
const VARIABLE: &str = "KINESCOPE_COMPLETE";

/// Larger tables take longer than somebody waits for a Tab.
const LONGEST: u64 = 64 * 1024 * 1024;

#[derive(Debug, Group)]
pub(in crate::cli) struct Completions {
    /// Print it for this shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(in crate::cli) shell: Shell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
    Elvish,
    Powershell,
}

/// Runs `kinescope completions`.
pub(in crate::cli) fn completions(args: &Completions) -> Result<Status, Error> {
    let shell: &dyn EnvCompleter = match args.shell {
        Shell::Bash => &Bash,
        Shell::Zsh => &Zsh,
        Shell::Fish => &Fish,
        Shell::Elvish => &Elvish,
        Shell::Powershell => &Powershell,
    };
    // By its name, so that the script outlives an update that puts the program elsewhere.
    let name = "kinescope";
    let mut out = io::stdout().lock();
    let written = shell.write_registration(VARIABLE, name, name, name, &mut out);
    printed(written.and_then(|()| out.flush()), Status::Clean)
}

/// Answers a script, if one asks.
pub(in crate::cli) fn answer() -> Option<ExitCode> {
    let directory = std::env::current_dir().ok();
    let env = CompleteEnv::with_factory(command).var(VARIABLE);
    match env.try_complete(std::env::args_os(), directory.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        // Somebody is typing: nothing is said in between.
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// The command line, and how its words are completed.
fn command() -> Command {
    let with = |command: Command, id: &str, completer: ArgValueCompleter| {
        let has = command.get_arguments().any(|arg| arg.get_id() == id);
        if has { command.mut_arg(id, |arg| arg.add(completer)) } else { command }
    };
    let fill = |command: Command| {
        let command = with(command, "source", ArgValueCompleter::new(sources));
        let command = with(command, "other", ArgValueCompleter::new(sources));
        let command = with(command, "key", ArgValueCompleter::new(keys));
        let command = with(
            command,
            "scenario",
            ArgValueCompleter::new(|typed: &OsStr| {
                named(typed, SCENARIOS.iter().map(|it| (it.name, it.title)))
            }),
        );
        let command = with(
            command,
            "rule",
            ArgValueCompleter::new(|typed: &OsStr| {
                let rules = RULES.iter().map(|rule| (rule.name, rule.summary));
                named(typed, rules.chain(TERMS.iter().map(|term| (term.name, ""))))
            }),
        );
        with(
            command,
            "topic",
            ArgValueCompleter::new(|typed: &OsStr| {
                let summaries: Vec<_> =
                    TOPICS.iter().map(|topic| (topic.name, topic.summary())).collect();
                named(typed, summaries.iter().map(|(name, summary)| (*name, &**summary)))
            }),
        )
    };
    fill(Args::command()).mut_subcommands(fill)
}

/// Those of some names that begin with what was typed.
fn named<'n>(
    typed: &OsStr,
    names: impl Iterator<Item = (&'n str, &'n str)>,
) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    let alike = names.filter(|(name, _)| name.starts_with(&*typed));
    alike
        .map(|(name, help)| {
            let help = (!help.is_empty()).then(|| help.to_owned().into());
            CompletionCandidate::new(name.to_owned()).help(help)
        })
        .collect()
}

/// Files, and the sources that have a name.
fn sources(typed: &OsStr) -> Vec<CompletionCandidate> {
    if !typed.as_encoded_bytes().starts_with(b"@") {
        return PathCompleter::any().complete(typed);
    }
    // What is wrong with them is said when they are used.
    let settings = Settings::load(None).unwrap_or_default();
    let names: Vec<String> =
        settings.sources.iter().map(|source| format!("@{}", source.name)).collect();
    named(typed, names.iter().map(|name| (&**name, "")))
}

/// The keys of the table that stands before.
fn keys(typed: &OsStr) -> Vec<CompletionCandidate> {
    let words = std::env::args_os().skip_while(|word| word != "--").skip(1);
    let Some(table) = source(words).and_then(|source| read(&source)) else { return Vec::new() };
    let mut history = table.opened.history();
    if history.extend(&table.rows).is_err() {
        return Vec::new();
    }
    let names = history.keys().filter_map(|(key, _)| std::str::from_utf8(history.name(key)).ok());
    let mut names: Vec<&str> = names.filter(|name| is_harmless(name)).collect();
    names.sort_unstable();
    named(typed, names.into_iter().map(|name| (name, "")))
}

/// The commands that take a SOURCE and a KEY.
const KEYED: [&str; 3] = ["show", "get", "extract"];

/// The SOURCE of one of these among words that are being typed.
fn source(words: impl Iterator<Item = OsString>) -> Option<OsString> {
    let matches = Args::command().ignore_errors(true).try_get_matches_from(words).ok()?;
    let (_, matches) = matches.subcommand().filter(|(name, _)| KEYED.contains(name))?;
    matches.get_one::<OsString>("source").cloned()
}

/// The table in a file. What is no file is not opened: a pipe has no second reading, and a device no end.
fn read(source: &OsStr) -> Option<text::Table> {
    if may_be_endpoint(&source.to_string_lossy()) || !Path::new(source).is_file() {
        return None;
    }
    let Named::Text(Input::File(path)) = Named::of_path(source.into()) else { return None };
    let bytes = read_at_most(&path, LONGEST).ok()?;
    text::read(&*bytes, "the table", &Options::default()).ok()
}

/// Whether a name means itself to every shell. The others come from a table that anybody may have
/// written, and would stand on a command line.
fn is_harmless(name: &str) -> bool {
    name.chars().all(|char| char.is_ascii_alphanumeric() || "/._-:@+,".contains(char))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_would_run_is_not_completed() {
        assert!(is_harmless("/registry/minions/node-02"));
        for name in ["$(reboot)", "a b", "a;b", "`a`", "a\nb", "~a", "a*", "a'b", "a\\b", "ä"] {
            assert!(!is_harmless(name), "{name:?}");
        }
    }

    #[test]
    fn only_the_source_of_a_key_is_looked_into() {
        let found = |words: &[&str]| source(words.iter().map(OsString::from));
        let file = Some(OsString::from("a.tsv"));
        assert_eq!(found(&["kinescope", "show", "a.tsv", ""]), file);
        assert_eq!(found(&["kinescope", "show", "--all", "a.tsv", "/reg"]), file);
        assert_eq!(found(&["kinescope", "get", "a.tsv", "/reg"]), file);
        assert_eq!(found(&["kinescope", "extract", "a.tsv", ""]), file);
        assert_eq!(found(&["kinescope", "audit", "a.tsv"]), None);
        assert!(read(OsStr::new("mysql://u@tcp(h)/")).is_none());
        assert!(read(OsStr::new("/dev/null")).is_none());
    }
}
