//! What one event of a server says. Knows no connection.

use serde::Deserialize;

/// The parts of an event that matter here; servers send many more.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chunk {
    choices: Vec<Choice>,
    usage: Option<Usage>,
    error: Option<Fault>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Option<Message>,
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    content: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Usage {
    prompt_tokens: u32,
    completion_tokens: u32,
    prompt_tokens_details: Option<Details>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Details {
    cached_tokens: Option<u32>,
}

/// An object with a message, or only the message.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Fault {
    Object { message: String },
    Text(String),
}

/// Why a server ended an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finish {
    /// The model was done, or a stop text came.
    Done,
    /// The limit was reached.
    Limit,
    /// The server does not let the answer through.
    Filtered,
}

/// Tokens as the server counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) prompt: u32,
    pub(super) cached: u32,
    pub(super) answer: u32,
}

/// What an event says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The next text, possibly none.
    pub(super) text: String,
    pub(super) finish: Option<Finish>,
    pub(super) counted: Option<Counted>,
}

/// Reads the data of an event.
///
/// # Errors
/// When it is no event of a chat, or the server tells of an error in it.
pub(super) fn read(data: &str) -> Result<Said, String> {
    let chunk: Chunk = serde_json::from_str(data).map_err(|error| {
        let begin: String = data.chars().take(80).collect();
        format!("the server sends `{begin}`, which is no event of a chat: {error}")
    })?;
    if let Some(Fault::Object { message } | Fault::Text(message)) = chunk.error {
        return Err(message);
    }
    let counted = chunk.usage.map(|usage| Counted {
        prompt: usage.prompt_tokens,
        cached: usage
            .prompt_tokens_details
            .and_then(|details| details.cached_tokens)
            .unwrap_or(0),
        answer: usage.completion_tokens,
    });
    let mut said = Said {
        counted,
        ..Said::default()
    };
    if let Some(choice) = chunk.choices.into_iter().next() {
        let message = choice.delta.or(choice.message);
        said.text = message
            .and_then(|message| message.content)
            .unwrap_or_default();
        said.finish = choice.finish_reason.map(|reason| match reason.as_str() {
            "length" => Finish::Limit,
            "content_filter" => Finish::Filtered,
            _ => Finish::Done,
        });
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_ends_counts_and_errors_are_read() {
        let text = read(r#"{"id":1,"choices":[{"delta":{"content":"x","role":null}}]}"#).unwrap();
        assert_eq!((text.text.as_str(), text.finish), ("x", None));
        let end = read(r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#).unwrap();
        assert_eq!(end.finish, Some(Finish::Limit));
        let counts = r#"{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,
            "prompt_tokens_details":{"cached_tokens":5}}}"#;
        let counted = Counted {
            prompt: 9,
            cached: 5,
            answer: 2,
        };
        assert_eq!(read(counts).unwrap().counted, Some(counted));
        assert_eq!(
            read(r#"{"error":{"message":"no","code":1}}"#).unwrap_err(),
            "no"
        );
        assert_eq!(read(r#"{"error":"no"}"#).unwrap_err(), "no");
        assert!(read("<html>").unwrap_err().contains("<html>"));
        let whole = r#"{"choices":[{"message":{"content":"all"},"finish_reason":"stop"}]}"#;
        assert_eq!(read(whole).unwrap().text, "all");
    }
}
