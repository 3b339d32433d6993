//! Headers with one fault each, and what is said of them.

use std::cell::Cell;
use std::io::{self, Read};

use proptest::prelude::*;

use super::super::linked;
use super::builder::{Entry, File, Raw, bytes, i32s, list, model, text, texts, u32};
use super::error::Located;
use super::header::Header;
use super::source::Source;

fn parse(bytes: &[u8]) -> Result<Header, Located> {
    Header::parse(&mut Source::new(bytes, bytes.len() as u64))
}

fn change(change: impl Fn(&mut File)) -> Vec<u8> {
    let mut file = model();
    change(&mut file);
    file.bytes()
}

fn entry(change: impl Fn(&mut Entry)) -> Vec<u8> {
    let mut file = model();
    change(&mut file.entries[1]);
    file.bytes()
}

fn key(key: &str, raw: Raw) -> Vec<u8> {
    model().with(key, raw).bytes()
}

/// A name for each mutant, and its bytes.
pub(super) fn mutants() -> Vec<(&'static str, Vec<u8>)> {
    let mut all = of_the_start();
    all.extend(of_keys());
    all.extend(of_the_vocabulary());
    all.extend(of_tensors());
    all.extend(truncations());
    all
}

fn of_the_start() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("empty", Vec::new()),
        ("three bytes", b"GGU".to_vec()),
        ("another magic", change(|file| file.magic = *b"GGML")),
        (
            "a web page",
            b"<!DOCTYPE html><html><title>Sign in</title>".to_vec(),
        ),
        ("version 0", change(|file| file.version = 0)),
        ("version 1", change(|file| file.version = 1)),
        ("version 9", change(|file| file.version = 9)),
        (
            "big-endian",
            change(|file| file.version = 3_u32.swap_bytes()),
        ),
        ("no tensors", change(|file| file.counts[0] = Some(0))),
        (
            "too many tensors",
            change(|file| file.counts[0] = Some(1 << 40)),
        ),
        (
            "negative tensors",
            change(|file| file.counts[0] = Some(u64::MAX)),
        ),
        (
            "more tensors than there are",
            change(|file| file.counts[0] = Some(99)),
        ),
        ("no keys", change(|file| file.counts[1] = Some(0))),
        (
            "too many keys",
            change(|file| file.counts[1] = Some(u64::MAX)),
        ),
        (
            "more keys than there are",
            change(|file| file.counts[1] = Some(99)),
        ),
    ]
}

fn of_keys() -> Vec<(&'static str, Vec<u8>)> {
    let long = |kind: u32, count: u64| {
        let mut raw = kind.to_le_bytes().to_vec();
        raw.extend(count.to_le_bytes());
        Raw(9, raw)
    };
    let endless = Raw(8, u64::MAX.to_le_bytes().to_vec());
    vec![
        (
            "a key without a name",
            change(|file| file.keys[0].0.clear()),
        ),
        (
            "a key twice",
            change(|file| file.keys[1].0 = file.keys[0].0.clone()),
        ),
        (
            "a key that is not UTF-8",
            change(|file| file.keys[0].0 = vec![0xff, 0xfe]),
        ),
        (
            "a key of a gigabyte",
            change(|file| file.keys[0].0 = vec![b'k'; 70_000]),
        ),
        ("an unknown type", key("general.name", Raw(13, vec![0; 8]))),
        ("a text without end", key("general.name", endless)),
        (
            "a text that is not UTF-8",
            key("general.name", Raw(8, bytes(&[0xc3]))),
        ),
        ("a list without end", key("general.tags", long(4, u64::MAX))),
        (
            "a list longer than the file",
            key("general.tags", long(4, 1 << 20)),
        ),
        ("a list of lists", key("general.tags", long(9, 1))),
        (
            "a list of an unknown type",
            key("general.tags", long(77, 1)),
        ),
        (
            "a yes or no of 7",
            key("tokenizer.ggml.add_bos_token", Raw(7, vec![7])),
        ),
        ("alignment 0", key("general.alignment", u32(0))),
        ("alignment 33", key("general.alignment", u32(33))),
        ("alignment as a text", key("general.alignment", text("32"))),
        (
            "no architecture",
            model().without("general.architecture").bytes(),
        ),
        (
            "an architecture as a number",
            key("general.architecture", u32(1)),
        ),
        ("no layers", key("qwen2.block_count", u32(0))),
        ("too many layers", key("qwen2.block_count", u32(100_000))),
        ("layers as a text", key("qwen2.block_count", text("2"))),
        (
            "layers missing",
            model().without("qwen2.block_count").bytes(),
        ),
        (
            "context missing",
            model().without("qwen2.context_length").bytes(),
        ),
        (
            "width missing",
            model().without("qwen2.embedding_length").bytes(),
        ),
        ("too wide", key("qwen2.embedding_length", u32(u32::MAX))),
        (
            "negative heads",
            key("qwen2.attention.head_count", Raw(5, vec![0xff; 4])),
        ),
        (
            "heads for one layer",
            key("qwen2.attention.head_count_kv", i32s(&[2])),
        ),
        ("a part of a model", key("split.count", u32(3))),
    ]
}

