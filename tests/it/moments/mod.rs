//! The table as a history: what it was at a revision, what changed between two, and how two tables differ.

mod as_of;
mod command;
mod compare;
mod diff;
mod replay;
mod screen;
mod world;
