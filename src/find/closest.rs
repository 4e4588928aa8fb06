//! The keys that somebody may have meant.

use super::Matcher;
use crate::history::History;
use crate::text::escape;

/// The names that are most like what was typed, the most alike first, as they are
/// [shown](escape()): those that end in it, be it with other zeros before a number (`node-2` and
/// `node-02`); then those that hold its letters in their order, which is asked of tables of up to
/// that many keys only, since it takes long; or else those that begin with most of it.
pub fn closest(history: &History, typed: &str, keys: usize, most: usize) -> Vec<String> {
    let names = || history.keys().map(|(key, _)| escape(history.name(key)));
    // In small letters, so that case does not count.
    let mut matcher = Matcher::new(&typed.to_lowercase());
    let is_quick = history.key_count() <= keys;
    let ending = without_zeros(typed);
    let mut alike: Vec<(bool, i64, String)> = names()
        .filter_map(|name| {
            let score = is_quick.then(|| matcher.score(&name).0).flatten();
            let ends_so = ends_in(&without_zeros(&name), &ending);
            let score = score.or_else(|| ends_so.then_some(0))?;
            Some((ends_so, score, name.into_owned()))
        })
        .collect();
    if alike.is_empty() {
        let shared = |name: &str| {
            name.bytes().zip(typed.bytes()).take_while(|(one, other)| one == other).count()
        };
        alike = names()
            .map(|name| (i64::try_from(shared(&name)).unwrap_or(i64::MAX), name))
            .filter(|(shared, _)| *shared > 1)
            .map(|(shared, name)| (false, shared, name.into_owned()))
            .collect();
    }
    alike.sort_by(|(ends, score, one), (other_ends, other_score, other)| {
        let shorter = (one.len(), one).cmp(&(other.len(), other));
        other_ends.cmp(ends).then(other_score.cmp(score)).then(shorter)
    });
    alike.into_iter().take(most).map(|(.., name)| name).collect()
}

/// Whether the end is a name's last words.
fn ends_in(name: &str, end: &str) -> bool {
    let word = |char: char| char.is_alphanumeric();
    let before = name.strip_suffix(end).filter(|_| !end.is_empty());
    before.is_some_and(|before| !(before.ends_with(word) && end.starts_with(word)))
}

/// In small letters, and without the zeros that numbers begin with.
fn without_zeros(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut chars = name.chars().peekable();
    while let Some(char) = chars.next() {
        let leads = chars.peek().is_some_and(char::is_ascii_digit);
        let in_number = text.ends_with(|last: char| last.is_ascii_digit());
        if char != '0' || in_number || !leads {
            text.push(char.to_ascii_lowercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::scenario;

    #[test]
    fn what_is_likely_meant_comes_first() {
        let table = scenario::find("cluster").expect("cluster").read().expect("a table");
        let mut history = History::new(table.opened.profile);
        history.extend(&table.rows).expect("in order");
        let cases: [(&str, &[&str]); 4] = [
            ("node-05", &["/registry/minions/node-05", "/registry/leases/kube-node-lease/node-05"]),
            ("node-5", &["/registry/minions/node-05", "/registry/leases/kube-node-lease/node-05"]),
            ("Minions/node-2", &["/registry/minions/node-02", "/registry/minions/node-20"]),
            // Its letters are in no other name in that order.
            ("/registry/minions/nod-02", &["/registry/minions/node-02"]),
        ];
        for (typed, expected) in cases {
            assert_eq!(closest(&history, typed, usize::MAX, 2), expected, "{typed}");
        }
        // Of very many keys only what is quick is asked.
        assert_eq!(closest(&history, "minions/node-5", 1, 2), ["/registry/minions/node-05"]);
        assert_eq!(closest(&history, "zzz", usize::MAX, 2), [] as [&str; 0]);
    }
}
