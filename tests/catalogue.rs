//! Models on this computer and the user's settings, as the command line offers them.

use std::process::Stdio;

use camino::Utf8Path;
use codey::model::store::{Store, StoreError};
use serde_json::Value;

use crate::common::{Ended, Project};

fn json(ended: &Ended) -> Vec<Value> {
    ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn tiny() -> Vec<u8> {
    std::fs::read(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/models/tiny.gguf"
    ))
    .unwrap()
}

/// A project with a small model.
fn with_model() -> Project {
    let project = Project::new();
    project.write("tiny.gguf", tiny());
    project
}

#[test]
fn a_model_is_imported_listed_checked_and_removed() {
    let project = with_model();
    let import = project
        .codey(&["models", "import", "tiny.gguf", "--role", "coder", "--json"])
        .exits(0);
    let imported = &json(&import)[0];
    assert_eq!(
        (&imported["name"], &imported["in_place"]),
        (&"tiny".into(), &false.into())
    );
    let path = imported["path"].as_str().unwrap().to_owned();
    assert!(path.ends_with(".data/codey/models/tiny.gguf"), "{path}");

    let listed = json(
        &project
            .codey(&["models", "list", "--installed", "--json"])
            .exits(0),
    );
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0]["sha256"], imported["sha256"]);
    let _ = project.codey(&["models", "verify"]).exits(0);
    let taken = project.codey(&["models", "import", "tiny.gguf"]).exits(4);
    assert!(
        taken.stderr.contains("installed already"),
        "{}",
        taken.stderr
    );

    // The same size with another byte: only reading it whole finds out.
    std::fs::remove_file(&path).unwrap();
    let mut damaged = tiny();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(&path, damaged).unwrap();
    let corrupt = project
        .codey(&["models", "verify", "tiny", "--json"])
        .exits(5);
    let found = json(&corrupt)[0]["found"].as_str().unwrap().to_owned();
    assert!(found.starts_with("its SHA-256 is "), "{found}");

    let _ = project.codey(&["models", "rm", "tiny"]).exits(0);
    assert!(!std::path::Path::new(&path).exists());
    assert!(
        project.exists("tiny.gguf"),
        "the file that was imported stays"
    );
    let gone = project.codey(&["models", "rm", "tiny"]).exits(5);
    assert!(
        gone.stderr.contains("no model `tiny` is installed"),
        "{}",
        gone.stderr
    );
}

#[test]
fn imports_at_the_same_time_lose_nothing() {
    const IMPORTS: usize = 6;
    let project = with_model();
    let import = |number: usize| {
        let name = format!("tiny-{number}");
        let mut command = project.command(&["models", "import", "tiny.gguf", "--name", &name]);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..IMPORTS).map(import).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let listed = json(
        &project
            .codey(&["models", "list", "--installed", "--json"])
            .exits(0),
    );
    assert_eq!(listed.len(), IMPORTS);
}

#[test]
fn a_role_is_served_by_the_flag_the_settings_or_the_only_model() {
    const BUDGET_MIB: u64 = 5500;
    let project = with_model();
    let folder = Utf8Path::from_path(project.path()).unwrap();
    let store = Store::new(&folder.join(".data/codey/models"));
    let resolve = |flag, configured| store.resolve("coder", flag, configured, BUDGET_MIB);
    let none = resolve(None, None).unwrap_err();
    assert_eq!(
        none.to_string(),
        "no model for the role `coder` is installed"
    );
    assert!(
        none.help()
            .starts_with("`codey models pull qwen2.5-coder-7b`"),
        "{}",
        none.help()
    );

    let _ = project.codey(&["models", "import", "tiny.gguf"]).exits(0);
    let other = [
        "models",
        "import",
        "tiny.gguf",
        "--name",
        "ear",
        "--role",
        "router",
    ];
    let _ = project.codey(&other).exits(0);
    assert_eq!(
        resolve(None, None).unwrap().name,
        "tiny",
        "the only one of its role"
    );
    let second = ["models", "import", "tiny.gguf", "--name", "second"];
    let _ = project.codey(&second).exits(0);
    let several = resolve(None, None).unwrap_err();
    assert!(
        matches!(&several, StoreError::Several { names, .. } if names.len() == 2),
        "{several}"
    );
    assert!(
        several.help().contains("codey models default coder"),
        "{}",
        several.help()
    );
    assert_eq!(resolve(None, Some("second")).unwrap().name, "second");
    assert_eq!(resolve(Some("tiny"), Some("second")).unwrap().name, "tiny");
    let file = folder.join("tiny.gguf");
    let loose = resolve(Some(file.as_str()), None).unwrap();
    assert_eq!(
        loose.path,
        folder.join("tiny.gguf").canonicalize_utf8().unwrap()
    );
    let known = resolve(Some("qwen2.5-coder-7b"), None).unwrap_err();
    assert_eq!(
        known.help(),
        "`codey models pull qwen2.5-coder-7b` downloads it"
    );

    let path = store.path_for("tiny");
    std::fs::remove_file(&path).unwrap();
    let gone = resolve(Some("tiny"), None).unwrap_err();
    assert!(gone.to_string().contains("`tiny` is not there"), "{gone}");
}

