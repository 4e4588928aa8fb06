//! The quotes and backslashes of systemd's unit files and environment files.

/// The words of a line of a unit.
pub(super) fn words(line: &str) -> Vec<String> {
    split(line, true)
}

/// The value of a variable in an environment file.
pub(super) fn value(text: &str) -> String {
    split(text.trim(), false).pop().unwrap_or_default()
}

/// Takes quotes and backslashes away, as a shell does: a word may be quoted in part.
fn split(text: &str, at_spaces: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quote) {
            (' ' | '\t', None) if at_spaces => words.extend(word.take()),
            ('\'' | '"', None) => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (char, Some(open)) if char == open => quote = None,
            ('\\', Some('"')) if !chars.peek().is_some_and(|next| "\"\\`$".contains(*next)) => {
                word.get_or_insert_default().push('\\');
            }
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_out_of_their_quotes() {
        let cases: [(&str, &[&str]); 5] = [
            (
                "/usr/local/bin/k3s  server\t'--a' 'b c'",
                &["/usr/local/bin/k3s", "server", "--a", "b c"],
            ),
            (r"'it'\''s'", &["it's"]),
            (r#""a\"b\\c\d" '' x"#, &[r#"a"b\c\d"#, "", "x"]),
            (r"'a\b'", &[r"a\b"]),
            ("", &[]),
        ];
        for (line, expected) in cases {
            assert_eq!(words(line), expected, "{line}");
        }
        // What `sh -c export` writes, which is how k3s' installer fills its file.
        for (text, expected) in [
            ("'mysql://u:p w@tcp(h)/k'", "mysql://u:p w@tcp(h)/k"),
            (r#"'it'"'"'s'"#, "it's"),
            (r#""a\$b""#, "a$b"),
            ("a b ", "a b"),
            ("", ""),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }
}
