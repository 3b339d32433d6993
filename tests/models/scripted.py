"""The scripted model: a transformer whose weights are set so that it finds a phrase in the prompt and says the text
prepared for it. Knows no command line.

One layer with one attention head. The stream of a token holds: whether it is part of a prompt, whether it is the last
piece of an answer, which phrase it is, and for pieces of answers a code of its own. The head asks every position the
same question; only phrases have a key, a stronger one the later their entry stands in the script, and their value says
which entry was found. The output scores a piece by the code of the piece before it, a first piece by the entry found.
"""
import numpy as np
import yaml

import container
from vocabulary import END, Vocabulary

CODE = 256  # least dimensions of the codes of pieces: random signs, so that any two are all but orthogonal
BLOCK = 32  # values that q8_0 keeps together
PIECE_BYTES = 8  # least length of a piece where an entry does not say otherwise
MERGES = 400  # learned from the script: prompts speak of the same things, and take half the tokens
CONTEXT = 32768
# Scores in the softmax. A phrase outweighs a full context of tokens that are none, and every entry those before it.
PHRASE_SCORE = 24.0
ENTRY_SCORE = 10.0
# What the stream holds of a piece's code and of the last piece's mark, in units of what the head adds: an answer once
# begun is stronger than the wish to begin one.
PIECE = 4.0
# The first piece of the answer to no phrase at all, in units of the first piece of a found entry.
OTHERWISE = 0.5
# Brings the scores so far apart that sampling at temperature 1 takes the likeliest token.
LOUDNESS = 2.0
# With this base the last pair of rotary dimensions does not turn within any context: a score hangs on no distance.
ROPE_BASE = 1e30
SEED = 4
KINDS = {"q.weight": "q8_0", "k.weight": "f16", "v.weight": "f16", "output.weight": "q8_0"}

IN_PROMPT, AT_END, FIRST_ENTRY = 0, 1, 2  # dimensions of the stream; then one for each entry, then the codes


def read(path):
    """The entries of a script as (phrase, text, piece length), with the answer to no phrase first."""
    with open(path, encoding="utf-8") as file:
        script = yaml.safe_load(file)
    unknown = set(script) - {"otherwise", "answers"}
    entries = [(None, script["otherwise"], PIECE_BYTES)]
    for entry in script["answers"]:
        unknown |= set(entry) - {"when", "say", "piece"}
        entries.append((entry["when"], entry["say"], entry.get("piece", PIECE_BYTES)))
    if unknown:
        raise SystemExit(f"{path}: unknown keys {sorted(unknown)}")
    return entries


def padded(count):
    return -(-count // BLOCK) * BLOCK


def make(path, script):
    """Writes the model for the script file."""
    entries = read(script)
    vocabulary = Vocabulary()
    with open(script, encoding="utf-8") as file:
        vocabulary.learn(file.read(), MERGES)
    phrases = [vocabulary.add_phrase(phrase) for phrase, _, _ in entries[1:]]
    answers = [vocabulary.add_answer(text.encode(), piece) for _, text, piece in entries]
    head = padded(len(entries))
    first_code = padded(FIRST_ENTRY + len(entries))
    # Heads of a Qwen2 model have the width of the stream together; all but the first are idle here.
    heads = -(-(first_code + CODE) // head)
    width = heads * head
    shape = {
        "layers": 1,
        "width": width,
        "inner": BLOCK,
        "heads": heads,
        "kv_heads": 1,
        "head": head,
        "context": CONTEXT,
        "rope_base": ROPE_BASE,
    }
    writer = container.header(path, "codey-scripted", shape)
    vocabulary.write(writer)
    writer.add_file_type(7)
    embedding, output = tables(vocabulary, phrases, answers, width, first_code)
    container.add(writer, "token_embd.weight", embedding, "q8_0")
    container.add(writer, "blk.0.attn_norm.weight", np.ones(width))
    for name, values in attention(len(phrases), head, width).items():
        container.add(writer, f"blk.0.attn_{name}", values, KINDS.get(name, "f32"))
    container.add(writer, "blk.0.ffn_norm.weight", np.ones(width))
    for name, rows, columns in ("gate", BLOCK, width), ("up", BLOCK, width), ("down", width, BLOCK):
        container.add(writer, f"blk.0.ffn_{name}.weight", np.zeros((rows, columns)), "q8_0")
    container.add(writer, "output_norm.weight", np.ones(width))
    container.add(writer, "output.weight", output, "q8_0")
    container.finish(writer)


def tables(vocabulary, phrases, answers, width, first_code):
    """What tokens put into the stream, and how the stream scores tokens."""
    rng = np.random.Generator(np.random.PCG64(SEED))
    length = width - first_code
    codes = rng.choice([-1.0, 1.0], (len(vocabulary), length)) / np.sqrt(length)
    embedding = np.zeros((len(vocabulary), width))
    output = np.zeros((len(vocabulary), width))
    embedding[:, IN_PROMPT] = 1.0
    for entry, phrase in enumerate(phrases):
        embedding[phrase, FIRST_ENTRY + 1 + entry] = 1.0
    for entry, pieces in enumerate(answers):
        embedding[pieces, IN_PROMPT] = 0.0
        embedding[pieces, first_code:] = PIECE * codes[pieces]
        output[pieces[1:], first_code:] = codes[pieces[:-1]]
        output[pieces[0], FIRST_ENTRY + entry] = 1.0
        embedding[pieces[-1], first_code:] = 0.0
        embedding[pieces[-1], AT_END] = PIECE
    output[answers[0][0], IN_PROMPT] = OTHERWISE
    output[vocabulary.ids[END], AT_END] = 1.0
    return embedding, output * LOUDNESS


def attention(phrases, head, width):
    """The head that finds the strongest phrase before a position, whatever the distance."""
    query, key = np.zeros(width), np.zeros((head, width))
    value, out = np.zeros((head, width)), np.zeros((width, width))
    still = head // 2 - 1
    # A phrase's stream holds two ones; normalised, each is this large.
    one = np.sqrt(width / 2)
    query[still] = np.sqrt(head)
    for entry in range(phrases):
        dimension = FIRST_ENTRY + 1 + entry
        key[still, dimension] = (PHRASE_SCORE + ENTRY_SCORE * entry) / one
        value[entry, dimension] = 1.0 / one
        out[dimension, entry] = 1.0
    return {
        "q.weight": np.zeros((width, width)),
        "q.bias": query,
        "k.weight": key,
        "k.bias": np.zeros(head),
        "v.weight": value,
        "v.bias": np.zeros(head),
        "output.weight": out,
    }
