//! A program that is talked to over pipes for as long as both sides like. Knows no messages.

use std::collections::VecDeque;
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::process::{ChildStderr, ChildStdin, ChildStdout};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::process::Signal;

use super::error::ProcError;
use super::lines::Lines;
use super::run::{End, end_of};
use super::spawn::{Conversation, Spawn, converse};
use super::tree::Tree;
use super::wait::{TICK, Watch, wait_for_output};
use crate::clock::Stopwatch;

/// Lines kept of what a service wrote to standard error, the last ones.
const LAST_LINES: usize = 64;
/// Time that what a dead service left in the pipe of standard error has to be read.
const LINGER: Duration = Duration::from_millis(500);
/// Bytes taken from standard error at once.
const READ_BYTES: usize = 4 << 10;

/// A running program. It may be ended by any thread; dropping it ends it too.
pub struct Service {
    state: Mutex<State>,
    /// Readable once the program has ended, where the system can say so.
    end: Option<OwnedFd>,
    mark: String,
    said: Arc<Mutex<VecDeque<String>>>,
}

struct State {
    watch: Watch,
    /// Closed once standard error is read to its end.
    listener: Receiver<()>,
    ended: Option<End>,
}

/// Starts a program in a process group of its own. What it writes to standard error is read all the time and its
/// last lines are kept. `spawn.timeout` means nothing here.
///
/// # Errors
/// When the program cannot be started or the system gives no thread.
pub fn serve(spawn: &Spawn<'_>) -> Result<(Service, ChildStdin, ChildStdout), ProcError> {
    let Conversation {
        child,
        mark,
        input,
        output,
        errors,
    } = converse(spawn)?;
    let watch = Watch::new(child);
    let said = Arc::default();
    let (done, listener) = channel();
    let service = Service {
        end: watch
            .announced()
            .and_then(|end| end.try_clone_to_owned().ok()),
        state: Mutex::new(State {
            watch,
            listener,
            ended: None,
        }),
        mark,
        said: Arc::clone(&said),
    };
    let thread = std::thread::Builder::new().name("service-errors".to_owned());
    thread
        .spawn(move || listen(errors, &said, done))
        .map_err(|source| ProcError::System {
            program: spawn.argv.first().cloned().unwrap_or_default(),
            source,
        })?;
    Ok((service, input, output))
}

/// Keeps the last lines of `errors` until its other end is closed.
fn listen(mut errors: ChildStderr, said: &Mutex<VecDeque<String>>, done: Sender<()>) {
    let mut keep = |line: &str| {
        let mut said = lock(said);
        if said.len() == LAST_LINES {
            said.pop_front();
        }
        said.push_back(line.to_owned());
    };
    let mut lines = Lines::default();
    let mut buffer = [0; READ_BYTES];
    loop {
        match errors.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => lines.push(&buffer[..count], &mut keep),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    lines.finish(&mut keep);
    drop(done);
}

impl Service {
    /// The process and its group: the two numbers are the same.
    pub fn id(&self) -> u32 {
        lock(&self.state).watch.id()
    }

    /// Kills the program and everything it started. Returns at once; see [`Service::wait`].
    pub fn kill(&self) {
        let state = lock(&self.state);
        self.kill_tree(&state);
    }

    /// Waits until the program has ended, at most for `limit`, and says how. What it left running is killed.
    pub fn wait(&self, limit: Duration) -> Option<End> {
        let clock = Stopwatch::start();
        loop {
            if let Some(end) = self.look() {
                return Some(end);
            }
            let left = limit.saturating_sub(clock.elapsed());
            if left.is_zero() {
                return None;
            }
            // Nobody is kept from ending the program meanwhile.
            match &self.end {
                Some(end) => drop(wait_for_output(end.as_fd(), left)),
                None => std::thread::sleep(left.min(TICK)),
            }
        }
    }

    /// The last lines that the program wrote to standard error; all of them once [`Service::wait`] said how it ended.
    pub fn last_lines(&self) -> Vec<String> {
        lock(&self.said).iter().cloned().collect()
    }

    /// How the program ended, if it has.
    fn look(&self) -> Option<End> {
        let mut state = lock(&self.state);
        if state.ended.is_none() && state.watch.wait(None, None, Some(Duration::ZERO)).ended {
            self.kill_tree(&state);
            // A status that cannot be read is that of a process which somebody else waited for.
            let end = state.watch.reap().map_or(End::Exit(-1), end_of);
            let _ = state.listener.recv_timeout(LINGER);
            state.ended = Some(end);
        }
        state.ended
    }

    fn kill_tree(&self, state: &State) {
        if state.ended.is_some() {
            return;
        }
        let tree = Tree {
            group: state.watch.id(),
            mark: &self.mark,
        };
        if !state.watch.is_reaped() {
            tree.signal_group(Signal::KILL);
        }
        tree.signal_strays(Signal::KILL);
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        if lock(&self.state).ended.is_none() {
            self.kill();
            let _ = lock(&self.state).watch.reap();
        }
    }
}

/// What the mutex holds: nothing panics while it is held, and half a state would still be one.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::path::Path;

    use super::*;

    const LONG: Duration = Duration::from_mins(1);

    fn sh(script: &str) -> (Service, ChildStdin, ChildStdout) {
        let argv = ["sh", "-c", script].map(str::to_owned);
        serve(&Spawn {
            argv: &argv,
            cwd: Path::new("/"),
            env: &[("GREETING".to_owned(), "hello".to_owned())],
            timeout: None,
        })
        .unwrap()
    }

    #[test]
    fn a_service_answers_until_its_input_is_closed() {
        let (service, mut input, mut output) =
            sh("while read -r line; do echo \"$GREETING $line\"; done; echo gone >&2; exit 3");
        input.write_all(b"you\n").unwrap();
        let mut answer = [0; 10];
        output.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"hello you\n");
        assert_eq!(service.wait(Duration::ZERO), None);
        drop(input);
        assert_eq!(service.wait(LONG), Some(End::Exit(3)));
        assert_eq!(service.wait(LONG), Some(End::Exit(3)));
        assert_eq!(service.last_lines(), ["gone"]);
    }

    #[test]
    fn killing_reaches_a_stopped_service_and_what_it_started() {
        let (service, _input, mut output) = sh("setsid sleep 1000 & kill -STOP $$; wait");
        service.kill();
        assert_eq!(service.wait(LONG), Some(End::Signal(9)));
        // The other end is open as long as any descendant lives.
        assert_eq!(output.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn only_the_last_lines_are_kept() {
        let (service, _input, _output) =
            sh("i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i >&2; done");
        assert_eq!(service.wait(LONG), Some(End::Exit(0)));
        let lines = service.last_lines();
        assert_eq!(lines.len(), LAST_LINES);
        assert_eq!(lines.last().unwrap(), "line 1000");
    }

    #[test]
    fn dropping_a_service_ends_it() {
        let (service, _input, mut output) = sh("sleep 1000");
        drop(service);
        assert_eq!(output.read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_missing_program_is_an_error() {
        let argv = ["no-such-program".to_owned()];
        let spawn = Spawn {
            argv: &argv,
            cwd: Path::new("/"),
            env: &[],
            timeout: None,
        };
        assert!(matches!(serve(&spawn), Err(ProcError::NotFound { .. })));
    }
}
