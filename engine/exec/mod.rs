//! One attempt of one node: from its job to what it left. Knows neither graph, cache nor journal.

mod answer;
mod check;
mod files;
mod job;
mod judge;
mod page;
mod produce;
mod program;

pub use check::environment;
pub use job::{Bench, Content, Job, Outcome};

use crate::plan::{Action, CheckAction, GitAction, SqliteAction};
use crate::tool::{Git, Sqlite};

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
        Action::Sqlite(action) => sqlite(action, bench),
        Action::Check(CheckAction::Builtin(names)) => check::builtin(names, job, bench),
        Action::Check(CheckAction::Command { argv, cwd, venv }) => {
            check::command(argv, cwd.as_deref(), venv.as_deref(), job, bench, progress)
        }
    };
    files::account(outcome, job, bench)
}

fn git(action: &GitAction, job: &Job<'_>, bench: &Bench<'_>) -> Outcome {
    let git = Git::new(bench.workspace);
    if job.after_kill {
        git.unlock();
    }
    Outcome::of_tool(match action {
        GitAction::Init => git.init(),
        GitAction::Add => git.stage(&job.own_files),
        GitAction::Commit { message } => git.commit(&job.own_files, message),
    })
}

fn sqlite(action: &SqliteAction, bench: &Bench<'_>) -> Outcome {
    let sqlite = Sqlite::new(bench.workspace);
    match action {
        SqliteAction::Create { database, schema } => match files::text(schema, bench) {
            Ok(schema) => Outcome::of_tool(sqlite.create(database, &schema)),
            Err(outcome) => outcome,
        },
        SqliteAction::Query { database, sql } => Outcome::of_tool(sqlite.query(database, sql)),
    }
}
