//! Programs, templates, git and SQLite as the engine uses them.
#![cfg(test)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use codey::diagnostic::Finding;
use codey::proc::{Cancel, End, Ended, HEAD_BYTES, ProcError, Spawn, TAIL_BYTES, run};
use codey::template::{Templates, Value, value};
use codey::tool::{Git, Sqlite};
use codey::workspace::{Durability, Workspace};

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn spawn(argv: &[String]) -> Spawn<'_> {
    Spawn {
        argv,
        cwd: Path::new("/"),
        env: &[],
        timeout: None,
    }
}

fn shell(script: &str) -> Ended {
    let argv = argv(&["sh", "-c", script]);
    run(&spawn(&argv), &Cancel::new().unwrap(), &mut |_| {}).unwrap()
}

fn failure(words: &[&str], cwd: &Path) -> ProcError {
    let argv = argv(words);
    let spawn = Spawn {
        cwd,
        ..spawn(&argv)
    };
    run(&spawn, &Cancel::new().unwrap(), &mut |_| {}).unwrap_err()
}

mod programs {
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
}

/// Whether the process is gone, or about to be: a killed one takes a moment to leave the table.
fn ends(pid: &str) -> bool {
    const LOOKS: u32 = 100_000;
    (0..LOOKS).any(|_| {
        std::thread::yield_now();
        !is_alive(pid)
    })
}

/// Whether the process exists and is no zombie.
fn is_alive(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['Z', 'X']))
}

#[cfg(target_os = "linux")]
mod trees {
    use super::*;

    /// Five processes: the shell, a child, a child of its own session, one that lost its parent in a
    /// session of its own, and one that ignores hang-ups. Each prints its number.
    const TREE: &str = "
        hang='trap \"\" HUP; echo $$; while :; do sleep 1000; done'
        sh -c \"$hang\" &
        setsid sh -c \"$hang\" &
        setsid sh -c \"setsid sh -c '$(echo \"$hang\" | sed \"s/'/'\\\\\\\\''/g\")' & echo orphan\"
        nohup sh -c \"$hang\" &
        echo $$
        wait";

    fn stop_tree(script: &str, act: impl Fn(&Cancel, usize)) -> (Ended, Vec<String>) {
        let argv = argv(&["sh", "-c", script]);
        let cancel = Cancel::new().unwrap();
        let mut pids: Vec<String> = Vec::new();
        let ended = run(&spawn(&argv), &cancel, &mut |line| {
            if line.bytes().all(|byte| byte.is_ascii_digit()) {
                // The control: without an end from outside each of them is alive.
                assert!(is_alive(line), "{line} is not alive");
                pids.push(line.to_owned());
                act(&cancel, pids.len());
            }
        })
        .unwrap();
        (ended, pids)
    }

    #[test]
    fn a_cancelled_program_takes_everything_it_started_with_it() {
        let (ended, pids) = stop_tree(TREE, |cancel, started| {
            if started == 5 {
                cancel.soft();
            }
        });
        assert_eq!(ended.end, End::Cancelled);
        assert_eq!(pids.len(), 5);
        for pid in pids {
            assert!(ends(&pid), "{pid} is still alive");
        }
    }

    #[test]
    fn the_second_wish_ends_what_ignores_the_first() {
        let script = "trap 'echo 00' TERM; echo $$; while :; do sleep 1000 & wait; done";
        let (ended, pids) = stop_tree_without_control(script, |cancel, line| {
            if line == "00" {
                cancel.hard();
            } else {
                cancel.soft();
            }
        });
        assert_eq!(ended.end, End::Cancelled);
        assert_eq!(
            pids.len(),
            2,
            "the program was asked before it was killed: {pids:?}"
        );
        assert!(ends(&pids[0]));
    }

