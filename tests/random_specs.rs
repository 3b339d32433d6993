//! Applications of specs that nobody thought of: what every stack makes of them passes all static checks, and a sample
//! passes its own tests.
//!
//! The specs are drawn from a fixed seed; `CODEY_CASES` draws more of them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::common::{Project, cache_dir};

const CASES: usize = 8;
/// Of the cases, those whose own tests are run.
const SAMPLE: usize = 1;
/// Applications that are made at the same time.
const WORKERS: usize = 2;
const NAMES: [&str; 16] = [
    "book",
    "order",
    "group",
    "person",
    "class",
    "http_log",
    "select",
    "index",
    "analysis",
    "type",
    "a_rather_long_name_of_an_entity",
    "news",
    "status",
    "module",
    "request",
    "test",
];
const FIELDS: [&str; 20] = [
    "title",
    "name",
    "from",
    "import",
    "values",
    "items",
    "self",
    "def",
    "a",
    "q",
    "limit",
    "count",
    "json",
    "label",
    "url",
    "a_name_so_long_that_lines_wrap",
    "class",
    "sort",
    "data",
    "keys",
];
const TITLES: [&str; 8] = [
    "Plain",
    "{{ 7*7 }} {% raw %} {# x",
    "<b>\"quotes\"</b> & 'more'",
    "'; DROP TABLE x; --",
    "Ünïcode 🍋 \u{5d0}",
    "back\\slash ${x} `id` %s",
    "\"\"\" + x + '''",
    "<< 7 >> <% if %> <# x #>",
];
const FEATURES: [&str; 7] = ["auth", "dashboard", "board", "csv", "docker", "ci", "admin"];
/// The stack that has an administration.
const ADMINISTERED: &str = "django";
/// What an application asks of its own sources.
const RULES: &str = r#"select = ["E", "F", "W", "I", "B", "S"]"#;
const STACKS: [&str; 3] = ["flask", "fastapi", "django"];

#[derive(Clone, Debug)]
struct Case {
    title: &'static str,
    entities: Vec<String>,
    features: Vec<&'static str>,
}

/// The type of a field, with limits; `\0` stands for an earlier entity, `\u{1}` for any.
fn kind() -> impl Strategy<Value = &'static str> {
    select(vec![
        "string",
        "string(1)",
        "string(100000)!",
        "string(20)!^",
        "longtext",
        "longtext(5)!",
        "int",
        "int(0..)",
        "int(-5..5)!=0",
        "rating",
        "rating!",
        "number",
        "number(0.1..0.2)",
        "money",
        "money(0..)!",
        "money(-1..1)=0.5",
        "bool",
        "bool=true",
        "date",
        "date!",
        "datetime",
        "datetime!",
        "time",
        "time=09:30",
        "choice(a|b)",
        "choice(it's|\"say \\\"hi\\\"\"|c)!",
        "choice(only)=only",
        "email",
        "email!^",
        "url",
        "url^",
        "phone",
        "phone!",
        "tags",
        "tags!",
        "ref(\0)",
        "ref(\0)!",
        "ref(\u{1})",
        "many(\0)",
        "many(\u{1})",
        "many(\0)!",
    ])
}

fn entity() -> impl Strategy<Value = Vec<(&'static str, &'static str, prop::sample::Index)>> {
    let fields = subsequence(FIELDS.to_vec(), 1..8);
    fields.prop_flat_map(|names| {
        let rest = prop::collection::vec((kind(), any::<prop::sample::Index>()), names.len());
        rest.prop_map(move |rest| {
            let fields = names.iter().zip(rest);
            fields.map(|(name, (kind, at))| (*name, kind, at)).collect()
        })
    })
}

fn case() -> impl Strategy<Value = Case> {
    let names = subsequence(NAMES.to_vec(), 1..5);
    let bodies = prop::collection::vec(entity(), 5);
    (
        names,
        bodies,
        select(TITLES.to_vec()),
        subsequence(FEATURES.to_vec(), 0..=7),
    )
        .prop_map(|(names, bodies, title, features)| Case {
            title,
            entities: written(&names, &bodies),
            features,
        })
}

/// The entities in the grammar. The first field is always there and takes no other entity.
fn written(
    names: &[&str],
    bodies: &[Vec<(&'static str, &'static str, prop::sample::Index)>],
) -> Vec<String> {
    let entities = names.iter().zip(bodies).enumerate();
    entities
        .map(|(at, (name, fields))| {
            let mut text = format!("{name}: line:string!");
            for (number, (field, kind, target)) in fields.iter().enumerate() {
                let earlier = (at > 0).then(|| names[target.index(at.max(1))]);
                let any = names[target.index(names.len())];
                let kind = match earlier {
                    Some(earlier) => kind.replace('\0', earlier),
                    None if kind.contains('\0') => "string".to_owned(),
                    None => (*kind).to_owned(),
                };
                let kind = kind.replace('\u{1}', any);
                let relation = kind.starts_with("ref(") || kind.starts_with("many(");
                let prefix = if relation {
                    format!("to_{number}_")
                } else {
                    String::new()
                };
                let _ = write!(text, " {prefix}{field}:{kind}");
            }
            text
        })
        .collect()
}

