//! Whether a plan is a shipped one with other values. Knows no chunk.

use serde_yaml::{Mapping, Value};

/// The shipped plan that `text` is, its name and its parameters' defaults apart.
pub fn shipped_form<'s>(
    text: &str,
    shipped: impl Iterator<Item = (&'s str, &'s str)>,
) -> Option<&'s str> {
    let form = form(text)?;
    shipped
        .filter(|(_, text)| self::form(text).as_ref() == Some(&form))
        .map(|(name, _)| name)
        .next()
}

/// A plan without what differs from project to project.
fn form(text: &str) -> Option<Mapping> {
    let mut plan: Mapping = serde_yaml::from_str(text).ok()?;
    plan.shift_remove("name");
    plan.shift_remove("example");
    let params = plan.get_mut("params").and_then(Value::as_mapping_mut);
    for (_, declaration) in params.into_iter().flatten() {
        if let Some(declaration) = declaration.as_mapping_mut() {
            declaration.shift_remove("default");
        }
    }
    Some(plan)
}
