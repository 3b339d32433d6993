//! Programs: start, output, and why one did not start.

use super::*;

#[test]
fn the_end_and_the_output_of_a_program_are_known() {
    let ended = shell("echo out; echo err >&2; exit 3");
    assert_eq!(ended.end, End::Exit(3));
    assert_eq!(ended.output.text, "out\nerr\n");
    assert_eq!(shell("kill -9 $$").end, End::Signal(9));
    assert_eq!(shell("exec >&- 2>&-; exit 4").end, End::Exit(4));
}

#[test]
fn arguments_reach_a_program_whole() {
    let argv = argv(&["printf", "%s\n", "a b", "$HOME;*", "", "--"]);
    let ended = run(&spawn(&argv), &Cancel::new().unwrap(), &mut |_| {}).unwrap();
    assert_eq!(ended.output.text, "a b\n$HOME;*\n\n--\n");
}

#[test]
fn a_program_has_its_folder_its_variables_and_nothing_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().canonicalize().unwrap();
    let argv = argv(&["sh", "-c", "pwd -P; echo $GREETING $TERM; cat; echo end"]);
    let env = [("GREETING".to_owned(), "hello world".to_owned())];
    let spawn = Spawn {
        cwd: &real,
        env: &env,
        ..spawn(&argv)
    };
    let ended = run(&spawn, &Cancel::new().unwrap(), &mut |_| {}).unwrap();
    let expected = format!("{}\nhello world dumb\nend\n", real.display());
    assert_eq!(ended.output.text, expected);
}

#[test]
fn variables_of_the_user_that_are_not_listed_do_not_pass() {
    // Cargo sets this one for every test, so its absence is the filter's work.
    assert!(std::env::vars_os().any(|(name, _)| name == "CARGO_MANIFEST_DIR"));
    let ended = shell("env");
    assert!(!ended.output.text.contains("CARGO_MANIFEST_DIR"));
    assert!(ended.output.text.contains("NO_COLOR=1\n"));
}

#[test]
fn lines_are_reported_while_the_program_runs() {
    // The program waits for a file that only the report of its first line makes.
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let workspace = Workspace::open(root).unwrap();
    let script = "echo first; while ! [ -e go ]; do :; done; printf '\\033[1mlast\\033[0m'";
    let argv = argv(&["sh", "-c", script]);
    let spawn = Spawn {
        cwd: folder.path(),
        ..spawn(&argv)
    };
    let mut lines = Vec::new();
    run(&spawn, &Cancel::new().unwrap(), &mut |line| {
        lines.push(line.to_owned());
        let _ = workspace.write("go".into(), b"", Durability::Cached);
    })
    .unwrap();
    assert_eq!(lines, ["first", "last"]);
}

#[test]
fn endless_output_is_kept_within_bounds() {
    let total = 4 << 20;
    let ended = shell(&format!("head -c {total} /dev/zero | tr '\\0' x"));
    let kept = HEAD_BYTES + TAIL_BYTES;
    assert_eq!(ended.output.omitted_bytes, (total - kept) as u64);
    assert!(ended.output.text.len() < kept + 100);
}

#[test]
fn why_a_program_did_not_start_is_said() {
    let root = Path::new("/");
    let missing = failure(&["no-such-program-anywhere"], root);
    assert!(matches!(missing, ProcError::NotFound { .. }), "{missing:?}");
    assert!(missing.help().contains("no-such-program-anywhere"));
    let line = failure(&["echo hello"], root);
    assert!(line.help().contains("element"), "{}", line.help());
    assert!(matches!(
        failure(&["./nothing"], root),
        ProcError::NotFound { .. }
    ));
    assert!(matches!(
        failure(&["/etc/passwd"], root),
        ProcError::NotRunnable { .. }
    ));
    assert!(matches!(failure(&[], root), ProcError::Empty));
    assert!(matches!(
        failure(&["echo", "a\0b"], root),
        ProcError::Nul { .. }
    ));
    let nowhere = failure(&["true"], Path::new("/no/such/folder"));
    assert!(matches!(nowhere, ProcError::NoFolder { .. }), "{nowhere:?}");
}

#[test]
fn a_forgotten_background_process_is_not_waited_for() {
    let ended = shell("sleep 1000 & echo $!");
    assert_eq!(ended.end, End::Exit(0));
    assert!(ends(ended.output.text.trim()));
}
