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

/// The name of the processor; where the system gives none, such as on ARM, the numbers of maker and part.
pub fn processor_name() -> String {
    name_of(&processor_text())
}

fn name_of(text: &str) -> String {
    let value = |label: &str| {
        let lines = text.lines().filter_map(|line| line.split_once(':'));
        let mut named = lines.filter(|(name, _)| name.trim() == label);
        named.next().map(|(_, value)| value.trim().to_owned())
    };
    let numbers = || {
        let maker = value("CPU implementer")?;
        Some(format!("{maker} {}", value("CPU part")?))
    };
    value("model name").or_else(numbers).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_has_a_name_or_numbers() {
        let named = "processor\t: 0\nmodel name\t: A 9000\nmodel name\t: A 9000\n";
        assert_eq!(name_of(named), "A 9000");
        let arm = "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n";
        assert_eq!(name_of(arm), "0x41 0xd0c");
        assert_eq!(name_of(""), "");
    }
}
