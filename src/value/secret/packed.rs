//! What is packed: base64 and digits in a text, compressed bytes.

use std::collections::HashSet;
use std::io::Read;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::bufread::{GzDecoder, MultiGzDecoder};
use flate2::{Decompress, FlushDecompress, Status};

use super::escapes;
use crate::value::{body, protobuf};

/// No shorter text in base64 is a manifest.
const SHORTEST: usize = 16;

/// Base64 of either alphabet, whatever its last bits are.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// A piece of a text that can stand for bytes.
pub(super) struct Run {
    /// Its characters, without the line ends within.
    pub text: Vec<u8>,
    /// Whether a backslash is before it, as before the `x` of what PostgreSQL prints.
    pub is_escaped: bool,
    /// Whether nothing follows it, or so little that it may be the start of an escape: where the text was
    /// cut off, so was this.
    pub is_last: bool,
}

/// Whether a piece of a text that ends there is the last.
const fn is_last(text: &[u8], end: usize) -> bool {
    end + escapes::LONGEST >= text.len()
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// The pieces of a text that can be base64: each run of its characters, lines of which one follows the
/// other taken together.
pub(super) fn runs(text: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut run = Vec::new();
    let mut at = 0;
    let mut start = 0;
    // Of words that are shorter than one in base64 can be, all must be such, or be alone on their lines.
    let is_all = text.iter().all(|&byte| is_digit(byte) || b"=\r\n\t ".contains(&byte));
    while at < text.len() {
        if run.is_empty() {
            start = at;
        }
        let length = text[at..].iter().take_while(|byte| is_digit(**byte)).count();
        run.extend(text[at..at + length].iter().map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        }));
        at += length;
        let spaces = text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let between = &text[at..at + spaces];
        let goes_on = length > 0
            && spaces > 0
            && (length >= SHORTEST
                || is_all
                || between.contains(&b'\n') && is_alone(&text[at + spaces..]));
        if goes_on {
            at += spaces;
            if text.get(at).is_some_and(|&byte| is_digit(byte)) {
                continue;
            }
        }
        let run = std::mem::take(&mut run);
        if run.len() >= SHORTEST {
            let is_escaped = start > 0 && text[start - 1] == b'\\';
            runs.push(Run { text: run, is_escaped, is_last: is_last(text, at) });
        }
        at += usize::from(!goes_on);
    }
    runs
}

/// Whether nothing but one word is on a line, which begins with it.
fn is_alone(line: &[u8]) -> bool {
    let rest = line.iter().skip_while(|byte| is_digit(**byte));
    let mut rest = rest.skip_while(|byte| b"= \t\r".contains(byte));
    matches!(rest.next(), None | Some(b'\n'))
}

/// What a run can stand for: base64, and bytes in hexadecimal digits. What is before either may look like a
/// part of it, so each of the characters with which it can begin is tried.
pub(super) fn decoded(run: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..4).filter_map(|from| base64(&run[from..])).chain(digits(run))
}

/// What a word of base64 stands for.
pub(super) fn base64(word: &[u8]) -> Option<Vec<u8>> {
    let rest = usize::from(word.len() % 4 == 1);
    BASE64.decode(&word[..word.len() - rest]).ok()
}

/// What the hexadecimal digits of a run stand for.
pub(super) fn digits(run: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let digits = run.split(|byte| !byte.is_ascii_hexdigit()).filter(|it| it.len() > SHORTEST);
    digits.flat_map(|digits| [hex(digits), hex(&digits[1..])])
}

fn hex(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
    let pairs = digits.as_chunks::<2>().0.iter();
    pairs.filter_map(|&[high, low]| u8::try_from(digit(high) << 4 | digit(low)).ok()).collect()
}

/// What stands in a text in hexadecimal digits that are apart: `6b:69:6e:64`, `0x6b, 0x69, 0x6e, 0x64`,
/// `6b69 6e64`; and whether it is the last.
pub(super) fn apart(text: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let mut all = Vec::new();
    let mut bytes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let word = text[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let end = at + word;
        let between = text[end..].iter().take_while(|byte| BETWEEN.contains(byte)).count();
        let pairs = pairs(&text[at..end]);
        bytes.extend(pairs.map(hex).unwrap_or_default());
        at = (end + between).max(at + 1);
        if pairs.is_none() || between == 0 || at == text.len() {
            let bytes = std::mem::take(&mut bytes);
            if bytes.len() >= super::SHORTEST {
                all.push((bytes, is_last(text, at)));
            }
        }
    }
    all
}

