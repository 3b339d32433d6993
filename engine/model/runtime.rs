//! The interface between the engine and whatever runs a model. Knows no backend.

/// One generation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The model's role.
    pub model: &'a str,
    /// The whole prompt.
    pub prompt: &'a str,
    /// Most tokens that may be made.
    pub max_tokens: u32,
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The model said that it is done.
    End,
    /// `max_tokens` was reached.
    Limit,
    /// The caller asked to stop.
    Cancelled,
}

/// What a model made of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// The text.
    pub text: String,
    /// Its tokens.
    pub tokens: u32,
    /// Why it ended.
    pub stop: Stop,
}

/// Runs models, one at a time.
pub trait Runtime: Send {
    /// Generates text. `on_text` hears every piece and stops the generation by returning false.
    ///
    /// # Errors
    /// With one line that says why there is no text.
    fn generate(
        &mut self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> bool,
    ) -> Result<Generation, String>;
}
