//! Waits for output, the end of a program, a wish to stop or a deadline, whichever is first. Ends nothing.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::process::{Child, ExitStatus};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// How often a program is looked at where the system cannot announce its end.
pub(super) const TICK: Duration = Duration::from_millis(20);

/// What happened while waiting.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Woken {
    pub(super) output: bool,
    pub(super) ended: bool,
    pub(super) cancel: bool,
}

/// A program whose end can be waited for.
pub(super) struct Watch {
    child: Child,
    end: Option<OwnedFd>,
    status: Option<ExitStatus>,
}

impl Watch {
    pub(super) fn new(child: Child) -> Self {
        let end = announce(&child);
        Self {
            child,
            end,
            status: None,
        }
    }

    /// The process and its group: the two numbers are the same.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Readable once the program has ended, where the system announces it.
    pub(super) fn announced(&self) -> Option<BorrowedFd<'_>> {
        self.end.as_ref().map(AsFd::as_fd)
    }

    /// Waits until something happens or `limit` has passed. Output is left out once it is closed,
    /// the wish to stop once it is known.
    pub(super) fn wait(
        &mut self,
        output: Option<BorrowedFd<'_>>,
        cancel: Option<BorrowedFd<'_>>,
        limit: Option<Duration>,
    ) -> Woken {
        let must_look = self.end.is_none() && self.status.is_none();
        let limit = match limit {
            Some(limit) if must_look => Some(limit.min(TICK)),
            None if must_look => Some(TICK),
            limit => limit,
        };
        let end = match &self.end {
            Some(end) if self.status.is_none() => Some(end.as_fd()),
            _ => None,
        };
        let [output, end, cancel] = poll_three([output, end, cancel], limit);
        if must_look {
            self.status = self.child.try_wait().ok().flatten();
        }
        Woken {
            output,
            ended: end || self.status.is_some(),
            cancel,
        }
    }

    /// Takes the status of a program that has ended, or waits for it.
    pub(super) fn reap(&mut self) -> std::io::Result<ExitStatus> {
        if let Some(status) = self.status {
            return Ok(status);
        }
        let status = self.child.wait()?;
        self.status = Some(status);
        Ok(status)
    }

    /// Whether the status was taken: from then on the number may belong to another process.
    pub(super) fn is_reaped(&self) -> bool {
        self.status.is_some()
    }
}

/// Which of the descriptors are ready or closed; all false when the time is up.
fn poll_three(watched: [Option<BorrowedFd<'_>>; 3], limit: Option<Duration>) -> [bool; 3] {
    let mut fds = Vec::with_capacity(watched.len());
    fds.extend(
        watched
            .iter()
            .flatten()
            .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)),
    );
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    if poll(&mut fds, limit.as_ref()).is_err() {
        // A signal woke this thread, or memory is short: the caller looks at the time and waits again.
        return [false; 3];
    }
    let mut answers = fds.iter().map(|fd| !fd.revents().is_empty());
    watched.map(|fd| fd.is_some() && answers.next().unwrap_or(false))
}

/// A descriptor that becomes readable when the program ends; absent on older kernels.
#[cfg(target_os = "linux")]
fn announce(child: &Child) -> Option<OwnedFd> {
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    pidfd_open(Pid::from_child(child), PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn announce(_child: &Child) -> Option<OwnedFd> {
    None
}

/// Whether there is output, or none can come any more, before `limit` has passed.
pub(super) fn wait_for_output(output: BorrowedFd<'_>, limit: Duration) -> bool {
    poll_three([Some(output), None, None], Some(limit))[0]
}
