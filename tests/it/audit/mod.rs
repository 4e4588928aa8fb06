//! The audit: each rule on the smallest table that breaks it and silent on its healthy twin, and no
//! alarm on tables that kine wrote.

mod command;
mod examples;
mod excuses;
mod healthy;
mod newest;
mod order;
mod schema;
mod server;
mod silence;

pub(crate) use examples::lines;