#[test]
fn a_model_in_place_is_referred_to_and_never_removed() {
    let project = with_model();
    let _ = project
        .codey(&[
            "models",
            "import",
            "tiny.gguf",
            "--in-place",
            "--name",
            "mine",
        ])
        .exits(0);
    assert!(!project.exists(".data/codey/models/mine.gguf"));
    let shown = json(
        &project
            .codey(&["models", "show", "mine", "--json"])
            .exits(0),
    );
    assert_eq!(shown[0]["in_place"], true);
    let text = project.codey(&["models", "show", "mine"]).exits(0).stdout;
    assert!(text.contains("kind       qwen2, F32"), "{text}");
    let _ = project.codey(&["models", "rm", "mine"]).exits(0);
    assert!(project.exists("tiny.gguf"));
}

#[test]
fn what_is_no_model_is_not_imported() {
    let project = with_model();
    project.write("page.gguf", "<!doctype html>");
    project.write(
        "old.gguf",
        [b"GGUF\x01\0\0\0".as_slice(), &[0; 16]].concat(),
    );
    project.write("cut.gguf", &tiny()[..300_000]);
    for (file, why) in [
        ("page.gguf", "page.gguf"),
        ("old.gguf", "version"),
        ("cut.gguf", "cut short"),
        ("missing.gguf", "No such file"),
        (".", "no regular file"),
    ] {
        let ended = project.codey(&["models", "import", file]).exits(5);
        assert!(ended.stderr.contains(why), "{file}: {}", ended.stderr);
    }
    let ended = project
        .codey(&["models", "import", "tiny.gguf", "--name", "../x"])
        .exits(2);
    assert!(
        ended.stderr.contains("no name of a model"),
        "{}",
        ended.stderr
    );
}

#[test]
fn the_catalogue_is_listed_with_what_fits() {
    let project = Project::new();
    let mut command = project.command(&["models", "list", "--json"]);
    let output = command
        .env("CODEY_MEMORY_BUDGET_MB", "2000")
        .output()
        .unwrap();
    let listed = json(&Ended::of(output).exits(0));
    let entry = |name: &str| listed.iter().find(|entry| entry["name"] == name).unwrap();
    assert_eq!(entry("qwen2.5-coder-1.5b")["fits"], true);
    assert_eq!(entry("qwen2.5-coder-7b")["fits"], false);
    assert_eq!(entry("qwen2.5-coder-7b")["installed"], false);
    let shown = project
        .codey(&["models", "show", "qwen2.5-coder-3b"])
        .exits(0)
        .stdout;
    assert!(shown.contains("no commercial use"), "{shown}");
    let typo = project
        .codey(&["models", "show", "qwen2.5-coder-3"])
        .exits(2);
    assert!(
        typo.stderr.contains("did you mean `qwen2.5-coder-3b`?"),
        "{}",
        typo.stderr
    );
}

#[test]
fn the_model_of_a_role_is_chosen_once() {
    let project = with_model();
    let missing = project
        .codey(&["models", "default", "coder", "tiny"])
        .exits(5);
    assert!(
        missing.stderr.contains("no model `tiny`"),
        "{}",
        missing.stderr
    );
    let _ = project.codey(&["models", "import", "tiny.gguf"]).exits(0);
    let _ = project
        .codey(&["models", "default", "coder", "tiny"])
        .exits(0);
    assert_eq!(
        project
            .codey(&["config", "get", "models.coder"])
            .exits(0)
            .stdout,
        "\"tiny\"\n"
    );
    let listed = json(
        &project
            .codey(&["models", "list", "--installed", "--json"])
            .exits(0),
    );
    assert_eq!(listed[0]["default"], true);
}

