//! Files that are sent while they are read: the same table as when they are read first.

use std::fmt::Write as _;

use super::*;
use crate::history::Part;

/// What a file sends.
#[derive(Debug, Default)]
struct Sent {
    opened: Vec<Opened>,
    rows: Rows,
    batches: Vec<usize>,
    late: usize,
    unread: Rejects,
    requests: Vec<(u64, Vec<u8>)>,
    notes: Vec<String>,
    ended: Option<Result<(), String>>,
}

fn sent(path: &Path, options: &Options) -> Sent {
    let mut sent = Sent::default();
    open_and_stream(path, options, &mut |event| {
        match event {
            Event::Opened(opened) => sent.opened.push(opened),
            Event::Rows(rows) => {
                sent.batches.push(rows.len());
                rows.iter().for_each(|row| sent.rows.push(row));
            }
            Event::Learned(profile) => {
                assert_eq!(sent.late, 0, "late rows come after it");
                sent.opened.last_mut().expect("it was opened").profile = *profile;
            }
            Event::Late(late) => {
                assert!(late.iter().is_sorted_by_key(|row| row.id));
                sent.late += late.len();
                late.iter().for_each(|row| sent.rows.push(row));
                sent.rows.sort();
            }
            Event::Rejects(unread) => sent.unread.extend(unread),
            Event::Requests(requests) => {
                assert!(sent.requests.is_empty() && !requests.is_empty());
                sent.requests = requests;
            }
            Event::Note(note) => sent.notes.push(note),
            Event::Progress(_) => panic!("a text has no indexes"),
            Event::Ended(ended) => sent.ended = Some(ended.map_err(|error| error.to_string())),
        }
        true
    });
    sent
}

/// So many rows of a table as text, in the order that `id` gives.
fn text(rows: u64, id: impl Fn(u64) -> u64) -> String {
    let mut text = "id\tname\tdeleted\tprev_revision\n".to_owned();
    for at in 1..=rows {
        let id = id(at);
        writeln!(text, "{id}\t/registry/{:05}\t0\t0", id % 977).expect("a string");
    }
    text
}

/// Checks that a file sends what it holds; gives what it sent.
fn check(text: &str, options: &Options) -> Sent {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine");
    std::fs::write(&path, text).expect("a file");
    let sent = sent(&path, options);
    let whole = open_and_read(&path, options).expect("it is a table");
    let opened = sent.opened.last().expect("it was opened");
    assert_eq!((&opened.profile, &opened.kind), (&whole.opened.profile, &whole.opened.kind));
    let mut notes: Vec<_> = opened.notes.iter().chain(&sent.notes).cloned().collect();
    let mut all = whole.opened.notes;
    notes.sort();
    all.sort();
    assert_eq!(notes, all);
    assert!(sent.rows.iter().eq(whole.rows.iter()), "the rows are the same");
    assert_eq!(sent.requests, whole.requests);
    assert_eq!(sent.unread, whole.unread);
    assert_eq!(sent.ended, Some(Ok(())));
    sent
}

#[test]
fn rows_are_sent_before_the_text_ends() {
    let full = BATCH;
    let options = Options::default();
    let sent = check(&text(10_000, |at| at), &options);
    assert_eq!(sent.batches, [full, full, 10_000 - 2 * full]);
    // The notes on columns come first, and what only the end tells comes last.
    assert_eq!((sent.opened[0].notes.len(), sent.notes.len()), (3, 1));
    let expected = sent.opened[0].expected.expect("a file has a length");
    assert!((9_000..11_000).contains(&expected), "{expected}");
    // Revisions without what makes a row are sent along, and one that comes twice at once.
    let odd = text(9_000, |at| at).replace("\n5000\t", "\nfive\t").replace("\n8001\t", "\n8000\t");
    let sent = check(&odd, &options);
    assert_eq!((sent.unread.count(), sent.opened.len()), (2, 1));
    // The end is cut off.
    let cut = text(9_000, |at| at);
    let sent = check(cut.trim_end(), &options);
    assert_eq!((sent.unread.count(), sent.batches.len()), (1, 3));
    let boxes = text(9_000, |at| at).replace('\t', " | ");
    assert_eq!(check(&boxes, &options).opened[0].kind, "a pipe table");
    let commas = text(9_000, |at| at).replace('\t', ",");
    assert_eq!(check(&commas, &options).batches.len(), 3);
    let objects = (1..=9_000).fold(String::new(), |text, id| {
        text + &format!("{{\"id\": {id}, \"name\": \"/a\", \"prev_revision\": 0}}\n")
    });
    assert_eq!(check(&objects, &options).batches.len(), 3);
    let array = format!("[{}]", objects.trim_end().replace('\n', ",\n")).replacen("},", "}, 5,", 1);
    let sent = check(&array, &options);
    assert_eq!((sent.batches.len(), sent.unread.count()), (3, 1));
    assert_eq!(sent.opened[0].kind, "a JSON array");
    // Rows that came before the end that is missing are there.
    let sent = check(&array[..array.len() - 10], &options);
    assert_eq!((sent.rows.len(), sent.unread.count()), (8_999, 2));
}

