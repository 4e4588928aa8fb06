//! The SELECT that finds the rows of a key, to be run by hand.

use crate::history::{Dialect, History, KeyId};

/// The statement. A name that could end the quotes, or is not plain, is given by its bytes.
pub(super) fn select(history: &History, key: KeyId) -> String {
    let profile = history.profile();
    let name = literal(profile.dialect, history.name(key));
    format!(
        "SELECT id, name, created, deleted, create_revision, prev_revision, lease FROM kine WHERE \
         name = {name} ORDER BY id;"
    )
}

fn literal(dialect: Dialect, name: &[u8]) -> String {
    let is_plain = |byte: &u8| (b' '..=b'~').contains(byte) && !matches!(byte, b'\'' | b'\\');
    if name.iter().all(is_plain) {
        return format!("'{}'", String::from_utf8_lossy(name));
    }
    let hex: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
    match dialect {
        Dialect::MySql => format!("CONVERT(X'{hex}' USING utf8mb4)"),
        Dialect::Postgres => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
        Dialect::Sqlite => format!("CAST(X'{hex}' AS TEXT)"),
    }
}
