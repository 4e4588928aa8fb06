//! The tests that see kinescope from outside: its library against recorded and real servers, and
//! its program in a pipe and in a terminal.

#![allow(unreachable_pub, reason = "nothing outside a test binary can reach anything in it")]

mod again;
mod algorithms;
mod audit;
mod audit_screen;
mod chains;
mod cli;
mod compaction;
mod compaction_oracle;
mod compactors;
mod completions;
mod conformance;
mod connect;
mod damage;
mod explorer;
mod faults;
mod fuzz;
mod growth;
mod hostile;
mod ids;
mod key_lists;
mod limits;
mod log;
mod long_chain;
mod manual;
mod package;
mod part;
mod postgres;
mod preview_screen;
mod proof;
mod readme;
mod repair;
mod reports;
mod requests;
mod screens;
mod server;
mod settings;
mod shifted;
mod sqlite;
mod statements;
mod strays;
mod support;
mod targets;
mod terminal;
mod texts;
mod themes;
mod truth;
mod turns;
mod usage;
mod values;
mod verdict;
mod walls;
mod words;
