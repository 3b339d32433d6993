//! The forms of conversation that are known without a template, by the control tokens they need. Knows no file.

use super::super::gguf::Vocabulary;
use super::frames::{Frames, System};

/// The family whose control tokens a vocabulary has.
pub(super) fn of(vocabulary: &Vocabulary) -> Option<(&'static str, Frames)> {
    let has = |token: &str| vocabulary.controls.contains(token);
    if has("<|im_start|>") && has("<|im_end|>") {
        Some(("ChatML", chatml()))
    } else if has("<start_of_turn>") && has("<end_of_turn>") {
        Some((
            "Gemma",
            gemma(vocabulary.bos.as_deref().unwrap_or_default()),
        ))
    } else {
        None
    }
}

/// `ChatML` names the role in the first line of each turn.
fn chatml() -> Frames {
    Frames {
        system: Some(System {
            before: "<|im_start|>system\n".to_owned(),
            after: "<|im_end|>\n<|im_start|>user\n".to_owned(),
        }),
        before_user: "<|im_start|>user\n".to_owned(),
        after_user: "<|im_end|>\n<|im_start|>assistant\n".to_owned(),
        after_answer: "<|im_end|>\n<|im_start|>user\n".to_owned(),
        after_next: "<|im_end|>\n<|im_start|>assistant\n".to_owned(),
        trims: false,
    }
}

/// Gemma knows users and models only, and its contents have no white space around them.
fn gemma(bos: &str) -> Frames {
    Frames {
        system: None,
        before_user: format!("{bos}<start_of_turn>user\n"),
        after_user: "<end_of_turn>\n<start_of_turn>model\n".to_owned(),
        after_answer: "<end_of_turn>\n<start_of_turn>user\n".to_owned(),
        after_next: "<end_of_turn>\n<start_of_turn>model\n".to_owned(),
        trims: true,
    }
}
