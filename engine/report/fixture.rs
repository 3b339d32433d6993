//! Previews and event streams for the tests of this folder.

use super::preview::{Fate, Load, Preview, PreviewNeed, PreviewNode, Totals};
use crate::event::{Artifact, Change, EVENT_VERSION, Event, Outcome, State};
use crate::id::{Digest, NodeId, RunId};

fn node(
    (id, kind, chunk): (&str, &str, &str),
    producer: &str,
    outputs: &[&str],
    needs: &[u32],
) -> PreviewNode {
    PreviewNode {
        id: id.to_owned(),
        kind: kind.to_owned(),
        chunk: chunk.to_owned(),
        producer: producer.to_owned(),
        outputs: outputs.iter().map(|path| (*path).into()).collect(),
        cap: None,
        lane: if kind == "template" { "cpu" } else { kind }.to_owned(),
        needs: needs.iter().map(|node| need(*node, "success")).collect(),
        fate: Fate::Run,
        reason: "not made before".to_owned(),
    }
}

fn need(node: u32, on: &str) -> PreviewNeed {
    PreviewNeed {
        node,
        on: on.to_owned(),
    }
}

fn preview(plan: &str, about: &str, nodes: Vec<PreviewNode>) -> Preview {
    let number = u32::try_from(nodes.len()).unwrap();
    let with = |fate| {
        let nodes = nodes.iter().filter(|node| node.fate == fate);
        u32::try_from(nodes.count()).unwrap()
    };
    let (run, cached) = (with(Fate::Run), with(Fate::Cached));
    Preview {
        version: 1,
        plan: plan.to_owned(),
        about: about.to_owned(),
        order: (0..number).collect(),
        loads: Vec::new(),
        totals: Totals {
            nodes: number,
            run,
            cached,
            tokens: 0,
            estimated_ms: 2_400,
            peak_mib: 0,
        },
        nodes,
    }
}

/// Nodes of a web application: id, kind, chunk type, producer, outputs, and indexes it waits for.
const APPLICATION: &str = "
dirs|tool|mkdir|mkdir|static/css static/js templates tests|
schema|template|database_schema|flask/schema.sql|schema.sql|
init|template|database_init|flask/db.py|db.py|1
setup|template|backend_setup|flask/app.py|app.py|2
models.task|template|backend_models|flask/models.py|models/task.py|1
models.tag|template|backend_models|flask/models.py|models/tag.py|1
routes.task|template|backend_routes|flask/routes.py|routes/task.py|4 5
routes.tag|template|backend_routes|flask/routes.py|routes/tag.py|4 5
base|template|frontend_html|flask/base.html|templates/base.html|0
pages.task|template|frontend_html|flask/page.html|templates/task.html|8
pages.tag|template|frontend_html|flask/page.html|templates/tag.html|8
style|template|frontend_css|flask/style.css|static/css/style.css|0
script|template|frontend_js|flask/app.js|static/js/app.js|0
requirements|template|config_file|flask/requirements.txt|requirements.txt|
tests|template|tests|flask/test_app.py|tests/test_app.py|0 3 6 7
ignore|template|config_file|web/gitignore|.gitignore|
readme|template|readme|flask/README.md|README.md|0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
verify|check|check|python3 -m pytest -q||0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
";

/// A web application: mostly templates, a `for-each`, two joins at the end.
pub(in crate::report) fn application() -> Preview {
    let lines = APPLICATION.trim().lines();
    let mut nodes: Vec<PreviewNode> = lines
        .map(|line| {
            let fields: Vec<&str> = line.split('|').collect();
            let [id, kind, chunk, producer, outputs, needs] = fields[..] else {
                panic!("six fields: {line}");
            };
            let outputs: Vec<&str> = outputs.split_whitespace().collect();
            let needs = needs.split_whitespace().map(|need| need.parse().unwrap());
            let needs: Vec<u32> = needs.collect();
            node((id, kind, chunk), producer, &outputs, &needs)
        })
        .collect();
    nodes[11].fate = Fate::Conflict;
    nodes[11].reason = "static/css/style.css was edited by hand since run 3".to_owned();
    nodes[1].fate = Fate::Cached;
    nodes[1].reason = "its inputs are unchanged".to_owned();
    preview(
        "fullstack-flask",
        "Flask and SQLite web application with HTML, CSS and JavaScript",
        nodes,
    )
}

