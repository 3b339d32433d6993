//! What a shipped plan says of itself: its line, its parameters, an example; and copies of it for others to keep.
//! Knows the text of plans, not how one is checked.

use serde::Serialize;
use serde_json::Value as Json;
use serde_yaml::{Mapping, Value};

/// Plans that include each other are followed this far.
const MAX_INCLUDES: usize = 16;

/// A plan as it describes itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Described {
    /// Its name.
    pub name: String,
    /// One line: what it makes.
    pub about: String,
    /// The stack of what it makes, where it says so outright.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<String>,
    /// What a run may set, in the order of the plan.
    pub params: Vec<Param>,
    /// A command line that runs it.
    pub example: String,
}

/// A parameter of a plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value when none is set; null where it must be set or may stay empty.
    pub default: Json,
    /// The values that a choice allows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Json>,
    /// One line: what it is for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
}

/// Whether a file beside the shipped plans is one: the table of chunk types is none.
pub fn is_plan(text: &str) -> bool {
    text.lines().any(|line| line.starts_with("codey:"))
}

/// Describes the shipped plan `name` with this text; `shipped` gives the texts of the plans that it includes.
pub fn describe(
    name: &str,
    text: &str,
    shipped: &dyn Fn(&str) -> Option<&'static str>,
) -> Described {
    let plan = mapping(text);
    let mut params = Vec::new();
    let mut left = MAX_INCLUDES;
    collect(&plan, shipped, &mut left, &mut params);
    let example = word(&plan, "example");
    Described {
        name: name.to_owned(),
        about: word(&plan, "about"),
        stack: plan
            .get("spec")
            .and_then(|spec| spec.get("stack")?.as_str())
            .filter(|stack| !stack.contains("{{"))
            .map(str::to_owned),
        params,
        example: if example.is_empty() {
            format!("codey run {name} --dir {name}")
        } else {
            example
        },
    }
}

/// A copy of a shipped plan under another name, for somebody to keep and change.
pub fn copy_of(text: &str, shipped: &str, name: &str) -> String {
    let mut copy = format!(
        "# A copy of the plan `{shipped}` of codey {}. Change it as you like and keep it with the project.\n\
         # `codey schema > plan.schema.json` writes a schema with which editors complete and check it.\n",
        env!("CARGO_PKG_VERSION")
    );
    for line in text.lines() {
        // The schema lies beside the shipped plan, and the example names it.
        if line.starts_with("# yaml-language-server:") || line.starts_with("example:") {
            continue;
        }
        if line.starts_with("name:") {
            let own = Mapping::from_iter([(Value::from("name"), Value::from(name))]);
            copy.push_str(&serde_yaml::to_string(&own).unwrap_or_default());
            continue;
        }
        copy.push_str(line);
        copy.push('\n');
    }
    copy
}

/// Parameters of included plans come first, as they do when the plan is read.
fn collect(
    plan: &Mapping,
    shipped: &dyn Fn(&str) -> Option<&'static str>,
    left: &mut usize,
    params: &mut Vec<Param>,
) {
    let includes = plan.get("include").and_then(Value::as_sequence);
    for name in includes.into_iter().flatten().filter_map(Value::as_str) {
        if let (Some(text), 1..) = (shipped(name), *left) {
            *left -= 1;
            collect(&mapping(text), shipped, left, params);
        }
    }
    let declared = plan.get("params").and_then(Value::as_mapping);
    for (name, declaration) in declared.into_iter().flatten() {
        let Some(declaration) = declaration.as_mapping() else {
            continue;
        };
        let json = |key: &str| {
            let value = declaration.get(key);
            value.map_or(Json::Null, |value| {
                serde_json::to_value(value).unwrap_or_default()
            })
        };
        let choices = json("choices");
        params.push(Param {
            name: name.as_str().unwrap_or_default().to_owned(),
            kind: word(declaration, "type"),
            default: json("default"),
            choices: choices.as_array().cloned().unwrap_or_default(),
            about: word(declaration, "about"),
        });
    }
}

fn mapping(text: &str) -> Mapping {
    serde_yaml::from_str(text).unwrap_or_default()
}

fn word(mapping: &Mapping, key: &str) -> String {
    let value = mapping.get(key).and_then(Value::as_str);
    value.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str =
        "codey: 1\nname: base\nparams:\n  app: { type: string, default: x, about: Its name }\n";
    const PLAN: &str = "# yaml-language-server: $schema=./plan.schema.json\ncodey: 1\nname: top\n\
        about: Makes a thing\nexample: codey run top --set level=high\ninclude: [base]\nparams:\n  \
        level: { type: choice, choices: [low, high], default: low }\n# Kept.\nchunks: {}\n";

    fn shipped(name: &str) -> Option<&'static str> {
        [("base", BASE), ("top", PLAN)]
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, text)| *text)
    }

    #[test]
    fn a_plan_is_described_with_the_parameters_of_what_it_includes() {
        let described = describe("top", PLAN, &shipped);
        let names: Vec<_> = described
            .params
            .iter()
            .map(|param| param.name.as_str())
            .collect();
        assert_eq!(names, ["app", "level"]);
        assert_eq!(described.params[0].about, "Its name");
        assert_eq!(described.params[1].choices.len(), 2);
        assert_eq!(described.example, "codey run top --set level=high");
        let base = describe("base", BASE, &shipped);
        assert_eq!(base.example, "codey run base --dir base");
    }

    #[test]
    fn plans_that_include_each_other_come_to_an_end() {
        let endless = |_: &str| Some("include: [a, b]\nparams: { p: { type: string } }\n");
        assert!(describe("a", "include: [b, c]", &endless).params.len() <= MAX_INCLUDES);
    }

    #[test]
    fn a_copy_has_its_own_name_and_points_to_no_file_of_codey() {
        let copy = copy_of(PLAN, "top", "true");
        assert!(copy.contains("\nname: 'true'\n"), "{copy}");
        assert!(copy.contains("\n# Kept.\n"));
        assert!(!copy.contains("example:") && !copy.contains("yaml-language-server"));
    }
}
