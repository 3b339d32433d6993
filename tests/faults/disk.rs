//! Disks, pipes and limits that end: a full one is named, and the next run goes on from there.

use super::{is_civil, project, shell};

const TODO: &str = "run 'todo app' --no-verify --dir app";

#[test]
fn a_limit_on_file_sizes_is_an_error_and_no_death() {
    let project = project("  big: { write: big.txt, content: '{{ \"x\" * 9000 }}' }\n");
    for limit in [0, 4] {
        let ended = shell(&project, &format!("ulimit -f {limit}; \"$CODEY\" {TODO}"));
        is_civil(&ended);
        assert!(
            matches!(ended.code, 1 | 7),
            "{}: {}",
            ended.code,
            ended.stderr
        );
        assert!(ended.stderr.contains("again"), "{}", ended.stderr);
    }
    let _ = shell(&project, &format!("\"$CODEY\" {TODO}")).exits(0);
    assert!(project.exists("app/README.md"));
}

#[test]
fn a_full_disk_is_named_and_the_next_run_finishes() {
    let project = project("");
    if shell(&project, "unshare -Urm true").code != 0 {
        return; // Here a user may not mount.
    }
    let line = format!(
        "unshare -Urm sh -c 'mkdir m && mount -t tmpfs -o size=160k t m; \
         (cd m && \"$CODEY\" {todo}); echo first $?; mount -o remount,size=8m m; \
         (cd m && \"$CODEY\" {todo} -q); echo second $?; ls m/app/README.md'",
        todo = "run \"todo app\" --no-verify --dir app"
    );
    let ended = shell(&project, &line).exits(0);
    is_civil(&ended);
    let words: Vec<&str> = ended.stdout.split_whitespace().collect();
    assert!(
        matches!(words[1], "1" | "7"),
        "{} {}",
        ended.stdout,
        ended.stderr
    );
    assert_eq!(
        words[2..],
        ["second", "0", "m/app/README.md"],
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("full") || ended.stderr.contains("no space"),
        "{}",
        ended.stderr
    );
}

#[test]
fn readers_that_go_away_are_no_error() {
    let project = project("  a: { write: a.txt, content: x }\n");
    for line in [
        "\"$CODEY\" plan 'todo app' --format json | true",
        "\"$CODEY\" plan 'todo app' --format json | head -1",
        "\"$CODEY\" schema | true",
        "\"$CODEY\" run plan.yaml --json | true",
        "\"$CODEY\" run plan.yaml 2>&-",
        "\"$CODEY\" run plan.yaml --dir closed <&- >&- 2>&-",
        "\"$CODEY\" run plan.yaml 2>&1 >/dev/null | true",
    ] {
        is_civil(&shell(&project, line).exits(0));
    }
    assert!(project.exists("a.txt") && project.exists("closed/a.txt"));
    let full = shell(&project, "\"$CODEY\" plan plan.yaml > /dev/full").exits(7);
    assert!(full.stderr.contains("cannot print"), "{}", full.stderr);
}

#[test]
fn a_read_only_directory_is_refused() {
    let project = project("  a: { write: a.txt, content: x }\n");
    if shell(&project, "unshare -Urm true").code != 0 {
        return; // Here a user may not mount.
    }
    let line = "unshare -Urm sh -c \
        'mkdir m && mount -t tmpfs -o ro t m && cd m && \"$CODEY\" run ../plan.yaml'";
    let refused = shell(&project, line).exits(4);
    assert!(refused.stderr.contains("read-only"), "{}", refused.stderr);
}

#[test]
fn without_a_home_and_with_a_relative_cache_a_run_works() {
    let project = project("  a: { write: a.txt, content: x }\n");
    let _ = shell(
        &project,
        "env -u HOME -u CODEY_CACHE_DIR \"$CODEY\" run plan.yaml",
    )
    .exits(0);
    let told = shell(&project, "CODEY_CACHE_DIR=rel \"$CODEY\" doctor --json");
    let absolute = project.path().canonicalize().unwrap().join("rel");
    assert!(
        told.stdout.contains(absolute.to_str().unwrap()),
        "{}",
        told.stdout
    );
}

#[test]
fn a_directory_without_a_utf8_name_is_refused() {
    let project = project("");
    let line = "d=$(printf 'c\\377'); mkdir \"$d\" && cd \"$d\" && \"$CODEY\" run 'todo app' 2>&1 | tail -2";
    let output = std::process::Command::new("sh")
        .args(["-c", line])
        .current_dir(project.path())
        .env("CODEY", env!("CARGO_BIN_EXE_codey"))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("is not UTF-8 text") && text.contains("help: "),
        "{text}"
    );
}
