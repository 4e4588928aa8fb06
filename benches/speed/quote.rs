//! The few figures that the README quotes, and how they get there.

use std::fmt::Write as _;
use std::path::Path;

use crate::figures::{Times, in_words, ratio};

const BEGIN: &str = "<!-- speed: `benches/run --readme` writes this anew -->\n";
const END: &str = "<!-- end of speed -->";

/// The README's table, as far as it has been measured.
#[derive(Default)]
pub(crate) struct Quotes(String);

impl Quotes {
    /// Quotes a time and what it stands beside.
    pub(crate) fn add(&mut self, what: &str, times: &Times, name: &str, other: &Times) {
        let (time, than) = (in_words(times), in_words(other));
        let ratio = ratio(times.median() / other.median());
        writeln!(self.0, "| {what} | {time} | {name}, {than} | {ratio} |").expect("a string");
    }

    /// Writes the table into the README, below a line that says where it was measured.
    pub(crate) fn write(&self, machine: &str, memory: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        let readme = std::fs::read_to_string(&path).expect("the README");
        let (before, rest) = readme.split_once(BEGIN).expect("the README has the mark");
        let (_, after) = rest.split_once(END).expect("and its end");
        let table = format!(
            "{machine}\n\n| what | time | compared with | ratio |\n| --- | --- | --- | --- |\n{}\n{memory}\n",
            self.0
        );
        std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).expect("the README");
    }
}
