//! Which shipped plan makes which kind of project on which stack, and with which features. Knows no chunk.

use crate::assets;
use crate::spec::Spec;

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

/// Names of the parameters that are on or off. Shipped plans write a parameter on a line, so that this costs
/// no reading of whole plans when a request comes in; a test holds it against the plans as they are read.
fn switches(plan: &'static str) -> impl Iterator<Item = &'static str> {
    let lines = plan.lines().skip_while(|line| *line != "params:").skip(1);
    let params = lines.take_while(|line| line.is_empty() || line.starts_with([' ', '#']));
    params.filter_map(|line| {
        let (name, declaration) = line.trim_start().split_once(':')?;
        let is_switch = declaration.contains("type: bool") || declaration.contains("type: boolean");
        is_switch.then_some(name)
    })
}
