//! What an account may not read, or is not there.

use super::*;

pub(super) fn rights() -> Vec<Case> {
    let grant = "GRANT SELECT ON {db}.kine TO '{user}'@'%'";
    vec![
        Case {
            made: &[ACCOUNT, "GRANT SELECT (id, name, prev_revision) ON {db}.kine TO {user}"],
            ..refused(
                "`SELECT` on some of those columns",
                "it has no columns created, deleted",
                "An account with rights to single columns sees only those: grant it SELECT on the whole table",
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, "GRANT INSERT ON {db}.kine TO {user}"],
            ..refused("rights, and no `SELECT`", "may not read the table kine", grant, TCP)
        },
        Case {
            made: &[ACCOUNT, "CREATE TABLE other (id INT)", "GRANT SELECT ON {db}.other TO {user}"],
            ..refused(
                "`SELECT` on other tables of the database",
                "there is no table kine",
                grant,
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT],
            ..refused(
                "no rights in the database",
                "'{user}' may not use the database {db}",
                grant,
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, "GRANT SELECT ON *.* TO {user}"],
            parameters: "_missing",
            ..refused(
                "a database that is not there",
                "there is no database {db}_missing",
                "Name kine's database after the last slash; kine's own default is kubernetes",
                TCP,
            )
        },
        Case {
            made: &[ACCOUNT, "GRANT SELECT ON {db}.* TO {user}", "DROP TABLE kine"],
            ..refused(
                "a database without kine's table",
                "there is no table kine",
                "Name the database that kine uses after the last slash",
                TCP,
            )
        },
    ]
}
