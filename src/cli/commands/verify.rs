//! `verify`: what became of a certificate.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args as Group;
use kinescope::history::certificate::Certificate;
use kinescope::place::read_at_most;
use kinescope::report;
use kinescope::source::Error;
use kinescope::text::escape;

use crate::cli::output::{Format, printed};
use crate::cli::{Context, Status, appearance};

/// No certificate is longer; a device never ends.
const LONGEST: u64 = 4 << 30;

#[derive(Debug, Group)]
pub(in crate::cli) struct Verify {
    /// Verify this certificate, which `kinescope preview --certificate` wrote
    #[arg(value_name = "FILE")]
    pub(in crate::cli) certificate: PathBuf,
    /// Read this table
    #[arg(value_name = "SOURCE")]
    pub(in crate::cli) source: Option<OsString>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(in crate::cli) format: Format,
}

/// Runs `kinescope verify`.
pub(in crate::cli) async fn verify(args: Verify, context: &Context) -> Result<Status, Error> {
    let certificate = certificate(&args.certificate)?;
    let read = context.read(context.server.source(args.source)?).await?;
    let table = read.table();
    let verification = report::Verification::new(table, &certificate);
    let status = match verification.found.outcome {
        _ if !table.is_whole() => Status::Unknown,
        outcome if outcome.holds() => Status::Clean,
        outcome if outcome.is_open() => Status::Unknown,
        _ => Status::Something,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = match args.format {
        Format::Text => {
            report::text::verification(&mut out, appearance::page(context.look), &verification)
        }
        Format::Json => report::json::verification(&mut out, &verification),
        Format::Markdown => appearance::spelled(context.look, &mut out, |out| {
            report::markdown::verification(out, &verification)
        }),
    };
    printed(written.and_then(|()| out.flush()), status)
}

fn certificate(path: &Path) -> Result<Certificate, Error> {
    let name = escape(path.as_os_str().as_encoded_bytes()).into_owned();
    let text = read_at_most(path, LONGEST)
        .map_err(|why| Error::new(format!("cannot read the certificate {name}")).because(why))?;
    report::json::read_certificate(&text).map_err(|why| {
        Error::usage(format!("{name} is not a certificate"))
            .because(why)
            .hint("Make one with `kinescope preview SOURCE --certificate FILE`.")
    })
}
