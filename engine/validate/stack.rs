//! What a stack's templates cover, read from its `stack.yaml`. Knows no template.

use camino::Utf8PathBuf;
use serde::Deserialize;

use super::place::at;
use crate::diagnostic::Finding;
use crate::spec::FieldType;

/// A stack: a folder of `templates/` and what it can make.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stack {
    /// Its name, the folder's.
    pub name: String,
    /// One line for people.
    pub about: String,
    /// Types of fields that its templates write.
    pub field_types: Vec<FieldType>,
    /// Features beyond the standard that its templates write.
    #[serde(default)]
    pub features: Vec<String>,
    /// How the code writes endpoints; nothing where it has none.
    #[serde(default)]
    pub endpoint: Option<EndpointStyle>,
    /// How a page links a file of its own, with `{path}` for the file: for prompts.
    #[serde(default, rename = "static")]
    pub static_link: Option<String>,
    /// The folder of those files.
    #[serde(default)]
    pub static_folder: Option<Utf8PathBuf>,
    /// Where its code says what tables there are.
    #[serde(default)]
    pub tables: Tables,
    /// How its migrations are written; nothing where it keeps none.
    #[serde(default)]
    pub migrations: Option<Migrations>,
    /// Commands that start the application, one a line, the last of them the one that goes on. `codey serve`
    /// follows them: an environment in `.venv` is its own, packages come from the file after `-r`, and the
    /// word `8000` stands for the port; the variable `PORT` has it too.
    #[serde(default)]
    pub start: Vec<String>,
}

/// Where the code of a stack says what tables there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tables {
    /// In files of SQL.
    #[default]
    Sql,
    /// In classes of Python that name their table by `db_table`.
    Models,
}

/// How a stack writes the changes of its database.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Migrations {
    /// The template that writes one over `changes`, `previous` and `about`.
    pub template: String,
    /// The file of one, with `{name}` for its number and name: `app/migrations/{name}.sql`.
    pub path: String,
    /// What becomes of rows that are there when accounts come, and what the user does then; without it none can come.
    #[serde(default)]
    pub accounts: Option<String>,
}

/// How the code of a stack writes endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EndpointStyle {
    /// A path's parameter: `<int:{name}>`.
    pub parameter: String,
}

/// Reads the text of a `stack.yaml`.
pub fn parse(text: &str) -> Result<Stack, Finding> {
    let bad = |message: String| Finding::error("stack::invalid", message);
    let stack: Stack = serde_yaml::from_str(text).map_err(|error| {
        let full = error.to_string();
        let message = full.split(" at line ").next().unwrap_or_default();
        let finding = bad(format!("this is no stack: {message}")).help(
            "A stack has name, about, field-types, features, endpoint, static, static-folder, tables, migrations \
             and start.",
        );
        match error.location() {
            Some(spot) => finding.at(at("stack.yaml".into(), spot.line(), spot.column())),
            None => finding,
        }
    })?;
    if let Some(EndpointStyle { parameter }) = &stack.endpoint
        && !parameter.contains("{name}")
    {
        let message = format!("the parameter `{parameter}` does not contain `{{name}}`");
        return Err(bad(message).help("Write it as paths do, such as `<int:{name}>`."));
    }
    Ok(stack)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "name: flask\nabout: Flask and SQLite\nfield-types: [string, ref]\n\
        features: []\nendpoint: { parameter: '<int:{name}>' }\nstart: ['python3 -m app']\n";

    #[test]
    fn reads_what_a_stack_says() {
        let stack = parse(GOOD).unwrap();
        assert_eq!(stack.field_types, [FieldType::String, FieldType::Ref]);
        assert_eq!(stack.start, ["python3 -m app"]);
    }

    #[test]
    fn a_wrong_key_type_or_parameter_is_named() {
        for (from, to, word) in [
            ("about", "abuot", "abuot"),
            ("ref]", "reference]", "reference"),
            ("{name}", "name", "parameter"),
            ("endpoint", "endpoints", "endpoints"),
        ] {
            let finding = parse(&GOOD.replace(from, to)).unwrap_err();
            assert!(finding.message.contains(word), "{}", finding.message);
            assert!(!finding.help.is_empty());
        }
    }
}