#[test]
fn a_broken_index_is_named_and_not_overwritten() {
    let project = with_model();
    let _ = project.codey(&["models", "import", "tiny.gguf"]).exits(0);
    for text in [
        "{",
        r#"{"version": 9, "models": []}"#,
        r#"{"version": 1, "models": [{"name": "../x", "role": "coder", "file": "x", "size": 1, "sha256": "", "source": {"url": "x"}}]}"#,
    ] {
        project.write(".data/codey/models/index.json", text);
        let ended = project
            .codey(&["models", "import", "tiny.gguf", "--name", "other"])
            .exits(5);
        assert!(ended.stderr.contains("index.json"), "{}", ended.stderr);
        assert_eq!(project.read(".data/codey/models/index.json"), text);
    }
}

#[test]
fn no_worker_runs_where_none_was_started() {
    let ended = Project::new().codey(&["models", "ps", "--json"]).exits(0);
    for line in json(&ended) {
        assert!(line["pid"].is_u64());
    }
}

#[test]
fn settings_are_made_on_first_use_and_changed_one_at_a_time() {
    let project = Project::new();
    let path = project.codey(&["config", "path"]).exits(0).stdout;
    assert!(
        path.trim_end().ends_with(".config/codey/config.json"),
        "{path}"
    );
    let _ = project.codey(&["models", "list", "--help"]).exits(0);
    assert!(
        !project.exists(".config/codey/config.json"),
        "neither path nor help writes it"
    );
    insta::assert_snapshot!(
        "config_show",
        project.codey(&["config", "show"]).exits(0).stdout
    );
    insta::assert_snapshot!("config_file", project.read(".config/codey/config.json"));

    let _ = project
        .codey(&["config", "set", "sampling.temperature", "0.2"])
        .exits(0);
    assert_eq!(
        project
            .codey(&["config", "get", "sampling.temperature"])
            .exits(0)
            .stdout,
        "0.2\n"
    );
    let mut command = project.command(&["config", "show", "--json"]);
    let shown = Ended::of(command.env("CODEY_LANES", "5").output().unwrap()).exits(0);
    let lanes = json(&shown)
        .into_iter()
        .find(|row| row["key"] == "lanes")
        .unwrap();
    assert_eq!(
        (&lanes["value"], &lanes["from"]),
        (&5.into(), &"CODEY_LANES".into())
    );

    let unknown = project.codey(&["config", "set", "lane", "2"]).exits(2);
    assert!(
        unknown.stderr.contains("did you mean `lanes`?"),
        "{}",
        unknown.stderr
    );
    let unfit = project.codey(&["config", "set", "lanes", "many"]).exits(2);
    assert!(unfit.stderr.contains("invalid type"), "{}", unfit.stderr);
}

#[test]
fn a_fault_in_the_file_is_shown_with_its_place() {
    let project = Project::new();
    project.write(
        ".config/codey/config.json",
        "{\n  \"context\": 4096,\n  \"n_thread\": 2\n}\n",
    );
    let ended = project.codey(&["models", "list"]).exits(3);
    let place = "config.json:3:3";
    assert!(ended.stderr.contains(place), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("did you mean `n_threads`?"),
        "{}",
        ended.stderr
    );
    let before = project.read(".config/codey/config.json");
    let _ = project.codey(&["config", "set", "lanes", "2"]).exits(3);
    assert_eq!(project.read(".config/codey/config.json"), before);
    let mut command = project.command(&["config", "show"]);
    let _ = Ended::of(command.env("CODEY_CONTEXT", "many").output().unwrap()).exits(3);
}

#[test]
fn settings_that_cannot_be_written_are_defaults() {
    let project = Project::new();
    project.write(".config/codey", "a file where the folder would be");
    let ended = project.codey(&["config", "get", "prefix_cache_mb"]);
    // The folder's name leads through a file, which is neither a missing file nor a readable one.
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let project = Project::new();
    let mut command = project.command(&["config", "get", "prefix_cache_mb"]);
    let output = command
        .env("XDG_CONFIG_HOME", "/proc/nowhere")
        .output()
        .unwrap();
    let ended = Ended::of(output).exits(0);
    assert_eq!(ended.stdout, "1024\n");
    assert!(
        ended.stderr.contains("the defaults hold"),
        "{}",
        ended.stderr
    );
}
