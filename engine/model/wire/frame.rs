//! Frames: a length and a message. Bounded, so that no peer makes the other take more memory than a frame.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Longest frame in bytes: a prompt of a million characters fits many times.
pub const MAX_FRAME_BYTES: u32 = 64 << 20;

/// Bytes of the length that starts a frame.
const LENGTH_BYTES: usize = 4;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side closed its end between two frames.
    #[error("closed")]
    Closed,
    /// The pipe failed or ended in the middle of a frame.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// A length over [`MAX_FRAME_BYTES`].
    #[error("a frame of {0} bytes")]
    TooLong(u64),
    /// Bytes that are no message.
    #[error("a frame that is no message: {0}")]
    Malformed(#[from] postcard::Error),
}

/// Writes a message and flushes it.
pub fn write<T: Serialize>(pipe: &mut impl Write, message: &T) -> Result<(), FrameError> {
    let mut frame = vec![0; LENGTH_BYTES];
    frame = postcard::to_extend(message, frame)?;
    let length = frame.len() - LENGTH_BYTES;
    let length = u32::try_from(length)
        .ok()
        .filter(|length| *length <= MAX_FRAME_BYTES)
        .ok_or(FrameError::TooLong(length as u64))?;
    frame[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    pipe.write_all(&frame)?;
    Ok(pipe.flush()?)
}

/// Reads the next message.
pub fn read<T: DeserializeOwned>(pipe: &mut impl Read) -> Result<T, FrameError> {
    let mut length = [0; LENGTH_BYTES];
    if !fill(pipe, &mut length)? {
        return Err(FrameError::Closed);
    }
    let length = u32::from_le_bytes(length);
    if length > MAX_FRAME_BYTES {
        return Err(FrameError::TooLong(u64::from(length)));
    }
    // The buffer grows with what really arrives, whatever the length promises.
    let mut bytes = Vec::new();
    pipe.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    Ok(postcard::from_bytes(&bytes)?)
}

/// Fills `bytes`; false when the pipe ended before the first one.
fn fill(pipe: &mut impl Read, bytes: &mut [u8]) -> io::Result<bool> {
    let mut filled = 0;
    while filled < bytes.len() {
        match pipe.read(&mut bytes[filled..]) {
            Ok(0) if filled == 0 => return Ok(false),
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn messages_arrive_as_they_were_sent(texts in prop::collection::vec(".{0,200}", 0..8)) {
            let mut pipe = Vec::new();
            for text in &texts {
                write(&mut pipe, text).unwrap();
            }
            let mut pipe = pipe.as_slice();
            for text in &texts {
                prop_assert_eq!(&read::<String>(&mut pipe).unwrap(), text);
            }
            prop_assert!(matches!(read::<String>(&mut pipe), Err(FrameError::Closed)));
        }

        #[test]
        fn foreign_bytes_are_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 1..64)) {
            let mut pipe = bytes.as_slice();
            while let Ok(text) = read::<String>(&mut pipe) {
                prop_assert!(text.len() < bytes.len());
            }
        }
    }

    #[test]
    fn a_cut_frame_and_a_long_one_are_told_apart_from_the_end() {
        let mut pipe = Vec::new();
        write(&mut pipe, &"whole").unwrap();
        let cut = &pipe[..pipe.len() - 1];
        assert!(matches!(read::<String>(&mut &*cut), Err(FrameError::Io(_))));
        let long = u32::MAX.to_le_bytes();
        assert!(matches!(
            read::<String>(&mut &long[..]),
            Err(FrameError::TooLong(_))
        ));
    }
}
