//! A tag for each word of a request: thing, field or neither. Knows weights and features, no names.
//!
//! A linear-chain conditional random field (Lafferty et al., ICML 2001): the likeliest tags by Viterbi, the chance of
//! each tag by the forward and backward sums.

use super::weights::{TAGS, Weights};

/// Neither a thing nor a field.
pub(super) const OTHER: usize = 0;
/// The first word of a thing.
pub(super) const THING: usize = 1;
/// A further word of a thing.
pub(super) const IN_THING: usize = 2;
/// The first word of a field.
pub(super) const FIELD: usize = 3;
/// A further word of a field.
pub(super) const IN_FIELD: usize = 4;

/// The weights of a request's tags: of each word, and of one tag behind another.
pub(super) struct Lattice {
    pub words: Vec<[f32; TAGS]>,
    pub follow: [[f32; TAGS]; TAGS + 1],
}

/// What is likely.
pub(super) struct Tagged {
    /// The likeliest tags together.
    pub tags: Vec<usize>,
    /// The chance of each tag at each word.
    pub chances: Vec<[f32; TAGS]>,
}

/// Whether `next` can stand behind `before`.
pub(super) fn may_follow(before: usize, next: usize) -> bool {
    match next {
        IN_THING => matches!(before, THING | IN_THING),
        IN_FIELD => matches!(before, FIELD | IN_FIELD),
        _ => true,
    }
}

impl Lattice {
    pub(super) fn new(weights: &Weights, features: &[Vec<u32>]) -> Self {
        let mut follow = [[f32::NEG_INFINITY; TAGS]; TAGS + 1];
        for (before, row) in follow.iter_mut().enumerate() {
            for (next, weight) in row
                .iter_mut()
                .enumerate()
                .filter(|(next, _)| may_follow(before, *next))
            {
                *weight = weights.follow(before, next);
            }
        }
        let words = features.iter().map(|list| weights.tags(list)).collect();
        Self { words, follow }
    }

    /// The likeliest tags.
    pub(super) fn best(&self) -> Vec<usize> {
        let mut came = Vec::with_capacity(self.words.len());
        let mut sums = [0.0_f32; TAGS];
        for (at, word) in self.words.iter().enumerate() {
            let mut next = [f32::NEG_INFINITY; TAGS];
            let mut from = [0_usize; TAGS];
            for tag in 0..TAGS {
                let ways = (0..TAGS).map(|before| match at {
                    0 => self.follow[TAGS][tag],
                    _ => sums[before] + self.follow[before][tag],
                });
                for (before, sum) in ways.enumerate() {
                    if sum > next[tag] {
                        (next[tag], from[tag]) = (sum, before);
                    }
                }
                next[tag] += word[tag];
            }
            sums = next;
            came.push(from);
        }
        let mut tag = (0..TAGS).fold(
            OTHER,
            |best, tag| if sums[tag] > sums[best] { tag } else { best },
        );
        let mut tags = vec![OTHER; self.words.len()];
        for at in (0..tags.len()).rev() {
            tags[at] = tag;
            tag = came[at][tag];
        }
        tags
    }

    /// The logarithm of the sum of all ways up to each word.
    pub(super) fn forward(&self) -> Vec<[f32; TAGS]> {
        let mut sums: Vec<[f32; TAGS]> = Vec::with_capacity(self.words.len());
        for word in &self.words {
            let before = sums.last();
            let next = std::array::from_fn(|tag| {
                word[tag]
                    + match before {
                        None => self.follow[TAGS][tag],
                        Some(before) => log_sum(std::array::from_fn(|from| {
                            before[from] + self.follow[from][tag]
                        })),
                    }
            });
            sums.push(next);
        }
        sums
    }

    /// The logarithm of the sum of all ways behind each word.
    pub(super) fn backward(&self) -> Vec<[f32; TAGS]> {
        let mut sums = vec![[0.0; TAGS]; self.words.len()];
        for at in (1..self.words.len()).rev() {
            let (word, behind) = (self.words[at], sums[at]);
            sums[at - 1] = std::array::from_fn(|tag| {
                log_sum(std::array::from_fn(|next| {
                    self.follow[tag][next] + word[next] + behind[next]
                }))
            });
        }
        sums
    }

    /// The likeliest tags and the chance of each.
    pub(super) fn tagged(&self) -> Tagged {
        let (forward, backward) = (self.forward(), self.backward());
        let all = forward.last().map_or(0.0, |last| log_sum(*last));
        let chance = |at: usize| {
            std::array::from_fn(|tag| (forward[at][tag] + backward[at][tag] - all).exp())
        };
        Tagged {
            tags: self.best(),
            chances: (0..self.words.len()).map(chance).collect(),
        }
    }
}

/// The logarithm of a sum of powers of e.
pub(super) fn log_sum(terms: [f32; TAGS]) -> f32 {
    let most = terms.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if most == f32::NEG_INFINITY {
        return most;
    }
    most + terms
        .iter()
        .map(|term| (term - most).exp())
        .sum::<f32>()
        .ln()
}

/// Runs of words with one tag: the first word's tag, and the words.
pub(super) fn runs(tags: &[usize]) -> Vec<(usize, std::ops::Range<usize>)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while at < tags.len() {
        let inner = match tags[at] {
            THING => IN_THING,
            FIELD => IN_FIELD,
            _ => {
                at += 1;
                continue;
            }
        };
        let length = 1 + tags[at + 1..]
            .iter()
            .take_while(|tag| **tag == inner)
            .count();
        runs.push((tags[at], at..at + length));
        at += length;
    }
    runs
}
