//! Plan files: every fixture's findings or plan, limits, bombs and properties.

use camino::Utf8Path;
use codey::diagnostic::{Finding, Place, Severity};
use codey::plan::{self, LoadOptions, Loaded, Sources};
use insta::{assert_json_snapshot, assert_snapshot, glob};
use proptest::prelude::*;

const SHIPPED: &str = "codey: 1\nname: base\nparams:\n  port: { type: integer, default: 8080 }\nchunks:\n  dirs: { mkdir: [src] }\n";

fn shipped(name: &str) -> Option<&'static str> {
    (name == "base").then_some(SHIPPED)
}

/// Options from the fixture's leading `# set: name=value` lines.
fn options(text: &str) -> LoadOptions {
    let set = text
        .lines()
        .map_while(|line| line.strip_prefix("# set: "))
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    LoadOptions { set, shipped }
}

fn load_fixture(path: &std::path::Path) -> Loaded {
    let path = Utf8Path::from_path(path).expect("fixtures have UTF-8 names");
    let path = path
        .strip_prefix(env!("CARGO_MANIFEST_DIR"))
        .expect("fixtures lie in the repository");
    let text =
        String::from_utf8_lossy(&std::fs::read(path).expect("the fixture is there")).into_owned();
    plan::load(path, &options(&text))
}

/// Loads a text that is not on disk.
fn load(text: &str) -> Loaded {
    plan::load_text("plan.yaml", text, &options(text))
}

fn short(place: &Place) -> String {
    let file = place.file.file_name().unwrap_or(place.file.as_str());
    format!("{file}:{}:{}", place.line, place.column)
}

fn excerpt(place: &Place, sources: &Sources) -> String {
    let text = sources.text(&place.file).unwrap_or_default();
    let line = text
        .lines()
        .nth(place.line as usize - 1)
        .unwrap_or_default();
    let line: String = line.chars().take(160).collect();
    let pad = " ".repeat(place.column as usize - 1);
    let marks = "^".repeat(place.length.min(120) as usize);
    format!("    | {line}\n    | {pad}{marks}")
}

fn render(finding: &Finding, sources: &Sources) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let mut lines = vec![format!("{severity}[{}]: {}", finding.code, finding.message)];
    if let Some(place) = &finding.place {
        let node = finding
            .node
            .as_ref()
            .map_or_else(String::new, |node| format!(" in `{node}`"));
        lines.push(format!("  {}{node}", short(place)));
        lines.push(excerpt(place, sources));
    }
    for (place, label) in &finding.related {
        lines.push(format!("  {}: {label}", short(place)));
    }
    lines.push(format!(
        "  help: {}
",
        finding.help
    ));
    lines.join(
        "
",
    )
}

fn rendered(loaded: &Loaded) -> String {
    let all: Vec<_> = loaded
        .findings
        .iter()
        .map(|finding| render(finding, &loaded.sources))
        .collect();
    all.join("\n")
}

fn codes(loaded: &Loaded) -> Vec<&'static str> {
    loaded.findings.iter().map(|finding| finding.code).collect()
}

#[track_caller]
fn plan_of(loaded: Loaded) -> plan::Plan {
    let findings = rendered(&loaded);
    loaded
        .plan
        .unwrap_or_else(|| panic!("not a valid plan:\n{findings}"))
}

#[test]
fn every_invalid_plan_is_explained() {
    let mut fixtures = 0;
    glob!("plans/invalid/*.yaml", |path| {
        fixtures += 1;
        let loaded = load_fixture(path);
        assert!(loaded.plan.is_none(), "{} is valid", path.display());
        for finding in &loaded.findings {
            assert!(!finding.help.is_empty(), "no help: {}", finding.message);
            assert!(finding.place.is_some(), "no place: {}", finding.message);
        }
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "plans/snapshots" }, {
            assert_snapshot!(rendered(&loaded));
        });
    });
    assert!(fixtures >= 60, "only {fixtures} invalid fixtures");
}