/// What can be between such digits.
const BETWEEN: &[u8] = b" ,:;-\t\r\n\"'";

/// The digits of a word that has whole pairs of them, and nothing else but `0x`.
fn pairs(word: &[u8]) -> Option<&[u8]> {
    let digits = word.strip_prefix(b"0x").or_else(|| word.strip_prefix(b"0X")).unwrap_or(word);
    let is_such = !digits.is_empty() && digits.len().is_multiple_of(2);
    (is_such && digits.iter().all(u8::is_ascii_hexdigit)).then_some(digits)
}

/// What is in compressed bytes.
pub(super) enum Unpacked {
    /// These bytes; whether they are all.
    Bytes(Vec<u8>, bool),
    /// It cannot be told: they are more than may be unpacked, damaged, or packed in a way that is not
    /// known here.
    Unclear,
}

/// What such bytes begin with: zstd, xz, bzip2, LZ4, framed Snappy, ZIP, 7z, lzip.
const UNKNOWN: [&[u8]; 8] = [
    b"\x28\xb5\x2f\xfd",
    b"\xfd7zXZ\0",
    b"BZh",
    b"\x04\x22\x4d\x18",
    b"\xff\x06\x00\x00sNaPpY",
    b"PK\x03\x04",
    b"7z\xbc\xaf\x27\x1c",
    b"LZIP\x01",
];

const GZIP: &[u8] = b"\x1f\x8b\x08";

/// Where in bytes something compressed may begin.
pub(super) fn beginnings(bytes: &[u8]) -> impl Iterator<Item = usize> {
    (0..bytes.len()).filter(|&at| begins(&bytes[at..]))
}

/// Whether bytes begin as something compressed.
pub(super) fn begins(bytes: &[u8]) -> bool {
    match *bytes {
        [0x1f, ..] => bytes.starts_with(GZIP) && bytes.get(3).is_some_and(|it| it & 0xe0 == 0),
        [b'B', ..] => bytes.starts_with(b"BZh") && bytes.get(4..10) == Some(b"1AY&SY"),
        [0x28 | 0xfd | 0x04 | 0xff | b'P' | b'7' | b'L', ..] => {
            UNKNOWN.iter().any(|magic| bytes.starts_with(magic)) || is_zlib(bytes)
        }
        _ => is_zlib(bytes),
    }
}

/// Whether bytes begin as zlib: with the method and a window of any size, with a number that is right, and
/// with a block that is one.
fn is_zlib(bytes: &[u8]) -> bool {
    let [first, second, block, rest @ ..] = bytes else { return false };
    let is_header = first & 0x8f == 8
        && second & 0x20 == 0
        && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0;
    is_header
        && match (block >> 1 & 3, rest) {
            // Its length stands there twice.
            (0, [a, b, not_a, not_b, ..]) => *a == !not_a && *b == !not_b,
            (0 | 3, _) => false,
            _ => true,
        }
}

/// Unpacks what [begins](beginnings) at a place, up to so many bytes; `None` where it turns out that nothing
/// does.
pub(super) fn unpacked(bytes: &[u8], at: usize, most: usize) -> Option<Unpacked> {
    /// What only looks like zlib does so for fewer bytes. Its headers are frequent: where as many places are
    /// tried as there are, that is no measure.
    const CHANCE: usize = 512;
    let packed = &bytes[at..];
    if packed.starts_with(GZIP) {
        return of_gzip(packed, most);
    }
    if !is_zlib(packed) {
        return Some(Unpacked::Unclear);
    }
    let Inflated { out, read, end } = inflated(packed, most);
    match end {
        End::Beyond => Some(Unpacked::Unclear),
        End::Here => Some(Unpacked::Bytes(out, true)),
        End::Missing | End::Damaged => {
            let is_zlib = begins_a_manifest(&out) || at == 0 && read >= CHANCE;
            is_zlib.then_some(Unpacked::Bytes(out, false))
        }
    }
}

