//! From a file to a model that is ready. Knows no talk.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use camino::Utf8Path;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;

use super::super::settings::Settings;
use super::ffi::{self, Context};
use super::vocabulary::Vocabulary;
use super::{Grammar, log};

/// A model that is ready, with an empty context.
pub(in crate::model) struct Opened<'m> {
    model: &'m LlamaModel,
    /// Its tokens.
    pub(in crate::model) vocabulary: Vocabulary<'m>,
    /// Its evaluation.
    pub(in crate::model) context: Context<'m>,
}

impl<'m> Opened<'m> {
    /// Reads a GBNF grammar.
    ///
    /// # Errors
    /// Why it is none.
    pub(in crate::model) fn grammar(&self, text: &str) -> Result<Grammar<'m>, String> {
        Grammar::new(self.model, text)
    }
}

/// Loads a model and lends it to `work`. `progress` hears the share done; returning false ends the load, and so
/// does `ended` for any evaluation later.
///
/// # Errors
/// Why it cannot be loaded, in llama.cpp's words.
pub(in crate::model) fn open<T>(
    path: &Utf8Path,
    settings: &Settings,
    ended: &Arc<AtomicBool>,
    progress: &mut dyn FnMut(f32) -> bool,
    work: impl FnOnce(Opened<'_>) -> T,
) -> Result<T, String> {
    let backend = LlamaBackend::init().map_err(|error| error.to_string())?;
    ffi::listen_to_log(&backend);
    let reason =
        |what: &str| log::last_trouble().map_or(what.to_owned(), |line| format!("{what}: {line}"));
    let mut model = ffi::load(&backend, path, settings.repack, progress)
        .ok_or_else(|| reason("llama.cpp cannot load it"))?;
    let (context, model) = Context::new(&mut model, settings, ended)
        .ok_or_else(|| reason("llama.cpp makes no context of it"))?;
    Ok(work(Opened {
        model,
        vocabulary: Vocabulary(model.vocab()),
        context,
    }))
}
