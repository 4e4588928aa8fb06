//! When two names are one key: the comparison that the `name` column makes.

use std::fmt;

/// How the `name` column compares. kine's SQL groups, joins and compares names with it, so names
/// that differ in bytes may still be one key.
///
/// kine's own MySQL schema gives `ascii_general_ci`, which is blind to ASCII case and to trailing
/// spaces (`kine` `pkg/drivers/mysql/mysql.go`; the table is never altered, so that old ones keep
/// the collation of their day).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collation {
    name: String,
    folds_case: bool,
    pads_space: bool,
}

impl Collation {
    /// What kine gives a new table on MySQL and MariaDB.
    pub fn kine_default() -> Self {
        Self::named("ascii_general_ci", None)
    }

    /// Byte by byte, as SQLite and PostgreSQL compare, and as `--collation binary` asks for.
    pub fn binary() -> Self {
        Self::named("binary", None)
    }

    /// The collation of a server, by name. `pad_attribute` is what MySQL 8 and later say in
    /// `information_schema.COLLATIONS` (`PAD SPACE` or `NO PAD`); elsewhere the name tells.
    pub fn named(name: &str, pad_attribute: Option<&str>) -> Self {
        let pads_space = match pad_attribute {
            Some(attribute) => attribute.eq_ignore_ascii_case("PAD SPACE"),
            // `binary` compares every byte; the UCA 9.0 collations of MySQL 8, and MariaDB's
            // `_nopad_` and UCA 14.0 ones of that name, do not pad either.
            None => name != "binary" && !name.contains("_nopad") && !name.contains("_0900_"),
        };
        let folds_case = name.ends_with("_ci");
        Self { name: name.to_owned(), folds_case, pads_space }
    }

    /// The collation's name, as the server calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether two names that differ in bytes can be one key.
    pub const fn folds(&self) -> bool {
        self.folds_case || self.pads_space
    }

    /// Whether this knows for certain how the collation compares the name. Beyond ASCII a server's
    /// collation has rules (accents, expansions) that are not repeated here.
    pub fn is_sure_of(&self, name: &[u8]) -> bool {
        !self.folds_case || name.is_ascii()
    }

    /// The one form that all names of a key share, written to `folded`.
    pub fn fold<'a>(&self, name: &'a [u8], folded: &'a mut Vec<u8>) -> &'a [u8] {
        let name = self.trim(name);
        // Without a way out of it the loop takes many bytes at once.
        let has_capital = || name.iter().fold(false, |any, byte| any | byte.is_ascii_uppercase());
        if !self.folds_case || !has_capital() {
            return name;
        }
        folded.clear();
        folded.extend(name.iter().map(u8::to_ascii_lowercase));
        folded
    }

    /// Whether two names are one key.
    pub fn equal(&self, left: &[u8], right: &[u8]) -> bool {
        let (left, right) = (self.trim(left), self.trim(right));
        if self.folds_case { left.eq_ignore_ascii_case(right) } else { left == right }
    }

    /// Whether a name begins with a prefix, as `LIKE` compares. Spaces at the prefix's end count only
    /// where they count at a name's: else a key whose spellings differ in them would be torn apart.
    pub fn begins(&self, name: &[u8], prefix: &[u8]) -> bool {
        let prefix = self.trim(prefix);
        let Some(start) = name.get(..prefix.len()) else { return false };
        if self.folds_case { start.eq_ignore_ascii_case(prefix) } else { start == prefix }
    }

    /// The name without the spaces that do not count.
    pub(crate) fn trim<'a>(&self, name: &'a [u8]) -> &'a [u8] {
        let spaces = if self.pads_space {
            name.iter().rev().take_while(|&&byte| byte == b' ').count()
        } else {
            0
        };
        &name[..name.len() - spaces]
    }
}

impl fmt::Display for Collation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collations_fold_as_their_names_say() {
        // (collation, pad attribute, names equal to "foo")
        let cases: [(&str, Option<&str>, &[&str]); 8] = [
            ("ascii_general_ci", None, &["foo", "Foo", "foo ", "FOO  "]),
            ("ascii_bin", None, &["foo", "foo "]),
            ("binary", None, &["foo"]),
            ("latin1_swedish_ci", None, &["foo", "Foo", "foo ", "FOO  "]),
            ("utf8mb4_general_ci", Some("PAD SPACE"), &["foo", "Foo", "foo ", "FOO  "]),
            ("utf8mb4_0900_ai_ci", Some("NO PAD"), &["foo", "Foo"]),
            ("utf8mb4_0900_ai_ci", None, &["foo", "Foo"]),
            ("utf8mb4_nopad_bin", None, &["foo"]),
        ];
        for (name, pad, equal) in cases {
            let collation = Collation::named(name, pad);
            for other in ["foo", "Foo", "foo ", "FOO  ", "fo", "foo\0"] {
                let (mut a, mut b) = (Vec::new(), Vec::new());
                let one =
                    collation.fold(b"foo", &mut a) == collation.fold(other.as_bytes(), &mut b);
                assert_eq!(one, equal.contains(&other), "{name} {other:?}");
                assert_eq!(one, collation.equal(b"foo", other.as_bytes()), "{name} {other:?}");
            }
        }
    }
}
