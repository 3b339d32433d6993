//! Finds and ends everything a program started, also what left its process group. Waits for nothing.

use rustix::process::{Pid, Signal, getpgid, kill_process_group};

/// A program with all its descendants.
pub(super) struct Tree<'a> {
    /// The process group, named after the program.
    pub(super) group: u32,
    /// The value by which descendants are known wherever they went.
    pub(super) mark: &'a str,
}

impl Tree<'_> {
    /// Sends `signal` to the process group. Only while its leader is not reaped: afterwards the
    /// number may be another group's.
    pub(super) fn signal_group(&self, signal: Signal) {
        if let Some(group) = self.group() {
            // It fails when nothing is left of the group, which is what is wanted.
            let _ = kill_process_group(group, signal);
        }
    }

    /// Sends `signal` to every descendant that left the process group.
    pub(super) fn signal_strays(&self, signal: Signal) {
        let group = self.group();
        for pid in marked::processes(self.mark) {
            if getpgid(Some(pid)).ok() != group {
                marked::signal(pid, self.mark, signal);
            }
        }
    }

    /// Whether any descendant is left.
    pub(super) fn has_descendants(&self) -> bool {
        let leader = self.group();
        marked::processes(self.mark).any(|pid| Some(pid) != leader)
    }

    fn group(&self) -> Option<Pid> {
        i32::try_from(self.group).ok().and_then(Pid::from_raw)
    }
}

/// Processes are known by a variable that each inherits and that survives any double fork, unlike
/// parent, group and session.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod marked {
    use std::fs;

    use rustix::process::{Pid, Signal};

    use super::super::environment::MARK;

    /// Living processes whose environment carries `mark`.
    pub(super) fn processes(mark: &str) -> impl Iterator<Item = Pid> + use<'_> {
        fs::read_dir("/proc")
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(Pid::from_raw)
            .filter(|pid| carries(*pid, mark))
    }

    /// Zombies have no environment left, so they are not counted.
    fn carries(pid: Pid, mark: &str) -> bool {
        let Ok(environment) = fs::read(format!("/proc/{}/environ", pid.as_raw_nonzero())) else {
            return false;
        };
        environment.split(|byte| *byte == 0).any(|variable| {
            let value = variable
                .strip_prefix(MARK.as_bytes())
                .and_then(|rest| rest.strip_prefix(b"="));
            value.is_some_and(|value| {
                value.strip_prefix(mark.as_bytes()).is_some_and(|rest| {
                    // Below another codey that this program started, its mark is added to ours.
                    rest.is_empty() || rest.starts_with(b"/")
                })
            })
        })
    }

    /// Signals `pid` if it still is the process that was found.
    #[cfg(target_os = "linux")]
    pub(super) fn signal(pid: Pid, mark: &str, signal: Signal) {
        use rustix::process::{PidfdFlags, kill_process, pidfd_open, pidfd_send_signal};
        // A failure means that the process has ended meanwhile, which is what is wanted.
        let process = pidfd_open(pid, PidfdFlags::empty());
        if carries(pid, mark) {
            let _ = match process {
                Ok(process) => pidfd_send_signal(process, signal),
                Err(_) => kill_process(pid, signal),
            };
        }
    }

    #[cfg(target_os = "android")]
    pub(super) fn signal(pid: Pid, mark: &str, signal: Signal) {
        if carries(pid, mark) {
            let _ = rustix::process::kill_process(pid, signal);
        }
    }
}

/// Elsewhere only the process group is known.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod marked {
    use rustix::process::{Pid, Signal};

    pub(super) fn processes(_mark: &str) -> impl Iterator<Item = Pid> + use<'_> {
        std::iter::empty()
    }

    pub(super) fn signal(_pid: Pid, _mark: &str, _signal: Signal) {}
}