#[test]
fn a_dump_is_sent_before_its_indexes_are_known() {
    let table = "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE kine (id INTEGER PRIMARY KEY \
                 AUTOINCREMENT, name TEXT, prev_revision INTEGER);\n";
    let index = "CREATE UNIQUE INDEX i ON kine (name, prev_revision);\nCOMMIT;\n";
    for late in [0, 1] {
        let mut dump = table.to_owned();
        for at in 1..=9_000_u64 {
            let id = if at == 8_500 { at + 1_000 * late } else { at };
            writeln!(dump, "INSERT INTO kine VALUES({id},'/registry/{at}',0);").expect("a string");
        }
        let sent = check(&(dump + index), &Options::default());
        let sizes = (sent.opened.len(), sent.batches.len(), sent.rows.len());
        assert_eq!(sizes, (1, 3, 9_000));
        assert_eq!(sent.opened[0].profile.unique_index, Some(true));
    }
}

#[test]
fn what_is_out_of_order_comes_late() {
    let options = Options::default();
    // Up to the first batch nobody sees it.
    let sent = check(&text(9_000, |at| 9_001 - at), &options);
    assert_eq!((sent.opened.len(), sent.opened[0].expected), (1, Some(9_000)));
    let sent = check(&text(9_000, |at| if at == 8_999 { 20_000 } else { at }), &options);
    assert_eq!((sent.opened.len(), sent.batches.len(), sent.late), (1, 3, 1));
    let shuffled = text(9_000, |at| if at < 5_000 { 2 * at } else { 2 * (at - 5_000) + 1 });
    let sent = check(&shuffled, &options);
    assert_eq!((sent.opened.len(), sent.late), (1, 4_001));
    // Two outputs of the same: every row of the second is there already.
    let twice = text(5_000, |at| at) + &text(5_000, |at| at);
    let sent = check(&twice, &options);
    assert_eq!((sent.opened.len(), sent.unread.count(), sent.late), (1, 5_000, 0));
    // What is there already is so too where it was late.
    let sent = check(&(shuffled.clone() + &shuffled), &options);
    assert_eq!((sent.unread.count(), sent.late), (9_000, 4_001));
}

#[test]
fn values_come_after_the_rows() {
    let with_values = |text: String| {
        let rows = text.replace('\n', "\t\n").replace("prev_revision\t", "prev_revision\tvalue");
        rows.replace("/registry/00005\t0\t0\t", "compact_rev_key_apiserver\t0\t0\t1|0")
    };
    let options = Options::default();
    for text in [
        text(9_000, |at| at),
        text(9_000, |at| 9_001 - at),
        text(9_000, |at| if at < 5_000 { 2 * at } else { 2 * (at - 5_000) + 1 }),
        text(900, |at| at),
    ] {
        let sent = check(&with_values(text), &options);
        let expected = (0..).map(|at| 977 * at + 5).take_while(|&id| id <= sent.rows.len() as u64);
        let expected: Vec<_> = expected.map(|id| (id, b"1|0".to_vec())).collect();
        assert_eq!(sent.requests, expected);
    }
}

#[test]
fn a_part_is_held_until_its_highest_id_is_known() {
    let part = Some(Part { since: Some(8_000), prefix: None });
    let sent = check(&text(9_000, |at| at), &Options { part, ..Options::default() });
    assert_eq!((sent.opened.len(), sent.rows.len()), (1, 1_000));
    assert_eq!(sent.opened[0].profile.current, Some(9_000));
}

#[test]
fn sizes_are_sent_before_the_text_ends() {
    let mut text = "id\tname\tprev_revision\tvalue\told_value\n".to_owned();
    // One row is not understood, and two of the last ones belong before the others.
    for at in 1..=10_000 {
        let id = if at > 9_998 { at + 10_000 } else { 20_000 + at };
        let id = if at == 50 { "odd".to_owned() } else { id.to_string() };
        let value = if at == 60 { "\\q" } else { "four" };
        writeln!(text, "{id}\t/a\t0\t{value}\tNULL").expect("a string");
    }
    text += "20009\t/a\t0\tagain\tNULL\n";
    let (mut batches, mut bytes) = (Vec::new(), 0);
    let measured = measure(text.as_bytes(), "test", None, &mut |sizes| {
        batches.push(sizes.len());
        bytes += sizes.iter().map(|size| size.value + size.old_value).sum::<u64>();
        true
    });
    assert_eq!(measured.expect("it is a table"), Ok(()));
    assert_eq!(batches, [BATCH, BATCH, 9_998 - 2 * BATCH]);
    assert_eq!(bytes, 4 * 9_998);
    let mut batches = 0;
    let measured = measure(text.as_bytes(), "test", None, &mut |_| {
        batches += 1;
        false
    });
    assert!(measured.is_ok() && batches == 1, "nobody measures for nobody");
}

#[test]
fn nobody_reads_on_for_nobody() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("kine");
    std::fs::write(&path, text(50_000, |at| at)).expect("a file");
    let asked = |wanted| {
        let mut events = 0;
        open_and_stream(&path, &Options::default(), &mut |_| {
            events += 1;
            events <= wanted
        });
        events
    };
    for wanted in [0, 1, 2, 3] {
        assert_eq!(asked(wanted), wanted + 1, "each is the last one");
    }
    // Also while nothing comes but what is held.
    let late = text(50_000, |at| if at < 5_000 { 100_000 + at } else { at });
    std::fs::write(&path, late).expect("a file");
    assert_eq!((asked(2), asked(4), asked(6)), (3, 5, 7));
}
