//! What fills the table: a small table in, its tree out.

mod bytes;
mod command;
pub(crate) mod screen;
mod server;

use kinescope::history::compaction::{Policy, plan};
use kinescope::history::usage::{
    Amount, Count, Freeing, Kind, Listing, Node, Size, Sizes, Sort, Usage, Weighing,
};
use kinescope::history::{Collation, Flag, History, Profile, Row};
use proptest::prelude::*;

use crate::support::history::{assert_picture, picture, picture_in};

/// A line for each node: rows, keys, live keys, tombstones, gap rows, rows that go; revisions; name.
fn draw(history: &History, usage: &Usage, node: Node, depth: usize, text: &mut String) {
    let Amount { rows, keys, live, tombstones, gaps, freed, .. } = usage.amount(node);
    let name = match node.kind {
        Kind::Table => "table".to_owned(),
        Kind::Gaps => "gaps".to_owned(),
        Kind::Nameless => "nameless".to_owned(),
        Kind::Prefix | Kind::Key => {
            String::from_utf8_lossy(usage.name(history, node).expect("it has one")).into_owned()
        }
    };
    let freed = freed.map_or_else(|| "?".to_owned(), |freed| freed.to_string());
    let span = usage.span(node).map_or_else(String::new, |(oldest, newest)| {
        format!("{}-{}", history.id(oldest), history.id(newest))
    });
    let indent = "  ".repeat(depth);
    text.push_str(&format!(
        "{rows} {keys} {live} {tombstones} {gaps} {freed} {span} {indent}{name}\n"
    ));
    let mut parts = usage.parts(history, node);
    usage.sort(&mut parts, Sort::Rows);
    for part in parts {
        draw(history, usage, part, depth + 1, text);
    }
}

fn drawn(history: &History, usage: &Usage) -> String {
    let mut text = String::new();
    draw(history, usage, usage.table(), 0, &mut text);
    text
}

/// Two pods, one of them deleted and one updated, a lease, and what kine keeps for itself.
fn small() -> History {
    picture(
        "1 compact_rev_key mark <- 0
         2 /registry/pods/a/web create
         3 /registry/pods/a/web update <- 2
         4 /registry/pods/b/web create
         5 /registry/leases/node create
         6 gap-6 delete
         7 gap-7 delete
         8 /registry/pods/b/web delete <- 4
         9 /registry/leases/node update <- 5
        10 /registry/leases/node update <- 9
        11 - create",
    )
}

#[test]
fn prefixes_have_what_their_keys_have() {
    let history = small();
    let usage = Usage::new(&history);
    let plan = plan(&history, 9, Policy::DEFAULT.without_retain());
    // 2 and 5 are pointed at, 4 and 8 were deleted, and gap rows are tombstones to a compaction.
    assert_picture(
        &drawn(&history, &usage.with_plan(&history, &plan, None)),
        "
          11 6 3 1 2 6 1-11 table
          7 3 2 1 0 4 2-10   /registry/
          4 2 1 1 0 3 2-8     /registry/pods/
          2 1 1 0 0 1 2-3       /registry/pods/a/
          2 1 1 0 0 1 2-3         /registry/pods/a/web
          2 1 0 1 0 2 4-8       /registry/pods/b/
          2 1 0 1 0 2 4-8         /registry/pods/b/web
          3 1 1 0 0 1 5-10     /registry/leases/
          3 1 1 0 0 1 5-10       /registry/leases/node
          2 2 0 0 2 2 6-7   gaps
          1 1 1 0 0 0 1-1   compact_rev_key
          1 0 0 0 0 0 11-11   nameless",
    );
}

#[test]
fn odd_names_have_a_place() {
    let history = picture_in(
        "1 / create
         2 // create
         3 /a create
         4 /a/ create
         5 /a//b create
         6 /a/b create
         7 a create
         8 gap- create
         9 gap-1 create
        10 gap-1x create
        11 gap-/1 create
        12 gap-2/ create",
        Profile { collation: Collation::binary(), ..Profile::kine_default() },
    );
    let usage = Usage::new(&history);
    assert_picture(
        &drawn(&history, &usage),
        "
        12 12 12 0 1 ? 1-12 table
        3 3 3 0 0 ? 4-6   /a/
        1 1 1 0 0 ? 4-4     /a/
        1 1 1 0 0 ? 5-5     /a//b
        1 1 1 0 0 ? 6-6     /a/b
        1 1 1 0 0 ? 1-1   /
        1 1 1 0 0 ? 2-2   //
        1 1 1 0 0 ? 2-2     //
        1 1 1 0 0 ? 3-3   /a
        1 1 1 0 0 ? 7-7   a
        1 1 1 0 0 ? 8-8   gap-
        1 1 1 0 0 ? 11-11   gap-/
        1 1 1 0 0 ? 11-11     gap-/1
        1 1 1 0 0 ? 10-10   gap-1x
        1 1 1 0 0 ? 12-12   gap-2/
        1 1 1 0 0 ? 12-12     gap-2/
        1 1 1 0 1 ? 9-9   gaps
        ",
    );
}

