//! `{{ expression }}` in a plan's texts: split, compiled once, evaluated often. Knows no chunk.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object, Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Expression, UndefinedBehavior, Value};

use super::limits::{MAX_EXPRESSION_BYTES, MAX_EXPRESSION_FUEL, MAX_NODES, MAX_TEXT_BYTES};
use super::tree::shorten;
use crate::diagnostic::did_you_mean;
use crate::spec::Entity;

/// Filters whose result can be far larger than what goes in, or that only make sense in templates.
const LEFT_OUT: &[&str] = &[
    "batch", "chain", "e", "escape", "format", "groupby", "indent", "pprint", "safe", "slice",
    "zip",
];
/// Filters that a message proposes.
const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "default",
    "dictsort",
    "first",
    "float",
    "int",
    "items",
    "join",
    "last",
    "length",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "select",
    "selectattr",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "tojson",
    "trim",
    "unique",
    "upper",
];
/// Functions that expressions can call.
const FUNCTIONS: &[&str] = &["range", "dict"];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    // A text is what the plan says it is, its last line break included.
    let syntax = SyntaxConfig::builder().keep_trailing_newline(true).build();
    env.set_syntax(syntax.expect("the delimiters are the usual ones"));
    env.set_fuel(Some(MAX_EXPRESSION_FUEL));
    for name in LEFT_OUT {
        env.remove_filter(name);
    }
    env.remove_global("debug");
    env.remove_global("namespace");
    env.add_filter("join", join);
    env.add_filter("replace", replace);
    env.add_function("range", range);
    env.add_test("checklist", is_checklist);
    env
});

/// Whether an entity is a list of things to tick off.
#[expect(
    clippy::needless_pass_by_value,
    reason = "minijinja hands arguments over by value"
)]
fn is_checklist(entity: Serde<Entity>) -> bool {
    entity.done_field().is_some()
}

fn too_large() -> Error {
    Error::new(ErrorKind::InvalidOperation, "the text it gives is too long")
}

fn join(list: &Value, separator: Option<&str>) -> Result<String, Error> {
    let mut text = String::new();
    for (at, item) in list.try_iter()?.enumerate() {
        if at > 0 {
            text.push_str(separator.unwrap_or_default());
        }
        text.push_str(&item.to_string());
        if text.len() > MAX_TEXT_BYTES {
            return Err(too_large());
        }
    }
    Ok(text)
}

fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let times = text.len().checked_div(from.len()).unwrap_or(text.len() + 1);
    if times.saturating_mul(to.len()).saturating_add(text.len()) > MAX_TEXT_BYTES {
        return Err(too_large());
    }
    Ok(text.replace(from, to))
}

fn range(first: i64, second: Option<i64>, step: Option<i64>) -> Result<Value, Error> {
    let (start, end) = second.map_or((0, first), |end| (first, end));
    let step = step.unwrap_or(1);
    if step == 0 {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "the step of a range is not 0",
        ));
    }
    let distance = if step > 0 {
        i128::from(end) - i128::from(start)
    } else {
        i128::from(start) - i128::from(end)
    };
    let width = i128::from(step).abs();
    let length = usize::try_from((distance.max(0) + width - 1) / width).unwrap_or(usize::MAX);
    if length > MAX_NODES {
        let message = format!("a range has at most {MAX_NODES} elements");
        return Err(Error::new(ErrorKind::InvalidOperation, message));
    }
    let count = i64::try_from(length).unwrap_or(0);
    Ok(Value::from(
        (0..count).map(|at| start + at * step).collect::<Vec<_>>(),
    ))
}

/// The names that an expression sees: parameters, and the variable of a `for-each`.
#[derive(Clone)]
pub(super) struct Scope {
    params: Arc<BTreeMap<String, Value>>,
    binding: Option<(Arc<str>, Value)>,
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scope")
    }
}

impl Object for Scope {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match &self.binding {
            Some((name, value)) if &**name == key => Some(value.clone()),
            _ => self.params.get(key).cloned(),
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }
}

impl Scope {
    /// A scope with these parameters.
    pub(super) fn new(params: BTreeMap<String, Value>) -> Self {
        Self {
            params: Arc::new(params),
            binding: None,
        }
    }

