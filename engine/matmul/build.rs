//! Says whether there are products for the processor and the linker that are built for. Knows no product.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script learns from Cargo so"
)]

use std::env;

/// The instructions that `vector.rs` uses.
const NEEDED: [&str; 4] = ["avx512f", "avx512bw", "avx512vbmi", "avx512vnni"];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(linked)");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let has = |wanted: &&str| features.split(',').any(|feature| feature == *wanted);
    // Only the linkers of Linux can put one function before another.
    if is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
        && NEEDED.iter().all(has)
    {
        println!("cargo::rustc-cfg=linked");
        println!("cargo::metadata=wraps=llamafile_sgemm");
    }
}
