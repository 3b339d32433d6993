//! Keys and values of a header. Knows their form, not what they mean.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;

use super::error::{Fault, Located, Remedy};
use super::source::Source;

/// Most keys of a file; real ones have fewer than a hundred.
pub const MAX_KEYS: u64 = 16_384;

/// Longest key in bytes, as the format has it.
const MAX_KEY_BYTES: u64 = 65_535;

/// Longest text in bytes, chat templates included.
const MAX_TEXT_BYTES: u64 = 4 << 20;

/// Most elements of a list; vocabularies are the longest ones.
const MAX_LIST: u64 = 16 << 20;

/// Lists of numbers up to this length are kept; they say something for each layer.
const MAX_KEPT: u64 = 4096;

/// What the values of a type are called in messages, by the type's number in a file.
const TYPES: [&str; 13] = [
    "u8", "i8", "u16", "i16", "u32", "i32", "f32", "bool", "string", "list", "u64", "i64", "f64",
];

pub(super) const STRING: u32 = 8;
const BOOL: u32 = 7;
const LIST: u32 = 9;

/// Bytes of a value of fixed size.
fn width(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | BOOL => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

/// A value of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// An integer of any width.
    Integer(i128),
    /// A fraction.
    Fraction(f64),
    /// Yes or no.
    Bool(bool),
    /// A text.
    Text(String),
    /// A list.
    List(List),
}

impl Value {
    /// What it is called in messages.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Fraction(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
            Self::Text(text) => format!("{:?}", text.chars().take(40).collect::<String>()),
            Self::List(list) => {
                let name = TYPES.get(list.kind as usize).unwrap_or(&"unknown");
                format!("a list of {} {name}", list.count)
            }
        }
    }
}

/// A list that was passed over, and its numbers where they are few.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The type's number in a file.
    pub(super) kind: u32,
    /// Elements.
    pub count: u64,
    /// Whole numbers, yes as 1, in lists of up to 4096; empty for longer ones and other types.
    pub numbers: Vec<i128>,
    /// Where the elements stand in the header.
    pub(super) range: Range<usize>,
}

/// Values by key, with the place of each in the file.
pub(super) type Metadata = BTreeMap<String, (u64, Value)>;

/// Reads `count` keys and their values.
pub(super) fn read<R: Read>(source: &mut Source<R>, count: u64) -> Result<Metadata, Located> {
    let mut metadata = Metadata::new();
    for number in 0..count {
        let offset = source.position();
        let key = source.string(MAX_KEY_BYTES);
        let key = key.map_err(|fault| fault.of(format!("the name of key {}", number + 1)))?;
        if key.is_empty() || metadata.contains_key(&key) {
            let found = if key.is_empty() {
                "a key has no name"
            } else {
                "the key is there twice"
            };
            let fault = Fault::new(offset, found, "each key has its own name", Remedy::Convert);
            return Err(fault.of(place(&key)));
        }
        let value = value(source).map_err(|fault| fault.of(place(&key)))?;
        metadata.insert(key, (offset, value));
    }
    Ok(metadata)
}

/// How a key is named in messages; long names of damaged files are cut.
pub(super) fn place(key: &str) -> String {
    let short: String = key.chars().take(80).collect();
    format!("key `{}`", short.escape_debug())
}

fn value<R: Read>(source: &mut Source<R>) -> Result<Value, Fault> {
    let offset = source.position();
    match source.u32()? {
        STRING => source.string(MAX_TEXT_BYTES).map(Value::Text),
        LIST => list(source).map(Value::List),
        kind => match width(kind) {
            Some(width) => {
                let range = source.take(width)?;
                scalar(kind, source.held(&range), offset)
            }
            None => Err(Fault::new(
                offset,
                format!("a value has type {kind}"),
                "types are 0 to 12",
                Remedy::Fetch,
            )),
        },
    }
}

/// A value of fixed size from its bytes.
fn scalar(kind: u32, bytes: &[u8], offset: u64) -> Result<Value, Fault> {
    let mut wide = [0; 8];
    wide[..bytes.len()].copy_from_slice(bytes);
    let unsigned = u64::from_le_bytes(wide);
    let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
    let value = match kind {
        1 | 3 | 5 | 11 if negative => {
            let span = 1_i128 << (bytes.len() * 8);
            Value::Integer(i128::from(unsigned) - span)
        }
        6 => {
            let mut narrow = [0; 4];
            narrow.copy_from_slice(bytes);
            Value::Fraction(f64::from(f32::from_le_bytes(narrow)))
        }
        12 => Value::Fraction(f64::from_le_bytes(wide)),
        BOOL if unsigned > 1 => {
            let found = format!("a yes or no is {unsigned}");
            return Err(Fault::new(offset, found, "it is 0 or 1", Remedy::Fetch));
        }
        BOOL => Value::Bool(unsigned == 1),
        _ => Value::Integer(i128::from(unsigned)),
    };
    Ok(value)
}

fn list<R: Read>(source: &mut Source<R>) -> Result<List, Fault> {
    let offset = source.position();
    let kind = source.u32()?;
    let count = source.u64()?;
    if count > MAX_LIST {
        let found = format!("a list of {count} elements begins");
        let allowed = format!("{MAX_LIST} are the limit");
        return Err(Fault::new(offset, found, allowed, Remedy::Fetch));
    }
    let start = source.take(0)?.start;
    match width(kind) {
        Some(width) => {
            source.take(count * width)?;
        }
        None if kind == STRING => {
            for _ in 0..count {
                source.text(MAX_TEXT_BYTES)?;
            }
        }
        None => {
            let found = format!("the elements of a list have type {kind}");
            let allowed = "lists hold numbers or texts, and no lists";
            return Err(Fault::new(offset, found, allowed, Remedy::Fetch));
        }
    }
    let range = start..source.take(0)?.end;
    Ok(List {
        kind,
        count,
        numbers: numbers(kind, count, source.held(&range), offset)?,
        range,
    })
}

/// The elements of a short list of whole numbers.
fn numbers(kind: u32, count: u64, bytes: &[u8], offset: u64) -> Result<Vec<i128>, Fault> {
    let Some(width) = width(kind).filter(|_| count <= MAX_KEPT) else {
        return Ok(Vec::new());
    };
    let width = usize::try_from(width).unwrap_or(1);
    let mut numbers = Vec::new();
    for bytes in bytes.chunks_exact(width) {
        match scalar(kind, bytes, offset)? {
            Value::Integer(number) => numbers.push(number),
            Value::Bool(value) => numbers.push(i128::from(value)),
            _ => return Ok(Vec::new()),
        }
    }
    Ok(numbers)
}
