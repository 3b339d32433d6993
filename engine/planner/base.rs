//! Which shipped plan makes which kind of project on which stack, and with which features. Knows no chunk.

use crate::assets;
use crate::spec::Spec;

/// The parameter that says where a project's continuous integration runs.
pub(super) const PROVIDER: &str = "provider";
/// The feature that makes it GitLab.
pub(super) const GITLAB: &str = "gitlab";

/// A kind of project that a shipped plan makes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The kind.
    pub kind: &'static str,
    /// The stack.
    pub stack: &'static str,
    /// The plan.
    pub plan: &'static str,
    /// Features that it has a switch for.
    pub features: Vec<&'static str>,
}

/// Every kind of project that can be made, the usual stack of a kind first.
pub fn made() -> Vec<Made> {
    let rows = include_str!("data/plans.txt").lines();
    rows.filter(|row| !row.starts_with('#'))
        .filter_map(|row| {
            let mut words = row.split_whitespace();
            let (kind, stack, plan) = (words.next()?, words.next()?, words.next()?);
            let features = switches(assets::plan(plan)?).collect();
            Some(Made {
                kind,
                stack,
                plan,
                features,
            })
        })
        .collect()
}

/// The name of the shipped plan that makes projects of this kind and stack.
pub fn base_plan(spec: &Spec) -> Option<&'static str> {
    let fits = |made: &Made| made.kind == spec.kind && made.stack == spec.stack;
    made().into_iter().find(fits).map(|made| made.plan)
}

/// Features of `spec` that the plan of its kind and stack has no switch for.
pub fn uncovered(spec: &Spec) -> Vec<&str> {
    let fits = |made: &Made| made.kind == spec.kind && made.stack == spec.stack;
    let Some(made) = made().into_iter().find(fits) else {
        return Vec::new();
    };
    let features = spec.features.iter().map(String::as_str);
    features
        .filter(|feature| !made.features.contains(feature))
        .collect()
}

/// Names of the parameters that are on or off. Shipped plans write a parameter on a line, so that this costs
/// no reading of whole plans when a request comes in; a test holds it against the plans as they are read.
fn switches(plan: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = plan.lines().skip_while(|line| *line != "params:").skip(1);
    let params = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    params.filter_map(|line| {
        let (name, declaration) = line.trim_start().split_once(':')?;
        match name {
            PROVIDER => Some(GITLAB),
            _ => declaration.contains("type: bool").then_some(name),
        }
    })
}
