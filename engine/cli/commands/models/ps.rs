//! `codey models ps`: the model workers of this user that run now.

use serde_json::json;

use super::super::super::error::CommandError;
use super::super::super::exit::Exit;
use super::super::super::ui::Ui;
use crate::proc;
use crate::report::{size, visible};

/// The first argument of a worker's process.
const WORKER: &str = "__model-worker";

pub(super) fn ps(as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let Some(workers) = proc::running(WORKER, ".gguf") else {
        return Err(CommandError::new(
            Exit::Refused,
            "this system does not show its processes",
            "codey reads them from `/proc`",
        ));
    };
    for worker in &workers {
        let file = worker
            .mapped
            .as_ref()
            .map(|path| path.display().to_string());
        let text = if as_json {
            json!({ "pid": worker.pid, "rss_kib": worker.rss_kib, "file": file }).to_string()
        } else {
            let memory = size(worker.rss_kib * 1024);
            let file = file.unwrap_or_default();
            format!("{:>8} {memory:>10}  {}", worker.pid, visible(&file))
        };
        ui.print(&format!("{text}\n"))?;
    }
    if workers.is_empty() && !as_json {
        ui.tell("no model worker runs\n");
    }
    Ok(Exit::Done)
}
