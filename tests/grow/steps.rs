//! A project that grows step by step: rows and edits made before each step are there after it.

use std::path::PathBuf;
use std::process::Command;

use crate::common::{Ended, Project, cache_dir};

/// Starts the application on the database of the test and does what its arguments say, a request each.
const CLIENT: &str = r#"
import json, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "app")
from app import create_app
client = create_app({"DATABASE": "data.sqlite3"}).test_client()
for line in sys.argv[1:]:
    method, path, body = (line.split(" ", 2) + ["null"])[:3]
    answer = client.open(path, method=method, json=None if body == "null" else json.loads(body))
    print(json.dumps([answer.status_code, answer.get_json(silent=True)]))
"#;

/// The same for an application of Django's.
const DJANGO_CLIENT: &str = r#"
import json, os, sys
sys.dont_write_bytecode = True
os.environ["DATABASE"] = os.path.abspath("data.sqlite3")
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.chdir("app")
sys.path.insert(0, ".")
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("migrate", verbosity=0)
client = Client(headers={"host": "localhost"})
for line in sys.argv[1:]:
    method, path, body = (line.split(" ", 2) + [""])[:3]
    answer = client.generic(method, path, body, content_type="application/json")
    print(json.dumps([answer.status_code, json.loads(answer.content)]))
"#;

fn todo() -> Project {
    let project = Project::new();
    let _ = project
        .codey(&["run", "full-stack todo app in Flask", "--dir", "app"])
        .exits(0);
    project
}

/// The same, unchecked: for what happens before any test would run.
fn bare() -> Project {
    let project = Project::new();
    let args = [
        "run",
        "full-stack todo app in Flask",
        "--dir",
        "app",
        "--no-verify",
    ];
    let _ = project.codey(&args).exits(0);
    project
}

fn grow(project: &Project, words: &[&str]) -> Ended {
    project.codey(&[words, &["--dir", "app"]].concat())
}

/// Status and body of each answer.
fn ask(project: &Project, requests: &[&str]) -> Vec<(u64, serde_json::Value)> {
    ask_by(CLIENT, project, requests)
}

fn ask_by(client: &str, project: &Project, requests: &[&str]) -> Vec<(u64, serde_json::Value)> {
    let output = Command::new(python(project))
        .args(["-c", client])
        .args(requests)
        .current_dir(project.path())
        .output()
        .unwrap();
    let (out, err) = (
        String::from_utf8(output.stdout),
        String::from_utf8(output.stderr),
    );
    assert!(output.status.success(), "{}", err.unwrap());
    let answer = |line: &str| {
        let answer: serde_json::Value = serde_json::from_str(line).unwrap();
        (answer[0].as_u64().unwrap(), answer[1].clone())
    };
    out.unwrap().lines().map(answer).collect()
}

fn python(project: &Project) -> PathBuf {
    let same = |environment: &std::path::Path, name: &str| {
        let text = std::fs::read_to_string(environment.join("requirements").join(name));
        text.is_ok_and(|text| text == project.read(&format!("app/{name}")))
    };
    let environments = std::fs::read_dir(cache_dir()).unwrap();
    let mut environments = environments.map(|entry| entry.unwrap().path());
    let made = environments.find(|path| {
        path.join("complete").exists()
            && same(path, "requirements.txt")
            && same(path, "requirements-dev.txt")
    });
    made.expect("codey run made a virtual environment")
        .join("bin/python")
}

