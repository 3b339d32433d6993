//! Two models that take turns: no more loads than the graph asks for, within a budget that holds one of them.

use serde_json::Value;

use super::{events, model};
use crate::common::Project;

/// Twelve chunks, coder and writer in turns; the last two need something of the other's.
fn plan() -> String {
    use std::fmt::Write as _;
    let mut plan = String::from("codey: 1\nname: turns\nchunks:\n");
    for i in 1..=6 {
        let needs = if i == 6 { "[w1]" } else { "[]" };
        let _ = writeln!(
            plan,
            "  c{i}: {{ type: readme, write: c{i}.md, by: model, model: coder, needs: {needs} }}\n  \
             w{i}: {{ type: readme, write: w{i}.md, by: model, model: writer, needs: [c{i}] }}"
        );
    }
    plan
}

/// What is loaded in a run under this budget, by the events; then how often each model was, and the highest memory.
fn loads(project: &Project, budget: &str) -> (Vec<String>, Vec<u64>, u64) {
    project.write("plan.yaml", plan());
    std::fs::copy(model("scripted.gguf"), project.path().join("writer.gguf")).unwrap();
    let coder = format!("coder={}", model("scripted.gguf"));
    let rest = [
        "--model",
        "writer=writer.gguf",
        "--lanes",
        "2",
        "--context",
        "2048",
    ];
    let words = [
        "run",
        "plan.yaml",
        "--json",
        "--memory-budget",
        budget,
        "--model",
        &coder,
    ];
    let run = events(&project.codey(&[&words, &rest[..]].concat()).exits(0).stdout);
    let of = |name: &'static str| run.iter().filter(move |event| event["event"] == name);
    let order = of("model-loaded").map(|event| event["model"].as_str().unwrap().to_owned());
    let number = |event: &Value, key: &str| event[key].as_u64().unwrap();
    let counts = of("model-used").map(|event| number(event, "loads"));
    let peak = of("model-used")
        .map(|event| number(event, "peak_mib"))
        .max();
    (order.collect(), counts.collect(), peak.unwrap())
}

#[test]
fn models_are_loaded_as_often_as_the_graph_asks_for() {
    let project = Project::with_plan(&plan());
    let shown = project
        .codey(&["plan", "plan.yaml", "--format", "json"])
        .exits(0)
        .stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let planned = shown["loads"].as_array().unwrap().iter();
    let planned: Vec<&str> = planned
        .map(|load| load["model"].as_str().unwrap())
        .collect();
    assert_eq!(planned, ["coder", "writer", "coder", "writer"]);

    // One model at a time: each is loaded as often as its turn comes.
    let (order, counts, peak) = loads(&project, "60");
    assert_eq!(order, planned);
    assert_eq!(counts, [2, 2]);
    assert!(peak <= 60, "{peak}");

    // Room for both: neither leaves.
    let (order, counts, _) = loads(&Project::new(), "128");
    assert_eq!(order, planned);
    assert_eq!(counts, [1, 1]);
}
