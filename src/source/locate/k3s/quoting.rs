//! The quotes and backslashes of systemd's unit files and environment files.

use std::iter::Peekable;
use std::str::Chars;

/// The words of a line of a unit. Quotes and backslashes are taken away, as a shell does: a word may
/// be quoted in part.
pub(super) fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match (char, quote) {
            (' ' | '\t', None) => words.extend(word.take()),
            ('\'' | '"', None) => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (char, Some(open)) if char == open => quote = None,
            ('\\', Some('"')) if !chars.peek().is_some_and(|next| ESCAPED.contains(*next)) => {
                word.get_or_insert_default().push('\\');
            }
            ('\\', None | Some('"')) => word.get_or_insert_default().extend(chars.next()),
            _ => word.get_or_insert_default().push(char),
        }
    }
    words.extend(word);
    words
}

/// What a backslash in double quotes is for.
const ESCAPED: &str = "\"\\`$";

/// The variables of an environment file, as systemd reads it: what is quoted may go over several
/// lines, and so may what ends in a backslash. Quotes count only where a value, or a further part of
/// one, begins.
pub(super) fn variables(text: &str) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(first) = chars.next() {
        if first.is_whitespace() {
            continue;
        }
        let line = |chars: &mut Peekable<Chars<'_>>, end: &[char]| {
            std::iter::from_fn(|| chars.next_if(|next| !end.contains(next))).collect::<String>()
        };
        if matches!(first, '#' | ';') {
            line(&mut chars, &['\n']);
            continue;
        }
        let name = if first == '=' {
            String::new()
        } else {
            let name = format!("{first}{}", line(&mut chars, &['=', '\n']));
            if chars.next() != Some('=') {
                continue;
            }
            name
        };
        variables.push((name.trim_end().to_owned(), value(&mut chars)));
    }
    variables
}

/// The value that begins here; what follows is the next line.
fn value(chars: &mut Peekable<Chars<'_>>) -> String {
    let mut value = String::new();
    // What is quoted, and what stands in it, is kept where space at the end is dropped.
    let mut kept = 0;
    let mut is_bare = false;
    while let Some(char) = chars.next().filter(|char| *char != '\n') {
        match char {
            '\\' => {
                value.extend(chars.next().filter(|next| *next != '\n'));
                (is_bare, kept) = (true, value.len());
            }
            quote @ ('\'' | '"') if !is_bare => {
                quoted(quote, chars, &mut value);
                kept = value.len();
            }
            space if space.is_whitespace() && !is_bare => {}
            char => {
                is_bare = true;
                value.push(char);
            }
        }
    }
    let end = value.trim_end().len().max(kept);
    value.truncate(end);
    value
}

fn quoted(quote: char, chars: &mut Peekable<Chars<'_>>, value: &mut String) {
    while let Some(char) = chars.next().filter(|char| *char != quote) {
        match (char, quote) {
            ('\\', '"') => match chars.next() {
                Some('\n') => {}
                Some(next) if ESCAPED.contains(next) => value.push(next),
                next => value.extend(std::iter::once('\\').chain(next)),
            },
            _ => value.push(char),
        }
    }
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
            let found = variables(&format!("A={text}"));
            assert_eq!(found, [("A".to_owned(), expected.to_owned())], "{text}");
        }
    }

    #[test]
    fn a_value_may_go_over_several_lines() {
        // (file, its variables)
        let cases: [(&str, &[(&str, &str)]); 7] = [
            ("A=\"x\nB=inside\"\nB=real\n", &[("A", "x\nB=inside"), ("B", "real")]),
            ("A='x\nB=inside'\r\nC=c", &[("A", "x\nB=inside"), ("C", "c")]),
            ("A=one\\\ntwo\nB=b", &[("A", "onetwo"), ("B", "b")]),
            ("A=\"one\\\ntwo\"\n", &[("A", "onetwo")]),
            ("# A=a\n; B=b\nno value\n  C = c \n", &[("C", "c")]),
            ("A=\nB=it's \"so\"\n", &[("A", ""), ("B", "it's \"so\"")]),
            ("A=\"never closed\nB=b", &[("A", "never closed\nB=b")]),
        ];
        for (text, expected) in cases {
            let found = variables(text);
            let found: Vec<_> = found.iter().map(|(name, value)| (&**name, &**value)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