#[test]
fn every_valid_plan_gives_its_normal_form() {
    glob!("plans/valid/*.yaml", |path| {
        let loaded = load_fixture(path);
        let warnings = rendered(&loaded);
        let mut plan = serde_json::to_value(plan_of(loaded)).expect("plans are JSON");
        plan["digest"] = "…".into();
        insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
            snapshot_path => "plans/snapshots",
            description => warnings,
        }, {
            assert_json_snapshot!(plan);
        });
    });
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the test writes the schema when it is asked to"
)]
fn the_schema_that_is_checked_in_is_the_one_that_the_table_gives() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/plans/plan.schema.json");
    let schema = serde_json::to_string_pretty(&plan::schema()).expect("schemas are JSON") + "\n";
    if std::env::var_os("CODEY_BLESS").is_some() {
        std::fs::write(path, &schema).expect("the schema can be written");
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == schema,
        "plans/plan.schema.json is out of date: run the tests with CODEY_BLESS=1"
    );
}

#[test]
fn the_schema_takes_every_plan_that_the_checker_takes() {
    let schema = jsonschema::validator_for(&plan::schema()).expect("the schema is a JSON Schema");
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    for dir in ["plans", "tests/plans/valid"] {
        for entry in root
            .join(dir)
            .read_dir_utf8()
            .expect("the directory is there")
        {
            let path = entry.expect("the directory can be read").into_path();
            if path.extension() != Some("yaml") || path.file_name() == Some("types.yaml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("the plan can be read");
            let value: serde_json::Value = serde_saphyr::from_str(&text).expect("the plan is YAML");
            let problems: Vec<_> = schema
                .iter_errors(&value)
                .map(|error| error.to_string())
                .collect();
            assert!(problems.is_empty(), "{path}: {problems:#?}");
        }
    }
}

#[test]
fn the_schema_refuses_what_the_checker_refuses() {
    let schema = jsonschema::validator_for(&plan::schema()).expect("the schema is a JSON Schema");
    for chunk in [
        r#"{ "runn": ["make"] }"#,
        r#"{ "run": ["make"], "mkdir": "a" }"#,
        r#"{ "run": ["make"], "message": "x" }"#,
        r#"{ "run": "make" }"#,
        r#"{ "run": ["make"], "cost": 0 }"#,
        r#"{ "write": "a.py", "type": "backend_route" }"#,
        r#"{ "git": "push" }"#,
    ] {
        let text = format!(r#"{{ "codey": 1, "name": "x", "chunks": {{ "a": {chunk} }} }}"#);
        let value: serde_json::Value = serde_json::from_str(&text).expect("the test is JSON");
        assert!(!schema.is_valid(&value), "{chunk} passes the schema");
        assert!(load(&text).plan.is_none(), "{chunk} passes the checker");
    }
}

#[test]
fn the_format_page_names_every_key() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/engine/docs/plan-format.md"
    ))
    .expect("the page is there");
    let mut missing = Vec::new();
    let mut keys = std::collections::BTreeSet::new();
    properties(&plan::schema(), &mut keys);
    assert!(keys.contains("max-tokens"), "{keys:?}");
    for key in keys {
        if !page.contains(&format!("`{key}`")) {
            missing.push(key);
        }
    }
    assert!(
        missing.is_empty(),
        "plan-format.md does not mention {missing:?}"
    );
}

/// Every key that a schema names.
fn properties(schema: &serde_json::Value, keys: &mut std::collections::BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::Object(named)) = map.get("properties") {
                keys.extend(named.keys().cloned());
            }
            map.values().for_each(|value| properties(value, keys));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| properties(item, keys)),
        _ => {}
    }
}

#[test]
fn the_examples_of_the_format_page_are_valid() {
    let page = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/engine/docs/plan-format.md"
    ))
    .expect("the page is there");
    let examples: Vec<_> = page
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(!examples.is_empty());
    for example in examples
        .iter()
        .filter(|example| example.contains("codey: 1"))
    {
        plan_of(load(example));
    }
}

fn chunks(count: usize, line: impl Fn(usize) -> String) -> String {
    let mut text = String::from("codey: 1\nname: big\nchunks:\n");
    for at in 0..count {
        text += &line(at);
        text.push('\n');
    }
    text
}

#[test]
fn ten_thousand_chunks_written_out_are_one_plan() {
    let text = chunks(10_000, |at| match at {
        0 => "  n0: { run: [\"true\"] }".to_owned(),
        at => format!(
            "  n{at}: {{ run: [\"true\", \"{at}\"], needs: [n{}, n{}] }}",
            at - 1,
            at / 2
        ),
    });
    let plan = plan_of(load(&text));
    assert_eq!(plan.nodes.len(), 10_000);
    assert_eq!(plan.nodes[9].needs.len(), 2);
}

