//! Starts one program: argument list, folder, variables and pipe. Does not wait for it.
#![expect(
    clippy::disallowed_methods,
    reason = "this module is the owner of child processes"
)]

use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rustix::pipe::{PipeFlags, pipe_with};

use super::environment::{BASE, MARK, search};
use super::error::ProcError;
use crate::clock;

/// A program to run.
#[derive(Clone, Debug)]
pub struct Spawn<'a> {
    /// Program and arguments; each reaches the program whole.
    pub argv: &'a [String],
    /// The folder it runs in.
    pub cwd: &'a Path,
    /// Variables added to the few that every program gets.
    pub env: &'a [(String, String)],
    /// Wall time after which it is ended, with everything it started.
    pub timeout: Option<Duration>,
}

/// A program that was started.
pub(super) struct Started {
    pub(super) child: Child,
    /// What it and its descendants write to standard output and standard error.
    pub(super) output: OwnedFd,
    /// The value of the variable by which its descendants are known.
    pub(super) mark: String,
}

/// Starts the program in a process group of its own, with nothing to read.
pub(super) fn start(spawn: &Spawn<'_>) -> Result<Started, ProcError> {
    let (name, mut command) = command(spawn)?;
    let mark = next_mark();
    let system = |source| ProcError::System {
        program: name.clone(),
        source,
    };
    let (output, input) = pipe_with(PipeFlags::CLOEXEC).map_err(|errno| system(errno.into()))?;
    let also_input = input.try_clone().map_err(system)?;
    let child = command
        .env(MARK, &mark)
        .stdout(input)
        .stderr(also_input)
        .spawn()
        .map_err(|source| explain(spawn, name, source))?;
    Ok(Started {
        child,
        output,
        mark,
    })
}

/// A program that was started to be talked to.
pub(super) struct Conversation {
    pub(super) child: Child,
    /// The value of the variable by which its descendants are known.
    pub(super) mark: String,
    pub(super) input: ChildStdin,
    pub(super) output: ChildStdout,
    pub(super) errors: ChildStderr,
}

/// Starts the program with a pipe for each of its three streams.
pub(super) fn converse(spawn: &Spawn<'_>) -> Result<Conversation, ProcError> {
    let (name, mut command) = command(spawn)?;
    let mark = next_mark();
    let mut child = command
        .env(MARK, &mark)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| explain(spawn, name, source))?;
    let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(input), Some(output), Some(errors)) = pipes else {
        unreachable!("all three were asked for");
    };
    Ok(Conversation {
        child,
        mark,
        input,
        output,
        errors,
    })
}

/// Starts the program and leaves it to itself: nobody reads what it writes, waits for it or ends it.
pub fn launch(spawn: &Spawn<'_>) -> Result<(), ProcError> {
    let (name, mut command) = command(spawn)?;
    let started = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    started
        .map(drop)
        .map_err(|source| explain(spawn, name, source))
}

/// The program with its arguments, folder and variables, in a process group of its own and with nothing to read.
fn command<'a>(spawn: &Spawn<'a>) -> Result<(&'a String, Command), ProcError> {
    let (name, arguments) = spawn.argv.split_first().ok_or(ProcError::Empty)?;
    // A program given by its file and no closure before `exec`: so the standard library can use
    // `posix_spawn`, which does not copy this process's page tables.
    let mut command = Command::new(locate(spawn, name)?);
    command
        .arg0(name)
        .args(arguments)
        .current_dir(spawn.cwd)
        .env_clear()
        .envs(BASE.variables.iter().map(|(name, value)| (name, value)))
        .envs(spawn.env.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .process_group(0);
    Ok((name, command))
}

/// The file to run: as given below the folder of the command when it has a `/`, else by PATH.
fn locate(spawn: &Spawn<'_>, name: &str) -> Result<PathBuf, ProcError> {
    if name.contains('/') {
        return Ok(spawn.cwd.join(name));
    }
    let own_path = spawn.env.iter().rfind(|(variable, _)| variable == "PATH");
    let found = match own_path {
        Some((_, path)) => search(path.as_ref(), name),
        None => BASE.find(name),
    };
    found.ok_or_else(|| ProcError::NotFound {
        program: name.to_owned(),
    })
}

/// A mark that no other process of this or another codey has.
fn next_mark() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    static OURS: LazyLock<String> = LazyLock::new(|| {
        let outer = BASE.outer_mark.as_ref().map(|mark| format!("{mark}/"));
        let outer = outer.unwrap_or_default();
        format!("{outer}{}.{}", std::process::id(), clock::unix_ms())
    });
    format!("{}.{}", *OURS, NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// The reason behind the system's answer, which names neither program nor folder.
fn explain(spawn: &Spawn<'_>, name: &str, source: std::io::Error) -> ProcError {
    use std::io::ErrorKind;
    let program = name.to_owned();
    match source.kind() {
        ErrorKind::InvalidInput => ProcError::Nul { program },
        ErrorKind::NotFound | ErrorKind::NotADirectory if !spawn.cwd.is_dir() => {
            ProcError::NoFolder {
                program,
                cwd: spawn.cwd.display().to_string(),
            }
        }
        ErrorKind::NotFound | ErrorKind::NotADirectory if !spawn.cwd.join(name).is_file() => {
            ProcError::NotFound { program }
        }
        ErrorKind::NotFound => ProcError::NotRunnable {
            program,
            what: "the interpreter named in its first line is not there".to_owned(),
        },
        ErrorKind::PermissionDenied | ErrorKind::IsADirectory => ProcError::NotRunnable {
            program,
            what: "it is not an executable file".to_owned(),
        },
        _ if source.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) => {
            ProcError::NotRunnable {
                program,
                what: "it is neither a program for this machine nor a script".to_owned(),
            }
        }
        _ => ProcError::System { program, source },
    }
}
