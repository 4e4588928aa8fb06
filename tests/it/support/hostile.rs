//! Names that nobody should trust, and a table that has them everywhere.

use kinescope::history::{Collation, Flag, History, Profile, Row};
use unicode_width::UnicodeWidthChar;

/// One of every kind.
pub fn names() -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = NAMES.iter().map(|name| name.to_vec()).collect();
    names.push("\u{1f480}".repeat(157).into_bytes());
    names.push(
        [b"/registry/".as_slice(), "\u{1f469}\u{200d}\u{1f4bb}".repeat(50).as_bytes()].concat(),
    );
    names.push(format!("/registry/a{}", "\u{301}".repeat(300)).into_bytes());
    names.push(vec![b'x'; 630]);
    names.push(vec![b'\\'; 63]);
    names.push((0x80..=0x9f).filter_map(char::from_u32).collect::<String>().into_bytes());
    names.push((0..0x20).chain([0x7f]).collect());
    names.push((0x80..=0xff).collect());
    names
}

const NAMES: [&[u8]; 79] = [
    // What a terminal obeys: clear, colour, title, link, clipboard, DCS, APC, an answer-back, reset.
    b"/registry/\x1b[2J\x1b[H",
    b"/registry/\x1b[31mred\x1b[0m",
    b"/registry/\x1b]0;title\x07",
    b"/registry/\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\",
    b"/registry/\x1b]52;c;cm0gLXJmIC8=\x07",
    b"/registry/\x1bP1$qm\x1b\\",
    b"/registry/\x1b_Gq=2;\x1b\\",
    b"/registry/\x1b[6n\x1b[c",
    b"/registry/\x1bc\x1b[?1049l",
    b"/registry/\x9b2J\x9d0;title\x9c",
    "/registry/\u{9b}2J\u{9d}0;title\u{9c}".as_bytes(),
    b"a\nb",
    b"a\r\nb",
    b"a\rb",
    b"a\tb",
    b"a\x08\x08b",
    b"a\0b",
    b"a\x7fb",
    // What turns, joins, hides.
    "/registry/\u{202e}sdop".as_bytes(),
    "/registry/\u{202a}\u{202b}\u{202d}a\u{202c}".as_bytes(),
    "/registry/\u{2066}a\u{2067}b\u{2068}c\u{2069}".as_bytes(),
    "/registry/\u{200e}\u{200f}\u{61c}a".as_bytes(),
    "/registry/\u{200b}\u{200c}\u{200d}\u{feff}\u{2060}a".as_bytes(),
    "/registry/\u{ad}\u{180e}\u{34f}a".as_bytes(),
    "/registry/a\u{2028}b\u{2029}c\u{85}d".as_bytes(),
    "/registry/\u{e0001}\u{e0041}\u{e007f}a".as_bytes(),
    "/registry/\u{3164}\u{115f}\u{2800}a".as_bytes(),
    "/registry/a\u{a0}b\u{3000}c\u{2003}d".as_bytes(),
    "/registry/\u{fff9}a\u{fffa}b\u{fffb}".as_bytes(),
    "/registry/\u{600}1\u{6dd}2".as_bytes(),
    // What is more than one cell, or becomes one with its neighbour.
    "/registry/\u{65e5}\u{672c}\u{8a9e}".as_bytes(),
    "/registry/\u{ff21}\u{ff22}".as_bytes(),
    "/registry/\u{4e9b}[2J".as_bytes(),
    "/registry/\u{1f44d}\u{1f3fb}\u{1f1e9}\u{1f1ea}".as_bytes(),
    "/registry/\u{2764}\u{fe0f}1\u{fe0f}\u{20e3}".as_bytes(),
    "/registry/\u{1100}\u{1161}\u{11a8}\u{915}\u{94d}\u{937}".as_bytes(),
    "/registry/\u{644}\u{627}\u{5d0}".as_bytes(),
    "/registry/\u{2192}\u{2026}\u{b7}".as_bytes(),
    // What is no UTF-8: cut short, too long, a surrogate, beyond the last.
    b"/registry/caf\xe9",
    b"/registry/\xe6\x97",
    b"/registry/\xc0\xaf",
    b"/registry/\xed\xa0\x80",
    b"/registry/\xf4\x90\x80\x80",
    b"\xff\xfe",
    b"\xf0\x9f\x92",
    // What looks like an escape of ours.
    b"/registry/\\x1b[2J\\x1b[H",
    b"/registry/\\u{202e}sdop",
    b"/registry/\\\\x1b",
    b"a\\x0ab",
    b"caf\\xe9\\",
    "/registry/\\\u{e9}".as_bytes(),
    b"/registry/\\u{e9}",
    // Markup of Markdown, HTML, dot, JSON, spreadsheets, SQL, shells.
    b"a|b",
    b"a\\|b",
    b"| a | b |",
    b"``` a ``b`",
    b"`",
    b"<script>alert(1)</script>",
    b"[x](https://evil.example) ![y](z) [^1]",
    b"*a* _b_ **c** ~~d~~ $e$",
    b"# a",
    b"- a",
    b"1. a",
    b"> a",
    b"https://evil.example/a www.evil.example a@evil.example",
    b"&#8238;&lt;&amp;",
    b"\"\\\"];}\\N\\G",
    b"<b>{a|b}</b>",
    b"=1+1",
    b"@SUM(A1)",
    b"'; DROP TABLE kine; --",
    b"$(id)`id`",
    // What can hardly be seen.
    b"",
    b"\"\"",
    b" ",
    b"   ",
    b"/registry/A",
    b"/registry/a",
    b"/registry/a ",
];

