//! `codey update`: a project as this version of codey makes it, with other values for its parameters.

use super::super::args::UpdateArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use super::{add, run};
use crate::report::Fate;
use crate::session::{self, Growth};

pub(in crate::cli) fn update(args: &UpdateArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let set = super::assignments(&args.set)?;
    let options = run::options(&args.dir, &args.flags, ui)?;
    let grown = session::grow(&args.dir, &Growth::Update(set), &options.overrides)?;
    if !args.flags.dry_run && !args.flags.json && grown.notes.is_empty() {
        let preview = session::preview(&grown.opened, &options)?;
        let is_idle = |fate| matches!(fate, Fate::Cached | Fate::Depends);
        if grown.gone.is_empty() && preview.nodes.iter().all(|node| is_idle(node.fate)) {
            session::recorded::remember(&grown.opened, &args.dir)?;
            if !args.flags.quiet {
                ui.tell("nothing to do: the project is up to date\n");
            }
            return Ok(Exit::Done);
        }
    }
    add::carry_out(&grown, &args.dir, &args.flags, ui)
}
