//! The words that kinescope uses, which are etcd's and kine's, with one meaning each.

/// A word and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The word.
    pub name: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// What it means.
    pub meaning: &'static str,
}

/// The term of that name, however it is spelled: `Gap rows` is `gap row`.
pub fn term(name: &str) -> Option<&'static Term> {
    let plain = |name: &str| {
        let name = name.trim().to_ascii_lowercase().replace(['-', '_'], " ");
        name.strip_suffix('s').map_or(name.clone(), str::to_owned)
    };
    let wanted = plain(name);
    let is_it = |known: &str| plain(known) == wanted;
    TERMS.iter().find(|term| is_it(term.name) || term.also.iter().any(|also| is_it(also)))
}

/// Every term, what others are told with first.
pub const TERMS: &[Term] = &[
    Term {
        name: "key",
        also: &["name"],
        meaning: "An object of Kubernetes by its path, as /registry/pods/default/web: the name of a \
                  row. Names that are equal in the column's collation are one key. Its state is what \
                  its row with the highest id says.",
    },
    Term {
        name: "revision",
        also: &["id", "row"],
        meaning: "A row's id. Every write of the cluster adds a row, so a revision is a moment of \
                  the whole cluster as well: a list at a revision shows the newest row of each key up \
                  to it.",
    },
    Term {
        name: "prev revision",
        also: &["previous revision", "predecessor"],
        meaning: "The revision of the row that a write follows, 0 for none: it links the rows of a \
                  key to a chain. Compaction removes whatever a row points at by it.",
    },
    Term {
        name: "create revision",
        also: &[],
        meaning: "The revision at which the key was last created; 0 on that row itself.",
    },
    Term {
        name: "tombstone",
        also: &["delete", "deleted"],
        meaning: "A row whose deleted column is set. It is how a key is deleted: the rows before it \
                  stay until a compaction, which removes them, and the tombstone itself.",
    },
    Term {
        name: "gap row",
        also: &["gap"],
        meaning: "A row named gap-N, which kine writes at a revision that no write took, as when one \
                  was rolled back: who watches would wait for it. It is marked as deleted, and the \
                  next compaction removes it.",
    },
    Term {
        name: "chain",
        also: &[],
        meaning: "The rows of a key, each linked to the one before it by its prev revision.",
    },
    Term {
        name: "generation",
        also: &["life"],
        meaning: "A key's life, from its create to its tombstone. A key that was deleted and created \
                  again has several: \"life 2 of 2\".",
    },
    Term {
        name: "fork",
        also: &["sibling", "branch"],
        meaning: "Two rows of one key with the same prev revision, which the unique index on name \
                  and prev_revision forbids. Later writes follow one of them, and the other is \
                  forgotten. kinescope explain fork says more.",
    },
    Term {
        name: "superseded",
        also: &["superseded row"],
        meaning: "A row that is not its key's newest, and that compaction removes: a row points at \
                  it, or it is a tombstone.",
    },
    Term {
        name: "forgotten",
        also: &["forgotten row"],
        meaning: "A row that is not its key's newest, no tombstone, and that nobody points at: no \
                  compaction removes it, and once all that came after it is gone, the key is back at \
                  it.",
    },
    Term {
        name: "stray",
        also: &["stray row", "line"],
        meaning: "A row that its key's newest row does not go back to, by prev revisions: the \
                  branches of a fork that lost. Without its stray rows a key has the same value, and \
                  cannot come back. kinescope audit SOURCE --format sql writes what removes them.",
    },
    Term {
        name: "compaction",
        also: &["compact", "removed", "survives", "batch"],
        meaning: "What removes old rows: up to a target, every row that some row points at, and \
                  every tombstone, in batches of 1,000 revisions, keeping the newest 1,000. A row \
                  survives or is removed; nothing else is looked at, not even whether a key changes.",
    },
    Term {
        name: "compact revision",
        also: &["compacted", "compact rev key"],
        meaning: "The revision up to which the table was compacted: what the row named \
                  compact_rev_key holds as its prev revision.",
    },
    Term {
        name: "current revision",
        also: &["current"],
        meaning: "The highest revision: MAX(id).",
    },
    Term {
        name: "backlog",
        also: &[],
        meaning: "How many revisions lie between the compact revision and the current one.",
    },
    Term {
        name: "resurrected",
        also: &["zombie"],
        meaning: "What a compaction does to a key that was deleted before and is live after it: the \
                  tombstone goes, and a forgotten row is the newest that is left (kine issue 408).",
    },
    Term {
        name: "returned",
        also: &[],
        meaning: "A resurrected key afterwards: it was deleted, its tombstone was compacted, and it is \
                  live again at an old value.",
    },
    Term {
        name: "reverted",
        also: &[],
        meaning: "What a compaction does to a key that is live before and after it, but at an older \
                  revision: its newest row goes, since a row of another key points at it.",
    },
    Term {
        name: "lost",
        also: &[],
        meaning: "What a compaction does to a key that is live before it and has no live row after \
                  it.",
    },
    Term {
        name: "layer",
        also: &[],
        meaning: "A revision at which a resurrected key would be live: delete it again and compact, \
                  and the next one comes back.",
    },
    Term {
        name: "min-retain",
        also: &["retain", "retained", "compact min retain"],
        meaning: "How many of the newest revisions kine never compacts: 1,000, unless \
                  --compact-min-retain says otherwise. What a compaction does to a key is put off by \
                  that, and not averted.",
    },
    Term {
        name: "unreadable",
        also: &[],
        meaning: "A key whose newest row has NULL in its deleted column: kine neither lists it nor \
                  knows it to be deleted, and fails when it reads the row.",
    },
    Term {
        name: "waiting",
        also: &["waits"],
        meaning: "A live key with a forgotten row: nothing happens to it until it is deleted. Then a \
                  compaction brings it back.",
    },
    Term {
        name: "verdict",
        also: &["safe", "safe target"],
        meaning: "What becomes of every key once everything is compacted, whatever the target: which \
                  deleted keys can come back, which live ones will be lost or go back, and which \
                  wait. Up to the safe target no compaction changes any key.",
    },
    Term {
        name: "round",
        also: &["request", "compact rev key apiserver", "tick"],
        meaning: "One turn of whoever compacts. An API server asks kine for a revision every five \
                  minutes by default, and keeps account in the row compact_rev_key_apiserver; kine's \
                  own clock, where an interval is set, ticks as often.",
    },
    Term {
        name: "lease",
        also: &["ttl"],
        meaning: "How many seconds after its write kine deletes a row's key; 0 for never.",
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_spelled_and_has_one_meaning() {
        for (spelled, name) in [
            ("Gap-Rows", "gap row"),
            ("zombies", "resurrected"),
            ("compact_rev_key", "compact revision"),
        ] {
            assert_eq!(term(spelled).map(|term| term.name), Some(name), "{spelled}");
        }
        assert_eq!(term("no such word"), None);
        let mut words = HashSet::new();
        for known in TERMS {
            for word in std::iter::once(&known.name).chain(known.also) {
                assert!(words.insert(*word), "{word}");
                assert_eq!(term(word), Some(known));
            }
        }
    }
}
