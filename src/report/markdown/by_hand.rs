//! The SQL at the end of a document. It only reads, and finds the same numbers without kinescope.

use std::io::{self, Write};

use crate::history::compaction::Algorithm;
use crate::history::{Dialect, KeyId};
use crate::report::Preview;

/// How many keys one statement asks for.
const MOST: usize = 200;

/// Statements that find the same without kinescope, and show the rows of keys that change.
pub(super) fn by_hand(
    out: &mut dyn Write,
    preview: &Preview<'_>,
    keys: &[KeyId],
) -> io::Result<()> {
    let Preview { table, plan, .. } = preview;
    writeln!(out, "## To check it by hand\n")?;
    writeln!(out, "These statements only read.\n\n```sql")?;
    writeln!(out, "-- The current and the compact revision.")?;
    writeln!(out, "SELECT MAX(id) FROM kine;")?;
    writeln!(out, "SELECT id, prev_revision FROM kine WHERE name = 'compact_rev_key';")?;
    if matches!(plan.policy.algorithm, Algorithm::Batches | Algorithm::Request)
        && plan.transactions > 0
    {
        writeln!(out, "-- How many rows the compaction removes: what kine's DELETE selects.")?;
        if table.history.points_forward() {
            writeln!(
                out,
                "-- (Rows point forward in this table: in batches, kine may leave more than that.)"
            )?;
        }
        let target = plan.reached;
        writeln!(
            out,
            "SELECT COUNT(*) FROM kine AS kv INNER JOIN (\n  \
             SELECT prev_revision AS id FROM kine\n    \
             WHERE name != 'compact_rev_key' AND prev_revision != 0 AND id <= {target}\n  \
             UNION SELECT id FROM kine WHERE deleted != 0 AND id <= {target}\n\
             ) AS ks ON kv.id = ks.id;"
        )?;
    }
    writeln!(out, "-- The forks.")?;
    writeln!(
        out,
        "SELECT name, prev_revision, COUNT(*), MIN(id), MAX(id) FROM kine\n  \
         WHERE name != 'compact_rev_key' AND prev_revision IS NOT NULL\n  \
         GROUP BY name, prev_revision HAVING COUNT(*) > 1;"
    )?;
    let history = table.history;
    for keys in keys.chunks(MOST) {
        let names: Vec<String> =
            keys.iter().map(|&key| literal(history.profile().dialect, history.name(key))).collect();
        if let [name] = &names[..] {
            writeln!(out, "-- The rows of a key that changes.")?;
            writeln!(
                out,
                "SELECT id, created, deleted, create_revision, prev_revision FROM kine\n  \
                 WHERE name = {name} ORDER BY id;"
            )?;
            continue;
        }
        writeln!(out, "-- The rows of {} keys that change.", names.len())?;
        writeln!(
            out,
            "SELECT name, id, created, deleted, create_revision, prev_revision FROM kine\n  \
             WHERE name IN (\n    {}\n  ) ORDER BY name, id;",
            names.join(",\n    ")
        )?;
    }
    writeln!(out, "```")
}

/// A name as SQL: in quotes where that is safe, and as bytes elsewhere.
fn literal(dialect: Dialect, name: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'\'' | b'\\' | b'`');
    if name.iter().all(plain) {
        return format!("'{}'", String::from_utf8_lossy(name));
    }
    let bytes: String = name.iter().map(|byte| format!("{byte:02X}")).collect();
    match dialect {
        Dialect::MySql => format!("X'{bytes}'"),
        Dialect::Sqlite => format!("CAST(X'{bytes}' AS TEXT)"),
        Dialect::Postgres => format!("convert_from('\\x{bytes}', 'UTF8')"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_sql() {
        let all = [Dialect::MySql, Dialect::Sqlite, Dialect::Postgres];
        assert_eq!(all.map(|it| literal(it, b"/registry/a")), ["'/registry/a'"; 3]);
        assert_eq!(
            all.map(|it| literal(it, b"a'; DROP")),
            [
                "X'61273B2044524F50'",
                "CAST(X'61273B2044524F50' AS TEXT)",
                "convert_from('\\x61273B2044524F50', 'UTF8')",
            ]
        );
    }
}
