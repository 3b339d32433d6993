//! Templates of a project and of a user: who goes before whom, what follows from them, and what is refused.

use std::os::unix::fs::symlink;

use crate::common::{Ended, Project};

const DB: &str = "flask/app/db.py";
const PLAN: &str = "codey: 1\nname: own\nchunks:\n  \
    a: { type: utility, template: web/gitignore, write: a.txt }\n  \
    b: { type: utility, template: mine/part.txt, write: b.txt }\n";

fn in_project(name: &str) -> String {
    format!("codey/templates/{name}")
}

fn in_user(name: &str) -> String {
    format!(".config/codey/templates/{name}")
}

/// A project whose plan renders a template of codey's and one of its own.
fn project() -> Project {
    let project = Project::with_plan(PLAN);
    project.write(&in_project("mine/part.txt"), "one\n");
    project
}

fn run(project: &Project) -> Ended {
    project.codey(&["run", "plan.yaml", "--json"])
}

#[test]
fn the_projects_goes_before_the_users_and_that_before_the_embedded() {
    let project = project();
    assert_eq!(run(&project).exits(0).ran(), ["a", "b"]);
    let embedded = project.read("a.txt");
    project.write(&in_user("web/gitignore"), "<svg>user</svg>\n");
    assert_eq!(run(&project).exits(0).ran(), ["a"]);
    assert_eq!(project.read("a.txt"), "<svg>user</svg>\n");
    project.write(&in_project("web/gitignore"), "<svg>project</svg>\n");
    let shown = project.codey(&["run", "plan.yaml", "--dry-run"]).exits(0);
    assert!(
        shown.stdout.contains("its text changed"),
        "{}",
        shown.stdout
    );
    assert_eq!(run(&project).exits(0).ran(), ["a"]);
    assert_eq!(project.read("a.txt"), "<svg>project</svg>\n");
    assert!(run(&project).exits(0).ran().is_empty());

    let list = project.codey(&["templates", "list", "--json"]).exits(0);
    let lines = list.stdout.lines();
    let own: Vec<serde_json::Value> = lines
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &serde_json::Value| line["origin"] != "embedded")
        .collect();
    assert_eq!(own[0]["name"], "mine/part.txt");
    assert_eq!(own[1]["path"], "codey/templates/web/gitignore");
    let shown = project
        .codey(&["templates", "show", "web/gitignore"])
        .exits(0);
    assert_eq!(shown.stdout, "<svg>project</svg>\n");

    for folder in ["codey", ".config"] {
        std::fs::remove_dir_all(project.path().join(folder)).unwrap();
    }
    project.write(&in_project("mine/part.txt"), "one\n");
    assert_eq!(run(&project).exits(0).ran(), ["a"]);
    assert_eq!(project.read("a.txt"), embedded);
}

#[test]
fn ejected_templates_make_the_same_files_until_they_are_changed() {
    let project = Project::new();
    let request = [
        "run",
        "fullstack-flask",
        "--dir",
        "app",
        "--no-verify",
        "--json",
    ];
    let _ = project.codey(&request).exits(0);
    let before = project.tree("app/app");
    let ejected = project
        .codey(&["templates", "eject", "flask", "--dir", "app"])
        .exits(0);
    assert!(
        ejected
            .stdout
            .contains(&format!("app/{}\n", in_project(DB))),
        "{}",
        ejected.stdout
    );
    assert!(!ejected.stdout.contains("stack.yaml"));
    assert!(project.codey(&request).exits(0).ran().is_empty());
    assert_eq!(project.tree("app/app"), before);

    // A page that includes shared parts still finds them.
    let page = "web/pages/list.html";
    let _ = project
        .codey(&["templates", "eject", page, "--dir", "app"])
        .exits(0);
    let path = format!("app/{}", in_project(page));
    let text = project.read(&path);
    project.write(&path, format!("<# of this project #>\n{text}"));
    assert!(project.codey(&request).exits(0).ran().is_empty());
    project.write(&path, format!("{text}<!-- changed -->\n"));
    assert_eq!(
        project.codey(&request).exits(0).ran(),
        ["lists.task", "review"]
    );
}

