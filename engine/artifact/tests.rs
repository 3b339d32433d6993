//! Answers as models give them, whole and in pieces.

use proptest::prelude::*;

use super::*;

fn split(form: &Form, pieces: &[&str]) -> Splitter {
    let mut splitter = Splitter::new(form.clone());
    for piece in pieces {
        splitter.push(piece);
    }
    splitter.finish();
    splitter
}

fn code(answer: &str) -> String {
    split(&Form::default(), &[answer]).content().to_owned()
}

#[test]
fn the_text_lies_between_fences() {
    assert_eq!(code("x = 1\ny = 2\n"), "x = 1\ny = 2");
    assert_eq!(code("x = 1\n```\nThat sets x."), "x = 1");
    assert_eq!(code("```python\nx = 1\n```"), "x = 1", "a repeated fence");
    assert_eq!(code("```\nx = 1\n```"), "x = 1");
    assert_eq!(code("x = 1\r\ny = 2\r\n```\r\n"), "x = 1\ny = 2");
    assert_eq!(code("\n\nx = 1  \n\n\n\n\n\ny = 2\n\n"), "x = 1\n\n\ny = 2");
    assert_eq!(code("x = 1\n``"), "x = 1", "a fence that was cut off");
    assert_eq!(code("a `b` c\n`d` e"), "a `b` c\n`d` e");
    assert_eq!(code(""), "");
}

#[test]
fn talk_before_a_fence_is_dropped() {
    let answer = "Here is the code:\n\n```python\nx = 1\n```\nIt sets x.";
    let found = split(&Form::default(), &[answer]);
    assert_eq!((found.content(), found.restarts()), ("x = 1", 1));
}

#[test]
fn a_longer_fence_holds_shorter_ones() {
    let form = Form {
        ticks: 4,
        ..Form::default()
    };
    let found = split(&form, &["# A\n\n```sh\nls\n```\n\nB\n````\nafter"]);
    assert_eq!(found.content(), "# A\n\n```sh\nls\n```\n\nB");
    for end in ["", "\n", "\n```", "\n```\n"] {
        let found = split(&form, &["# A\n\n```sh\nls\n```", end]);
        assert_eq!(found.content(), "# A\n\n```sh\nls\n```", "{end:?}");
    }
}

#[test]
fn text_takes_the_indentation_of_its_place() {
    let form = Form {
        indent: "    ".into(),
        ..Form::default()
    };
    let want = "    if x:\n        y()\n\n    z()";
    for answer in [
        "if x:\n    y()\n\nz()\n",
        "    if x:\n        y()\n\n    z()\n",
        "        if x:\n            y()\n\n        z()\n",
    ] {
        assert_eq!(split(&form, &[answer]).content(), want, "{answer}");
    }
}

#[test]
fn one_line_is_one_line() {
    let form = Form {
        is_line: true,
        ..Form::default()
    };
    assert_eq!(split(&form, &["  All done.\nMore"]).content(), "All done.");
}

#[test]
fn stand_ins_and_loops_end_the_answer() {
    let found = split(
        &Form::default(),
        &["x = 1\n    # ... rest unchanged\ny = 2\n"],
    );
    let fault = found.fault().unwrap();
    assert_eq!((fault.kind, fault.line), (FaultKind::Elision, 1));
    let found = split(&Form::default(), &[&"print('again')\n".repeat(50)]);
    assert_eq!(found.fault().unwrap().kind, FaultKind::Repetition);
    assert!(found.content().lines().count() < 10);
    let found = split(&Form::default(), &[&"very ".repeat(500)]);
    assert_eq!(found.fault().unwrap().kind, FaultKind::Repetition);
    assert!(found.content().len() < 400);
    let list: Vec<String> = (0..100).map(|n| format!("item {n},\n}}")).collect();
    assert_eq!(split(&Form::default(), &[&list.join("\n")]).fault(), None);
}

proptest! {
    #[test]
    fn any_split_of_an_answer_gives_the_same(
        lines in prop::collection::vec("(```|````|``| |\t|x = 1|python|é|\r|// \\.\\.\\.|# rest of the|again again){0,4}", 0..12),
        cuts in prop::collection::vec(0_usize..200, 0..8),
        ticks in 3_usize..5,
        is_line in any::<bool>(),
    ) {
        let form = Form { ticks, is_line, indent: "  ".into() };
        let answer: Vec<char> = lines.join("\n").chars().collect();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(answer.len())).collect();
        cuts.extend([0, answer.len()]);
        cuts.sort_unstable();
        let pieces: Vec<String> = cuts.windows(2).map(|cut| answer[cut[0]..cut[1]].iter().collect()).collect();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let whole: String = answer.iter().collect();
        let (whole, cut) = (split(&form, &[&whole]), split(&form, &pieces));
        prop_assert_eq!(whole.content(), cut.content());
        prop_assert_eq!((whole.fault(), whole.restarts()), (cut.fault(), cut.restarts()));
    }

    #[test]
    fn the_text_only_grows_between_restarts(pieces in prop::collection::vec("(```|\n|x| |é|python\n){0,4}", 0..20)) {
        let mut splitter = Splitter::new(Form::default());
        let (mut before, mut restarts) = (String::new(), 0);
        for piece in pieces {
            splitter.push(&piece);
            if splitter.restarts() == restarts {
                prop_assert!(splitter.content().starts_with(&before));
            }
            (before, restarts) = (splitter.content().to_owned(), splitter.restarts());
        }
    }
}