#[test]
fn an_application_grows_step_by_step_with_its_rows() {
    let project = todo();
    let first = project.read("app/app/migrations/0001_first.sql");
    let made = ask(
        &project,
        &[r#"POST /api/todos {"title": "one", "done": true}"#],
    );
    assert_eq!(made[0].0, 201, "{made:?}");

    let shown = grow(
        &project,
        &["add", "field", "todo", "due_on:date", "--dry-run"],
    )
    .exits(0);
    assert!(
        shown.stdout.contains("ADD COLUMN due_on TEXT"),
        "{}",
        shown.stdout
    );
    assert!(!project.exists("app/app/migrations/0002_add_todo_due_on.sql"));

    let added = grow(&project, &["add", "field", "todo", "due_on:date"]).exits(0);
    assert!(added.stderr.contains("passed"), "{}", added.stderr);
    let rows = ask(
        &project,
        &[
            r#"PATCH /api/todos/1 {"due_on": "2026-03-04"}"#,
            "GET /api/todos",
        ],
    );
    assert_eq!(rows[1].1["items"][0]["title"], "one");
    assert_eq!(rows[1].1["items"][0]["due_on"], "2026-03-04");

    project.write(
        "app/README.md",
        project.read("app/README.md") + "\n## Mine\n\nKept.\n",
    );
    let _ = grow(
        &project,
        &["add", "entity", "note: text! todo:ref! stars:int(1..5)"],
    )
    .exits(0);
    let rows = ask(
        &project,
        &[
            r#"POST /api/notes {"text": "hello", "todo_id": 1}"#,
            "GET /api/todos",
            "GET /",
        ],
    );
    assert_eq!(
        (rows[0].0, rows[1].1["total"].as_u64()),
        (201, Some(1)),
        "{rows:?}"
    );
    assert_eq!(rows[2].0, 200);
    assert!(
        project
            .read("app/README.md")
            .ends_with("## Mine\n\nKept.\n")
    );

    let _ = grow(&project, &["add", "field", "note", "code:string(10)^"]).exits(0);
    let rows = ask(
        &project,
        &[
            r#"PATCH /api/notes/1 {"code": "a"}"#,
            r#"POST /api/notes {"text": "more", "todo_id": 1, "code": "a"}"#,
            "DELETE /api/todos/1",
            "GET /api/notes",
        ],
    );
    let statuses: Vec<u64> = rows.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 409, 204, 200], "{rows:?}");
    assert_eq!(
        rows[3].1["total"], 0,
        "the new table's rows go with what they need"
    );

    assert_eq!(project.read("app/app/migrations/0001_first.sql"), first);
    let idle = project.codey(&["update", "app"]).exits(0);
    assert_eq!(idle.stderr, "nothing to do: the project is up to date\n");
}

#[test]
fn lists_and_features_come_to_an_application_with_rows() {
    let project = Project::new();
    let recipe = "recipe: title! minutes:int(1..)";
    let request = ["run", "recipes in Flask", "--entity", recipe];
    let _ = project
        .codey(&[&request[..], &["--dir", "app"]].concat())
        .exits(0);
    let made = ask(
        &project,
        &[r#"POST /api/recipes {"title": "soup", "minutes": 3}"#],
    );
    assert_eq!(made[0].0, 201, "{made:?}");
    for words in [
        &["field", "recipe", "tags:tags"][..],
        &["entity", "cook: name!^ recipes:many(recipe)"],
        &["feature", "dashboard"],
        &["feature", "csv"],
    ] {
        let _ = grow(&project, &[&["add"], words, &["--no-verify"]].concat()).exits(0);
    }
    let rows = ask(
        &project,
        &[
            r#"PATCH /api/recipes/1 {"tags": ["hot", "Quick"]}"#,
            r#"POST /api/cooks {"name": "Ada", "recipe_ids": [1]}"#,
            "GET /api/recipes?tag=hot",
            "GET /api/dashboard",
            "GET /api/recipes.csv",
            "GET /dashboard",
        ],
    );
    let statuses: Vec<u64> = rows.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 201, 200, 200, 200, 200], "{rows:?}");
    assert_eq!(rows[2].1["items"][0]["title"], "soup");
    assert_eq!(rows[3].1["recipes"]["total"], 1);
    let refused = grow(&project, &["add", "feature", "auth"]).exits(4);
    assert!(refused.stderr.contains("accounts"), "{}", refused.stderr);
    let verified = project.codey(&["update", "app"]).exits(0);
    assert!(verified.stderr.contains("passed"), "{}", verified.stderr);
}

