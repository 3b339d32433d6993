//! Learns weights by gradients: tags by the likelihood of the labelled ones, decisions by theirs. Knows features only.
//!
//! `AdaGrad` (Duchi et al., JMLR 2011) with features left out at random, which keeps rare ones from deciding alone.

use super::super::tagged::{Lattice, log_sum, may_follow};
use super::super::weights::{CHOICE_BUCKETS, TAGS, WORD_BUCKETS, Weights, bucket};

/// Rates of learning tags and decisions.
const RATE: f32 = 0.1;
const CHOICE_RATE: f32 = 0.2;
/// How much each weight is drawn to nothing in a round, by a Gaussian prior.
const SHRINK: f32 = 0.3;
/// Shares of features that are left out each time.
const WORDS_LEFT_OUT: f32 = 0.5;
const CHOICES_LEFT_OUT: f32 = 0.4;
/// The mean of the weights behind all rounds but the first third is what is learned.
const TAG_ROUNDS: usize = 12;
const CHOICE_ROUNDS: usize = 30;
/// Times a feature has to be seen.
const LEAST_SEEN: u32 = 2;

/// A request for learning tags: features and tags of its words; no tag where several are right.
pub(super) struct Sentence {
    pub features: Vec<Vec<u32>>,
    pub tags: Vec<Option<usize>>,
}

/// A decision for learning.
pub(super) struct Choice {
    pub features: Vec<u32>,
    pub yes: bool,
}

/// Numbers that look random and are the same each time (splitmix64).
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn chance(&mut self) -> f32 {
        let parts = u16::try_from(self.roll() >> 48).unwrap_or(0);
        f32::from(parts) / f32::from(u16::MAX)
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            let other = usize::try_from(self.roll() >> 32).unwrap_or(0) % (at + 1);
            list.swap(at, other);
        }
    }
}

/// Weights with the squares of their gradients so far, and the sums of those that were noted.
struct Table {
    rate: f32,
    weights: Vec<f32>,
    squares: Vec<f32>,
    sums: Vec<f32>,
    rounds: u16,
}

impl Table {
    fn new(size: usize, rate: f32) -> Self {
        Self {
            rate,
            weights: vec![0.0; size],
            squares: vec![0.0; size],
            sums: vec![0.0; size],
            rounds: 0,
        }
    }

    /// Takes the weights into their mean.
    fn note(&mut self) {
        self.rounds += 1;
        for (sum, weight) in self.sums.iter_mut().zip(&self.weights) {
            *sum += weight;
        }
    }

    /// The mean of the weights that were noted, times `scale`.
    fn mean(&self, scale: f32) -> Vec<f32> {
        let scale = scale / f32::from(self.rounds.max(1));
        self.sums.iter().map(|sum| sum * scale).collect()
    }

    /// `shrink` is the share of the prior that falls to this step.
    fn step(&mut self, at: usize, gradient: f32, shrink: f32) {
        let gradient = gradient - shrink * self.weights[at];
        self.squares[at] += gradient * gradient;
        self.weights[at] += self.rate * gradient / (self.squares[at].sqrt() + 1e-3);
    }
}

/// Learns tags and decisions.
pub(super) fn learn(sentences: &[Sentence], choices: &[Choice]) -> Weights {
    let (words, follow) = learn_tags(sentences);
    Weights::rounded(&words, &follow, &learn_choices(choices))
}

fn learn_tags(sentences: &[Sentence]) -> (Vec<f32>, Vec<f32>) {
    let mut seen = vec![0_u32; WORD_BUCKETS];
    for feature in sentences
        .iter()
        .flat_map(|sentence| sentence.features.iter().flatten())
    {
        seen[bucket(*feature, WORD_BUCKETS)] += 1;
    }
    let mut words = Table::new(WORD_BUCKETS * TAGS, RATE);
    let mut follow = Table::new((TAGS + 1) * TAGS, RATE);
    let mut dice = Dice::new(1);
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    for round in 0..TAG_ROUNDS {
        dice.shuffle(&mut order);
        for &at in &order {
            learn_sentence(&sentences[at], &seen, &mut words, &mut follow, &mut dice);
        }
        if round >= TAG_ROUNDS / 3 {
            words.note();
            follow.note();
        }
    }
    (words.mean(1.0 - WORDS_LEFT_OUT), follow.mean(1.0))
}

