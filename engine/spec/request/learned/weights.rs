//! The learned weights: a table of small numbers, found by hashed features. Knows no request.
//!
//! Features are hashed into buckets ("feature hashing", Weinberger et al., ICML 2009), so that no dictionary of
//! features is kept. `train` makes the file from the labelled requests under `tests/spec/corpus`.

use std::borrow::Cow;
use std::sync::LazyLock;

/// Buckets of the weights of words; a power of two.
pub(super) const WORD_BUCKETS: usize = 1 << 18;
/// Buckets of the weights of decisions; a power of two.
pub(super) const CHOICE_BUCKETS: usize = 1 << 17;
/// Tags of words.
pub(super) const TAGS: usize = 5;
/// One unit of a stored weight.
pub(super) const UNIT: f32 = 1.0 / 24.0;

static FILE: &[u8] = include_bytes!("../../data/reader.bin");
static LEARNED: LazyLock<Weights> = LazyLock::new(|| Weights::of_bytes(FILE));

/// Weights of tags at words, of tags behind each other, and of yes or no: small signed numbers, a byte each.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Weights {
    words: Cow<'static, [u8]>,
    /// `TAGS` weights for each tag before, and for the beginning.
    follow: Cow<'static, [u8]>,
    choices: Cow<'static, [u8]>,
}

impl Weights {
    /// The weights that are built in.
    pub(super) fn learned() -> &'static Self {
        #[cfg(test)]
        if let Some(tried) = super::train::tried() {
            return tried;
        }
        &LEARNED
    }

    /// Reads what [`Weights::bytes`] writes; of another length, nothing is known.
    fn of_bytes(bytes: &'static [u8]) -> Self {
        let parts = bytes.split_at_checked(WORD_BUCKETS * TAGS);
        let parts = parts.and_then(|(words, rest)| {
            let (follow, choices) = rest.split_at_checked((TAGS + 1) * TAGS)?;
            (choices.len() == CHOICE_BUCKETS).then_some((words, follow, choices))
        });
        let Some((words, follow, choices)) = parts else {
            return Self::none();
        };
        Self {
            words: Cow::Borrowed(words),
            follow: Cow::Borrowed(follow),
            choices: Cow::Borrowed(choices),
        }
    }

    /// Weights that say nothing.
    pub(super) fn none() -> Self {
        Self {
            words: Cow::Owned(vec![0; WORD_BUCKETS * TAGS]),
            follow: Cow::Owned(vec![0; (TAGS + 1) * TAGS]),
            choices: Cow::Owned(vec![0; CHOICE_BUCKETS]),
        }
    }

    /// The weight of each tag for a word with these features.
    pub(super) fn tags(&self, features: &[u32]) -> [f32; TAGS] {
        let mut sums = [0_i32; TAGS];
        for feature in features {
            let at = bucket(*feature, WORD_BUCKETS) * TAGS;
            for (sum, weight) in sums.iter_mut().zip(&self.words[at..at + TAGS]) {
                *sum += number(*weight);
            }
        }
        sums.map(real)
    }

    /// The weight of `next` behind `before`; `TAGS` is the beginning.
    pub(super) fn follow(&self, before: usize, next: usize) -> f32 {
        real(number(self.follow[before * TAGS + next]))
    }

    /// How likely a decision with these features is yes, 0 to 1.
    pub(super) fn chance(&self, features: &[u32]) -> f32 {
        let weight = |feature: &u32| number(self.choices[bucket(*feature, CHOICE_BUCKETS)]);
        let sum: i32 = features.iter().map(weight).sum();
        1.0 / (1.0 + (-real(sum)).exp())
    }
}

fn number(weight: u8) -> i32 {
    i32::from(weight.cast_signed())
}

fn real(sum: i32) -> f32 {
    // Sums of a few hundred small numbers are exact.
    #[expect(clippy::cast_precision_loss, reason = "the sums are small")]
    let sum = sum as f32;
    sum * UNIT
}

/// The bucket of a feature.
pub(super) fn bucket(feature: u32, buckets: usize) -> usize {
    usize::try_from(feature).unwrap_or(0) & (buckets - 1)
}

/// The hash of a feature: which template it fills, and with what (FNV-1a, folded to 32 bits).
pub(super) fn feature(template: u8, parts: &[&str]) -> u32 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let mut hash = (OFFSET ^ u64::from(template)).wrapping_mul(PRIME);
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
    }
    let folded = hash ^ (hash >> 32);
    u32::try_from(folded & u64::from(u32::MAX)).unwrap_or(0)
}

#[cfg(test)]
impl Weights {
    /// From real numbers, rounded to what is stored.
    pub(super) fn rounded(words: &[f32], follow: &[f32], choices: &[f32]) -> Self {
        let round = |list: &[f32]| -> Cow<'static, [u8]> {
            #[expect(clippy::cast_possible_truncation, reason = "it is clamped")]
            let one = |weight: &f32| (weight / UNIT).round().clamp(-127.0, 127.0) as i8;
            Cow::Owned(
                list.iter()
                    .map(|weight| one(weight).cast_unsigned())
                    .collect(),
            )
        };
        Self {
            words: round(words),
            follow: round(follow),
            choices: round(choices),
        }
    }

    /// As they are stored.
    pub(super) fn bytes(&self) -> Vec<u8> {
        [&*self.words, &*self.follow, &*self.choices].concat()
    }
}
