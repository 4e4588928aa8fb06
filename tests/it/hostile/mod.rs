//! What comes from the table is not trusted: whatever a name is, it is text, on every screen and in
//! every report.

mod markdown;
mod reports;
mod screens;
mod server;
mod terminal;