fn learn_sentence(
    sentence: &Sentence,
    seen: &[u32],
    words: &mut Table,
    follow: &mut Table,
    dice: &mut Dice,
) {
    let mut picked: Vec<Vec<usize>> = Vec::with_capacity(sentence.features.len());
    for list in &sentence.features {
        let buckets = list.iter().map(|feature| bucket(*feature, WORD_BUCKETS));
        picked.push(
            buckets
                .filter(|at| seen[*at] >= LEAST_SEEN && dice.chance() >= WORDS_LEFT_OUT)
                .collect(),
        );
    }
    let mut lattice = Lattice {
        words: Vec::with_capacity(picked.len()),
        follow: [[f32::NEG_INFINITY; TAGS]; TAGS + 1],
    };
    for (before, row) in lattice.follow.iter_mut().enumerate() {
        for (next, weight) in row
            .iter_mut()
            .enumerate()
            .filter(|(next, _)| may_follow(before, *next))
        {
            *weight = follow.weights[before * TAGS + next];
        }
    }
    for list in &picked {
        lattice.words.push(std::array::from_fn(|tag| {
            list.iter().map(|at| words.weights[at * TAGS + tag]).sum()
        }));
    }
    let right = lattice.only(&sentence.tags);
    let (likely, due) = (lattice.tagged().chances, right.tagged().chances);
    for (at, list) in picked.iter().enumerate() {
        for tag in 0..TAGS {
            let gradient = due[at][tag] - likely[at][tag];
            if gradient.abs() > 1e-4 {
                for bucket in list {
                    words.step(bucket * TAGS + tag, gradient, SHRINK / count(seen[*bucket]));
                }
            }
        }
    }
    let (likely, due) = (lattice.ways(), right.ways());
    for (before, (likely, due)) in likely.iter().zip(due).enumerate() {
        for next in (0..TAGS).filter(|next| may_follow(before, *next)) {
            follow.step(before * TAGS + next, due[next] - likely[next], 0.0);
        }
    }
}

impl Lattice {
    /// Only the ways that go through `tags`.
    fn only(&self, tags: &[Option<usize>]) -> Self {
        let mut words = self.words.clone();
        for (word, tag) in words.iter_mut().zip(tags) {
            for (at, weight) in word.iter_mut().enumerate() {
                if tag.is_some_and(|tag| tag != at) {
                    *weight = f32::NEG_INFINITY;
                }
            }
        }
        Self {
            words,
            follow: self.follow,
        }
    }

    /// How often one tag stands behind another, all ways taken together; the last row is the beginning.
    fn ways(&self) -> [[f32; TAGS]; TAGS + 1] {
        let (forward, backward) = (self.forward(), self.backward());
        let all = forward.last().map_or(0.0, |last| log_sum(*last));
        let mut sums = [[0.0; TAGS]; TAGS + 1];
        for (at, word) in self.words.iter().enumerate() {
            for before in if at == 0 { TAGS..TAGS + 1 } else { 0..TAGS } {
                let came = if at == 0 {
                    0.0
                } else {
                    forward[at - 1][before]
                };
                for next in 0..TAGS {
                    let way = came + self.follow[before][next] + word[next] + backward[at][next];
                    sums[before][next] += (way - all).exp();
                }
            }
        }
        sums
    }
}

fn count(seen: u32) -> f32 {
    f32::from(u16::try_from(seen).unwrap_or(u16::MAX))
}

fn learn_choices(choices: &[Choice]) -> Vec<f32> {
    let mut table = Table::new(CHOICE_BUCKETS, CHOICE_RATE);
    let mut seen = vec![0_u32; CHOICE_BUCKETS];
    for feature in choices.iter().flat_map(|choice| &choice.features) {
        seen[bucket(*feature, CHOICE_BUCKETS)] += 1;
    }
    let mut dice = Dice::new(2);
    let mut order: Vec<usize> = (0..choices.len()).collect();
    for round in 0..CHOICE_ROUNDS {
        dice.shuffle(&mut order);
        for &at in &order {
            let choice = &choices[at];
            let buckets = choice
                .features
                .iter()
                .map(|feature| bucket(*feature, CHOICE_BUCKETS));
            let picked: Vec<usize> = buckets
                .filter(|_| dice.chance() >= CHOICES_LEFT_OUT)
                .collect();
            let sum: f32 = picked.iter().map(|at| table.weights[*at]).sum();
            let gradient = f32::from(u8::from(choice.yes)) - 1.0 / (1.0 + (-sum).exp());
            for bucket in picked {
                table.step(bucket, gradient, SHRINK / count(seen[bucket]));
            }
        }
        if round >= CHOICE_ROUNDS / 3 {
            table.note();
        }
    }
    table.mean(1.0 - CHOICES_LEFT_OUT)
}
