//! The words on the command line. Any of them may be an endpoint that stands in the wrong place, and
//! so hold a password: all are looked at here, before anything repeats one.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::ValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use kinescope::source::Error;
use kinescope::source::locate::{holds_password, may_be_endpoint, redacted};
use kinescope::text::printable;

use super::output::printed;
use super::{Status, failed, say};

/// The arguments that take an endpoint: what they are given is looked at where it is understood.
const ENDPOINTS: [&str; 3] = ["source", "other", "endpoint"];

/// Warns of passwords among the words, once.
pub(super) fn warn(words: impl Iterator<Item = OsString>) {
    let is_password = |word: &OsStr| {
        let is_file = Path::new(word).exists();
        !is_file && pieces(&word.to_string_lossy()).any(holds_password)
    };
    if words.skip(1).any(|word| is_password(&word)) {
        say(
            "kinescope: others on this machine can see a password on the command line: give it in \
             KINESCOPE_ENDPOINT, with --endpoint-file, or at the prompt of --ask-password\n",
        );
    }
}

/// Refuses an endpoint where none belongs, whatever else the argument takes: a file, a rule, a key.
///
/// # Errors
///
/// None repeats a word.
pub(super) fn check(command: &Command, matches: &ArgMatches) -> Result<(), Error> {
    let others = command.get_arguments().filter(|it| !ENDPOINTS.contains(&it.get_id().as_str()));
    for argument in others {
        let id = argument.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        // A lone SOURCE is taken for the key: `show` says so.
        if id == "key" && matches.value_source("source").is_none() {
            continue;
        }
        let words = matches.try_get_raw(id).ok().flatten().into_iter().flatten();
        if words.into_iter().any(|word| is_misplaced(argument, word)) {
            return Err(Error::usage(format!("{argument} seems to be given an endpoint"))
                .hint("Give an endpoint as SOURCE; write ./ before the name of a file."));
        }
    }
    match matches.subcommand() {
        Some((name, matches)) => {
            command.find_subcommand(name).map_or(Ok(()), |command| check(command, matches))
        }
        None => Ok(()),
    }
}

/// A file of that very name wins over the look.
fn is_misplaced(argument: &Arg, word: &OsStr) -> bool {
    let takes_path = argument.get_value_parser().type_id() == ValueParser::path_buf().type_id();
    may_be_endpoint(&word.to_string_lossy()) && !(takes_path && PathBuf::from(word).exists())
}

/// An argument as it may be repeated.
pub(super) fn shown(argument: &OsStr) -> String {
    let argument = argument.to_string_lossy();
    printable(&redacted(&argument)).into_owned()
}

/// Prints why clap refuses the arguments, and ends. It repeats them, so passwords are taken out.
pub(super) fn refused(mut error: clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // It was asked for.
        let written = error.print().and_then(|()| io::stdout().flush());
        return match printed(written, Status::Clean) {
            Ok(status) => status.into(),
            Err(error) => failed(&error),
        };
    }
    if error.kind() == ErrorKind::TooManyValues {
        // Given to a flag that takes none, it is most likely the password that -p asks for.
        error.insert(ContextKind::InvalidValue, ContextValue::String("***".to_owned()));
    }
    let repeated = repeated(std::env::args_os());
    let mut text = error.render().ansi().to_string();
    for (typed, shown) in repeated {
        text = text.replace(&typed, &shown);
    }
    say(&text);
    Status::WrongUse.into()
}

/// What was typed that may hold a password or steer a terminal, and how it may be repeated.
fn repeated(words: impl Iterator<Item = OsString>) -> Vec<(String, String)> {
    let mut shown_as = Vec::new();
    for word in words {
        for text in pieces(&word.to_string_lossy()) {
            let shown = redacted(text);
            let printed = printable(&shown);
            if printed != text {
                shown_as.push((text.to_owned(), printed.into_owned()));
            }
        }
    }
    shown_as
}

/// What a word may be understood as: the value of a flag that it begins with, and all of it.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let is_flag = word.starts_with('-');
    let value = is_flag.then(|| word.split_once('=')).flatten().map(|(_, value)| value);
    // -pPASSWORD is how MySQL's own programs take it.
    let rest = word.strip_prefix('-').and_then(|it| it.get(1..)).filter(|it| !it.starts_with('-'));
    value.into_iter().chain(rest).chain([word])
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::super::Args;
    use super::*;

    const SECRETS: [&str; 5] = [
        "mysql://u:sesame@tcp(h)/k",
        "u:sesame@tcp(h)/k",
        "u@azure:sesame,ziel@h",
        "jdbc:mysql://h/k?user=u&password=sesame",
        "'mysql://u:sesame@h/k",
    ];

    /// Gives a secret to each argument in turn that takes a value: also to those that are yet to come.
    #[test]
    fn no_argument_takes_an_endpoint_that_is_not_meant_for_one() {
        let mut root = Args::command();
        root.build();
        let mut tried = 0;
        for command in std::iter::once(&root).chain(root.get_subcommands()) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                if !argument.get_action().takes_values() || ENDPOINTS.contains(&id) {
                    continue;
                }
                for secret in SECRETS {
                    let mut words = vec!["kinescope".to_owned()];
                    if command.get_name() != root.get_name() {
                        words.push(command.get_name().to_owned());
                    }
                    if let Some(long) = argument.get_long() {
                        words.push(format!("--{long}={secret}"));
                    } else {
                        let before = argument.get_index().map_or(0, |index| index - 1);
                        words.extend(vec!["x".to_owned(); before]);
                        words.push(secret.to_owned());
                    }
                    tried += 1;
                    let said = match Args::command().try_get_matches_from(&words) {
                        Ok(matches) => {
                            let error = check(&root, &matches).expect_err(id);
                            format!("{error} {error:?}")
                        }
                        Err(refused) => {
                            let mut text = refused.to_string();
                            let words = words.iter().map(OsString::from);
                            for (secret, shown) in repeated(words) {
                                text = text.replace(&secret, &shown);
                            }
                            text
                        }
                    };
                    assert!(
                        !said.contains("sesame") && !said.contains("ziel"),
                        "{words:?}: {said}"
                    );
                }
            }
        }
        assert!(tried > 100, "{tried}");
    }

    #[test]
    fn what_steers_a_terminal_is_not_repeated() {
        let words = ["kinescope", "preview", "x", "\u{1b}]0;title\u{7}\u{9b}5m\u{202e}\r\n"];
        let refused = Args::command().try_get_matches_from(words).expect_err("there is one more");
        let mut text = refused.render().ansi().to_string();
        for (typed, shown) in repeated(words.iter().map(OsString::from)) {
            text = text.replace(&typed, &shown);
        }
        assert!(text.contains(r"\x1b]0;title\x07\u{9b}5m\u{202e}\x0d\x0a"), "{text}");
    }

    #[test]
    fn keys_and_paths_are_no_endpoints() {
        let root = Args::command();
        for words in [
            &["kinescope", "show", "x", "/registry/a:b@c"][..],
            &["kinescope", "preview", "x", "--log=/tmp/10:00@db"],
            &["kinescope", "preview", "x", "--log", "./10:00@db"],
            &["kinescope", "explain", "fork"],
        ] {
            let matches = Args::command().try_get_matches_from(words).expect("it is well formed");
            assert!(check(&root, &matches).is_ok(), "{words:?}");
        }
    }
}
