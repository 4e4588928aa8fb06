//! What this process holds, as Linux counts it.

/// Bytes that are resident now.
pub(crate) fn resident() -> u64 {
    status("VmRSS:")
}

/// The most bytes that were resident at once, since the start or [`forget_peak`].
pub(crate) fn peak() -> u64 {
    status("VmHWM:")
}

/// Begins anew with the peak.
pub(crate) fn forget_peak() {
    // Where this is not allowed the peak is that of the whole process, which is no less.
    drop(std::fs::write("/proc/self/clear_refs", "5"));
}

fn status(field: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap_or_default();
    let kibibytes = line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok());
    kibibytes.unwrap_or_default() * 1024
}