    fn stop_tree_without_control(
        script: &str,
        act: impl Fn(&Cancel, &str),
    ) -> (Ended, Vec<String>) {
        let argv = argv(&["sh", "-c", script]);
        let cancel = Cancel::new().unwrap();
        let mut lines = Vec::new();
        let ended = run(&spawn(&argv), &cancel, &mut |line| {
            lines.push(line.to_owned());
            act(&cancel, line);
        })
        .unwrap();
        (ended, lines)
    }

    #[test]
    fn a_program_whose_time_is_up_is_ended_with_its_tree() {
        let argv = argv(&["sh", "-c", "setsid sleep 1000 & echo $!; echo begun; wait"]);
        let spawn = Spawn {
            timeout: Some(Duration::from_millis(200)),
            ..spawn(&argv)
        };
        let ended = run(&spawn, &Cancel::new().unwrap(), &mut |_| {}).unwrap();
        assert_eq!(ended.end, End::TimedOut);
        for pid in ended.output.text.lines().filter(|line| *line != "begun") {
            assert!(ends(pid), "{pid} is still alive");
        }
    }

    #[test]
    fn every_worker_hears_of_the_wish_to_stop() {
        let cancel = Cancel::new().unwrap();
        let ends: Vec<End> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let argv = argv(&["sleep", "1000"]);
                        run(&spawn(&argv), &cancel, &mut |_| {}).unwrap().end
                    })
                })
                .collect();
            cancel.hard();
            workers
                .into_iter()
                .map(|worker| worker.join().unwrap())
                .collect()
        });
        assert_eq!(ends, [End::Cancelled; 4]);
    }

    #[test]
    fn nothing_starts_once_the_run_is_cancelled() {
        let folder = tempfile::tempdir().unwrap();
        let cancel = Cancel::new().unwrap();
        cancel.soft();
        let argv = argv(&["touch", "made"]);
        let spawn = Spawn {
            cwd: folder.path(),
            ..spawn(&argv)
        };
        assert_eq!(
            run(&spawn, &cancel, &mut |_| {}).unwrap().end,
            End::Cancelled
        );
        assert!(!folder.path().join("made").exists());
    }
}

/// Texts that end a literal, a tag or an expression of some language where they are not escaped.
const HOSTILE: &[&str] = &[
    "",
    "plain",
    "it's",
    "say \"hi\"",
    "'''\"\"\"",
    "back\\slash\\",
    "\\",
    "\\'; DROP TABLE task; --",
    "a\nb\r\nc\rd\te",
    "</script><script>alert(1)</script>",
    "<!-- -->",
    "]]>",
    "{{ config }}",
    "{% raw %}{# x #}",
    "{ } {{ }} {",
    "<< x >> <% y %>",
    "\u{2028}\u{2029}\u{feff}\u{202e}\u{85}",
    "nul\0inside",
    "\u{1}\u{1b}[31m\u{7f}",
    "Straße 日本 🦀 e\u{301}",
    "# comment: yes",
    "- list",
    "null",
    "true",
    "1e3",
    "%s %(name)s $x ${x} `x`",
];

fn render(source: &'static str, value: impl Into<Value>) -> Result<String, Finding> {
    let templates = Templates::of(move |name| (name == "main").then_some(source.into()));
    templates.render("main", Value::from_pairs([("x", value.into())]))
}

mod literals {
    use super::*;

    #[test]
    fn python_reads_back_what_was_written() {
        for text in HOSTILE {
            let source = render("x = << x | py >>\n", *text).unwrap();
            let module = ruff_python_parser::parse_module(&source).expect(&source);
            let ruff_python_ast::Stmt::Assign(assign) = &module.syntax().body[0] else {
                panic!("{source} is no assignment");
            };
            let string = assign.value.as_string_literal_expr().expect(&source);
            assert_eq!(string.value.to_str(), *text);
            assert!(source.trim_end().lines().count() == 1, "{source}");
        }
    }

