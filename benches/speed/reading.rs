//! Reading a table from a server, each time in a process of its own, as it is used.

use std::process::{Command, ExitCode};

use kinescope::source::{ColumnChoice, Event, Log, Options, Source, load, stream};

use crate::memory;

/// What is done with the rows that come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Nothing.
    Drained,
    /// They are linked.
    Linked,
    /// They are linked, and come from indexes, with what compaction needs.
    Covered,
}

impl Reading {
    const ALL: [(&str, Self); 3] =
        [("drained", Self::Drained), ("linked", Self::Linked), ("covered", Self::Covered)];
}

/// Names the table in the environment, since an endpoint may have a password.
const ENDPOINT: &str = "KINESCOPE_ENDPOINT";

/// The argument that makes this program a reader.
pub(crate) const READER: &str = "--read";

/// Reads the table in another process, and gives the bytes that it held at most.
pub(crate) fn read(reading: Reading, endpoint: &str) -> u64 {
    let mut reader = Command::new(std::env::current_exe().expect("this program is a file"));
    let how = Reading::ALL.into_iter().find(|&(_, it)| it == reading).map(|(how, _)| how);
    reader.arg(READER).args(how);
    let output = reader.env(ENDPOINT, endpoint).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let peak = String::from_utf8(output.stdout).ok().and_then(|text| text.trim().parse().ok());
    peak.expect("a reader prints its peak")
}

/// The other process: reads the table that the environment names, and prints its peak of memory.
pub(crate) fn reader(how: &str) -> ExitCode {
    let endpoint = std::env::var(ENDPOINT).expect("it is set");
    let source = Source::parse(&endpoint).expect("a table");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let reading = Reading::ALL.into_iter().find(|&(it, _)| it == how).map(|(_, reading)| reading);
    let covered = reading == Some(Reading::Covered);
    let columns = if covered { ColumnChoice::Index } else { ColumnChoice::All };
    let options = Options { columns, ..Options::default() };
    let rows = runtime.expect("a runtime").block_on(async {
        if reading != Some(Reading::Drained) {
            let loaded =
                load(source, options, &Log::default(), |_| {}).await.expect("it can be opened");
            assert!(loaded.error.is_none(), "everything was read");
            return loaded.table.history.len();
        }
        let (sender, mut events) = tokio::sync::mpsc::channel(8);
        tokio::spawn(stream(source, options, Log::default(), sender));
        let mut rows = 0;
        while let Some(event) = events.recv().await {
            match event {
                Event::Rows(batch) => rows += batch.len(),
                Event::Ended(ended) => ended.expect("everything was read"),
                _ => {}
            }
        }
        rows
    });
    assert!(rows > 0, "there are rows");
    println!("{}", memory::peak());
    ExitCode::SUCCESS
}
