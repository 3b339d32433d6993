//! What a stack says a person types to start an application, as what codey does: the environment it makes itself,
//! the steps before, the program that serves. Starts nothing.

use camino::Utf8PathBuf;

use super::serve::DEFAULT_PORT;

/// The folder that a person makes the environment in; codey has its own.
const ENVIRONMENT: &str = ".venv/bin/";

/// How an application is started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Start {
    /// The requirements that its environment is made for, where it has one.
    pub requirements: Option<Utf8PathBuf>,
    /// Programs that run before it. Where there is an environment, their first words are names in it.
    pub before: Vec<Vec<String>>,
    /// The program that serves.
    pub server: Vec<String>,
}

/// Reads the lines of a stack's `start`. The default port among the words stands for the port it listens on.
pub(super) fn start(lines: &[String], port: u16) -> Result<Start, String> {
    let mut start = Start::default();
    let mut programs = Vec::new();
    for line in lines {
        let words = shell_words::split(line)
            .map_err(|_| format!("the stack's start line `{line}` has an open quote"))?;
        let has = |word: &str| words.iter().any(|known| known == word);
        if has("-m") && has("venv") {
            continue;
        }
        if has("pip") && has("install") {
            let mut after = words.iter().skip_while(|word| *word != "-r").skip(1);
            let file = after.next().ok_or_else(|| {
                format!("the stack's start line `{line}` installs no requirements file")
            })?;
            start.requirements = Some(file.into());
            continue;
        }
        programs.push(words);
    }
    let is_python = |name: &str| matches!(name, "python" | "python3");
    for words in &mut programs {
        for word in words.iter_mut().skip(1) {
            if *word == DEFAULT_PORT.to_string() {
                *word = port.to_string();
            }
        }
        let Some(name) = words.first_mut().filter(|_| start.requirements.is_some()) else {
            continue;
        };
        if let Some(own) = name.strip_prefix(ENVIRONMENT) {
            *name = own.to_owned();
        } else if !is_python(name) {
            return Err(format!(
                "`{name}` is no program of the application's environment"
            ));
        }
    }
    start.server = programs
        .pop()
        .filter(|words| !words.is_empty())
        .ok_or("the stack names no program that starts the application")?;
    start.before = programs;
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Result<Start, String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        start(&lines, 9000)
    }

    #[test]
    fn the_environment_is_left_to_codey_and_its_programs_are_named() {
        let start = of(&[
            "python3 -m venv .venv",
            ".venv/bin/python -m pip install -r requirements.txt",
            ".venv/bin/python manage.py migrate",
            ".venv/bin/python manage.py runserver 8000",
        ])
        .unwrap();
        assert_eq!(start.requirements, Some("requirements.txt".into()));
        assert_eq!(start.before, [["python", "manage.py", "migrate"]]);
        assert_eq!(start.server, ["python", "manage.py", "runserver", "9000"]);
    }

    #[test]
    fn a_site_needs_no_environment_and_gets_its_port() {
        let start = of(&["python3 -m http.server --bind 127.0.0.1 8000"]).unwrap();
        assert_eq!(start.requirements, None);
        assert_eq!(start.server[4..], ["127.0.0.1", "9000"]);
    }

    #[test]
    fn what_cannot_be_followed_is_said() {
        for lines in [
            &[][..],
            &["python3 -m venv .venv"],
            &[".venv/bin/python -m pip install ."],
            &["python3 'open"],
            &["pip install -r a.txt", "node server.js"],
        ] {
            assert!(of(lines).is_err(), "{lines:?}");
        }
    }

    #[test]
    fn every_shipped_stack_that_is_installed_from_requirements_can_be_started() {
        for (name, text) in crate::assets::templates() {
            if name.ends_with("/stack.yaml") && text.contains("requirements.txt") {
                let stack = crate::validate::parse_stack(text).unwrap();
                assert!(start(&stack.start, 9000).is_ok(), "{name}");
            }
        }
    }
}