    /// The same scope with `name` bound to `value`.
    pub(super) fn with(&self, name: &Arc<str>, value: Value) -> Self {
        Self {
            params: Arc::clone(&self.params),
            binding: Some((Arc::clone(name), value)),
        }
    }

    /// The names in it, sorted; the bound one first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let bound = self.binding.iter().map(|(name, _)| &**name);
        bound.chain(self.params.keys().map(String::as_str))
    }

    /// The scope as a value to evaluate in.
    pub(super) fn value(&self) -> Value {
        Value::from_object(self.clone())
    }
}

/// A text with expressions, compiled.
pub(super) struct Template {
    parts: Vec<Part>,
    /// Names it uses that it does not define, sorted, each with the expression that does.
    pub(super) names: Vec<(String, usize)>,
}

enum Part {
    Text(String),
    Expr(String, Expression<'static, 'static>),
}

/// Why a text cannot be evaluated.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) help: String,
    /// Which `{{` of the text it is about, from 0.
    pub(super) opening: usize,
}

/// The result of a template.
pub(super) enum Outcome {
    /// Text with values put into it.
    Text(String),
    /// The value of an expression that is all there is.
    Value(Value),
}

impl Template {
    /// Compiles `text`.
    pub(super) fn compile(text: &str) -> Result<Self, Problem> {
        let mut parts = Vec::new();
        let mut names = Vec::new();
        let mut rest = text;
        let mut opening = 0;
        while let Some(at) = rest.find("{{") {
            if at > 0 {
                parts.push(Part::Text(rest[..at].to_owned()));
            }
            let inner = &rest[at + 2..];
            let Some(end) = closing(inner) else {
                return Err(Problem {
                    code: "plan::open-expression",
                    message: "this `{{` is not closed by `}}`".to_owned(),
                    help: "add `}}`; in an unquoted text, ` #` starts a comment that may have cut it off".to_owned(),
                    opening,
                });
            };
            let source = inner[..end].trim();
            let expression = compile(source, opening)?;
            let mut used: Vec<_> = expression.undeclared_variables(false).into_iter().collect();
            used.sort_unstable();
            let unknown = used
                .into_iter()
                .filter(|name| !FUNCTIONS.contains(&name.as_str()));
            names.extend(unknown.map(|name| (name, opening)));
            parts.push(Part::Expr(source.to_owned(), expression));
            rest = &inner[end + 2..];
            opening += 1;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self { parts, names })
    }

    /// Its value in `scope`.
    pub(super) fn eval(&self, scope: &Value) -> Result<Outcome, Problem> {
        if let [Part::Expr(source, expression)] = self.parts.as_slice() {
            return value(source, expression, scope, 0).map(Outcome::Value);
        }
        let mut text = String::new();
        let mut opening = 0;
        for part in &self.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Expr(source, expression) => {
                    let value = value(source, expression, scope, opening)?;
                    write(&mut text, &value, opening)?;
                    opening += 1;
                }
            }
        }
        Ok(Outcome::Text(text))
    }
}

/// The offset of the `}}` that ends an expression: not in quotes, not closing a mapping.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut quote, mut depth, mut at) = (None, 0_usize, 0);
    while let Some(&byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(_), b'\\') => at += 1,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => (),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth > 0 => depth -= 1,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

fn compile(source: &str, opening: usize) -> Result<Expression<'static, 'static>, Problem> {
    let problem = |message: String, help: &str| Problem {
        code: "plan::bad-expression",
        message,
        help: help.to_owned(),
        opening,
    };
    if source.is_empty() {
        return Err(problem(
            "the expression is empty".to_owned(),
            "write a parameter's name between the braces",
        ));
    }
    if source.len() > MAX_EXPRESSION_BYTES {
        let message = format!("the expression is longer than {MAX_EXPRESSION_BYTES} bytes");
        return Err(problem(message, "move the value into a parameter"));
    }
    ENVIRONMENT
        .compile_expression_owned(source.to_owned())
        .map_err(|error| {
            let detail = error.detail().unwrap_or("it cannot be read");
            problem(
                format!("`{source}` is no expression: {detail}"),
                "correct the expression between `{{` and `}}`",
            )
        })
}

fn value(
    source: &str,
    expression: &Expression<'_, '_>,
    scope: &Value,
    opening: usize,
) -> Result<Value, Problem> {
    let value = expression
        .eval(scope.clone())
        .map_err(|error| failure(source, &error, opening))?;
    if value.is_undefined() {
        return Err(undefined(source, opening));
    }
    Ok(value)
}

