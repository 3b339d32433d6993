//! What engine and worker say to each other, and how it is framed. Knows neither side.

mod frame;
mod message;

pub use frame::{FrameError, MAX_FRAME_BYTES, read, write};
pub use message::{FromWorker, Load, Loaded, Opening, Segment, SliceOrder, ToWorker, VERSION};
