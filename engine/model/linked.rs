//! What is known of the linked llama.cpp. Knows not how it was asked.

use std::fmt;

/// The linked llama.cpp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// What it computes on.
    pub devices: Vec<String>,
    /// Sets of processor instructions and kernels that it was built with, in its own words: `AVX2`, `NEON`.
    pub instructions: Vec<String>,
    /// Whether it can map model files instead of reading them.
    pub maps_files: bool,
}

impl fmt::Display for Linked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = if self.maps_files {
            "maps files"
        } else {
            "reads files whole"
        };
        write!(
            out,
            "{}; {}; {files}",
            self.devices.join(", "),
            self.instructions.join(" ")
        )
    }
}
