//! The shipped prompts, and what is found in an answer.

use camino::Utf8Path;

use super::*;
use crate::artifact::Splitter;
use crate::diagnostic::{self, Finding};
use crate::template::{Frame, Part, Slot, SlotKind};

fn slot(name: &str, kind: SlotKind, own: &str) -> Part {
    Part::Slot(Slot {
        name: name.into(),
        kind,
        about: "two sentences".into(),
        cap: 64,
        own: own.into(),
    })
}

fn frame() -> Frame {
    let text = |text: &str| Part::Text(text.into());
    Frame {
        parts: vec![
            text("# Title\n\n"),
            slot("intro", SlotKind::Markdown, "Own text.\n"),
            text("\n## Run\n"),
            slot("tagline", SlotKind::Line, "All done"),
        ],
    }
}

fn place() -> Place<'static> {
    Place {
        role: "writer",
        path: Utf8Path::new("README.md"),
        chunk: "readme",
        purpose: "what the project is",
        about: "",
    }
}

#[test]
fn a_slot_is_asked_for_by_name_with_what_is_around_it() {
    let brief = Prompts::default()
        .of_frame(&frame(), "shared", &place())
        .unwrap();
    let tasks: Vec<&Task> = brief.tasks().collect();
    let prompt = &tasks[0].prompt;
    assert!(prompt.starts_with("Write slot `intro` of `README.md`.\n"));
    for part in ["two sentences", "# Title", "## Run\nAll done"] {
        assert!(prompt.contains(part), "{prompt}");
    }
    assert_eq!(
        (tasks[0].lead(), tasks[0].stop()),
        ("````markdown\n".into(), "\n````\n".into())
    );
    assert!(tasks[0].grammar().is_none() && tasks[1].grammar().is_some());
    assert_eq!(tasks[1].lead(), "");
}

#[test]
fn a_repair_names_the_slot_and_shows_the_lines() {
    let prompts = Prompts::default();
    let brief = prompts.of_frame(&frame(), "", &place()).unwrap();
    let finding = Finding::error("x", "it is wrong").at(diagnostic::Place {
        file: "README.md".into(),
        line: 3,
        column: 1,
        length: 1,
    });
    let task = brief.tasks().next().unwrap();
    let message = prompts
        .repair(&place(), task, &[finding], "# Title\n\nOwn text.\n")
        .unwrap();
    assert!(message.starts_with("Repair slot `intro` of `README.md`."));
    assert!(message.contains("README.md:3: it is wrong\n  The line: `Own text.`"));
}

#[test]
fn a_line_holds_no_markup() {
    let brief = Prompts::default().of_frame(&frame(), "", &place()).unwrap();
    let line = brief.tasks().nth(1).unwrap();
    assert_eq!(line.fault("Nothing left, isn't it?"), None);
    for text in ["", "<b>", "{{ config }}", "a `b`", "a\u{7}b"] {
        assert!(line.fault(text).is_some(), "{text}");
    }
    assert!(line.fault(&"x".repeat(121)).is_some());
}

#[test]
fn the_text_is_indented_as_the_template_has_it() {
    let frame = Frame {
        parts: vec![slot("body", SlotKind::Python, "    return 1\n")],
    };
    let brief = Prompts::default().of_frame(&frame, "", &place()).unwrap();
    let mut splitter = Splitter::new(brief.tasks().next().unwrap().form());
    splitter.push("if x:\n    return 2\n");
    splitter.finish();
    assert_eq!(splitter.content(), "    if x:\n        return 2");
}
