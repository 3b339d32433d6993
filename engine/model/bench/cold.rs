//! Makes the system forget what it has read of a file. Knows nothing of what the file is.

use camino::Utf8Path;

/// Takes a file out of the system's cache, as far as no other process has it mapped; false where the system cannot.
#[cfg(target_os = "linux")]
pub(super) fn drop_cached(path: &Utf8Path) -> bool {
    use rustix::fs::{Advice, fadvise, fdatasync};
    // What was just written is dropped only once it is on the disk.
    let dropped = std::fs::File::open(path).and_then(|file| {
        fdatasync(&file)?;
        Ok(fadvise(&file, 0, None, Advice::DontNeed)?)
    });
    dropped.is_ok()
}

/// Other systems have no such call.
#[cfg(not(target_os = "linux"))]
pub(super) fn drop_cached(_: &Utf8Path) -> bool {
    false
}
