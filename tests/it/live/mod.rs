//! The explorer while somebody writes to the table, and while kine compacts it.

mod model;
mod terminal;
