//! The contract's tables against the classes of Python that describe tables: each names its own by `db_table` and
//! has an attribute for each column. Knows no SQL; what the columns are made of is for the application's tests.

use camino::{Utf8Path, Utf8PathBuf};
use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtClassDef};
use ruff_text_size::Ranged;

use super::python;
use super::routes::{keyword, string};
use crate::contract::{Contract, Table};
use crate::diagnostic::{Finding, Place, did_you_mean};

/// The name of a table, in the class within a class of a table or in a call that makes a relation.
const TABLE: &str = "db_table";

/// The name of a column where it is not the attribute's.
const COLUMN: &str = "db_column";

/// What a reference's column has after the name of its attribute.
const REFERENCE: &str = "_id";

/// The column that every table has without an attribute for it.
const KEY: &str = "id";

/// What the classes say.
#[derive(Default)]
struct Models {
    /// Tables of classes, with the columns of their attributes.
    made: Vec<(String, Vec<String>, Place)>,
    /// Tables that relations make.
    joined: Vec<String>,
}

/// Tables of entities and of their lists that no class describes, and columns without an attribute. How people's
/// accounts are kept is the framework's matter.
pub(super) fn check(contract: &Contract, files: &[(Utf8PathBuf, String)]) -> Vec<Finding> {
    let models = read(files);
    let entities = contract.entities.iter();
    let tables = entities
        .clone()
        .flat_map(|entity| models.lacks(&entity.table));
    let joins = entities.flat_map(|entity| &entity.joins);
    let joins = joins.filter(|join| !models.has(&join.name));
    tables
        .chain(joins.map(|join| models.no_table(&join.name)))
        .collect()
}

fn read(files: &[(Utf8PathBuf, String)]) -> Models {
    let mut models = Models::default();
    for (path, text) in files {
        if path.extension() == Some("py") {
            let mut reader = Reader {
                path,
                text,
                models: &mut models,
            };
            reader.visit_body(python::parse(text).suite());
        }
    }
    models
}

impl Models {
    fn has(&self, name: &str) -> bool {
        self.made.iter().any(|(made, ..)| made == name) || self.joined.iter().any(|it| it == name)
    }

    fn lacks(&self, due: &Table) -> Vec<Finding> {
        let Some((_, columns, place)) = self.made.iter().find(|(made, ..)| *made == due.name)
        else {
            return vec![self.no_table(&due.name)];
        };
        let there = |name: &str| name == KEY || columns.iter().any(|column| column == name);
        let missing = due.columns.iter().filter(|column| !there(&column.name));
        missing
            .map(|column| {
                let near = did_you_mean(&column.name, columns.iter().map(String::as_str));
                let near = near.map_or_else(String::new, |near| format!("; there is `{near}`"));
                let message = format!("column `{}.{}` is not there{near}", due.name, column.name);
                Finding::error("contract::column", message)
                    .at(place.clone())
                    .help("Give the class an attribute of this name, or one with this `db_column`.")
            })
            .collect()
    }

    fn no_table(&self, name: &str) -> Finding {
        let made = self.made.iter().map(|(name, ..)| name.as_str());
        let near = did_you_mean(name, made.chain(self.joined.iter().map(String::as_str)));
        let near = near.map_or_else(String::new, |near| format!("; there is `{near}`"));
        let message = format!("no class makes the table `{name}`{near}");
        Finding::error("contract::table", message)
            .help(format!("Add a class with `db_table = \"{name}\"`."))
    }
}

/// Reads one file.
struct Reader<'a, 'b> {
    path: &'a Utf8Path,
    text: &'a str,
    models: &'b mut Models,
}

impl<'a> Visitor<'a> for Reader<'_, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        if let Stmt::ClassDef(class) = stmt
            && let Some(table) = table_of(class)
        {
            let columns = assigned(class).flat_map(|(name, value)| columns_of(name, value));
            let place = python::span(self.path, self.text, class.name.range());
            self.models.made.push((table, columns.collect(), place));
        }
        walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr {
            let table = keyword(call, TABLE).and_then(string);
            self.models.joined.extend(table);
        }
        walk_expr(self, expr);
    }
}

/// The table that a class names in a class within it.
fn table_of(class: &StmtClassDef) -> Option<String> {
    class.body.iter().find_map(|stmt| match stmt {
        Stmt::ClassDef(inner) => assigned(inner)
            .find(|(name, _)| *name == TABLE)
            .and_then(|(_, value)| string(value)),
        _ => None,
    })
}

/// The attributes that a class assigns.
fn assigned(class: &StmtClassDef) -> impl Iterator<Item = (&str, &Expr)> {
    class.body.iter().filter_map(|stmt| match stmt {
        Stmt::Assign(assign) => match &*assign.targets {
            [Expr::Name(name)] => Some((name.id.as_str(), &*assign.value)),
            _ => None,
        },
        Stmt::AnnAssign(assign) => match (&*assign.target, &assign.value) {
            (Expr::Name(name), Some(value)) => Some((name.id.as_str(), &**value)),
            _ => None,
        },
        _ => None,
    })
}

/// The names that the column of an attribute may have.
fn columns_of(name: &str, value: &Expr) -> Vec<String> {
    match value {
        Expr::Call(call) => match keyword(call, COLUMN).and_then(string) {
            Some(column) => vec![column],
            None => vec![name.to_owned(), format!("{name}{REFERENCE}")],
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Column;

    const MODELS: &str = "class Book(Model):\n    title = Text()\n    author = Key('Author')\n\
        \x20   class_value = Text(db_column='class_')\n    authors = Many('Author', db_table='books_authors')\n\
        \x20   class Meta:\n        db_table = 'books'\nclass Plain:\n    name = Text()\n";

    /// What a table of these columns lacks.
    fn lacking(name: &str, columns: &[&str]) -> Vec<String> {
        let models = read(&[("app/models.py".into(), MODELS.to_owned())]);
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            kind: "TEXT".to_owned(),
            definition: "TEXT".to_owned(),
        };
        let due = Table {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            primary: Vec::new(),
            unique: Vec::new(),
            indexes: Vec::new(),
        };
        let findings = models.lacks(&due);
        assert!(findings.iter().all(|finding| !finding.help.is_empty()));
        findings.into_iter().map(|found| found.message).collect()
    }

    #[test]
    fn a_class_has_the_columns_of_its_table() {
        let columns = ["id", "title", "author_id", "class_"];
        assert_eq!(lacking("books", &columns), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_is_named_with_what_is_near() {
        assert_eq!(
            lacking("books", &["titel", "isbn"]),
            [
                "column `books.titel` is not there; there is `title`",
                "column `books.isbn` is not there"
            ]
        );
        assert_eq!(
            lacking("bookz", &["title"]),
            ["no class makes the table `bookz`; there is `books`"]
        );
    }

    #[test]
    fn relations_make_tables_too() {
        let models = read(&[("app/models.py".into(), MODELS.to_owned())]);
        assert!(models.has("books_authors") && !models.has("books_tags"));
    }
}
