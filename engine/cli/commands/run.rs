//! `codey run`: plan, run and check.

use std::io::Write;

use super::super::args::RunArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::signals::Listener;
use super::super::ui::Ui;
use crate::event::Outcome;
use crate::plan::{Action, By, Node};
use crate::report::{self, Bars, JsonLines, Lines, Producers, Quiet, Reporter};
use crate::session::{self, Edits, Opened, Options};

pub(in crate::cli) fn run(args: &RunArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = super::open(&args.target, ui)?;
    let options = options(args, &opened, ui)?;
    if args.dry_run {
        let preview = session::preview(&opened, &options)?;
        ui.print(&report::render_tree(&preview, false, ui.out()))?;
        return Ok(Exit::Done);
    }
    let listener = Listener::new();
    let mut reporter = reporter(args, &opened, ui);
    let summary = session::run(&opened, &options, None, &mut *reporter, &|inputs| {
        listener.listen(inputs);
    })?;
    Ok(match summary.outcome {
        Outcome::Done | Outcome::UpToDate => Exit::Done,
        Outcome::Failed => Exit::Failed,
        Outcome::Refused => Exit::Refused,
        Outcome::Interrupted => listener.exit(),
    })
}

fn options(args: &RunArgs, opened: &Opened, ui: &Ui) -> Result<Options, CommandError> {
    let usual = super::options(opened, &args.target.dir, ui)?;
    Ok(Options {
        jobs: args.jobs.unwrap_or(usual.jobs),
        keep_going: args.keep_going,
        verify: !args.no_verify,
        edits: match (args.ours, args.theirs) {
            (true, _) => Edits::Ours,
            (_, true) => Edits::Theirs,
            _ => Edits::Merge,
        },
        ..usual
    })
}

fn reporter(args: &RunArgs, opened: &Opened, ui: &Ui) -> Box<dyn Reporter> {
    let err = || Box::new(std::io::stderr()) as Box<dyn Write + Send>;
    let next = next_steps(args, opened);
    if args.json {
        Box::new(JsonLines::new(Box::new(std::io::stdout())))
    } else if args.quiet {
        Box::new(Quiet::new(err(), ui.err()))
    } else if ui.bars {
        Box::new(Bars::new(producers(opened), next, ui.err()))
    } else {
        Box::new(Lines::new(err(), producers(opened), next, ui.err()))
    }
}

/// The word for what makes each node's outputs; a tool goes by its chunk type.
fn producers(opened: &Opened) -> Producers {
    let word = |node: &Node| match &node.action {
        Action::Produce(produce) if produce.by != By::Model && produce.template.is_some() => {
            "template"
        }
        Action::Produce(_) => "model",
        Action::Check(_) => "check",
        _ => "",
    };
    opened.plan.nodes.iter().map(word).collect()
}

/// How to start what was made.
fn next_steps(args: &RunArgs, opened: &Opened) -> Vec<String> {
    let Some(stack) = &opened.stack else {
        return Vec::new();
    };
    let enter = (args.target.dir != ".")
        .then(|| format!("cd {}", shell_words::quote(args.target.dir.as_str())));
    enter
        .into_iter()
        .chain(stack.start.iter().cloned())
        .collect()
}
