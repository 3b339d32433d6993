"""The tiny model: random weights under which every token depends on all before it. Knows no script."""
import numpy as np

import container
from vocabulary import Vocabulary

SHAPE = {
    "layers": 2,
    "width": 64,
    "inner": 64,
    "heads": 4,
    "kv_heads": 2,
    "head": 16,
    "context": 32768,
    "rope_base": 10000.0,
}
SEED = 20
# Attention and feed-forward add this much to the stream, in units of the embedding: enough that what stood before
# counts for more than the last token.
GAIN = 6.0


def make(path):
    """Writes the model; f32 throughout, so that how tokens are batched does not show in the answers."""
    vocabulary = Vocabulary()
    rng = np.random.Generator(np.random.PCG64(SEED))
    writer = container.header(path, "codey-tiny", SHAPE)
    vocabulary.write(writer)
    writer.add_file_type(0)
    width, inner = SHAPE["width"], SHAPE["inner"]
    kv = SHAPE["kv_heads"] * SHAPE["head"]

    def matrix(name, rows, columns, gain=1.0):
        container.add(writer, name, rng.standard_normal((rows, columns)) * gain / np.sqrt(columns))

    container.add(writer, "token_embd.weight", rng.standard_normal((len(vocabulary), width)))
    for layer in range(SHAPE["layers"]):
        block = f"blk.{layer}."
        container.add(writer, block + "attn_norm.weight", np.ones(width))
        container.add(writer, block + "ffn_norm.weight", np.ones(width))
        for part, rows in ("q", width), ("k", kv), ("v", kv):
            matrix(f"{block}attn_{part}.weight", rows, width)
            container.add(writer, f"{block}attn_{part}.bias", rng.standard_normal(rows) * 0.02)
        matrix(block + "attn_output.weight", width, width, GAIN)
        matrix(block + "ffn_gate.weight", inner, width)
        matrix(block + "ffn_up.weight", inner, width)
        matrix(block + "ffn_down.weight", width, inner, GAIN)
    container.add(writer, "output_norm.weight", np.ones(width))
    output = rng.standard_normal((len(vocabulary), width)) * vocabulary.sayable()[:, None]
    container.add(writer, "output.weight", output)
    container.finish(writer)