    #[test]
    fn javascript_is_json_that_html_and_jinja_leave_alone() {
        for text in HOSTILE {
            let source = render("<< x | js >>", *text).unwrap();
            let back: String = serde_json::from_str(&source).expect(&source);
            assert_eq!(back, *text);
            for sign in ["<", ">", "&", "{{", "{%", "{#", "\u{2028}", "\u{2029}"] {
                assert!(!source.contains(sign), "{source}");
            }
        }
    }

    #[test]
    fn sqlite_reads_back_what_was_written() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        for text in HOSTILE {
            let query = render("SELECT << x | sql >>", *text).unwrap();
            let back: String = connection
                .query_row(&query, [], |row| row.get(0))
                .expect(&query);
            assert_eq!(back, *text);
            if !text.contains('\0') {
                let query = render("SELECT 1 AS << x | sqlname >>", *text).unwrap();
                let statement = connection.prepare(&query).expect(&query);
                assert_eq!(statement.column_name(0).unwrap(), *text);
            }
        }
        let query = render("SELECT 'b' IN (<< x | sql >>)", vec!["a'", "b"]).unwrap();
        assert!(
            connection
                .query_row(&query, [], |row| row.get::<_, bool>(0))
                .unwrap()
        );
    }

    #[test]
    fn yaml_and_toml_read_back_what_was_written() {
        for text in HOSTILE {
            let yaml = render("key: << x | yaml >>\n", *text).unwrap();
            let back: serde_yaml::Value = serde_yaml::from_str(&yaml).expect(&yaml);
            assert_eq!(back["key"].as_str(), Some(*text), "{yaml}");
            let toml = render("key = << x | toml >>\n", *text).unwrap();
            let back: toml::Table = toml::from_str(&toml).expect(&toml);
            assert_eq!(back["key"].as_str(), Some(*text), "{toml}");
        }
    }

    #[test]
    fn values_of_every_kind_survive() {
        let json = serde_json::json!({
            "list": [1, -2.5, true, "x"],
            "odd key\"": { "deep": [] },
            "big": 9_007_199_254_740_993_i64,
            "tiny": 1e-300,
        });
        let value = || value(&json);
        let js = render("<< x | js >>", value()).unwrap();
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&js).unwrap(),
            json
        );
        let yaml = render("<< x | yaml >>", value()).unwrap();
        assert_eq!(
            serde_yaml::from_str::<serde_json::Value>(&yaml).unwrap(),
            json
        );
        let toml = render("x = << x | toml >>", value()).unwrap();
        let table: toml::Table = toml::from_str(&toml).expect(&toml);
        assert_eq!(serde_json::to_value(&table["x"]).unwrap(), json);
        let python = render("<< x | py >>", value()).unwrap();
        assert!(python.contains("[1, -2.5, True, \"x\"]"), "{python}");
        ruff_python_parser::parse_module(&python).expect(&python);
        assert_eq!(render("<< x | py >>", ()).unwrap(), "None");
        assert_eq!(render("<< x | sql >>", true).unwrap(), "1");
    }

    #[test]
    fn what_a_language_cannot_say_is_refused() {
        for source in [
            "<< x | js >>",
            "<< x | py >>",
            "<< x | sql >>",
            "<< x | toml >>",
        ] {
            assert!(render(source, f64::NAN).is_err(), "{source}");
        }
        assert!(render("<< x | toml >>", ()).is_err());
        assert!(render("<< x | sql >>", vec![vec![1]]).is_err());
    }
}

mod templates {
    use super::*;

    fn of(files: &'static [(&'static str, &'static str)]) -> Templates {
        Templates::of(move |name| {
            let file = files.iter().find(|(key, _)| *key == name)?;
            Some(file.1.into())
        })
    }

    fn fail(source: &'static str) -> Finding {
        render(source, "value").unwrap_err()
    }

    #[test]
    fn jinja_passes_through_and_blocks_leave_no_empty_lines() {
        let source =
            "{% if a %}{{ b }}{# c #}\n<# gone #>\n  <% if x %>\n<p>\n  <% endif %>\nend\n";
        assert_eq!(
            render(source, true).unwrap(),
            "{% if a %}{{ b }}{# c #}\n<p>\nend\n"
        );
    }

