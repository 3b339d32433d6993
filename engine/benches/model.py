#!/usr/bin/env python3
"""Time codey's model worker and its peers on the same files, in turn within one run.

    make bench-model                                                  # both shapes, peers that are there
    python3 engine/benches/model.py --shapes 0.5b --rounds 3 --json target/bench-model.json

decode: tokens a second of one lane after a short prompt; codey against llama-bench of the same llama.cpp.
chunks: eight chunks over one shared prefix, as a plan has them, from the first order to the last token; loading is
apart. codey decodes them together, from nothing and from the prefix that the run before kept; llama-cpp-python takes
one after another through its high-level call, with its own matching of prefixes and with a fresh prompt each;
llama-server has four slots and gets all at once. The same again for those two with busy processes beside.

Weights are random and prompts plain bytes: what is said is noise, how fast it is said is not. Every round has a prefix
of its own, so that nobody remembers the round before. The order of the contenders turns from round to round.
"""
import argparse
import collections
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from frames import Worker

ROOT = Path(__file__).resolve().parents[2]
CHUNKS = 8
SHARED_TOKENS = 600  # a byte is a token in these models
OWN_TOKENS = 30  # a sentence: what is measured is the shared part
DECODE_PROMPT_TOKENS = 16
PREFILL_SLICES = {"0.5b": 128, "7b": 64}  # what codey takes for files up to 1 GiB, and beyond
SERVER_SLOTS = 4
PORT = 18437
START_LIMIT_S = 600
# What codey's pool sets for a worker (engine/model/pool/environment.rs).
ENVIRONMENT = {"LC_ALL": "C", "GGML_NO_BACKTRACE": "1", "GOMP_SPINCOUNT": "1000"}
# Shapes of which most is in formats with tiled products, which llama.cpp uses where codey's own are not linked.
TILED_SHAPES = {"7b"}


class Missing(Exception):
    """A contender that is not on this machine."""


def words(rng, length):
    """Text of exactly this many bytes: words of letters, one space between two."""
    text = ""
    while len(text) < length:
        text += "".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) + " "
    return text[: length - 1] + "."


def prompts(shape, round_number):
    """The shared text of this round, and what each chunk adds."""
    rng = random.Random(f"{shape} {round_number}")
    return words(rng, SHARED_TOKENS), [words(rng, OWN_TOKENS) for _ in range(CHUNKS)]


