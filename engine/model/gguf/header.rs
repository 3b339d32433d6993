//! A model file's header as a whole, checked. Knows what llama.cpp asks of a file, not what it does with it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use camino::Utf8Path;

use super::error::{GgufError, Located, Remedy};
use super::kind::Instructions;
use super::metadata::{self, MAX_KEYS, Metadata, Value};
use super::shape::{self, Shape};
use super::source::Source;
use super::tensors::{self, MAX_TENSORS, Tensor};
use super::vocabulary::{self, Vocabulary};

/// The first bytes of every GGUF file.
const MAGIC: &[u8] = b"GGUF";

/// Versions that differ in nothing that is read here.
const VERSIONS: [u32; 2] = [2, 3];

/// Alignment of data where a file names none, in bytes.
const DEFAULT_ALIGNMENT: u64 = 32;

/// Largest alignment in bytes; files use 32.
const MAX_ALIGNMENT: i128 = 1 << 20;

/// Bytes at the end of a file that go into its identity.
const TAIL_BYTES: u64 = 1 << 20;

/// A checked header.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// What the model is like.
    pub shape: Shape,
    /// Its tokens.
    pub vocabulary: Vocabulary,
    /// Its tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
    /// The hash of size, header and last megabyte, in hex: the same on every machine.
    pub identity: String,
    metadata: Metadata,
}

impl Header {
    /// Reads and checks the header of a file.
    ///
    /// # Errors
    /// When the file cannot be read, or llama.cpp would not take it or would end on it.
    pub fn read(path: &Utf8Path) -> Result<Self, GgufError> {
        let unreadable = |error: std::io::Error| GgufError::Unreadable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let mut file = File::open(path).map_err(unreadable)?;
        let size = file.metadata().map_err(unreadable)?.len();
        let mut source = Source::new(&file, size);
        let mut header = Self::parse(&mut source).map_err(|located| GgufError::Malformed {
            path: path.to_owned(),
            place: located.place,
            offset: located.fault.offset,
            found: located.fault.found,
            allowed: located.fault.allowed,
            remedy: located.fault.remedy,
        })?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&size.to_le_bytes());
        hasher.update(source.header());
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL_BYTES)))
            .map_err(unreadable)?;
        let tail = file.take(TAIL_BYTES);
        hasher.update_reader(tail).map_err(unreadable)?;
        header.identity = hasher.finalize().to_hex().to_string();
        Ok(header)
    }

    /// The header of a file that is held in memory, without an identity.
    #[cfg(test)]
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self::parse(&mut Source::new(bytes, bytes.len() as u64)).unwrap()
    }

    /// Checks everything but what the identity needs.
    pub(super) fn parse<R: Read>(source: &mut Source<R>) -> Result<Self, Located> {
        let (tensor_count, key_count) = counts(source)?;
        let metadata = metadata::read(source, key_count)?;
        let alignment = alignment(&metadata)?;
        let tensors = tensors::read(source, tensor_count, alignment)?;
        check_data(source, &tensors, alignment)?;
        let reader = shape::Reader {
            metadata: &metadata,
            end: source.position(),
        };
        reader.check_whole()?;
        let vocabulary = vocabulary::read(source, &metadata)?;
        let mut shape = reader.shape(&vocabulary, &tensors, Instructions::BUILT)?;
        shape.file_bytes = source.size();
        Ok(Self {
            shape,
            vocabulary,
            tensors,
            identity: String::new(),
            metadata,
        })
    }

    /// The value of a key.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.metadata.get(key).map(|(_, value)| value)
    }

    /// The value of a key that holds a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Reads the first 24 bytes: magic, version, number of tensors, number of keys.
fn counts<R: Read>(source: &mut Source<R>) -> Result<(u64, u64), Located> {
    let place = "the start of the file";
    if source.size() < MAGIC.len() as u64 {
        let found = format!("the file has {} bytes", source.size());
        let fault = source.fault(found, "a model file begins with GGUF", Remedy::Choose);
        return Err(fault.of(place));
    }
    let magic = source.take(MAGIC.len() as u64);
    let magic = magic.map_err(|fault| fault.of(place))?;
    if source.held(&magic) != MAGIC {
        let found = format!("the file begins with {:02x?}", source.held(&magic));
        let mut fault = source.fault(found, "a model file begins with GGUF", Remedy::Choose);
        fault.offset = 0;
        return Err(fault.of(place));
    }
    let at = source.fault("", "", Remedy::Convert);
    let version = source.u32().map_err(|fault| fault.of("the version"))?;
    if !VERSIONS.contains(&version) {
        let mut fault = at;
        fault.found = if VERSIONS.contains(&version.swap_bytes()) {
            "the file is in the byte order of big-endian machines".to_owned()
        } else {
            format!("it is version {version}")
        };
        "versions 2 and 3 in little-endian order can be read".clone_into(&mut fault.allowed);
        return Err(fault.of("the version"));
    }
    let tensors = count(source, "the number of tensors", 1, MAX_TENSORS)?;
    let keys = count(source, "the number of keys", 1, MAX_KEYS)?;
    Ok((tensors, keys))
}

fn count<R: Read>(
    source: &mut Source<R>,
    place: &str,
    least: u64,
    most: u64,
) -> Result<u64, Located> {
    let mut fault = source.fault("", format!("{least} to {most} are allowed"), Remedy::Fetch);
    let count = source.u64().map_err(|fault| fault.of(place))?;
    if (least..=most).contains(&count) {
        return Ok(count);
    }
    fault.found = format!("it is {count}");
    Err(fault.of(place))
}

fn alignment(metadata: &Metadata) -> Result<u64, Located> {
    let key = "general.alignment";
    let Some((offset, value)) = metadata.get(key) else {
        return Ok(DEFAULT_ALIGNMENT);
    };
    if let Value::Integer(number) = value
        && (1..=MAX_ALIGNMENT).contains(number)
        && number.count_ones() == 1
    {
        return Ok(u64::try_from(*number).unwrap_or(DEFAULT_ALIGNMENT));
    }
    let found = format!("it is {}", value.describe());
    let allowed = format!("powers of two up to {MAX_ALIGNMENT} are allowed");
    let fault = super::error::Fault::new(*offset, found, allowed, Remedy::Convert);
    Err(fault.of(metadata::place(key)))
}

/// Whether the file is long enough for the data of all tensors.
fn check_data<R: Read>(
    source: &Source<R>,
    tensors: &[Tensor],
    alignment: u64,
) -> Result<(), Located> {
    let mut end = source.position().checked_next_multiple_of(alignment);
    for tensor in tensors {
        let start = end.and_then(|end| end.checked_next_multiple_of(alignment));
        end = start.and_then(|start| start.checked_add(tensor.bytes));
        if end.is_none_or(|end| end > source.size()) {
            let needed = end.map_or("beyond counting".to_owned(), |end| end.to_string());
            let found = format!("its data ends at byte {needed}");
            let allowed = format!("the file has {} bytes", source.size());
            let fault = source.fault(found, allowed, Remedy::Fetch);
            return Err(fault.of(format!("tensor `{}`", tensor.name.escape_debug())));
        }
    }
    Ok(())
}
