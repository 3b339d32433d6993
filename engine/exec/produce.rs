//! Files that a model writes: generation, the cap, the syntax check. Knows no backend and no prompt file.

use std::time::Duration;

use super::{Bench, Job, Outcome};
use crate::event::{Artifact, Change, State};
use crate::model::{Ask, Sampling, Slice, Step, Stop};
use crate::plan::Produce;
use crate::validate;
use crate::workspace::Durability;

/// Longest time of a model without progress.
const STALL: Duration = Duration::from_secs(300);

pub(super) fn by_model(
    produce: &Produce,
    job: &Job<'_>,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Outcome {
    let Some(runtime) = bench.runtime else {
        return Outcome::ended(State::Denied, "there is no model to run");
    };
    let mut text = String::new();
    let mut on_step = |step: Step<'_>| {
        if let Step::Text {
            text: piece,
            tokens,
        } = step
        {
            text.push_str(piece);
            progress(&format!("{tokens}/{} tokens", produce.max_tokens));
        }
        !bench.cancel.is_cancelled()
    };
    let slice = Slice {
        ask: Ask::Answer,
        max_tokens: produce.max_tokens,
        stop: &[],
        grammar: None,
        sampling: &Sampling::default(),
        stall: STALL,
    };
    let made = runtime
        .open(&produce.model, &job.prompt)
        .and_then(|mut talk| talk.slice(&slice, &mut on_step));
    let generation = match made {
        Ok(generation) => generation,
        Err(error) => return Outcome::failed(error.to_string()),
    };
    match generation.stop {
        Stop::Cancelled => return Outcome::ended(State::Cancelled, "ended by the user"),
        Stop::Limit => {
            let detail = format!("unfinished at its limit of {} tokens", produce.max_tokens);
            return Outcome::ended(State::Truncated, detail);
        }
        Stop::End => {}
    }
    let findings = validate::syntax(&produce.path, &text);
    if !findings.is_empty() {
        return Outcome::findings(&findings);
    }
    let written = bench
        .workspace
        .write(&produce.path, text.as_bytes(), Durability::Cached);
    if let Err(error) = written {
        return error.into();
    }
    let change = Change::Created;
    let artifact = Artifact {
        path: produce.path.clone(),
        digest: None,
        bytes: 0,
        change,
    };
    let detail = format!("{} tokens", generation.tokens);
    Outcome {
        artifacts: vec![artifact],
        ..Outcome::done(detail)
    }
}
