"""Speaks with `codey __model-worker` as the engine does: frames of postcard, by hand. Measures and judges nothing.

The messages are those of engine/model/wire/message.rs; a frame is four bytes of length, little-endian, and a message.
Numbers are variable-length integers, seven bits a byte; texts and lists start with their length; a variant is a number.
"""
import os
import struct
import subprocess
import threading
import time

VERSION = 4
HELLO, LOADING, LOADED, UNUSABLE, PREFILL, TEXT, ENDED, TOO_LONG, REFUSED = range(9)
LOAD, OPEN, SLICE, CANCEL, CLOSE = range(5)
LOG_LINES = 20


def number(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value):
    data = value.encode()
    return number(len(data)) + data


def listed(values, encode):
    return number(len(values)) + b"".join(encode(value) for value in values)


def optional(value, encode):
    return b"\0" if value is None else b"\1" + encode(value)


def segment(value):
    words, is_markup = value
    return text(words) + (b"\1" if is_markup else b"\0")


class Reader:
    """Reads the fields of one message in order."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self):
        value = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def text(self):
        length = self.number()
        self.at += length
        return self.data[self.at - length : self.at].decode()

    def float(self):
        self.at += 4
        return struct.unpack("<f", self.data[self.at - 4 : self.at])[0]


def greedy():
    """Sampling that takes the likeliest token."""
    return struct.pack("<f", 0.0) + number(40) + struct.pack("<fff", 0.95, 0.05, 1.0) + number(64) + number(0)


class Worker:
    """A worker process with a loaded model. `with` ends it."""

    def __init__(self, binary, path, settings, prefixes=None, prefix_bytes=4 << 30, environment=None, digest="bench"):
        self.process = subprocess.Popen(
            [binary, "__model-worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | (environment or {}),
        )
        self.log = []
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        kind, message = self.receive()
        if kind != HELLO or message.number() != VERSION:
            raise RuntimeError("the worker speaks another version")
        self.send(
            number(LOAD)
            + text(str(path))
            + text(digest)
            + number(settings["context"])
            + number(settings["lanes"])
            + number({"f16": 0, "q8_0": 1}[settings["kv"]])
            + number(settings["threads"])
            + number(settings["prefill_threads"])
            + number(settings["prefill_slice"])
            + (b"\1" if settings["repack"] else b"\0")
            + (b"\1" if settings["tiled"] else b"\0")
            + optional(prefixes, text)
            + number(prefix_bytes)
        )
        while kind != LOADED:
            kind, message = self.receive()
            if kind == UNUSABLE:
                raise RuntimeError(message.text())
        self.system = message.text()
        self.load_s = message.number() / 1e6
        self.peak_kib = message.number()

    def _listen(self):
        for line in self.process.stderr:
            self.log = (self.log + [line.decode(errors="replace").rstrip()])[-LOG_LINES:]

    def send(self, message):
        self.process.stdin.write(struct.pack("<I", len(message)) + message)
        self.process.stdin.flush()

    def receive(self):
        """The next message: its kind, and the rest of it."""
        length = self.process.stdout.read(4)
        data = self.process.stdout.read(struct.unpack("<I", length)[0]) if len(length) == 4 else b""
        if not data:
            self.listener.join(1)
            raise RuntimeError("the worker ended: " + " | ".join(self.log[-3:]))
        message = Reader(data)
        return message.number(), message

    def open(self, talk, segments, shared):
        """Begins a talk; `segments` are (text, is markup), the first `shared` of them shared with others."""
        self.send(number(OPEN) + number(talk) + listed(segments, segment) + number(shared))

    def slice(self, talk, max_tokens, append=(), is_new_answer=True, stop=(), grammar=None):
        """Orders a slice, the likeliest token always."""
        self.send(
            number(SLICE)
            + number(talk)
            + listed(append, segment)
            + (b"\1" if is_new_answer else b"\0")
            + number(max_tokens)
            + listed(stop, text)
            + optional(grammar, text)
            + greedy()
            + number(0)
        )

    def close(self, talk):
        self.send(number(CLOSE) + number(talk))

    def wait(self, talks):
        """Hears all until every one of these talks has ended its slice; talk -> what it came to, with its text and
        the moments of its first piece and its end."""
        pieces, ended, first = {talk: [] for talk in talks}, {}, {}
        while len(ended) < len(pieces):
            kind, message = self.receive()
            if kind == TEXT:
                talk = message.number()
                first.setdefault(talk, time.monotonic())
                pieces[talk].append(message.text())
            elif kind == ENDED:
                talk = message.number()
                fields = ("stop", "tokens", "prefilled", "reused", "prefill_us", "decode_us")
                ended[talk] = {field: message.number() for field in fields}
                ended[talk]["text"] = "".join(pieces[talk])
                ended[talk]["first_s"], ended[talk]["last_s"] = first.get(talk), time.monotonic()
                self.peak_kib = message.number()
            elif kind == TOO_LONG:
                raise RuntimeError("a prompt is too long: {}, {}, {}, {}".format(*(message.number() for _ in range(4))))
            elif kind == REFUSED:
                raise RuntimeError(f"talk {message.number()}: {message.text()}")
        return ended

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)