#[test]
fn djangos_own_migrations_follow_its_models() {
    let project = Project::new();
    let recipe = "recipe: title! minutes:int(1..)";
    let request = ["run", "recipes in Django", "--entity", recipe];
    let _ = project
        .codey(&[&request[..], &["--dir", "app"]].concat())
        .exits(0);
    let first = project.read("app/app/migrations/0001_initial.py");
    let soup = r#"POST /api/recipes {"title": "soup", "minutes": 3}"#;
    let made = ask_by(DJANGO_CLIENT, &project, &[soup]);
    assert_eq!(made[0].0, 201, "{made:?}");
    for words in [
        &["field", "recipe", "tags:tags"][..],
        &[
            "entity",
            "cook: name!^ dishes:many(recipe) best:ref(recipe) born_on:date=2000-01-02",
        ],
        &["field", "recipe", "cook:ref(cook)"],
        &["field", "recipe", "taster:ref(cook)"],
        &["field", "recipe", "price:money(0..99.5)!=2.5"],
        &["field", "recipe", "state:choice(new|old)=new"],
        &["field", "cook", "code:string(5)^"],
    ] {
        let _ = grow(&project, &[&["add"], words, &["--no-verify"]].concat()).exits(0);
    }
    let verified = project.codey(&["update", "app"]).exits(0);
    assert!(verified.stderr.contains("passed"), "{}", verified.stderr);
    let rows = ask_by(
        DJANGO_CLIENT,
        &project,
        &[
            r#"PATCH /api/recipes/1 {"tags": ["hot"]}"#,
            r#"POST /api/cooks {"name": "Ada", "dish_ids": [1], "code": "a"}"#,
            r#"POST /api/cooks {"name": "Bob", "code": "a"}"#,
        ],
    );
    let statuses: Vec<u64> = rows.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 201, 409], "{rows:?}");
    let recipe = &rows[0].1;
    assert_eq!(
        (&recipe["title"], &recipe["state"]),
        (&"soup".into(), &"new".into())
    );
    assert_eq!(recipe["price"], 2.5);
    assert_eq!(project.read("app/app/migrations/0001_initial.py"), first);
}

#[test]
fn the_recorded_plan_makes_the_same_project_again() {
    let project = bare();
    let field = ["add", "field", "todo", "due_on:date", "--no-verify"];
    let _ = grow(&project, &field).exits(0);
    let _ = grow(
        &project,
        &["add", "entity", "note: text! todo:ref", "--no-verify"],
    )
    .exits(0);
    std::fs::copy(
        project.path().join("app/.codey/plan.yaml"),
        project.path().join("plan.yaml"),
    )
    .unwrap();
    let _ = project
        .codey(&["run", "plan.yaml", "--dir", "again", "--no-verify"])
        .exits(0);
    assert_eq!(project.tree("app"), project.tree("again"));
    assert!(project.exists("again/app/migrations/0003_add_note.sql"));
}

#[test]
fn a_conflict_is_refused_before_anything_is_written() {
    let project = bare();
    let readme = project
        .read("app/README.md")
        .replace("todo", "TODO")
        .replace("Todo", "TODO");
    project.write("app/README.md", &readme);
    let api = project
        .read("app/app/api/todos.py")
        .replace("title", "TITLE");
    project.write("app/app/api/todos.py", &api);
    let (before, plan) = (project.tree("app"), project.read("app/.codey/plan.yaml"));
    let words = ["add", "field", "todo", "title_line:string", "--no-verify"];
    let refused = grow(&project, &words).exits(4);
    assert!(
        refused.stderr.contains("edited by hand"),
        "{}",
        refused.stderr
    );
    assert_eq!(project.tree("app"), before);
    assert_eq!(project.read("app/.codey/plan.yaml"), plan);

    let _ = grow(&project, &[&words[..], &["--ours"]].concat()).exits(0);
    assert_eq!(project.read("app/app/api/todos.py"), api);
    assert!(project.exists("app/app/migrations/0002_add_todo_title_line.sql"));
}