/// Two models, failure edges, hostile text.
pub(in crate::report) fn mixed() -> Preview {
    let mut nodes = vec![
        node(("plan", "model", "utility"), "coder", &["plan.md"], &[]),
        node(
            ("sort <a> & \"b\"", "model", "single_file"),
            "coder",
            &["src/sort.py", "src/a \"b\".py"],
            &[0],
        ),
        node(
            ("embed", "model", "utility"),
            "embedder",
            &["index.bin"],
            &[0],
        ),
        node(
            ("answer\u{1b}[31m", "model", "utility"),
            "coder",
            &["answer.md"],
            &[2],
        ),
        node(
            ("check", "check", "check"),
            "python3 -m pytest",
            &[],
            &[1, 3],
        ),
        node(("tell", "tool", "shell"), "notify-send", &[], &[]),
        node(("always", "tool", "shell"), "true", &[], &[]),
    ];
    for (index, cap) in [(0, 256), (1, 512), (2, 64), (3, 1024)] {
        nodes[index].cap = Some(cap);
    }
    nodes[5].needs.push(need(4, "failure"));
    nodes[5].fate = Fate::Depends;
    nodes[5].reason = "runs when `check` fails".to_owned();
    nodes[6].needs.push(need(4, "always"));
    let mut preview = preview("mixed", "", nodes);
    preview.loads = vec![
        Load {
            model: "coder".to_owned(),
            nodes: vec![0, 1],
            ..Load::default()
        },
        Load {
            model: "embedder".to_owned(),
            nodes: vec![2],
            ..Load::default()
        },
        Load {
            model: "coder".to_owned(),
            nodes: vec![3],
            ..Load::default()
        },
    ];
    preview.totals.tokens = 1856;
    preview.totals.estimated_ms = 372_000;
    preview.totals.peak_mib = 5_222;
    preview
}

/// `number` instances of one chunk and a node that waits for them all.
pub(in crate::report) fn wide(number: u32) -> Preview {
    let mut nodes: Vec<PreviewNode> = (1..number)
        .map(|index| node((&format!("n.{index}"), "tool", "shell"), "true", &[], &[]))
        .collect();
    let all: Vec<u32> = (0..number - 1).collect();
    nodes.push(node(("end", "tool", "shell"), "true", &[], &all));
    preview("wide", "", nodes)
}

/// Much like a real application: `number` files that wait for nothing, and a few that do.
pub(in crate::report) fn flat(number: u32) -> Preview {
    let mut nodes: Vec<PreviewNode> = (0..number)
        .map(|index| {
            let (id, path) = (
                format!("page_{index}"),
                format!("app/templates/{index}.html"),
            );
            node(
                (&id, "template", "frontend_html"),
                "flask/page.html",
                &[&path],
                &[],
            )
        })
        .collect();
    let all = |to: u32| (0..to).collect::<Vec<_>>();
    nodes.push(node(
        ("schema", "template", "database_schema"),
        "flask/schema.sql",
        &["schema.sql"],
        &[],
    ));
    nodes.push(node(
        ("models", "template", "backend_models"),
        "flask/models.py",
        &["app/store.py"],
        &[number],
    ));
    nodes.push(node(
        ("routes.task", "template", "backend_routes"),
        "flask/routes.py",
        &["app/api/tasks.py"],
        &[number, number + 1],
    ));
    nodes.push(node(
        ("review", "check", "check"),
        "contract links",
        &[],
        &all(number + 3),
    ));
    nodes.push(node(
        ("verify", "check", "check"),
        "python -m pytest -q",
        &[],
        &all(number + 4),
    ));
    preview(
        "fullstack-flask",
        "Flask and SQLite web application with pages, JSON API and tests",
        nodes,
    )
}

