//! Runs one program from start to end on the caller's thread. Knows neither why nor what comes next.

use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::process::Signal;

use super::cancel::{Cancel, Level};
use super::capture::{Capture, Captured};
use super::error::ProcError;
use super::lines::Lines;
use super::spawn::{Spawn, Started, start};
use super::tree::Tree;
use super::wait::{Watch, Woken};
use crate::clock::Stopwatch;

/// Time a program has to end itself once it is asked to.
const GRACE: Duration = Duration::from_secs(3);
/// Time a process that was left behind may keep the output of an ended program open.
const LINGER: Duration = Duration::from_millis(500);
/// Pause between two looks at whether the descendants of an ended program are gone.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// Rounds of killing; what survives them all hangs in the kernel.
const MAX_LOOKS: u32 = 200;
/// Bytes taken from the pipe at once.
const READ_BYTES: usize = 16 << 10;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// By itself, with this code.
    Exit(i32),
    /// By a signal that codey did not send.
    Signal(i32),
    /// It was ended because its time was up.
    TimedOut,
    /// It was ended because the run was cancelled.
    Cancelled,
}

/// A program that ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// How.
    pub end: End,
    /// What it wrote.
    pub output: Captured,
    /// Wall time from start to end.
    pub elapsed: Duration,
}

/// Runs a program and waits for it, reporting each line it writes. When its time is up or the run
/// is cancelled, it is ended with everything it started: asked first, killed after a few seconds. What
/// it leaves behind by itself is ended only if it still holds the program's output.
pub fn run(
    spawn: &Spawn<'_>,
    cancel: &Cancel,
    on_line: &mut dyn FnMut(&str),
) -> Result<Ended, ProcError> {
    let clock = Stopwatch::start();
    if cancel.is_cancelled() {
        return Ok(Ended {
            end: End::Cancelled,
            output: Captured::default(),
            elapsed: clock.elapsed(),
        });
    }
    let Started {
        child,
        output,
        mark,
    } = start(spawn)?;
    let mut running = Running {
        watch: Watch::new(child),
        mark,
        clock,
        output: Some(output),
        capture: Capture::default(),
        lines: Lines::default(),
    };
    let stopped = running.until_end(spawn.timeout, cancel, on_line);
    if stopped.is_some() {
        running.end_descendants(cancel, on_line);
    } else {
        running.drain(on_line);
    }
    let program = || spawn.argv.first().cloned().unwrap_or_default();
    let status = running.watch.reap().map_err(|source| ProcError::System {
        program: program(),
        source,
    })?;
    let elapsed = running.clock.elapsed();
    std::mem::take(&mut running.lines).finish(on_line);
    Ok(Ended {
        end: stopped.unwrap_or_else(|| end_of(status)),
        output: std::mem::take(&mut running.capture).finish(),
        elapsed,
    })
}

/// How a program with this status ended.
pub(super) fn end_of(status: ExitStatus) -> End {
    match (status.code(), status.signal()) {
        (Some(code), _) => End::Exit(code),
        (None, Some(signal)) => End::Signal(signal),
        // A status that is neither is of a stopped process, which is never waited for.
        (None, None) => End::Exit(-1),
    }
}

/// A program between its start and its end.
struct Running {
    watch: Watch,
    mark: String,
    clock: Stopwatch,
    output: Option<std::os::fd::OwnedFd>,
    capture: Capture,
    lines: Lines,
}

impl Running {
    /// Waits for the program's own end and takes what it writes meanwhile; says why it was ended
    /// where it did not end by itself.
    fn until_end(
        &mut self,
        timeout: Option<Duration>,
        cancel: &Cancel,
        on_line: &mut dyn FnMut(&str),
    ) -> Option<End> {
        let mut stopped = None;
        let mut deadline = timeout;
        loop {
            let left = deadline.map(|deadline| deadline.saturating_sub(self.clock.elapsed()));
            let listen = match stopped {
                None => Some(cancel.soft_fd()),
                Some(_) if deadline.is_some() => Some(cancel.hard_fd()),
                Some(_) => None,
            };
            let output = self.output.as_ref().map(AsFd::as_fd);
            let woken = self.watch.wait(output, listen, left);
            if woken.output {
                self.take(on_line);
            }
            if woken.ended {
                return stopped;
            }
            let late = left.is_some_and(|left| left.is_zero());
            if !woken.cancel && !late {
                continue;
            }
            if stopped.is_none() && cancel.level() < Level::Hard {
                stopped = Some(reason(woken));
                deadline = Some(self.clock.elapsed() + GRACE);
                self.signal(Signal::TERM);
            } else {
                stopped = stopped.or(Some(reason(woken)));
                deadline = None;
                self.signal(Signal::KILL);
            }
        }
    }

    /// Reads once from the pipe, which is known to be readable or closed.
    fn take(&mut self, on_line: &mut dyn FnMut(&str)) {
        let Some(output) = &self.output else { return };
        let mut buffer = [0; READ_BYTES];
        match rustix::io::read(output, &mut buffer) {
            Ok(0) => self.output = None,
            Ok(count) => {
                self.capture.push(&buffer[..count]);
                self.lines.push(&buffer[..count], on_line);
            }
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(_) => self.output = None,
        }
    }

    /// Takes what an ended program left in the pipe. What it left running has a moment to close
    /// the pipe too and is then ended, so that no node waits for a forgotten background process.
    fn drain(&mut self, on_line: &mut dyn FnMut(&str)) {
        let ended = Stopwatch::start();
        while let Some(output) = &self.output {
            let left = LINGER.saturating_sub(ended.elapsed());
            let woken = super::wait::wait_for_output(output.as_fd(), left);
            if woken {
                self.take(on_line);
            } else if left.is_zero() {
                self.output = None;
                self.kill_rest();
            }
        }
    }

    /// Kills every descendant and waits until none is left.
    fn kill_rest(&self) {
        for _ in 0..MAX_LOOKS {
            self.signal(Signal::KILL);
            if !self.tree().has_descendants() {
                return;
            }
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// Ends what is left of the tree of a program that was ended.
    fn end_descendants(&mut self, cancel: &Cancel, on_line: &mut dyn FnMut(&str)) {
        let asked = Stopwatch::start();
        while self.tree().has_descendants() {
            if asked.elapsed() >= GRACE || cancel.level() == Level::Hard {
                self.kill_rest();
                break;
            }
            match &self.output {
                Some(output) if super::wait::wait_for_output(output.as_fd(), LOOK_AGAIN) => {
                    self.take(on_line);
                }
                Some(_) => {}
                None => std::thread::sleep(LOOK_AGAIN),
            }
        }
        self.drain(on_line);
    }

    fn tree(&self) -> Tree<'_> {
        Tree {
            group: self.watch.id(),
            mark: &self.mark,
        }
    }

    fn signal(&self, signal: Signal) {
        if !self.watch.is_reaped() {
            self.tree().signal_group(signal);
        }
        self.tree().signal_strays(signal);
    }
}

impl Drop for Running {
    /// Only a panic in the caller's `on_line` gets here with a living program.
    fn drop(&mut self) {
        if !self.watch.is_reaped() {
            self.signal(Signal::KILL);
            let _ = self.watch.reap();
        }
    }
}

fn reason(woken: Woken) -> End {
    if woken.cancel {
        End::Cancelled
    } else {
        End::TimedOut
    }
}
