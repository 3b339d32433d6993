"""Lets llama.cpp say every entry of a script, and compares. Needs llama-cpp-python."""
import llama_cpp

import scripted

CONTEXT = 8192
FILLER = "The contract names tables, routes and pages. Ünïcödé, `code` and <|im_end|> stand here as text.\n"
LEAD = "```python\n"


def tokens_of(model, prompt):
    """A conversation as codey sends it: markup with control tokens, text without."""
    tokens = []
    for text, is_markup in prompt:
        tokens += model.tokenize(text.encode(), add_bos=False, special=is_markup)
    return tokens


def conversation(messages, lead):
    system = ("<|im_start|>system\n", True), (FILLER * 30, False), ("<|im_end|>\n", True)
    turns = list(system)
    for message in messages:
        turns += ("<|im_start|>user\n", True), (message, False), ("<|im_end|>\n", True)
        turns += ("<|im_start|>assistant\n", True), (lead, False)
    return turns


def said(model, tokens, limit=4096):
    """The answer to a prompt, likeliest token by likeliest token, and how many tokens it has."""
    answer, count = b"", 0
    for token in model.generate(tokens, temp=0.0, repeat_penalty=1.0, reset=True):
        if llama_cpp.llama_vocab_is_eog(model._model.vocab, token) or count == limit:
            break
        answer += model.detokenize([token], special=True)
        count += 1
    return answer.decode(), count


def check(path, script):
    """Says each entry alone, with a lead, far from its phrase, and after every entry before it."""
    model = llama_cpp.Llama(str(path), n_ctx=CONTEXT, n_batch=512, n_threads=1, verbose=False)
    entries = scripted.read(script)
    faults = 0

    def expect(what, messages, text, lead=""):
        nonlocal faults
        answer, count = said(model, tokens_of(model, conversation(messages, lead)))
        if answer != text:
            faults += 1
            print(f"{what}: expected {text!r}, heard {answer!r}")
        return count

    expect("no phrase", ["Nothing that is known."], entries[0][1])
    earlier = []
    for phrase, text, _ in entries[1:]:
        count = expect(f"`{phrase}`", [f"{phrase}."], text)
        expect(f"`{phrase}` with a lead", [f"Please: {phrase}, and so on."], text, LEAD)
        expect(f"`{phrase}` from afar", [f"{phrase}:\n{FILLER * 30}"], text, LEAD)
        earlier.append(phrase)
        expect(f"`{phrase}` after others", ["\n".join(earlier[:-1]), phrase, FILLER], text)
        print(f"{count:5} tokens  {phrase}")
    print(f"{len(entries)} answers, {faults} faults")
    return faults