fn of_the_vocabulary() -> Vec<(&'static str, Vec<u8>)> {
    let tokens = "tokenizer.ggml.tokens";
    let short = vec![vec![0; 4]; 2];
    vec![
        (
            "no tokenizer",
            model().without("tokenizer.ggml.model").bytes(),
        ),
        ("no tokens", model().without(tokens).bytes()),
        ("an empty list of tokens", key(tokens, texts(&[]))),
        ("tokens as numbers", key(tokens, i32s(&[1, 2, 3, 4, 5, 6]))),
        (
            "a token twice",
            key(tokens, texts(&["a", "b", "a", "d", "e", "f"])),
        ),
        (
            "fewer tokens than rows",
            model()
                .without("tokenizer.ggml.token_type")
                .with(tokens, texts(&["a", "b", "c", "d", "e"]))
                .without("tokenizer.ggml.eos_token_id")
                .bytes(),
        ),
        (
            "fewer types than tokens",
            key("tokenizer.ggml.token_type", i32s(&[1, 1])),
        ),
        (
            "fewer scores than tokens",
            key("tokenizer.ggml.scores", list(6, &short)),
        ),
        (
            "an end that is no token",
            key("tokenizer.ggml.eos_token_id", u32(6)),
        ),
        (
            "an end as a text",
            key("tokenizer.ggml.eos_token_id", text("</s>")),
        ),
    ]
}

fn of_tensors() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("a tensor without a name", entry(|entry| entry.name.clear())),
        (
            "a tensor twice",
            entry(|entry| entry.name = b"token_embd.weight".to_vec()),
        ),
        (
            "a name of 64 bytes",
            entry(|entry| entry.name = vec![b'x'; 64]),
        ),
        (
            "a name that is not UTF-8",
            entry(|entry| entry.name = vec![0x80]),
        ),
        ("no dimensions", entry(|entry| entry.dimensions.clear())),
        (
            "five dimensions",
            entry(|entry| entry.dimensions = vec![32, 1, 1, 1, 1]),
        ),
        (
            "a dimension of 0",
            entry(|entry| entry.dimensions = vec![32, 0]),
        ),
        (
            "a negative dimension",
            entry(|entry| entry.dimensions = vec![32, u64::MAX]),
        ),
        (
            "dimensions beyond 64 bits",
            entry(|entry| entry.dimensions = vec![1 << 32, 1 << 33]),
        ),
        (
            "bytes beyond 64 bits",
            entry(|entry| entry.dimensions = vec![1 << 31, 1 << 31]),
        ),
        ("a removed format", entry(|entry| entry.kind = 4)),
        ("an unknown format", entry(|entry| entry.kind = u32::MAX)),
        (
            "rows that are no whole blocks",
            entry(|entry| entry.kind = 12),
        ),
        ("data that overlap", entry(|entry| entry.offset = Some(0))),
        (
            "data off the alignment",
            entry(|entry| entry.offset = Some(769)),
        ),
        ("data with a gap", entry(|entry| entry.offset = Some(1024))),
        (
            "data beyond the file",
            entry(|entry| entry.offset = Some(u64::MAX)),
        ),
        (
            "larger than the file",
            change(|file| {
                file.entries.last_mut().unwrap().dimensions = vec![1 << 20];
            }),
        ),
        (
            "no table of token states",
            change(|file| file.entries[0].name = b"other".to_vec()),
        ),
        ("another width", key("qwen2.embedding_length", u32(64))),
        ("a layer without tensors", key("qwen2.block_count", u32(3))),
        (
            "a tensor of a layer too many",
            key("qwen2.block_count", u32(1)),
        ),
    ]
}

fn truncations() -> Vec<(&'static str, Vec<u8>)> {
    let whole = model().bytes();
    let cut = |at: usize| whole[..at].to_vec();
    let data: usize = 768 + 2 * (4096 + 544) + 128;
    vec![
        ("cut in the version", cut(6)),
        ("cut in the counts", cut(20)),
        ("cut in a key", cut(30)),
        ("cut in a value", cut(60)),
        ("cut in the tokens", cut(530)),
        ("cut in the merges", cut(700)),
        ("cut before the data", cut(whole.len() - data)),
        ("cut in the data", cut(whole.len() - data / 2)),
        ("one byte short", cut(whole.len() - 1)),
    ]
}

