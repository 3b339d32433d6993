//! What the names of a Python module stand for: its own, or those of the modules they come from. Knows nothing
//! of what is behind a name.

use camino::Utf8Path;
use ruff_python_ast::{Expr, StmtImportFrom};

/// A thing of a module: the module's last name and the thing's.
pub(super) type Group = (String, String);

/// The names of one module.
pub(super) struct Imports {
    module: String,
    /// Names that came from other modules.
    imported: Vec<(String, Group)>,
}

impl Imports {
    /// The names of the module in the file at `path`, before anything is imported.
    pub(super) fn new(path: &Utf8Path) -> Self {
        let folder = || path.parent().and_then(Utf8Path::file_name);
        let module = match path.file_stem().unwrap_or_default() {
            "__init__" => folder().unwrap_or_default(),
            stem => stem,
        };
        Self {
            module: module.to_owned(),
            imported: Vec::new(),
        }
    }

    /// Takes in what an import brings.
    pub(super) fn read(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let module = module.rsplit('.').next().unwrap_or_default();
        for alias in &import.names {
            let local = alias.asname.as_ref().unwrap_or(&alias.name);
            let group = (module.to_owned(), alias.name.to_string());
            self.imported.push((local.to_string(), group));
        }
    }

    /// The thing called `name` that the module itself makes.
    pub(super) fn local(&self, name: &str) -> Group {
        (self.module.clone(), name.to_owned())
    }

    /// The thing that an expression names.
    pub(super) fn group(&self, expr: &Expr) -> Option<Group> {
        let known = |name: &str| {
            let mut imported = self.imported.iter();
            imported
                .find(|(local, _)| local == name)
                .map(|(_, group)| group)
        };
        match expr {
            Expr::Name(name) => Some(
                known(&name.id)
                    .cloned()
                    .unwrap_or_else(|| self.local(&name.id)),
            ),
            Expr::Attribute(attribute) => {
                let module = match &*attribute.value {
                    Expr::Name(name) => name.id.as_str(),
                    Expr::Attribute(inner) => inner.attr.as_str(),
                    _ => return None,
                };
                let module = known(module).map_or(module, |(_, name)| name);
                Some((module.to_owned(), attribute.attr.to_string()))
            }
            _ => None,
        }
    }
}
