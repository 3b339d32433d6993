//! The routes that Python code declares by decorators, calls and lists of paths. Knows no contract and no
//! framework by name.

use camino::{Utf8Path, Utf8PathBuf};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Decorator, Expr, ExprCall, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::imports::{Group, Imports};
use super::python;
use super::views::Views;
use crate::diagnostic::Place;

/// Names of decorators, and of methods of classes, that are HTTP methods.
pub(super) const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];

/// Names of decorators and calls that list their methods, or mean GET.
const ROUTES: &[&str] = &["route", "api_route", "add_url_rule", "add_api_route"];

/// Keywords that put a path before those of a group of routes.
const PREFIXES: &[&str] = &["url_prefix", "prefix"];

/// A declared route.
pub(super) struct Route {
    /// Upper-case method.
    pub(super) method: String,
    /// Whole paths that it may have: groups can be put below a prefix where they are made and where they
    /// are registered.
    pub(super) paths: Vec<String>,
    /// Where it is declared.
    pub(super) place: Place,
}

/// A route as it is written, in its group.
struct Written {
    group: Group,
    method: String,
    path: String,
    place: Place,
}

/// Every route of the Python files.
pub(super) fn routes(files: &[(Utf8PathBuf, String)]) -> Vec<Route> {
    let (mut written, mut own, mut given) = (Vec::new(), Vec::new(), Vec::new());
    let mut views = Views::default();
    for (path, text) in files {
        if path.extension() == Some("py") {
            let parsed = python::parse(text);
            let mut reader = Reader::new(path, text);
            reader.visit_body(parsed.suite());
            written.append(&mut reader.written);
            own.append(&mut reader.own);
            given.append(&mut reader.given);
            views.read(path, text, parsed.suite());
        }
    }
    let prefixes = |list: &[(Group, String)], group: &Group| -> Vec<String> {
        list.iter()
            .filter(|(of, _)| of == group)
            .map(|(_, prefix)| prefix.clone())
            .collect()
    };
    let whole = |route: Written| {
        let own = prefixes(&own, &route.group).pop().unwrap_or_default();
        let mut starts: Vec<String> = Vec::new();
        for given in prefixes(&given, &route.group) {
            starts.extend([format!("{given}{own}"), given]);
        }
        starts.push(own);
        starts.dedup();
        Route {
            method: route.method,
            paths: starts
                .iter()
                .map(|start| format!("{start}{}", route.path))
                .collect(),
            place: route.place,
        }
    };
    let mut routes: Vec<Route> = written.into_iter().map(whole).collect();
    routes.extend(views.routes());
    routes
}

/// Reads one file.
struct Reader<'a> {
    path: &'a Utf8Path,
    text: &'a str,
    imports: Imports,
    written: Vec<Written>,
    /// Prefixes where groups are made.
    own: Vec<(Group, String)>,
    /// Prefixes where groups are registered.
    given: Vec<(Group, String)>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a Utf8Path, text: &'a str) -> Self {
        Self {
            path,
            text,
            imports: Imports::new(path),
            written: Vec::new(),
            own: Vec::new(),
            given: Vec::new(),
        }
    }

    fn declare(&mut self, call: &ExprCall, decorator: bool) {
        let Expr::Attribute(function) = &*call.func else {
            return;
        };
        let name = function.attr.as_str();
        let methods = if ROUTES.contains(&name) {
            keyword(call, "methods").map_or_else(|| vec!["GET".to_owned()], strings)
        } else if METHODS.contains(&name) && decorator {
            vec![name.to_owned()]
        } else {
            return;
        };
        let path = call
            .arguments
            .args
            .first()
            .or_else(|| keyword(call, "rule"));
        let Some(path) = path.or_else(|| keyword(call, "path")).and_then(string) else {
            return;
        };
        let Some(group) = self.imports.group(&function.value) else {
            return;
        };
        for method in methods {
            self.written.push(Written {
                group: group.clone(),
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                place: self.spot(call.range()),
            });
        }
    }

    fn spot(&self, range: TextRange) -> Place {
        python::span(self.path, self.text, range)
    }
}

impl<'a> Visitor<'a> for Reader<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ImportFrom(import) => self.imports.read(import),
            Stmt::Assign(assign) => {
                if let ([Expr::Name(name)], Expr::Call(call)) = (&*assign.targets, &*assign.value)
                    && let Some(prefix) = prefix(call)
                {
                    self.own.push((self.imports.local(&name.id), prefix));
                }
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_decorator(&mut self, decorator: &'a Decorator) {
        if let Expr::Call(call) = &decorator.expression {
            self.declare(call, true);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.declare(call, false);
            if let (Some(prefix), Some(group)) = (prefix(call), call.arguments.args.first())
                && let Some(group) = self.imports.group(group)
            {
                self.given.push((group, prefix));
            }
        }
        walk_expr(self, expr);
    }
}

pub(super) fn keyword<'a>(call: &'a ExprCall, name: &str) -> Option<&'a Expr> {
    let found = |keyword: &&ruff_python_ast::Keyword| {
        keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name)
    };
    call.arguments
        .keywords
        .iter()
        .find(found)
        .map(|keyword| &keyword.value)
}

fn prefix(call: &ExprCall) -> Option<String> {
    PREFIXES
        .iter()
        .find_map(|name| keyword(call, name))
        .and_then(string)
}

pub(super) fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

pub(super) fn strings(expr: &Expr) -> Vec<String> {
    let elements = match expr {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::Set(set) => &set.elts,
        _ => return Vec::new(),
    };
    elements.iter().filter_map(string).collect()
}