fn cases() -> Vec<Case> {
    let number = std::env::var("CODEY_CASES")
        .ok()
        .and_then(|text| text.parse().ok());
    let mut runner = TestRunner::deterministic();
    (0..number.unwrap_or(CASES))
        .map(|_| case().new_tree(&mut runner).unwrap().current())
        .collect()
}

#[test]
fn trees_of_random_specs_pass_every_static_check() {
    let project = Project::new();
    let cases = cases();
    let all: Vec<_> = STACKS
        .iter()
        .flat_map(|stack| {
            cases
                .iter()
                .enumerate()
                .map(move |(at, case)| (*stack, at, case))
        })
        .collect();
    let queue = Mutex::new(all.into_iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                loop {
                    let Some((stack, at, case)) = queue.lock().unwrap().next() else {
                        break;
                    };
                    if let Err(problem) = make(&project, stack, at, case) {
                        wrong.lock().unwrap().push(problem);
                    }
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.extend(python(&project));
    wrong.extend(scripts(&project));
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn make(project: &Project, stack: &str, at: usize, case: &Case) -> Result<(), String> {
    let dir = format!("{stack}-{at}");
    let mut args = vec![
        "run".to_owned(),
        format!("fullstack-{stack}"),
        "--dir".to_owned(),
        dir,
    ];
    let entities = serde_json::to_string(&case.entities).unwrap();
    for value in [
        format!("app=case-{at}"),
        format!("title={}", case.title),
        format!("entities={entities}"),
    ] {
        args.extend(["--set".to_owned(), value]);
    }
    let has = |feature: &&&str| **feature != "admin" || stack == ADMINISTERED;
    for feature in case.features.iter().filter(has) {
        args.extend(["--set".to_owned(), format!("{feature}=true")]);
    }
    if at >= SAMPLE {
        args.push("--no-verify".to_owned());
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let ended = project.codey(&args);
    match ended.code {
        0 => Ok(()),
        code => Err(format!(
            "{stack}, case {at}: exit {code}\n{case:#?}\n{}",
            ended.stderr
        )),
    }
}

/// What ruff says of all generated Python, by the settings that come with each application: its classic rules, and
/// those that ask for bugs (B), for security (S) and for sorted imports.
fn python(project: &Project) -> Option<String> {
    let ruff = ruff();
    let run = |args: &[&str]| {
        Command::new(&ruff)
            .args(args)
            .args(["--quiet", "--no-cache", "."])
            .current_dir(project.path())
            .output()
            .unwrap()
    };
    for stack in STACKS {
        let settings = project.read(&format!("{stack}-0/pyproject.toml"));
        assert!(settings.contains(RULES), "{stack}: {settings}");
    }
    let lint = failed("ruff", &run(&["check", "--output-format", "concise"]));
    lint.or_else(|| failed("ruff format", &run(&["format", "--check", "--diff"])))
}

/// What node says of all generated scripts.
fn scripts(project: &Project) -> Option<String> {
    let check = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/random_specs/modules.mjs");
    let output = Command::new("node")
        .args(["--experimental-vm-modules", "--no-warnings"])
        .arg(check)
        .arg(project.path())
        .output()
        .unwrap();
    failed("node", &output)
}

fn failed(name: &str, output: &Output) -> Option<String> {
    const MOST: usize = 6_000;
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let shown: String = text.chars().take(MOST).collect();
    (!output.status.success()).then(|| format!("{name}:\n{shown}"))
}

/// The linter, in an environment that is made once.
pub(crate) fn ruff() -> PathBuf {
    let requirements =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/random_specs/requirements.txt");
    let venv = cache_dir().join("ruff");
    let program = venv.join("bin/ruff");
    if !program.exists() {
        let make = Command::new("python3")
            .args(["-m", "venv"])
            .arg(&venv)
            .output()
            .unwrap();
        assert!(
            make.status.success(),
            "{}",
            String::from_utf8_lossy(&make.stderr)
        );
        let install = Command::new(venv.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
            ])
            .arg(requirements)
            .output()
            .unwrap();
        assert!(
            install.status.success(),
            "{}",
            String::from_utf8_lossy(&install.stderr)
        );
    }
    program
}
