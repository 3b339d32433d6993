//! Programs that print without end, print what a terminal acts on, or take the workspace apart.

use super::{is_civil, project};

#[test]
fn a_flood_of_lines_is_neither_kept_nor_told() {
    let project = project("  flood: { run: [sh, -c, 'yes | head -c 20000000; echo; echo end'] }\n");
    let done = project.codey(&["run", "plan.yaml", "--json"]).exits(0);
    let told = done.stdout.matches("\"event\":\"progress\"").count();
    // Ten million lines; a few hundred pass even where the machine is slow.
    assert!((1..10_000).contains(&told), "{told} lines were told");
    assert!(done.stdout.contains("\"detail\":\"end\""));
}

#[test]
fn an_endless_program_ends_at_its_timeout() {
    let project = project("  endless: { run: ['yes'], timeout: 300ms }\n");
    let ended = project.codey(&["run", "plan.yaml"]).exits(1);
    assert!(
        ended.stderr.contains("ran longer than 0.3 s"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.len() < 4_000, "{}", ended.stderr);
}

#[test]
fn nothing_a_program_prints_acts_on_the_terminal() {
    const HOSTILE: &str =
        r"printf '\033]0;title\007\033[2J\033[31mred\033]52;c;aGk=\007\302\233 2J\342\200\256\r\n'";
    let chunks = format!(
        "  loud: {{ run: [sh, -c, {HOSTILE:?}] }}\n  \
         fail: {{ run: [sh, -c, {:?}], needs: [loud] }}\n",
        format!("{HOSTILE}; exit 3")
    );
    let project = project(&chunks);
    for args in [&["run", "plan.yaml"][..], &["run", "plan.yaml", "--json"]] {
        let ended = project.codey(args).exits(1);
        assert!(format!("{}{}", ended.stdout, ended.stderr).contains("red"));
        is_civil(&ended);
    }
}

#[test]
fn hostile_names_on_the_command_line_are_shown_as_text() {
    const EVIL: &str = "\u{1b}[2J\u{202e}evil";
    let project = project("  a: { write: a.txt, content: x }\n");
    let plan = format!("{EVIL}.yaml");
    project.write(
        &plan,
        format!("codey: 1\nname: x\nchunks:\n  a: {{ {EVIL}: x }}\n"),
    );
    for args in [
        &["check", &plan][..],
        &["run", &plan],
        &["run", "plan.yaml", "--set", &format!("{EVIL}=1")],
        &[
            "run",
            "todo app",
            "--set",
            &format!("title={EVIL}"),
            "--dir",
            EVIL,
            "--no-verify",
        ],
        &["run", &format!("todo app with {EVIL}"), "--no-verify"],
        &["explain", EVIL, "plan.yaml"],
        &["run", &format!("--{EVIL}")],
    ] {
        is_civil(&project.codey(args));
    }
}

#[test]
fn a_program_that_removes_the_records_or_the_workspace_is_survived() {
    let records = project(
        "  wipe: { run: [rm, -rf, .codey] }\n  text: { write: text.txt, content: x, needs: [wipe] }\n",
    );
    let ended = records.codey(&["run", "plan.yaml"]);
    is_civil(&ended);
    assert!(records.exists("text.txt"), "{}", ended.stderr);

    let all = project(
        "  wipe: { run: [sh, -c, 'rm -rf \"$PWD\"'] }\n  \
         text: { write: text.txt, content: x, needs: [wipe] }\n",
    );
    is_civil(&all.codey(&["run", "plan.yaml"]).exits(1));
}
