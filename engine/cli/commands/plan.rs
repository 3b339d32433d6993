//! `codey plan`: the dry run, the plan file of a request, the contract.

use camino::Utf8Path;

use super::super::args::{Format, PlanArgs};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::runtime::Models;
use super::super::ui::Ui;
use crate::report;
use crate::session::{self, Opened};
use crate::workspace::{Durability, Workspace};

pub(in crate::cli) fn plan(args: &PlanArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = super::open(&args.target, ui)?;
    if args.contract {
        return contract(&opened, ui);
    }
    if let Some(output) = &args.output {
        return write(&opened, output, ui);
    }
    let mut options = session::Options {
        by: args.who.by(),
        ..super::options(&args.target.dir, ui)?
    };
    Models::find(&opened, &mut options, &args.who, true, ui)?;
    super::tell_templates(&opened, &options, ui);
    let preview = session::preview(&opened, &options)?;
    ui.print(&match args.format {
        Format::Tree => report::render_tree(&preview, args.full, ui.out()),
        Format::Json => report::render_json(&preview),
        Format::Dot => report::render_dot(&preview),
        Format::Mermaid => report::render_mermaid(&preview),
        Format::Svg => report::render_svg(&preview),
    })?;
    Ok(Exit::Done)
}

fn contract(opened: &Opened, ui: &Ui) -> Result<Exit, CommandError> {
    let contract = opened.contract.as_ref().ok_or_else(|| {
        CommandError::usage(
            "this plan describes no application",
            "a contract follows from a `spec` block",
        )
    })?;
    let json = serde_json::to_string_pretty(contract)
        .map_err(|error| CommandError::new(Exit::Failed, error.to_string(), ""))?;
    ui.print(&format!("{json}\n"))?;
    Ok(Exit::Done)
}

/// Writes the plan of a request; a file that is there already stays.
fn write(opened: &Opened, output: &Utf8Path, ui: &Ui) -> Result<Exit, CommandError> {
    let request = opened.request.as_ref().ok_or_else(|| {
        CommandError::usage(
            "`--output` writes the plan of a request, and this is a plan",
            "copy the file",
        )
    })?;
    if output == "-" {
        ui.print(&request.plan)?;
        return Ok(Exit::Done);
    }
    let (dir, name) = match (output.parent(), output.file_name()) {
        (Some(dir), Some(name)) if dir != "" => (dir, name),
        _ => (Utf8Path::new("."), output.as_str()),
    };
    let workspace = Workspace::create(dir)?;
    let name = Utf8Path::new(name);
    if workspace
        .read(name)?
        .is_some_and(|old| old != request.plan.as_bytes())
    {
        return Err(CommandError::new(
            Exit::Refused,
            format!("`{output}` is there already with another text"),
            "name another file, or move this one away",
        ));
    }
    workspace.write(name, request.plan.as_bytes(), Durability::Synced)?;
    ui.tell(&format!(
        "wrote {output}; run it with `codey run {}`\n",
        shell_words::quote(output.as_str())
    ));
    Ok(Exit::Done)
}
