//! Rows and edits made before each step are there after it.

use std::path::PathBuf;
use std::process::Command;

use super::{bare, grow, rewrite_recording, todo};
use crate::common::{Project, cache_dir};

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
    let before = project.tree("app");
    for feature in ["auth", "admin"] {
        let refused = grow(&project, &["add", "feature", feature]).exits(4);
        assert!(refused.stderr.contains("accounts"), "{}", refused.stderr);
        assert!(refused.stderr.contains("help: "), "{}", refused.stderr);
    }
    assert_eq!(project.tree("app"), before);
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
