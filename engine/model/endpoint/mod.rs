//! A model server of the `OpenAI` kind as a runtime. Off unless the user names one. Knows no file and no plan.

mod answer;
mod echo;
mod events;
mod messages;
mod reader;
mod stop;
mod talk;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use ureq::Agent;

use super::facts::Facts;
use super::fetch::{FetchError, Network, Url, agent};
use super::runtime::{ModelError, Prompt, Runtime, Talk};

/// Talks at once where the user says nothing.
pub const DEFAULT_LANES: u32 = 4;
/// Pause before a request that failed in passing is made again; it doubles each time.
const PAUSE: Duration = Duration::from_millis(500);

/// A server.
pub struct Endpoint {
    url: Url,
    key: Option<String>,
    models: BTreeMap<String, String>,
    lanes: u32,
    agent: Agent,
    pause: Duration,
    /// Whether it takes nothing but what the original interface has: found out at the first refusal.
    is_plain: AtomicBool,
}

impl Endpoint {
    /// The server at `url`, with or without `/v1`; `models` are the names that it has for roles, `key` what it
    /// asks for. Nothing is connected.
    ///
    /// # Errors
    /// When the address or the certificates of `network` cannot be used.
    pub fn new(
        url: &str,
        key: Option<String>,
        models: BTreeMap<String, String>,
        lanes: Option<u32>,
        network: &Network,
    ) -> Result<Self, FetchError> {
        Ok(Self {
            url: Url::parse(&completions(url)).map_err(FetchError::Url)?,
            key: key.filter(|key| !key.is_empty()),
            models,
            lanes: lanes.unwrap_or(DEFAULT_LANES).max(1),
            agent: agent(network)?,
            pause: PAUSE,
            is_plain: AtomicBool::new(false),
        })
    }

    /// The same server, with another first pause between tries.
    #[must_use]
    pub fn with_pause(self, pause: Duration) -> Self {
        Self { pause, ..self }
    }

    /// What is known of the model of `role` without asking the server. Another model behind the same address and
    /// name is not noticed: cached chunks stay valid until one of them changes.
    pub fn facts(&self, role: &str) -> Facts {
        let host = self.url.host();
        let model = self.models.get(role);
        Facts {
            name: model.map_or_else(
                || format!("model of {host}"),
                |name| format!("{name} on {host}"),
            ),
            identity: format!("endpoint {} {}", self.url, model.map_or("", String::as_str)),
            lanes: self.lanes,
            context: 0,
            need_mib: 0,
            endpoint: Some(self.url.to_string()),
        }
    }

    /// The name of the model that is asked for. Servers of one model take any.
    fn model<'a>(&'a self, role: &'a str) -> &'a str {
        self.models.get(role).map_or(role, String::as_str)
    }
}

impl Runtime for Endpoint {
    fn open<'a>(&'a self, role: &str, prompt: &Prompt) -> Result<Box<dyn Talk + 'a>, ModelError> {
        Ok(Box::new(talk::Conversation::new(
            self,
            self.model(role),
            prompt,
        )))
    }
}

/// The address of chat completions below `url`.
fn completions(url: &str) -> String {
    const PATH: &str = "/chat/completions";
    let url = url.trim_end_matches('/');
    if url.ends_with(PATH) {
        url.to_owned()
    } else if url.ends_with("/v1") {
        format!("{url}{PATH}")
    } else {
        format!("{url}/v1{PATH}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_chat_completions() {
        for url in [
            "http://h:1",
            "http://h:1/",
            "http://h:1/v1",
            "http://h:1/v1/",
            "http://h:1/v1/chat/completions",
        ] {
            assert_eq!(completions(url), "http://h:1/v1/chat/completions");
        }
        assert_eq!(
            completions("http://h/api/v1"),
            "http://h/api/v1/chat/completions"
        );
    }

    #[test]
    fn another_model_is_another_identity() {
        let facts = |model: &str| {
            let models = BTreeMap::from([("coder".to_owned(), model.to_owned())]);
            let endpoint =
                Endpoint::new("http://h:1", None, models, None, &Network::default()).unwrap();
            endpoint.facts("coder")
        };
        assert_ne!(facts("a").identity, facts("b").identity);
        assert_eq!((facts("a").name.as_str(), facts("a").lanes), ("a on h", 4));
    }
}
