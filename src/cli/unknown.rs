//! A first word that is neither a command nor a source: most likely a command that is misspelt.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, CommandFactory};
use kinescope::face::escape;
use kinescope::source::Error;

use super::Args;

/// What is wrong with the first word of arguments that clap refuses, if it is that word.
pub(super) fn first(arguments: impl Iterator<Item = OsString>) -> Option<Error> {
    // Whatever follows is the business of the command that was meant.
    let rest = Arg::new("rest").num_args(0..).trailing_var_arg(true).allow_hyphen_values(true);
    let rest = rest.value_parser(clap::value_parser!(OsString));
    let matches = Args::command().arg(rest).try_get_matches_from(arguments).ok()?;
    if matches.subcommand_name().is_some() {
        return None;
    }
    word(matches.get_one::<OsString>("source")?)
}

/// What is wrong with a word that stands where a command or a source does, if anything is. What
/// could be a path, a host or an endpoint is a source.
pub(super) fn word(word: &OsStr) -> Option<Error> {
    let bytes = word.as_encoded_bytes();
    let source = word == "-" || bytes.iter().any(|byte| b"/.:@".contains(byte));
    if source || Path::new(word).exists() {
        return None;
    }
    let shown = if bytes.is_empty() { "\"\"".into() } else { escape(bytes) };
    let error = Error::usage(format!("{shown} is neither a command nor a file"));
    Some(error.hint(closest(word).map_or_else(
        || {
            "kinescope --help lists the commands. A server is given as \
             mysql://USER@tcp(HOST)/DATABASE."
                .to_owned()
        },
        |command| format!("kinescope {command}"),
    )))
}

/// The command that clap takes a word for.
fn closest(word: &OsStr) -> Option<String> {
    let commands = Args::command().get_subcommands().cloned().collect::<Vec<_>>();
    let only = Command::new("kinescope").subcommands(commands).subcommand_required(true);
    let error = only.try_get_matches_from([OsStr::new("kinescope"), word]).err()?;
    match error.get(ContextKind::SuggestedSubcommand)? {
        // The closest is the last.
        ContextValue::Strings(names) => names.last().cloned(),
        _ => None,
    }
}
