//! Prompts: what a model is asked for a file or a part of one. Knows no runtime and writes no file.

mod brief;
mod context;
mod prompts;

pub use brief::{Brief, Piece, Task};
pub use prompts::{Place, Prompts, Scene};

#[cfg(test)]
mod tests;
