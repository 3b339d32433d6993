//! What a model is like: layers, heads, context, bytes. Knows names of keys and tensors, no memory and no machine.

use super::super::linked;
use super::error::{Fault, Located, Remedy};
use super::kind::{Instructions, mixture};
use super::metadata::{Metadata, Value, place};
use super::tensors::Tensor;
use super::vocabulary::Vocabulary;

/// Most layers that llama.cpp takes (`LLAMA_MAX_LAYERS`).
const MAX_LAYERS: u64 = 512;

/// Bounds of other numbers, far above any model; products of them stay within 64 bits.
const MAX_WIDTH: u64 = 1 << 20;
const MAX_CONTEXT: u64 = 1 << 31;

/// Elements of a block of the K-quants and their like.
const SUPER_BLOCK: u64 = 256;

/// Bytes of a number of a recurrent layer's state.
const STATE_BYTES: u64 = 4;

/// Every how many layers one sees the whole context, by architecture, where a file does not say it
/// (`load_swa_pattern` in llama.cpp's models).
const WINDOW_PATTERNS: [(&str, u64); 9] = [
    ("cohere2", 4),
    ("exaone4", 4),
    ("gemma-embedding", 6),
    ("gemma2", 2),
    ("gemma3", 6),
    ("gemma3n", 5),
    ("gpt-oss", 2),
    ("llama4", 4),
    ("olmo2", 4),
];

/// A layer, as far as it keeps something for each token or each talk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Heads that keep keys and values; 0 in layers without attention.
    pub kv_heads: u64,
    /// Numbers of a key.
    pub key_len: u64,
    /// Numbers of a value.
    pub value_len: u64,
    /// Whether it sees only the last tokens, [`Shape::window`] of them.
    pub is_windowed: bool,
    /// Bytes that it keeps for a talk of any length.
    pub state_bytes: u64,
}

/// What a model is like.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// The family, such as `qwen2`.
    pub architecture: String,
    /// Its name in the file; empty where there is none.
    pub name: String,
    /// The name of the mixture of number formats, or of the format with most bytes.
    pub quantisation: String,
    /// The licence that the file names.
    pub license: Option<String>,
    /// Numbers of a token's state.
    pub embd: u64,
    /// Numbers of the widest layer inside, all experts in use together.
    pub feed_forward: u64,
    /// Heads that ask.
    pub heads: u64,
    /// Layers.
    pub layers: Vec<Layer>,
    /// Tokens that it was trained for.
    pub context_train: u64,
    /// Tokens that windowed layers see.
    pub window: Option<u64>,
    /// Tokens of the vocabulary.
    pub vocab: u64,
    /// Bytes of the file, all of which are mapped.
    pub file_bytes: u64,
    /// Bytes of the data of all tensors.
    pub tensor_bytes: u64,
    /// Bytes of the table of token states.
    pub embedding_bytes: u64,
    /// Bytes of which llama.cpp makes a rearranged copy when repacking is on.
    pub repackable_bytes: u64,
    /// Bytes of matrices that llama.cpp can multiply in tiles and codey's own products, faster, cannot.
    pub tiled_bytes: u64,
    /// Whether the table of token states also gives the scores.
    pub is_tied: bool,
    /// The template of conversations in the file.
    pub chat_template: Option<String>,
}

/// Finds what a shape is made of.
pub(super) struct Reader<'a> {
    pub(super) metadata: &'a Metadata,
    /// The first byte after the header: where faults of what is missing are placed.
    pub(super) end: u64,
}

