//! Memory that this process may take: what the machine has free and what the control groups around it leave.
//! Knows no model.

/// Where control groups are mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// Limits of this many bytes and more stand for none (version 1 writes 2^63 less a page).
const NO_LIMIT: u64 = 1 << 60;

/// Share of the available memory that models may take together where the user names no budget, in percent.
const DEFAULT_PERCENT: u64 = 70;

/// Names of the files and counters of a version of control groups.
struct Version {
    limit: &'static str,
    usage: &'static str,
    /// Counters of `memory.stat` that the kernel gives back when memory is short.
    reclaimable: &'static [&'static str],
}

const VERSION_1: Version = Version {
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    reclaimable: &["total_active_file", "total_inactive_file"],
};

const VERSION_2: Version = Version {
    limit: "memory.max",
    usage: "memory.current",
    reclaimable: &["active_file", "inactive_file", "slab_reclaimable"],
};

/// Memory that this process may take without swapping and without being ended, in KiB; nothing where the system
/// does not say.
pub fn available() -> Option<u64> {
    from_files(&|path| std::fs::read_to_string(path).ok())
        .or_else(|| crate::host::available_memory_mib().map(|mib| mib * 1024))
}

/// What models may take of `available` where the user names no budget; in the unit of `available`.
pub fn default_budget(available: u64) -> u64 {
    available / 100 * DEFAULT_PERCENT
}

/// The least of `MemAvailable` and the room in every control group around this process.
fn from_files(read: &dyn Fn(&str) -> Option<String>) -> Option<u64> {
    let free = field(&read("/proc/meminfo")?, "MemAvailable:")?;
    let groups = read("/proc/self/cgroup").unwrap_or_default();
    let rooms = groups.lines().flat_map(|line| rooms(line, read));
    Some(rooms.fold(free, u64::min))
}

/// The number after a label at the start of a line.
fn field(text: &str, label: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(label))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Room in the group that a line of `/proc/self/cgroup` names and in those around it, in KiB.
fn rooms(line: &str, read: &dyn Fn(&str) -> Option<String>) -> Vec<u64> {
    let mut fields = line.splitn(3, ':').skip(1);
    let (Some(controllers), Some(path)) = (fields.next(), fields.next()) else {
        return Vec::new();
    };
    let (root, version) = if controllers.is_empty() {
        (ROOT.to_owned(), VERSION_2)
    } else if controllers.split(',').any(|name| name == "memory") {
        (format!("{ROOT}/memory"), VERSION_1)
    } else {
        return Vec::new();
    };
    let mut rooms = Vec::new();
    // In a container the path may be that of the host; groups that are not there are passed over.
    let mut path = path.trim_end_matches('/');
    loop {
        rooms.extend(room(&format!("{root}{path}"), &version, read));
        match path.rsplit_once('/') {
            Some((parent, _)) => path = parent,
            None => return rooms,
        }
    }
}

/// Room in one group, in KiB: what its limit leaves, and what the kernel would give back.
fn room(folder: &str, version: &Version, read: &dyn Fn(&str) -> Option<String>) -> Option<u64> {
    let number =
        |name: &str| -> Option<u64> { read(&format!("{folder}/{name}"))?.trim().parse().ok() };
    // Without a limit version 2 writes `max`.
    let limit = number(version.limit).filter(|limit| *limit < NO_LIMIT)?;
    let usage = number(version.usage)?;
    let counters = read(&format!("{folder}/memory.stat")).unwrap_or_default();
    let reclaimable = version.reclaimable.iter();
    let reclaimable: u64 = reclaimable
        .filter_map(|name| field(&counters, &format!("{name} ")))
        .fold(0, u64::saturating_add);
    let room = limit.saturating_sub(usage).saturating_add(reclaimable);
    Some(room.min(limit) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMINFO: &str = "MemTotal: 8000000 kB\nMemFree: 100 kB\nMemAvailable: 4000000 kB\n";

    fn with(files: &[(&str, &str)]) -> Option<u64> {
        from_files(&|path| {
            let found = files.iter().find(|(name, _)| *name == path);
            found.map(|(_, text)| (*text).to_owned())
        })
    }

    #[test]
    fn without_groups_the_machine_says_it() {
        assert_eq!(with(&[("/proc/meminfo", MEMINFO)]), Some(4_000_000));
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn the_narrowest_group_of_version_2_counts_and_cached_files_are_room() {
        let room = with(&[
            ("/proc/meminfo", MEMINFO),
            ("/proc/self/cgroup", "0::/user.slice/job\n"),
            ("/sys/fs/cgroup/user.slice/memory.max", "2147483648\n"),
            ("/sys/fs/cgroup/user.slice/memory.current", "1073741824\n"),
            (
                "/sys/fs/cgroup/user.slice/memory.stat",
                "anon 5\nactive_file 1024\ninactive_file 1048576\nslab_reclaimable 1024\n",
            ),
            ("/sys/fs/cgroup/user.slice/job/memory.max", "max\n"),
            ("/sys/fs/cgroup/user.slice/job/memory.current", "5\n"),
        ]);
        assert_eq!(room, Some(1_048_576 + 1026));
    }

    #[test]
    fn version_1_and_paths_of_a_host_are_read() {
        let files = [
            ("/proc/meminfo", MEMINFO),
            (
                "/proc/self/cgroup",
                "5:cpu:/a\n4:memory:/docker/abc\n0::/\n",
            ),
            (
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "1048576000\n",
            ),
            (
                "/sys/fs/cgroup/memory/memory.usage_in_bytes",
                "1048576000\n",
            ),
            (
                "/sys/fs/cgroup/memory/memory.stat",
                "inactive_file 7\ntotal_active_file 10240\ntotal_inactive_file 20480\n",
            ),
        ];
        assert_eq!(with(&files), Some(30));
        let mut free = files;
        free[2].1 = "9223372036854771712";
        assert_eq!(with(&free), Some(4_000_000));
    }

    #[test]
    fn of_what_is_there_a_part_is_the_budget() {
        assert_eq!(default_budget(1000), 700);
    }
}
