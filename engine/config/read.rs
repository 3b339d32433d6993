//! Reading the file's text: a configuration, or a finding with its place. Knows no file system.

use camino::Utf8Path;

use super::values::{Config, keys};
use crate::diagnostic::{Finding, Place, did_you_mean};

const CODE_SYNTAX: &str = "config::syntax";
const CODE_KEY: &str = "config::unknown-key";
const CODE_VALUE: &str = "config::value";

/// Reads a configuration; `name` is what findings call the text.
///
/// # Errors
/// When it is no JSON, has a key that is not known, or a value that cannot be used.
pub fn parse(name: &Utf8Path, text: &str) -> Result<Config, Box<Finding>> {
    let config: Config = serde_json::from_str(text).map_err(|error| finding(name, text, &error))?;
    config.check().map_err(|(key, what)| {
        let finding = Finding::error(CODE_VALUE, format!("`{key}` cannot be used: {what}"));
        Box::new(finding.at(place_of_key(name, text, key)))
    })?;
    Ok(config)
}

fn finding(name: &Utf8Path, text: &str, error: &serde_json::Error) -> Box<Finding> {
    let message = error.to_string();
    // The parser repeats the place at the end of its message.
    let message = message.split(" at line ").next().unwrap_or_default();
    let place = token_before(name, text, error.line(), error.column());
    if let Some(key) = unknown_field(message) {
        let parts = keys().iter().flat_map(|key| key.split('.'));
        let help = did_you_mean(key, parts).map_or_else(
            || "`codey config show` lists the keys".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        let finding = Finding::error(
            CODE_KEY,
            format!("`{key}` is not a key of the configuration"),
        );
        return Box::new(finding.at(place).help(help));
    }
    let (code, help) = match error.is_data() {
        true => (
            CODE_VALUE,
            "`codey config set KEY VALUE` writes a value that fits",
        ),
        false => (
            CODE_SYNTAX,
            "the file is JSON: check commas, quotes and brackets",
        ),
    };
    let message = format!("the configuration cannot be read: {message}");
    Box::new(Finding::error(code, message).at(place).help(help))
}

/// The name in serde's message for a field that it does not know.
fn unknown_field(message: &str) -> Option<&str> {
    message.strip_prefix("unknown field `")?.split('`').next()
}

/// The place of the token that ends at `column`, where the parser noticed the fault.
fn token_before(name: &Utf8Path, text: &str, line: usize, column: usize) -> Place {
    let row = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    // The parser counts bytes.
    let mut end = column.min(row.len());
    while !row.is_char_boundary(end) {
        end -= 1;
    }
    let before = &row[..end];
    let start = match before.strip_suffix('"') {
        Some(inside) => inside.rfind('"'),
        None => before
            .rfind(|char: char| char.is_whitespace() || ",:[{".contains(char))
            .map(|at| at + 1),
    };
    let start = start.unwrap_or(0);
    let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    Place {
        file: name.to_owned(),
        line: u32::try_from(line.max(1)).unwrap_or(u32::MAX),
        column: count(&row[..start]) + 1,
        length: count(&row[start..end]).max(1),
    }
}

/// The place of the last part of a dotted key.
fn place_of_key(name: &Utf8Path, text: &str, key: &str) -> Place {
    let quoted = format!("\"{}\"", key.rsplit('.').next().unwrap_or(key));
    let found = text
        .lines()
        .enumerate()
        .find_map(|(number, row)| Some((number + 1, row.find(&quoted)? + quoted.len())));
    let (line, column) = found.unwrap_or((1, 0));
    token_before(name, text, line, column)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> (String, u32, u32, u32, Option<String>) {
        let finding = parse(Utf8Path::new("config.json"), text).unwrap_err();
        let place = finding.place.unwrap();
        (
            finding.message,
            place.line,
            place.column,
            place.length,
            Some(finding.help).filter(|help| !help.is_empty()),
        )
    }

    #[test]
    fn an_empty_object_is_all_defaults() {
        let config = parse(Utf8Path::new("c"), "{}").unwrap();
        assert_eq!(config, Config::default());
    }

    #[test]
    fn unknown_keys_are_underlined_and_corrected() {
        let (message, line, column, length, help) =
            fault("{\n  \"context\": 4096,\n  \"n_thread\": 2\n}");
        assert_eq!(message, "`n_thread` is not a key of the configuration");
        assert_eq!((line, column, length), (3, 3, 10));
        assert_eq!(help.as_deref(), Some("did you mean `n_threads`?"));
        let nested = fault("{\"sampling\": {\"top_p\": 1}}");
        assert_eq!(nested.4.as_deref(), Some("did you mean `top-p`?"));
    }

    #[test]
    fn values_of_another_type_and_broken_text_have_a_place() {
        let (message, line, column, ..) = fault("{\n  \"lanes\": \"many\"\n}");
        assert!(
            message.contains("invalid type: string \"many\""),
            "{message}"
        );
        assert_eq!((line, column), (2, 12));
        assert_eq!(fault("{\"lanes\": 2,,}").1, 1);
        let (message, line, column, length, _) = fault("{\n  \"lanes\": 0\n}");
        assert!(message.contains("between 1 and 64"), "{message}");
        assert_eq!((line, column, length), (2, 3, 7));
    }
}
