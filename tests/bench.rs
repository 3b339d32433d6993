//! `codey bench` on a tiny model: complete figures, and lanes that later runs use.

use serde_json::Value;

use crate::common::Project;

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/models/tiny.gguf");
const PLAN: &str = "codey: 1\nname: one\nchunks:\n  a: { type: utility, write: a.py, by: model }\n";

/// A project with the tiny model under the name `tiny`.
fn project() -> Project {
    let project = Project::with_plan(PLAN);
    let _ = project.codey(&["models", "import", TINY]).exits(0);
    project
}

fn bench(project: &Project) -> Value {
    let ended = project.codey(&["bench", "--quick", "--json"]).exits(0);
    serde_json::from_str(&ended.stdout).unwrap()
}

/// The lanes that a run would have.
fn lanes(project: &Project, more: &[&str]) -> u64 {
    let args = [&["plan", "plan.yaml", "--format", "json"], more].concat();
    let dry: Value = serde_json::from_str(&project.codey(&args).exits(0).stdout).unwrap();
    dry["loads"][0]["lanes"].as_u64().unwrap()
}

#[test]
fn everything_is_measured_and_the_lanes_are_used() {
    let project = project();
    assert_eq!(lanes(&project, &[]), 8);
    let report = bench(&project);
    for figure in [
        "/load/warm_ms",
        "/prefill_tokens_per_s",
        "/decode_tokens_per_s",
        "/first_run/prefill_ms",
        "/second_run/prefill_ms",
        "/memory/need_kib",
        "/memory/peak_kib",
        "/settings/threads",
        "/file_bytes",
    ] {
        let value = report.pointer(figure).and_then(Value::as_f64);
        assert!(value.is_some_and(|value| value > 0.0), "{figure}: {report}");
    }
    let tasks = report["tasks"].as_array().unwrap();
    assert_eq!(tasks.len(), 3);
    for task in tasks {
        assert_eq!(task["run"]["tokens"], 16, "{task}");
    }
    let rows = report["lanes"].as_array().unwrap();
    let widths: Vec<u64> = rows
        .iter()
        .map(|row| row["lanes"].as_u64().unwrap())
        .collect();
    assert_eq!(widths, [1, 2, 4, 7, 8, 16]);
    for row in rows {
        assert_eq!(row["tokens"], 8 * row["lanes"].as_u64().unwrap(), "{row}");
    }
    // What all prompts share was kept by the first process.
    let (first, second) = (&report["first_run"], &report["second_run"]);
    assert_eq!(first["reused"], 0);
    let count = |run: &Value, name: &str| run[name].as_u64().unwrap();
    assert!(count(second, "reused") > 1000 && count(second, "evaluated") < 500);
    let all = |run| count(run, "reused") + count(run, "evaluated");
    assert_eq!(all(first), all(second));

    // Whatever pays on this computer: another number shows that it is the kept one that is used.
    let path = report["kept"].as_str().unwrap();
    let file = std::fs::read_to_string(path).unwrap();
    let mut kept: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(kept["measured"][0]["lanes"], report["best_lanes"]);
    kept["measured"][0]["lanes"] = 3.into();
    let keep = |kept: &Value| std::fs::write(path, kept.to_string()).unwrap();
    keep(&kept);
    assert_eq!(lanes(&project, &[]), 3);
    assert_eq!(lanes(&project, &["--lanes", "5"]), 5);
    // Another model, processor or llama.cpp: not measured.
    for (name, other) in [
        ("model", "other"),
        ("processor", "other"),
        ("llama", "llama-cpp-2 9"),
    ] {
        let mut changed = kept.clone();
        changed["measured"][0]["key"][name] = other.into();
        keep(&changed);
        assert_eq!(lanes(&project, &[]), 8, "{name}");
    }
}

#[test]
fn people_get_a_table_and_what_follows_from_it() {
    let project = project();
    let text = project
        .codey(&["bench", "--quick", "--model", TINY])
        .exits(0)
        .stdout;
    for part in [
        "load ",
        "memory ",
        "Python function",
        "CSS section",
        "answers at once",
        "pays",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    assert!(
        text.contains("from now on codey gives this model"),
        "{text}"
    );
}

#[test]
fn what_does_not_fit_is_not_measured() {
    let project = project();
    let ended = project.codey(&["bench", "--memory-budget", "20"]).exits(5);
    assert!(ended.stderr.contains("may take 20 MiB"), "{}", ended.stderr);
}