#[test]
fn a_chain_of_a_hundred_thousand_overflows_nothing() {
    let text = chunks(100_000, |at| match at {
        0 => "  n0: { run: [\"true\"] }".to_owned(),
        at => format!("  n{at}: {{ run: [\"true\"], needs: [n{}] }}", at - 1),
    });
    assert_eq!(plan_of(load(&text)).nodes.len(), 100_000);
    let ring = text.replacen(
        "n0: { run: [\"true\"] }",
        "n0: { run: [\"true\"], needs: [n99999] }",
        1,
    );
    let loaded = load(&ring);
    assert_eq!(codes(&loaded), ["plan::cycle"]);
    assert!(
        loaded.findings[0].message.contains("99988 more"),
        "{}",
        loaded.findings[0].message
    );
}

#[test]
fn a_hundred_thousand_nodes_come_from_one_for_each() {
    let text = "codey: 1\nname: big\nchunks:\n  first: { run: [\"true\"] }\n  n: { for-each: { i: \"{{ range(100000) }}\" }, run: [echo, \"{{ i }}\", \"x{{ i }}\"], needs: [first] }\n  join: { run: [\"true\"], needs: [n] }\n";
    let plan = plan_of(load(text));
    assert_eq!(plan.nodes.len(), 100_002);
    assert_eq!(plan.nodes[7].id, "n.6");
    assert_eq!(plan.nodes[100_001].needs.len(), 100_000);
}

#[test]
fn a_chain_can_be_made_by_for_each() {
    let text = "codey: 1\nname: chain\nchunks:\n  n: { for-each: { i: \"{{ range(1000) }}\" }, run: [\"true\"], needs: \"{{ ['n.' ~ (i - 1)] if i > 0 else [] }}\" }\n";
    let plan = plan_of(load(text));
    assert_eq!(plan.nodes[999].needs[0].node.index(), 998);
    assert!(plan.nodes[0].needs.is_empty());
}

#[test]
fn bombs_are_answered_with_a_finding() {
    let alias: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain((1..9).map(|at| {
            format!(
                "a{at}: &a{at} [{}]\n",
                vec![format!("*a{}", at - 1); 10].join(", ")
            )
        }))
        .collect();
    let deep_escape = format!(
        "codey: 1\nname: x\nspec:\n  a: &a [\"{}\\n\"]\n  b: [{}]\n",
        "x".repeat(900_000),
        vec!["*a"; 900].join(", ")
    );
    let many = format!(
        "codey: 1\nname: x\nchunks:\n  a: {{ run: [{}] }}\n",
        "a,".repeat(1_600_000)
    );
    let edges = "codey: 1\nname: x\nchunks:\n  a: { for-each: { i: \"{{ range(20000) }}\" }, run: [\"true\"] }\n  b: { for-each: { i: \"{{ range(20000) }}\" }, run: [\"true\"], needs: [a] }\n";
    let patterns = "codey: 1\nname: x\nchunks:\n  a: { for-each: { i: \"{{ range(20000) }}\" }, run: [\"true\"] }\n  b: { for-each: { i: \"{{ range(20000) }}\" }, run: [\"true\"], needs: [\"*{{ i }}\"] }\n";
    let lists = "codey: 1\nname: x\nchunks:\n  a: { for-each: { i: \"{{ range(100000) }}\" }, run: \"{{ range(100000) }}\" }\n";
    let nodes = "codey: 1\nname: x\nchunks:\n  a: { for-each: { i: \"{{ range(150000) }}\" }, run: [\"true\"] }\n  b: { for-each: { i: \"{{ range(150000) }}\" }, run: [\"true\"] }\n";
    for (text, code) in [
        (alias, "plan::too-many-values"),
        ("codey: 1\na: &a [*a]\n".to_owned(), "plan::alias-ring"),
        ("[".repeat(20_000), "plan::too-deep"),
        ("{a: ".repeat(20_000), "plan::too-deep"),
        ("- ".repeat(20_000), "plan::too-deep"),
        (format!("codey: {}", "{{".repeat(20_000)), "plan::too-deep"),
        (
            format!("codey: 1\nname: \"{{{{ {}1 }}}}\"\n", "(".repeat(1_900)),
            "plan::bad-expression",
        ),
        (
            format!("codey: 1\nname: \"{}\"\n", "x".repeat(2_000_000)),
            "plan::long-text",
        ),
        (deep_escape, "plan::too-many-values"),
        (many, "plan::too-many-values"),
        (edges.to_owned(), "plan::too-many-edges"),
        (patterns.to_owned(), "plan::too-many-edges"),
        (lists.to_owned(), "plan::too-many-values"),
        (nodes.to_owned(), "plan::too-many-nodes"),
        ("x".repeat(plan::MAX_FILE_BYTES + 1), "plan::too-large"),
        (
            "codey: 1\nname: a\0b\n".to_owned(),
            "plan::control-character",
        ),
    ] {
        let loaded = load(&text);
        let head: String = text.chars().take(80).collect();
        assert!(loaded.plan.is_none(), "{head}");
        assert!(
            codes(&loaded).contains(&code),
            "{head}: {:?}",
            codes(&loaded)
        );
    }
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let unix = "codey: 1\nname: ends\nchunks:\n  a: { run: [make] }\n  b:\n    run: [make]\n    needs: [a]\n";
    let first = plan_of(load(unix));
    for text in [unix.replace('\n', "\r\n"), format!("\u{feff}{unix}")] {
        let plan = plan_of(load(&text));
        let same = serde_json::to_string(&plan.nodes).unwrap()
            == serde_json::to_string(&first.nodes).unwrap();
        assert!(same, "{text:?}");
    }
}