class Bench:
    def __init__(self, options, shape, model):
        self.options, self.shape, self.model = options, shape, str(model)
        self.prefixes = tempfile.mkdtemp(prefix="codey-prefixes-")
        self.notes = {}
        doctor = subprocess.run([options.codey, "doctor"], capture_output=True, text=True).stdout
        self.tiled = shape in TILED_SHAPES and "CODEY_MATMUL" not in doctor

    # ------------------------------------------------------------------------------------------ codey

    def worker(self, lanes, context, prefixes=None):
        threads = self.options.threads
        settings = {
            "context": context,
            "lanes": lanes,
            "kv": "f16",
            "threads": threads,
            "prefill_threads": threads,
            "prefill_slice": PREFILL_SLICES[self.shape],
            "repack": self.options.repack,
            "tiled": self.tiled,
        }
        environment = ENVIRONMENT | {"GGML_CPU_TILED_MM": str(int(self.tiled))}
        return Worker(self.options.codey, self.model, settings, prefixes=prefixes, environment=environment)

    def codey_decode(self, round_number):
        tokens = self.options.tokens
        with self.worker(1, 1024) as worker:
            worker.open(1, [(words(random.Random(round_number), DECODE_PROMPT_TOKENS), False)], 0)
            worker.slice(1, tokens)
            ended = worker.wait([1])[1]
        self.must_be(ended["tokens"], tokens)
        # The first token comes from the prompt. The slower of both clocks counts: frames may arrive in a heap.
        return (tokens - 1) / max(ended["last_s"] - ended["first_s"], ended["decode_us"] / 1e6)

    def codey_chunks(self, round_number):
        shared, own = prompts(self.shape, round_number)
        context = SHARED_TOKENS + OWN_TOKENS + self.options.tokens + 8
        with self.worker(self.options.lanes, context, self.prefixes) as worker:
            start = time.monotonic()
            for talk, text in enumerate(own):
                worker.open(talk, [(shared, False), (text, False)], 1)
                worker.slice(talk, self.options.tokens)
            ended = worker.wait(range(CHUNKS))
            seconds = time.monotonic() - start
            peak = worker.peak_kib
        for generation in ended.values():
            self.must_be(generation["tokens"], self.options.tokens)
        prefilled = sum(generation["prefilled"] for generation in ended.values())
        share = prefilled / (CHUNKS * (SHARED_TOKENS + OWN_TOKENS))
        return seconds, {"prompt tokens evaluated": f"{prefilled}, {share:.1%}", "peak MiB": peak // 1024}

    def codey_cold(self, round_number):
        shutil.rmtree(self.prefixes)
        os.mkdir(self.prefixes)
        seconds, self.notes["codey, first run"] = self.codey_chunks(round_number)
        return seconds

    def codey_warm(self, round_number):
        """After `codey_cold` of the same round, in another process."""
        seconds, self.notes["codey, second run"] = self.codey_chunks(round_number)
        return seconds

    # ------------------------------------------------------------------------------------------ peers

    def raw_decode(self, _):
        output = subprocess.run(
            [
                *(self.program("llama-bench"), "-m", self.model, "-p", "0", "-n", str(self.options.tokens)),
                *("-t", str(self.options.threads), "-r", "1", "-o", "json"),
                *("--repack", "1" if self.options.repack else "0"),
            ],
            check=True,
            capture_output=True,
        ).stdout
        return json.loads(output)[0]["avg_ts"]

    def python_chunks(self, round_number, fresh):
        shared, own = prompts(self.shape, round_number)
        settings = {"model": self.model, "threads": self.options.threads, "context": 2048}
        peer = subprocess.Popen(
            [self.options.python, str(ROOT / "engine/benches/peer_python.py"), json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        ready = peer.stdout.readline()
        if not ready:
            raise Missing("llama-cpp-python is not installed")
        self.notes["llama-cpp-python"] = json.loads(ready)
        job = {"prompts": [shared + text for text in own], "tokens": self.options.tokens, "fresh": fresh}
        answer = json.loads(peer.communicate(json.dumps(job).encode() + b"\n")[0])
        for made in answer["tokens"]:
            self.must_be(made, self.options.tokens)
        return answer["seconds"]

    def server_chunks(self, round_number):
        shared, own = prompts(self.shape, round_number)
        context = SERVER_SLOTS * (SHARED_TOKENS + OWN_TOKENS + self.options.tokens + 8)
        server = subprocess.Popen(
            [
                *(self.program("llama-server"), "-m", self.model, "--host", "127.0.0.1", "--port", str(PORT)),
                *("-np", str(SERVER_SLOTS), "-c", str(context)),
                *("-t", str(self.options.threads), "-tb", str(self.options.threads)),
                *(() if self.options.repack else ("--no-repack",)),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self.await_health(server)
            made = []

            def ask(text):
                body = {"prompt": shared + text, "n_predict": self.options.tokens, "temperature": 0, "ignore_eos": True}
                request = urllib.request.Request(
                    f"http://127.0.0.1:{PORT}/completion", json.dumps(body).encode(), {"Content-Type": "application/json"}
                )
                with urllib.request.urlopen(request) as answer:
                    made.append(json.load(answer)["tokens_predicted"])

            threads = [threading.Thread(target=ask, args=(text,)) for text in own]
            start = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.monotonic() - start
        finally:
            server.terminate()
            server.wait()
        self.must_be(len(made), CHUNKS)
        for count in made:
            self.must_be(count, self.options.tokens)
        return seconds

    def await_health(self, server):
        for _ in range(START_LIMIT_S * 5):
            if server.poll() is not None:
                raise RuntimeError(f"llama-server ended with {server.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health") as answer:
                    if answer.status == 200:
                        return
            except OSError:
                pass
            time.sleep(0.2)
        raise RuntimeError("llama-server did not start")

    def program(self, name):
        path = Path(self.options.peers) / "bin" / name
        if not path.exists():
            raise Missing(f"{path} is not built")
        return str(path)

    def must_be(self, found, expected):
        if found != expected:
            raise RuntimeError(f"{found} instead of {expected}: nothing comparable was measured")


class Busy:
    """Processes that compute without end, as many as there are cores: a compile or a test suite beside the model."""

    def __enter__(self):
        loop = "while True: sum(range(100000))"
        self.processes = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(os.cpu_count())]

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()


def beside(measure):
    def measured(round_number):
        with Busy():
            return measure(round_number)

    return measured


def contenders(bench):
    """Groups of name -> measurement. Within a group the order turns; groups follow each other."""
    return {
        "decode, tokens/s": {
            "codey, one lane": [bench.codey_decode],
            "llama-bench": [bench.raw_decode],
        },
        "chunks, s": {
            # The second run has what the first one kept, so the two stay together.
            "codey, first run": [bench.codey_cold, ("codey, second run", bench.codey_warm)],
            "llama-cpp-python, prefixes matched": [lambda n: bench.python_chunks(n, fresh=False)],
            "llama-cpp-python, fresh prompts": [lambda n: bench.python_chunks(n, fresh=True)],
            "llama-server, four slots": [bench.server_chunks],
        },
        "busy: chunks beside busy processes, s": {
            "codey, busy": [beside(bench.codey_cold)],
            "llama-cpp-python, prefixes matched, busy": [beside(lambda n: bench.python_chunks(n, fresh=False))],
            "llama-cpp-python, fresh prompts, busy": [beside(lambda n: bench.python_chunks(n, fresh=True))],
        },
    }


def measure(bench, rounds, groups):
    """Name -> values, one for each round; what is missing is named once."""
    results, missing = collections.defaultdict(list), {}
    for group, members in contenders(bench).items():
        if not any(group.startswith(wanted) for wanted in groups):
            continue
        names = list(members)
        for round_number in range(rounds):
            turn = round_number % len(names)
            for name in names[turn:] + names[:turn]:
                first, *after = members[name]
                for label, one in [(name, first), *after]:
                    if label in missing:
                        continue
                    try:
                        value = one(round_number)
                    except Missing as reason:
                        missing[label] = str(reason)
                        continue
                    results[label].append(value)
                    print(f"  {bench.shape}  round {round_number + 1}  {label}: {value:.2f}", file=sys.stderr)
    return results, missing


# What issue 4 asks for: numerator, denominator, least ratio.
TARGETS = [
    ("codey, one lane", "llama-bench", 0.98),
    ("llama-cpp-python, prefixes matched", "codey, first run", 1.6),
    ("llama-cpp-python, prefixes matched", "codey, second run", 2.0),
    ("llama-cpp-python, fresh prompts", "codey, first run", 2.8),
    ("llama-cpp-python, fresh prompts, busy", "codey, busy", 2.5),
    ("llama-cpp-python, prefixes matched, busy", "codey, busy", None),
    ("llama-server, four slots", "codey, first run", 1.1),
]


def machine():
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20,
        "kernel": platform.release(),
        "load": os.getloadavg(),
    }


def report(shape, results, missing, notes):
    lines = [f"{shape}", ""]
    for name, values in results.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        lines.append(f"  {statistics.median(values):9.2f}  {name} ({len(values)} rounds, {spread})")
    lines += [f"  {'-':>9}  {name}: {reason}" for name, reason in missing.items()]
    lines += [f"             {name}: {note}" for name, note in notes.items()] + [""]
    for above, below, least in TARGETS:
        if results.get(above) and results.get(below):
            ratio = statistics.median(results[above]) / statistics.median(results[below])
            wanted = "" if least is None else f", wanted {least}" + ("" if ratio >= least else ": FALLS SHORT")
            lines.append(f"  {ratio:9.2f}  {above} / {below}{wanted}")
    return "\n".join(lines) + "\n"


def shaped(shape, folder):
    """The file of random weights, made where it is not there yet."""
    path = folder / f"{shape}.gguf"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        subprocess.run(
            [sys.executable, str(ROOT / "tests/models/make.py"), "shape", str(partial), "--like", shape], check=True
        )
        partial.rename(path)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codey", default=str(ROOT / "target/release/codey"))
    parser.add_argument("--peers", default=str(ROOT / "target/peers"), help="a build of llama.cpp, with bin/ in it")
    parser.add_argument("--python", default=sys.executable, help="a Python with llama-cpp-python")
    parser.add_argument("--models", type=Path, default=ROOT / "target/shapes")
    parser.add_argument("--shapes", default="0.5b,7b")
    parser.add_argument("--groups", default="decode,chunks,busy", help="beginnings of the groups to measure")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--lanes", type=int, default=CHUNKS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repack", action="store_true", help="with repacked weights, all but llama-cpp-python")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    record = {"machine": machine(), "options": {key: str(value) for key, value in vars(options).items()}, "shapes": {}}
    print(json.dumps(record["machine"]))
    for shape in options.shapes.split(","):
        bench = Bench(options, shape, shaped(shape, options.models))
        try:
            results, missing = measure(bench, options.rounds, options.groups.split(","))
        finally:
            shutil.rmtree(bench.prefixes)
        print(report(shape, results, missing, bench.notes))
        record["shapes"][shape] = {"results": results, "missing": missing, "notes": bench.notes}
    if options.json:
        options.json.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
