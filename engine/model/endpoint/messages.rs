//! A talk as the messages and the body of a request. Knows no connection.

use serde_json::{Value, json};

use crate::model::runtime::{Ask, Prompt, Slice};

/// Stop texts that every server takes; the others are looked for here.
const MAX_STOP_TEXTS: usize = 4;

/// The messages of a talk and the answer that is under way.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    done: Vec<(&'static str, String)>,
    lead: String,
    /// The answer so far, with what it begins with.
    pub(super) answer: String,
}

impl Messages {
    pub(super) fn new(prompt: &Prompt) -> Self {
        let shared = Some(("system", prompt.shared.clone()));
        let shared = shared.filter(|(_, text)| !text.is_empty());
        Self {
            done: shared
                .into_iter()
                .chain([("user", prompt.own.clone())])
                .collect(),
            lead: prompt.lead.clone(),
            answer: prompt.lead.clone(),
        }
    }

    /// Takes in what is asked next.
    pub(super) fn ask(&mut self, ask: Ask<'_>) {
        match ask {
            Ask::Answer => self.answer.clone_from(&self.lead),
            Ask::More => {}
            Ask::Again { message, lead } => {
                let answer = std::mem::replace(&mut self.answer, lead.to_owned());
                self.done.push(("assistant", answer));
                self.done.push(("user", message.to_owned()));
                lead.clone_into(&mut self.lead);
            }
        }
    }

    /// The body of a request. A plain server gets nothing but what the original interface has, and is asked in
    /// words to go on.
    pub(super) fn body(&self, model: &str, slice: &Slice<'_>, is_plain: bool) -> Value {
        let sampling = slice.sampling;
        let mut body = json!({
            "model": model,
            "messages": self.list(is_plain),
            "stream": true,
            "stream_options": { "include_usage": true },
            "max_tokens": slice.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "seed": sampling.seed,
        });
        if !slice.stop.is_empty() {
            let texts = &slice.stop[..slice.stop.len().min(MAX_STOP_TEXTS)];
            body["stop"] = json!(texts);
        }
        if is_plain {
            return body;
        }
        body["top_k"] = json!(sampling.top_k);
        body["min_p"] = json!(sampling.min_p);
        #[expect(clippy::float_cmp, reason = "exactly 1 is written for no penalty")]
        if sampling.repeat_penalty != 1.0 {
            // Two servers, two names.
            body["repeat_penalty"] = json!(sampling.repeat_penalty);
            body["repetition_penalty"] = json!(sampling.repeat_penalty);
            body["repeat_last_n"] = json!(sampling.repeat_window);
        }
        if let Some(grammar) = slice.grammar {
            body["grammar"] = json!(grammar);
        }
        if !self.answer.is_empty() {
            body["continue_final_message"] = json!(true);
            body["add_generation_prompt"] = json!(false);
        }
        body
    }

    fn list(&self, is_plain: bool) -> Vec<Value> {
        let one = |role: &str, text: &str| json!({ "role": role, "content": text });
        let mut list: Vec<Value> = self
            .done
            .iter()
            .map(|(role, text)| one(role, text))
            .collect();
        if self.answer.is_empty() {
            return list;
        }
        if !is_plain {
            list.push(one("assistant", &self.answer));
        } else if self.answer == self.lead {
            let asked = self.done.last().map_or("", |(_, text)| text.as_str());
            let begin = format!(
                "{asked}\n\nBegin your answer with exactly this:\n{}",
                self.lead
            );
            list.pop();
            list.push(one("user", &begin));
        } else {
            list.push(one("assistant", &self.answer));
            list.push(one(
                "user",
                "Your answer was cut off. Go on at the very character where it stopped, and repeat nothing.",
            ));
        }
        list
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Sampling;

    fn talk() -> Messages {
        Messages::new(&Prompt {
            shared: "rules".into(),
            own: "write x".into(),
            lead: "```py\n".into(),
        })
    }

    fn body(messages: &Messages, is_plain: bool) -> Value {
        let stop: Vec<String> = (0..6).map(|number| number.to_string()).collect();
        let slice = Slice {
            ask: Ask::Answer,
            max_tokens: 7,
            min_tokens: 0,
            stop: &stop,
            grammar: Some("root ::= x"),
            sampling: &Sampling::default(),
            stall: Duration::ZERO,
        };
        messages.body("m", &slice, is_plain)
    }

    fn roles(body: &Value) -> Vec<&str> {
        let list = body["messages"].as_array().unwrap();
        list.iter()
            .map(|one| one["role"].as_str().unwrap())
            .collect()
    }

    #[test]
    fn an_answer_is_begun_continued_and_given_anew() {
        let mut messages = talk();
        messages.ask(Ask::Answer);
        assert_eq!(
            roles(&body(&messages, false)),
            ["system", "user", "assistant"]
        );
        messages.answer.push_str("x =");
        messages.ask(Ask::More);
        let more = body(&messages, false);
        assert_eq!(more["messages"][2]["content"], "```py\nx =");
        assert_eq!(more["continue_final_message"], true);
        assert_eq!(more["stop"].as_array().unwrap().len(), 4);
        messages.ask(Ask::Again {
            message: "wrong",
            lead: "",
        });
        let again = body(&messages, false);
        assert_eq!(roles(&again), ["system", "user", "assistant", "user"]);
        assert!(again.get("continue_final_message").is_none());
    }

    #[test]
    fn a_plain_server_is_asked_in_words() {
        let mut messages = talk();
        let begin = body(&messages, true);
        assert_eq!(roles(&begin), ["system", "user"]);
        let asked = begin["messages"][1]["content"].as_str().unwrap();
        assert!(
            asked.starts_with("write x\n\n") && asked.ends_with(":\n```py\n"),
            "{asked}"
        );
        for extra in ["grammar", "top_k", "min_p", "continue_final_message"] {
            assert!(begin.get(extra).is_none(), "{extra}");
        }
        messages.answer.push_str("x =");
        let more = body(&messages, true);
        assert_eq!(roles(&more), ["system", "user", "assistant", "user"]);
    }
}
