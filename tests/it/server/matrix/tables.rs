//! The manual's tables of the cases.

use super::cases::all;
use super::{Case, On, Outcome, Over};

/// Which accounts are read over which way, a line each.
pub(crate) fn reads() -> String {
    let cases = all();
    let cases: Vec<(&Case, bool)> = cases
        .iter()
        .filter_map(|case| match case.outcome {
            Outcome::Read { encrypted } => Some((case, encrypted)),
            Outcome::Refused { .. } => None,
        })
        .collect();
    let mut table = "| is read | TCP, TLS | TCP, no TLS | socket, TLS | socket, no TLS |\n\
                     | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for row in rows(cases.iter().map(|(case, _)| *case)) {
        let cell = |tcp: bool, encrypted: bool| {
            let ours = cases.iter().filter(|(case, it)| {
                case.row == row && *it == encrypted && matches!(case.over, Over::Socket) != tcp
            });
            servers(ours.map(|(case, _)| case.on))
        };
        let cells = [(true, true), (true, false), (false, true), (false, false)];
        let cells = cells.map(|(tcp, encrypted)| cell(tcp, encrypted)).join(" | ");
        table.push_str(&format!("| {row} | {cells} |\n"));
    }
    table
}

/// What is refused, what is said, and what to do, a line each.
pub(crate) fn refusals() -> String {
    let cases = all();
    let refused = |case: &&Case| matches!(case.outcome, Outcome::Refused { .. });
    let mut table = "| is refused | on | what to do, in the error's words |\n\
                     | --- | --- | --- |\n"
        .to_owned();
    for row in rows(cases.iter().filter(refused)) {
        let ours = || cases.iter().filter(|case| case.row == row);
        let on = servers(ours().map(|case| case.on));
        let mut hints = Vec::new();
        for case in ours() {
            let Outcome::Refused { to_do, .. } = case.outcome else { continue };
            let key = "tests/fixtures/encrypted-key.pem";
            let to_do = to_do.replace("{db}", "DB").replace("{user}", "USER").replace(key, "KEY");
            hints.push(to_do);
        }
        hints.dedup();
        table.push_str(&format!("| {row} | {on} | {} |\n", hints.join("; ")));
    }
    table
}

/// The rows' names, in order.
fn rows<'a>(cases: impl Iterator<Item = &'a Case>) -> Vec<&'static str> {
    let mut rows = Vec::new();
    for case in cases {
        if !rows.contains(&case.row) {
            rows.push(case.row);
        }
    }
    rows
}

fn servers(on: impl Iterator<Item = On>) -> &'static str {
    let (mut mariadb, mut mysql) = (false, false);
    for on in on {
        mariadb |= on.is(true);
        mysql |= on.is(false);
    }
    match (mariadb, mysql) {
        (true, true) => "MariaDB, MySQL",
        (true, false) => "MariaDB",
        (false, true) => "MySQL",
        (false, false) => "",
    }
}
