//! Nodes that make, write, copy and delete files, and the account of what any node left.

use camino::{Utf8Path, Utf8PathBuf};

use super::{Bench, Job, Outcome};
use crate::event::{Artifact, Change, State};
use crate::validate;
use crate::workspace::{Durability, WorkspaceError};

pub(super) fn mkdir(paths: &[Utf8PathBuf], bench: &Bench<'_>) -> Outcome {
    let mut made = 0;
    for path in paths {
        match bench.workspace.mkdir_all(path) {
            Ok(new) => made += usize::from(new),
            Err(error) => return error.into(),
        }
    }
    Outcome::done(format!("{made} made"))
}

pub(super) fn delete(paths: &[Utf8PathBuf], bench: &Bench<'_>) -> Outcome {
    let mut outcome = Outcome::done("");
    for path in paths {
        match bench.workspace.remove_file(path) {
            Ok(false) => {}
            Ok(true) => outcome.artifacts.push(Artifact {
                path: path.clone(),
                digest: None,
                bytes: 0,
                change: Change::Deleted,
            }),
            Err(error) => return error.into(),
        }
    }
    outcome.detail = format!("{} deleted", outcome.artifacts.len());
    outcome
}

pub(super) fn copy(from: &Utf8Path, to: &Utf8Path, bench: &Bench<'_>) -> Outcome {
    match bench.workspace.copy(from, to, Durability::Cached) {
        Ok(_) => Outcome::done(""),
        Err(error) => error.into(),
    }
}

/// Writes a text that is known beforehand, once its syntax was checked.
pub(super) fn put(path: &Utf8Path, job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    let Some(content) = &job.content else {
        return Outcome::failed("there is no text to write");
    };
    if let Some(bytes) = &content.write {
        // What the user wrote is the user's: only codey's own text has to pass.
        if let (Ok(text), true) = (std::str::from_utf8(bytes), content.change != Change::Merged) {
            let findings = validate::syntax(path, text);
            if !findings.is_empty() {
                return Outcome::findings(&findings);
            }
        }
        let written = if content.change == Change::Created {
            bench.workspace.create_file(path, bytes, Durability::Cached)
        } else {
            bench.workspace.write(path, bytes, Durability::Cached)
        };
        if let Err(error) = written {
            return error.into();
        }
    }
    let change = content.change;
    let artifact = Artifact {
        path: path.to_owned(),
        digest: None,
        bytes: 0,
        change,
    };
    Outcome {
        artifacts: vec![artifact],
        ..Outcome::done("")
    }
}

/// The text of a file that must be there.
pub(super) fn text(path: &Utf8Path, bench: &Bench<'_>) -> Result<String, Outcome> {
    let bytes = bench.workspace.read(path).map_err(Outcome::from)?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| Outcome::failed(format!("`{path}` is no readable text file")))
}

/// Adds what the node's outputs are now; a promised file that is missing is a failure.
pub(super) fn account(outcome: Outcome, job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    if outcome.state != State::Done {
        return outcome;
    }
    let mut artifacts = Vec::with_capacity(job.node.outputs.len());
    for path in &job.node.outputs {
        let known = outcome
            .artifacts
            .iter()
            .find(|artifact| artifact.path == *path);
        let change = known.map_or(Change::Created, |artifact| artifact.change);
        match look(path, change, bench) {
            Ok(Some(artifact)) => artifacts.push(artifact),
            Ok(None) => {
                return Outcome::failed(format!(
                    "`{path}` was promised as an output and is missing"
                ));
            }
            Err(error) => return error.into(),
        }
    }
    artifacts.extend(
        outcome
            .artifacts
            .iter()
            .filter(|a| a.change == Change::Deleted)
            .cloned(),
    );
    Outcome {
        artifacts,
        ..outcome
    }
}

fn look(
    path: &Utf8Path,
    change: Change,
    bench: &Bench<'_>,
) -> Result<Option<Artifact>, WorkspaceError> {
    let Some(stat) = bench.workspace.stat(path)? else {
        return Ok(None);
    };
    let digest = if stat.is_dir {
        None
    } else {
        bench.workspace.digest(path)?
    };
    let bytes = if stat.is_dir { 0 } else { stat.bytes };
    Ok(Some(Artifact {
        path: path.to_owned(),
        digest,
        bytes,
        change,
    }))
}