/// Whether what came out of something damaged begins as a manifest does: a text of various letters, or an
/// object in protobuf or CBOR. A few letters that are repeated come out of anything.
fn begins_a_manifest(out: &[u8]) -> bool {
    const START: usize = 64;
    const LETTERS: usize = 16;
    let Some(start) = out.get(..START) else { return false };
    let is_text = || body::text(start, true).is_some_and(body::is_printable);
    let letters = || start.iter().collect::<HashSet<_>>().len();
    start.starts_with(protobuf::MAGIC)
        || start.starts_with(TAG)
        || is_text() && letters() >= LETTERS
}

fn of_gzip(packed: &[u8], most: usize) -> Option<Unpacked> {
    let limit = most as u64 + 1;
    let mut out = Vec::new();
    let mut read = MultiGzDecoder::new(packed).take(limit).read_to_end(&mut out);
    if read.is_err() {
        // What follows a whole one need not be another.
        let mut first = Vec::new();
        let alone = GzDecoder::new(packed).take(limit).read_to_end(&mut first);
        if alone.is_ok() {
            (read, out) = (alone, first);
        }
    }
    match read {
        Ok(_) if out.len() > most => Some(Unpacked::Unclear),
        Ok(_) => Some(Unpacked::Bytes(out, true)),
        Err(_) if out.is_empty() => None,
        Err(_) => Some(Unpacked::Bytes(out, false)),
    }
}

/// What came out of zlib.
struct Inflated {
    out: Vec<u8>,
    /// How many bytes were taken for that.
    read: usize,
    end: End,
}

/// How zlib ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// As it should, with a sum that is right.
    Here,
    /// Before its end.
    Missing,
    Damaged,
    /// It was not looked for so far.
    Beyond,
}

/// Unpacks zlib. The decoders that are readers take a missing end for one.
fn inflated(packed: &[u8], most: usize) -> Inflated {
    const ROOM: usize = 16 << 10;
    let mut inflate = Decompress::new(true);
    let (mut out, mut read) = (Vec::new(), 0);
    loop {
        out.reserve(ROOM);
        let before = (read, out.len());
        let status = inflate.decompress_vec(&packed[read..], &mut out, FlushDecompress::None);
        read = usize::try_from(inflate.total_in()).map_or(packed.len(), |it| it.min(packed.len()));
        let end = match status {
            _ if out.len() > most => End::Beyond,
            Ok(Status::StreamEnd) => End::Here,
            Ok(_) if before == (read, out.len()) => End::Missing,
            Ok(_) => continue,
            Err(_) => End::Damaged,
        };
        return Inflated { out, read, end };
    }
}

