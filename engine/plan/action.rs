//! Reads what a chunk does, one function for each kind. Knows no needs, lanes or other chunks.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::checked::{Action, CheckAction, GitAction, SqliteAction};
use super::chunk::Deed;
use super::keys::{BUILTIN_CHECKS, GIT_ACTIONS, KINDS, Key, Kind, Takes};
use super::produce;
use super::read::{self, WRONG_TYPE, WRONG_VALUE, wrong};
use super::report::Report;
use super::source::Span;
use super::tree::{Node, Scalar, Shape, shorten};

/// An error was reported.
struct Told;

/// Reads the action of a chunk of this kind.
pub(super) fn read(
    report: &mut Report<'_>,
    kind: &Kind,
    node: &Node<'_>,
    id: Span,
    bindings: Map<String, Value>,
) -> Option<Deed> {
    let value = &node.get(kind.key.name)?.value;
    match kind.key.name {
        "mkdir" => {
            let paths = read::paths(report, "mkdir", value)?;
            let action = Action::Mkdir(paths.iter().map(|(path, _)| path.clone()).collect());
            Some(deed("mkdir", action, paths))
        }
        "write" => write(report, node, value, id, bindings),
        "copy" => copy(report, value),
        "delete" => {
            let paths = read::paths(report, "delete", value)?;
            let action = Action::Delete(paths.into_iter().map(|(path, _)| path).collect());
            Some(deed("file", action, Vec::new()))
        }
        "run" => run(report, node, value),
        "git" => git(report, node, value, id),
        "sqlite" => sqlite(report, value),
        "check" => check(report, node, value),
        _ => unreachable!("the table of kinds has no other"),
    }
}

fn deed(chunk: &'static str, action: Action, outputs: Vec<read::Located>) -> Deed {
    Deed {
        chunk: Cow::Borrowed(chunk),
        action,
        outputs,
    }
}

fn write(
    report: &mut Report<'_>,
    node: &Node<'_>,
    value: &Node<'_>,
    id: Span,
    bindings: Map<String, Value>,
) -> Option<Deed> {
    let path = read::path(report, "write", value, false);
    match (node.get("content"), node.get("type")) {
        (Some(content), None) => {
            for other in produce::KEYS {
                if let Some(entry) = node.get(other) {
                    let message = format!(
                        "`{other}` says how a file is produced, and `content` gives its text"
                    );
                    report.error(
                        "plan::misplaced-key",
                        entry.key_span,
                        message,
                        format!("remove `{other}`"),
                    );
                }
            }
            let content = read::text(report, "content", &content.value);
            let (path, content) = (path?, content?);
            let action = Action::Write {
                path: path.0.clone(),
                content: content.into_owned(),
            };
            Some(deed("file", action, vec![path]))
        }
        (None, Some(typed)) => {
            let chunk = produce::chunk(report, &typed.value);
            let produce =
                produce::read(report, node, chunk.as_ref().map(|found| found.1), bindings);
            let (path, (chunk, _), mut produce) = (path?, chunk?, produce?);
            produce.path.clone_from(&path.0);
            Some(Deed {
                chunk: Cow::Owned(chunk),
                action: Action::Produce(produce),
                outputs: vec![path],
            })
        }
        (Some(content), Some(typed)) => {
            let message =
                "a file has `content` that is written here, or a `type` that is produced, not both";
            report.error(
                "plan::two-actions",
                typed.key_span,
                message,
                "remove one of the two",
            );
            report.relate(content.key_span, "the content is here");
            None
        }
        (None, None) => {
            let message = "`write` does not say what is in the file";
            let help =
                "add `content: …` for a fixed text, or `type: …` for a file that is produced";
            report.error("plan::missing-key", id, message, help);
            None
        }
    }
}

fn copy(report: &mut Report<'_>, value: &Node<'_>) -> Option<Deed> {
    let example = "write `copy: { from: a.txt, to: b.txt }`";
    read::fields(report, "copy", value, inner_keys("copy"), example)?;
    let from = read::path(report, "from", &value.get("from")?.value, false);
    let to = read::path(report, "to", &value.get("to")?.value, false);
    let ((from, _), to) = (from?, to?);
    if from == to.0 {
        let message = format!("`{from}` would be copied onto itself");
        report.error(WRONG_VALUE, to.1, message, "name another file under `to`");
        return None;
    }
    let action = Action::Copy {
        from,
        to: to.0.clone(),
    };
    Some(deed("file", action, vec![to]))
}

