//! Names and numbers in what every one of them carries: the table is the same.

use proptest::prelude::*;

use super::{picture, read, unread};

pub(super) const HEADINGS: [&str; 7] =
    ["id", "name", "created", "deleted", "create_revision", "prev_revision", "lease"];

pub(super) type Line = Vec<String>;
/// How a table is written, and how a field is, by name.
pub(super) type Format = (&'static str, fn(&[Line]) -> String);
pub(super) type Dress = (&'static str, fn(&str) -> String);

fn tabs(lines: &[Line]) -> String {
    joined(lines, "\t", |field| field.replace('\\', "\\\\"))
}

fn commas(lines: &[Line]) -> String {
    joined(lines, ",", quoted)
}

fn semicolons(lines: &[Line]) -> String {
    joined(lines, ";", quoted)
}

fn quoted(field: &str) -> String {
    if field.contains(['"', ',', ';']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}

fn joined(lines: &[Line], by: &str, field: impl Fn(&str) -> String) -> String {
    let line = |line: &Line| line.iter().map(|it| field(it)).collect::<Vec<_>>().join(by) + "\n";
    lines.iter().map(line).collect()
}

fn markdown(lines: &[Line]) -> String {
    let mut text: Vec<String> =
        lines.iter().map(|line| format!("| {} |\n", line.join(" | "))).collect();
    text.insert(1, "|---|---|---|---|---|---|---|\n".to_owned());
    text.concat()
}

fn drawn(
    lines: &[Line],
    by: &str,
    ends: [&str; 2],
    rule: impl Fn(&[usize]) -> String,
) -> Vec<String> {
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let line = |line: &Line| {
        let fields = line.iter().zip(&widths).map(|(field, &width)| format!("{field:<width$}"));
        format!("{}{}{}\n", ends[0], fields.collect::<Vec<_>>().join(by), ends[1])
    };
    let mut text: Vec<String> = lines.iter().map(line).collect();
    text.insert(1, rule(&widths));
    text
}

fn boxed(lines: &[Line]) -> String {
    let rule = |widths: &[usize]| {
        let dashes = widths.iter().map(|width| "-".repeat(width + 2));
        format!("+{}+\n", dashes.collect::<Vec<_>>().join("+"))
    };
    let mut text = drawn(lines, " | ", ["| ", " |"], rule);
    let rule = text[1].clone();
    text.insert(0, rule.clone());
    text.push(rule);
    text.concat()
}

fn psql(lines: &[Line]) -> String {
    let rule = |widths: &[usize]| {
        let dashes = widths.iter().map(|width| "-".repeat(width + 2));
        dashes.collect::<Vec<_>>().join("+") + "\n"
    };
    let mut text = drawn(lines, " | ", [" ", " "], rule);
    text.push(format!("({} rows)\n", lines.len() - 1));
    text.concat()
}

fn objects(lines: &[Line]) -> String {
    let object = |line: &Line| {
        let fields =
            HEADINGS.iter().zip(line).map(|(name, field)| (name.to_string(), field.clone().into()));
        serde_json::Value::Object(fields.collect()).to_string() + "\n"
    };
    lines[1..].iter().map(object).collect()
}

fn array(lines: &[Line]) -> String {
    format!("[{}]", objects(lines).trim_end().replace('\n', ",\n"))
}

fn unicode(lines: &[Line]) -> String {
    let text = boxed(lines);
    let lines: Vec<String> = text
        .lines()
        .map(|line| {
            if line.starts_with('+') {
                return line.replace('+', "┼").replace('-', "─");
            }
            let inner = line.trim_start_matches('|').trim_end_matches('|');
            format!("│{}│", inner.replace(" | ", " │ "))
        })
        .collect();
    lines.join("\n") + "\n"
}

fn grid(lines: &[Line]) -> String {
    let text = boxed(lines);
    let mut lines: Vec<&str> = text.lines().collect();
    let rule = lines[0];
    let rows = lines.split_off(3);
    let rows = rows.iter().filter(|line| **line != rule).map(|line| format!("{line}\n{rule}\n"));
    format!("{}\n{}", lines.join("\n"), rows.collect::<String>())
}

fn jira(lines: &[Line]) -> String {
    let rows = lines[1..].iter().map(|line| format!("|{}|\n", line.join("|")));
    format!("||{}||\n{}", lines[0].join("||"), rows.collect::<String>())
}

fn spaces(lines: &[Line]) -> String {
    let rule = |widths: &[usize]| {
        widths.iter().map(|&width| "-".repeat(width)).collect::<Vec<_>>().join("  ") + "\n"
    };
    drawn(lines, "  ", ["", ""], rule).concat()
}

fn vertical(
    lines: &[Line],
    before: impl Fn(usize) -> String,
    column: impl Fn(&str, &str) -> String,
) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate().skip(1) {
        text += &before(at);
        for (name, field) in HEADINGS.iter().zip(line) {
            text += &column(name, field);
        }
    }
    text
}

fn ended(lines: &[Line]) -> String {
    let stars = "*".repeat(27);
    let before = |at| format!("{stars} {at}. row {stars}\n");
    let rows = vertical(lines, before, |name, field| format!("{name:>15}: {field}\n"));
    format!("{rows}{} rows in set (0.00 sec)\n", lines.len() - 1)
}

fn expanded(lines: &[Line]) -> String {
    let before = |at| format!("-[ RECORD {at} ]---+-----\n");
    vertical(lines, before, |name, field| format!("{name:<15} | {field}\n"))
}

fn line_mode(lines: &[Line]) -> String {
    let before = |at| if at == 1 { String::new() } else { "\n".to_owned() };
    vertical(lines, before, |name, field| format!("{name:>15} = {field}\n"))
}

fn html(lines: &[Line]) -> String {
    let escaped = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let row = |line: &Line| {
        let cells = line.iter().map(|field| format!("<TD>{}</TD>\n", escaped(field)));
        format!("<TR>{}</TR>\n", cells.collect::<String>())
    };
    format!("<TABLE BORDER=1>{}</TABLE>\n", lines.iter().map(row).collect::<String>())
}

fn nested(lines: &[Line]) -> String {
    format!("{{\"kine\": {}}}\n", array(lines))
}

fn lists(lines: &[Line]) -> String {
    let lists = |lines: &[Line]| serde_json::to_string(lines).expect("they are texts");
    let columns = serde_json::to_string(&lines[0]).expect("it is text");
    format!("{{\"columns\": {columns}, \"values\": {}}}", lists(&lines[1..]))
}

pub(super) const FORMATS: [Format; 18] = [
    ("a Unicode box", unicode),
    ("a grid", grid),
    ("Jira", jira),
    ("spaces", spaces),
    ("\\G", ended),
    ("\\x", expanded),
    (".mode line", line_mode),
    ("HTML", html),
    ("nested JSON", nested),
    ("lists of JSON", lists),
    ("tabs", tabs),
    ("commas", commas),
    ("semicolons", semicolons),
    ("Markdown", markdown),
    ("a box", boxed),
    ("psql", psql),
    ("JSON lines", objects),
    ("a JSON array", array),
];

pub(super) fn hex(name: &str) -> String {
    name.bytes().map(|byte| format!("{byte:02x}")).collect()
}

const DRESSES: [Dress; 13] = [
    ("single quotes", |name| format!("'{name}'")),
    ("double quotes", |name| format!("\"{name}\"")),
    ("backticks", |name| format!("`{name}`")),
    ("Python's bytes", |name| format!("b'{name}'")),
    ("Python's text", |name| format!("u'{name}'")),
    ("bold", |name| format!("**{name}**")),
    ("bold code", |name| format!("**`{name}`**")),
    ("typographic quotes", |name| format!("\u{201c}{name}\u{201d}")),
    ("entities", |name| format!("&quot;{name}&quot;")),
    ("MySQL's hex", |name| format!("0x{}", hex(name).to_uppercase())),
    ("SQL's hex", |name| format!("X'{}'", hex(name))),
    ("psql's hex", |name| format!("\\x{}", hex(name))),
    ("bare hex", hex),
];

/// Numbers as programs print them, by the column that they are in.
const NUMBERS: [Dress; 4] = [
    ("plain", str::to_owned),
    ("in groups", |number| {
        let digits = number.as_bytes().rchunks(3).rev();
        let groups: Vec<&str> = digits.map(|it| std::str::from_utf8(it).expect("digits")).collect();
        groups.join("'")
    }),
    ("as floating point", |number| format!("{number}.0")),
    ("in quotes", |number| format!("\"{number}\"")),
];

/// A row: name, what it is, create revision and prev revision, as numbers.
type Made = (usize, usize, u64, u64);

const NAMES: [&str; 6] = [
    "/registry/pods/default/a",
    "/registry/pods/default/a",
    "/registry/minions/node-a",
    "/registry/clusterroles/system:node_reader",
    "/registry/services/endpoints/kube-system/x.y",
    "/bootstrap/2f8a",
];

/// Whole tables and damaged ones: whatever the rows say.
fn lines(first: u64, made: &[Made], mark: bool) -> Vec<Line> {
    let mut lines = vec![HEADINGS.map(str::to_owned).to_vec()];
    let line = |id: u64, name: &str, [created, deleted]: [u8; 2], [create, prev]: [u64; 2]| {
        let numbers =
            [created.to_string(), deleted.to_string(), create.to_string(), prev.to_string()];
        let mut line = vec![id.to_string(), name.to_owned()];
        line.extend(numbers);
        line.push("0".to_owned());
        line
    };
    if mark {
        lines.push(line(first, "compact_rev_key", [1, 0], [0, first]));
    }
    for (at, &(name, what, create, prev)) in made.iter().enumerate() {
        let id = first + 1 + at as u64;
        let [name, what] =
            [NAMES[name % NAMES.len()], ["create", "update", "delete", "gap"][what % 4]];
        lines.push(match what {
            "create" => line(id, name, [1, 0], [0, prev]),
            "delete" => line(id, name, [0, 1], [create, prev]),
            "gap" => line(id, &format!("gap-{id}"), [0, 1], [0, 0]),
            _ => line(id, name, [0, 0], [create, prev]),
        });
    }
    lines
}

fn dressed(lines: &[Line], name: fn(&str) -> String, number: fn(&str) -> String) -> Vec<Line> {
    let field = |(at, field): (usize, &String)| if at == 1 { name(field) } else { number(field) };
    let line = |line: &Line| line.iter().enumerate().map(field).collect();
    let mut dressed = vec![lines[0].clone()];
    dressed.extend(lines[1..].iter().map(line));
    dressed
}

fn rows(text: &str) -> Vec<String> {
    let table = read(text.as_bytes());
    assert_eq!(unread(&table), [""; 0], "{text}");
    picture(&table.rows)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_table_is_the_same_in_every_dress(
        first in prop_oneof![Just(1_u64), 990..1010_u64, Just(8_530_501_u64)],
        made in proptest::collection::vec((0..6_usize, 0..4_usize, 0..9_000_000_u64, 0..9_000_000_u64), 1..12),
        mark in any::<bool>(),
    ) {
        let lines = lines(first, &made, mark);
        let plain = rows(&tabs(&lines));
        prop_assert_eq!(plain.len(), lines.len() - 1);
        for (format, write) in FORMATS {
            prop_assert_eq!(&rows(&write(&lines)), &plain, "{}", format);
            for (dress, name) in DRESSES {
                let text = write(&dressed(&lines, name, str::to_owned));
                prop_assert_eq!(&rows(&text), &plain, "{} in {}:\n{}", dress, format, text);
            }
            for (how, number) in NUMBERS {
                let text = write(&dressed(&lines, str::to_owned, number));
                prop_assert_eq!(&rows(&text), &plain, "{} in {}:\n{}", how, format, text);
            }
        }
    }
}

#[test]
fn a_name_that_does_not_carry_it_is_never_guessed_at() {
    let heading = "id\tname\tprev_revision\n";
    for (names, rows, why) in [
        // The decision of the first rows was wrong for a later one.
        (
            &["'compact_rev_key'", "'/a'", "/b"][..],
            &[][..],
            &["`name` is in single quotes, and others are not"; 2][..],
        ),
        (
            &["compact_rev_key", "'/a'"],
            &["compact_rev_key"],
            &["`name` is in single quotes, and others are not"],
        ),
        (
            &["compact_rev_key", "0x2f61"],
            &["compact_rev_key"],
            &["`name` is written in hex, and others are not"],
        ),
        (
            &["'/a'", "'/it's'"],
            &["/a"],
            &["`name` is in single quotes, so nobody can tell which characters inside belong to \
               it"],
        ),
        (&["/a'", "/'b'"], &["/a'", "/'b'"], &[]),
        // Nothing says what is around this.
        (
            &["compact_rev_key", "'x'"],
            &["compact_rev_key"],
            &["`name` is neither a path nor a row of kine's own, so it may not be written as it \
               is stored"],
        ),
    ] {
        let line = |(at, name): (usize, &&str)| format!("{}\t{name}\t0\n", at + 1);
        let text: String = names.iter().enumerate().map(line).collect();
        let table = read(format!("{heading}{text}").as_bytes());
        let read: Vec<_> = table.rows.iter().filter_map(|row| row.name).collect();
        let plain: Vec<&[u8]> = rows.iter().map(|name| name.as_bytes()).collect();
        if names[2..].contains(&"/b") {
            assert_eq!(read, [b"/b"], "{names:?}");
        } else {
            assert_eq!(read, plain, "{names:?}");
        }
        let said: Vec<String> = table.unread.first().iter().map(|it| it.why.to_string()).collect();
        assert_eq!(said, why, "{names:?}");
    }
    // Far behind the first rows.
    let mut text = heading.to_owned();
    for id in 1..3000 {
        text += &format!("{id}\t'/a/{id}'\t0\n");
    }
    let table = read((text + "3000\t/a/3000\t0\n").as_bytes());
    assert_eq!((table.rows.len(), table.unread.count()), (2999, 1));
    assert_eq!(
        unread(&table),
        ["line 3001: `name` is not in single quotes, as those of the first rows are"]
    );
}

#[test]
fn names_that_are_padded_to_one_width_are_bare() {
    let text = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/a             \t0\n3\t/ab            \t0\n";
    assert_eq!(rows(text), ["1 compact_rev_key - - - 0", "2 /a - - - 0", "3 /ab - - - 0"]);
    // A space of its own is a name's.
    let text = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/a \t0\n";
    assert_eq!(rows(text)[1], "2 /a  - - - 0");
}

#[test]
fn a_name_that_is_cut_off_is_left_out_wherever_it_is_cut() {
    for (name, is_cut) in [
        ("/registry/leases/node-ip-10...", true),
        ("/registry/leases/node-ip-10..", true),
        ("/registry/leases/node ...", true),
        ("/registry/leases/node\u{2026}", true),
        ("/registry/le...node", true),
        ("/registry/le\u{2026}node", true),
        ("...leases/node", true),
        ("\u{2026}leases/node", true),
        ("/registry/leases/caf\u{e9}\u{2026}", true),
        // As a name may be.
        ("/registry/masterleases/10.0.0.1", false),
        ("/registry/leases/caf\u{e9}\u{2026}a", false),
        ("/registry/a.", false),
        ("x..", false),
    ] {
        let text = format!("id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t{name}\t0\n");
        let table = read(text.as_bytes());
        assert_eq!(
            (table.rows.len(), table.unread.count()),
            (2 - usize::from(is_cut), u64::from(is_cut)),
            "{name}"
        );
        let said =
            table.opened.notes.iter().any(|note| note.starts_with("Names are cut off in 1 row"));
        assert_eq!(said, is_cut, "{name}");
    }
    let csv =
        "id,name,prev_revision\n1,'compact_rev_key',0\n2,'/registry/a...',0\n3,'/registry/b...,0\n";
    let table = read(csv.as_bytes());
    assert_eq!((table.rows.len(), table.unread.count()), (1, 2));
}
