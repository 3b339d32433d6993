//! Small GGUF files for tests, right or wrong in one place each. Knows the format and no weights.

/// A value's type number and its bytes.
#[derive(Clone)]
pub(crate) struct Raw(pub(crate) u32, pub(crate) Vec<u8>);

pub(crate) fn u32(number: u32) -> Raw {
    Raw(4, number.to_le_bytes().to_vec())
}

pub(crate) fn bytes(text: &[u8]) -> Vec<u8> {
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    bytes
}

pub(crate) fn text(text: &str) -> Raw {
    Raw(8, bytes(text.as_bytes()))
}

/// A list of elements of one type.
pub(crate) fn list(kind: u32, elements: &[Vec<u8>]) -> Raw {
    let mut raw = kind.to_le_bytes().to_vec();
    raw.extend((elements.len() as u64).to_le_bytes());
    raw.extend(elements.concat());
    Raw(9, raw)
}

pub(crate) fn texts(texts: &[&str]) -> Raw {
    let elements: Vec<_> = texts.iter().map(|text| bytes(text.as_bytes())).collect();
    list(8, &elements)
}

pub(crate) fn i32s(numbers: &[i32]) -> Raw {
    let elements: Vec<_> = numbers
        .iter()
        .map(|number| number.to_le_bytes().to_vec())
        .collect();
    list(5, &elements)
}

/// A tensor's entry; its data are zeros.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Vec<u8>,
    pub(crate) dimensions: Vec<u64>,
    pub(crate) kind: u32,
    pub(crate) bytes: u64,
    /// Where its data begin, if not where they belong.
    pub(crate) offset: Option<u64>,
}

/// A file in parts.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) magic: [u8; 4],
    pub(crate) version: u32,
    pub(crate) keys: Vec<(Vec<u8>, Raw)>,
    pub(crate) entries: Vec<Entry>,
    /// Numbers of tensors and keys that are announced, if not those that are there.
    pub(crate) counts: [Option<u64>; 2],
    pub(crate) alignment: usize,
}

/// A model of two layers in 32 numbers, with six tokens, some of them control tokens.
pub(crate) fn model() -> File {
    let tokens = ["a", "b", "c", "<|endoftext|>", "<|im_start|>", "<|im_end|>"];
    let keys = [
        ("general.architecture", text("qwen2")),
        ("general.name", text("Small")),
        ("general.license", text("apache-2.0")),
        ("general.file_type", u32(0)),
        ("qwen2.block_count", u32(2)),
        ("qwen2.context_length", u32(4096)),
        ("qwen2.embedding_length", u32(32)),
        ("qwen2.feed_forward_length", u32(64)),
        ("qwen2.attention.head_count", u32(4)),
        ("qwen2.attention.head_count_kv", u32(2)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.tokens", texts(&tokens)),
        ("tokenizer.ggml.token_type", i32s(&[1, 1, 1, 3, 3, 3])),
        ("tokenizer.ggml.merges", texts(&["a b"])),
        ("tokenizer.ggml.bos_token_id", u32(3)),
        ("tokenizer.ggml.eos_token_id", u32(5)),
    ];
    let mut file = File {
        magic: *b"GGUF",
        version: 3,
        keys: keys
            .into_iter()
            .map(|(key, raw)| (key.as_bytes().to_vec(), raw))
            .collect(),
        entries: Vec::new(),
        counts: [None; 2],
        alignment: 32,
    };
    file.add("token_embd.weight", &[32, 6], 0, 768);
    for layer in 0..2 {
        file.add(&format!("blk.{layer}.attn_q.weight"), &[32, 32], 0, 4096);
        file.add(&format!("blk.{layer}.attn_k.weight"), &[32, 16], 8, 544);
    }
    file.add("output_norm.weight", &[32], 0, 128);
    file
}

impl File {
    pub(crate) fn add(&mut self, name: &str, dimensions: &[u64], kind: u32, bytes: u64) {
        self.entries.push(Entry {
            name: name.into(),
            dimensions: dimensions.to_vec(),
            kind,
            bytes,
            offset: None,
        });
    }

    /// The model with another value for a key, or the key added.
    pub(crate) fn with(mut self, key: &str, raw: Raw) -> Self {
        match self
            .keys
            .iter_mut()
            .find(|(name, _)| name == key.as_bytes())
        {
            Some((_, value)) => *value = raw,
            None => self.keys.push((key.into(), raw)),
        }
        self
    }

    pub(crate) fn without(mut self, key: &str) -> Self {
        self.keys.retain(|(name, _)| name != key.as_bytes());
        self
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = self.magic.to_vec();
        file.extend(self.version.to_le_bytes());
        let [tensors, keys] = self.counts;
        file.extend(tensors.unwrap_or(self.entries.len() as u64).to_le_bytes());
        file.extend(keys.unwrap_or(self.keys.len() as u64).to_le_bytes());
        for (key, Raw(kind, raw)) in &self.keys {
            file.extend(bytes(key));
            file.extend(kind.to_le_bytes());
            file.extend(raw);
        }
        let mut end = 0;
        for entry in &self.entries {
            file.extend(bytes(&entry.name));
            file.extend(u32::try_from(entry.dimensions.len()).unwrap().to_le_bytes());
            for dimension in &entry.dimensions {
                file.extend(dimension.to_le_bytes());
            }
            file.extend(entry.kind.to_le_bytes());
            file.extend(entry.offset.unwrap_or(end).to_le_bytes());
            end += entry.bytes.next_multiple_of(self.alignment as u64);
        }
        file.resize(file.len().next_multiple_of(self.alignment), 0);
        let data = usize::try_from(end).unwrap();
        file.resize(file.len() + data, 0);
        file
    }
}
