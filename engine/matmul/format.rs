//! The formats of weights that are multiplied here. Knows sizes and numbers of ggml's formats.

use super::vector::SERVES_BYTES;

/// How weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Q4_0,
    Q5_0,
    Q8_0,
    Q4K,
    Q5K,
    Q6K,
}

/// How the other factor is stored, which llama.cpp brings into bytes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    /// Blocks of 32 bytes after a scale of 16 bits.
    Q8_0,
    /// Blocks of 256 bytes after a scale of 32 bits and before the sums of each 16.
    Q8K,
}

impl Format {
    /// By the numbers of `ggml_type`; those that are multiplied on this processor.
    pub(crate) fn of(number: i32) -> Option<Self> {
        match number {
            2 => Some(Self::Q4_0),
            6 => Some(Self::Q5_0),
            8 if SERVES_BYTES => Some(Self::Q8_0),
            12 => Some(Self::Q4K),
            13 => Some(Self::Q5K),
            14 => Some(Self::Q6K),
            _ => None,
        }
    }

    /// Values of a block, and its size in bytes.
    pub(crate) fn block(self) -> (usize, usize) {
        match self {
            Self::Q4_0 => (32, 18),
            Self::Q5_0 => (32, 22),
            Self::Q8_0 => (32, 34),
            Self::Q4K => (256, 144),
            Self::Q5K => (256, 176),
            Self::Q6K => (256, 210),
        }
    }

    pub(crate) fn other(self) -> Other {
        match self {
            Self::Q4_0 | Self::Q5_0 | Self::Q8_0 => Other::Q8_0,
            Self::Q4K | Self::Q5K | Self::Q6K => Other::Q8K,
        }
    }

    /// Values that share a scale.
    pub(crate) fn group(self) -> usize {
        match self {
            Self::Q6K => 16,
            Self::Q4_0 | Self::Q5_0 | Self::Q8_0 | Self::Q4K | Self::Q5K => 32,
        }
    }

    /// The unsigned byte that stands for zero.
    pub(crate) fn zero(self) -> i32 {
        match self {
            Self::Q4_0 => 8,
            Self::Q5_0 => 16,
            Self::Q8_0 => 128,
            Self::Q4K | Self::Q5K => 0,
            Self::Q6K => 32,
        }
    }

    /// Whether groups have a least value, which is added to each of their values.
    pub(crate) fn has_lows(self) -> bool {
        matches!(self, Self::Q4K | Self::Q5K)
    }
}

impl Other {
    /// Values of a block, and its size in bytes.
    pub(crate) fn block(self) -> (usize, usize) {
        match self {
            Self::Q8_0 => (32, 34),
            Self::Q8K => (256, 292),
        }
    }
}
