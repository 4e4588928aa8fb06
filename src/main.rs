//! The program: understands its arguments, runs the command, and tells in its exit status how it
//! went.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