    #[test]
    fn templates_include_import_and_extend_each_other() {
        let templates = of(&[
            (
                "s/page",
                "<% extends 's/base' %><% block body %><% include 's/part' %><% endblock %>",
            ),
            ("s/base", "[<% block body %><% endblock %>]"),
            ("s/part", "<% from 's/macros' import twice %><< twice(x) >>"),
            (
                "s/macros",
                "<% macro twice(it) %><< it >><< it >><% endmacro %>",
            ),
        ]);
        let context = Value::from_pairs([("x", Value::from("ab"))]);
        assert_eq!(templates.render("s/page", context).unwrap(), "[abab]");
    }

    #[test]
    fn a_name_reaches_no_file() {
        for name in [
            "/etc/passwd",
            "../Cargo.toml",
            "flask/../../Cargo.toml",
            "nothing",
        ] {
            let finding = Templates::new().render(name, Value::from(())).unwrap_err();
            assert_eq!(finding.code, "template::not-found", "{name}");
        }
        assert_eq!(
            fail("<% include '/etc/passwd' %>").code,
            "template::not-found"
        );
    }

    #[test]
    fn what_is_not_defined_is_named_with_its_place() {
        let finding = fail("one\n  two << x >> << book.title >>\n");
        assert_eq!(finding.code, "template::undefined");
        assert!(finding.message.contains("`book"), "{}", finding.message);
        let place = finding.place.unwrap();
        assert_eq!(place.file, "templates/main");
        assert_eq!((place.line, place.column), (2, 18));
        assert_eq!(
            fail("<% if nothing %><% endif %>").code,
            "template::undefined"
        );
        assert_eq!(render("<< nothing is defined | js >>", 1).unwrap(), "false");
    }

    #[test]
    fn an_error_in_an_included_template_is_placed_there() {
        let templates = of(&[("main", "<% include 'part' %>"), ("part", "\n\n << y >>")]);
        let finding = templates.render("main", Value::from(())).unwrap_err();
        let place = finding.place.unwrap();
        assert_eq!((place.file.as_str(), place.line), ("templates/part", 3));
    }

    #[test]
    fn only_text_and_numbers_are_written_without_a_filter() {
        for value in [
            Value::from(()),
            Value::from(vec![1]),
            Value::from_pairs([("a", 1)]),
        ] {
            let finding = render("<< x >>", value).unwrap_err();
            assert_eq!(finding.code, "template::render");
        }
    }

    #[test]
    fn mistakes_have_codes_of_their_own() {
        assert_eq!(fail("<% if x %>").code, "template::syntax");
        assert_eq!(
            fail("<< x | no_such_filter >>").code,
            "template::unknown-name"
        );
        assert_eq!(fail("<< x + [] >>").code, "template::render");
    }

    #[test]
    fn endless_templates_end() {
        let wide = "<% for a in range(9999) %><% for b in range(9999) %><% endfor %><% endfor %>";
        assert_eq!(fail(wide).code, "template::endless");
        let long = "<% for a in range(99999) %>0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789<% endfor %>";
        assert_eq!(fail(long).code, "template::too-long");
        let deep = of(&[("main", "<% include 'main' %>")]);
        assert!(deep.render("main", Value::from(())).is_err());
        assert!(render("<% macro f() %><< f() >><% endmacro %><< f() >>", 1).is_err());
    }

    #[test]
    fn every_shipped_template_parses() {
        for (name, _) in codey::assets::templates() {
            if let Err(finding) = Templates::new().render(name, Value::from(())) {
                assert_ne!(
                    finding.code, "template::syntax",
                    "{name}: {}",
                    finding.message
                );
                assert_ne!(
                    finding.code, "template::unknown-name",
                    "{name}: {}",
                    finding.message
                );
            }
        }
    }
}

struct Place {
    workspace: Workspace,
    _folder: tempfile::TempDir,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    Place {
        workspace: Workspace::open(&root).unwrap(),
        _folder: folder,
    }
}

