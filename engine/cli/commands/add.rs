//! `codey add`: an entity, a field or a feature more, in a project that codey made.

use std::fmt::Write as _;

use camino::Utf8Path;

use super::super::args::{AddArgs, Addition, RunFlags};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use super::run;
use crate::report::{Fate, Preview, visible};
use crate::session::{self, Cleared, Grown, Growth};

pub(in crate::cli) fn add(args: &AddArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let options = run::options(&args.dir, &args.flags, ui)?;
    let grown = session::grow(&args.dir, &growth(args)?, &options.overrides)?;
    carry_out(&grown, &args.dir, &args.flags, ui)
}

fn growth(args: &AddArgs) -> Result<Growth, CommandError> {
    let wrong = |example: &str| {
        let message = format!(
            "`codey add` takes {} words here",
            if args.kind == Addition::Field { 2 } else { 1 }
        );
        CommandError::usage(message, format!("write `codey add {example}`"))
    };
    Ok(match (args.kind, args.what.as_slice()) {
        (Addition::Entity, [entity]) => Growth::Entity(entity.clone()),
        (Addition::Field, [entity, field]) => Growth::Field {
            entity: entity.clone(),
            field: field.clone(),
        },
        (Addition::Feature, [feature]) => Growth::Feature(feature.clone()),
        (Addition::Entity, _) => return Err(wrong("entity 'review: text! rating:1..5'")),
        (Addition::Field, _) => return Err(wrong("field recipe 'servings:int(1..)'")),
        (Addition::Feature, _) => return Err(wrong("feature dashboard")),
    })
}

/// Shows or runs what a project becomes.
pub(super) fn carry_out(
    grown: &Grown,
    dir: &Utf8Path,
    flags: &RunFlags,
    ui: &Ui,
) -> Result<Exit, CommandError> {
    if flags.ours && grown.owns {
        return Err(CommandError::new(
            Exit::Refused,
            "with `--ours` files that know nothing of accounts would stay, and show everybody's rows to everybody",
            "merge by hand what `codey add feature auth` finds in the way, or take codey's version with `--theirs`",
        ));
    }
    for note in &grown.notes {
        ui.tell(&format!("note: {}\n", visible(note)));
    }
    if flags.dry_run {
        let preview = session::preview(&grown.opened, &run::options(dir, flags, ui)?)?;
        ui.print(&changes(grown, &preview))?;
        return Ok(Exit::Done);
    }
    let exit = run::execute(&grown.opened, dir, flags, ui)?;
    if exit == Exit::Done {
        let cleared = session::clear(dir, &grown.gone)?;
        if !flags.json && !flags.quiet {
            ui.tell(&after(grown, &cleared));
        }
    }
    Ok(exit)
}

/// What a run would do to the project, a file a line, and the migration.
fn changes(grown: &Grown, preview: &Preview) -> String {
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    for node in &preview.nodes {
        if matches!(node.fate, Fate::Cached | Fate::Depends) || node.reason == session::SAME_TEXT {
            continue;
        }
        let files: Vec<&str> = node.outputs.iter().map(|path| path.as_str()).collect();
        let _ = match (node.fate, node.reason.as_str()) {
            _ if files.is_empty() => writeln!(text, "{:<9}{}", "run", node.id),
            (Fate::Conflict, reason) => writeln!(text, "{:<9}{}", "conflict", visible(reason)),
            (_, "new") => writeln!(text, "{:<9}{}", "add", files.join(", ")),
            (_, reason) => writeln!(
                text,
                "{:<9}{} ({})",
                "change",
                files.join(", "),
                visible(reason)
            ),
        };
    }
    for gone in &grown.gone {
        let _ = writeln!(text, "{:<9}{} (unless it was edited)", "delete", gone.path);
    }
    if text.is_empty() {
        text.push_str("nothing to do\n");
    }
    if let Some(migration) = &grown.migration {
        let _ = writeln!(text, "\nmigration {}", migration.path);
        for line in migration.text.lines() {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
    }
    text
}

/// What to know after the run.
fn after(grown: &Grown, cleared: &Cleared) -> String {
    let mut text = String::new();
    if let Some(migration) = &grown.migration {
        let _ = writeln!(
            text,
            "\n{} changes the database when the application starts next",
            migration.path
        );
    }
    for (files, what) in [
        (
            &cleared.deleted,
            "deleted, since the project has no use for them any more",
        ),
        (
            &cleared.left,
            "edited by hand and left, though the project has no use for them any more",
        ),
    ] {
        if !files.is_empty() {
            let files: Vec<&str> = files.iter().map(|path| path.as_str()).collect();
            let _ = writeln!(text, "{what}: {}", files.join(", "));
        }
    }
    text
}
