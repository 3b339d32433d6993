//! Hostile words in requests, entities and parameters: refused with a sentence, or text and nothing else.

use super::is_civil;
use crate::common::Project;

#[test]
fn no_request_breaks_the_command() {
    let long = "todo app with ".to_owned() + &"x".repeat(10_000);
    let many = "todo app with ".to_owned() + &"title, ".repeat(2_000);
    for request in [
        "",
        "   \n",
        "todo\napp\n\nwith title",
        "\u{202e}todo\u{202c} app with \u{5d0}\u{5d1} title",
        "{{7*7}} app with {{ title }} and {% raw %}",
        "'; DROP TABLE tasks; -- app with title",
        "<script>alert(1)</script> manager with title",
        "null manager with none, true, class and def",
        &long,
        &many,
    ] {
        let project = Project::new();
        let ended = project.codey(&["plan", request]);
        is_civil(&ended);
        assert!(
            matches!(ended.code, 0 | 4),
            "{request:.40}: {} {}",
            ended.code,
            ended.stderr
        );
        assert!(
            ended.code == 0 || ended.stderr.contains("  - "),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn no_entity_or_parameter_breaks_the_command() {
    for (option, text, code) in [
        ("--entity", "s:choice(<i>{{7*7}}|b)", 4),
        ("--entity", "class: def:text", 0),
        ("--entity", "s: x:text!=\"'; DROP\"", 0),
        ("--entity", "s: a:ref(nothing)", 4),
        ("--entity", "s: id:text created_at:text", 4),
        ("--entity", "s: a:int=99999999999999999999", 4),
        ("--set", "app", 2),
        ("--set", "=x", 2),
        ("--set", "entities=[[[[[", 3),
        ("--set", "entities=a: {{7*7}}", 3),
        ("--set", "nothing=1", 3),
        ("--set", "app=../../x", 0),
    ] {
        let ended = Project::new()
            .codey(&["plan", "todo app", option, text])
            .exits(code);
        is_civil(&ended);
        assert!(
            code == 0 || ended.stderr.contains("error"),
            "{text}: {}",
            ended.stderr
        );
    }
}

/// Asks the generated application for its page and its own words.
const ASK: &str = r#"
import json, os, sys
sys.path.insert(0, sys.argv[1])
os.chdir(sys.argv[1])
from app import create_app
client = create_app().test_client()
api = client.post("/api/things", json={"name": "x", "kind": "<i>{{7*7}}"})
page = client.get("/things").get_data(as_text=True)
if "<form" not in page:
    page += client.get("/").get_data(as_text=True)
print(json.dumps({"status": api.status_code, "kind": api.get_json()["kind"], "page": page}))
"#;

#[test]
fn a_hostile_choice_comes_out_verbatim_and_escaped() {
    let project = Project::new();
    let entity = "thing: name:text! kind:choice(<i>{{7*7}}|b)!";
    let title = "title=<script>alert(1)</script>{{7*7}}\"'";
    let args = [
        "run", "app", "--entity", entity, "--set", title, "--dir", "app",
    ];
    // The application's own tests pass with it, in its own environment.
    let _ = project.codey(&args).exits(0);
    let python = crate::common::venv_of(&project, "app").join("bin/python");
    let app = project.path().join("app");
    let output = std::process::Command::new(python)
        .args(["-B", "-c", ASK])
        .arg(app)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    let answer: serde_json::Value =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{error}"));
    assert_eq!(
        (&answer["status"], &answer["kind"]),
        (&201.into(), &"<i>{{7*7}}".into())
    );
    let page = answer["page"].as_str().unwrap();
    assert!(
        page.contains("&lt;i&gt;&#123;&#123;7*7&#125;&#125;"),
        "{page}"
    );
    assert!(
        !page.contains("<i>") && !page.contains("<script>alert"),
        "{page}"
    );
    assert!(!page.contains("49"), "{page}");
}
