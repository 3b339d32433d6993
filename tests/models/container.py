"""Writes a model's header and tensors as GGUF. Knows no vocabulary and no values."""
import gguf
import numpy as np

KINDS = {
    "f32": gguf.GGMLQuantizationType.F32,
    "f16": gguf.GGMLQuantizationType.F16,
    "q8_0": gguf.GGMLQuantizationType.Q8_0,
}


def header(path, name, shape):
    """A writer with the keys of a Qwen2 model of this shape."""
    writer = gguf.GGUFWriter(path, "qwen2")
    writer.add_name(name)
    writer.add_description("Made by tests/models/make.py of codey. Not a trained model.")
    writer.add_context_length(shape["context"])
    writer.add_embedding_length(shape["width"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["inner"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["kv_heads"])
    writer.add_key_length(shape["head"])
    writer.add_value_length(shape["head"])
    writer.add_rope_freq_base(shape["rope_base"])
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_quantization_version(2)
    return writer


def add(writer, name, values, kind="f32"):
    """Adds a tensor; q8_0 wants rows of a multiple of 32."""
    values = np.ascontiguousarray(values, dtype=np.float32)
    kind = KINDS[kind]
    writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)


def finish(writer):
    """Writes everything."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
