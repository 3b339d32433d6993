"""A model worker without a model: speaks the frames, and does what the prompt tells it to.

Usage: fake_worker.py LOG. The digest of the load order says how to load; the text of a talk is a list of words of which
some are commands (see `Talk.step`) and all others are the answer, a token each.
"""

import os
import select
import signal
import struct
import sys
import time

VERSION = 4
END, LIMIT, CANCELLED = 0, 1, 2


class Reader:
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

    def segments(self):
        return [(self.text(), self.number() == 1) for _ in range(self.number())]


def number(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value):
    return number(len(value.encode())) + value.encode()


def send(*parts):
    body = b"".join(number(part) if isinstance(part, int) else part for part in parts)
    frame = struct.pack("<I", len(body)) + body
    while frame:
        frame = frame[os.write(1, frame) :]


def log(line):
    with open(sys.argv[1], "a") as file:
        file.write(line + "\n")


def own_words(segments):
    """The words of the last text that is not markup and not empty."""
    texts = [words for words, is_markup in segments if not is_markup and words]
    return texts[-1].split()


class Talk:
    def __init__(self, number, words):
        self.number, self.words = number, words
        self.running, self.is_deaf = False, False

    def slice(self, max_tokens):
        self.running, self.left, self.made = True, max_tokens, 0
        send(4, self.number, len(self.words), len(self.words))

    def end(self, stop):
        self.running = False
        send(6, self.number, stop, self.made, len(self.words), 7, 1000, 2000, 4321)

    def step(self):
        if not self.words:
            return self.end(END)
        if self.left == 0:
            return self.end(LIMIT)
        word = self.words.pop(0)
        command, _, argument = word.partition("=")
        if command == "die":
            os.kill(os.getpid(), int(argument))
        elif command == "exit":
            os._exit(int(argument))
        elif command == "abort":
            os.write(2, b"ggml.c:7: GGML_ASSERT(n > 0) failed\n")
            os.abort()
        elif command == "halt":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif command == "garbage":
            os.write(1, b"\x04\0\0\0\xff\xff\xff\xff")
        elif command == "huge":
            os.write(1, b"\xff\xff\xff\xff")
        elif command == "long":
            self.running = False
            send(7, self.number, 9000, 100, 2048)
        elif command == "refuse":
            self.running = False
            send(8, self.number, text("the grammar has a fault"))
        elif command == "deaf":
            self.is_deaf = True
        elif command == "for-ever":
            self.words.insert(0, word)
            time.sleep(0.002)
            send(5, self.number, text(""), 0)
        else:
            self.made += 1
            self.left -= 1
            send(5, self.number, text(word + " "), self.made)


def load(how):
    """Says what becomes of loading; the process may end here."""
    variables = {"spin": "GOMP_SPINCOUNT", "tiled": "GGML_CPU_TILED_MM", "omp": "OMP_NUM_THREADS"}
    log(f"load {how} " + " ".join(f"{name}={os.environ.get(variable)}" for name, variable in variables.items()))
    if how == "mute":
        time.sleep(1000)
    send(0, VERSION + (how == "other-version"))
    send(1, struct.pack("<f", 0.5))
    if how == "unusable":
        send(3, text("the file is no model"))
        sys.exit()
    if how == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "stuck":
        time.sleep(1000)
    send(2, text("fake"), 5000, 1234)


def main():
    talks = {}
    pending = b""
    is_open = True
    while is_open:
        running = [talk for talk in talks.values() if talk.running]
        ready, _, _ = select.select([0], [], [], 0 if running else None)
        if ready:
            received = os.read(0, 65536)
            is_open = bool(received)
            pending += received
        while len(pending) >= 4 and len(pending) - 4 >= struct.unpack("<I", pending[:4])[0]:
            length = struct.unpack("<I", pending[:4])[0]
            message, pending = Reader(pending[4 : 4 + length]), pending[4 + length :]
            kind = message.number()
            if kind == 0:
                message.text()
                how = message.text()
                load(how)
                continue
            if kind == 1:
                talk = message.number()
                talks[talk] = Talk(talk, own_words(message.segments()))
            elif kind == 2:
                talk, append = talks[message.number()], message.segments()
                if append:
                    talk.words = own_words(append)
                message.number()
                talk.slice(message.number())
            elif kind == 3:
                talk = talks[message.number()]
                if talk.running and not talk.is_deaf:
                    talk.end(CANCELLED)
            elif kind == 4:
                talks.pop(message.number(), None)
        for talk in running:
            if talk.running:
                talk.step()
    log(f"leave {how}")


main()
