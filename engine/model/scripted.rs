//! A runtime that answers from a script, for runs that need a model to say a given thing.

use super::runtime::{Ask, Generation, ModelError, Prompt, Runtime, Slice, Step, Stop, Talk};

/// Answers the first entry whose fragment stands in what was asked last; a question without one is an error.
#[derive(Clone, Debug, Default)]
pub struct Scripted {
    /// Fragment of a prompt or of a further message, and the reply to it.
    pub replies: Vec<(String, String)>,
}

impl Runtime for Scripted {
    fn open<'a>(&'a self, _role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        Ok(Box::new(Reply {
            script: self,
            asked: prompt.own.clone(),
            rest: None,
        }))
    }
}

struct Reply<'a> {
    script: &'a Scripted,
    asked: String,
    rest: Option<&'a str>,
}

impl Reply<'_> {
    fn begin(&mut self) -> Result<(), ModelError> {
        let found = self.script.replies.iter();
        let found = found.filter(|(fragment, _)| self.asked.contains(fragment));
        let reply = found.map(|(_, reply)| reply.as_str()).next();
        self.rest = Some(reply.ok_or_else(|| {
            ModelError::Refused(format!("the script has no reply to: {}", self.asked))
        })?);
        Ok(())
    }
}

impl Talk for Reply<'_> {
    fn slice(
        &mut self,
        slice: &Slice<'_>,
        on_step: &mut dyn FnMut(Step<'_>) -> bool,
    ) -> Result<Generation, ModelError> {
        match slice.ask {
            Ask::Answer => self.begin()?,
            Ask::Again { message, .. } => {
                message.clone_into(&mut self.asked);
                self.begin()?;
            }
            Ask::More => {}
        }
        let rest = self.rest.take().unwrap_or_default();
        let whole = slice.stop.iter().filter_map(|stop| rest.find(stop)).min();
        let end = whole.unwrap_or(rest.len());
        let mut generation = Generation {
            stop: Stop::End,
            tokens: 0,
            prefilled: 0,
            reused: 0,
            prefill_us: 0,
            decode_us: 0,
        };
        let mut told = 0;
        // A word counts as a token: enough to exercise caps and cancellation.
        for word in rest[..end].split_inclusive(' ') {
            if generation.tokens == slice.max_tokens {
                self.rest = Some(&rest[told..]);
                generation.stop = Stop::Limit;
                return Ok(generation);
            }
            generation.tokens += 1;
            told += word.len();
            if !on_step(Step::Text {
                text: word,
                tokens: generation.tokens,
            }) {
                generation.stop = Stop::Cancelled;
                return Ok(generation);
            }
        }
        Ok(generation)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::runtime::Sampling;
    use super::*;

    fn script() -> Scripted {
        Scripted {
            replies: vec![
                ("style".into(), "body { color: red }\n```\nand more".into()),
                ("wrong".into(), "body { color: blue }".into()),
            ],
        }
    }

    fn slice(talk: &mut dyn Talk, ask: Ask<'_>, max_tokens: u32) -> (String, Stop) {
        let mut text = String::new();
        let stop = ["\n```".to_owned()];
        let slice = Slice {
            ask,
            max_tokens,
            min_tokens: 0,
            stop: &stop,
            grammar: None,
            sampling: &Sampling::default(),
            stall: Duration::from_secs(1),
        };
        let generation = talk.slice(&slice, &mut |step| {
            if let Step::Text { text: piece, .. } = step {
                text.push_str(piece);
            }
            text.len() < 60
        });
        (text, generation.unwrap().stop)
    }

    #[test]
    fn an_answer_is_cut_continued_and_given_anew() {
        let script = script();
        let prompt = Prompt {
            own: "write style.css".into(),
            ..Prompt::default()
        };
        let mut talk = script.open("coder", &prompt).unwrap();
        assert_eq!(
            slice(&mut *talk, Ask::Answer, 2),
            ("body { ".into(), Stop::Limit)
        );
        assert_eq!(
            slice(&mut *talk, Ask::More, 9),
            ("color: red }".into(), Stop::End)
        );
        let again = Ask::Again {
            message: "this is wrong",
            lead: "",
        };
        assert_eq!(
            slice(&mut *talk, again, 9),
            ("body { color: blue }".into(), Stop::End)
        );
    }

    #[test]
    fn an_unexpected_prompt_is_an_error() {
        let script = script();
        let prompt = Prompt {
            own: "other".into(),
            ..Prompt::default()
        };
        let mut talk = script.open("coder", &prompt).unwrap();
        let slice = Slice {
            ask: Ask::Answer,
            max_tokens: 1,
            min_tokens: 0,
            stop: &[],
            grammar: None,
            sampling: &Sampling::default(),
            stall: Duration::from_secs(1),
        };
        assert!(talk.slice(&slice, &mut |_| true).is_err());
    }
}
