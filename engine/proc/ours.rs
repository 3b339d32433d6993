//! Processes of this user that run codey with a given first argument, where the system shows them. Starts none.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// A process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Running {
    /// Its number.
    pub pid: u32,
    /// Memory that it holds, mapped files included, in KiB.
    pub rss_kib: u64,
    /// The first file ending with `suffix` that it has mapped.
    pub mapped: Option<PathBuf>,
}

/// The processes of this user whose program is called `codey` and whose first argument is `argument`, with the
/// file ending with `suffix` that each has mapped. Nothing where the system has no `/proc`.
pub fn running(argument: &str, suffix: &str) -> Option<Vec<Running>> {
    let own = fs::metadata("/proc/self").ok()?.uid();
    let mut found: Vec<Running> = fs::read_dir("/proc")
        .ok()?
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let pid = folder.file_name()?.to_str()?.parse().ok()?;
            // A process that ends meanwhile is none of them.
            let is_ours = fs::metadata(&folder).ok()?.uid() == own;
            let words = fs::read(folder.join("cmdline")).ok()?;
            (is_ours && is_codey(&words, argument)).then(|| Running {
                pid,
                rss_kib: rss_kib(&folder).unwrap_or(0),
                mapped: mapped(&folder, suffix),
            })
        })
        .collect();
    found.sort_by_key(|process| process.pid);
    Some(found)
}

fn is_codey(words: &[u8], argument: &str) -> bool {
    let mut words = words.split(|byte| *byte == 0);
    let program = words.next().map(OsStr::from_bytes).map(Path::new);
    program.and_then(Path::file_name) == Some(OsStr::new("codey"))
        && words.next() == Some(argument.as_bytes())
}

fn rss_kib(folder: &Path) -> Option<u64> {
    let status = fs::read_to_string(folder.join("status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}

fn mapped(folder: &Path, suffix: &str) -> Option<PathBuf> {
    let maps = fs::read_to_string(folder.join("maps")).ok()?;
    let line = maps.lines().find(|line| line.ends_with(suffix))?;
    Some(PathBuf::from(&line[line.find('/')?..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_program_and_argument() {
        assert!(is_codey(
            b"/opt/bin/codey\0__model-worker\0",
            "__model-worker"
        ));
        assert!(!is_codey(
            b"/opt/bin/codey\0run\0__model-worker\0",
            "__model-worker"
        ));
        assert!(!is_codey(
            b"/opt/bin/other\0__model-worker\0",
            "__model-worker"
        ));
        assert!(!is_codey(b"", "__model-worker"));
    }
}
