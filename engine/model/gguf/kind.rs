//! The number formats of tensors and the names of mixtures of them. Knows no file.

/// A number format: elements stand in blocks of a fixed number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its number in a file.
    pub id: u32,
    /// Its name as llama.cpp writes it.
    pub name: &'static str,
    /// Elements of a block; rows are whole blocks.
    pub elements: u64,
    /// Bytes of a block.
    pub bytes: u64,
}

/// Every format that the linked llama.cpp reads from files (`ggml_type` in ggml.h, block layouts in
/// ggml-common.h).
const KINDS: [Kind; 35] = [
    kind(0, "F32", 1, 4),
    kind(1, "F16", 1, 2),
    kind(2, "Q4_0", 32, 18),
    kind(3, "Q4_1", 32, 20),
    kind(6, "Q5_0", 32, 22),
    kind(7, "Q5_1", 32, 24),
    kind(8, "Q8_0", 32, 34),
    kind(9, "Q8_1", 32, 36),
    kind(10, "Q2_K", 256, 84),
    kind(11, "Q3_K", 256, 110),
    kind(12, "Q4_K", 256, 144),
    kind(13, "Q5_K", 256, 176),
    kind(14, "Q6_K", 256, 210),
    kind(15, "Q8_K", 256, 292),
    kind(16, "IQ2_XXS", 256, 66),
    kind(17, "IQ2_XS", 256, 74),
    kind(18, "IQ3_XXS", 256, 98),
    kind(19, "IQ1_S", 256, 50),
    kind(20, "IQ4_NL", 32, 18),
    kind(21, "IQ3_S", 256, 110),
    kind(22, "IQ2_S", 256, 82),
    kind(23, "IQ4_XS", 256, 136),
    kind(24, "I8", 1, 1),
    kind(25, "I16", 1, 2),
    kind(26, "I32", 1, 4),
    kind(27, "I64", 1, 8),
    kind(28, "F64", 1, 8),
    kind(29, "IQ1_M", 256, 56),
    kind(30, "BF16", 1, 2),
    kind(34, "TQ1_0", 256, 54),
    kind(35, "TQ2_0", 256, 66),
    kind(39, "MXFP4", 32, 17),
    kind(40, "NVFP4", 64, 36),
    kind(41, "Q1_0", 128, 18),
    kind(42, "Q2_0", 64, 18),
];

const fn kind(id: u32, name: &'static str, elements: u64, bytes: u64) -> Kind {
    Kind {
        id,
        name,
        elements,
        bytes,
    }
}

/// The format with this number.
pub(super) fn kind_of(id: u32) -> Option<Kind> {
    KINDS.iter().find(|kind| kind.id == id).copied()
}

/// The name of a mixture, as `general.file_type` numbers them (`llama_ftype` in llama.h).
pub(super) fn mixture(number: u64) -> Option<&'static str> {
    let name = match number {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4",
        39 => "NVFP4",
        40 => "Q1_0",
        41 => "Q2_0",
        _ => return None,
    };
    Some(name)
}

/// The instructions that the linked llama.cpp was built for, as far as they decide which formats it keeps a
/// rearranged copy of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// None of the others: no copies are kept.
    Plain,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX2 and AVX-512.
    Avx512,
    /// ARM with dot products or products of 8-bit matrices.
    Arm,
}

impl Instructions {
    /// Those of this build. llama.cpp's build script follows the Rust target, and asks for AVX2 on x86-64 in
    /// any case.
    pub const BUILT: Self = if cfg!(target_feature = "avx512f") {
        Self::Avx512
    } else if cfg!(target_arch = "x86_64") {
        Self::Avx2
    } else if cfg!(any(target_feature = "dotprod", target_feature = "i8mm")) {
        Self::Arm
    } else {
        Self::Plain
    };

    /// Whether llama.cpp copies a matrix with this many rows when repacking is on
    /// (`ggml_repack_get_optimal_repack_type` in ggml-cpu/repack.cpp).
    pub fn repacks(self, kind: Kind, rows: u64) -> bool {
        let (eights, fours) = (rows.is_multiple_of(8), rows.is_multiple_of(4));
        match (self, kind.name) {
            (Self::Avx2 | Self::Avx512, "Q4_0" | "IQ4_NL" | "MXFP4" | "Q4_K")
            | (Self::Avx512, "Q2_K")
            | (Self::Arm, "Q4_K" | "Q5_K" | "Q6_K") => eights,
            (Self::Arm, "Q4_0" | "IQ4_NL" | "MXFP4" | "Q8_0" | "Q1_0") => fours,
            _ => false,
        }
    }
}
