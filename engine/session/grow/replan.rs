//! The recorded plan as this version of codey ships it. Knows values, not what they mean.

use serde_json::Value;

use super::super::recorded::Recording;
use super::super::target::Opened;
use crate::assets;
use crate::plan::{self, LoadOptions};
use crate::planner;

/// The recording with the shipped plan that it was made from, as it is now; a plan that somebody wrote or
/// changed stays as it is.
pub(super) fn renewed(recorded: &Recording, old: &Opened, notes: &mut Vec<String>) -> Recording {
    let Some(name) = &recorded.made.plan else {
        return recorded.clone();
    };
    let Some(shipped) = assets::plan(name) else {
        notes.push(format!(
            "this version of codey has no plan `{name}` any more: the recorded one stays as it is"
        ));
        return recorded.clone();
    };
    let Some(usual) = defaults(name, shipped) else {
        return recorded.clone();
    };
    let params = &old.plan.params;
    for name in params.keys().filter(|name| !usual.contains_key(*name)) {
        notes.push(format!(
            "the plan has no parameter `{name}` any more: its value is left out"
        ));
    }
    let own = |(name, usual): (&String, &Value)| {
        let value = params.get(name).filter(|value| *value != usual)?;
        Some((name.clone(), value.clone()))
    };
    let values: Vec<(String, Value)> = usual.iter().filter_map(own).collect();
    let mut made = recorded.made.clone();
    made.set.clear();
    let mut recording = Recording {
        made,
        text: planner::renewed(shipped, &recorded.text, &old.plan.name),
    };
    recording.set(&values);
    recording
}

/// The values of a shipped plan's parameters when none is set.
fn defaults(name: &str, text: &str) -> Option<serde_json::Map<String, Value>> {
    let options = LoadOptions {
        set: Vec::new(),
        shipped: assets::plan,
    };
    plan::load_text(name, text, &options)
        .plan
        .map(|plan| plan.params)
}
