//! A grammar that an answer has to keep. Knows the tokens said so far, not how one is chosen.

use std::marker::PhantomData;

use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

use super::log;

/// The rule that a grammar starts with.
const ROOT: &str = "root";

/// A GBNF grammar and how far it is kept.
pub(in crate::model) struct Grammar<'m> {
    sampler: LlamaSampler,
    /// Reused, as it is as long as the vocabulary.
    candidates: LlamaTokenDataArray,
    model: PhantomData<&'m LlamaModel>,
}

impl<'m> Grammar<'m> {
    pub(super) fn new(model: &'m LlamaModel, text: &str) -> Result<Self, String> {
        let sampler = LlamaSampler::grammar(model, text, ROOT).map_err(|error| {
            let said = log::last_trouble();
            format!(
                "the grammar has a fault: {}",
                said.unwrap_or_else(|| error.to_string())
            )
        })?;
        Ok(Self {
            sampler,
            candidates: LlamaTokenDataArray::new(Vec::new(), false),
            model: PhantomData,
        })
    }

    /// Whether the grammar allows a token next.
    pub(in crate::model) fn allows(&mut self, token: i32) -> bool {
        self.candidates.data.clear();
        self.candidates
            .data
            .push(LlamaTokenData::new(LlamaToken(token), 0.0, 0.0));
        self.candidates.apply_sampler(&mut self.sampler);
        self.candidates
            .data
            .iter()
            .all(|token| token.logit().is_finite())
    }

    /// Sets `allowed` to the scores, with minus infinity where the grammar does not allow a token.
    pub(in crate::model) fn mask(&mut self, scores: &[f32], allowed: &mut Vec<f32>) {
        self.candidates.data.clear();
        let all = (0..).zip(scores);
        self.candidates
            .data
            .extend(all.map(|(token, score)| LlamaTokenData::new(LlamaToken(token), *score, 0.0)));
        self.candidates.apply_sampler(&mut self.sampler);
        allowed.clear();
        // The sampler changes scores in place and keeps the order.
        allowed.extend(self.candidates.data.iter().map(LlamaTokenData::logit));
    }

    /// Takes a token that the grammar allows.
    pub(in crate::model) fn accept(&mut self, token: i32) {
        self.sampler.accept(LlamaToken(token));
    }
}