#[test]
fn a_step_that_was_cut_short_is_finished_by_repeating_it() {
    let (project, whole) = (bare(), bare());
    let words = [
        "add",
        "entity",
        "note: text! todo:ref tag:string",
        "--no-verify",
    ];
    let _ = grow(&whole, &words).exits(0);
    for milliseconds in [1, 4, 8, 16] {
        let mut child = project
            .command(&[&words[..], &["--dir", "app"]].concat())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let _ = grow(&project, &words).exits(0);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert_eq!(project.tree("app"), whole.tree("app"));
}

#[test]
fn wishes_that_cannot_be_granted_say_why_and_change_nothing() {
    let project = bare();
    let before = project.tree("app");
    for (words, said) in [
        (&["field", "todo", "size:int!"][..], "required"),
        (&["field", "todo", "done:int"], "already"),
        (&["field", "tod", "x:int"], "did you mean `todo`"),
        (&["field", "todo", "a:int b:int"], "one field at a time"),
        (&["field", "todo", "a:ref(b)"], "no entity"),
        (&["entity", "todo: name!"], "already"),
        (&["entity", "note: todo:ref!!! {{"], "starts no field"),
        (&["feature", "blockchain"], "no feature"),
    ] {
        let refused = grow(&project, &[&["add"][..], words].concat()).exits(4);
        assert!(
            refused.stderr.contains(said),
            "{words:?}: {}",
            refused.stderr
        );
        assert!(
            refused.stderr.contains("help: "),
            "{words:?}: {}",
            refused.stderr
        );
    }
    assert_eq!(project.tree("app"), before);
    let same = [
        "add",
        "entity",
        "todo: title:string! done:bool",
        "--no-verify",
    ];
    assert!(grow(&project, &same).exits(0).stderr.contains("already"));
    let _ = grow(&project, &["add", "field", "todo"]).exits(2);
    let nowhere = project.codey(&["update", "nowhere"]).exits(2);
    assert!(nowhere.stderr.contains("codey run"), "{}", nowhere.stderr);
}

#[test]
fn parameters_change_and_own_plans_stay_as_they_are() {
    let project = bare();
    let hostile = "title=It's {{ 7*7 }} \"x\" # é";
    let _ = project
        .codey(&["update", "app", "--set", hostile, "--no-verify"])
        .exits(0);
    let plan = project.read("app/.codey/plan.yaml");
    assert!(plan.contains("'It''s {{ 7*7 }} \"x\" # é'"), "{plan}");
    let shown = |(_, bytes): &(String, Vec<u8>)| String::from_utf8_lossy(bytes).contains("7*7");
    assert!(
        project.tree("app").iter().any(shown),
        "files have the title"
    );
    let wrong = project
        .codey(&["update", "app", "--set", "tilte=x"])
        .exits(3);
    assert!(
        wrong.stderr.contains("did you mean `title`"),
        "{}",
        wrong.stderr
    );

    let own = "codey: 1\nname: own\nparams:\n  word: { type: string, default: one }\n\
               chunks:\n  text: { write: text.txt, content: \"{{ word }}\" }\n";
    let project = Project::with_plan(own);
    let _ = project
        .codey(&["run", "plan.yaml", "--set", "word=two", "--dir", "out"])
        .exits(0);
    let _ = project.codey(&["update", "out"]).exits(0);
    assert_eq!(project.read("out/text.txt"), "two");
    let _ = project
        .codey(&["update", "out", "--set", "word=three"])
        .exits(0);
    assert_eq!(project.read("out/text.txt"), "three");
    let none = project
        .codey(&["add", "entity", "a: b", "--dir", "out"])
        .exits(4);
    assert!(none.stderr.contains("entities"), "{}", none.stderr);
}

#[test]
fn a_plan_of_several_files_is_read_where_it_lies() {
    let parts = "codey: 1\nparams:\n  word: { type: string, default: one }\n\
                 chunks:\n  text: { write: text.txt, content: \"{{ word }}\" }\n";
    let project =
        Project::with_plan("codey: 1\nname: own\ninclude: [parts/text.yaml]\nchunks: {}\n");
    project.write("parts/text.yaml", parts);
    let _ = project
        .codey(&["run", "plan.yaml", "--set", "word=two"])
        .exits(0);
    let _ = project.codey(&["update"]).exits(0);
    assert_eq!(project.read("text.txt"), "two");
    let _ = project.codey(&["update", "--set", "word=three"]).exits(0);
    assert_eq!(project.read("text.txt"), "three");
}

/// The recording with `from` replaced, as if another version of codey had written it.
fn rewrite_recording(project: &Project, from: &str, to: &str) {
    let path = "app/.codey/plan.yaml";
    let text = project.read(path);
    assert!(text.contains(from), "{text}");
    project.write(path, text.replace(from, to));
}

#[test]
fn new_chunks_of_a_shipped_plan_are_taken_over() {
    let project = bare();
    let whole = project.tree("app");
    let plan = project.read("app/.codey/plan.yaml");
    let chunk = plan
        .lines()
        .find(|line| line.trim_start().starts_with("favicon:"))
        .unwrap();
    rewrite_recording(&project, &format!("{chunk}\n"), "");
    std::fs::remove_file(project.path().join("app/app/static/favicon.svg")).unwrap();
    let shown = project.codey(&["update", "app", "--dry-run"]).exits(0);
    assert!(shown.stdout.contains("favicon.svg"), "{}", shown.stdout);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert_eq!(project.tree("app"), whole);
}

#[test]
fn a_plan_that_was_changed_by_hand_stays_as_it_is() {
    let project = Project::new();
    let _ = project
        .codey(&["plan", "full-stack todo app in Flask", "-o", "plan.yaml"])
        .exits(0);
    let plan = project.read("plan.yaml");
    let chunk = plan
        .lines()
        .find(|line| line.trim_start().starts_with("ignore:"))
        .unwrap();
    project.write("plan.yaml", plan.replace(&format!("{chunk}\n"), ""));
    let run = ["run", "plan.yaml", "--dir", "app", "--no-verify"];
    let _ = project.codey(&run).exits(0);
    let words = ["add", "field", "todo", "size:int", "--no-verify"];
    let _ = grow(&project, &words).exits(0);
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(!project.exists("app/.gitignore"));
    assert!(project.exists("app/app/migrations/0002_add_todo_size.sql"));
    assert!(
        project
            .read("app/.codey/plan.yaml")
            .contains("# made: {\"schema\"")
    );
}

#[test]
fn files_of_no_use_any_more_go_unless_they_were_edited() {
    let project = Project::new();
    let _ = project
        .codey(&["plan", "full-stack todo app in Flask", "-o", "plan.yaml"])
        .exits(0);
    let chunks = "chunks:\n  one: { write: one.txt, content: one }\n  two: { write: two.txt, content: two }\n";
    let plan = project.read("plan.yaml").replace("chunks:\n", chunks);
    project.write("plan.yaml", plan);
    let run = ["run", "plan.yaml", "--dir", "app", "--no-verify"];
    let _ = project.codey(&run).exits(0);
    project.write("app/two.txt", "mine");
    let (from, to) = ("# made: {", "# made: {\"plan\":\"fullstack-flask\",");
    rewrite_recording(&project, from, to);
    let shown = project.codey(&["update", "app", "--dry-run"]).exits(0);
    assert!(
        shown.stdout.contains("delete   one.txt"),
        "{}",
        shown.stdout
    );
    let told = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(!project.exists("app/one.txt"), "{}", told.stderr);
    assert_eq!(project.read("app/two.txt"), "mine");
    assert!(
        told.stderr.contains("edited by hand and left"),
        "{}",
        told.stderr
    );
}

#[test]
fn a_database_that_an_older_version_described_otherwise_gets_a_migration() {
    let project = bare();
    let first = project.read("app/app/migrations/0001_first.sql");
    let index = "CREATE INDEX todos_done ON todos (done);\n";
    let older = first.replace(index, "");
    assert_ne!(older, first);
    project.write("app/app/migrations/0001_first.sql", &older);
    let recorded = r#"{"name":"todos_done","columns":["done"],"unique":false}"#;
    rewrite_recording(&project, recorded, "");
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert_eq!(project.read("app/app/migrations/0001_first.sql"), older);
    assert!(
        project
            .read("app/app/migrations/0002_update.sql")
            .ends_with(index)
    );
    let again = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
}

#[test]
fn migrations_of_the_users_own_are_counted_and_left_alone() {
    let project = bare();
    project.write(
        "app/app/migrations/0002_mine.sql",
        "CREATE TABLE mine (id INTEGER PRIMARY KEY);\n",
    );
    let words = ["add", "field", "todo", "size:int", "--no-verify"];
    let _ = grow(&project, &words).exits(0);
    assert!(project.exists("app/app/migrations/0003_add_todo_size.sql"));
    assert!(
        project
            .read("app/app/migrations/0002_mine.sql")
            .contains("mine")
    );
    std::fs::remove_file(project.path().join("app/app/migrations/0001_first.sql")).unwrap();
    let _ = project.codey(&["update", "app", "--no-verify"]).exits(0);
    assert!(
        project.exists("app/app/migrations/0001_first.sql"),
        "it is made again as it was"
    );
}
