//! `codey schema`: the JSON Schema of plan files.

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use crate::plan;

pub(in crate::cli) fn schema(ui: &Ui) -> Result<Exit, CommandError> {
    ui.print(&format!("{:#}\n", plan::schema()))?;
    Ok(Exit::Done)
}
