//! The program that shows texts, and what it is given.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::process::Command;

use super::External;

impl External {
    /// The command, for a shell: what the environment names, or what nearly every machine has.
    fn command(self) -> OsString {
        let named = |names: &[&str]| {
            let named = names.iter().filter_map(std::env::var_os);
            named.into_iter().find(|command| !command.is_empty())
        };
        match self {
            Self::Pager => named(&["KINESCOPE_PAGER", "PAGER"]).unwrap_or_else(|| "less -R".into()),
            Self::Editor => named(&["VISUAL", "EDITOR"]).unwrap_or_else(|| "vi".into()),
            Self::Diff => named(&["KINESCOPE_DIFF"])
                .unwrap_or_else(|| "git --no-pager diff --no-index --color=always".into()),
        }
    }
}

/// Shows the texts, each a file's name and what is in it, and waits until the program ends; says why that
/// could not be.
pub(in crate::tui) fn show(external: External, texts: &[(String, String)]) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("The text could not be shown: {error}.");
    let folder = tempfile::Builder::new().prefix("kinescope-").tempdir().map_err(failed)?;
    let mut files = Vec::new();
    for (name, text) in texts {
        let path = folder.path().join(name);
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(failed)?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        files.push(path);
    }
    let command = external.command();
    let mut line = command.clone();
    line.push(" \"$@\"");
    if external == External::Diff {
        // It says what differs and ends at once: somebody must have the time to read it.
        line.push(" | ");
        line.push(External::Pager.command());
    }
    let status = Command::new("sh").arg("-c").arg(line).arg("kinescope").args(&files).status();
    let status = status.map_err(failed)?;
    match status.code() {
        Some(126 | 127) => Err(format!("{} could not be started.", command.display())),
        _ => Ok(()),
    }
}
