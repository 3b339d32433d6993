"""Vocabularies of the test models: bytes, ChatML's control tokens, phrases and pieces. Knows no weights."""
import collections
import itertools
import re

import gguf
import numpy as np

CONTROLS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END = "<|im_end|>"
TEMPLATE = (
    "{% for message in messages %}"
    "<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n"
    "{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


# What merges do not cross: words with the blank before them, digits, signs, white space; about as Qwen2 splits.
WORDS = re.compile(r" ?[^\W\d_]+|\d| ?[^\s\w]+|_|\s+")


def _letters():
    """For each byte the character that stands for it in byte-level vocabularies.

    Bytes that print in Latin-1 stand for themselves, the others for characters from 256 upwards, as GPT-2 has it.
    """
    printing = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(256, 512))
    return [chr(byte if byte in printing else next(others)) for byte in range(256)]


LETTERS = _letters()


def spelled(text):
    """Bytes as a vocabulary spells them."""
    return "".join(LETTERS[byte] for byte in text)


def _joined(word, pair):
    """A word with every occurrence of the pair as one part."""
    parts = []
    for part in word:
        if parts and (parts[-1], part) == pair:
            parts[-1] += part
        else:
            parts.append(part)
    return tuple(parts)


class Vocabulary:
    """Tokens in the order of their numbers: the bytes first, then the control tokens."""

    def __init__(self):
        self.texts = list(LETTERS)
        self.kinds = [gguf.TokenType.NORMAL] * len(self.texts)
        self.ids = {text: number for number, text in enumerate(self.texts)}
        for text in CONTROLS:
            self.add(text, gguf.TokenType.CONTROL)
        self.merges = []
        # llama.cpp wants one merge at least.
        self._merge((LETTERS[0x20], LETTERS[0x20]))

    def __len__(self):
        return len(self.texts)

    def add(self, text, kind):
        """Adds a token; llama.cpp ends the process at a text that is there twice."""
        if text in self.ids:
            raise SystemExit(f"the vocabulary has `{text}` twice")
        self.ids[text] = len(self.texts)
        self.texts.append(text)
        self.kinds.append(kind)
        return self.ids[text]

    def _merge(self, pair):
        self.add("".join(pair), gguf.TokenType.NORMAL)
        self.merges.append(" ".join(pair))

    def learn(self, text, count):
        """Adds the `count` merges that shorten `text` most, one after another: byte pair encoding."""
        words = collections.Counter(tuple(spelled(word.encode())) for word in WORDS.findall(text))
        while count > 0:
            pairs = collections.Counter()
            for word, times in words.items():
                for pair in itertools.pairwise(word):
                    pairs[pair] += times
            if not pairs:
                return
            # Among equals the first in the order of their letters: the same text always gives the same merges.
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            if "".join(best) not in self.ids:
                self._merge(best)
                count -= 1
            merged = collections.Counter()
            for word, times in words.items():
                merged[_joined(word, best)] += times
            words = merged

    def add_phrase(self, phrase):
        """A token that stands for `phrase` wherever a prompt has it, in text as well as in markup."""
        return self.add(phrase, gguf.TokenType.USER_DEFINED)

    def add_answer(self, answer, size):
        """Cuts an answer into pieces of `size` bytes or more that no other token spells; their numbers."""
        pieces, start = [], 0
        while start < len(answer):
            end = start + size
            while spelled(answer[start:end]) in self.ids and end < len(answer):
                end += 1
            if len(answer) - end < size:
                end = len(answer)
            pieces.append(self.add(spelled(answer[start:end]), gguf.TokenType.NORMAL))
            start = end
        return pieces

    def write(self, writer):
        """Puts the tokenizer's keys into a GGUF header."""
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre("qwen2")
        writer.add_token_list(self.texts)
        writer.add_token_types([int(kind) for kind in self.kinds])
        writer.add_token_merges(self.merges)
        writer.add_eos_token_id(self.ids[END])
        writer.add_bos_token_id(self.ids["<|endoftext|>"])
        writer.add_pad_token_id(self.ids["<|endoftext|>"])
        writer.add_add_bos_token(False)
        writer.add_chat_template(TEMPLATE)

    def sayable(self):
        """Whether a model with random weights may say a token: printing ASCII and the line's end, so that every
        answer is text and none ends by chance."""
        ascii_letters = {LETTERS[byte] for byte in (0x0A, *range(0x20, 0x7F))}
        return np.array([text in ascii_letters for text in self.texts])