/// A path of `number` nodes.
pub(in crate::report) fn chain(number: u32) -> Preview {
    let nodes = (0..number)
        .map(|index| {
            let before = index.checked_sub(1);
            node(
                (&format!("n{index}"), "tool", "shell"),
                "true",
                &[],
                before.as_slice(),
            )
        })
        .collect();
    preview("chain", "", nodes)
}

pub(in crate::report) fn started(nodes: u32) -> Event {
    Event::RunStarted {
        version: EVENT_VERSION,
        run: RunId(1),
        plan: "demo".to_owned(),
        nodes,
        jobs: 2,
    }
}

pub(in crate::report) fn turned(index: u32, id: &str, chunk: &str, state: State) -> Event {
    let ended = state.is_final() && state != State::Cached;
    Event::Node {
        node: NodeId(index),
        id: id.to_owned(),
        chunk: chunk.to_owned(),
        attempt: u32::from(ended || state == State::Running),
        ms: ended.then_some(12),
        state,
        detail: String::new(),
        artifacts: Vec::new(),
    }
}

pub(in crate::report) fn made(event: Event, path: &str, change: Change) -> Event {
    let Event::Node {
        node,
        id,
        chunk,
        state,
        attempt,
        ms,
        detail,
        mut artifacts,
    } = event
    else {
        return event;
    };
    artifacts.push(Artifact {
        path: path.into(),
        digest: Some(Digest::of(path.as_bytes())),
        bytes: 1500,
        change,
    });
    Event::Node {
        node,
        id,
        chunk,
        state,
        attempt,
        ms,
        detail,
        artifacts,
    }
}

pub(in crate::report) fn saying(event: Event, text: &str) -> Event {
    let Event::Node {
        node,
        id,
        chunk,
        state,
        attempt,
        ms,
        artifacts,
        ..
    } = event
    else {
        return event;
    };
    Event::Node {
        node,
        id,
        chunk,
        state,
        attempt,
        ms,
        detail: text.to_owned(),
        artifacts,
    }
}

pub(in crate::report) fn finished(outcome: Outcome) -> Event {
    Event::RunFinished { outcome, ms: 3210 }
}

pub(in crate::report) fn progress(index: u32, text: &str) -> Event {
    Event::Progress {
        node: NodeId(index),
        text: text.to_owned(),
    }
}

/// A run in which a check fails after a retry and two nodes are skipped because of it.
pub(in crate::report) fn failed_run() -> Vec<Event> {
    let skipped = || State::Skipped {
        by: "verify".to_owned(),
    };
    vec![
        started(6),
        turned(0, "schema", "database_schema", State::Cached),
        turned(1, "style", "frontend_css", State::Running),
        turned(2, "readme", "readme", State::Running),
        made(
            turned(1, "style", "frontend_css", State::Done),
            "static/css/style.css",
            Change::Created,
        ),
        made(
            turned(2, "readme", "readme", State::Done),
            "README.md",
            Change::Updated,
        ),
        turned(3, "verify", "check", State::Running),
        progress(3, "collected 14 items"),
        Event::Retry {
            node: NodeId(3),
            attempt: 1,
            delay_ms: 500,
            reason: "exit status 1".to_owned(),
        },
        turned(3, "verify", "check", State::Running),
        progress(3, "E   assert 500 == 201"),
        progress(3, "1 failed, 13 passed in 0.61s"),
        saying(turned(3, "verify", "check", State::Failed), "exit status 1"),
        turned(4, "commit", "git", skipped()),
        turned(5, "announce\u{1b}[2J", "shell", skipped()),
        Event::Notice {
            text: "tests ran without a network".to_owned(),
        },
        finished(Outcome::Failed),
    ]
}

/// A writer whose text can be read while something else owns it.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Shared(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl Shared {
    pub(in crate::report) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl std::io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
