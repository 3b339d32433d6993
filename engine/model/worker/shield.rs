//! What the worker gives up before it opens a model file: other files, the network, other programs. A model file is
//! data from elsewhere, read by a large library in C++. Knows nothing of models.

use std::fmt;

/// What is in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shield {
    /// Only the files named can be opened.
    pub(super) files: bool,
    /// No sockets, no programs, no reach into other processes.
    pub(super) calls: bool,
}

impl fmt::Display for Shield {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = if self.files {
            "opens its own files only"
        } else {
            "can open files (no Landlock)"
        };
        let calls = if self.calls {
            "no network and no programs"
        } else {
            "network not barred (no seccomp)"
        };
        write!(out, "{files}, {calls}")
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::{forgo_core_dumps, raise};

/// Other systems have nothing of the kind that a process can do to itself.
#[cfg(not(target_os = "linux"))]
pub(super) fn raise(_: &camino::Utf8Path, _: Option<&camino::Utf8Path>) -> Result<Shield, String> {
    Ok(Shield::default())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn forgo_core_dumps() {}

#[cfg(target_os = "linux")]
mod linux {
    use camino::Utf8Path;
    use landlock::{
        ABI, Access as _, AccessFs, AccessNet, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _,
        RulesetError, RulesetStatus, Scope, path_beneath_rules,
    };
    use rustix::process::{Resource, Rlimit, setrlimit};
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch};

    use super::Shield;

    /// The rights that are known of; a kernel that knows fewer is asked for those.
    const RIGHTS: ABI = ABI::V6;

    /// What llama.cpp and its threads read of the system: processors, memory, their own process.
    const SYSTEM: [&str; 4] = [
        "/proc/self",
        "/proc/cpuinfo",
        "/proc/meminfo",
        "/sys/devices/system",
    ];

    /// `EPERM`, which a call that is not allowed returns.
    const NOT_PERMITTED: u32 = 1;

    /// Calls that running a model has no use for: a name, and its number on x86-64 and on ARM.
    const FORBIDDEN: [(&str, i64, i64); 30] = [
        // The network, and sockets of any kind.
        ("socket", 41, 198),
        ("connect", 42, 203),
        ("accept", 43, 202),
        ("bind", 49, 200),
        ("listen", 50, 201),
        ("socketpair", 53, 199),
        ("accept4", 288, 242),
        // Other programs.
        ("execve", 59, 221),
        ("execveat", 322, 281),
        // Other processes.
        ("kill", 62, 129),
        ("pidfd_send_signal", 424, 424),
        ("ptrace", 101, 117),
        ("process_vm_readv", 310, 270),
        ("process_vm_writev", 311, 271),
        ("pidfd_getfd", 438, 438),
        // Ways around: what runs calls unseen, other roots and namespaces, keys, the kernel's rarer doors.
        ("io_uring_setup", 425, 425),
        ("open_by_handle_at", 304, 265),
        ("pivot_root", 155, 41),
        ("chroot", 161, 51),
        ("mount", 165, 40),
        ("unshare", 272, 97),
        ("setns", 308, 268),
        ("add_key", 248, 217),
        ("request_key", 249, 218),
        ("keyctl", 250, 219),
        ("perf_event_open", 298, 241),
        ("bpf", 321, 280),
        ("userfaultfd", 323, 282),
        ("memfd_secret", 447, 447),
        ("io_uring_enter", 426, 426),
    ];

    /// A core file would hold the prompts; one of a large model fills a disk.
    pub(in super::super) fn forgo_core_dumps() {
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        // Lowering a limit is always allowed.
        let _ = setrlimit(Resource::Core, none);
    }

    /// Confines this thread and those it starts later to the model file, which can be read, and the directory of
    /// saved prefixes.
    ///
    /// # Errors
    /// When the kernel has the means and does not accept them.
    pub(in super::super) fn raise(
        model: &Utf8Path,
        prefixes: Option<&Utf8Path>,
    ) -> Result<Shield, String> {
        let files = confine_files(model, prefixes).map_err(|error| error.to_string())?;
        Ok(Shield {
            files,
            calls: confine_calls()?,
        })
    }

    fn confine_files(model: &Utf8Path, prefixes: Option<&Utf8Path>) -> Result<bool, RulesetError> {
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let write = read
            | AccessFs::WriteFile
            | AccessFs::MakeReg
            | AccessFs::RemoveFile
            | AccessFs::Truncate;
        // A path that is not there needs no right, and gets none.
        let status = Ruleset::default()
            .handle_access(AccessFs::from_all(RIGHTS))?
            .handle_access(AccessNet::from_all(RIGHTS))?
            .scope(Scope::from_all(RIGHTS))?
            .create()?
            .add_rules(path_beneath_rules([model], AccessFs::ReadFile))?
            .add_rules(path_beneath_rules(prefixes, write))?
            .add_rules(path_beneath_rules(SYSTEM, read))?
            .restrict_self()?;
        Ok(status.ruleset != RulesetStatus::NotEnforced)
    }

    fn confine_calls() -> Result<bool, String> {
        let (arch, is_arm) = match std::env::consts::ARCH {
            "x86_64" => (TargetArch::x86_64, false),
            "aarch64" => (TargetArch::aarch64, true),
            _ => return Ok(false),
        };
        let number = |(_, x86, arm): &(&str, i64, i64)| if is_arm { *arm } else { *x86 };
        let rules = FORBIDDEN.iter().map(|call| (number(call), Vec::new()));
        let refuse = SeccompAction::Errno(NOT_PERMITTED);
        let filter = SeccompFilter::new(rules.collect(), SeccompAction::Allow, refuse, arch);
        let program: BpfProgram = filter
            .and_then(TryInto::try_into)
            .map_err(|error| error.to_string())?;
        match seccompiler::apply_filter(&program) {
            Ok(()) => Ok(true),
            // `EINVAL` and `ENOSYS`: a kernel without filters.
            Err(seccompiler::Error::Prctl(error) | seccompiler::Error::Seccomp(error))
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::InvalidInput | std::io::ErrorKind::Unsupported
                ) =>
            {
                Ok(false)
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

#[cfg(target_os = "linux")]
#[expect(
    clippy::disallowed_methods,
    reason = "what a test tries to write is a file of its own"
)]
#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::ErrorKind;
    use std::net::UdpSocket;

    use camino::Utf8Path;

    use super::*;

    /// What can be done: read the model, read another file, write a prefix, write elsewhere, open a socket.
    fn reach(dir: &Utf8Path) -> [Result<(), ErrorKind>; 5] {
        let kind = |error: std::io::Error| error.kind();
        [
            fs::read(dir.join("model")).map(drop).map_err(kind),
            fs::read(dir.join("secret")).map(drop).map_err(kind),
            fs::write(dir.join("prefixes/new"), "x").map_err(kind),
            fs::write(dir.join("elsewhere"), "x").map_err(kind),
            UdpSocket::bind("127.0.0.1:0").map(drop).map_err(kind),
        ]
    }

    #[test]
    fn a_shielded_thread_reaches_its_model_and_nothing_else() {
        let held = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(held.path()).unwrap();
        fs::write(dir.join("model"), "x").unwrap();
        fs::write(dir.join("secret"), "x").unwrap();
        fs::create_dir(dir.join("prefixes")).unwrap();
        // A shield binds the thread that raises it, and this one ends.
        let (before, shield, after, status) = std::thread::scope(|scope| {
            let shielded = || {
                let before = reach(dir);
                let shield = raise(&dir.join("model"), Some(&dir.join("prefixes"))).unwrap();
                (
                    before,
                    shield,
                    reach(dir),
                    fs::read_to_string("/proc/thread-self/status"),
                )
            };
            scope.spawn(shielded).join().unwrap()
        });
        assert_eq!(before, [Ok(()); 5]);
        let denied = Err(ErrorKind::PermissionDenied);
        let file = if shield.files { denied } else { Ok(()) };
        let socket = if shield.calls { denied } else { Ok(()) };
        assert_eq!(after, [Ok(()), file, Ok(()), file, socket]);
        if shield.calls {
            assert!(status.unwrap().lines().any(|line| line == "Seccomp:\t2"));
        }
        assert_eq!(
            reach(dir),
            [Ok(()); 5],
            "the shield is over the whole process"
        );
    }
}
