//! Man pages in a directory: one of the program, one of each command, and one of each topic.

use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use clap::CommandFactory;
use clap::builder::Resettable;
use clap_mangen::Man;
use kinescope::source::Error;
use kinescope::text::escape;
use roff::{Roff, bold, roman};

use super::manual::{MARK, TOPICS, ascii, man_page, section};
use super::{Args, manual, signals};

/// Writes all of them, and gives their number. Those that were written before are replaced; where one
/// of the files is anything else, none is written.
///
/// # Errors
///
/// When there is such a file, or the directory cannot be made or written to.
pub(super) fn write(directory: &Path) -> Result<usize, Error> {
    let shown = escape(directory.as_os_str().as_encoded_bytes()).into_owned();
    let failed = |why: io::Error| {
        Error::new(format!("cannot write man pages to {shown}"))
            .because(why)
            .hint("Check that the directory exists, is writable and has free space.")
    };
    let pages = pages().map_err(failed)?;
    fs::create_dir_all(directory).map_err(failed)?;
    for (name, _) in &pages {
        if !is_ours(&directory.join(name)).map_err(failed)? {
            let what = format!("{name} is in {shown} already, and kinescope did not make it");
            return Err(Error::new(what).hint("Name another directory, or move that file away."));
        }
    }
    let all = || pages.iter().try_for_each(|(name, page)| put(&directory.join(name), page));
    signals::uncut(all).map_err(failed)?;
    Ok(pages.len())
}

/// The files and what is in them.
fn pages() -> io::Result<Vec<(String, String)>> {
    let mut root = Args::command();
    root.build();
    let mut pages = Vec::new();
    let statuses = manual::find("exit-status").map(|topic| section("EXIT STATUS", topic));
    for command in std::iter::once(&root).chain(root.get_subcommands()) {
        // What stands after the help has a section of its own.
        let command = command.clone().after_help(Resettable::Reset);
        let statuses =
            statuses.as_deref().filter(|_| command.has_subcommands()).unwrap_or_default();
        let man = Man::new(command).manual("The manual of kinescope");
        let mut page = Vec::new();
        man.render(&mut page)?;
        let page = String::from_utf8_lossy(&page);
        pages.push((man.get_filename(), format!("{MARK}{}{statuses}{}", ascii(&page), see_also())));
    }
    let topics = TOPICS
        .iter()
        .map(|topic| (format!("kinescope-{}.7", topic.name), format!("{MARK}{}", man_page(topic))));
    pages.extend(topics);
    Ok(pages)
}

fn see_also() -> String {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    let mut names = vec![bold("kinescope"), roman("(1)")];
    for topic in TOPICS {
        names.extend([roman(", "), bold(format!("kinescope-{}", topic.name)), roman("(7)")]);
    }
    roff.text(names);
    roff.to_roff()
}

/// Whether a file may be written there: nothing is, or a man page that was written before.
fn is_ours(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Err(why) if why.kind() == ErrorKind::NotFound => Ok(true),
        Ok(there) if !there.is_file() => Ok(false),
        Ok(_) => {
            let mut start = Vec::new();
            File::open(path)?.take(MARK.len() as u64).read_to_end(&mut start)?;
            Ok(start == MARK.as_bytes())
        }
        Err(why) => Err(why),
    }
}

/// Writes a file beside its place and moves it there, so that nobody reads half of it.
fn put(path: &Path, page: &str) -> io::Result<()> {
    let mut file = tempfile::Builder::new()
        .prefix(".kinescope-")
        .permissions(Permissions::from_mode(0o644))
        .tempfile_in(path.parent().unwrap_or(Path::new(".")))?;
    file.write_all(page.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
