//! What an object says that it is.

/// What an object says that it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The group and version: `apps/v1`.
    pub api_version: String,
    /// The kind: `Deployment`.
    pub kind: String,
}

impl Typed {
    /// Both, as they are called together: `apps/v1 Deployment`.
    pub fn name(&self) -> String {
        format!("{} {}", self.api_version, self.kind).trim().to_owned()
    }
}
