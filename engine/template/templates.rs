//! The templates by name: source, digest and rendering. Knows what is embedded, not what it is for.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use camino::Utf8PathBuf;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::frame::{self, Frame};
use super::output::{self, Limited};
use super::{escape, failure, literal, names, uses};
use crate::assets;
use crate::diagnostic::Finding;
use crate::id::Digest;

/// Instructions of one rendering: a large application takes some hundred thousand.
const FUEL: u64 = 20_000_000;
/// Depth of blocks, macros and includes within each other, where an include counts ten.
const MAX_DEPTH: usize = 300;

/// Any data as a value of a context. It is cheap to clone, so a contract is converted once.
pub fn value(data: &impl Serialize) -> Value {
    Value::from(Serde(data))
}

type Lookup = dyn Fn(&str) -> Option<Cow<'static, str>> + Send + Sync;
type Places = dyn Fn(&str) -> Option<Utf8PathBuf> + Send + Sync;

/// A set of templates. Each is parsed when it is first used, by whichever thread that is.
pub struct Templates {
    environment: Environment<'static>,
    /// The same templates where slots are marked; made when the first frame is asked for.
    marking: OnceLock<Environment<'static>>,
    lookup: Arc<Lookup>,
    /// The file that findings name for a template which is not embedded.
    places: Arc<Places>,
}

impl Default for Templates {
    fn default() -> Self {
        Self::new()
    }
}

impl Templates {
    /// The templates that are part of the binary.
    pub fn new() -> Self {
        Self::of(|name| assets::template(name).map(Cow::Borrowed))
    }

    /// The templates that `lookup` knows: the seam for templates of a project.
    pub fn of(lookup: impl Fn(&str) -> Option<Cow<'static, str>> + Send + Sync + 'static) -> Self {
        let lookup: Arc<Lookup> = Arc::new(lookup);
        let mut environment = environment(&lookup);
        frame::add_plain(&mut environment);
        Self {
            environment,
            marking: OnceLock::new(),
            lookup,
            places: Arc::new(|_| None),
        }
    }

    /// The same templates, with the files of those that `places` knows.
    #[must_use]
    pub fn placed(
        self,
        places: impl Fn(&str) -> Option<Utf8PathBuf> + Send + Sync + 'static,
    ) -> Self {
        Self {
            places: Arc::new(places),
            ..self
        }
    }

    /// The text of the template `name`.
    pub fn source(&self, name: &str) -> Option<Cow<'static, str>> {
        (self.lookup)(name)
    }

    /// The names of the template `name` and of all templates it can include, extend or import, where they exist.
    pub fn uses(&self, name: &str) -> BTreeSet<String> {
        uses::texts(name, &|name| self.source(name))
            .into_keys()
            .collect()
    }

    /// Whether the template `name` parses.
    pub fn check(&self, name: &str) -> Result<(), Finding> {
        let parsed = self.environment.get_template(name);
        parsed.map(drop).map_err(|error| self.locate(&error))
    }

    /// The digest of the template `name` and of all templates it can include, extend or import.
    pub fn digest(&self, name: &str) -> Option<Digest> {
        uses::digest(name, &|name| self.source(name))
    }

    /// The text that the template `name` gives over `context`, a map, such as
    /// `Value::from_pairs([("contract", value(&contract))])`.
    pub fn render(&self, name: &str, context: Value) -> Result<String, Finding> {
        self.render_in(&self.environment, name, context)
    }

    /// What [`Templates::render`] gives, with the slots apart.
    pub fn frame(&self, name: &str, context: Value) -> Result<Frame, Finding> {
        let marking = self.marking.get_or_init(|| {
            let mut environment = environment(&self.lookup);
            frame::add_marking(&mut environment);
            environment
        });
        let marked = self.render_in(marking, name, context)?;
        Frame::of(&marked).map_err(|why| failure::bad_slot(name, &why))
    }

    fn render_in(
        &self,
        environment: &Environment<'static>,
        name: &str,
        context: Value,
    ) -> Result<String, Finding> {
        let template = environment
            .get_template(name)
            .map_err(|error| self.locate(&error))?;
        let mut out = Limited::default();
        template
            .render_captured_to(context, &mut out)
            .map_err(|error| {
                if out.is_full() {
                    failure::too_long(name)
                } else {
                    self.locate(&error)
                }
            })?;
        Ok(out.into_text())
    }

    fn locate(&self, error: &minijinja::Error) -> Finding {
        failure::finding(error, &|name| self.source(name), &*self.places)
    }
}

/// An environment over `lookup`, the filter `slot` apart.
fn environment(lookup: &Arc<Lookup>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_syntax(syntax());
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_formatter(output::format);
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(MAX_DEPTH);
    environment.set_debug(false);
    // Includes pass through here too, so a name reaches nothing but what `lookup` knows.
    let source = Arc::clone(lookup);
    environment.set_loader(move |name| Ok(source(name).map(Cow::into_owned)));
    literal::add_to(&mut environment);
    escape::add_to(&mut environment);
    names::add_to(&mut environment);
    environment
}

/// Delimiters that occur in no language the templates generate, Jinja among them.
fn syntax() -> SyntaxConfig {
    SyntaxConfig::builder()
        .variable_delimiters("<<", ">>")
        .block_delimiters("<%", "%>")
        .comment_delimiters("<#", "#>")
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .expect("the delimiters are constants that differ")
}