#[test]
fn a_plan_is_a_regular_file() {
    let directory = plan::load(
        Utf8Path::new(env!("CARGO_MANIFEST_DIR")),
        &LoadOptions::default(),
    );
    assert_eq!(codes(&directory), ["plan::unreadable"]);
    let missing = plan::load(Utf8Path::new("no/such/plan.yaml"), &LoadOptions::default());
    assert_eq!(codes(&missing), ["plan::unreadable"]);
    if cfg!(unix) {
        let device = plan::load(Utf8Path::new("/dev/zero"), &LoadOptions::default());
        assert_eq!(codes(&device), ["plan::unreadable"]);
    }
}

#[test]
fn the_digest_follows_the_text_and_the_values() {
    let text = "codey: 1\nname: digest\nparams: { n: { type: integer, default: 1 } }\nchunks:\n  a: { run: [echo, \"{{ n }}\"] }\n";
    let digest = |text: &str, set: &[(&str, &str)]| {
        let set = set
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        plan_of(plan::load_text(
            "plan.yaml",
            text,
            &LoadOptions { set, shipped },
        ))
        .digest
    };
    let plain = digest(text, &[]);
    assert_eq!(plain, digest(text, &[]));
    assert_ne!(plain, digest(text, &[("n", "2")]));
    assert_ne!(plain, digest(&text.replace("echo", "printf"), &[]));
}

/// A valid plan: chunk `i` needs some of the chunks before it.
fn any_plan() -> impl Strategy<Value = Vec<Vec<usize>>> {
    prop::collection::vec(
        prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        1..30,
    )
    .prop_map(|rows| {
        let row = |(at, needs): (usize, &Vec<prop::sample::Index>)| {
            let mut needs: Vec<_> = needs
                .iter()
                .filter(|_| at > 0)
                .map(|need| need.index(at))
                .collect();
            needs.sort_unstable();
            needs.dedup();
            needs
        };
        rows.iter().enumerate().map(row).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn ids_and_needs_survive(rows in any_plan()) {
        let text = chunks(rows.len(), |at| {
            let needs: Vec<_> = rows[at].iter().map(|need| format!("c{need}")).collect();
            format!("  c{at}: {{ mkdir: d{at}, needs: [{}] }}", needs.join(", "))
        });
        let plan = plan_of(load(&text));
        for (at, node) in plan.nodes.iter().enumerate() {
            prop_assert_eq!(&node.id, &format!("c{at}"));
            let needs: Vec<_> = node.needs.iter().map(|need| need.node.index()).collect();
            prop_assert_eq!(&needs, &rows[at]);
        }
    }

    #[test]
    fn no_mutation_panics(edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = EVERYTHING.as_bytes().to_vec();
        for (at, byte) in edits {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        for text in [&text[..], &text[..text.floor_char_boundary(cut.index(text.len()))]] {
            let loaded = load(text);
            prop_assert_eq!(loaded.plan.is_none(), loaded.findings.iter().any(|finding| finding.severity == Severity::Error));
        }
    }
}

/// A plan with every part of the format.
const EVERYTHING: &str = include_str!("plans/valid/everything.yaml");