impl Place {
    fn put(&self, path: &str, text: &str) -> Utf8PathBuf {
        let path = Utf8PathBuf::from(path);
        self.workspace
            .write(&path, text.as_bytes(), Durability::Cached)
            .unwrap();
        path
    }

    fn repository(&self) -> git2::Repository {
        git2::Repository::discover(self.workspace.root()).unwrap()
    }
}

/// Paths in the commit that HEAD names, each with its content.
fn committed(repository: &git2::Repository) -> String {
    let tree = repository.head().unwrap().peel_to_tree().unwrap();
    let mut found = String::new();
    tree.walk(git2::TreeWalkMode::PreOrder, |folder, entry| {
        if let Ok(object) = entry.to_object(repository)
            && let Some(blob) = object.as_blob()
        {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            let text = String::from_utf8_lossy(blob.content()).into_owned();
            let _ = writeln!(found, "{folder}{name}={text}");
        }
        git2::TreeWalkResult::Ok
    })
    .unwrap();
    found
}

fn commits(repository: &git2::Repository) -> usize {
    let mut walk = repository.revwalk().unwrap();
    walk.push_head().unwrap();
    walk.count()
}

mod git {
    use super::*;

    #[test]
    fn a_repository_is_made_once_and_without_hooks() {
        let place = place();
        let git = Git::new(&place.workspace);
        assert!(
            git.init()
                .unwrap()
                .detail
                .starts_with("made a git repository")
        );
        assert!(git.init().unwrap().detail.contains("already"));
        assert!(
            !place
                .workspace
                .root()
                .join(".git/hooks/pre-commit.sample")
                .exists()
        );
    }

    #[test]
    fn own_files_are_committed_and_no_others() {
        let place = place();
        let git = Git::new(&place.workspace);
        git.init().unwrap();
        let own = [
            place.put("a.txt", "1"),
            place.put("d/b.txt", "2"),
            "d".into(),
        ];
        place.put("theirs.txt", "3");
        let report = git.commit(&own, "Scaffold").unwrap();
        assert!(
            report.detail.starts_with("committed 2 files as "),
            "{}",
            report.detail
        );
        let repository = place.repository();
        assert_eq!(committed(&repository), "a.txt=1\nd/b.txt=2\n");
        let commit = repository.head().unwrap().peel_to_commit().unwrap();
        assert_eq!(commit.message().unwrap(), "Scaffold\n");
        assert_eq!(commit.parent_count(), 0);
    }

    #[test]
    fn what_the_user_staged_stays_staged_and_uncommitted() {
        let place = place();
        let git = Git::new(&place.workspace);
        git.init().unwrap();
        git.commit(&[place.put("a.txt", "1")], "one").unwrap();
        git.stage(&[place.put("theirs.txt", "x")]).unwrap();
        git.commit(&[place.put("a.txt", "2")], "two").unwrap();
        let repository = place.repository();
        assert_eq!(committed(&repository), "a.txt=2\n");
        let status = repository.status_file(Path::new("theirs.txt")).unwrap();
        assert_eq!(status, git2::Status::INDEX_NEW);
    }

    #[test]
    fn nothing_new_makes_no_commit() {
        let place = place();
        let git = Git::new(&place.workspace);
        git.init().unwrap();
        assert!(
            git.commit(&[], "none")
                .unwrap()
                .detail
                .starts_with("nothing to commit")
        );
        let own = [place.put("a.txt", "1")];
        git.commit(&own, "one").unwrap();
        let report = git.commit(&own, "again").unwrap();
        assert_eq!(report.detail, "nothing to commit: 1 file unchanged");
        assert_eq!(commits(&place.repository()), 1);
    }

