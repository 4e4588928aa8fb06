//! What a text may be made of takes no more memory than some times its own, and ends: the program has
//! limits here, past which it would be killed.

use std::process::{Command, Stdio};

use crate::support::program::{Ran, file, ran};

const MIB: usize = 1 << 20;
/// How large a text is, about.
const LARGE: usize = 4 * MIB;
/// How much memory there is for it, in KiB: what the program has by itself, and 25 times the text. A
/// field without anything in it is one byte of the text, and a place of 16 in memory.
const MEMORY: usize = 120 << 10;
/// How many seconds of the processor: a hundred times what is needed.
const SECONDS: usize = 120;

/// Texts that are large in one way, and what is said of the table in them.
fn texts() -> [(&'static str, Vec<u8>); 26] {
    let tabs = b"id\tname\tdeleted\tprev_revision\n".as_slice();
    let commas = b"id,name,prev_revision\n".as_slice();
    let object = b"{\"id\":1,\"name\":\"/a\",\"prev_revision\":0".as_slice();
    let many = |piece: &[u8]| piece.repeat(LARGE / piece.len());
    let rows = |row: &dyn Fn(usize) -> String| {
        let row = |id| row(id).into_bytes();
        (1..LARGE / 24).flat_map(row).collect::<Vec<u8>>()
    };
    let last = LARGE;
    let headings = b"\tc".repeat(200_000);
    [
        ("no heading", many(b"x")),
        ("a long line", [tabs, &many(b"x")].concat()),
        ("a long name", [tabs, b"1\t", &many(b"x"), b"\t0\t0\n"].concat()),
        ("lines that are no rows", [tabs, &many(b"x\n")].concat()),
        ("lines with too many fields", [tabs, &many(b"1\t")].concat()),
        (
            "many columns",
            [b"id\tname\tprev_revision", &*headings, b"\n1\t/a\t0", &headings].concat(),
        ),
        ("a quote that is not closed", [commas, b"1,\"/a,0\n", &many(b"2,/b,0\n")].concat()),
        ("quotes alone", [commas, &many(b"\"")].concat()),
        ("bars alone", [b"| id | name | prev_revision |\n", &*many(b"|")].concat()),
        ("a wide box", [&*many(b"+-"), b"+\n| id | name | prev_revision |\n"].concat()),
        ("a deep object", [object, b"}\n", object, b",\"x\":", &many(b"[")].concat()),
        ("a deep array", [b"[", object, b",\"x\":", &many(b"[")].concat()),
        ("a long array", [b"[", object, b",\"x\":[", &many(b"0,"), b"0]}]"].concat()),
        ("arrays that open", many(b"[\n")),
        ("a quotation of quotations", [&*many(b"> "), tabs].concat()),
        ("commas alone", [commas, &many(b",")].concat()),
        ("a wide object", [b"{\"x\":0", &*many(b",\"x\":0"), b"}"].concat()),
        ("a wide object in an array", [b"[", object, &many(b",\"x\":0"), b"}]"].concat()),
        ("objects that are no rows", [object, b"}\n", &many(b"{}\n")].concat()),
        ("an array of what is no object", [b"[", object, b"},", &many(b"0,"), b"0]"].concat()),
        ("the same row again and again", [tabs, &many(b"1\ta\t0\t0\n")].concat()),
        ("short rows", [tabs, &rows(&|id| format!("{id}\t/{id:x}\t0\t0\n"))].concat()),
        ("rows of one key", [tabs, &rows(&|id| format!("{id}\t/a\t0\t0\n"))].concat()),
        ("rows that point forward", {
            [tabs, &rows(&|id| format!("{id}\t/{id:x}\t0\t{}\n", last + id))].concat()
        }),
        ("rows in descending order", {
            [tabs, &rows(&|id| format!("{}\t/{id:x}\t0\t0\n", last - id))].concat()
        }),
        ("rows that come late", {
            let late = |id| if id < 9000 { last + id } else { id };
            [tabs, &rows(&|id| format!("{}\t/{id:x}\t0\t0\n", late(id)))].concat()
        }),
    ]
}

/// Runs the program within the limits on a text, in a file or on standard input.
fn within_limits(text: &[u8], piped: bool) -> Ran {
    let (_directory, path) = file(text);
    let mut command = Command::new("sh");
    let limits = format!("ulimit -d {MEMORY}; ulimit -t {SECONDS}; exec \"$0\" \"$@\"");
    command.args(["-c", &limits, env!("CARGO_BIN_EXE_kinescope"), "audit"]);
    // Each thread has a stack, and by itself the program has one for each core of the machine.
    command.env("TOKIO_WORKER_THREADS", "2");
    if piped {
        // What is not a file: `cat` says nothing where nobody reads on.
        let cat = Command::new("cat").arg(&path).stdout(Stdio::piped()).spawn();
        let text = cat.expect("cat is there").stdout.expect("it is a pipe");
        command.arg("-").stdin(text);
    } else {
        command.arg(&path);
    }
    ran(command.output().expect("the program runs"))
}

#[test]
fn memory_is_bounded_by_the_text() {
    for (what, text) in texts() {
        let [ran, piped] = [false, true].map(|piped| within_limits(&text, piped));
        assert!(matches!(ran.status, Some(0..=3)), "{what}: {:?} {}", ran.status, ran.err);
        // A name is told once or twice.
        let said = ran.out.len() + ran.err.len();
        assert!(said < 3 * text.len(), "{what}: {said} bytes are said of {}", text.len());
        assert_eq!(piped.status, ran.status, "{what}: {}", piped.err);
    }
}
