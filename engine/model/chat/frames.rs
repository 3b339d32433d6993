//! A template's own text, found by rendering marks in place of contents. Knows no content.

use super::super::gguf::Vocabulary;
use super::render::Renderer;

/// Marks that stand for contents: private characters that no template writes.
const SYSTEM: &str = "\u{e000}1\u{e001}";
const USER: &str = "\u{e000}2\u{e001}";
const ANSWER: &str = "\u{e000}3\u{e001}";
const NEXT: &str = "\u{e000}4\u{e001}";

/// Room around a mark that shows whether a template takes it away.
const ROOM: [&str; 2] = ["\n ", " \n"];

/// What stands around a system message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct System {
    pub(super) before: String,
    /// Up to where the user's message begins.
    pub(super) after: String,
}

/// The markup of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Frames {
    /// Around a system message, where the model knows one.
    pub(super) system: Option<System>,
    /// Before the user's message when there is no system message.
    pub(super) before_user: String,
    /// From the user's first message to the answer.
    pub(super) after_user: String,
    /// From the answer to the user's further message.
    pub(super) after_answer: String,
    /// From that message to the next answer.
    pub(super) after_next: String,
    /// Whether contents lose white space at both ends.
    pub(super) trims: bool,
}

impl Frames {
    /// A content as the template would put it.
    pub(super) fn content<'a>(&self, text: &'a str) -> &'a str {
        if self.trims { text.trim() } else { text }
    }
}

/// The frames of a template.
pub(super) fn find(source: &str, vocabulary: &Vocabulary) -> Result<Frames, String> {
    let renderer = Renderer::new(source, vocabulary)?;
    let user = [("user", USER)];
    let alone = renderer.render(&user)?;
    let [before_user, after_user] =
        split(&alone, [USER]).ok_or("it does not write the user's message once")?;
    let before_user = with_bos(before_user, vocabulary);
    let with_system = renderer.render(&[("system", SYSTEM), ("user", USER)]);
    let system = with_system.ok().and_then(|text| {
        let [before, after, end] = split(&text, [SYSTEM, USER])?;
        Some((
            System {
                before: with_bos(before, vocabulary),
                after,
            },
            end,
        ))
    });
    let (system, after_user) = match system {
        // The end of a turn may not hang on whether there was a system message: shared parts rely on it.
        Some((system, end)) if end == after_user => (Some(system), end),
        _ => (None, after_user),
    };
    let (after_answer, after_next) = turn(&renderer, system.is_some())?;
    let padded = [ROOM[0], USER, ROOM[1]].concat();
    let trims = !renderer.render(&[("user", &padded)])?.contains(&padded);
    Ok(Frames {
        system,
        before_user,
        after_user,
        after_answer,
        after_next,
        trims,
    })
}

/// What stands around a further message of the user.
fn turn(renderer: &Renderer, has_system: bool) -> Result<(String, String), String> {
    let conversation = [
        ("system", SYSTEM),
        ("user", USER),
        ("assistant", ANSWER),
        ("user", NEXT),
    ];
    let tail = |messages: &[(&str, &str)]| -> Result<[String; 3], String> {
        let text = renderer.render(messages)?;
        split(&text, [ANSWER, NEXT])
            .filter(|[_, middle, end]| !middle.contains(SYSTEM) && !end.contains(SYSTEM))
            .ok_or_else(|| "it does not write an answer and a further message once".to_owned())
    };
    let mut found = tail(&conversation[1..]);
    if has_system {
        // Some templates repeat the system message in the last turn: there the turn without one stands.
        found = tail(&conversation).or(found);
    }
    let [_, after_answer, after_next] = found?;
    Ok((after_answer, after_next))
}

/// The texts around marks that stand there once each and in order.
fn split<const MARKS: usize, const PARTS: usize>(
    text: &str,
    marks: [&str; MARKS],
) -> Option<[String; PARTS]> {
    let mut parts = Vec::new();
    let mut rest = text;
    for mark in marks {
        if text.matches(mark).count() != 1 {
            return None;
        }
        let (before, after) = rest.split_once(mark)?;
        parts.push(before.to_owned());
        rest = after;
    }
    parts.push(rest.to_owned());
    parts.try_into().ok()
}

/// The first text of a conversation, with the token that begins a document where the model wants one.
fn with_bos(text: String, vocabulary: &Vocabulary) -> String {
    match &vocabulary.bos {
        Some(bos) if vocabulary.adds_bos && !text.starts_with(bos.as_str()) => {
            format!("{bos}{text}")
        }
        _ => text,
    }
}

#[cfg(test)]
pub(super) const MARKS: [&str; 4] = [SYSTEM, USER, ANSWER, NEXT];
