//! Reads what a worker says, on a thread of its own. Knows the order of messages, not what they lead to.

use std::io::BufReader;
use std::process::ChildStdout;

use super::super::wire::{self, FrameError, FromWorker, VERSION};
use super::worker::Worker;

/// Hears a worker until its process is gone.
pub(super) fn listen(worker: &Worker, output: ChildStdout) {
    let foreign = hear(worker, &mut BufReader::new(output)).err();
    worker.bury(foreign);
}

/// Passes messages on until the worker closes its output or has nothing more to say; an error says what came that is no message.
fn hear(worker: &Worker, output: &mut BufReader<ChildStdout>) -> Result<(), String> {
    let Some(first) = next(output)? else {
        return Ok(());
    };
    match first {
        FromWorker::Hello(VERSION) => {}
        FromWorker::Hello(other) => {
            return Err(format!(
                "messages of version {other}, where this codey speaks version {VERSION}"
            ));
        }
        _ => return Err("a message before its greeting".to_owned()),
    }
    while let Some(message) = next(output)? {
        let is_last = matches!(message, FromWorker::Unusable(_));
        worker.take(message)?;
        if is_last {
            break;
        }
    }
    Ok(())
}

fn next(output: &mut BufReader<ChildStdout>) -> Result<Option<FromWorker>, String> {
    match wire::read(output) {
        Ok(message) => Ok(Some(message)),
        // Whoever dies in the middle of a message has sent nothing wrong.
        Err(FrameError::Closed | FrameError::Io(_)) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}
