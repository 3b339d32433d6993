//! One attempt of one node: from its job to what it left. Knows neither graph, cache nor journal.

mod check;
mod files;
mod job;
mod produce;
mod program;

pub use job::{Bench, Content, Job, Outcome};

use crate::plan::{Action, CheckAction, GitAction, SqliteAction};
use crate::tool;

/// Runs one attempt of `job`; `progress` hears what a running program has to show.
///
/// A job is done only when everything it promises to leave is there.
pub fn attempt(job: &Job<'_>, bench: &Bench<'_>, progress: &mut dyn FnMut(&str)) -> Outcome {
    let outcome = match &job.node.action {
        Action::Mkdir(paths) => files::mkdir(paths, bench),
        Action::Delete(paths) => files::delete(paths, bench),
        Action::Copy { from, to } => files::copy(from, to, bench),
        Action::Write { path, .. } => files::put(path, job, bench),
        Action::Produce(produce) => match &job.content {
            Some(_) => files::put(&produce.path, job, bench),
            None => produce::by_model(produce, job, bench, progress),
        },
        Action::Run { argv, cwd, env } => {
            program::run(argv, cwd.as_deref(), env, job, bench, progress)
        }
        Action::Git(action) => git(action, job, bench),
        Action::Sqlite(action) => sqlite(action, job, bench),
        Action::Check(CheckAction::Builtin(names)) => check::builtin(names, job, bench),
        Action::Check(CheckAction::Command { argv, cwd, venv }) => {
            check::command(argv, cwd.as_deref(), venv.as_deref(), job, bench, progress)
        }
    };
    files::account(outcome, job, bench)
}

fn git(action: &GitAction, job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    let root = bench.workspace.root();
    let report = match action {
        GitAction::Init => tool::git::init(root),
        GitAction::Add => tool::git::add(root, &job.own_files),
        GitAction::Commit { message } => tool::git::commit(root, &job.own_files, message),
    };
    Outcome::of_tool(report)
}

fn sqlite(action: &SqliteAction, job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    let timeout = job.timeout(program::DEFAULT_TIMEOUT);
    let report = match action {
        SqliteAction::Create { database, schema } => {
            tool::sqlite::create(bench.workspace, database, schema)
        }
        SqliteAction::Query { database, sql } => {
            tool::sqlite::query(bench.workspace, database, sql, timeout)
        }
    };
    Outcome::of_tool(report)
}