/// What Kubernetes puts before each object: the tag that says that it is CBOR.
pub(super) const TAG: &[u8] = b"\xd9\xd9\xf7";

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    const TEXT: &[u8] = b"kind: Secret\ndata: {a: b}\nand more of it, so that there are lines\n";

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    #[test]
    fn base64_is_found_among_other_words() {
        let base64 = base64::engine::general_purpose::STANDARD.encode(TEXT);
        let lines: Vec<&str> =
            base64.as_bytes().chunks(20).map(|it| str::from_utf8(it).expect("ASCII")).collect();
        let narrow: Vec<&str> =
            base64.as_bytes().chunks(6).map(|it| str::from_utf8(it).expect("ASCII")).collect();
        for text in [
            base64.clone(),
            base64.replace('+', "-").replace('/', "_"),
            format!("data: {base64}, and more"),
            format!("a-name-that-is-long-enough {base64}"),
            lines.join("\n"),
            format!("data: |\n  {}\nnext: b", lines.join("\r\n  ")),
            narrow.join("\n"),
            format!("data: |\n  {}==\nnext: b", narrow.join("\n  ")),
            format!("data: {}\r\n", narrow.join("\r\n   ")),
        ] {
            let runs = runs(text.as_bytes());
            let mut all = runs.iter().flat_map(|run| decoded(&run.text));
            assert!(all.any(|it| it.windows(26).any(|it| TEXT.starts_with(it))), "{text}");
        }
        let hex: String = TEXT.iter().map(|byte| format!("{byte:02x}")).collect();
        for before in ["", "r", "0x", "name-0"] {
            let run = format!("{before}{hex}");
            assert!(decoded(run.as_bytes()).any(|it| it.ends_with(TEXT)), "{before}");
        }
        assert!(runs(b"short words only, kube-system").is_empty());
        assert!(runs(b"a 0123456789abcdef\\u00")[0].is_last);
        assert!(runs(b"a \\x0123456789abcdef")[0].is_escaped);
    }

    #[test]
    fn digits_may_be_apart() {
        let hex = |between: &str, before: &str| {
            let bytes = TEXT.iter().map(|byte| format!("{before}{byte:02x}"));
            bytes.collect::<Vec<_>>().join(between)
        };
        for text in [
            hex(":", ""),
            hex(" ", ""),
            hex(", ", "0x"),
            hex(",\n    ", "0X"),
            hex("\", \"", ""),
            format!("data: {} .", hex(" ", "").to_uppercase()),
            format!("char a[] = {{{}}};", hex(",", "0x")),
            hex("", "")
                .as_bytes()
                .chunks(8)
                .map(String::from_utf8_lossy)
                .collect::<Vec<_>>()
                .join(" "),
        ] {
            assert!(apart(text.as_bytes()).iter().any(|(it, _)| it == TEXT), "{text}");
        }
        assert!(apart(&hex(":", "").into_bytes())[0].1);
        assert!(apart(b"a bad cafe, added 10 to 20").is_empty());
    }

    #[test]
    fn what_is_compressed_is_unpacked_as_far_as_that_goes() {
        let packed = gzip(TEXT);
        let first = |bytes: &[u8]| beginnings(bytes).next();
        let text = |bytes: &[u8], most| match unpacked(bytes, 0, most) {
            None => "nothing".to_owned(),
            Some(Unpacked::Unclear) => "unclear".to_owned(),
            Some(Unpacked::Bytes(out, is_whole)) => format!("{} {is_whole}", out.len()),
        };
        assert_eq!(first(&[b"xx", &packed[..]].concat()), Some(2));
        assert_eq!(text(&packed, 1000), format!("{} true", TEXT.len()));
        assert_eq!(text(&packed, 10), "unclear");
        let twice = [&packed[..], &packed[..]].concat();
        assert_eq!(text(&twice, 1000), format!("{} true", 2 * TEXT.len()));
        let within = [&packed[..], b"and something else"].concat();
        assert_eq!(text(&within, 1000), format!("{} true", TEXT.len()));
        assert_eq!(text(&packed[..packed.len() - 9], 1000), format!("{} false", TEXT.len()));
        assert_eq!(text(b"\x1f\x8b\x08\0nothing of the kind", 1000), "nothing");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(TEXT).expect("memory");
        let packed = encoder.finish().expect("memory");
        assert_eq!(first(&packed), Some(0));
        assert_eq!(text(&packed, 1000), format!("{} true", TEXT.len()));
        // In a window of any size, and after anything.
        for window in (0x08..0x78).step_by(0x10) {
            let check = (0..31).find(|it| (window * 256 + it) % 31 == 0).expect("one is right");
            let mut small = packed.clone();
            small[..2]
                .copy_from_slice(&[window, check].map(|it: u16| u8::try_from(it).expect("a byte")));
            let within = [&b"a name"[..], &small, b"and more"].concat();
            assert_eq!(first(&within), Some(6), "{window:x}");
            assert_eq!(text(&within[6..], 1000), format!("{} true", TEXT.len()));
        }
        let long: String =
            (0..400).map(|it| format!("{it}: {}\n", it * it * 7919 % 1000)).collect();
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(long.as_bytes()).expect("memory");
        let mut long = encoder.finish().expect("memory");
        long.truncate(long.len() - 4);
        assert!(text(&long, 1 << 20).ends_with("false"));
        assert!(text(&long[..long.len() / 2], 1 << 20).ends_with("false"));
        assert_eq!(text(&long, 1000), "unclear");
        for other in [&b"..\x28\xb5\x2f\xfd...."[..], b"BZh91AY&SY...", b"PK\x03\x04"] {
            let at = first(other).expect("it begins there");
            assert_eq!(text(&other[at..], 1000), "unclear");
        }
        assert_eq!(first(b"xylophone BZh and PK"), None);
    }
}
