//! A prompt as the marked-up text that a model was trained on. Knows one form of turns, `ChatML`.

use super::super::runtime::Prompt;
use super::super::wire::Segment;

/// How turns are marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turns;

impl Turns {
    /// The start of a talk, and how many of its first segments other talks share.
    pub fn open(self, prompt: &Prompt) -> (Vec<Segment>, u32) {
        let mut segments = vec![
            markup("<|im_start|>system\n"),
            text(&prompt.shared),
            markup("<|im_end|>\n<|im_start|>user\n"),
        ];
        let shared = 3;
        segments.push(text(&prompt.own));
        segments.push(markup("<|im_end|>\n<|im_start|>assistant\n"));
        segments.push(text(&prompt.lead));
        (segments, shared)
    }

    /// What comes between an answer and the next one.
    pub fn again(self, message: &str, lead: &str) -> Vec<Segment> {
        vec![
            markup("<|im_end|>\n<|im_start|>user\n"),
            text(message),
            markup("<|im_end|>\n<|im_start|>assistant\n"),
            text(lead),
        ]
    }
}

fn markup(text: &str) -> Segment {
    Segment {
        text: text.to_owned(),
        is_markup: true,
    }
}

fn text(text: &str) -> Segment {
    Segment {
        text: text.to_owned(),
        is_markup: false,
    }
}
