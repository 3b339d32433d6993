//! Plans keep what they are made of and hold what the spec says.

use serde_json::{Value, json};

use super::{base_plan, made, plan_text, renewed, shipped_form, with_defaults};
use crate::spec::{Coverage, Spec, SpecOptions, entities_from_value, read_request};

const BASE: &str = "\
# yaml-language-server: $schema=./plan.schema.json
codey: 1
name: base
about: A web application # with a comment
params:
  # The folder and the package.
  app:      { type: string, default: todo, pattern: '[a-z-]+' }
  title:
    type: string
    default: Todo
  entities: { type: entities, default: [ { name: task, fields: [ title: text! ] } ] }
  port:     { type: int, default: 5000 }

# What is made.
spec: { name: \"{{ app }}\", entities: \"{{ entities }}\" }
chunks:
  dirs: { mkdir: [a, b] } # kept
";

fn spec(request: &str, entities: &[&str]) -> Spec {
    let options = SpecOptions {
        entities: entities.iter().map(|&text| text.to_owned()).collect(),
        covered: Coverage {
            stacks: vec!["flask".to_owned()],
            ..Coverage::default()
        },
        ..SpecOptions::default()
    };
    read_request(request, &options)
}

fn parsed(text: &str) -> Value {
    serde_yaml::from_str(text).expect("the plan is YAML")
}

#[test]
fn the_plan_holds_the_spec_and_keeps_the_rest() {
    let spec = spec("recipe manager with title, minutes and difficulty", &[]);
    let text = plan_text(&spec, BASE);
    insta::assert_snapshot!(text);
}

#[test]
fn values_come_back_as_they_were() {
    let entities = [
        r#"note: title:string="it's: \"{{ 7*7 }}\" # no" kind:choice("a: b"|"- c"|"'; DROP TABLE x"|null|true)"#,
        "name: title!",
        "guests/guest_list: name! class:ref(classes) host:ref(guest)",
        "class: title! news:ref",
        "news: title! on:date=2026-01-31",
    ];
    let mut spec = spec("", &entities);
    spec.title = "{{ 7*7 }} \"x\"\n'; - # \u{2028}é".to_owned();
    assert_eq!(spec.refusals().count(), 0, "{:?}", spec.notes);
    let plan = parsed(&plan_text(&spec, BASE));
    let default = |name: &str| plan["params"][name]["default"].clone();
    assert_eq!(
        entities_from_value(&default("entities")),
        Ok(spec.entities.clone())
    );
    assert_eq!(default("title"), json!(spec.title));
    assert_eq!(plan["params"]["app"]["pattern"], json!("[a-z-]+"));
    assert_eq!(plan["params"]["port"]["default"], json!(5000));
    assert_eq!(plan["chunks"], parsed(BASE)["chunks"]);
}

#[test]
fn plans_are_chosen_by_kind_and_stack() {
    assert_eq!(base_plan(&spec("todo app", &[])), Some("fullstack-flask"));
    let mut other = spec("todo app", &[]);
    other.stack = "rails".to_owned();
    assert_eq!(base_plan(&other), None);
}

#[test]
fn switches_are_what_the_plans_declare() {
    for made in made() {
        let plan = parsed(crate::assets::plan(made.plan).unwrap());
        let params = plan["params"].as_object().unwrap();
        let mut due: Vec<&str> = params
            .iter()
            .filter(|(_, param)| matches!(param["type"].as_str(), Some("bool" | "boolean")))
            .map(|(name, _)| name.as_str())
            .collect();
        if params.contains_key("provider") {
            due.push("gitlab");
        }
        let mut found = made.features.clone();
        due.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, due, "{}", made.plan);
    }
}

#[test]
fn defaults_are_written_into_a_plan_and_written_over_again() {
    let text = "line one\n\n  line {{ 3 }}: # '\"\n";
    let migrations = json!([{ "name": "0001", "text": text }, { "name": "0002", "text": "\n\nx" }]);
    let values = [
        ("migrations".to_owned(), migrations.clone()),
        ("port".to_owned(), json!(80)),
        ("elsewhere".to_owned(), json!(true)),
    ];
    let base = BASE.replace(
        "  port:",
        "  migrations: { type: list, default: [] }\n  port:",
    );
    let (once, left) = with_defaults(&base, &values);
    assert_eq!(left, ["elsewhere"]);
    let plan = parsed(&once);
    assert_eq!(plan["params"]["migrations"]["default"], migrations);
    assert_eq!(plan["params"]["port"]["default"], json!(80));
    assert_eq!(plan["params"]["app"], parsed(BASE)["params"]["app"]);
    assert_eq!(with_defaults(&once, &values[..2]).0, once);
    let (emptied, _) = with_defaults(&once, &[("migrations".to_owned(), json!([]))]);
    assert_eq!(
        parsed(&emptied)["params"]["migrations"]["default"],
        json!([])
    );
    assert_eq!(parsed(&emptied)["chunks"], parsed(BASE)["chunks"]);
}

#[test]
fn a_plan_is_recognised_by_its_form() {
    let spec = spec("recipe manager with title and minutes", &[]);
    let shipped = || {
        [
            ("other", "codey: 1\nname: other\nchunks: {}\n"),
            ("base", BASE),
        ]
        .into_iter()
    };
    let planned = plan_text(&spec, BASE);
    assert_eq!(shipped_form(&planned, shipped()), Some("base"));
    assert_eq!(
        shipped_form(&planned.replace("[a, b]", "[a]"), shipped()),
        None
    );
    let newer = BASE.replace("[a, b]", "[a, b, c]");
    let again = renewed(&newer, &planned, "recipes");
    assert!(again.starts_with(planned.lines().next().unwrap_or_default()));
    assert_eq!(parsed(&again)["name"], json!("recipes"));
    assert_eq!(parsed(&again)["chunks"], parsed(&newer)["chunks"]);
    assert_eq!(renewed(&newer, &again, "recipes"), again);
}
