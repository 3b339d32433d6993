//! Conversations as a model was trained on them: which text is markup and which is content. Knows no tokens.

mod family;
mod frames;
mod render;
#[cfg(test)]
mod tests;

use super::gguf::Header;
use super::runtime::Prompt;
use super::wire::Segment;
use frames::Frames;

/// What stands between rules and request where a model knows no system message.
const JOINT: &str = "\n\n";

/// Where a conversation's form comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The template in the model file.
    File,
    /// A family known by its control tokens: its name, and why the file's template was not taken.
    Family(&'static str, String),
}

/// Why a model's conversations have no known form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{reason}, and the model has no control tokens of a known family (ChatML, Gemma): choose a model made for conversations, `codey models list` shows some"
)]
pub struct ChatError {
    /// What is wrong with the file's template.
    pub reason: String,
}

/// The start of a talk in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The text in order, up to where the answer goes on.
    pub segments: Vec<Segment>,
    /// How many of the first segments are the same for every talk with the same shared text.
    pub shared: u32,
}

/// The form of a model's conversations, found out once. Contents never pass through a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatTemplate {
    frames: Frames,
    origin: Origin,
}

impl ChatTemplate {
    /// The form that the file's template gives, or that of the family that its control tokens belong to.
    ///
    /// # Errors
    /// When there is neither.
    pub fn from(header: &Header) -> Result<Self, ChatError> {
        let reason = match &header.shape.chat_template {
            None => "the model file has no template of conversations".to_owned(),
            Some(source) => match frames::find(source, &header.vocabulary) {
                Ok(frames) => {
                    return Ok(Self {
                        frames,
                        origin: Origin::File,
                    });
                }
                Err(reason) => {
                    format!("the template of conversations in the model file fails: {reason}")
                }
            },
        };
        let family = family::of(&header.vocabulary);
        let (name, frames) = family.ok_or_else(|| ChatError {
            reason: reason.clone(),
        })?;
        Ok(Self {
            frames,
            origin: Origin::Family(name, reason),
        })
    }

    /// Where the form comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The start of a talk: the prompt, the beginning of the model's turn and the answer's lead.
    pub fn open(&self, prompt: &Prompt) -> Parts {
        let frames = &self.frames;
        let (shared, own) = (frames.content(&prompt.shared), frames.content(&prompt.own));
        let mut parts = Parts::default();
        match &frames.system {
            _ if shared.is_empty() => parts.push(&frames.before_user, true),
            Some(system) => {
                parts.push(&system.before, true);
                parts.push(shared, false);
                parts.push(&system.after, true);
            }
            None => {
                parts.push(&frames.before_user, true);
                parts.push(&format!("{shared}{JOINT}"), false);
            }
        }
        parts.shared = u32::try_from(parts.segments.len()).unwrap_or(u32::MAX);
        parts.push(own, false);
        parts.push(&frames.after_user, true);
        parts.push(&prompt.lead, false);
        parts
    }

    /// What follows an answer when the user says something more: the end of the model's turn, the user's, and
    /// the beginning of the next answer.
    pub fn again(&self, message: &str, lead: &str) -> Vec<Segment> {
        let frames = &self.frames;
        let mut parts = Parts::default();
        parts.push(&frames.after_answer, true);
        parts.push(frames.content(message), false);
        parts.push(&frames.after_next, true);
        parts.push(lead, false);
        parts.segments
    }
}

impl Parts {
    fn push(&mut self, text: &str, is_markup: bool) {
        if !text.is_empty() {
            self.segments.push(Segment {
                text: text.to_owned(),
                is_markup,
            });
        }
    }
}
