//! kinescope shows every revision that kine keeps in its table, says what is broken in it, and shows
//! what a compaction will do before it is done.
//!
//! ```text
//!   server ─┐
//!   file ───┼─▶ source ──rows──▶ history ──▶ audit ──▶ report ──▶ text, JSON, Markdown, dot, SQL
//!   demo ───┘                    graph       rules └─▶ tui
//!                                chain, lanes
//!                                compaction
//! ```
//!
//! | room | what it does |
//! | --- | --- |
//! | [`source`] | reads a table: from a server, or as text |
//! | [`history`] | the core: rows and keys, the graph of revisions, compaction |
//! | [`value`] | what one row's value holds, and which values nobody sees |
//! | [`audit`] | the rules, and what they find |
//! | [`repair`] | what mends a table, as data |
//! | [`display`] | what things look like and are called, everywhere |
//! | [`find`] | which key is meant by what was typed |
//! | [`report`] | what is printed, by format |
//! | `export` | a new table, written for any of kine's databases |
//! | `tui` | the explorer |
//! | [`text`] | words and widths, which know nothing of kine |
//!
//! The core builds alone, without the features `cli`, `mysql` and `tui`. A table as text, its history, and
//! what can be asked of it:
//!
//! ```
//! use kinescope::audit::audit;
//! use kinescope::history::compaction::{Effect, Policy, Verdict, plan};
//! use kinescope::source::{Options, text};
//!
//! // A deleted key whose chain forks: 3 and 4 both follow 2, 5 deletes 3, and no row points at 4.
//! let table = "id,name,created,deleted,create_revision,prev_revision,lease\n\
//!              1,compact_rev_key,1,0,0,0,0\n\
//!              2,/registry/a,1,0,0,0,0\n\
//!              3,/registry/a,0,0,2,2,0\n\
//!              4,/registry/a,0,0,2,2,0\n\
//!              5,/registry/a,0,1,2,3,0\n";
//! let read = text::read(table.as_bytes(), "the example", &Options::default())?;
//! assert_eq!(read.unread.count(), 0);
//! let mut history = read.opened.history();
//! history.extend(&read.rows)?;
//!
//! // What becomes of keys in the end: 4 is forgotten, and the key comes back at it.
//! let policy = Policy::DEFAULT.without_retain();
//! let verdict = Verdict::of(&history, policy);
//! assert_eq!(verdict.changes.len(), 1);
//! assert_eq!(verdict.changes[0].effect, Effect::Resurrected);
//!
//! // What a compaction to 5 removes.
//! assert_eq!(plan(&history, 5, policy).removed(), 3);
//!
//! // And what is broken.
//! let found = audit(&history, true).found;
//! assert!(found.iter().any(|finding| finding.rule.name == "fork"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What takes longer than a frame is done in slices: `advance(history, &mut budget)` spends from a
//! budget of rows and keys looked at, and is true when it is done. The patience is the screen's: the core
//! has no clock.

pub mod audit;
pub mod display;
#[cfg(feature = "mysql")]
pub mod export;
pub mod find;
pub mod history;
pub mod place;
pub mod repair;
pub mod report;
pub mod source;
pub mod text;
#[cfg(feature = "tui")]
pub mod tui;
pub mod value;
