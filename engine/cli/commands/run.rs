//! `codey run`: plan, run and check.

use std::io::Write;

use camino::Utf8Path;

use super::super::args::{RunArgs, RunFlags};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::runtime::Models;
use super::super::signals::Listener;
use super::super::ui::Ui;
use crate::event::Outcome;
use crate::report::{self, Bars, JsonLines, Lines, Producers, Quiet, Reporter};
use crate::session::{self, Edits, Opened, Options};

pub(in crate::cli) fn run(args: &RunArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = super::open(&args.target, ui)?;
    if args.flags.dry_run {
        let mut options = options(&args.target.dir, &args.flags, ui)?;
        Models::find(&opened, &mut options, &args.flags.who, true, ui)?;
        super::tell_templates(&opened, &options, ui);
        let preview = session::preview(&opened, &options)?;
        ui.print(&report::render_tree(&preview, false, ui.out()))?;
        return Ok(Exit::Done);
    }
    execute(&opened, &args.target.dir, &args.flags, ui)
}

/// Runs an opened plan and shows how it goes.
pub(super) fn execute(
    opened: &Opened,
    dir: &Utf8Path,
    flags: &RunFlags,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    let mut options = options(dir, flags, ui)?;
    super::tell_templates(opened, &options, ui);
    let models = Models::find(opened, &mut options, &flags.who, false, ui)?;
    let runtime = models.map(|models| models.runtime(&options)).transpose()?;
    let listener = Listener::new();
    let mut reporter = reporter(opened, &options, flags, ui);
    let summary = session::run(
        opened,
        &options,
        runtime.as_deref(),
        &mut *reporter,
        &|inputs| {
            listener.listen(inputs);
        },
    )?;
    Ok(match summary.outcome {
        Outcome::Done | Outcome::UpToDate => Exit::Done,
        Outcome::Failed => Exit::Failed,
        Outcome::Refused => Exit::Refused,
        Outcome::Interrupted => listener.exit(),
    })
}

pub(super) fn options(dir: &Utf8Path, flags: &RunFlags, ui: &Ui) -> Result<Options, CommandError> {
    let usual = super::options(dir, ui)?;
    Ok(Options {
        jobs: flags.jobs.unwrap_or(usual.jobs),
        by: flags.who.by(),
        keep_going: flags.keep_going,
        verify: !flags.no_verify,
        edits: match (flags.ours, flags.theirs) {
            (true, _) => Edits::Ours,
            (_, true) => Edits::Theirs,
            _ => Edits::Merge,
        },
        ..usual
    })
}

fn reporter(opened: &Opened, options: &Options, flags: &RunFlags, ui: &Ui) -> Box<dyn Reporter> {
    let err = || Box::new(std::io::stderr()) as Box<dyn Write + Send>;
    let next = next_steps(&options.dir, opened);
    if flags.json {
        Box::new(JsonLines::new(Box::new(std::io::stdout())))
    } else if flags.quiet {
        Box::new(Quiet::new(err(), ui.err()))
    } else if ui.bars {
        Box::new(Bars::new(producers(opened, options), next, ui.err()))
    } else {
        Box::new(Lines::new(
            err(),
            producers(opened, options),
            next,
            ui.err(),
        ))
    }
}

/// The word for what makes each node's outputs; a tool goes by its chunk type.
fn producers(opened: &Opened, options: &Options) -> Producers {
    session::producers(opened, options).into_iter().collect()
}

/// How to start what was made.
fn next_steps(dir: &Utf8Path, opened: &Opened) -> Vec<String> {
    let Some(stack) = &opened.stack else {
        return Vec::new();
    };
    let enter = (dir != ".").then(|| format!("cd {}", shell_words::quote(dir.as_str())));
    enter
        .into_iter()
        .chain(stack.start.iter().cloned())
        .collect()
}
