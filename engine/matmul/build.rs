//! Says whether there are products for the processor and the linker that are built for. Knows no product.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script learns from Cargo so"
)]

use std::env;

/// The sets of instructions that `vector/` is written for, the widest first.
const NEEDED: [&[&str]; 2] = [
    &["avx512f", "avx512bw", "avx512vnni"],
    &["avx2", "fma", "f16c"],
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(linked, wide)");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let has = |wanted: &&str| features.split(',').any(|feature| feature == *wanted);
    let set = NEEDED.iter().position(|set| set.iter().all(has));
    // Only the linkers of Linux can put one function before another.
    if let Some(set) = set
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
    {
        println!("cargo::rustc-cfg=linked");
        if set == 0 {
            println!("cargo::rustc-cfg=wide");
        }
        println!("cargo::metadata=wraps=llamafile_sgemm");
    }
}