impl Reader<'_> {
    /// Whether the file is all of the model.
    pub(super) fn check_whole(&self) -> Result<(), Located> {
        match self.integer("split.count")? {
            Some((offset, count)) if count > 1 => Err(Fault::new(
                offset,
                format!("the file is one of {count} parts of a model"),
                "a model is one file",
                Remedy::Merge,
            )
            .of(place("split.count"))),
            _ => Ok(()),
        }
    }

    pub(super) fn shape(
        &self,
        vocabulary: &Vocabulary,
        tensors: &[Tensor],
        instructions: Instructions,
    ) -> Result<Shape, Located> {
        let architecture = self.required_text("general.architecture")?;
        let key = |name: &str| format!("{architecture}.{name}");
        let embd = self.required(&key("embedding_length"), 1, MAX_WIDTH)?;
        let count = self.required(&key("block_count"), 1, MAX_LAYERS)?;
        let context_train = self.required(&key("context_length"), 1, MAX_CONTEXT)?;
        let heads = self.per_layer(&key("attention.head_count"), count, None)?;
        let most_heads = heads.iter().copied().max().unwrap_or(0);
        self.check_embedding(tensors, embd, vocabulary.count)?;
        self.check_blocks(tensors, count)?;
        let window = self.optional(&key("attention.sliding_window"), 0, MAX_CONTEXT)?;
        let mut shape = Shape {
            name: self.text("general.name").unwrap_or_default(),
            license: self.text("general.license"),
            chat_template: self.text("tokenizer.chat_template"),
            quantisation: self.quantisation(tensors),
            embd,
            feed_forward: self.feed_forward(&architecture, count)?,
            heads: most_heads,
            context_train,
            window: window.filter(|window| *window > 0),
            vocab: vocabulary.count,
            is_tied: !tensors.iter().any(|tensor| tensor.name == "output.weight"),
            architecture,
            ..Shape::default()
        };
        shape.layers = self.layers(&shape, &heads, tensors)?;
        if shape.layers.iter().all(|layer| !layer.is_windowed) {
            shape.window = None;
        }
        for tensor in tensors {
            shape.tensor_bytes = shape.tensor_bytes.saturating_add(tensor.bytes);
            let is_table = tensor.name == "token_embd.weight";
            if is_table {
                shape.embedding_bytes = tensor.bytes;
            }
            if !is_matrix(tensor) || is_table && !shape.is_tied {
                continue;
            }
            if instructions.repacks(tensor.kind, tensor.dimensions[1]) {
                shape.repackable_bytes = shape.repackable_bytes.saturating_add(tensor.bytes);
            }
            // Experts have no other products.
            let is_own = !is_mixture(tensor) && linked::multiplies(tensor.kind.id);
            if tensor.kind.elements == SUPER_BLOCK && !is_own {
                shape.tiled_bytes = shape.tiled_bytes.saturating_add(tensor.bytes);
            }
        }
        Ok(shape)
    }

    /// The table of token states must have a row for each token.
    fn check_embedding(&self, tensors: &[Tensor], embd: u64, vocab: u64) -> Result<(), Located> {
        let name = "token_embd.weight";
        let found = match tensors.iter().find(|tensor| tensor.name == name) {
            Some(tensor) if tensor.dimensions == [embd, vocab, 1, 1] => return Ok(()),
            Some(tensor) => {
                let [columns, rows, ..] = tensor.dimensions;
                format!("it has {rows} rows of {columns}")
            }
            None => "it is missing".to_owned(),
        };
        let allowed = format!("it has {vocab} rows of {embd}, a row for each token");
        Err(self.fault(found, allowed).of(format!("tensor `{name}`")))
    }

    /// Each layer must have tensors, and each tensor of a layer must be of one that there is.
    fn check_blocks(&self, tensors: &[Tensor], count: u64) -> Result<(), Located> {
        let mut present = vec![false; usize::try_from(count).unwrap_or(0)];
        for tensor in tensors {
            let Some(number) = block(&tensor.name) else {
                continue;
            };
            let slot = usize::try_from(number).ok();
            let Some(slot) = slot.and_then(|slot| present.get_mut(slot)) else {
                let found = format!("it belongs to layer {number}");
                let allowed = format!("the file has layers 0 to {}", count - 1);
                let place = format!("tensor `{}`", tensor.name.escape_debug());
                return Err(self.fault(found, allowed).of(place));
            };
            *slot = true;
        }
        match present.iter().position(|present| !present) {
            None => Ok(()),
            Some(number) => Err(self
                .fault("it has no tensors", format!("the file has {count} layers"))
                .of(format!("layer {number}"))),
        }
    }

    fn layers(
        &self,
        shape: &Shape,
        heads: &[u64],
        tensors: &[Tensor],
    ) -> Result<Vec<Layer>, Located> {
        let key = |name: &str| format!("{}.{name}", shape.architecture);
        let count = heads.len() as u64;
        let kv_heads = self.per_layer(&key("attention.head_count_kv"), count, Some(heads))?;
        let default = shape.embd / shape.heads.max(1);
        let length = |name: &str, default: u64| -> Result<u64, Located> {
            Ok(self.optional(&key(name), 0, MAX_WIDTH)?.unwrap_or(default))
        };
        let key_len = length("attention.key_length", default)?;
        let value_len = length("attention.value_length", default)?;
        let key_len_swa = length("attention.key_length_swa", key_len)?;
        let value_len_swa = length("attention.value_length_swa", value_len)?;
        let windowed = self.windowed(shape, count)?;
        let state = self.state_bytes(&shape.architecture, shape.embd)?;
        let (attends, recurs) = kinds_of_layers(tensors, heads.len());
        let layers = (0..heads.len()).map(|at| Layer {
            kv_heads: if attends[at] { kv_heads[at] } else { 0 },
            key_len: if windowed[at] { key_len_swa } else { key_len },
            value_len: if windowed[at] {
                value_len_swa
            } else {
                value_len
            },
            is_windowed: windowed[at],
            state_bytes: if recurs[at] { state } else { 0 },
        });
        Ok(layers.collect())
    }

    /// Which layers see the last tokens only.
    fn windowed(&self, shape: &Shape, count: u64) -> Result<Vec<bool>, Located> {
        let default = WINDOW_PATTERNS
            .iter()
            .find(|(architecture, _)| *architecture == shape.architecture);
        let key = format!("{}.attention.sliding_window_pattern", shape.architecture);
        if shape.window.is_none() || default.is_none() && !self.metadata.contains_key(&key) {
            return Ok(vec![false; usize::try_from(count).unwrap_or(0)]);
        }
        if let Some((_, Value::List(list))) = self.metadata.get(&key)
            && list.numbers.len() as u64 == count
        {
            return Ok(list.numbers.iter().map(|number| *number != 0).collect());
        }
        let period = self.optional(&key, 0, MAX_LAYERS)?;
        let period = period.or(default.map(|(_, period)| *period)).unwrap_or(0);
        // A period of 0 puts a window on every layer, one of 1 on none (`set_swa_pattern`).
        let is_windowed = |layer: u64| period == 0 || layer % period < period - 1;
        Ok((0..count).map(is_windowed).collect())
    }

    /// Bytes of a recurrent layer's state for one talk (`n_embd_r` and `n_embd_s` in llama-hparams.cpp).
    fn state_bytes(&self, architecture: &str, embd: u64) -> Result<u64, Located> {
        let read = |name: &str| -> Result<u64, Located> {
            let key = format!("{architecture}.{name}");
            Ok(self.optional(&key, 0, MAX_WIDTH)?.unwrap_or(0))
        };
        let (kernel, inner) = (read("ssm.conv_kernel")?, read("ssm.inner_size")?);
        let (state, groups) = (read("ssm.state_size")?, read("ssm.group_count")?);
        let short = read("shortconv.l_cache")?;
        let head = read("wkv.head_size")?;
        let mixed = inner.saturating_add((2 * groups).saturating_mul(state));
        let numbers = kernel.saturating_sub(1).saturating_mul(mixed)
            + state * inner
            + short.saturating_sub(1) * embd
            + head.saturating_add(u64::from(head > 0) * 2) * embd;
        Ok(numbers.saturating_mul(STATE_BYTES))
    }

    fn feed_forward(&self, architecture: &str, layers: u64) -> Result<u64, Located> {
        let key = format!("{architecture}.feed_forward_length");
        let dense = self.per_layer(&key, layers, Some(&[0]))?;
        let dense = dense.into_iter().max().unwrap_or(0);
        let read = |name: &str| -> Result<u64, Located> {
            let key = format!("{architecture}.{name}");
            Ok(self.optional(&key, 0, MAX_WIDTH)?.unwrap_or(0))
        };
        let expert = read("expert_feed_forward_length")?;
        Ok(dense.max(expert * read("expert_used_count")?))
    }

    fn quantisation(&self, tensors: &[Tensor]) -> String {
        if let Some((_, Value::Integer(number))) = self.metadata.get("general.file_type")
            && let Some(name) = u64::try_from(*number).ok().and_then(mixture)
        {
            return name.to_owned();
        }
        let bytes = |kind: &str| -> u64 {
            let of_kind = tensors.iter().filter(|tensor| tensor.kind.name == kind);
            of_kind.fold(0, |sum, tensor| tensor.bytes.saturating_add(sum))
        };
        let kinds: std::collections::BTreeSet<&str> =
            tensors.iter().map(|tensor| tensor.kind.name).collect();
        let most = kinds.into_iter().max_by_key(|kind| bytes(kind));
        most.unwrap_or_default().to_owned()
    }

    /// A number for each layer: one for all, a list, or `default` cycled where the key is missing.
    fn per_layer(
        &self,
        key: &str,
        count: u64,
        default: Option<&[u64]>,
    ) -> Result<Vec<u64>, Located> {
        let slots = usize::try_from(count).unwrap_or(0);
        if let Some((offset, Value::List(list))) = self.metadata.get(key) {
            let numbers: Option<Vec<u64>> = list
                .numbers
                .iter()
                .map(|number| {
                    u64::try_from(*number)
                        .ok()
                        .filter(|number| *number <= MAX_WIDTH)
                })
                .collect();
            return numbers
                .filter(|numbers| numbers.len() == slots)
                .ok_or_else(|| {
                    let found = format!("a list of {} elements", list.count);
                    let allowed =
                        format!("a number up to {MAX_WIDTH} for each of {count} layers is allowed");
                    Fault::new(*offset, found, allowed, Remedy::Convert).of(place(key))
                });
        }
        match (self.optional(key, 0, MAX_WIDTH)?, default) {
            (Some(number), _) => Ok(vec![number; slots]),
            (None, Some(default)) => Ok(default.iter().copied().cycle().take(slots).collect()),
            (None, None) => Ok(vec![0; slots]),
        }
    }

    fn required(&self, key: &str, least: u64, most: u64) -> Result<u64, Located> {
        self.optional(key, least, most)?.ok_or_else(|| {
            self.fault("it is missing", "every model has it")
                .of(place(key))
        })
    }

    fn optional(&self, key: &str, least: u64, most: u64) -> Result<Option<u64>, Located> {
        let Some((offset, number)) = self.integer(key)? else {
            return Ok(None);
        };
        match u64::try_from(number) {
            Ok(number) if (least..=most).contains(&number) => Ok(Some(number)),
            _ => {
                let allowed = format!("{least} to {most} are allowed");
                let found = format!("it is {number}");
                Err(Fault::new(offset, found, allowed, Remedy::Convert).of(place(key)))
            }
        }
    }

    fn integer(&self, key: &str) -> Result<Option<(u64, i128)>, Located> {
        match self.metadata.get(key) {
            None => Ok(None),
            Some((offset, Value::Integer(number))) => Ok(Some((*offset, *number))),
            Some((offset, value)) => Err(Fault::new(
                *offset,
                format!("it is {}", value.describe()),
                "a whole number is allowed",
                Remedy::Convert,
            )
            .of(place(key))),
        }
    }

    fn required_text(&self, key: &str) -> Result<String, Located> {
        self.text(key)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| {
                self.fault("it is missing", "every model has it")
                    .of(place(key))
            })
    }

    fn text(&self, key: &str) -> Option<String> {
        match self.metadata.get(key) {
            Some((_, Value::Text(text))) => Some(text.clone()),
            _ => None,
        }
    }

    fn fault(&self, found: impl Into<String>, allowed: impl Into<String>) -> Fault {
        Fault::new(self.end, found, allowed, Remedy::Convert)
    }
}

