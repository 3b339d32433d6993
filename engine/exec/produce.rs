//! Files that a model writes: generation, the cap, the syntax check. Knows no backend and no prompt file.

use super::{Bench, Job, Outcome};
use crate::event::{Artifact, Change, State};
use crate::model::{Request, Stop};
use crate::plan::Produce;
use crate::validate;
use crate::workspace::Durability;

pub(super) fn by_model(
    produce: &Produce,
    job: &Job<'_>,
    bench: &Bench<'_>,
    progress: &mut dyn FnMut(&str),
) -> Outcome {
    let Some(runtime) = bench.runtime else {
        return Outcome::ended(State::Denied, "there is no model to run");
    };
    let request = Request {
        model: &produce.model,
        prompt: &job.prompt,
        max_tokens: produce.max_tokens,
    };
    let mut tokens = 0_u32;
    let mut on_text = |_: &str| {
        tokens += 1;
        progress(&format!("{tokens}/{} tokens", produce.max_tokens));
        !bench.cancel.is_cancelled()
    };
    let mut runtime = runtime
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let generation = match runtime.generate(&request, &mut on_text) {
        Ok(generation) => generation,
        Err(reason) => return Outcome::failed(reason),
    };
    match generation.stop {
        Stop::Cancelled => return Outcome::ended(State::Cancelled, "ended by the user"),
        Stop::Limit => {
            let detail = format!("unfinished at its limit of {} tokens", produce.max_tokens);
            return Outcome::ended(State::Truncated, detail);
        }
        Stop::End => {}
    }
    let findings = validate::syntax(&produce.path, &generation.text);
    if !findings.is_empty() {
        return Outcome::findings(&findings);
    }
    let written = bench.workspace.write(
        &produce.path,
        generation.text.as_bytes(),
        Durability::Cached,
    );
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
