//! Renders a chat template, which is a program from a stranger: bounded work, no files, no time. Knows no model.

use std::io::{self, Write};

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, Value, context};
use minijinja_contrib::pycompat::unknown_method_callback;

use super::super::gguf::Vocabulary;

/// Most instructions of a rendering; large templates with tools take some thousands.
const FUEL: u64 = 200_000;

/// Most bytes that a template may write; its messages are a few bytes long.
const MAX_OUTPUT_BYTES: usize = 256 << 10;

/// Deepest nesting of macros.
const MAX_DEPTH: usize = 50;

/// The name under which the template is known; appears in messages.
const NAME: &str = "chat template";

/// A chat template that parses.
pub(super) struct Renderer<'a> {
    environment: Environment<'a>,
    bos: &'a str,
    eos: &'a str,
}

impl<'a> Renderer<'a> {
    pub(super) fn new(source: &'a str, vocabulary: &'a Vocabulary) -> Result<Self, String> {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(MAX_DEPTH);
        environment.set_debug(false);
        environment.set_syntax(syntax()?);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_unknown_method_callback(unknown_method_callback);
        environment.add_function("raise_exception", |text: &str| -> Result<Value, Error> {
            Err(Error::new(ErrorKind::InvalidOperation, text.to_owned()))
        });
        // There is no `strftime_now`: a date in a prompt would end prefixes that are kept from one day to the next.
        environment
            .add_template(NAME, source)
            .map_err(|error| one_line(&error))?;
        Ok(Self {
            environment,
            bos: vocabulary.bos.as_deref().unwrap_or_default(),
            eos: vocabulary.eos.as_deref().unwrap_or_default(),
        })
    }

    /// The text of a conversation of roles and contents, up to the beginning of the next answer.
    pub(super) fn render(&self, messages: &[(&str, &str)]) -> Result<String, String> {
        let messages: Vec<Value> = messages
            .iter()
            .map(|(role, content)| context! { role => *role, content => *content })
            .collect();
        let context = context! {
            messages => messages,
            add_generation_prompt => true,
            bos_token => self.bos,
            eos_token => self.eos,
            tools => Value::from(()),
            documents => Value::from(()),
            // Chunks are small and checked: thoughts would cost more than they give.
            enable_thinking => false,
        };
        let mut out = Capped(Vec::new());
        let template = self.environment.get_template(NAME);
        template
            .and_then(|template| template.render_captured_to(context, &mut out))
            .map_err(|error| one_line(&error))?;
        String::from_utf8(out.0).map_err(|error| error.to_string())
    }
}

/// Line breaks as the library handles them for which chat templates are written.
fn syntax() -> Result<SyntaxConfig, String> {
    SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .build()
        .map_err(|error| one_line(&error))
}

/// Keeps what is written, up to [`MAX_OUTPUT_BYTES`].
struct Capped(Vec<u8>);

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT_BYTES {
            return Err(io::Error::other("it writes without end"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An error with its line, and nothing of the template's text.
fn one_line(error: &Error) -> String {
    let detail = error.detail().unwrap_or_default();
    let place = error
        .line()
        .map_or_else(String::new, |line| format!(" in line {line}"));
    let text = format!("{}{place}", error.kind());
    let text = if detail.is_empty() {
        text
    } else {
        format!("{text}: {detail}")
    };
    text.chars()
        .filter(|char| !char.is_control())
        .take(200)
        .collect()
}