#[test]
fn nothing_is_replaced_unless_it_is_forced() {
    let project = Project::new();
    let eject = ["templates", "eject", "flask/app", "--to", "user"];
    let _ = project.codey(&eject).exits(0);
    let _ = project.codey(&eject).exits(0);
    let original = project.read(&in_user(DB));
    project.write(&in_user(DB), "mine\n");
    std::fs::remove_file(project.path().join(in_user("flask/app/init.py"))).unwrap();
    let refused = project.codey(&eject).exits(4);
    assert!(refused.stderr.contains(DB), "{}", refused.stderr);
    assert_eq!(project.read(&in_user(DB)), "mine\n");
    assert!(
        !project.exists(&in_user("flask/app/init.py")),
        "all or nothing"
    );
    let _ = project.codey(&[&eject[..], &["--force"]].concat()).exits(0);
    assert_eq!(project.read(&in_user(DB)), original);
    for (name, near) in [("flask/app/bd.py", DB), ("flsk", "flask")] {
        let unknown = project.codey(&["templates", "eject", name]).exits(2);
        assert!(
            unknown.stderr.contains(&format!("did you mean `{near}`?")),
            "{}",
            unknown.stderr
        );
    }
}

#[test]
fn mistakes_are_found_where_they_are() {
    let project = project();
    let part = in_project("mine/part.txt");
    project.write(&part, "fine\n<% if x %>\n");
    let broken = run(&project).exits(3);
    assert!(
        broken.stderr.contains("--> codey/templates/mine/part.txt:"),
        "{}",
        broken.stderr
    );
    project.write(&part, "fine\nhello << nobody >>\n");
    let undefined = run(&project).exits(3);
    let place = "--> codey/templates/mine/part.txt:2:10\n";
    assert!(undefined.stderr.contains(place), "{}", undefined.stderr);
    assert!(
        undefined.stderr.contains("2 | hello << nobody >>"),
        "{}",
        undefined.stderr
    );
    assert!(!project.exists("b.txt"));

    project.write(&part, "<% endfor %>");
    let listed = project.codey(&["templates", "list"]).exits(3);
    assert!(
        listed.stderr.contains("template::syntax"),
        "{}",
        listed.stderr
    );
}

#[test]
fn a_name_that_nothing_uses_is_a_warning() {
    let project = project();
    project.write(&in_project("web/gitignor"), "x");
    let told = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(
        told.stderr
            .contains("`codey/templates/web/gitignor` takes the place of no template"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("did you mean `web/gitignore`?"));
    assert!(!told.stderr.contains("part.txt` takes"), "{}", told.stderr);
    project.write(
        &in_project("mine/part.txt"),
        "<% include 'web/gitignor' %>\n",
    );
    let used = project.codey(&["run", "plan.yaml"]).exits(0);
    assert!(!used.stderr.contains("warning"), "{}", used.stderr);
    assert_eq!(project.read("b.txt"), "x");
    project.write(&in_project("flask/stack.yaml"), "x");
    let stack = project.codey(&["templates", "list"]).exits(0);
    assert!(
        stack.stderr.contains("describes a stack"),
        "{}",
        stack.stderr
    );
}

#[test]
fn what_leads_out_or_is_no_template_is_refused_and_not_passed_over() {
    let outside = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(outside.path(), "secret\n").unwrap();
    let path = in_project("web/gitignore");
    for (what, code) in [
        ("link", "templates::outside"),
        ("binary", "templates::unreadable"),
        ("long", "templates::too-long"),
        ("folder", "templates::outside"),
    ] {
        let project = project();
        std::fs::create_dir_all(project.path().join(in_project("web"))).unwrap();
        let file = project.path().join(&path);
        match what {
            "link" => symlink(outside.path(), file).unwrap(),
            "binary" => std::fs::write(file, [0xFF, 0xFE]).unwrap(),
            "long" => std::fs::write(file, vec![b'x'; 2 << 20]).unwrap(),
            _ => {
                let elsewhere = project.path().join("elsewhere");
                std::fs::rename(project.path().join("codey"), &elsewhere).unwrap();
                symlink("elsewhere", project.path().join("codey")).unwrap();
            }
        }
        let refused = run(&project).exits(3);
        assert!(refused.stderr.contains(code), "{what}: {}", refused.stderr);
        assert!(!project.exists("a.txt"), "{what}");
        let listed = project.codey(&["templates", "list"]).exits(3);
        assert!(listed.stderr.contains(code), "{what}: {}", listed.stderr);
    }
    let project = project();
    project.write("above.txt", "secret\n");
    project.write(
        &in_project("mine/part.txt"),
        "<% include '../../above.txt' %>\n",
    );
    let refused = run(&project).exits(3);
    assert!(
        refused.stderr.contains("template::not-found"),
        "{}",
        refused.stderr
    );
}
