//! Check nodes: the built-in checks over the files before them, and programs that must exit 0.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::{Bench, Job, Outcome, files, program};
use crate::diagnostic::{Finding, Severity};
use crate::proc::{self, End, Spawn};
use crate::validate;
use crate::workspace::WorkspaceError;

/// The interpreter a virtual environment is made with.
const PYTHON: &str = "python3";

/// Runs the named built-in checks over the text files that earlier nodes left.
pub(super) fn builtin(names: &[String], job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    let mut files = Vec::new();
    for path in &job.own_files {
        match text_file(path, bench) {
            Ok(Some(text)) => files.push((path.clone(), text)),
            Ok(None) => {}
            Err(error) => return error.into(),
        }
    }
    let mut findings: Vec<Finding> = Vec::new();
    for name in names {
        findings.extend(match name.as_str() {
            "syntax" => files
                .iter()
                .flat_map(|(path, text)| validate::syntax(path, text))
                .collect(),
            "links" => validate::links(&files, bench.stack),
            _ => match (bench.contract, bench.stack) {
                (Some(contract), Some(stack)) => validate::contract(contract, stack, &files),
                _ => vec![no_contract()],
            },
        });
    }
    findings.retain(|finding| finding.severity == Severity::Error);
    if findings.is_empty() {
        Outcome::done(format!("{}: {} files", names.join(", "), files.len()))
    } else {
        Outcome::findings(&findings)
    }
}

/// The text of a regular file; nothing for folders, binary files and what is not there.
fn text_file(path: &Utf8Path, bench: &Bench<'_>) -> Result<Option<String>, WorkspaceError> {
    if !bench.workspace.stat(path)?.is_some_and(|stat| stat.is_file) {
        return Ok(None);
    }
    Ok(bench
        .workspace
        .read(path)?
        .and_then(|bytes| String::from_utf8(bytes).ok()))
}

fn no_contract() -> Finding {
    Finding::error(
        "check::no-contract",
        "the `contract` check needs a plan with a `spec`",
    )
    .help("add a `spec` block to the plan or leave `contract` out of the check")
}

/// Runs a program that must exit 0, in a virtual environment where the plan names one.
pub(super) fn command(
    argv: &[String],
    cwd: Option<&Utf8Path>,
    venv: Option<&Utf8Path>,
    job: &Job<'_>,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Outcome {
    // A check leaves nothing behind but its verdict: no bytecode beside the user's sources.
    let mut env = vec![("PYTHONDONTWRITEBYTECODE".to_owned(), "1".to_owned())];
    let mut argv = argv.to_vec();
    if let Some(requirements) = venv {
        let timeout = job.timeout(program::DEFAULT_TIMEOUT);
        let bin = match environment(requirements, timeout, bench, progress) {
            Ok(bin) => bin,
            Err(outcome) => return outcome,
        };
        if matches!(argv[0].as_str(), "python" | "python3") {
            argv[0] = bin.join("python").into_string();
        }
        env.push((
            "VIRTUAL_ENV".to_owned(),
            bin.parent().unwrap_or(&bin).to_string(),
        ));
    }
    program::run(&argv, cwd, &env, job, bench, progress)
}

/// The folder of the programs of the virtual environment for a requirements file of the workspace, made where
/// it is not there yet.
pub fn environment(
    requirements: &Utf8Path,
    timeout: Duration,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Utf8PathBuf, Outcome> {
    let files = requirement_files(requirements, bench)?;
    make_venv(&files, timeout, bench, progress)
}

/// The requirements file and those that it includes, each with its text.
fn requirement_files(
    first: &Utf8Path,
    bench: &Bench<'_>,
) -> Result<Vec<(Utf8PathBuf, String)>, Outcome> {
    let mut files: Vec<(Utf8PathBuf, String)> = Vec::new();
    let mut next = vec![first.to_owned()];
    while let Some(path) = next.pop() {
        if files.iter().any(|(known, _)| *known == path) {
            continue;
        }
        let text = files::text(&path, bench)?;
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        next.extend(
            validate::included(&text)
                .iter()
                .map(|name| folder.join(name)),
        );
        files.push((path, text));
    }
    Ok(files)
}

fn make_venv(
    files: &[(Utf8PathBuf, String)],
    timeout: Duration,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Utf8PathBuf, Outcome> {
    let mut cancelled = false;
    let mut spawn = |argv: &[String]| {
        let cwd = bench.workspace.root().as_std_path();
        let spawn = Spawn {
            argv,
            cwd,
            env: bench.install_env,
            timeout: Some(timeout),
        };
        let ended = proc::run(&spawn, bench.cancel, progress).map_err(|error| error.finding())?;
        cancelled |= ended.end == End::Cancelled;
        let code = if let End::Exit(code) = ended.end {
            code
        } else {
            -1
        };
        Ok((code, ended.output.text))
    };
    validate::ensure(bench.cache_dir, PYTHON, files, &mut spawn)
        .map(|venv| venv.bin)
        .map_err(|finding| {
            if cancelled {
                Outcome::ended(crate::event::State::Cancelled, "ended by the user")
            } else {
                Outcome::findings(&[finding])
            }
        })
}
