//! CBOR as Kubernetes writes it, looked through as JSON is.

use super::Search;
use super::json::Frames;
use super::packed::TAG;

/// Looks through the objects that begin in bytes.
pub(super) fn search(search: &mut Search, bytes: &[u8], depth: usize, cut: bool) {
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == TAG[0]) {
        rest = &rest[at..];
        if !rest.starts_with(TAG) {
            rest = &rest[1..];
            continue;
        }
        let mut reader = Reader { rest, frames: Frames::new(depth), open: Vec::new() };
        reader.object(search, depth, cut);
        rest = reader.rest;
    }
}

/// An array or a map that is open.
struct Open {
    is_map: bool,
    /// How many items come, names and values; `None` where something ends them.
    left: Option<u64>,
    /// Whether the next item of a map is a name.
    is_name: bool,
}

/// What an item begins with.
struct Head {
    major: u8,
    /// How long it is, or what it says; `None` where something ends it, or of that end.
    number: Option<u64>,
}

struct Reader<'b> {
    rest: &'b [u8],
    frames: Frames,
    open: Vec<Open>,
}

impl<'b> Reader<'b> {
    /// Reads an object, or as much as there is of it, and at least the tag.
    fn object(&mut self, search: &mut Search, depth: usize, cut: bool) {
        while self.item(search, depth, cut).is_some() && !self.open.is_empty() && !search.is_over()
        {
        }
        if cut && self.rest.is_empty() {
            self.frames.cut(search);
        }
        while self.open.pop().is_some() {
            self.frames.leave(search);
        }
    }

    /// Reads an item, of an array or a map the start; `None` where none begins.
    fn item(&mut self, search: &mut Search, depth: usize, cut: bool) -> Option<()> {
        let Head { major, number } = self.head()?;
        match major {
            4 | 5 => {
                let is_map = major == 5;
                let left = number.map(|number| number.saturating_mul(1 + u64::from(is_map)));
                self.frames.enter(!is_map);
                self.open.push(Open { is_map, left, is_name: is_map });
            }
            // The end of what says no number.
            7 if number.is_none() => {
                self.open.pop()?;
                self.frames.leave(search);
                self.taken();
            }
            2 | 3 => {
                let string = self.string(number);
                self.frames.word(search, &String::from_utf8_lossy(&string));
                search.bytes(&string, depth + 1, cut && self.rest.is_empty());
                self.taken();
            }
            _ => self.taken(),
        }
        while self.open.pop_if(|open| open.left == Some(0)).is_some() {
            self.frames.leave(search);
            self.taken();
        }
        Some(())
    }

    /// Counts an item of what is open.
    fn taken(&mut self) {
        let Some(open) = self.open.last_mut() else { return };
        open.left = open.left.map(|left| left.saturating_sub(1));
        open.is_name = open.is_map && !open.is_name;
        if open.is_name {
            self.frames.next();
        } else {
            self.frames.value();
        }
    }

    /// Reads what an item begins with, and the tags before it.
    fn head(&mut self) -> Option<Head> {
        loop {
            let first = *self.take(1).first()?;
            let major = first >> 5;
            let number = match first & 0x1f {
                short @ 0..=23 => Some(u64::from(short)),
                size @ 24..=27 => {
                    let bytes = self.take(1 << (size - 24)).iter();
                    Some(bytes.fold(0, |number, &byte| number << 8 | u64::from(byte)))
                }
                31 if matches!(major, 2..=5 | 7) => None,
                _ => return None,
            };
            if major != 6 {
                return Some(Head { major, number });
            }
        }
    }

    /// Reads the bytes of a string, or those of the strings of which it is made.
    fn string(&mut self, length: Option<u64>) -> Vec<u8> {
        if let Some(length) = length {
            return self.take(length).to_vec();
        }
        let mut all = Vec::new();
        while let Some(Head { major: 2 | 3, number: Some(length) }) = self.head() {
            all.extend(self.take(length));
        }
        all
    }

    /// So many bytes, or as many as there are.
    fn take(&mut self, length: u64) -> &'b [u8] {
        let length = usize::try_from(length).unwrap_or(usize::MAX).min(self.rest.len());
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::super::Search;
    use crate::value::Mask;

    fn mask(bytes: &[u8], cut: bool) -> Option<Mask> {
        let mut search = Search::new();
        super::search(&mut search, bytes, 1, cut);
        search.found
    }

    #[test]
    fn an_object_is_known_however_its_strings_are_written() {
        let secret = Some(Mask::Kind);
        for (bytes, expected) in [
            (&b"\xd9\xd9\xf7\xa2\x44kind\x46Secret\x44data\xa0"[..], secret),
            (b"..\xd9\xd9\xf7\xa2\x64kind\x66Secret\x64data\xa0..", secret),
            (b"\xd9\xd9\xf7\xa2\x44kind\x59\0\x06Secret\x44data\xa0", secret),
            (b"\xd9\xd9\xf7\xa2\x44kind\x5b\0\0\0\0\0\0\0\x06Secret\x44data\xa0", secret),
            (b"\xd9\xd9\xf7\xa2\x44kind\x5f\x43Sec\x43ret\xff\x44data\xa0", secret),
            (b"\xd9\xd9\xf7\xa2\xc0\x44kind\xd8\x20\x46Secret\x44data\xa0", secret),
            (b"\xd9\xd9\xf7\xbf\x44kind\x46Secret\x44data\xa0\xff", secret),
            (b"\xd9\xd9\xf7\xa1\x45items\x9f\xa2\x44kind\x46Secret\x44data\xa0\xff", secret),
            // Its end is missing.
            (b"\xd9\xd9\xf7\xa3\x44data\xa0\x44kind\x46Secret", secret),
            (b"\xd9\xd9\xf7\xa2\x4aapiVersion\x42v1\x44data\xa1\x41a\x41b", Some(Mask::NoKind)),
            (b"\xd9\xd9\xf7\xa3\x4aapiVersion\x42v1\x44data\xa0\x44kind\x43Pod", None),
            (b"\xd9\xd9\xf7\xa2\x44kind\x46Secret\x44name\x41a", None),
            (b"\xd9\xd9\xf7\xa2\x44data\xa1\x44kind\x46sector\x41a\xfb12345678", None),
            (b"\xd9\xd9\xf7\xff\xd9\xd9\xf7\x1c\xd9\xd9\xf7", None),
        ] {
            assert_eq!(mask(bytes, false), expected, "{}", bytes.escape_ascii());
        }
        assert_eq!(mask(b"\xd9\xd9\xf7\xa3\x44data\xa2\x41a\x45hun", true), Some(Mask::NoKind));
    }
}
