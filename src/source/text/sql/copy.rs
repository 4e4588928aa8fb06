//! The lines of PostgreSQL's `COPY … FROM stdin`.

use super::values::Field;

/// What is said of a field whose escapes make no sense.
const ODD: &str = "it has a backslash where COPY writes none";

/// Puts the fields of a line into a row.
pub(super) fn fields(line: &[u8], buffer: &mut Vec<u8>, fields: &mut Vec<Field>) {
    for field in line.split(|&byte| byte == b'\t') {
        let start = buffer.len();
        fields.push(if field == b"\\N" {
            Field::Null
        } else if unescape(field, buffer).is_some() {
            Field::Text(start..buffer.len())
        } else {
            buffer.truncate(start);
            Field::Unknown(ODD)
        });
    }
}

/// Undoes what `COPY` does to a backslash and to what is not seen.
fn unescape(field: &[u8], to: &mut Vec<u8>) -> Option<()> {
    let mut rest = field;
    while let Some(at) = rest.iter().position(|&byte| byte == b'\\') {
        to.extend_from_slice(&rest[..at]);
        let (escaped, tail) = rest[at + 1..].split_first()?;
        rest = tail;
        to.push(match escaped {
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 11,
            b'\\' => b'\\',
            _ => return None,
        });
    }
    to.extend_from_slice(rest);
    Some(())
}

/// The bytes of a bytea as it is written out in text: `\x6b38`.
///
/// # Errors
///
/// Why they cannot be told: the other way to write them, with octal numbers, is not understood.
pub(super) fn bytea(text: &[u8]) -> Result<Option<&[u8]>, &'static str> {
    match text.strip_prefix(b"\\x") {
        Some(digits) => Ok(Some(digits)),
        None if text.contains(&b'\\') => Err("values in this text are escaped"),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_its_fields() {
        let (mut buffer, mut found) = (Vec::new(), Vec::new());
        fields(b"1\ta\\tb\\\\\t\\N\t\t\\\\x6b\t\\q", &mut buffer, &mut found);
        let text = |field: &Field| match field {
            Field::Text(range) => buffer[range.clone()].escape_ascii().to_string(),
            other => format!("{other:?}"),
        };
        let found: Vec<String> = found.iter().map(text).collect();
        let odd = format!("Unknown({ODD:?})");
        assert_eq!(found, ["1", "a\\tb\\\\", "Null", "", "\\\\x6b", odd.as_str()]);
    }
}
