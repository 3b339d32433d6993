//! Threads worth starting: physical cores of those that this process may use. Knows no model.

use std::collections::BTreeSet;

use crate::host;

/// Numbers of processors that are looked at; missing ones cost a failed open.
const MAX_PROCESSORS: u32 = 1024;

/// Physical cores this process may use, at least 1; processors where the system does not tell cores apart.
pub fn cores() -> u32 {
    let allowed = host::processors();
    let lists = (0..MAX_PROCESSORS).filter_map(|number| {
        let folder = format!("/sys/devices/system/cpu/cpu{number}/topology");
        std::fs::read_to_string(format!("{folder}/thread_siblings_list")).ok()
    });
    physical(lists)
        .map_or(allowed, |cores| cores.min(allowed))
        .max(1)
}

/// Cores by the lists of processors that share one; nothing where there are no lists.
fn physical(lists: impl Iterator<Item = String>) -> Option<u32> {
    let cores: BTreeSet<String> = lists.map(|list| list.trim().to_owned()).collect();
    u32::try_from(cores.len()).ok().filter(|cores| *cores > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_processors_of_a_core_count_once() {
        let lists = ["0,4\n", "1,5\n", "0,4\n", "1,5\n"];
        assert_eq!(physical(lists.iter().map(ToString::to_string)), Some(2));
        assert_eq!(physical(std::iter::empty()), None);
    }
}
