//! What is packed: base64 and digits in a text, compressed bytes.

use std::io::Read;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::{GzDecoder, MultiGzDecoder, ZlibDecoder};

/// No shorter text in base64 is a manifest.
const SHORTEST: usize = 16;

/// Base64 of either alphabet, whatever its last bits are.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// The pieces of a text that can be base64, without the line ends within: each run of its characters,
/// lines of which one follows the other taken together; and whether the text ends with it.
pub(super) fn runs(text: &[u8]) -> Vec<(Vec<u8>, bool)> {
    let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let mut runs = Vec::new();
    let mut run = Vec::new();
    let mut at = 0;
    // Of lines that are narrower than a word can be, all must be such.
    let is_all = text.iter().all(|byte| is_digit(byte) || b"=\r\n\t ".contains(byte));
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| is_digit(byte)).count();
        run.extend(text[at..at + length].iter().map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => *byte,
        }));
        at += length;
        let spaces = text[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let goes_on = length > 0 && spaces > 0 && (length >= SHORTEST || is_all);
        if goes_on {
            at += spaces;
            if text.get(at).is_some_and(is_digit) {
                continue;
            }
        }
        let run = std::mem::take(&mut run);
        if run.len() >= SHORTEST {
            runs.push((run, at == text.len()));
        }
        at += usize::from(!goes_on);
    }
    runs
}

/// What a run can stand for: base64, and bytes in hexadecimal digits. What is before either may look like a
/// part of it, so each of the characters with which it can begin is tried.
pub(super) fn decoded(run: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let base64 = (0..4).filter_map(|from| {
        let run = &run[from..];
        let rest = usize::from(run.len() % 4 == 1);
        BASE64.decode(&run[..run.len() - rest]).ok()
    });
    let digits = run.split(|byte| !byte.is_ascii_hexdigit()).filter(|it| it.len() > SHORTEST);
    base64.chain(digits.flat_map(|digits| [hex(digits), hex(&digits[1..])]))
}

fn hex(digits: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap_or_default();
    let pairs = digits.as_chunks::<2>().0.iter();
    pairs.filter_map(|&[high, low]| u8::try_from(digit(high) << 4 | digit(low)).ok()).collect()
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

/// What zlib begins with where it uses all of its window, as it does unless it is told otherwise.
const ZLIB: u8 = 0x78;

/// Where in bytes something compressed may begin. What only looks like zlib is frequent, and looked for
/// at the start alone.
pub(super) fn beginnings(bytes: &[u8]) -> impl Iterator<Item = usize> {
    (0..bytes.len()).filter(|&at| (at == 0 || bytes[at] != ZLIB) && begins(&bytes[at..]))
}

/// Whether bytes begin as something compressed.
pub(super) fn begins(bytes: &[u8]) -> bool {
    match *bytes {
        [0x1f, ..] => bytes.starts_with(GZIP) && bytes.get(3).is_some_and(|it| it & 0xe0 == 0),
        [ZLIB, second, ..] => (u16::from(ZLIB) << 8 | u16::from(second)) % 31 == 0,
        [b'B', ..] => bytes.starts_with(b"BZh") && bytes.get(4..10) == Some(b"1AY&SY"),
        [0x28 | 0xfd | 0x04 | 0xff | b'P' | b'7' | b'L', ..] => {
            UNKNOWN.iter().any(|magic| bytes.starts_with(magic))
        }
        _ => false,
    }
}

/// Unpacks what [begins](beginnings) there, up to so many bytes; `None` where it turns out that nothing
/// does.
pub(super) fn unpacked(bytes: &[u8], most: usize) -> Option<Unpacked> {
    /// Fewer bytes come out of what only looks like zlib, too.
    const CHANCE: usize = 64;
    let limit = most as u64 + 1;
    let mut out = Vec::new();
    let (read, few) = if bytes.starts_with(GZIP) {
        let mut read = MultiGzDecoder::new(bytes).take(limit).read_to_end(&mut out);
        if read.is_err() {
            // What follows a whole one need not be another.
            let mut first = Vec::new();
            let alone = GzDecoder::new(bytes).take(limit).read_to_end(&mut first);
            if alone.is_ok() {
                (read, out) = (alone, first);
            }
        }
        (read, 1)
    } else if bytes.first() == Some(&ZLIB) {
        (ZlibDecoder::new(bytes).take(limit).read_to_end(&mut out), CHANCE)
    } else {
        return Some(Unpacked::Unclear);
    };
    match read {
        Ok(_) if out.len() > most => Some(Unpacked::Unclear),
        Ok(_) => Some(Unpacked::Bytes(out, true)),
        Err(_) if out.len() < few => None,
        Err(_) => Some(Unpacked::Bytes(out, false)),
    }
}

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
        ] {
            let runs = runs(text.as_bytes());
            let mut all = runs.iter().flat_map(|(run, _)| decoded(run));
            assert!(all.any(|it| it.windows(26).any(|it| TEXT.starts_with(it))), "{text}");
        }
        let hex: String = TEXT.iter().map(|byte| format!("{byte:02x}")).collect();
        for before in ["", "r", "0x", "name-0"] {
            let run = format!("{before}{hex}");
            assert!(decoded(run.as_bytes()).any(|it| it.ends_with(TEXT)), "{before}");
        }
        assert!(runs(b"short words only, kube-system").is_empty());
        assert!(runs(b"a 0123456789abcdef")[0].1);
    }

    #[test]
    fn what_is_compressed_is_unpacked_as_far_as_that_goes() {
        let packed = gzip(TEXT);
        let first = |bytes: &[u8]| beginnings(bytes).next();
        let text = |bytes: &[u8], most| match unpacked(bytes, most) {
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
        for other in [&b"..\x28\xb5\x2f\xfd...."[..], b"BZh91AY&SY...", b"PK\x03\x04"] {
            let at = first(other).expect("it begins there");
            assert_eq!(text(&other[at..], 1000), "unclear");
        }
        assert_eq!(first(b"xylophone BZh and PK"), None);
    }
}
