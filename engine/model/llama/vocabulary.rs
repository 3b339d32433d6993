//! Text to tokens and back. Knows what a control token is, and that only markup may write one.

use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::vocab::LlamaVocab;

use super::super::wire::Segment;

/// The tokens of a model.
pub(in crate::model) struct Vocabulary<'m>(pub(super) LlamaVocab<'m>);

impl Vocabulary<'_> {
    /// Tokens of texts that follow on something. Each text is cut on its own, so that a text has the same
    /// tokens whatever comes before it.
    pub(in crate::model) fn tokens(&self, segments: &[Segment]) -> Vec<i32> {
        let mut tokens = Vec::new();
        for segment in segments.iter().filter(|segment| !segment.text.is_empty()) {
            self.0.tokenize_into(
                segment.text.as_bytes(),
                &mut tokens,
                false,
                segment.is_markup,
            );
        }
        tokens.into_iter().map(|token| token.0).collect()
    }

    /// The token that this model wants before everything else, unless `tokens` begin with it.
    pub(in crate::model) fn start(&self, tokens: &[i32]) -> Option<i32> {
        let start = self.0.bos().0;
        let is_wanted = self.0.should_add_bos() && start >= 0;
        (is_wanted && tokens.first() != Some(&start)).then_some(start)
    }

    /// Appends the bytes of a token, none for a control token.
    pub(in crate::model) fn bytes(&self, token: i32, bytes: &mut Vec<u8>) {
        self.0
            .token_to_piece_into(LlamaToken(token), bytes, false, None);
    }

    /// Whether the model says by this token that it is done.
    pub(in crate::model) fn is_end(&self, token: i32) -> bool {
        self.0.is_eog(LlamaToken(token))
    }
}
