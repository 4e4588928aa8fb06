//! What clients say after the rows that they printed.

/// How many rows a client says it printed: `5 rows in set (0.00 sec)`, `(5 rows)`, and in the language of
/// whoever printed them `(5 Zeilen)`, which may be prose, unless so many came.
pub(super) fn footer(line: &[u8], records: u64) -> Option<u64> {
    let inner = line.strip_prefix(b"(");
    let text = inner.unwrap_or(line);
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = str::from_utf8(&text[..digits]).ok()?.parse().ok()?;
    let rest = text[digits..].trim_ascii_start();
    let is_footer = match (inner, rest.strip_suffix(b")")) {
        (Some(_), Some(b"row" | b"rows")) => true,
        (Some(_), Some(word)) => number == records && is_word(word),
        _ => rest.starts_with(b"row in set") || rest.starts_with(b"rows in set"),
    };
    is_footer.then_some(number)
}

/// Whether a text is a word or more, of any language.
fn is_word(text: &[u8]) -> bool {
    let is_letter = |char: char| char.is_alphabetic() || char == ' ';
    str::from_utf8(text).is_ok_and(|text| !text.is_empty() && text.chars().all(is_letter))
}
