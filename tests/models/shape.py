"""Random weights in the shapes and quantisation mixes of real models: speed hangs on these, not on the values. Written
in stretches, so that a file of any size takes little memory. Knows no tokenizer but the bytes."""
import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind

import container
from vocabulary import Vocabulary

# From the published configurations of Qwen2.5-Coder.
SHAPES = {
    "0.5b": {"layers": 24, "width": 896, "inner": 4864, "heads": 14, "kv_heads": 2, "tokens": 151936, "tied": True},
    "1.5b": {"layers": 28, "width": 1536, "inner": 8960, "heads": 12, "kv_heads": 2, "tokens": 151936, "tied": True},
    "7b": {"layers": 28, "width": 3584, "inner": 18944, "heads": 28, "kv_heads": 4, "tokens": 152064, "tied": False},
}
QUANTS = {"q4_k_m": (Kind.Q4_K, 15), "q8_0": (Kind.Q8_0, 7)}  # the type of most tensors, and llama.cpp's file type
# What llama.cpp's quantiser takes where rows are no multiple of 256.
SHORT_ROWS = {Kind.Q4_K: Kind.Q5_0, Kind.Q6_K: Kind.Q8_0}
# Where a block keeps its scale, and the scale of its minimum in units of it: the middle of the quantised values, which
# makes the mean zero.
SCALES = {Kind.Q8_0: ((0, 1.0),), Kind.Q5_0: ((0, 1.0),), Kind.Q4_K: ((0, 1.0), (2, 7.5)), Kind.Q6_K: ((208, 1.0),)}
STRETCH_BYTES = 16 << 20
SAMPLE_BLOCKS = 4096
SEED = 5


def kind_of(part, layer, layers, columns, quant, tied):
    """The type that llama.cpp's quantiser gives a matrix."""
    kind = QUANTS[quant][0]
    if quant == "q4_k_m":
        eighth = layers // 8
        finer = layer < eighth or layer >= 7 * eighth or (layer - eighth) % 3 == 2
        if part == "output" or (part == "token_embd" and tied) or (part in ("attn_v", "ffn_down") and finer):
            kind = Kind.Q6_K
    return SHORT_ROWS.get(kind, kind) if columns % 256 else kind


def matrices(shape):
    """Name, part, layer, rows and columns of each matrix."""
    width, inner = shape["width"], shape["inner"]
    kv = width // shape["heads"] * shape["kv_heads"]
    yield "token_embd.weight", "token_embd", 0, shape["tokens"], width
    for layer in range(shape["layers"]):
        for part, rows, columns in (
            ("attn_q", width, width),
            ("attn_k", kv, width),
            ("attn_v", kv, width),
            ("attn_output", width, width),
            ("ffn_gate", inner, width),
            ("ffn_up", inner, width),
            ("ffn_down", width, inner),
        ):
            yield f"blk.{layer}.{part}.weight", part, layer, rows, columns
    if not shape["tied"]:
        yield "output.weight", "output", 0, shape["tokens"], width


def vectors(shape):
    """Name and values of each norm and bias."""
    width = shape["width"]
    kv = width // shape["heads"] * shape["kv_heads"]
    for layer in range(shape["layers"]):
        yield f"blk.{layer}.attn_norm.weight", np.ones(width)
        yield f"blk.{layer}.ffn_norm.weight", np.ones(width)
        for part, length in ("q", width), ("k", kv), ("v", kv):
            yield f"blk.{layer}.attn_{part}.bias", np.zeros(length)
    yield "output_norm.weight", np.ones(width)


def blocks(rng, kind, count, scale):
    """Random blocks with this scale."""
    size = gguf.GGML_QUANT_SIZES[kind][1]
    raw = np.frombuffer(rng.bytes(count * size), np.uint8).reshape(count, size).copy()
    for offset, share in SCALES[kind]:
        raw[:, offset : offset + 2] = np.full(count, scale * share, np.float16).view(np.uint8).reshape(count, 2)
    return raw


def spread(rng, kind):
    """The standard deviation of random blocks with scale 1, measured."""
    return float(np.std(gguf.quants.dequantize(blocks(rng, kind, SAMPLE_BLOCKS, 1.0), kind)))


def make(path, like, quant):
    """Writes a model shaped like `like`."""
    shape = SHAPES[like]
    head = shape["width"] // shape["heads"]
    writer = container.header(
        path, f"codey-shape-{like}-{quant}", shape | {"head": head, "context": 32768, "rope_base": 1e6}
    )
    vocabulary = Vocabulary()
    while len(vocabulary) < shape["tokens"]:
        vocabulary.add(f"w{len(vocabulary)},", gguf.TokenType.NORMAL)
    vocabulary.write(writer)
    writer.add_file_type(QUANTS[quant][1])
    rng = np.random.Generator(np.random.PCG64(SEED))
    for name, values in vectors(shape):
        writer.add_tensor_info(name, values.shape, np.dtype(np.float32), values.size * 4)
    plan = []
    for name, part, layer, rows, columns in matrices(shape):
        kind = kind_of(part, layer, shape["layers"], columns, quant, shape["tied"])
        per_block, size = gguf.GGML_QUANT_SIZES[kind]
        count = rows * columns // per_block
        writer.add_tensor_info(name, (rows, columns), np.dtype(np.float32), count * size, raw_dtype=kind)
        deep = part in ("attn_output", "ffn_down")
        plan.append((kind, count, (2 * shape["layers"] if deep else 1) * columns))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    file = writer.fout[0]
    writer.write_padding(file, file.tell())
    for _, values in vectors(shape):
        file.write(values.astype(np.float32).tobytes())
        writer.write_padding(file, values.size * 4)
    spreads = {kind: spread(rng, kind) for kind in sorted({kind for kind, _, _ in plan})}
    for kind, count, variance in plan:
        scale = 1.0 / np.sqrt(variance) / spreads[kind]
        size = gguf.GGML_QUANT_SIZES[kind][1]
        for start in range(0, count, STRETCH_BYTES // size):
            file.write(blocks(rng, kind, min(STRETCH_BYTES // size, count - start), scale).tobytes())
        writer.write_padding(file, count * size)
    file.close()