#[test]
fn a_prefix_is_found_with_and_without_its_slash() {
    let history = small();
    let usage = Usage::new(&history);
    let rows =
        |prefix: &str| usage.find(&history, prefix.as_bytes()).map(|node| usage.amount(node).rows);
    assert_eq!(rows(""), Some(11));
    assert_eq!(rows("/registry/pods/"), Some(4));
    assert_eq!(rows("/registry/pods"), Some(4));
    assert_eq!(rows("/registry/p"), Some(4));
    assert_eq!(rows("/registry/pods/a/web"), Some(2));
    assert_eq!(rows("gap-"), Some(2));
    assert_eq!(rows("/registry/x"), None);
    assert_eq!(rows("zzz"), None);
    let node = usage.find(&history, b"/registry/po").expect("there are some");
    let labels: Vec<_> =
        usage.parts(&history, node).iter().map(|&part| usage.label(&history, node, part)).collect();
    assert_eq!(labels, [Some(&b"ds/"[..])]);
}

#[test]
fn the_busiest_keys_come_first_and_gap_rows_are_none() {
    let history = small();
    let usage = Usage::new(&history);
    let busiest = |most| -> Vec<_> {
        let keys = usage.busiest(usage.table(), Sort::Rows, most);
        keys.into_iter()
            .map(|node| {
                let key = usage.key(node).expect("it is a key");
                (String::from_utf8_lossy(history.name(key)).into_owned(), usage.amount(node).rows)
            })
            .collect()
    };
    let expected = [
        ("/registry/leases/node", 3),
        ("/registry/pods/a/web", 2),
        ("/registry/pods/b/web", 2),
        ("compact_rev_key", 1),
    ]
    .map(|(name, rows)| (name.to_owned(), rows));
    assert_eq!(busiest(10), expected);
    assert_eq!(busiest(2), expected[..2]);
    assert_eq!(busiest(0), []);
}

#[test]
fn bytes_are_those_of_rows_whose_size_is_known() {
    let history = small();
    let plan = plan(&history, 9, Policy::DEFAULT.without_retain());
    let mut sizes = Sizes::new(&history);
    let size = |id| Size { id, value: id, old_value: 100 };
    // Row 10 is gone, and row 12 has come.
    for id in (1..=9).chain([11, 12]) {
        sizes.add(&history, size(id));
    }
    // A size that comes twice counts once.
    sizes.add(&history, size(9));
    assert_eq!((sizes.missing(), sizes.strangers), (1, 2));
    assert_eq!((sizes.values, sizes.old_values), (56, 1000));
    let weighed = Usage::new(&history).with_sizes(&history, &sizes);
    let usage = weighed.clone().with_plan(&history, &plan, Some(&sizes));
    let amount = |prefix: &[u8]| {
        let amount = usage.amount(usage.find(&history, prefix).expect("there is one"));
        (amount.bytes, amount.freed_bytes)
    };
    assert_eq!(amount(b""), (Some(1056), Some(632)));
    assert_eq!(amount(b"/registry/leases/"), (Some(214), Some(105)));
    assert_eq!(amount(b"gap-"), (Some(213), Some(213)));
    assert_eq!(weighed.amount(usage.table()), {
        Amount { freed: None, freed_bytes: None, ..usage.amount(usage.table()) }
    });
}

/// Everything that a node has is what its parts have, down to the keys.
fn check(history: &History, usage: &Usage, node: Node) -> Result<(), TestCaseError> {
    if !node.opens() {
        return Ok(());
    }
    let parts = usage.parts(history, node);
    let mut sum =
        Amount { freed: Some(0), bytes: Some(0), freed_bytes: Some(0), ..Amount::default() };
    for &part in &parts {
        let amount = usage.amount(part);
        prop_assert!(amount.rows > 0, "no part is empty");
        sum.add(amount);
        check(history, usage, part)?;
    }
    prop_assert_eq!(sum, usage.amount(node));
    let spans = parts.iter().filter_map(|&part| usage.span(part));
    let span = spans.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)));
    prop_assert_eq!(span, usage.span(node));
    Ok(())
}

