//! What endpoints of servers share: who said each part, the password, and the files of TLS.

use std::fmt;
use std::path::PathBuf;

/// Who said a part: `KINE_ENDPOINT`, `--ca-file`, `[client] in ~/.my.cnf`; `None` where nobody
/// did, and the part is what kine takes then.
pub type Origin = Option<String>;

/// What the endpoint itself is called until it is known where it came from.
const ENDPOINT: &str = "the endpoint";

/// The endpoint itself, if it said the part.
pub(in crate::source) fn said(part: bool) -> Origin {
    part.then(|| ENDPOINT.to_owned())
}

/// Names the place of the endpoint wherever the endpoint itself is the origin.
pub(in crate::source) fn name<'o>(origins: impl IntoIterator<Item = &'o mut Origin>, place: &str) {
    for origin in origins {
        if origin.as_deref() == Some(ENDPOINT) {
            *origin = Some(place.to_owned());
        }
    }
}

/// A password that does not show in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::source) struct Password(pub(in crate::source) String);

impl Password {
    /// An empty one is none.
    pub(in crate::source) fn new(password: &str) -> Option<Self> {
        (!password.is_empty()).then(|| Self(password.to_owned()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// TLS files that are named beside an endpoint, each with who names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlsFiles {
    /// The authorities.
    pub ca: Option<(PathBuf, String)>,
    /// The client's certificate.
    pub certificate: Option<(PathBuf, String)>,
    /// The client's key.
    pub key: Option<(PathBuf, String)>,
}

/// Names a file where none is named yet.
pub(in crate::source) fn add(
    file: &mut Option<PathBuf>,
    origin: &mut Origin,
    given: Option<(PathBuf, String)>,
) {
    if let (None, Some((path, from))) = (&file, given) {
        (*file, *origin) = (Some(path), Some(from));
    }
}