/// A table in which each of the names was created, forked and deleted, so that a compaction brings
/// it back; in which a row of each is pointed at by another key; and which has a broken link in each.
/// Names compare byte by byte.
pub fn history() -> History {
    let mut history =
        History::new(Profile { collation: Collation::binary(), ..Profile::kine_default() });
    for (id, name, deleted, prev) in rows() {
        let flag = |set| if set { Flag::Yes } else { Flag::No };
        history
            .push(Row {
                id,
                name: Some(&name),
                created: flag(prev == 0),
                deleted: flag(deleted),
                create_revision: Some(0),
                prev_revision: Some(prev),
                lease: Some(0),
            })
            .expect("the rows are in the order of their ids");
    }
    history
}

/// Its rows: id, name, whether it is a tombstone, prev revision.
pub fn rows() -> Vec<(u64, Vec<u8>, bool, u64)> {
    let mut rows = vec![(1, b"compact_rev_key".to_vec(), false, 0)];
    for (nth, name) in (0..).zip(names()) {
        let first = 10 * nth + 2;
        let row = |id, deleted, prev| (first + id, name.clone(), deleted, prev);
        rows.extend([
            row(0, false, 0),
            row(1, false, first),
            row(2, false, first),
            row(3, true, first + 2),
            (first + 4, format!("/of/{nth}").into_bytes(), false, first),
            (first + 5, name.clone(), false, first + 4),
            row(6, true, first + 9_000_000),
        ]);
    }
    rows
}

/// The table as `mysql -B` prints it, with a value that is as bad as its name. The name is in hex: what a
/// text has of it in other ways is not taken for the key's.
pub fn tsv() -> Vec<u8> {
    let mut text = b"id\tname\tdeleted\tprev_revision\tvalue\told_value\n".to_vec();
    for (id, name, deleted, prev) in rows() {
        let digits: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        text.extend(format!("{id}\t0x{digits}\t{}\t{prev}\t", u8::from(deleted)).as_bytes());
        let value = printed(&name);
        text.extend([&value, b"\t".as_slice(), &value, b"\n"].concat());
    }
    text
}

fn printed(name: &[u8]) -> Vec<u8> {
    let escape = |&byte: &u8| match byte {
        b'\0' => b"\\0".to_vec(),
        b'\t' => b"\\t".to_vec(),
        b'\n' => b"\\n".to_vec(),
        b'\\' => b"\\\\".to_vec(),
        byte => vec![byte],
    };
    name.iter().flat_map(escape).collect()
}

/// What a character of an output does that it must not do.
pub fn harm(char: char) -> Option<&'static str> {
    match char {
        char if char.is_control() => Some("controls"),
        '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            Some("turns the direction")
        }
        '\u{ad}'
        | '\u{600}'..='\u{605}'
        | '\u{6dd}'
        | '\u{180e}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => Some("formats"),
        char if char != ' ' && char.is_whitespace() => Some("is a space of another kind"),
        '\u{115f}' | '\u{3164}' | '\u{2800}' => Some("is empty"),
        char if char.width() == Some(0) => Some("has no width"),
        _ => None,
    }
}

/// Asserts that a text is fit for a terminal.
#[track_caller]
pub fn assert_harmless(what: &str, text: &str) {
    for line in text.lines() {
        let harm = line.chars().find_map(|char| harm(char).map(|harm| (char, harm)));
        assert!(harm.is_none(), "{what}: {harm:?} in {line:?}");
    }
    // `lines` takes a carriage return with it.
    assert!(!text.contains('\r'), "{what}: a carriage return");
}