    #[test]
    fn deleted_files_are_committed_and_ignored_ones_are_not() {
        let place = place();
        let git = Git::new(&place.workspace);
        git.init().unwrap();
        let own = [place.put("a.txt", "1"), place.put("b.txt", "2")];
        git.commit(&own, "one").unwrap();
        place.workspace.remove_file("a.txt".into()).unwrap();
        let ignored = [
            place.put(".gitignore", "*.db"),
            place.put("app.db", "x"),
            own[0].clone(),
        ];
        let report = git.commit(&ignored, "two").unwrap();
        assert!(report.detail.contains("1 ignored"), "{}", report.detail);
        assert_eq!(committed(&place.repository()), ".gitignore=*.db\nb.txt=2\n");
    }

    #[test]
    fn a_workspace_below_another_repository_uses_it_until_it_has_its_own() {
        let outer = place();
        Git::new(&outer.workspace).init().unwrap();
        let root = outer.workspace.root().join("sub/app");
        let inner = Workspace::create(&root).unwrap();
        inner
            .write("x.txt".into(), b"1", Durability::Cached)
            .unwrap();
        let own = [Utf8PathBuf::from("x.txt")];
        let git = Git::new(&inner);
        git.commit(&own, "in the outer one").unwrap();
        assert_eq!(committed(&outer.repository()), "sub/app/x.txt=1\n");
        git.init().unwrap();
        inner
            .write("x.txt".into(), b"2", Durability::Cached)
            .unwrap();
        git.commit(&own, "in the inner one").unwrap();
        assert_eq!(
            committed(&git2::Repository::open(&root).unwrap()),
            "x.txt=2\n"
        );
        assert_eq!(committed(&outer.repository()), "sub/app/x.txt=1\n");
    }

    #[test]
    fn a_worktree_is_committed_to() {
        let place = place();
        let git = Git::new(&place.workspace);
        git.init().unwrap();
        git.commit(&[place.put("a.txt", "1")], "one").unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let path = elsewhere.path().join("tree");
        place.repository().worktree("tree", &path, None).unwrap();
        let workspace = Workspace::open(Utf8Path::from_path(&path).unwrap()).unwrap();
        workspace
            .write("b.txt".into(), b"2", Durability::Cached)
            .unwrap();
        Git::new(&workspace)
            .commit(&["b.txt".into()], "two")
            .unwrap();
        let tree = git2::Repository::open(&path).unwrap();
        assert_eq!(committed(&tree), "a.txt=1\nb.txt=2\n");
        assert_eq!(committed(&place.repository()), "a.txt=1\n");
    }

    #[test]
    fn without_a_repository_the_help_says_what_to_do() {
        let place = place();
        let finding = Git::new(&place.workspace).commit(&[], "x").unwrap_err();
        assert_eq!(finding.code, "git::no-repository");
        assert!(finding.help.contains("git: init"));
    }
}

mod sqlite {
    use super::*;

    const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS task (\n  id INTEGER PRIMARY KEY,\n  title TEXT NOT NULL\n);\nCREATE INDEX task_title ON task (title);\n";

