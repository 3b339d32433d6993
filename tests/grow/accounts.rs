//! Accounts come to applications of Flask and FastAPI that are in use: every row stays, and the first account has them.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::grow;
use super::in_use::{
    DATABASE, Rows, answer, ask, client, dump, in_use, keep, open, put_back, query, rows, said,
    schema, sign_up, started,
};
use crate::common::Project;
use crate::random_specs::ruff;

/// The same application made at once, with accounts, and its database.
fn fresh(project: &Project) -> Vec<String> {
    let plan = project.read("app/.codey/plan.yaml");
    let again = Project::new();
    again.write("plan.yaml", plan);
    let run = [
        "run",
        "plan.yaml",
        "--set",
        "migrations=[]",
        "--dir",
        "app",
        "--no-verify",
    ];
    let _ = again.codey(&run).exits(0);
    assert!(!again.exists("app/app/migrations/0002_add_recipe_isbn.sql"));
    let code = again.read("app/app/accounts.py");
    assert!(
        !code.contains("NOBODY"),
        "only what has such rows speaks of them"
    );
    let _ = ask(&again, &[]);
    schema(&again.path().join(DATABASE))
}

fn accounts_come_to(stack: &str) {
    let project = in_use(stack);
    let file = project.path().join(DATABASE);
    let before = rows(&file, "");
    let ended = grow(&project, &["add", "feature", "auth"]).exits(0);
    for word in ["first account", "passed", "0003_add_auth.sql"] {
        assert!(ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
    is_clean(&project);
    let code = project.read("app/app/accounts.py");
    let flushes = code.find("PRAGMA synchronous = FULL").unwrap();
    assert!(flushes < code.find("_make_account(").unwrap());
    stops_where_something_would_be_lost(&project);
    // All of these start at once on the database as it was, and each makes an account.
    first_of_many_has_the_rows(&project);

    the_first_account_has_the_rows(&project, &before);
    assert_eq!(schema(&file), fresh(&project));
    grows_on(&project);
}

/// What linter and formatter say by the settings of the application.
fn is_clean(project: &Project) {
    for words in [&["check"][..], &["format", "--check"]] {
        let mut linted = Command::new(ruff());
        linted.args(words).args(["--no-cache", "app"]);
        let linted = linted.current_dir(project.path()).output().unwrap();
        assert!(
            linted.status.success(),
            "{}",
            String::from_utf8_lossy(&linted.stdout)
        );
    }
}

/// Nobody sees the rows before there is an account, the first one sees all of them, and the next one none.
fn the_first_account_has_the_rows(project: &Project, before: &Rows) {
    let file = project.path().join(DATABASE);
    let lists = [
        "GET /api/recipes?sort=id",
        "GET /api/reviews?sort=id",
        "GET /api/cooks",
    ];
    let nobody = r#"POST /api/session {"name": "(nobody)", "password": ""}"#;
    let answers = ask(project, &[lists[0], nobody]);
    assert_eq!((answers[0].0, answers[1].0), (401, 401), "{answers:?}");
    let mut after = rows(&file, "owner_id");
    after.retain(|table, _| before.contains_key(table));
    assert_eq!(&after, before);
    // FastAPI shows no row that refers to nothing, accounts or not.
    open(&file)
        .execute_batch("DELETE FROM reviews WHERE text = 'lost'")
        .unwrap();
    let ada = sign_up("ada");
    let new = r#"POST /api/recipes {"title": "new"}"#;
    let answers = ask(
        project,
        &[
            &ada,
            lists[0],
            lists[1],
            lists[2],
            new,
            "GET /api/recipes?tag=hot",
        ],
    );
    let (recipes, reviews, cooks) = (
        &answers[1].1["items"],
        &answers[2].1["items"],
        &answers[3].1["items"],
    );
    assert_eq!(
        (&recipes[0]["title"], &recipes[1]["parent_id"]),
        (&"soup".into(), &1.into())
    );
    assert_eq!(recipes[0]["tags"], serde_json::json!(["hot", "Quick"]));
    assert_eq!(
        (&reviews[1]["recipe_id"], reviews.as_array().map(Vec::len)),
        (&2.into(), Some(2))
    );
    assert_eq!(cooks[0]["recipe_ids"], serde_json::json!([1, 2]));
    assert_eq!(
        (answers[4].0, &answers[4].1["id"]),
        (201, &4.into()),
        "3 was the id of another"
    );
    assert_eq!(answers[5].1["total"], 1);
    let answers = ask(
        project,
        &[
            &sign_up("bob"),
            lists[0],
            lists[1],
            lists[2],
            "GET /api/recipes/1",
        ],
    );
    for (status, list) in &answers[1..4] {
        assert_eq!((*status, list["total"].as_u64()), (200, Some(0)));
    }
    assert_eq!(answers[4].0, 404);
}

/// Where foreign keys stay on, or tables have what codey knows nothing of, the migration fails and leaves all as it was.
fn stops_where_something_would_be_lost(project: &Project) {
    let (kept, file) = (keep(project), project.path().join(DATABASE));
    let module = match project.exists("app/app/db.py") {
        true => "app/app/db.py",
        false => "app/app/database.py",
    };
    let code = project.read(module);
    let stops = |word: &str| {
        let before = dump(&file);
        let output = started(project, &["GET /api/recipes"]);
        assert!(
            !output.status.success() && said(&output).contains(word),
            "{}",
            said(&output)
        );
        assert_eq!(dump(&file), before);
    };
    let edited = code.replace("'OFF' if anew else 'ON'", "'ON'");
    assert_ne!(edited, code);
    project.write(module, edited);
    stops("stopped_by.foreign_keys_that_are_on");
    project.write(module, &code);
    for (statement, word) in [
        (
            "ALTER TABLE reviews ADD COLUMN mine TEXT",
            "an_unknown_column",
        ),
        (
            "CREATE INDEX mine ON cooks (created_at)",
            "an_unknown_index",
        ),
        (
            "CREATE TRIGGER mine AFTER INSERT ON Recipes BEGIN SELECT 1; END",
            "an_unknown_trigger",
        ),
    ] {
        open(&file).execute_batch(statement).unwrap();
        stops(word);
        put_back(project, &kept);
    }
    // Newer code used the database, or another migration ran under this one's number.
    for (version, word) in [(9, "has seen 9 migrations"), (3, "no table `users`")] {
        let count = format!("PRAGMA user_version = {version}");
        open(&file).execute_batch(&count).unwrap();
        stops(word);
        put_back(project, &kept);
    }
    // References that a migration of this kind breaks are found; those that were broken before are not its fault.
    let mine = "app/app/migrations/0004_mine.sql";
    let delete = "DELETE FROM recipes WHERE id = 2;\n";
    project.write(
        mine,
        format!("-- Foreign keys are off while this runs.\n{delete}"),
    );
    let output = started(project, &[]);
    assert!(
        said(&output).contains("0004_mine.sql leaves references"),
        "{}",
        said(&output)
    );
    let db = open(&file);
    assert_eq!(query(&db, "PRAGMA user_version"), ["[Integer(3)]"]);
    assert_eq!(query(&db, "SELECT count(*) FROM recipes"), ["[Integer(2)]"]);
    // Others take along what refers to the rows that they delete.
    project.write(mine, delete);
    let _ = ask(project, &[]);
    assert_eq!(
        query(&db, "SELECT text FROM reviews ORDER BY id"),
        [r#"[Text("good")]"#, r#"[Text("lost")]"#]
    );
    std::fs::remove_file(project.path().join(mine)).unwrap();
    drop(db);
    put_back(project, &kept);
}

/// Several servers start on the old database and get a request for an account each, at the same time.
fn first_of_many_has_the_rows(project: &Project) {
    let (kept, file) = (keep(project), project.path().join(DATABASE));
    let start = |at: usize| {
        let name = sign_up(&format!("user{at}"));
        let mut command = client(project, &["wait go", &name, "GET /api/recipes"]);
        command.stdout(Stdio::piped()).spawn().unwrap()
    };
    let mut children: Vec<_> = (0..4).map(start).collect();
    let mut outs: Vec<_> = children
        .iter_mut()
        .map(|child| BufReader::new(child.stdout.take().unwrap()).lines())
        .collect();
    for out in &mut outs {
        assert_eq!(out.next().unwrap().unwrap(), "ready");
    }
    project.write("go", "");
    let mut totals: Vec<u64> = outs
        .iter_mut()
        .map(|out| {
            let mut answers = out.map(|line| answer(&line.unwrap()));
            assert_eq!(answers.next().unwrap().0, 201);
            answers.next().unwrap().1["total"].as_u64().unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    totals.sort_unstable();
    assert_eq!(totals, [0, 0, 0, 2]);
    let tables =
        ["recipes", "reviews", "cooks"].map(|table| format!("SELECT owner_id FROM {table}"));
    let owners = query(&open(&file), &tables.join(" UNION "));
    assert_eq!(owners.len(), 1);
    put_back(project, &kept);
}

/// Fields and entities come after accounts as they did before.
fn grows_on(project: &Project) {
    let _ = grow(
        project,
        &["add", "field", "recipe", "minutes:int(1..)", "--no-verify"],
    )
    .exits(0);
    let _ = grow(
        project,
        &["add", "entity", "menu: name!^ recipe:ref", "--no-verify"],
    )
    .exits(0);
    let sign_in = r#"POST /api/session {"name": "ada", "password": "correct horse"}"#;
    let answers = ask(
        project,
        &[
            sign_in,
            r#"PATCH /api/recipes/1 {"minutes": 5}"#,
            r#"POST /api/menus {"name": "Monday", "recipe_id": 2}"#,
            "GET /api/recipes?sort=id",
        ],
    );
    let statuses: Vec<u64> = answers.iter().map(|(status, _)| *status).collect();
    assert_eq!(statuses, [200, 200, 201, 200], "{answers:?}");
    assert_eq!(answers[3].1["total"], 3);
    assert_eq!(answers[3].1["items"][0]["minutes"], 5);
    let verified = project.codey(&["verify", "app"]).exits(0);
    assert!(
        verified.stdout.contains("no findings"),
        "{}",
        verified.stdout
    );
}

#[test]
fn accounts_come_to_flask_with_rows() {
    accounts_come_to("Flask");
}

#[test]
fn accounts_come_to_fastapi_with_rows() {
    accounts_come_to("FastAPI");
}
