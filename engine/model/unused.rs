//! Instructions that a processor has and the linked llama.cpp does not use. Knows no model.

use std::collections::BTreeSet;

use super::linked::Linked;

/// Instructions that make a model faster: the kernel's name, llama.cpp's name.
const FAST: [(&str, &str); 13] = [
    ("avx", "AVX"),
    ("avx2", "AVX2"),
    ("fma", "FMA"),
    ("f16c", "F16C"),
    ("avx_vnni", "AVX_VNNI"),
    ("avx512f", "AVX512"),
    ("avx512_vnni", "AVX512_VNNI"),
    ("avx512_bf16", "AVX512_BF16"),
    ("asimd", "NEON"),
    ("asimdhp", "FP16_VA"),
    ("asimddp", "DOTPROD"),
    ("i8mm", "MATMUL_INT8"),
    ("sve", "SVE"),
];

/// llama.cpp's names of what the processor of `cpuinfo`, the text of `/proc/cpuinfo`, has and `linked` was not
/// built for.
pub fn unused(linked: &Linked, cpuinfo: &str) -> Vec<&'static str> {
    let label = |line: &&str| line.starts_with("flags") || line.starts_with("Features");
    let line = cpuinfo.lines().find(label).unwrap_or_default();
    let has: BTreeSet<&str> = line.split_whitespace().collect();
    let missing = FAST.into_iter().filter(|(kernel, name)| {
        has.contains(kernel) && !linked.instructions.iter().any(|used| used == name)
    });
    missing.map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_processor_has_and_the_library_lacks_is_listed() {
        let linked = |names: &[&str]| Linked {
            devices: Vec::new(),
            instructions: names.iter().map(ToString::to_string).collect(),
            maps_files: true,
        };
        let intel = "processor : 0\nflags\t\t: fpu avx avx2 fma f16c avx512f\n";
        assert_eq!(unused(&linked(&[]), intel).len(), 5);
        let most = linked(&["AVX", "AVX2", "FMA", "F16C"]);
        assert_eq!(unused(&most, intel), ["AVX512"]);
        let arm = "Features\t: fp asimd asimddp i8mm\n";
        let plain = linked(&["NEON"]);
        assert_eq!(unused(&plain, arm), ["DOTPROD", "MATMUL_INT8"]);
        assert!(unused(&plain, "").is_empty());
    }
}