    fn code<T: std::fmt::Debug>(answer: Result<T, Finding>) -> &'static str {
        answer.unwrap_err().code
    }

    #[test]
    fn a_database_is_made_once_with_the_same_bytes() {
        let (one, two) = (place(), place());
        for place in [&one, &two] {
            let report = Sqlite::new(&place.workspace)
                .create("d/app.db".into(), SCHEMA)
                .unwrap();
            assert_eq!(report.detail, "made d/app.db with 1 table");
        }
        let bytes = |place: &Place| place.workspace.read("d/app.db".into()).unwrap().unwrap();
        assert_eq!(bytes(&one), bytes(&two));
        let again = Sqlite::new(&one.workspace)
            .create("d/app.db".into(), SCHEMA)
            .unwrap();
        assert!(again.detail.contains("already"), "{}", again.detail);
        assert_eq!(bytes(&one), bytes(&two));
    }

    #[test]
    fn rows_survive_and_missing_tables_are_added() {
        let place = place();
        let sqlite = Sqlite::new(&place.workspace);
        let database = Utf8Path::new("app.db");
        sqlite.create(database, SCHEMA).unwrap();
        let path = place.workspace.root().join(database);
        let connection = rusqlite::Connection::open(path).unwrap();
        connection
            .execute("INSERT INTO task (title) VALUES ('keep me')", [])
            .unwrap();
        drop(connection);
        let larger = format!("{SCHEMA}CREATE TABLE tag (id INTEGER PRIMARY KEY);");
        let report = sqlite.create(database, &larger).unwrap();
        assert_eq!(report.detail, "added tag to app.db");
        let rows = sqlite
            .query(database, "SELECT id, title FROM task")
            .unwrap();
        assert_eq!(
            rows.detail,
            "id  title\n--  -------\n1   keep me\n(1 row)\n"
        );
        let other = "CREATE TABLE task (id INTEGER PRIMARY KEY, name TEXT)";
        assert_eq!(
            code(sqlite.create(database, other)),
            "sqlite::schema-differs"
        );
    }

    #[test]
    fn a_schema_that_is_wrong_or_reaches_outside_leaves_nothing() {
        let place = place();
        let sqlite = Sqlite::new(&place.workspace);
        for schema in [
            "CREATE TABLE",
            "ATTACH 'other.db' AS other; CREATE TABLE other.x (a);",
            "CREATE TABLE x (a); VACUUM INTO 'other.db';",
            "SELECT load_extension('x.so');",
            "PRAGMA temp_store_directory = '/tmp';",
            "CREATE TABLE x (a); PRAGMA writable_schema = on;",
        ] {
            assert_eq!(
                code(sqlite.create("app.db".into(), schema)),
                "sqlite::schema",
                "{schema}"
            );
        }
        assert_eq!(place.workspace.root().read_dir_utf8().unwrap().count(), 0);
        let outside = sqlite.create("../app.db".into(), SCHEMA);
        assert_eq!(code(outside), "workspace::outside");
    }

    #[test]
    fn a_query_only_reads() {
        let place = place();
        let sqlite = Sqlite::new(&place.workspace);
        let database = Utf8Path::new("app.db");
        sqlite.create(database, SCHEMA).unwrap();
        let before = place.workspace.digest(database).unwrap();
        for sql in [
            "INSERT INTO task (title) VALUES ('x')",
            "DELETE FROM task",
            "DROP TABLE task",
            "CREATE TEMP TABLE t (a)",
            "ATTACH 'other.db' AS other",
            "VACUUM INTO 'other.db'",
            "PRAGMA journal_mode = WAL",
            "SELECT load_extension('x.so')",
            "SELECT 1; DELETE FROM task",
            "no sql",
            "",
        ] {
            assert_eq!(code(sqlite.query(database, sql)), "sqlite::query", "{sql}");
        }
        assert_eq!(place.workspace.digest(database).unwrap(), before);
        assert_eq!(place.workspace.root().read_dir_utf8().unwrap().count(), 1);
        let columns = sqlite.query(database, "PRAGMA table_info(task)").unwrap();
        assert!(columns.detail.contains("title"));
        assert_eq!(
            code(sqlite.query("none.db".into(), "SELECT 1")),
            "workspace::not-found"
        );
    }

    #[test]
    fn an_answer_is_bounded() {
        let place = place();
        let sqlite = Sqlite::new(&place.workspace);
        sqlite.create("app.db".into(), SCHEMA).unwrap();
        let count = |n: u32| {
            format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {n}) \
                 SELECT i, printf('%.*c', 1000, 'x') FROM n"
            )
        };
        let answer = sqlite.query("app.db".into(), &count(1000)).unwrap().detail;
        assert!(answer.ends_with("(only the first 200 rows)\n"));
        assert_eq!(answer.lines().count(), 203);
        assert!(answer.lines().all(|line| line.chars().count() < 300));
        assert!(
            sqlite
                .query("app.db".into(), &count(200))
                .unwrap()
                .detail
                .ends_with("(200 rows)\n")
        );
    }
}
