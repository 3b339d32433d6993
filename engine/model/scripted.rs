//! A runtime that answers from a script, for runs that need a model to say a given thing.

use super::{Generation, Request, Runtime, Stop};

/// Answers the first entry whose fragment the prompt contains; a prompt without one is an error.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    /// Fragment of a prompt and the reply to it.
    pub replies: Vec<(String, String)>,
}

impl Runtime for Scripted {
    fn generate(
        &mut self,
        request: &Request<'_>,
        on_text: &mut dyn FnMut(&str) -> bool,
    ) -> Result<Generation, String> {
        let (_, reply) = self
            .replies
            .iter()
            .find(|(fragment, _)| request.prompt.contains(fragment))
            .ok_or_else(|| "the script has no reply to this prompt".to_owned())?;
        let limit = usize::try_from(request.max_tokens).unwrap_or(usize::MAX);
        let mut generation = Generation {
            text: String::new(),
            tokens: 0,
            stop: Stop::End,
        };
        // A word counts as a token: enough to exercise caps and cancellation.
        for (count, word) in reply.split_inclusive(' ').enumerate() {
            if count == limit {
                return Ok(Generation {
                    stop: Stop::Limit,
                    ..generation
                });
            }
            if !on_text(word) {
                return Ok(Generation {
                    stop: Stop::Cancelled,
                    ..generation
                });
            }
            generation.text.push_str(word);
            generation.tokens += 1;
        }
        Ok(generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate(max_tokens: u32, keep: bool) -> Result<Generation, String> {
        let mut runtime = Scripted {
            replies: vec![("style".into(), "body { color: red }".into())],
        };
        let request = Request {
            model: "coder",
            prompt: "write style.css",
            max_tokens,
        };
        runtime.generate(&request, &mut |_| keep)
    }

    #[test]
    fn ends_at_the_reply_the_cap_or_the_caller() {
        assert_eq!(generate(100, true).unwrap().text, "body { color: red }");
        let cut = generate(2, true).unwrap();
        assert_eq!((cut.text.as_str(), cut.stop), ("body { ", Stop::Limit));
        assert_eq!(generate(100, false).unwrap().stop, Stop::Cancelled);
    }

    #[test]
    fn an_unexpected_prompt_is_an_error() {
        let request = Request {
            model: "coder",
            prompt: "other",
            max_tokens: 1,
        };
        assert!(
            Scripted::default()
                .generate(&request, &mut |_| true)
                .is_err()
        );
    }
}
