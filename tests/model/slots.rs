//! The todo application with a model that writes the slots: repaired, continued, cut short, replaced, cancelled.

use codey::event::{Event, Outcome};
use codey::model::{
    Ask, Generation, ModelError, Prompt, Runtime, Sampling, Scripted, Slice, Step, Talk,
};
use codey::plan::By;
use codey::session::{self, Opened, Options, Target};
use std::sync::Mutex;
use std::sync::mpsc::Sender;

use super::{Heard, facts};
use crate::common::{Project, cache_dir};

/// What the model says to each prompt.
const GOOD: [(&str, &str); 8] = [
    (
        "slot `intro` of `README.md`",
        "A small list of things to do, kept in SQLite.\nIt has pages for people and a JSON API for programs.\n````\n",
    ),
    (
        "slot `fold` of `app/db.py`",
        "def _fold(text):\n    if isinstance(text, str):\n        return text.casefold()\n    return text\n```\n",
    ),
    ("slot `way-back` of", "To the list"),
    ("slot `empty-title` of", "Nothing here"),
    ("slot `empty-text` of", "Type a todo above and press Enter."),
    (
        "slot `no-match` of",
        ".todo-no-match {\n  padding: var(--space-5);\n  text-align: center;\n}\n```\n",
    ),
    (
        "slot `visible` of",
        "function visible(item) {\n  const filter = shown();\n  return filter === \"all\" || item.done === (filter === \"completed\");\n}\n```\n",
    ),
    (
        "slot `wrong-method` of",
        "def test_wrong_method(client):\n    response = client.delete(URL)\n    assert response.status_code == 405\n    assert \"POST\" in response.headers[\"Allow\"]\n```\n",
    ),
];

fn script(changes: &[(&str, &str)]) -> Scripted {
    let all = changes.iter().chain(&GOOD);
    Scripted {
        replies: all
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
    }
}

fn todo(project: &Project, plan: Option<&str>) -> (Opened, Options) {
    let dir = camino::Utf8Path::from_path(project.path())
        .unwrap()
        .join("app");
    let opened = session::open(&Target {
        text: plan.unwrap_or("full-stack todo app").to_owned(),
        ..Target::default()
    })
    .unwrap();
    let options = Options {
        dir,
        jobs: 2,
        cache_dir: camino::Utf8PathBuf::from_path_buf(cache_dir()).unwrap(),
        by: Some(By::Model),
        models: [("coder".to_owned(), facts("coder"))].into(),
        ..Options::default()
    };
    (opened, options)
}

fn run(project: &Project, runtime: &dyn Runtime) -> (Outcome, Heard) {
    let (opened, options) = todo(project, None);
    let mut heard = Heard::default();
    let summary = session::run(&opened, &options, Some(runtime), &mut heard, &|_| {}).unwrap();
    (summary.outcome, heard)
}

/// What the node `id` said at its end.
fn detail(heard: &Heard, id: &str) -> String {
    let of = |event: &Event| match event {
        Event::Node {
            id: node, detail, ..
        } if node == id => Some(detail.clone()),
        _ => None,
    };
    heard.0.iter().rev().find_map(of).unwrap()
}

#[test]
fn a_todo_application_with_texts_of_a_model_passes_its_own_tests() {
    let project = Project::new();
    let (opened, options) = todo(&project, None);
    let options = Options {
        verify: true,
        ..options
    };
    let mut heard = Heard::default();
    let runtime = script(&[]);
    let ended = session::run(&opened, &options, Some(&runtime), &mut heard, &|_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done, "{:?}", heard.0.last());
    assert_eq!(heard.loads(), ["coder"]);
    assert!(
        project
            .read("app/README.md")
            .contains("\n\nA small list of things to do, kept in SQLite.\n")
    );
    let page = project.read("app/app/templates/todos/list.html");
    assert!(
        page.contains("<h2>Nothing here</h2>\n    <p>Type a todo above and press Enter.</p>\n")
    );
    assert!(project.read("app/app/db.py").ends_with("    return text\n"));
    let mut again = Heard::default();
    let none = Scripted::default();
    let ended = session::run(&opened, &options, Some(&none), &mut again, &|_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::UpToDate);
}

#[test]
fn a_text_that_does_not_pass_is_repaired_with_what_was_found() {
    let project = Project::new();
    let broken = (
        "Write slot `fold` of",
        "def _fold(text:\n    return text\n```\n",
    );
    let (outcome, heard) = run(&project, &script(&[broken]));
    assert_eq!(outcome, Outcome::Done);
    assert!(detail(&heard, "database").ends_with(", 1 repair"));
    assert!(
        project
            .read("app/app/db.py")
            .contains("isinstance(text, str)")
    );
}

#[test]
fn stand_ins_are_found_and_a_text_that_stays_wrong_is_no_file() {
    let project = Project::new();
    let lazy = (
        "slot `fold` of",
        "def _fold(text):\n    # ... rest unchanged\n    return text\n```\n",
    );
    let (outcome, heard) = run(&project, &script(&[lazy]));
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(heard.end("database"), "failed");
    assert!(
        detail(&heard, "database")
            .contains("app/db.py:86:1: this line stands in for text that was left out")
    );
    assert!(!project.exists("app/app/db.py"));
}

