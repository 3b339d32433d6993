//! `codey explain`: why a node would run and what is in its cache key.

use std::fmt::Write as _;

use super::super::args::ExplainArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::runtime::Models;
use super::super::ui::Ui;
use crate::diagnostic::did_you_mean;
use crate::session;

pub(in crate::cli) fn explain(args: &ExplainArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = super::open(&args.target, ui)?;
    let mut options = session::Options {
        by: args.who.by(),
        ..super::options(&args.target.dir, ui)?
    };
    Models::find(&opened, &mut options, &args.who, true, ui)?;
    let Some(explanation) = session::explain(&opened, &options, &args.node)? else {
        let ids = opened.plan.nodes.iter().map(|node| node.id.as_str());
        let help = did_you_mean(&args.node, ids).map_or_else(
            || "`codey plan` lists the nodes".to_owned(),
            |id| format!("did you mean `{id}`?"),
        );
        return Err(CommandError::usage(
            format!("the plan has no node `{}`", args.node),
            help,
        ));
    };
    let mut text = format!(
        "{} {}: {}\n\n",
        explanation.id, explanation.fate, explanation.reason
    );
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "key {}", explanation.key);
    let indented = |line: &String| format!("  {line}\n");
    text.extend(explanation.manifest.iter().map(indented));
    if !explanation.difference.is_empty() {
        text.push_str("\nchanged since the last result\n");
        text.extend(explanation.difference.iter().map(indented));
    }
    ui.print(&text)?;
    Ok(Exit::Done)
}
