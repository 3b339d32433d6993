//! Python virtual environments under the cache directory, made once for a set of requirements. Knows neither
//! how programs are started, which its caller injects, nor what they are used for.
#![expect(
    clippy::disallowed_methods,
    reason = "the environments lie in codey's own cache directory, outside of any workspace"
)]

use std::fs;
use std::fs::File;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::diagnostic::Finding;
use crate::id::Digest;

/// Lines of a failed program's output that a finding quotes.
const QUOTED_LINES: usize = 6;

/// The file whose presence says that an environment is complete.
const COMPLETE: &str = "complete";

/// Says the version and the build of an interpreter.
const VERSION: &str = "import sys, platform; print(sys.version, platform.machine(), sys.prefix)";

/// What pip says when it cannot reach an index.
const OFFLINE: &[&str] = &[
    "Connection refused",
    "Failed to establish a new connection",
    "Name or service not known",
    "NameResolutionError",
    "Network is unreachable",
    "Read timed out",
    "Temporary failure in name resolution",
];

/// Starts a program and waits for it: its exit code, and its output and errors together. An error means
/// that it could not be started or was ended.
pub type Spawner<'a> = &'a mut dyn FnMut(&[String]) -> Result<(i32, String), Finding>;

/// A virtual environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venv {
    /// The directory of its programs, `python` among them.
    pub bin: Utf8PathBuf,
    /// Whether it was made now, and not found.
    pub made: bool,
}

/// The environment for these requirements files, the first of which may include the others: found below
/// `cache`, or made there by the interpreter `python`. Waits while another process makes the same one.
pub fn ensure(
    cache: &Utf8Path,
    python: &str,
    requirements: &[(Utf8PathBuf, String)],
    spawn: Spawner<'_>,
) -> Result<Venv, Finding> {
    let version = version(python, spawn)?;
    let name = format!("venv-{}", key(&version, requirements).short());
    let io = |error: std::io::Error| {
        Finding::error("venv::cache", format!("{cache} cannot be used: {error}"))
            .help("Make the cache directory writable, or skip the check with --no-verify.")
    };
    fs::create_dir_all(cache).map_err(io)?;
    let lock = File::create(cache.join(format!("{name}.lock"))).map_err(io)?;
    lock.lock().map_err(io)?;
    let dir = cache.join(&name);
    let bin = dir.join("bin");
    if dir.join(COMPLETE).exists() && bin.join("python").exists() {
        return Ok(Venv { bin, made: false });
    }
    if dir.exists() {
        // Left by a run that was cut off, or its interpreter is gone.
        fs::remove_dir_all(&dir).map_err(io)?;
    }
    make(python, &dir, spawn)?;
    install(&dir, requirements, io, spawn)?;
    File::create(dir.join(COMPLETE)).map_err(io)?;
    Ok(Venv { bin, made: true })
}

/// Everything that makes two environments different.
fn key(version: &str, requirements: &[(Utf8PathBuf, String)]) -> Digest {
    let mut hasher = blake3::Hasher::new();
    let texts = requirements
        .iter()
        .flat_map(|(name, text)| [name.as_str(), text]);
    for part in std::iter::once(version).chain(texts) {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    Digest(*hasher.finalize().as_bytes())
}

fn version(python: &str, spawn: Spawner<'_>) -> Result<String, Finding> {
    let help = "Install Python 3, or skip the check with --no-verify.";
    let words = [python, "-c", VERSION].map(str::to_owned);
    let (code, output) = spawn(&words).map_err(|finding| {
        let message = format!("{python} cannot be started: {}", finding.message);
        Finding::error("venv::no-python", message).help(help)
    })?;
    if code != 0 || !output.starts_with('3') {
        let message = format!("{python} is not Python 3: {}", tail(&output));
        return Err(Finding::error("venv::no-python", message).help(help));
    }
    Ok(output)
}

fn make(python: &str, dir: &Utf8Path, spawn: Spawner<'_>) -> Result<(), Finding> {
    let (code, output) = spawn(&[python, "-m", "venv", dir.as_str()].map(str::to_owned))?;
    if code == 0 {
        return Ok(());
    }
    if output.contains("ensurepip") || output.contains("No module named venv") {
        let message = format!("{python} cannot make virtual environments: a part of it is missing");
        return Err(Finding::error("venv::no-venv", message)
            .help("Install it (on Debian and Ubuntu: python3-venv), or use --no-verify."));
    }
    let message = format!("the virtual environment cannot be made: {}", tail(&output));
    Err(Finding::error("venv::failed", message).help("Try again, or use --no-verify."))
}

fn install(
    dir: &Utf8Path,
    requirements: &[(Utf8PathBuf, String)],
    io: impl Fn(std::io::Error) -> Finding,
    spawn: Spawner<'_>,
) -> Result<(), Finding> {
    let Some((first, _)) = requirements.first() else {
        return Ok(());
    };
    let texts = dir.join("requirements");
    for (name, text) in requirements {
        if name
            .components()
            .any(|part| !matches!(part, Utf8Component::Normal(_)))
        {
            let message = format!("the requirements file `{name}` lies outside of the workspace");
            return Err(Finding::error("venv::requirements", message)
                .help("Put the file below the workspace."));
        }
        let path = texts.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&texts)).map_err(&io)?;
        fs::write(&path, text).map_err(&io)?;
    }
    let python = dir.join("bin/python");
    let options = "-m pip install --disable-pip-version-check --no-input -q -r".split(' ');
    let words: Vec<String> = std::iter::once(python.as_str())
        .chain(options)
        .chain([texts.join(first).as_str()])
        .map(str::to_owned)
        .collect();
    let (code, output) = spawn(&words)?;
    if code == 0 {
        return Ok(());
    }
    if OFFLINE.iter().any(|words| output.contains(words)) {
        let message =
            format!("the packages of `{first}` cannot be fetched: the index is out of reach");
        return Err(Finding::error("venv::offline", message)
            .help("Connect to a network once, or skip the check with --no-verify."));
    }
    let message = format!(
        "the packages of `{first}` cannot be installed: {}",
        tail(&output)
    );
    Err(Finding::error("venv::install", message)
        .help("Correct the requirements, or use --no-verify."))
}

/// The last lines of a program's output.
fn tail(output: &str) -> String {
    let lines: Vec<&str> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines[lines.len().saturating_sub(QUOTED_LINES)..].join("\n")
}
