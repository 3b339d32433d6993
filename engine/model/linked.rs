//! What is known of the linked llama.cpp. Knows not how it was asked.

use std::fmt;

/// The package that brings llama.cpp, as `Cargo.toml` pins it: other versions keep and measure other things.
pub(super) const LLAMA: &str = "llama-cpp-2 0.1.160";

/// Whether codey's own products multiply weights in this format, a number of `ggml_type`, with several columns.
#[cfg(feature = "llama")]
pub(super) fn multiplies(format: u32) -> bool {
    codey_matmul::multiplies(format)
}

/// Without llama.cpp nothing is multiplied.
#[cfg(not(feature = "llama"))]
pub(super) fn multiplies(_: u32) -> bool {
    false
}

/// The linked llama.cpp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// What it computes on.
    pub devices: Vec<String>,
    /// Sets of processor instructions and kernels that it was built with, in its own words: `AVX2`, `NEON`. Behind them
    /// `CODEY_MATMUL` where codey's own products are linked.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_manifest() {
        let manifest = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
        let (name, version) = LLAMA.split_once(' ').unwrap();
        assert!(manifest.contains(&format!("{name} = {{ version = \"={version}\"")));
    }
}
