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

/// How long the processors are looked at to see whether they have something to do.
const LOOK: std::time::Duration = std::time::Duration::from_millis(50);

/// How many processors all programs together keep busy just now, where the system says so. Takes a moment.
pub fn busy_processors() -> Option<f64> {
    let before = ticks(&std::fs::read_to_string("/proc/stat").ok()?)?;
    std::thread::sleep(LOOK);
    let after = ticks(&std::fs::read_to_string("/proc/stat").ok()?)?;
    let passed = |now: u64, then: u64| Some(f64::from(u32::try_from(now.checked_sub(then)?).ok()?));
    let busy = passed(after.busy, before.busy)?;
    let all = passed(after.all, before.all)?;
    (all > 0.0).then(|| busy / all * f64::from(after.processors))
}

/// What the processors did since the computer was started, in the system's ticks.
#[derive(Debug, PartialEq, Eq)]
struct Ticks {
    busy: u64,
    all: u64,
    processors: u32,
}

/// Reads the text of `/proc/stat`. Its columns, by proc(5): user, nice, system, idle, iowait, irq, softirq, steal, and
/// two that user and nice contain.
fn ticks(text: &str) -> Option<Ticks> {
    const IDLE: [usize; 2] = [3, 4];
    const COLUMNS: usize = 8;
    let of_one = |line: &&str| line.starts_with("cpu") && !line.starts_with("cpu ");
    let processors = u32::try_from(text.lines().filter(of_one).count()).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("cpu "))?;
    let columns: Vec<u64> = line
        .split_whitespace()
        .take(COLUMNS)
        .map_while(|column| column.parse().ok())
        .collect();
    let all: u64 = columns.iter().sum();
    let idle: u64 = IDLE.iter().filter_map(|at| columns.get(*at)).sum();
    Some(Ticks {
        busy: all - idle,
        all,
        processors,
    })
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

    #[test]
    fn ticks_are_read_without_guests_that_are_counted_twice() {
        let text = "cpu  10 1 5 100 20 0 2 3 7 7\ncpu0 5 0 2 50 10 0 1 1 3 3\ncpu1 5 1 3 50 10 0 1 2 4 4\nintr 9\n";
        let expected = Ticks {
            busy: 21,
            all: 141,
            processors: 2,
        };
        assert_eq!(ticks(text), Some(expected));
        assert_eq!(ticks("intr 9\n"), None);
    }
}
