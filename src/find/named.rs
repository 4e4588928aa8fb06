//! The key that somebody means by what they typed.

use crate::history::{History, KeyId};
use crate::text::unescape;

/// The key that is [shown](crate::text::escape) like that, or else the key of that name: what is copied from
/// a report or off the screen leads to the very key that it was copied of. Or else the only key whose
/// last segments are those, as sentences name it: `node-02`, `minions/node-02`.
pub fn key_named(history: &History, typed: &[u8]) -> Option<KeyId> {
    let whole = unescape(typed);
    let exact = history.find_key(&whole).or_else(|| history.find_key(typed));
    exact.or_else(|| the_only_one(history, &whole))
}

/// The only key whose name ends with a slash and that.
fn the_only_one(history: &History, ending: &[u8]) -> Option<KeyId> {
    let ends = |key: &KeyId| {
        let before = history.name(*key).strip_suffix(ending);
        before.is_some_and(|before| before.last() == Some(&b'/'))
    };
    let mut keys = history.keys().map(|(key, _)| key).filter(ends);
    let only = keys.next().filter(|_| !ending.is_empty())?;
    keys.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::display::Glyphs;
    use crate::history::{Collation, Flag, Profile, Row};
    use crate::text::escape;

    fn table(names: &[&[u8]]) -> History {
        let mut history =
            History::new(Profile { collation: Collation::binary(), ..Profile::kine_default() });
        for (id, &name) in (1..).zip(names) {
            let row = Row {
                id,
                name: Some(name),
                created: Flag::Yes,
                deleted: Flag::No,
                create_revision: Some(0),
                prev_revision: Some(0),
                lease: Some(0),
            };
            history.push(row).expect("ids ascend");
        }
        history
    }

    #[test]
    fn what_is_shown_of_a_key_leads_to_it_and_so_does_its_name() {
        let names: [&[u8]; 8] = [
            b"/plain",
            b"/a\x1b[2J",
            b"/a\\x1b[2J",
            b"/caf\xe9",
            b"",
            b"\"\"",
            b" /spaces ",
            "/\u{e9}\\\u{202e}".as_bytes(),
        ];
        let found = |names: &[&[u8]], typed: &[u8]| {
            let history = table(names);
            key_named(&history, typed).map(|key| history.name(key).to_vec())
        };
        for name in names {
            let shown = escape(name);
            let in_ascii = Glyphs::Ascii.name(&shown);
            for typed in [&*shown, &*in_ascii] {
                assert_eq!(found(&names, typed.as_bytes()).as_deref(), Some(name), "{shown}");
            }
            // Without another that is shown like that.
            assert_eq!(found(&[name], name).as_deref(), Some(name), "{shown}");
        }
        // The end of a name leads to it as long as no other has it.
        let ends: [&[u8]; 3] = [b"/minions/node-02", b"/leases/node-02", b"/minions/node-03"];
        for (typed, name) in [
            (&b"node-03"[..], Some(ends[2])),
            (b"minions/node-02", Some(ends[0])),
            (b"node-02", None),
            (b"ode-03", None),
            (b"", None),
        ] {
            assert_eq!(found(&ends, typed).as_deref(), name);
        }
        for typed in [&b"/c\\x1b"[..], b"/a\\x1", b"/a\\u{110000}", b"\\"] {
            assert_eq!(found(&names, typed), None);
        }
    }
}