fn run(report: &mut Report<'_>, node: &Node<'_>, value: &Node<'_>) -> Option<Deed> {
    let argv = read::argv(report, "run", value);
    let cwd = cwd(report, node);
    let env = node
        .get("env")
        .map_or(Some(Vec::new()), |entry| environment(report, &entry.value));
    let action = Action::Run {
        argv: argv?,
        cwd: cwd.ok()?,
        env: env?,
    };
    Some(deed("shell", action, Vec::new()))
}

/// The directory to run in; the workspace itself is the default.
fn cwd(report: &mut Report<'_>, node: &Node<'_>) -> Result<Option<camino::Utf8PathBuf>, Told> {
    let Some(entry) = node.get("cwd") else {
        return Ok(None);
    };
    let (path, _) = read::path(report, "cwd", &entry.value, true).ok_or(Told)?;
    Ok((!path.as_str().is_empty()).then_some(path))
}

fn environment(report: &mut Report<'_>, node: &Node<'_>) -> Option<Vec<(String, String)>> {
    let Shape::Map(entries) = &node.shape else {
        wrong(
            report,
            "env",
            node,
            "a mapping of names to texts",
            "write `env: { NAME: value }`",
        );
        return None;
    };
    let mut env = Vec::with_capacity(entries.len());
    let mut complete = true;
    for entry in entries {
        let name = entry.key.as_ref();
        if name.is_empty()
            || name.contains(['=', '\0'])
            || name.starts_with(|c: char| c.is_ascii_digit())
        {
            let message = format!("`{}` cannot name an environment variable", shorten(name));
            let help = "use letters, digits and `_`, and no digit first";
            report.error(WRONG_VALUE, entry.key_span, message, help);
            complete = false;
        }
        match read::text(report, name, &entry.value) {
            Some(value) if value.contains('\0') => {
                let message = format!("the variable `{name}` holds a NUL character");
                report.error(WRONG_VALUE, entry.value.span, message, "remove it");
                complete = false;
            }
            Some(value) => env.push((name.to_owned(), value.into_owned())),
            None => complete = false,
        }
    }
    complete.then_some(env)
}

fn git(report: &mut Report<'_>, node: &Node<'_>, value: &Node<'_>, id: Span) -> Option<Deed> {
    let act = read::word(report, "git", value, GIT_ACTIONS)?;
    let message = node.get("message");
    if let (Some(entry), "init" | "add") = (message, act) {
        let text = format!("`message` goes with `git: commit`, and this chunk has `git: {act}`");
        report.error(
            "plan::misplaced-key",
            entry.key_span,
            text,
            "remove `message`",
        );
    }
    let action = match act {
        "init" => GitAction::Init,
        "add" => GitAction::Add,
        _ => {
            let Some(entry) = message else {
                let help = "add `message: \"…\"`";
                report.error(
                    "plan::missing-key",
                    id,
                    "`git: commit` lacks a `message`",
                    help,
                );
                return None;
            };
            let message = read::text(report, "message", &entry.value)?;
            if message.trim().is_empty() {
                report.error(
                    WRONG_VALUE,
                    entry.value.span,
                    "the message is empty",
                    "say what the commit does",
                );
                return None;
            }
            GitAction::Commit {
                message: message.into_owned(),
            }
        }
    };
    Some(deed("git", Action::Git(action), Vec::new()))
}

fn sqlite(report: &mut Report<'_>, value: &Node<'_>) -> Option<Deed> {
    let example =
        "write `sqlite: { database: app.db, schema: schema.sql }`, or `query` in place of `schema`";
    read::fields(report, "sqlite", value, inner_keys("sqlite"), example)?;
    let database = read::path(report, "database", &value.get("database")?.value, false);
    match (value.get("schema"), value.get("query")) {
        (Some(entry), None) => {
            let schema = read::path(report, "schema", &entry.value, false);
            let (database, (schema, _)) = (database?, schema?);
            let action = SqliteAction::Create {
                database: database.0.clone(),
                schema,
            };
            Some(deed("sqlite", Action::Sqlite(action), vec![database]))
        }
        (None, Some(entry)) => {
            let sql = read::text(report, "query", &entry.value);
            let action = SqliteAction::Query {
                database: database?.0,
                sql: sql?.into_owned(),
            };
            Some(deed("sqlite", Action::Sqlite(action), Vec::new()))
        }
        (Some(schema), Some(query)) => {
            let message =
                "`sqlite` creates a database from a `schema` or reads it by a `query`, not both";
            report.error(
                "plan::two-actions",
                query.key_span,
                message,
                "make it two chunks",
            );
            report.relate(schema.key_span, "the schema is here");
            None
        }
        (None, None) => {
            let message = "`sqlite` says neither `schema` nor `query`";
            report.error("plan::missing-key", value.span, message, example);
            None
        }
    }
}