#[test]
fn the_templates_text_stands_in_where_the_plan_says_so_and_that_is_told() {
    let project = Project::new();
    let text = codey::assets::plan("fullstack-flask").unwrap();
    let text = text.replace("write: app/db.py,", "write: app/db.py, on-fail: template,");
    assert_ne!(text, codey::assets::plan("fullstack-flask").unwrap());
    project.write("shop.yaml", text);
    let path = project.path().join("shop.yaml");
    let (opened, options) = todo(&project, path.to_str());
    let lazy = ("slot `fold` of", "...\n```\n");
    let mut heard = Heard::default();
    let runtime = script(&[lazy]);
    let ended = session::run(&opened, &options, Some(&runtime), &mut heard, &|_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(detail(&heard, "database").ends_with("; the template's own text stands in for fold"));
    assert!(
        project
            .read("app/app/db.py")
            .contains("return text.casefold() if isinstance")
    );
}

#[test]
fn a_line_is_asked_for_with_a_grammar_and_markup_in_it_is_refused() {
    let project = Project::new();
    let runtime = Asked::default();
    let (outcome, _) = run(&project, &runtime);
    assert_eq!(outcome, Outcome::Done);
    let asked = runtime.asked.into_inner().unwrap();
    let lines = ["way-back", "empty-title", "empty-text"];
    for (prompt, has_grammar, _) in &asked {
        let is_line = lines
            .iter()
            .any(|name| prompt.contains(&format!("slot `{name}`")));
        assert_eq!(is_line, *has_grammar, "{prompt}");
    }
    assert_eq!(
        asked
            .iter()
            .filter(|(_, has_grammar, _)| *has_grammar)
            .count(),
        3
    );
    let shared: std::collections::BTreeSet<&str> =
        asked.iter().map(|(_, _, shared)| &**shared).collect();
    assert_eq!(shared.len(), 1, "what comes first is the same for all");

    let hostile = ("slot `empty-title` of", "<script>{{ config }}</script>");
    let (outcome, heard) = run(&Project::new(), &script(&[hostile]));
    assert_eq!(
        (outcome, heard.end("lists.todo")),
        (Outcome::Failed, "failed".into())
    );
}

#[test]
fn a_text_that_is_cut_off_is_continued() {
    let project = Project::new();
    let words: Vec<String> = (0..150).map(|n| format!("word{n}")).collect();
    let words = words.join(" ");
    let (outcome, heard) = run(&project, &script(&[("slot `intro` of", &words)]));
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(detail(&heard, "readme"), "150 tokens, 1 continued");
    assert!(
        project
            .read("app/README.md")
            .contains("word127 word128 word129")
    );
}

#[test]
fn a_changed_prompt_asks_again_and_nothing_else_does() {
    let project = Project::new();
    let (opened, options) = todo(&project, None);
    let mut heard = Heard::default();
    let runtime = script(&[]);
    let _ = session::run(&opened, &options, Some(&runtime), &mut heard, &|_| {}).unwrap();
    project.write(
        "app/codey/prompts/coder/slot/css.md",
        "Write slot `<< seen.slot >>` of `<< seen.path >>`.",
    );
    let options = Options {
        prompts: session::Overrides::load(session::Shelf::Prompts, &options.dir, None),
        ..options
    };
    let mut again = Heard::default();
    let only = Scripted {
        replies: vec![(
            "slot `no-match` of".into(),
            ".todo-no-match { color: red; }\n```\n".into(),
        )],
    };
    let ended = session::run(&opened, &options, Some(&only), &mut again, &|_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::Done);
    assert_eq!(again.end("style"), "done");
    assert_eq!(again.end("readme"), "cached");
}

#[test]
fn an_interrupt_ends_the_slot_and_the_next_run_goes_on() {
    let project = Project::new();
    let (opened, options) = todo(&project, None);
    let inputs: Mutex<Option<Sender<codey::schedule::Input>>> = Mutex::new(None);
    let runtime = Interrupting {
        script: script(&[]),
        inputs: &inputs,
    };
    let mut heard = Heard::default();
    let keep = |sender| *inputs.lock().unwrap() = Some(sender);
    let ended = session::run(&opened, &options, Some(&runtime), &mut heard, &keep).unwrap();
    assert_eq!(ended.outcome, Outcome::Interrupted);
    assert_eq!(heard.end("database"), "cancelled");
    assert!(!project.exists("app/app/db.py"));
    let (outcome, _) = run(&project, &script(&[]));
    assert_eq!(outcome, Outcome::Done);
    let undisturbed = Project::new();
    let _ = run(&undisturbed, &script(&[]));
    assert_eq!(project.tree("app"), undisturbed.tree("app"));
}

#[test]
fn a_file_grows_at_its_place_while_the_model_writes() {
    let project = Project::new();
    let seen = Mutex::new(Vec::new());
    let runtime = Watching {
        script: script(&[]),
        path: project.path().join("app/app/db.py"),
        seen: &seen,
    };
    let (outcome, _) = run(&project, &runtime);
    assert_eq!(outcome, Outcome::Done);
    let seen = seen.into_inner().unwrap();
    let lengths: Vec<usize> = seen.iter().map(String::len).collect();
    assert!(
        lengths.is_sorted() && lengths.first() < lengths.last(),
        "{lengths:?}"
    );
    assert!(
        seen[0].contains("def connect(path):"),
        "the frame comes first"
    );
}

#[test]
fn edits_by_hand_are_kept() {
    let project = Project::new();
    let _ = run(&project, &script(&[]));
    let edited = project.read("app/app/db.py") + "\n# Mine.\n";
    project.write("app/app/db.py", &edited);
    let (outcome, _) = run(&project, &Scripted::default());
    assert_eq!(outcome, Outcome::Done, "the check looks at the edited file");
    assert_eq!(project.read("app/app/db.py"), edited);
}

#[test]
fn edits_by_hand_are_merged_with_a_new_text_of_the_model() {
    let project = Project::new();
    let _ = run(&project, &script(&[]));
    let edited = project
        .read("app/README.md")
        .replace("## Settings", "## My settings");
    project.write("app/README.md", &edited);
    project.write(
        "app/codey/prompts/coder/slot/markdown.md",
        "Write anew `<< seen.slot >>` of `<< seen.path >>`.",
    );
    let (opened, options) = todo(&project, None);
    let options = Options {
        prompts: session::Overrides::load(session::Shelf::Prompts, &options.dir, None),
        ..options
    };
    let again = |text: &str| {
        let runtime = Scripted {
            replies: vec![("Write anew `intro`".into(), text.into())],
        };
        let mut heard = Heard::default();
        let _ = session::run(&opened, &options, Some(&runtime), &mut heard, &|_| {}).unwrap();
        heard.end("readme")
    };
    assert_eq!(again("Another text.\n````\n"), "done");
    let merged = project.read("app/README.md");
    assert!(merged.contains("\n\nAnother text.\n\n## Run") && merged.contains("## My settings"));
}

/// Answers from the script and notes what it was asked.
#[derive(Default)]
struct Asked {
    /// Prompts, whether there was a grammar, and what came first.
    asked: Mutex<Vec<(String, bool, String)>>,
}

impl Runtime for Asked {
    fn open<'a>(&'a self, _: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        Ok(Box::new(AskedTalk {
            of: self,
            prompt: prompt.clone(),
        }))
    }
}

