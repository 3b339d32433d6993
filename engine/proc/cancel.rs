//! The wish to stop, in two levels, that every waiting worker sees at once. Knows no signal and no run.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rustix::pipe::{PipeFlags, pipe_with};

/// How urgent it is to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    Running,
    /// Ask running programs to end and give them time for it.
    Soft,
    /// End running programs at once.
    Hard,
}

/// A shared switch that only ever gets more urgent. Clones are the same switch.
#[derive(Clone, Debug)]
pub struct Cancel(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    level: AtomicU8,
    soft: Bell,
    hard: Bell,
}

/// A pipe that becomes readable when it is rung and stays so, because nobody ever reads from it.
#[derive(Debug)]
struct Bell {
    heard: OwnedFd,
    rope: OwnedFd,
}

impl Bell {
    fn new() -> io::Result<Self> {
        let (heard, rope) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        Ok(Self { heard, rope })
    }

    fn ring(&self) {
        // The only failure is a full pipe, and a full pipe is readable.
        let _ = rustix::io::write(&self.rope, b"!");
    }
}

impl Cancel {
    /// A switch that is off.
    ///
    /// # Errors
    /// When the process has no file descriptors left.
    pub fn new() -> io::Result<Self> {
        Ok(Self(Arc::new(Inner {
            level: AtomicU8::new(Level::Running as u8),
            soft: Bell::new()?,
            hard: Bell::new()?,
        })))
    }

    /// Asks running programs to end.
    pub fn soft(&self) {
        self.0.level.fetch_max(Level::Soft as u8, Ordering::SeqCst);
        self.0.soft.ring();
    }

    /// Ends running programs at once.
    pub fn hard(&self) {
        self.0.level.fetch_max(Level::Hard as u8, Ordering::SeqCst);
        self.0.soft.ring();
        self.0.hard.ring();
    }

    /// The level reached.
    pub fn level(&self) -> Level {
        match self.0.level.load(Ordering::SeqCst) {
            0 => Level::Running,
            1 => Level::Soft,
            _ => Level::Hard,
        }
    }

    /// Whether anything asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.level() > Level::Running
    }

    /// Readable from the first call of [`Cancel::soft`] or [`Cancel::hard`] on: for a worker that
    /// waits for something else than a program.
    pub fn soft_fd(&self) -> BorrowedFd<'_> {
        self.0.soft.heard.as_fd()
    }

    /// Readable from the first call of [`Cancel::hard`] on.
    pub fn hard_fd(&self) -> BorrowedFd<'_> {
        self.0.hard.heard.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::*;

    fn is_rung(bell: BorrowedFd<'_>) -> bool {
        let mut fds = [PollFd::from_borrowed_fd(bell, PollFlags::IN)];
        poll(&mut fds, Some(&Timespec::default())).unwrap() == 1
    }

    #[test]
    fn waiting_workers_hear_each_level_and_go_on_hearing_it() {
        let cancel = Cancel::new().unwrap();
        assert!(!is_rung(cancel.soft_fd()) && !is_rung(cancel.hard_fd()));
        cancel.soft();
        assert!(is_rung(cancel.soft_fd()) && !is_rung(cancel.hard_fd()));
        cancel.hard();
        assert!(is_rung(cancel.soft_fd()) && is_rung(cancel.hard_fd()));
        assert!(is_rung(cancel.hard_fd()));
    }

    #[test]
    fn levels_only_rise_and_clones_share_them() {
        let cancel = Cancel::new().unwrap();
        let other = cancel.clone();
        assert_eq!(other.level(), Level::Running);
        cancel.hard();
        assert_eq!(other.level(), Level::Hard);
        other.soft();
        assert_eq!(cancel.level(), Level::Hard);
    }
}