/// The layer that a tensor belongs to, by its name.
fn block(name: &str) -> Option<u64> {
    name.strip_prefix("blk.")?.split('.').next()?.parse().ok()
}

/// Which layers keep keys and values, and which keep a state.
fn kinds_of_layers(tensors: &[Tensor], count: usize) -> (Vec<bool>, Vec<bool>) {
    let (mut attends, mut joined, mut recurs) =
        (vec![false; count], vec![false; count], vec![false; count]);
    for tensor in tensors {
        let slot = block(&tensor.name).and_then(|number| usize::try_from(number).ok());
        let Some(slot) = slot.filter(|slot| *slot < count) else {
            continue;
        };
        let part = tensor.name.split('.').nth(2).unwrap_or_default();
        match part {
            "attn_k" | "attn_kv_a_mqa" => attends[slot] = true,
            "attn_qkv" => joined[slot] = true,
            _ if part.starts_with("ssm_")
                || part.starts_with("time_mix")
                || part == "shortconv" =>
            {
                recurs[slot] = true;
            }
            _ => {}
        }
    }
    for slot in 0..count {
        // Linear attention also joins its three matrices, and keeps a state instead of keys.
        attends[slot] |= joined[slot] && !recurs[slot];
    }
    (attends, recurs)
}

/// Whether a tensor is multiplied with: two dimensions, or three of experts.
fn is_matrix(tensor: &Tensor) -> bool {
    let [_, rows, depth, more] = tensor.dimensions;
    let is_flat = rows > 1 && depth == 1;
    more == 1 && (is_flat || is_mixture(tensor))
}

/// Whether a tensor holds matrices of which each token chooses some.
fn is_mixture(tensor: &Tensor) -> bool {
    tensor.dimensions[2] > 1 && tensor.name.contains("_exps.")
}
