//! The terminal: where text goes and how it looks. Knows no command.
#![expect(
    clippy::disallowed_methods,
    reason = "the command line is where the environment is read"
)]

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use camino::{Utf8Path, Utf8PathBuf};

use super::args::Color;
use super::error::{CommandError, Say};
use super::notes;
use crate::report::{self, Look, PLAIN_WIDTH};
use crate::session::Shelf;
use crate::spec::NoteKind;

/// Variables that pass to the programs that install packages, besides pip's own; proxies in any case.
const FOR_INSTALLERS: &[&str] = &[
    "ALL_PROXY",
    "CURL_CA_BUNDLE",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
];

fn is_for_installers(name: &str) -> bool {
    name.starts_with("PIP_") || FOR_INSTALLERS.contains(&name.to_ascii_uppercase().as_str())
}

/// Where text goes and how it looks.
pub(super) struct Ui {
    color: Color,
    redact: bool,
    /// Whether standard error is a terminal that can show bars.
    pub bars: bool,
}

#[expect(
    clippy::unused_self,
    reason = "where text goes is the terminal's business, whatever it knows of itself"
)]
impl Ui {
    pub(super) fn new(color: Color) -> Self {
        let set = |name| std::env::var(name).is_ok_and(|value| !value.is_empty());
        let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
        let color = match color {
            Color::Auto if set("NO_COLOR") || dumb => Color::Never,
            color => color,
        };
        let bars = std::io::stderr().is_terminal() && !dumb && !set("CI");
        Self {
            color,
            redact: set("CODEY_REDACT"),
            bars,
        }
    }

    /// How text on standard output looks.
    pub(super) fn out(&self) -> Look {
        self.look(std::io::stdout().is_terminal())
    }

    /// How text on standard error looks.
    pub(super) fn err(&self) -> Look {
        self.look(std::io::stderr().is_terminal())
    }

