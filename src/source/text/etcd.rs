//! Files of etcd's, which some people take for a table: its database, of which a snapshot is a copy.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::source::Error;

/// How the first page of bbolt begins, after its header: the number in the machine's order.
const MAGIC: u32 = 0xED0C_DAED;
/// How long that header is.
const HEADER: usize = 16;

/// Says what a path of etcd's is, and what reads it; `None` of any other.
pub(super) fn refused(path: &Path) -> Option<Error> {
    let in_directory = path.join("member/snap/db");
    let is_etcds =
        if path.is_dir() { in_directory.is_file() } else { path.is_file() && is_bolt(path) };
    is_etcds.then(|| {
        Error::new(format!("{} is etcd's, and kinescope reads kine's tables alone", path.display()))
            .hint(
                "etcdutl snapshot restore makes an etcd of a snapshot; from there, objects are moved through \
                 API servers: kinescope help moving.",
            )
    })
}

fn is_bolt(path: &Path) -> bool {
    let mut head = [0; HEADER + 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    let [.., one, two, three, four] = head;
    read.is_ok() && u32::from_le_bytes([one, two, three, four]) == MAGIC
}
