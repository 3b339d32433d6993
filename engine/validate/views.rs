//! The routes that lists of paths give to classes and functions: `path("books/<int:id>", BookDetail.as_view())`.
//! A class answers the methods that it has by name, a function those of its decorators or else GET. Knows no
//! contract.

use camino::Utf8Path;
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Decorator, Expr, ExprCall, Stmt, StmtClassDef};
use ruff_text_size::Ranged;

use super::imports::{Group, Imports};
use super::python;
use super::routes::{METHODS, Route, string, strings};
use crate::diagnostic::Place;

/// The call that gives a path to a class or function.
const PATH: &str = "path";

/// The call that makes a class ready for it.
const AS_VIEW: &str = "as_view";

/// The decorator that lists a function's methods, and those that mean some.
const LISTED: &str = "require_http_methods";
const REQUIRED: &[(&str, &str)] = &[
    ("require_GET", "GET"),
    ("require_safe", "GET"),
    ("require_POST", "POST"),
];

/// What the Python files say of paths, and of what can answer at them.
#[derive(Default)]
pub(super) struct Views {
    /// Classes and functions with their methods.
    answers: Vec<(Group, Vec<String>)>,
    /// Paths with what answers at them.
    paths: Vec<(String, Group, Place)>,
}

impl Views {
    /// Takes in one file.
    pub(super) fn read(&mut self, path: &Utf8Path, text: &str, body: &[Stmt]) {
        let mut reader = Reader {
            path,
            text,
            imports: Imports::new(path),
            views: self,
        };
        reader.visit_body(body);
    }

    /// A route for each path and each method of what answers there.
    pub(super) fn routes(self) -> Vec<Route> {
        let mut routes = Vec::new();
        for (path, target, place) in self.paths {
            let answer = self.answers.iter().find(|(group, _)| *group == target);
            for method in answer.into_iter().flat_map(|(_, methods)| methods) {
                routes.push(Route {
                    method: method.clone(),
                    paths: vec![format!("/{path}")],
                    place: place.clone(),
                });
            }
        }
        routes
    }
}

/// Reads one file.
struct Reader<'a, 'b> {
    path: &'a Utf8Path,
    text: &'a str,
    imports: Imports,
    views: &'b mut Views,
}

impl Reader<'_, '_> {
    fn path(&mut self, call: &ExprCall) {
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return,
        };
        let [path, target, ..] = &*call.arguments.args else {
            return;
        };
        let target = match target {
            Expr::Call(made) => match &*made.func {
                Expr::Attribute(made) if made.attr.as_str() == AS_VIEW => &*made.value,
                _ => return,
            },
            plain => plain,
        };
        if let (true, Some(path), Some(target)) =
            (name == PATH, string(path), self.imports.group(target))
        {
            let place = python::span(self.path, self.text, call.range());
            self.views.paths.push((path, target, place));
        }
    }

    fn answer(&mut self, name: &str, methods: Vec<String>) {
        let group = self.imports.local(name);
        self.views.answers.push((group, methods));
    }
}

impl<'a> Visitor<'a> for Reader<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ImportFrom(import) => self.imports.read(import),
            Stmt::ClassDef(class) => self.answer(&class.name, of_class(class)),
            Stmt::FunctionDef(function) => {
                self.answer(&function.name, of_function(&function.decorator_list));
            }
            _ => {}
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            self.path(call);
        }
        walk_expr(self, expr);
    }
}

fn of_class(class: &StmtClassDef) -> Vec<String> {
    let named = |stmt: &Stmt| match stmt {
        Stmt::FunctionDef(function) if METHODS.contains(&function.name.as_str()) => {
            Some(function.name.to_ascii_uppercase())
        }
        _ => None,
    };
    class.body.iter().filter_map(named).collect()
}

fn of_function(decorators: &[Decorator]) -> Vec<String> {
    for decorator in decorators {
        let (expr, methods) = match &decorator.expression {
            Expr::Call(call) => (&*call.func, call.arguments.args.first().map(strings)),
            plain => (plain, None),
        };
        let name = match expr {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => continue,
        };
        if let (LISTED, Some(methods)) = (name, methods) {
            return methods;
        }
        if let Some((_, method)) = REQUIRED.iter().find(|(decorator, _)| *decorator == name) {
            return vec![(*method).to_owned()];
        }
    }
    vec!["GET".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::super::routes::routes;

    const API: &str = "from django.views import View\n\
        class BookList(View):\n    def get(self, request): ...\n    def post(self, request): ...\n    def help(self): ...\n";
    const PAGES: &str = "@login_required\n@require_safe\ndef home(request): ...\n\
        @require_http_methods([\"GET\", \"POST\"])\ndef form(request): ...\n\
        @decorators.require_POST\ndef leave(request): ...\ndef plain(request): ...\n";

    /// Method and path of each route that a list of paths declares.
    fn found(urls: &str) -> Vec<String> {
        let files = [
            ("app/api/books.py".into(), API.to_owned()),
            ("app/pages.py".into(), PAGES.to_owned()),
            ("config/urls.py".into(), urls.to_owned()),
        ];
        let route = |route: &super::Route| format!("{} {}", route.method, route.paths[0]);
        routes(&files).iter().map(route).collect()
    }

    #[test]
    fn a_class_answers_the_methods_that_it_has() {
        for urls in [
            "from app.api.books import BookList\nurlpatterns = [path('api/books', BookList.as_view())]\n",
            "from app.api import books as b\nurlpatterns = [urls.path('api/books', b.BookList.as_view(x=1), name='b')]\n",
        ] {
            assert_eq!(found(urls), ["GET /api/books", "POST /api/books"], "{urls}");
        }
    }

    #[test]
    fn a_function_answers_what_its_decorators_say() {
        let urls = "from app import pages\nurlpatterns = [path('', pages.home), path('form', pages.form),\n\
            path('leave', pages.leave), path('books/<int:id>', pages.plain)]\n";
        assert_eq!(
            found(urls),
            [
                "GET /",
                "GET /form",
                "POST /form",
                "POST /leave",
                "GET /books/<int:id>"
            ]
        );
    }

    #[test]
    fn what_is_not_there_answers_nothing() {
        let urls = "from app.api.books import BookDetail\nfrom pathlib import Path\n\
            urlpatterns = [path('a', BookDetail.as_view()), path('admin/', admin.site.urls), path(a, b), path('c')]\n\
            here = Path('a', 'b')\n";
        assert!(found(urls).is_empty());
    }
}