struct AskedTalk<'a> {
    of: &'a Asked,
    prompt: Prompt,
}

impl Talk for AskedTalk<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        let asked = (
            self.prompt.own.clone(),
            slice.grammar.is_some(),
            self.prompt.shared.clone(),
        );
        self.of.asked.lock().unwrap().push(asked);
        let script = script(&[]);
        let mut talk = script.open("coder", &self.prompt)?;
        talk.slice(slice, on_step)
    }
}

/// Answers from the script and calls `before` with every step of the slot `fold`.
struct Interrupting<'a> {
    script: Scripted,
    inputs: &'a Mutex<Option<Sender<codey::schedule::Input>>>,
}

impl Runtime for Interrupting<'_> {
    fn open<'a>(&'a self, role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        let talk = self.script.open(role, prompt)?;
        let inputs = prompt.own.contains("slot `fold`").then_some(self.inputs);
        Ok(Box::new(Heeding { talk, inputs }))
    }
}

/// Interrupts twice with its first step, and waits until that was heard.
struct Heeding<'a> {
    talk: Box<dyn Talk + 'a>,
    inputs: Option<&'a Mutex<Option<Sender<codey::schedule::Input>>>>,
}

impl Talk for Heeding<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        if let Some(inputs) = self.inputs.take() {
            let sender = inputs.lock().unwrap().clone().unwrap();
            for _ in 0..2 {
                sender.send(codey::schedule::Input::Interrupt).unwrap();
            }
            while on_step(Step::Waiting) {
                std::thread::yield_now();
            }
        }
        assert_eq!(slice.ask, Ask::Answer);
        self.talk.slice(
            &Slice {
                sampling: &Sampling::default(),
                ..slice.clone()
            },
            on_step,
        )
    }
}

/// Answers from the script and reads the file after every step of the slot `fold`.
struct Watching<'a> {
    script: Scripted,
    path: std::path::PathBuf,
    seen: &'a Mutex<Vec<String>>,
}

impl Runtime for Watching<'_> {
    fn open<'a>(&'a self, role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        let talk = self.script.open(role, prompt)?;
        let seen = prompt.own.contains("slot `fold`").then_some(self);
        Ok(Box::new(WatchedTalk { talk, seen }))
    }
}

struct WatchedTalk<'a> {
    talk: Box<dyn Talk + 'a>,
    seen: Option<&'a Watching<'a>>,
}

impl Talk for WatchedTalk<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        self.talk.slice(slice, &mut |step| {
            let goes_on = on_step(step);
            if let Some(of) = self.seen {
                of.seen
                    .lock()
                    .unwrap()
                    .push(std::fs::read_to_string(&of.path).unwrap());
            }
            goes_on
        })
    }
}