fn check(report: &mut Report<'_>, node: &Node<'_>, value: &Node<'_>) -> Option<Deed> {
    if let Some(names) = builtin(report, value).ok()? {
        for key in ["cwd", "venv"] {
            if let Some(entry) = node.get(key) {
                let message = format!("`{key}` goes with a program, and these checks are built in");
                report.error(
                    "plan::misplaced-key",
                    entry.key_span,
                    message,
                    format!("remove `{key}`"),
                );
            }
        }
        return Some(deed(
            "check",
            Action::Check(CheckAction::Builtin(names)),
            Vec::new(),
        ));
    }
    let argv = read::argv(report, "check", value);
    let cwd = cwd(report, node);
    let venv = match node.get("venv") {
        Some(entry) => read::path(report, "venv", &entry.value, false).map(|(path, _)| Some(path)),
        None => Some(None),
    };
    let action = CheckAction::Command {
        argv: argv?,
        cwd: cwd.ok()?,
        venv: venv?,
    };
    Some(deed("check", Action::Check(action), Vec::new()))
}

/// The built-in checks that `node` names; `None` inside where it is a program.
fn builtin(report: &mut Report<'_>, node: &Node<'_>) -> Result<Option<Vec<String>>, Told> {
    let items = match &node.shape {
        Shape::List(items) => items.as_slice(),
        Shape::Scalar(..) => std::slice::from_ref(node),
        _ => return Ok(None),
    };
    let word = |node: &Node<'_>| match &node.shape {
        Shape::Scalar(Scalar::Text, text) => BUILTIN_CHECKS
            .iter()
            .find(|name| **name == text.as_ref())
            .copied(),
        _ => None,
    };
    let known: Vec<_> = items.iter().filter_map(word).collect();
    if !items.is_empty() && known.len() == items.len() {
        return Ok(Some(known.into_iter().map(str::to_owned).collect()));
    }
    let listed = read::list(BUILTIN_CHECKS);
    if items.first().and_then(word).is_some() {
        let odd = items.iter().find(|item| word(item).is_none()).ok_or(Told)?;
        let message = format!(
            "{} stands among built-in checks, where only {listed} can",
            odd.describe()
        );
        let help = "give the program a check of its own";
        report.error(WRONG_VALUE, odd.span, message, help);
        return Err(Told);
    }
    if let [only] = items
        && let Shape::Scalar(Scalar::Text, text) = &only.shape
        && !text.contains('/')
        && let Some(near) = BUILTIN_CHECKS
            .iter()
            .find(|name| strsim::damerau_levenshtein(text, name) <= 1)
    {
        let message = format!("no built-in check is called `{text}`; choose {listed}");
        let help = format!("did you mean `{near}`? A program of that name is `check: [./{text}]`");
        report.error(WRONG_VALUE, only.span, message, help);
        return Err(Told);
    }
    if !matches!(node.shape, Shape::List(_)) && !node.is_hole() {
        let message = format!(
            "`check` takes a program with its arguments or built-in checks, not {}",
            node.describe()
        );
        let help = match &node.shape {
            Shape::Scalar(Scalar::Text, text) => read::as_list("check", text),
            _ => format!("write `check: [python3, -m, pytest]`, or a list of {listed}"),
        };
        report.error(WRONG_TYPE, node.span, message, help);
        return Err(Told);
    }
    Ok(None)
}

/// The keys of a kind whose value is a mapping.
pub(super) fn inner_keys(name: &str) -> &'static [Key] {
    match KINDS
        .iter()
        .find(|kind| kind.key.name == name)
        .map(|kind| kind.key.takes)
    {
        Some(Takes::Mapping(keys)) => keys,
        _ => &[],
    }
}