prop_compose! {
    fn tables()(
        rows in proptest::collection::vec(
            (
                proptest::option::weighted(0.95, "(/[abB]){0,4}/?|gap-[12x]{0,2}|[ab/ ]{0,4}"),
                prop_oneof![4 => Just(Flag::No), 2 => Just(Flag::Yes), 1 => Just(Flag::Null)],
                0..60_u64,
                1..3_u64,
            ),
            0..50,
        ),
        binary in any::<bool>(),
    ) -> History {
        let collation = if binary { Collation::binary() } else { Collation::kine_default() };
        let mut history = History::new(Profile { collation, excerpt: true, ..Profile::kine_default() });
        let mut id = 0;
        for (name, deleted, prev, step) in &rows {
            id += step;
            let row = Row {
                id,
                name: name.as_deref().map(str::as_bytes),
                created: Flag::No,
                deleted: *deleted,
                create_revision: Some(0),
                prev_revision: Some(*prev),
                lease: Some(0),
            };
            history.push(row).expect("ids go up");
        }
        history
    }
}

proptest! {
    #[test]
    fn parts_sum_up_to_the_whole(history in tables(), target in 0..100_u64, slice in 1..20_u32) {
        let plan = plan(&history, target, Policy::DEFAULT.without_retain());
        let mut sizes = Sizes::new(&history);
        for at in history.iter().step_by(2) {
            let id = history.id(at);
            sizes.add(&history, Size { id, value: id, old_value: 1 });
        }
        let whole = Usage::new(&history).with_plan(&history, &plan, Some(&sizes));
        let whole = whole.with_sizes(&history, &sizes);
        check(&history, &whole, whole.table())?;
        let all = whole.amount(whole.table());
        prop_assert_eq!(all.rows, history.len() as u64);
        prop_assert_eq!(all.keys, history.key_count() as u64);
        prop_assert_eq!(all.freed, Some(plan.removed() as u64));
        prop_assert_eq!(all.bytes, Some(sizes.values + sizes.old_values));
        let live = history.keys().filter(|(_, key)| key.deleted.is_live()).count();
        prop_assert_eq!(all.live, live as u64);
        let deleted = history.iter().filter(|&at| history.deleted(at).is_set()).count();
        prop_assert!(all.tombstones <= deleted as u64 && deleted as u64 <= all.tombstones + all.gaps);
        let keys = whole.busiest(whole.table(), Sort::Rows, usize::MAX);
        let rows: u64 = keys.iter().map(|&key| whole.amount(key).rows).sum();
        prop_assert_eq!(rows + all.gaps + history.nameless() as u64, all.rows);

        // A step at a time the order is the same, and what was selected is found again.
        for by in [Sort::Rows, Sort::Keys, Sort::Bytes, Sort::Freed, Sort::Name] {
            let mut sorted = whole.parts(&history, whole.table());
            whole.sort(&mut sorted, by);
            let mut listing = Listing::new(whole.table(), by);
            let mut parts = Vec::new();
            while !listing.advance(&history, &whole, slice as usize, &mut parts) {
                prop_assert_eq!(&parts[..], &sorted[..parts.len()]);
            }
            prop_assert_eq!(&parts, &sorted);
            let most = sorted.iter().map(|&part| whole.measure(part, by)).max();
            prop_assert_eq!(listing.most(), most.unwrap_or_default());
            for (at, part) in parts.iter().enumerate() {
                let name = whole.name(&history, *part).unwrap_or_default();
                let found = whole.position(&history, &parts, part.kind, name);
                prop_assert_eq!(found, Some(at), "{:?}", String::from_utf8_lossy(name));
            }
        }
        // So many of the busiest are the first of all of them.
        let few = whole.busiest(whole.table(), Sort::Rows, slice as usize);
        prop_assert_eq!(&few[..], &keys[..few.len()]);
        prop_assert_eq!(few.len(), keys.len().min(slice as usize));

        // A slice at a time it is the same.
        let mut count = Count::new(&history);
        while !count.advance(&history, slice) {}
        let mut order: Vec<_> = history.keys().map(|(key, _)| key).collect();
        order.sort_by_key(|&key| history.name(key));
        let mut summing = count.sum(&order);
        while !summing.advance(&history, slice as usize) {}
        let mut sliced = summing.finish();
        let mut freeing = Freeing::new(&history, &sliced, Some(&sizes));
        while !freeing.advance(&history, &plan, Some(&sizes), slice) {}
        freeing.finish(&mut sliced);
        let mut weighing = Weighing::new(&history, &sliced);
        while !weighing.advance(&history, &sizes, slice) {}
        weighing.finish(&mut sliced);
        prop_assert_eq!(sliced.amount(sliced.table()), all);
        prop_assert_eq!(drawn(&history, &sliced), drawn(&history, &whole));
    }
}
