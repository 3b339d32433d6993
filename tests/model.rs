//! Model nodes end to end, with a runtime that answers from a script.

use camino::Utf8Path;
use codey::event::{Event, Outcome};
use codey::model::{Facts, Scripted};
use codey::report::Reporter;
use codey::session::{self, Edits, Opened, Options, Target};

use crate::common::Project;

mod slots;

#[derive(Default)]
struct Heard(Vec<Event>);

impl Reporter for Heard {
    fn event(&mut self, event: &Event) {
        self.0.push(event.clone());
    }
}

impl Heard {
    fn loads(&self) -> Vec<&str> {
        fn model(event: &Event) -> Option<&str> {
            match event {
                Event::ModelLoaded { model } => Some(model.as_str()),
                _ => None,
            }
        }
        self.0.iter().filter_map(model).collect()
    }

    /// The word for the state in which the node `id` ended.
    fn end(&self, id: &str) -> String {
        let state = |event: &Event| match event {
            Event::Node {
                id: node, state, ..
            } if node == id => Some(state.word().to_owned()),
            _ => None,
        };
        self.0.iter().rev().find_map(state).unwrap()
    }
}

fn open(project: &Project) -> (Opened, Options) {
    let dir = Utf8Path::from_path(project.path()).unwrap();
    let text = dir.join("plan.yaml").into_string();
    let opened = session::open(&Target {
        text,
        ..Target::default()
    })
    .unwrap();
    let options = Options {
        dir: dir.to_owned(),
        jobs: 2,
        keep_going: true,
        verify: true,
        edits: Edits::Merge,
        cache_dir: dir.join("cache"),
        models: ["coder", "writer"]
            .map(|role| (role.into(), facts(role)))
            .into(),
        ..Options::default()
    };
    (opened, options)
}

fn facts(role: &str) -> Facts {
    Facts {
        name: format!("scripted {role}"),
        identity: role.into(),
        lanes: 1,
        ..Facts::default()
    }
}

fn run(project: &Project, replies: &[(&str, &str)]) -> (Outcome, Heard) {
    let (opened, options) = open(project);
    let replies = replies
        .iter()
        .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
        .collect();
    let runtime = Scripted { replies };
    let mut heard = Heard::default();
    let summary = session::run(&opened, &options, Some(&runtime), &mut heard, &|_| {}).unwrap();
    (summary.outcome, heard)
}

const TWO_MODELS: &str = "
codey: 1
name: two-models
chunks:
  first:  { type: utility, write: first.py, by: model, model: coder }
  second: { type: readme, write: second.md, by: model, model: writer }
  third:  { type: utility, write: third.py, by: model, model: coder, needs: [list] }
  list:   { run: [cp, second.md, list.txt], outputs: [list.txt], needs: [second] }
";

const REPLIES: [(&str, &str); 3] = [
    ("first.py", "x = 1\n"),
    ("second.md", "# Two\n"),
    ("third.py", "y = 2\n"),
];

#[test]
fn models_are_loaded_as_the_dry_run_says_and_no_more_than_needed() {
    let project = Project::with_plan(TWO_MODELS);
    let (opened, options) = open(&project);
    let preview = session::preview(&opened, &options).unwrap();
    let planned: Vec<&str> = preview
        .loads
        .iter()
        .map(|load| load.model.as_str())
        .collect();
    let (outcome, heard) = run(&project, &REPLIES);
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(heard.loads(), ["writer", "coder"]);
    assert_eq!(heard.loads(), planned);
    assert_eq!(project.read("third.py"), "y = 2\n");
}

#[test]
fn a_second_run_loads_no_model() {
    let project = Project::with_plan(TWO_MODELS);
    let _ = run(&project, &REPLIES);
    let (outcome, heard) = run(&project, &[]);
    assert_eq!(outcome, Outcome::UpToDate);
    assert!(heard.loads().is_empty());
}

#[test]
fn what_a_model_says_is_believed_only_after_it_was_checked() {
    let project = Project::with_plan(TWO_MODELS);
    let replies = [("first.py", "def broken(:\n"), ("second.md", "# Two\n")];
    let (outcome, heard) = run(&project, &replies);
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(heard.end("first"), "failed");
    assert_eq!(
        heard.end("third"),
        "failed",
        "the script has no reply to its prompt"
    );
    assert!(!project.exists("first.py") && project.exists("second.md"));
}

#[test]
fn an_unfinished_text_is_truncated_and_never_a_file() {
    let plan = "
codey: 1
name: cap
chunks:
  text:  { type: readme, write: text.md, by: model, max-tokens: 3 }
  after: { copy: { from: text.md, to: copy.md }, needs: [text] }
";
    let project = Project::with_plan(plan);
    let (outcome, heard) = run(&project, &[("text.md", &"word ".repeat(20))]);
    assert_eq!(outcome, Outcome::Failed);
    assert_eq!(
        (heard.end("text"), heard.end("after")),
        ("truncated".into(), "skipped".into())
    );
    assert!(!project.exists("text.md"));
}
