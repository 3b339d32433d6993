//! What this computer offers: processors and memory. Knows nothing of what they are used for.

/// Processors this process may run on.
pub fn processors() -> u32 {
    let count = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    u32::try_from(count).unwrap_or(1)
}

/// What the system says of its processors; empty where it says nothing.
pub fn processor_text() -> String {
    std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default()
}

/// Memory that programs can take without swapping, in MiB, where the system says so.
pub fn available_memory_mib() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024)
}