#[test]
fn each_mutant_is_refused_with_what_is_wrong_and_where() {
    let mutants = mutants();
    assert!(mutants.len() >= 40, "{}", mutants.len());
    let lines: Vec<String> = mutants
        .iter()
        .map(|(name, bytes)| {
            let located = parse(bytes).expect_err(name);
            let fault = &located.fault;
            assert!(fault.offset <= bytes.len() as u64, "{name}: {fault:?}");
            format!(
                "{name}: {} at {}: {}, where {} [{:?}]",
                located.place, fault.offset, fault.found, fault.allowed, fault.remedy
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn the_model_that_mutants_are_made_of_is_read() {
    let header = parse(&model().bytes()).unwrap();
    let shape = &header.shape;
    assert_eq!(
        (shape.architecture.as_str(), shape.name.as_str()),
        ("qwen2", "Small")
    );
    assert_eq!((shape.embd, shape.heads, shape.vocab), (32, 4, 6));
    assert_eq!(shape.layers.len(), 2);
    let layer = shape.layers[0];
    assert_eq!((layer.kv_heads, layer.key_len, layer.value_len), (2, 8, 8));
    assert!(shape.is_tied);
    assert_eq!(shape.tensor_bytes, 768 + 2 * (4096 + 544) + 128);
    assert_eq!(header.vocabulary.eos.as_deref(), Some("<|im_end|>"));
    assert!(header.vocabulary.controls.contains("<|im_start|>"));
    assert!(!header.vocabulary.controls.contains("a"));
}

#[test]
fn windows_and_layers_without_attention_are_seen() {
    let mut file = model()
        .with("general.architecture", text("gemma3"))
        .with("gemma3.block_count", u32(7))
        .with("gemma3.context_length", u32(4096))
        .with("gemma3.embedding_length", u32(32))
        .with("gemma3.attention.head_count", u32(4))
        .with("gemma3.attention.sliding_window", u32(512));
    for layer in 2..6 {
        file.add(&format!("blk.{layer}.attn_k.weight"), &[32, 32], 0, 4096);
    }
    file.add("blk.6.ssm_out.weight", &[32, 32], 0, 4096);
    let shape = parse(&file.bytes()).unwrap().shape;
    let windowed: Vec<bool> = shape.layers.iter().map(|layer| layer.is_windowed).collect();
    assert_eq!(windowed, [true, true, true, true, true, false, true]);
    assert_eq!(shape.layers[5].kv_heads, 4);
    assert_eq!(shape.layers[6].kv_heads, 0);
    assert_eq!(shape.window, Some(512));
}

#[test]
fn what_own_products_serve_and_experts_are_told_apart() {
    let (q3_k, q4_k) = (11, 12);
    let mut file = model();
    let none = parse(&file.bytes()).unwrap().shape.tiled_bytes;
    file.add("blk.0.ffn_gate_exps.weight", &[256, 32, 4], q4_k, 128 * 144);
    file.add("blk.0.attn_gate.weight", &[256, 32], q4_k, 32 * 144);
    file.add("blk.1.attn_gate.weight", &[256, 32], q3_k, 32 * 110);
    let tiled = parse(&file.bytes()).unwrap().shape.tiled_bytes - none;
    let flat = if linked::multiplies(q4_k) {
        0
    } else {
        32 * 144
    };
    assert_eq!(tiled, 128 * 144 + flat + 32 * 110);
    assert!(!linked::multiplies(q3_k));
}

/// Gives what it holds and counts it.
struct Counted<'a> {
    bytes: &'a [u8],
    read: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

#[test]
fn of_a_large_file_the_header_alone_is_read() {
    let mut file = model();
    file.add("output.weight", &[1 << 20, 16], 0, 64 << 20);
    let bytes = file.bytes();
    let read = Cell::new(0);
    let input = Counted {
        bytes: &bytes,
        read: &read,
    };
    Header::parse(&mut Source::new(input, bytes.len() as u64)).unwrap();
    assert!(read.get() <= 1 << 20, "{}", read.get());
}

proptest! {
    #[test]
    fn altered_files_are_read_or_refused(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        length in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = model().bytes();
        let header = bytes.len() - 10_000;
        for (place, value) in flips {
            bytes[place.index(header)] = value;
        }
        if is_cut {
            bytes.truncate(length.index(bytes.len()));
        }
        if let Ok(header) = parse(&bytes) {
            prop_assert!(header.shape.tensor_bytes <= bytes.len() as u64);
        }
    }
}