fn undefined(source: &str, opening: usize) -> Problem {
    Problem {
        code: "plan::undefined-value",
        message: format!(
            "`{}` is undefined: its value has no such part",
            shorten(source)
        ),
        help: "check the name after the dot, or give a fallback with `| default('…')`".to_owned(),
        opening,
    }
}

fn failure(source: &str, error: &Error, opening: usize) -> Problem {
    let detail = error.detail().unwrap_or_default();
    let (message, help) = match error.kind() {
        ErrorKind::UndefinedError => return undefined(source, opening),
        ErrorKind::UnknownFilter => {
            let name = detail
                .strip_prefix("filter ")
                .and_then(|rest| rest.strip_suffix(" is unknown"));
            let name = name.unwrap_or(detail);
            let help = match did_you_mean(name, FILTERS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of {}", FILTERS.join(", ")),
            };
            (format!("there is no filter `{name}`"), help)
        }
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => (
            format!("the expression calls something that is not there: {detail}"),
            format!("use {} or a filter", FUNCTIONS.join(", ")),
        ),
        ErrorKind::OutOfFuel => (
            format!("the expression takes more than {MAX_EXPRESSION_FUEL} steps"),
            "make it simpler, or set its value as a parameter".to_owned(),
        ),
        kind if detail.is_empty() => (
            format!("the expression fails: {kind}"),
            "correct the expression between `{{` and `}}`".to_owned(),
        ),
        _ => (
            format!("the expression fails: {detail}"),
            "correct the expression between `{{` and `}}`".to_owned(),
        ),
    };
    Problem {
        code: "plan::bad-expression",
        message,
        help,
        opening,
    }
}

fn write(text: &mut String, value: &Value, opening: usize) -> Result<(), Problem> {
    match value.kind() {
        ValueKind::String => text.push_str(value.as_str().unwrap_or_default()),
        ValueKind::Number => text.push_str(&value.to_string()),
        ValueKind::Bool => text.push_str(if value.is_true() { "true" } else { "false" }),
        other => {
            let found = match other {
                ValueKind::None => "nothing",
                ValueKind::Map => "a mapping",
                _ => "a list",
            };
            let help = match other {
                ValueKind::None => {
                    "give a text for that case, with `or ''` at the end of the expression"
                }
                ValueKind::Map => "put one of its parts there, with `.name`",
                _ => "put its elements there as one text, with `| join(', ')`",
            };
            return Err(Problem {
                code: "plan::not-a-text",
                message: format!("the expression gives {found}, which cannot be put into a text"),
                help: help.to_owned(),
                opening,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eval(text: &str) -> Outcome {
        let params = BTreeMap::from([
            ("app".to_owned(), Value::from("todo")),
            ("n".to_owned(), Value::from(3)),
        ]);
        let scope = Scope::new(params).value();
        match Template::compile(text).and_then(|template| template.eval(&scope)) {
            Ok(outcome) => outcome,
            Err(problem) => panic!("{text}: {}", problem.message),
        }
    }

    fn text(source: &str) -> String {
        match eval(source) {
            Outcome::Text(text) => text,
            Outcome::Value(value) => panic!("{source} gave the value {value}"),
        }
    }

    #[test]
    fn a_lone_expression_keeps_its_type() {
        assert!(matches!(eval("{{ n + 1 }}"), Outcome::Value(value) if value == Value::from(4)));
        assert!(matches!(eval("{{ [app, n] }}"), Outcome::Value(value) if value.len() == Some(2)));
    }

    #[test]
    fn only_double_braces_are_special() {
        assert_eq!(text("{% if %} {# {{ app }} #}"), "{% if %} {# todo #}");
        assert_eq!(text("{{ '}}' }}{{ {'a': {'b': n}}.a.b }}"), "}}3");
    }

    #[test]
    fn a_join_that_would_fill_the_memory_is_refused() {
        let template = Template::compile("{{ range(100000) | join('a' * 100000) }}")
            .ok()
            .unwrap();
        let problem = template
            .eval(&Scope::new(BTreeMap::new()).value())
            .err()
            .unwrap();
        assert_eq!(problem.code, "plan::bad-expression");
    }
}
