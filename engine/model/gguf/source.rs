//! The bytes of a header, read as far as they are asked for. Knows integers and lengths, no keys.

use std::io::Read;
use std::ops::Range;

use super::error::{Fault, Remedy};

/// Longest header in bytes. A vocabulary of 260 000 tokens takes about 15 MB.
pub const MAX_HEADER_BYTES: u64 = 256 << 20;

/// Bytes read from the file at once.
const CHUNK_BYTES: u64 = 1 << 20;

/// A header on its way in. What was read stays, so that texts are ranges of it.
pub(super) struct Source<R> {
    input: R,
    size: u64,
    bytes: Vec<u8>,
    at: usize,
}

impl<R: Read> Source<R> {
    /// `size` is that of the whole file in bytes.
    pub(super) fn new(input: R, size: u64) -> Self {
        Self {
            input,
            size,
            bytes: Vec::new(),
            at: 0,
        }
    }

    /// The place in the file that is read next.
    pub(super) fn position(&self) -> u64 {
        self.at as u64
    }

    /// Bytes of the whole file.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// Bytes of a range that was read.
    pub(super) fn held(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// Everything up to the place read last.
    pub(super) fn header(&self) -> &[u8] {
        self.held(&(0..self.at))
    }

    /// Passes over the next `count` bytes and says where they are.
    pub(super) fn take(&mut self, count: u64) -> Result<Range<usize>, Fault> {
        let start = self.at;
        let end = self.position().checked_add(count);
        let Some(end) = end.filter(|end| *end <= self.size) else {
            let left = self.size - self.position();
            let found = format!("{count} bytes are announced and the file ends after {left}");
            return Err(self.fault(found, "all of them must be there", Remedy::Fetch));
        };
        let short = end.saturating_sub(self.bytes.len() as u64);
        if short > 0 {
            self.fill(end, short)?;
        }
        // Within MAX_HEADER_BYTES, which `fill` holds.
        self.at = usize::try_from(end).unwrap_or(usize::MAX);
        Ok(start..self.at)
    }

    /// Reads until `end`, in chunks, so that memory grows with what arrives and not with what is announced.
    fn fill(&mut self, end: u64, short: u64) -> Result<(), Fault> {
        if end > MAX_HEADER_BYTES {
            let found = format!("the header goes on to byte {end}");
            let allowed = format!("it may have {MAX_HEADER_BYTES} bytes");
            return Err(self.fault(found, allowed, Remedy::Convert));
        }
        let count = short.max(CHUNK_BYTES);
        let read = self.input.by_ref().take(count).read_to_end(&mut self.bytes);
        if let Err(error) = read {
            return Err(self.fault(error.to_string(), "it must be readable", Remedy::Fetch));
        }
        if (self.bytes.len() as u64) < end {
            let found = format!("the file ends at byte {}", self.bytes.len());
            return Err(self.fault(found, format!("it had {} bytes", self.size), Remedy::Fetch));
        }
        Ok(())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let range = self.take(N as u64)?;
        let mut bytes = [0; N];
        bytes.copy_from_slice(self.held(&range));
        Ok(bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Fault> {
        self.array().map(u64::from_le_bytes)
    }

    /// A length and as many bytes, at most `limit` of them.
    pub(super) fn text(&mut self, limit: u64) -> Result<Range<usize>, Fault> {
        let offset = self.position();
        let length = self.u64()?;
        if length > limit {
            return Err(Fault::new(
                offset,
                format!("a text of {length} bytes begins"),
                format!("{limit} bytes are the limit"),
                Remedy::Fetch,
            ));
        }
        self.take(length)
    }

    /// A text that must be UTF-8.
    pub(super) fn string(&mut self, limit: u64) -> Result<String, Fault> {
        let offset = self.position();
        let range = self.text(limit)?;
        String::from_utf8(self.held(&range).to_vec()).map_err(|_| {
            Fault::new(
                offset,
                "a text is not UTF-8",
                "texts are UTF-8",
                Remedy::Fetch,
            )
        })
    }

    /// A fault at the place that is read next.
    pub(super) fn fault(
        &self,
        found: impl Into<String>,
        allowed: impl Into<String>,
        remedy: Remedy,
    ) -> Fault {
        Fault::new(self.position(), found, allowed, remedy)
    }
}
