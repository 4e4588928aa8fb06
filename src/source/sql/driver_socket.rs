//! Where a driver enters the gate before its server: a socket of this program's own, for one session.
//!
//! Nobody else may come in: to a server that wants the password itself the gate gives it, whoever
//! began. On Linux the socket has a name and no file, so that it needs no directory to write to;
//! anybody may try such a name, and the system tells who did.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::net::{UnixListener, UnixStream};

/// Such a socket.
pub(in crate::source) struct DriverSocket {
    listener: UnixListener,
    /// What the driver is told.
    path: PathBuf,
    /// What holds the path, where it is one.
    _directory: Option<tempfile::TempDir>,
}

/// What the next session's socket is called.
static NEXT: AtomicU32 = AtomicU32::new(0);

impl DriverSocket {
    /// Opens one. The driver adds `end` to the path that it is told.
    pub(in crate::source) fn open(end: &str) -> io::Result<Self> {
        if !cfg!(target_os = "linux") {
            let directory = tempfile::Builder::new().prefix("kinescope-").tempdir()?;
            let path = directory.path().join("s");
            if end.starts_with('/') {
                std::fs::create_dir(&path)?;
            }
            let listener = UnixListener::bind(format!("{}{end}", path.display()))?;
            return Ok(Self { listener, path, _directory: Some(directory) });
        }
        loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let path = format!("\0kinescope-{}-{number}", std::process::id());
            match UnixListener::bind(format!("{path}{end}")) {
                // Somebody has that name.
                Err(why) if why.kind() == io::ErrorKind::AddrInUse => {}
                bound => return Ok(Self { listener: bound?, path: path.into(), _directory: None }),
            }
        }
    }

    /// What the driver is told.
    pub(in crate::source) fn path(&self) -> &Path {
        &self.path
    }

    /// The driver, once it is there.
    pub(in crate::source) async fn driver(self) -> io::Result<UnixStream> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            if is_ours(&stream)? {
                return Ok(stream);
            }
        }
    }
}

/// Whether it comes from this very process.
fn is_ours(stream: &UnixStream) -> io::Result<bool> {
    let pid = stream.peer_cred()?.pid();
    Ok(pid.is_some_and(|pid| u32::try_from(pid) == Ok(std::process::id())))
}
