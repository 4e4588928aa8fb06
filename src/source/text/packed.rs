//! Texts that were packed with gzip, zstd or xz, as dumps mostly are: unpacked as they are read.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::mem;

use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;
use ruzstd::decoding::FrameDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How much memory an unpacker may take, in KiB: eight times what `xz -9` needs.
const MOST_MEMORY: u32 = 512 << 10;

/// The most bytes that tell what a text is packed with.
const MAGIC: u64 = 6;

/// How a text may be packed, and how such a text begins.
const PACKERS: [(&[u8], Packer); 3] =
    [(b"\x1f\x8b", Packer::Gzip), (b"\x28\xb5\x2f\xfd", Packer::Zstd), (b"\xfd7zXZ\0", Packer::Xz)];

#[derive(Debug, Clone, Copy)]
enum Packer {
    Gzip,
    Zstd,
    Xz,
}

impl Packer {
    const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
        }
    }
}

/// A text as it was before it was packed, if it was.
pub(super) struct Unpacked<'r> {
    inner: Box<dyn Read + 'r>,
    packer: Option<Packer>,
}

impl<'r> Unpacked<'r> {
    /// Looks at the first bytes of a text.
    ///
    /// # Errors
    ///
    /// When these cannot be read.
    pub(super) fn new(mut input: impl Read + 'r) -> io::Result<Self> {
        let mut head = Vec::new();
        input.by_ref().take(MAGIC).read_to_end(&mut head)?;
        let packer = PACKERS.iter().find(|(magic, _)| head.starts_with(magic));
        let packer = packer.map(|&(_, packer)| packer);
        let whole = Cursor::new(head).chain(input);
        let inner: Box<dyn Read + 'r> = match packer {
            None => Box::new(whole),
            Some(Packer::Gzip) => Box::new(MultiGzDecoder::new(BufReader::new(whole))),
            Some(Packer::Zstd) => Box::new(Frames::new(BufReader::new(whole))),
            Some(Packer::Xz) => {
                Box::new(XzReader::new_mem_limit(BufReader::new(whole), true, MOST_MEMORY))
            }
        };
        Ok(Self { inner, packer })
    }

    /// Whether it was packed: then its length is not that of the file.
    pub(super) const fn was_packed(&self) -> bool {
        self.packer.is_some()
    }
}

impl Read for Unpacked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(packer) = self.packer else { return self.inner.read(buffer) };
        self.inner.read(buffer).map_err(|why| {
            let what = match why.kind() {
                io::ErrorKind::Interrupted => return why,
                io::ErrorKind::UnexpectedEof => "is cut short",
                _ => "is damaged or cut short",
            };
            io::Error::other(format!("what is packed with {} {what}", packer.name()))
        })
    }
}

/// The frames of zstd, of which a file may have any number.
struct Frames<R> {
    input: R,
    frame: Option<FrameDecoder>,
}

impl<R: BufRead> Frames<R> {
    const fn new(input: R) -> Self {
        Self { input, frame: None }
    }

    /// Goes to the next frame; false at the end.
    fn advance(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            let mut frame = FrameDecoder::new();
            frame.set_max_window_size(u64::from(MOST_MEMORY) << 10);
            match frame.init(&mut self.input) {
                Ok(()) => {
                    self.frame = Some(frame);
                    return Ok(true);
                }
                // Something that zstd put there for others.
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let length = u64::from(length);
                    let skipped = io::copy(&mut self.input.by_ref().take(length), &mut io::sink())?;
                    if skipped < length {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(why) => return Err(io::Error::other(why)),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use ruzstd::decoding::BlockDecodingStrategy::UptoBlocks;
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let Some(frame) = &mut self.frame else {
                if self.advance()? {
                    continue;
                }
                return Ok(0);
            };
            while frame.can_collect() == 0 && !frame.is_finished() {
                frame.decode_blocks(&mut self.input, UptoBlocks(1)).map_err(io::Error::other)?;
            }
            let read = frame.read(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            let sum = frame.get_checksum_from_data();
            if sum.is_some() && sum != frame.get_calculated_checksum() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            drop(mem::take(&mut self.frame));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    use super::*;

    const TEXT: &str = "id\tname\tprev_revision\n1\tcompact_rev_key\t0\n2\t/registry/a\t0\n";

    /// The text as `printf … | xz` packs it.
    const XZ: &[u8] = include_bytes!("../../../tests/fixtures/three-lines.tsv.xz");

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text.as_bytes()).expect("to memory");
        encoder.finish().expect("to memory")
    }

    fn zstd(text: &str) -> Vec<u8> {
        compress_to_vec(text.as_bytes(), CompressionLevel::Fastest)
    }

    fn unpack(packed: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        Unpacked::new(packed)?.read_to_string(&mut text).map(|_| text)
    }

    #[test]
    fn what_was_packed_is_what_it_was() {
        let skipped = b"\x50\x2a\x4d\x18\x03\0\0\0abc";
        let half = TEXT.len() / 2;
        let parts = TEXT.split_at(half);
        for packed in [
            TEXT.as_bytes().to_vec(),
            gzip(TEXT),
            [gzip(parts.0), gzip(parts.1)].concat(),
            zstd(TEXT),
            [zstd(parts.0), skipped.to_vec(), zstd(parts.1)].concat(),
            XZ.to_vec(),
        ] {
            assert_eq!(unpack(&packed).expect("it is whole"), TEXT);
        }
        assert_eq!(unpack(b"").expect("it is nothing"), "");
        assert_eq!(unpack(b"\x1f").expect("it is too short to be packed"), "\x1f");
    }

    #[test]
    fn what_is_cut_short_is_no_end() {
        for (name, packed) in [("gzip", gzip(TEXT)), ("zstd", zstd(TEXT)), ("xz", XZ.to_vec())] {
            for end in 6..packed.len() {
                let why = unpack(&packed[..end]).expect_err("it is cut").to_string();
                assert!(why.contains(&format!("packed with {name} is")), "{name} {end}: {why}");
            }
            let mut damaged = packed.clone();
            let middle = packed.len() / 2;
            damaged[middle] ^= 0x55;
            assert!(unpack(&damaged).is_err(), "{name}");
        }
    }
}
