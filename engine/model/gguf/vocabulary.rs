//! The tokens of a model, as far as they are needed before it is loaded. Knows no text to be cut into tokens.

use std::collections::{BTreeSet, HashSet};
use std::io::Read;

use super::error::{Fault, Located, Remedy};
use super::metadata::{List, Metadata, STRING, Value, place};
use super::source::Source;

/// Texts of all tokens.
const TOKENS: &str = "tokenizer.ggml.tokens";

/// Lists with an element for each token.
const PARALLEL: [&str; 2] = ["tokenizer.ggml.token_type", "tokenizer.ggml.scores"];

/// The number of control tokens in the list of token types.
const CONTROL: i32 = 3;

/// What is known of a model's tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// How text is cut into tokens: `gpt2`, `llama` and others.
    pub model: String,
    /// Tokens.
    pub count: u64,
    /// Texts of control tokens.
    pub controls: BTreeSet<String>,
    /// The text that begins a document.
    pub bos: Option<String>,
    /// The text that ends a document, or a turn.
    pub eos: Option<String>,
    /// The text that ends a turn.
    pub eot: Option<String>,
    /// Whether a prompt begins with `bos`.
    pub adds_bos: bool,
}

/// Reads the lists that were passed over before. llama.cpp aborts where two tokens have one text, and reads
/// past the end of lists that are too short.
pub(super) fn read<R: Read>(
    source: &Source<R>,
    metadata: &Metadata,
) -> Result<Vocabulary, Located> {
    let model = match metadata.get("tokenizer.ggml.model") {
        Some((_, Value::Text(model))) => model.clone(),
        _ => return Err(missing(source, "tokenizer.ggml.model", "a text")),
    };
    let Some((offset, Value::List(tokens))) = metadata.get(TOKENS) else {
        return Err(missing(source, TOKENS, "a list of texts"));
    };
    if tokens.kind != STRING || tokens.count == 0 {
        return Err(missing(source, TOKENS, "a list of texts"));
    }
    check_parallel(metadata, tokens.count)?;
    let texts = texts(source.held(&tokens.range));
    let mut seen = HashSet::with_capacity(texts.len());
    for (number, text) in texts.iter().enumerate() {
        // llama.cpp gives tokens without a text names of their own.
        if !text.is_empty() && !seen.insert(*text) {
            let text: String = String::from_utf8_lossy(text).chars().take(40).collect();
            let fault = Fault::new(
                *offset,
                format!("token {number} has the text {text:?} of another one"),
                "each token has its own text",
                Remedy::Convert,
            );
            return Err(fault.of(place(TOKENS)));
        }
    }
    let named = |key: &str| special(metadata, key, &texts);
    Ok(Vocabulary {
        count: tokens.count,
        controls: controls(source, metadata, &texts),
        bos: named("tokenizer.ggml.bos_token_id")?,
        eos: named("tokenizer.ggml.eos_token_id")?,
        eot: named("tokenizer.ggml.eot_token_id")?,
        adds_bos: match metadata.get("tokenizer.ggml.add_bos_token") {
            Some((_, Value::Bool(adds))) => *adds,
            // What llama.cpp does for SentencePiece vocabularies when the file does not say.
            _ => model == "llama",
        },
        model,
    })
}

fn missing<R: Read>(source: &Source<R>, key: &str, what: &str) -> Located {
    let allowed = format!("a model that generates text has {what} there");
    let fault = source.fault("it is missing or of another type", allowed, Remedy::Convert);
    fault.of(place(key))
}

/// The texts of a list that was checked while it was passed over.
fn texts(mut bytes: &[u8]) -> Vec<&[u8]> {
    let mut texts = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<8>() {
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((text, rest)) = rest.split_at_checked(length) else {
            break;
        };
        texts.push(text);
        bytes = rest;
    }
    texts
}

fn check_parallel(metadata: &Metadata, count: u64) -> Result<(), Located> {
    for key in PARALLEL {
        let (offset, found) = match metadata.get(key) {
            None => continue,
            Some((_, Value::List(list))) if list.count == count && list.kind != STRING => continue,
            Some((offset, value)) => (*offset, value.describe()),
        };
        let allowed = format!("it has a number for each of the {count} tokens");
        return Err(Fault::new(offset, found, allowed, Remedy::Convert).of(place(key)));
    }
    Ok(())
}

/// The text of a token that a key names by its number.
fn special(metadata: &Metadata, key: &str, texts: &[&[u8]]) -> Result<Option<String>, Located> {
    let (offset, number) = match metadata.get(key) {
        None => return Ok(None),
        // Converters write the highest number of 32 bits for a token that there is not.
        Some((_, Value::Integer(number))) if *number == i128::from(u32::MAX) => return Ok(None),
        Some((offset, Value::Integer(number))) => (*offset, *number),
        Some((offset, value)) => return Err(no_token(*offset, &value.describe(), texts, key)),
    };
    let text = usize::try_from(number).ok().and_then(|at| texts.get(at));
    let text = text.ok_or_else(|| no_token(offset, &number.to_string(), texts, key))?;
    Ok(Some(String::from_utf8_lossy(text).into_owned()))
}

fn no_token(offset: u64, found: &str, texts: &[&[u8]], key: &str) -> Located {
    let allowed = format!("it is the number of a token, below {}", texts.len());
    let found = format!("it is {found}");
    Fault::new(offset, found, allowed, Remedy::Convert).of(place(key))
}

fn controls<R: Read>(source: &Source<R>, metadata: &Metadata, texts: &[&[u8]]) -> BTreeSet<String> {
    let Some((_, Value::List(List { range, .. }))) = metadata.get(PARALLEL[0]) else {
        return BTreeSet::new();
    };
    let types = source.held(range).as_chunks::<4>().0;
    let pairs = types.iter().zip(texts);
    pairs
        .filter(|(kind, _)| i32::from_le_bytes(**kind) == CONTROL)
        .filter_map(|(_, text)| Some(std::str::from_utf8(text).ok()?.to_owned()))
        .collect()
}
