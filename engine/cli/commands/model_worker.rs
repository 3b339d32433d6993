//! `codey __model-worker`: the child that runs a model. Its standard output holds messages and nothing else.

use std::io;

use super::super::error::CommandError;
use super::super::exit::Exit;
use crate::model::{self, WorkerError};

pub(in crate::cli) fn model_worker() -> Result<Exit, CommandError> {
    model::serve(io::stdin(), io::stdout().lock()).map_err(|error| {
        let exit = match error {
            WorkerError::Unusable(_) => Exit::Model,
            WorkerError::Foreign(_) | WorkerError::Order(_) => Exit::Usage,
            WorkerError::Gone(_) | WorkerError::Shield(_) => Exit::Failed,
            WorkerError::Thread(_) => Exit::Resources,
        };
        CommandError::new(
            exit,
            error.to_string(),
            "codey starts its workers itself; see `codey run --help`",
        )
    })?;
    Ok(Exit::Done)
}
