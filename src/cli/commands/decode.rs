//! `decode`: a value that comes from anywhere.

use std::io;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args as Group, ValueEnum};
use kinescope::display::words;
use kinescope::history::Kind;
use kinescope::place::{read_at_most, take_at_most};
use kinescope::source::Error;
use kinescope::text::escape;
use kinescope::value::{Mask, Stored, Value, Values};

use super::get::{Output, print};
use crate::cli::Status;
use crate::cli::appearance::Look;

/// How many bytes are read: more than any of kine's columns holds, in digits.
const LONGEST: u64 = 64 << 20;

#[derive(Debug, Group)]
pub(in crate::cli) struct Decode {
    /// Read the value from this file; without it, or with -, from standard input
    #[arg(value_name = "FILE")]
    pub(in crate::cli) file: Option<PathBuf>,
    /// Take what is read for hexadecimal digits, as databases print bytes
    ///
    /// Spaces and line ends are passed over, and so is what stands around the digits: 0x6b38, X'6b38',
    /// \x6b38.
    #[arg(long)]
    pub(in crate::cli) hex: bool,
    /// Take what is read for base64, as etcdctl prints values in JSON
    #[arg(long, conflicts_with = "hex")]
    pub(in crate::cli) base64: bool,
    /// Choose the output format
    #[arg(long, short, value_enum, default_value_t)]
    pub(in crate::cli) output: Form,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Form {
    #[default]
    Yaml,
    Json,
}

/// Runs `kinescope decode`.
pub(in crate::cli) fn decode(args: &Decode, look: Look) -> Result<Status, Error> {
    let read = read(args)?;
    let bytes = if args.hex {
        digits(&read)?
    } else if args.base64 {
        let text: Vec<u8> = read.into_iter().filter(|byte| !byte.is_ascii_whitespace()).collect();
        STANDARD.decode(text).map_err(|why| Error::usage("this is not base64").because(why))?
    } else {
        read
    };
    let value = understood(&bytes).map_err(|mask| {
        Error::new("this value is masked").because(words::why_masked(mask, "the value"))
    })?;
    let output = match args.output {
        Form::Yaml => Output::Yaml,
        Form::Json => Output::Json,
    };
    let comments = [words::about_value(Some(&value), Kind::Update, false)];
    print(&value, &comments, output, look, Status::Clean)
}

fn read(args: &Decode) -> Result<Vec<u8>, Error> {
    let Some(path) = args.file.as_ref().filter(|path| path.as_os_str() != "-") else {
        let read = take_at_most(io::stdin().lock(), LONGEST);
        return read.map_err(|why| Error::new("cannot read standard input").because(why));
    };
    read_at_most(path, LONGEST).map_err(|why| {
        let path = escape(path.as_os_str().as_encoded_bytes()).into_owned();
        Error::new(format!("cannot read {path}")).because(why)
    })
}

/// The bytes that digits stand for.
fn digits(text: &[u8]) -> Result<Vec<u8>, Error> {
    let wrong = || {
        Error::usage("these are not the hexadecimal digits of bytes")
            .hint("Expected two for each byte, such as 6b387300 or 0x6b387300.")
    };
    let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digits = match &text[..] {
        [b'0', b'x' | b'X', digits @ ..] | [b'\\', b'x', digits @ ..] => digits,
        [b'x' | b'X', b'\'', digits @ .., b'\''] => digits,
        digits => digits,
    };
    let (pairs, []) = digits.as_chunks::<2>() else { return Err(wrong()) };
    let byte = |pair: &[u8; 2]| {
        let digits = str::from_utf8(pair).ok().filter(|_| pair.iter().all(u8::is_ascii_hexdigit));
        u8::from_str_radix(digits?, 16).ok()
    };
    pairs.iter().map(byte).collect::<Option<Vec<u8>>>().ok_or_else(wrong)
}

/// What a value holds. A line end that an editor or `echo` left behind it is none of it.
fn understood(bytes: &[u8]) -> Result<Value, Mask> {
    let of = |bytes: &[u8]| {
        let values = Values::of(Some(&Stored::start_of(bytes, u64::MAX)), None)?;
        values.value.ok_or(Mask::Opaque)
    };
    match (of(bytes), bytes.strip_suffix(b"\n")) {
        (Err(Mask::Opaque), Some(rest)) => of(rest),
        (value, _) => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_taken_as_databases_print_them() {
        for text in ["6b387300", "0x6B387300\n", "X'6b387300'", "\\x6b387300", "6b 38\n73 00\n"] {
            assert_eq!(digits(text.as_bytes()).ok().as_deref(), Some(&b"k8s\0"[..]), "{text}");
        }
        for text in ["6b3", "0x6", "zz", "+1", "X'6b"] {
            assert!(digits(text.as_bytes()).is_err(), "{text}");
        }
    }
}
