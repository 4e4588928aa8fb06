//! Keys in the order of their names.

use crate::history::{History, KeyId};

/// How many bytes of a name are compared at once.
const CHUNK: usize = 8;
/// More bytes are left than are compared at once.
const MORE: u8 = 9;
/// Fewer keys than this are compared whole.
const FEW: usize = 16;

/// A key, and the part of its name that is compared now.
struct Item {
    chunk: u64,
    /// How many bytes are left of the name, or [`MORE`].
    left: u8,
    key: KeyId,
}

/// Every key that has rows, in the order of the names' bytes.
pub(super) fn by_name(history: &History) -> Vec<KeyId> {
    sorted_by_name(history, history.keys().map(|(key, _)| key))
}

/// Some keys, in the order of the names' bytes.
///
/// Most names begin as thousands of others do, so that comparing two means going through most of
/// both. Here all are put in the order of their first eight bytes, as numbers, and then those that
/// are equal in these in the order of the next eight.
pub(in crate::history) fn sorted_by_name(
    history: &History,
    keys: impl Iterator<Item = KeyId>,
) -> Vec<KeyId> {
    let mut items: Vec<Item> = keys.map(|key| Item { chunk: 0, left: 0, key }).collect();
    sort(history, &mut items, 0);
    items.into_iter().map(|item| item.key).collect()
}

/// Puts keys in order whose names are equal up to `from`.
fn sort(history: &History, items: &mut [Item], from: usize) {
    if items.len() <= FEW {
        items.sort_unstable_by_key(|item| history.name(item.key));
        return;
    }
    for item in &mut *items {
        let rest = history.name(item.key).get(from..).unwrap_or_default();
        let mut chunk = [0; CHUNK];
        let length = rest.len().min(CHUNK);
        chunk[..length].copy_from_slice(&rest[..length]);
        item.chunk = u64::from_be_bytes(chunk);
        // A zero byte is not the end of a name.
        item.left = u8::try_from(rest.len()).unwrap_or(MORE).min(MORE);
    }
    items.sort_unstable_by_key(|item| (item.chunk, item.left));
    let equal = |one: &Item, other: &Item| (one.chunk, one.left) == (other.chunk, other.left);
    for same in items.chunk_by_mut(equal).filter(|same| same.len() > 1) {
        sort(history, same, from + CHUNK);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::history::{Collation, Flag, Profile, Row};

    proptest! {
        #[test]
        fn names_are_in_the_order_of_their_bytes(
            names in proptest::collection::btree_set("[a\0/b]{0,20}(/[ab]{7,9}){0,2}", 0..200),
            turn in any::<usize>(),
        ) {
            let sorted: Vec<&str> = names.iter().map(String::as_str).collect();
            let mut mixed = sorted.clone();
            mixed.rotate_left(turn.checked_rem(sorted.len()).unwrap_or(0));
            let profile =
                Profile { collation: Collation::binary(), ..Profile::kine_default() };
            let mut history = History::new(profile);
            for (id, name) in (1..).zip(mixed) {
                let row = Row {
                    id,
                    name: Some(name.as_bytes()),
                    created: Flag::Yes,
                    deleted: Flag::No,
                    create_revision: None,
                    prev_revision: None,
                    lease: None,
                };
                history.push(row).expect("ids go up");
            }
            let order: Vec<&[u8]> =
                by_name(&history).into_iter().map(|key| history.name(key)).collect();
            let sorted: Vec<&[u8]> = sorted.into_iter().map(str::as_bytes).collect();
            prop_assert_eq!(order, sorted);
        }
    }
}
