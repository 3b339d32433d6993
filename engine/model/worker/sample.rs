//! Which token comes next, given how likely each is. Knows no text and no grammar.

use std::cmp::Ordering;

use super::super::runtime::Sampling;

/// Numbers that are compared side by side, so that the compiler uses vector instructions.
const STRIDE: usize = 16;

/// Chooses tokens; the same seed and the same scores give the same choices.
#[derive(Debug)]
pub(super) struct Chooser {
    sampling: Sampling,
    random: u64,
    /// Candidates, kept to spare an allocation per token.
    candidates: Vec<Candidate>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Candidate {
    score: f32,
    token: i32,
}

impl Candidate {
    /// The likeliest first, and the lower token of two alike.
    fn order(self, other: Self) -> Ordering {
        let by_score = other.score.total_cmp(&self.score);
        by_score.then(self.token.cmp(&other.token))
    }
}

impl Chooser {
    pub(super) fn new(sampling: &Sampling) -> Self {
        Self {
            sampling: sampling.clone(),
            random: sampling.seed,
            candidates: Vec::new(),
        }
    }

    /// The next token; `said` are those before it. Nothing when no token has a score that is a number.
    pub(super) fn choose(&mut self, scores: &[f32], said: &[i32]) -> Option<i32> {
        let is_greedy = self.sampling.temperature <= 0.0;
        let is_penalised = self.sampling.repeat_penalty.to_bits() != 1_f32.to_bits();
        if is_greedy && !is_penalised {
            return likeliest(scores);
        }
        let repeated = if is_penalised {
            self.repeated(said)
        } else {
            Vec::new()
        };
        let keep = match (is_greedy, self.sampling.top_k) {
            (true, _) => 1,
            (false, 0) => scores.len(),
            (false, top_k) => usize::try_from(top_k)
                .unwrap_or(usize::MAX)
                .min(scores.len()),
        };
        self.gather(scores, &repeated, keep);
        if is_greedy {
            return self.candidates.first().map(|first| first.token);
        }
        self.draw()
    }