    fn look(&self, is_terminal: bool) -> Look {
        let colour = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal,
        };
        let set = std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok());
        let width = match is_terminal {
            true => set.or_else(terminal_width).unwrap_or(PLAIN_WIDTH),
            false => PLAIN_WIDTH,
        };
        Look {
            colour,
            redact: self.redact,
            width,
        }
    }

    /// Prints data on standard output.
    pub(super) fn print(&self, text: &str) -> Result<(), CommandError> {
        let mut out = std::io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()?;
        Ok(())
    }

    /// Tells people something on standard error; nobody listening is no error.
    pub(super) fn tell(&self, text: &str) {
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }

    /// Tells people why a command failed.
    pub(super) fn tell_error(&self, error: &CommandError) {
        let look = self.err();
        match &error.say {
            Say::BrokenPipe => {}
            Say::Message { message, help } => {
                let text = format!("error: {}\n", report::visible(message));
                let help = if help.is_empty() {
                    String::new()
                } else {
                    format!("help: {help}\n")
                };
                self.tell(&format!("{text}{help}"));
            }
            Say::Findings(findings, sources) => {
                let read = |path: &Utf8Path| sources.text(path).map(str::to_owned);
                self.tell(&report::render_findings(findings, &read, look));
                self.tell(&format!("{}\n", report::count_line(findings)));
            }
            Say::Unsupported(notes) => {
                self.tell("error: codey cannot make all of this, so nothing was written\n");
                self.tell(&notes::refused(notes));
                let strict = notes.iter().all(|note| note.kind == NoteKind::Missing);
                self.tell(if strict {
                    "help: ask without these, or without --strict to have the rest\n"
                } else {
                    "help: change these words as it is said there, or name what to store with --entity 'book: title! pages:int'\n"
                });
            }
        }
    }

    /// The directory for what can be made again: virtual environments.
    pub(super) fn cache_dir(&self) -> Result<Utf8PathBuf, CommandError> {
        use etcetera::BaseStrategy as _;
        let own = std::env::var_os("CODEY_CACHE_DIR").filter(|dir| !dir.is_empty());
        let dir = own.map(PathBuf::from).or_else(|| {
            let base = etcetera::choose_base_strategy().ok()?;
            Some(base.cache_dir().join("codey"))
        });
        // Programs run in other directories, so a relative one would be several.
        dir.and_then(|dir| std::path::absolute(dir).ok())
            .and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok())
            .ok_or_else(|| {
                CommandError::usage(
                    "there is no cache directory with a UTF-8 name",
                    "set `CODEY_CACHE_DIR`",
                )
            })
    }

    /// The folder of the user's own templates or prompts, which need not be there.
    pub(super) fn user_folder(&self, of: Shelf) -> Result<Utf8PathBuf, CommandError> {
        let name = of.project_folder().file_name().unwrap_or_default();
        Ok(self.config_dir()?.join(name))
    }

    /// The folder of models, which need not be there.
    pub(super) fn models_dir(&self) -> Result<Utf8PathBuf, CommandError> {
        use etcetera::BaseStrategy as _;
        let own = std::env::var_os("CODEY_MODELS").filter(|dir| !dir.is_empty());
        let dir = own.map(PathBuf::from).or_else(|| {
            let base = etcetera::choose_base_strategy().ok()?;
            Some(base.data_dir().join("codey/models"))
        });
        dir.and_then(|dir| std::path::absolute(dir).ok())
            .and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok())
            .ok_or_else(|| {
                CommandError::usage(
                    "there is no data directory with a UTF-8 name",
                    "set `CODEY_MODELS`",
                )
            })
    }

    /// The variables that stand for settings.
    pub(super) fn settings_env(&self) -> Vec<(String, String)> {
        let names = crate::config::VARIABLES.iter().map(|(name, _)| *name);
        names
            .filter_map(|name| Some((name.to_owned(), std::env::var(name).ok()?)))
            .collect()
    }

    /// What a model server asks for, where the user has it.
    #[cfg(feature = "fetch")]
    pub(super) fn endpoint_key(&self) -> Option<String> {
        std::env::var("CODEY_ENDPOINT_KEY").ok()
    }

    /// The file of certificates that the user trusts, where one is named.
    #[cfg(feature = "fetch")]
    pub(super) fn certificates(&self) -> Option<PathBuf> {
        let file = std::env::var_os("SSL_CERT_FILE").filter(|file| !file.is_empty());
        file.map(PathBuf::from)
    }

    /// Asks a question that is answered by yes or no; nothing where nobody can be asked.
    #[cfg(feature = "fetch")]
    pub(super) fn agrees(&self, question: &str) -> Option<bool> {
        if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
            return None;
        }
        self.tell(&format!("{question} [y/N] "));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(
            answer.trim().to_ascii_lowercase().as_str(),
            "y" | "yes"
        ))
    }

    /// The folder of the user's settings, which need not be there.
    pub(super) fn config_dir(&self) -> Result<Utf8PathBuf, CommandError> {
        use etcetera::BaseStrategy as _;
        etcetera::choose_base_strategy()
            .ok()
            .map(|base| base.config_dir().join("codey"))
            .and_then(|dir| Utf8PathBuf::from_path_buf(dir).ok())
            .ok_or_else(|| {
                CommandError::usage(
                    "there is no configuration directory with a UTF-8 name",
                    "set `XDG_CONFIG_HOME` or `HOME`",
                )
            })
    }

    /// The user's variables for an application that is served, besides those that say how codey itself behaves
    /// and what the terminal can do.
    pub(super) fn user_env(&self) -> Vec<(String, String)> {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let own = |name: &str| name.starts_with("CODEY_") || matches!(name, "TERM" | "NO_COLOR");
        let mut passed: Vec<_> = variables.filter(|(name, _)| !own(name)).collect();
        passed.sort();
        passed
    }

    /// What the user set for installers: the index, the way to the network, the certificates.
    #[expect(
        clippy::unused_self,
        reason = "the environment is read through this value only"
    )]
    pub(super) fn install_env(&self) -> Vec<(String, String)> {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        let mut passed: Vec<_> = variables
            .filter(|(name, _)| is_for_installers(name))
            .collect();
        passed.sort();
        passed
    }
}

/// The columns of the terminal behind standard output or standard error.
fn terminal_width() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout())
        .or_else(|_| rustix::termios::tcgetwinsize(std::io::stderr()));
    size.ok()
        .map(|size| size.ws_col)
        .filter(|columns| *columns > 0)
}
