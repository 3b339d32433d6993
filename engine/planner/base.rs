//! Which shipped plan a spec starts from, by a table.

use crate::spec::Spec;

/// The name of the shipped plan that makes projects of this kind and stack.
pub fn base_plan(spec: &Spec) -> &'static str {
    let rows = || {
        include_str!("data/plans.txt")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                Some((words.next()?, words.next()?, words.next()?))
            })
    };
    rows()
        .find(|(kind, stack, _)| *kind == spec.kind && *stack == spec.stack)
        .or_else(|| rows().next())
        .map_or("", |(_, _, plan)| plan)
}