    /// The distinct tokens that were said within the window, sorted.
    fn repeated(&self, said: &[i32]) -> Vec<i32> {
        let window = usize::try_from(self.sampling.repeat_window).unwrap_or(usize::MAX);
        let mut tokens = said[said.len().saturating_sub(window)..].to_vec();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Fills the candidates with the `keep` likeliest tokens in order, after the penalty.
    fn gather(&mut self, scores: &[f32], repeated: &[i32], keep: usize) {
        let penalty = self.sampling.repeat_penalty;
        self.candidates.clear();
        for token in repeated {
            let score = usize::try_from(*token).ok().and_then(|at| scores.get(at));
            if let Some(score) = score.filter(|score| is_possible(**score)) {
                let score = if *score > 0.0 {
                    score / penalty
                } else {
                    score * penalty
                };
                self.candidates.push(Candidate {
                    score,
                    token: *token,
                });
            }
        }
        // Whatever is too unlikely to be among the `keep` is passed over, more of it the longer this runs.
        let room = keep.saturating_mul(2).max(STRIDE);
        let mut least = f32::NEG_INFINITY;
        for (token, score) in (0..).zip(scores) {
            if *score >= least && is_possible(*score) && repeated.binary_search(&token).is_err() {
                self.candidates.push(Candidate {
                    score: *score,
                    token,
                });
                if self.candidates.len() > room + repeated.len() {
                    self.candidates
                        .select_nth_unstable_by(keep, |a, b| a.order(*b));
                    self.candidates.truncate(keep);
                    least = self
                        .candidates
                        .iter()
                        .map(|kept| kept.score)
                        .fold(f32::INFINITY, f32::min);
                }
            }
        }
        self.candidates.sort_unstable_by(|a, b| a.order(*b));
        self.candidates.truncate(keep);
    }

    /// Draws one of the candidates, which are in order.
    fn draw(&mut self) -> Option<i32> {
        let first = self.candidates.first()?.score;
        let weight = |candidate: &Candidate, temperature: f32| {
            f64::from((candidate.score - first) / temperature).exp()
        };
        let all: f64 = self
            .candidates
            .iter()
            .map(|candidate| weight(candidate, 1.0))
            .sum();
        let mut before = 0.0;
        let mut kept = 0;
        for candidate in &self.candidates {
            let share = weight(candidate, 1.0);
            // The first one has a weight of 1 and always stays.
            if kept > 0
                && (before >= f64::from(self.sampling.top_p) * all
                    || share < f64::from(self.sampling.min_p))
            {
                break;
            }
            before += share;
            kept += 1;
        }
        self.candidates.truncate(kept);
        let temperature = self.sampling.temperature;
        let all: f64 = self
            .candidates
            .iter()
            .map(|candidate| weight(candidate, temperature))
            .sum();
        let mut left = next(&mut self.random) * all;
        for candidate in &self.candidates {
            left -= weight(candidate, temperature);
            if left < 0.0 {
                return Some(candidate.token);
            }
        }
        self.candidates.last().map(|candidate| candidate.token)
    }
}

/// Whether a token with this score can be chosen at all.
fn is_possible(score: f32) -> bool {
    score > f32::NEG_INFINITY
}

/// The likeliest token, the lowest of several alike.
fn likeliest(scores: &[f32]) -> Option<i32> {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut best = [f32::NEG_INFINITY; STRIDE];
    let (strides, rest) = scores.as_chunks::<STRIDE>();
    for stride in strides {
        for (best, score) in best.iter_mut().zip(stride) {
            *best = larger(*best, *score);
        }
    }
    let best = best
        .into_iter()
        .chain(rest.iter().copied())
        .fold(f32::NEG_INFINITY, larger);
    let at = scores
        .iter()
        .position(|score| *score >= best && is_possible(*score))?;
    i32::try_from(at).ok()
}

/// The next random number from 0 to 1, 1 left out: `SplitMix64` by Steele, Lea and Flood (2014).
fn next(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^= word >> 31;
    // 32 bits are exact in a double.
    let high = u32::try_from(word >> 32).unwrap_or_default();
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The same choice by definition: all scores after the penalty, sorted; then what each limit leaves, with the
    /// share of each token.
    fn shares(sampling: &Sampling, scores: &[f32], said: &[i32]) -> Vec<(i32, f64)> {
        let window = said.len().saturating_sub(sampling.repeat_window as usize);
        let mut all: Vec<(i32, f32)> = (0..).zip(scores.iter().copied()).collect();
        for (token, score) in &mut all {
            if said[window..].contains(token) {
                *score = if *score > 0.0 {
                    *score / sampling.repeat_penalty
                } else {
                    *score * sampling.repeat_penalty
                };
            }
        }
        all.retain(|(_, score)| *score > f32::NEG_INFINITY);
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        if sampling.temperature == 0.0 {
            return all
                .first()
                .map(|first| vec![(first.0, 1.0)])
                .unwrap_or_default();
        }
        if sampling.top_k > 0 {
            all.truncate(sampling.top_k as usize);
        }
        let weight =
            |score: f32, temperature: f32| f64::from((score - all[0].1) / temperature).exp();
        let sum: f64 = all.iter().map(|(_, score)| weight(*score, 1.0)).sum();
        let mut before = 0.0;
        let kept = all.iter().enumerate().take_while(|(at, (_, score))| {
            let share = weight(*score, 1.0);
            let is_kept = *at == 0
                || (before < f64::from(sampling.top_p) * sum && share >= f64::from(sampling.min_p));
            before += share;
            is_kept
        });
        let kept: Vec<(i32, f32)> = kept.map(|(_, candidate)| *candidate).collect();
        let sum: f64 = kept
            .iter()
            .map(|(_, score)| weight(*score, sampling.temperature))
            .sum();
        kept.into_iter()
            .map(|(token, score)| (token, weight(score, sampling.temperature) / sum))
            .collect()
    }

    fn any_sampling() -> impl Strategy<Value = Sampling> {
        let temperature = prop_oneof![Just(0.0_f32), 0.1_f32..2.0];
        let penalty = prop_oneof![Just(1.0_f32), 0.8_f32..1.5];
        (
            temperature,
            0_u32..8,
            0.1_f32..=1.0,
            0.0_f32..0.5,
            penalty,
            0_u32..6,
            any::<u64>(),
        )
            .prop_map(
                |(temperature, top_k, top_p, min_p, repeat_penalty, repeat_window, seed)| {
                    Sampling {
                        temperature,
                        top_k,
                        top_p,
                        min_p,
                        repeat_penalty,
                        repeat_window,
                        seed,
                    }
                },
            )
    }

    proptest! {
        #[test]
        fn a_choice_is_one_that_the_limits_leave(
            sampling in any_sampling(),
            // Few distinct scores, so that many are alike.
            scores in prop::collection::vec(prop_oneof![(-6_i8..6).prop_map(f32::from), Just(f32::NEG_INFINITY)], 1..200),
            said in prop::collection::vec(0_i32..200, 0..12),
        ) {
            let shares = shares(&sampling, &scores, &said);
            let chosen = Chooser::new(&sampling).choose(&scores, &said);
            prop_assert_eq!(chosen.is_none(), shares.is_empty());
            if let Some(token) = chosen {
                prop_assert!(shares.iter().any(|(other, _)| *other == token), "{token} of {shares:?}");
            }
        }
    }

    #[test]
    fn choices_come_as_often_as_their_shares_say() {
        const DRAWS: u32 = 20_000;
        let sampling = Sampling {
            temperature: 0.7,
            top_k: 5,
            top_p: 0.9,
            min_p: 0.02,
            seed: 3,
            ..Sampling::default()
        };
        let scores: Vec<f32> = (0..40_u16).map(|at| f32::from(at * 7 % 40) / 8.0).collect();
        let mut chooser = Chooser::new(&sampling);
        let mut counts = BTreeMap::new();
        for _ in 0..DRAWS {
            *counts
                .entry(chooser.choose(&scores, &[]).unwrap())
                .or_insert(0_u32) += 1;
        }
        let shares = shares(&sampling, &scores, &[]);
        assert_eq!(counts.len(), shares.len());
        for (token, share) in shares {
            let found = f64::from(counts[&token]) / f64::from(DRAWS);
            assert!(
                (found - share).abs() < 0.02,
                "{token}: {found} instead of {share}"
            );
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let scores = [1.0_f32, 1.1, 0.9, 1.05];
        let choices = |seed| {
            let mut chooser = Chooser::new(&Sampling {
                temperature: 1.0,
                seed,
                ..Sampling::default()
            });
            (0..32)
                .map(|_| chooser.choose(&scores, &[]).unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(choices(5), choices(5));
        assert_ne!(choices(5), choices(6));
    }

    #[test]
    fn what_is_no_number_is_never_chosen() {
        for temperature in [0.0, 1.0] {
            let sampling = Sampling {
                temperature,
                ..Sampling::default()
            };
            let mut chooser = Chooser::new(&sampling);
            assert_eq!(
                chooser.choose(&[f32::NAN, -3.0, f32::NEG_INFINITY], &[]),
                Some(1)
            );
            assert_eq!(chooser.choose(&[f32::NAN, f32::NEG_INFINITY], &[]), None);
            assert_eq!(chooser.choose(&[], &[]), None);
        }
    }
}
