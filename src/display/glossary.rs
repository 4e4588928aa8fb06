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

/// Every term; those that others are explained with come first.
pub const TERMS: &[Term] = &[
    Term {
        name: "key",
        also: &["name"],
        meaning: "An object of Kubernetes by its path, such as /registry/pods/default/web: the \
                  name of a row. Names that are equal in the column's collation are one key. The \
                  row with the highest id gives its state.",
    },
    Term {
        name: "revision",
        also: &["id", "row", "rev"],
        meaning: "A row's id. Every write of the cluster adds a row, so a revision is also a \
                  moment of the whole cluster: a list at a revision shows the newest row of each \
                  key up to it.",
    },
    Term {
        name: "as of",
        also: &["as of a revision", "moment", "not yet", "play"],
        meaning: "The table as it was at an earlier revision, as far as the rows that are left tell: the \
                  explorer shows it after @. A row that is newer was not yet written then.",
    },
    Term {
        name: "prev revision",
        also: &["previous revision", "prev", "predecessor"],
        meaning: "The revision of the row that a write follows, or 0. It links the rows of a key \
                  into a chain, and compaction removes every row that it points at.",
    },
    Term {
        name: "pointer",
        also: &["point", "points at", "point at", "pointed at"],
        meaning: "A row's prev revision: the row points at the one that it replaced. Apart from the \
                  target, what compaction removes depends on pointers and tombstones alone.",
    },
    Term {
        name: "missing predecessor",
        also: &["missing", "broken link", "broken", "compacted away"],
        meaning: "A row that another one follows and that is not in the table. Usually a \
                  compaction removed it, as it should. If no compaction explains it, the link is \
                  broken: the row was lost or deleted by hand.",
    },
    Term {
        name: "create revision",
        also: &[],
        meaning: "The revision at which the key was last created; 0 on that row itself.",
    },
    Term {
        name: "create",
        also: &["created"],
        meaning: "A row whose created column is set: it begins a life of its key.",
    },
    Term {
        name: "update",
        also: &["plain update"],
        meaning: "A row that is neither a create nor a delete: it gives the key a new value.",
    },
    Term {
        name: "tombstone",
        also: &["delete", "deleted"],
        meaning: "A row whose deleted column is set: it is how a key is deleted. The rows before \
                  it stay until a compaction removes them, along with the tombstone itself.",
    },
    Term {
        name: "gap row",
        also: &["gap"],
        meaning: "A row named gap-N, which kine writes at a revision that no write took, for \
                  example because one was rolled back: watchers would wait for it. It is marked \
                  as deleted, and the next compaction removes it.",
    },
    Term {
        name: "chain",
        also: &[],
        meaning: "The rows of a key, each linked to the one before it by its prev revision.",
    },
    Term {
        name: "generation",
        also: &["life"],
        meaning: "A key's life, from its create to its tombstone. A key that was deleted and \
                  created again has several: \"life 2 of 2\".",
    },
    Term {
        name: "fork",
        also: &["sibling", "branch"],
        meaning: "Two rows of one key with the same prev revision, which the unique index on name \
                  and prev_revision forbids. Later writes follow one of them, and the other is \
                  forgotten. kinescope explain fork says more.",
    },
    Term {
        name: "live",
        also: &[],
        meaning: "A key that exists, and the row that holds its value: the newest of its key, and \
                  not a tombstone.",
    },
    Term {
        name: "superseded",
        also: &["superseded row"],
        meaning: "A row that is not its key's newest, and that compaction removes: a row points \
                  at it, or it is a tombstone.",
    },
    Term {
        name: "forgotten",
        also: &["forgotten row"],
        meaning: "A row that nobody points at, and that is neither a tombstone nor its key's \
                  newest. No compaction removes it: once everything newer is gone, the key comes \
                  back at it.",
    },
    Term {
        name: "stray",
        also: &["stray row"],
        meaning: "A row that its key's newest row does not lead back to by prev revisions: the \
                  branches of a fork that lost. Without its stray rows, a key has the same value \
                  and cannot come back. kinescope repair SOURCE writes statements \
                  that remove them.",
    },
    Term {
        name: "trial",
        also: &["what if"],
        meaning: "The table as it would be without some rows, or repaired. Reports and the explorer \
                  show a trial and say so. Nothing is changed in the table itself.",
    },
    Term {
        name: "foreign",
        also: &[
            "foreign pointer",
            "of another key",
            "misdirected pointer",
            "a misdirected pointer",
        ],
        meaning: "A pointer at a row of another key, or the row that has it. kine v0.14.8 and \
                  later never writes one; compaction follows it all the same, and the other key \
                  can be lost.",
    },
    Term {
        name: "no name",
        also: &["nameless"],
        meaning: "A row whose name is NULL. It belongs to no key, and compaction ignores where it \
                  points.",
    },
    Term {
        name: "compaction",
        also: &["compact", "removed", "remove", "survives", "survive", "survivors", "freed"],
        meaning: "What removes old rows: up to a target, every row that some row points at, and \
                  every tombstone, keeping the newest 1,000 revisions. It looks at nothing \
                  else: not at names, and not at whether a key changes.",
    },
    Term {
        name: "target",
        also: &["requested", "reached"],
        meaning: "The revision that a compaction goes up to. The preview has one; kine may end \
                  before it, for example because it keeps the newest revisions.",
    },
    Term {
        name: "batch",
        also: &["batches", "batch size", "transaction"],
        meaning: "The part of a compaction that kine does in one transaction: 1,000 revisions, \
                  unless --compact-batch-size says otherwise.",
    },
    Term {
        name: "compact revision",
        also: &["compacted", "compact rev key"],
        meaning: "The revision up to which the table was compacted: the row named compact_rev_key \
                  holds it as its prev revision.",
    },
    Term {
        name: "current revision",
        also: &["current", "newest"],
        meaning: "The highest revision: MAX(id).",
    },
    Term {
        name: "backlog",
        also: &[],
        meaning: "How many revisions lie between the compact revision and the current one.",
    },
    Term {
        name: "horizon",
        also: &["unrecorded compaction"],
        meaning: "The revision up to which the table was compacted, as its rows show. It is the \
                  compact revision, or higher if a compaction was not recorded.",
    },
    Term {
        name: "id hole",
        also: &["hole"],
        meaning: "A revision above the compact revision that no row has, not even a gap row.",
    },
    Term {
        name: "resurrected",
        also: &["come back"],
        meaning: "What a compaction does to a key that was deleted before it and is live after \
                  it: the tombstone goes, and a forgotten row is the newest that is left (kine \
                  issue 408).",
    },
    Term {
        name: "returned",
        also: &["came back"],
        meaning: "A resurrected key afterwards: it was deleted, its tombstone was compacted, and \
                  it is live again at an old value. In a diff, a key that was deleted at the first \
                  revision and is live at the second, most likely because it was created again.",
    },
    Term {
        name: "diff",
        also: &["changed", "passed"],
        meaning: "What became of keys from one revision to another: each was created, changed, \
                  deleted, or returned, or it passed: it was created and deleted in between.",
    },
    Term {
        name: "zombie",
        also: &[],
        meaning: "Another word for a key that is resurrected, or that has returned. kinescope \
                  uses those two.",
    },
    Term {
        name: "reverted",
        also: &["go back"],
        meaning: "What a compaction does to a key that is live before and after it, but at an \
                  older revision: its newest row goes because a row points at it, such as one of \
                  another key.",
    },
    Term {
        name: "lost",
        also: &[],
        meaning: "What a compaction does to a key that is live before it and has no live row \
                  after it.",
    },
    Term {
        name: "turn",
        also: &["turns", "flicker"],
        meaning: "A target at which some key's state changes: ( and ) go from one to the next.",
    },
    Term {
        name: "layer",
        also: &[],
        meaning: "A revision at which a resurrected key would be live: delete it again and \
                  compact, and it comes back at the next one.",
    },
    Term {
        name: "min-retain",
        also: &["retain", "retained", "compact min retain"],
        meaning: "How many of the newest revisions kine never compacts: 1,000, unless \
                  --compact-min-retain says otherwise. It only puts off what a compaction does to \
                  a key.",
    },
    Term {
        name: "unreadable",
        also: &[],
        meaning: "A key whose newest row has NULL in its deleted column: kine does not list it, \
                  does not take it for deleted, and fails when it reads the row.",
    },
    Term {
        name: "waiting",
        also: &["waits"],
        meaning: "A live key with a forgotten row. Nothing happens to it until it is deleted; \
                  then a compaction brings it back.",
    },
    Term {
        name: "verdict",
        also: &["safe", "safe target", "in the end", "trouble"],
        meaning: "What becomes of every key once everything is compacted, whatever the target: \
                  which deleted keys can come back, which live ones will be lost or go back, and \
                  which wait. Up to the safe target, no compaction changes any key.",
    },
    Term {
        name: "audit",
        also: &[],
        meaning: "The check of the table against the rules that kinescope explain lists.",
    },
    Term {
        name: "finding",
        also: &["findings"],
        meaning: "Something that a rule of the audit found: an error (data is wrong, or will be), \
                  a warning (it may hurt later), or info (worth knowing).",
    },
    Term {
        name: "error",
        also: &[],
        meaning: "A finding that says that data is wrong, or will be.",
    },
    Term {
        name: "warning",
        also: &[],
        meaning: "A finding that may hurt later, or that shows that somebody other than kine \
                  wrote to the table.",
    },
    Term {
        name: "info",
        also: &[],
        meaning: "A finding that is worth knowing, where nothing is wrong.",
    },
    Term {
        name: "baseline",
        also: &["known finding"],
        meaning: "The findings of an earlier audit, printed with --format json. --baseline leaves \
                  them out, and only counts them.",
    },
    Term {
        name: "rule",
        also: &["as kine"],
        meaning: "In an audit, what is checked: kinescope explain lists the rules. In a preview, \
                  which version of kine compacts: --kine or v chooses it.",
    },
    Term {
        name: "round",
        also: &["request", "compact rev key apiserver"],
        meaning: "One run of compaction. By default an API server asks kine every five minutes to \
                  compact up to a revision, and records that in a row named \
                  compact_rev_key_apiserver.",
    },
    Term {
        name: "kine's own clock",
        also: &["own clock", "clock", "tick"],
        meaning: "The timer by which kine compacts without being asked: each tick is a round. kine \
                  v0.16.1 and later has it switched off unless --compact-interval is set, and \
                  leaves compaction to the API server.",
    },
    Term {
        name: "collation",
        also: &["spelling", "spelled in several ways"],
        meaning: "The database's rules for which names are equal, and so one key: kine's own on \
                  MySQL ignores case and trailing spaces. One key may then have several \
                  spellings.",
    },
    Term {
        name: "lease",
        also: &["ttl"],
        meaning: "Seconds from the write until kine deletes the key; 0 means never.",
    },
    Term {
        name: "value",
        also: &["old value"],
        meaning: "What a row holds: the object as Kubernetes wrote it. The old value is the one \
                  that the write replaced.",
    },
    Term {
        name: "masked",
        also: &[],
        meaning: "A value that is not shown because it may be a Secret. Only its length is.",
    },
    Term {
        name: "prefix",
        also: &["share"],
        meaning: "The beginning of keys up to a slash, as a directory. Usage counts the rows and \
                  keys under each, and their share of the whole.",
    },
    Term {
        name: "partial",
        also: &["part", "part of the table"],
        meaning: "Only some of the table's rows were read, as asked for or because the reading \
                  ended early. What kinescope says about the table may then be wrong.",
    },
    Term {
        name: "fold",
        also: &["more"],
        meaning: "One line for several plain updates in a row. Enter opens it, and z shows every \
                  row.",
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
            ("zombies", "zombie"),
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
