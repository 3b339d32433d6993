#!/usr/bin/env python3
"""Time codey, ninja and make on the same graphs, in turn within one run, and print a Markdown table.

    python3 engine/benches/dag.py                                  # what `make bench` runs
    python3 engine/benches/dag.py --sizes 1000 --shapes wide,join --rounds 3

Every node runs `true`. Phases: load (dry run of a fresh graph), full (everything runs) and no-op (nothing is
left to do). ninja and make need files to see that nothing is left: for no-op, and only there, their nodes
write a stamp in a run that is not timed. Sizes above WRITTEN_OUT nodes are one `for-each` for codey, and so
exist as wide and join only.
"""
import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WRITTEN_OUT = 10_000  # nodes; above, codey's plan is a `for-each`
LAYERS = 50  # of the layered shape
EDGES_PER_NODE = 3  # of the layered shape, on average
TIME_LIMIT_S = 600  # for one command
STARTUP_ROUNDS = 20


# ---------------------------------------------------------------- shapes: for each node, those it waits for


def wide(n):
    return [[] for _ in range(n)]


def chain(n):
    return [[i - 1] if i else [] for i in range(n)]


def join(n):
    return [[] for _ in range(n - 1)] + [list(range(n - 1))]


def layered(n):
    """LAYERS equal layers; a node waits for one of the layer before it and for others further up."""
    rng = random.Random(n)
    size = max(1, n // LAYERS)
    needs = []
    for i in range(n):
        layer = i // size
        if layer == 0:
            needs.append([])
            continue
        before = rng.randrange((layer - 1) * size, layer * size)
        others = {rng.randrange(layer * size) for _ in range(rng.randrange(2 * EDGES_PER_NODE - 1))}
        needs.append(sorted(others | {before}))
    return needs


SHAPES = {"wide": wide, "chain": chain, "layered": layered, "join": join}


# ---------------------------------------------------------------- the same graph for each tool


def codey_plan(shape, needs):
    n = len(needs)
    lines = ["codey: 1", "name: bench", "chunks:"]
    if n > WRITTEN_OUT:
        each = n - 1 if shape == "join" else n
        lines.append(f'  n: {{ run: ["true"], for-each: {{ i: "{{{{ range({each}) }}}}" }} }}')
        if shape == "join":
            lines.append('  end: { run: ["true"], needs: [n] }')
    else:
        for i, before in enumerate(needs):
            wait = f", needs: [{', '.join(f'n{j}' for j in before)}]" if before else ""
            lines.append(f'  n{i}: {{ run: ["true"]{wait} }}')
    return "\n".join(lines) + "\n"


def ninja_file(needs, stamps):
    command = ": > $out" if stamps else "true"
    lines = ["rule t", f"  command = {command}"]
    lines += [f"build n{i}: t {' '.join(f'n{j}' for j in before)}" for i, before in enumerate(needs)]
    return "\n".join(lines) + "\n"


def make_file(needs, stamps):
    command = ": > $@" if stamps else "true"
    lines = ["MAKEFLAGS += -rR", "all: " + " ".join(f"n{i}" for i in range(len(needs)))]
    for i, before in enumerate(needs):
        lines += [f"n{i}: {' '.join(f'n{j}' for j in before)}", f"\t@{command}"]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- running


def timed(argv, cwd):
    """Wall and CPU seconds of a command and its children, or the reason why there are none."""
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        child = subprocess.Popen(argv, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said)
        alarm = threading.Timer(TIME_LIMIT_S, child.kill)
        alarm.start()
        # Waited for here alone: the resource use then includes that of the child's own children.
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        alarm.cancel()
        said.seek(max(0, said.seek(0, os.SEEK_END) - 400))
        tail = said.read().decode(errors="replace")
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        last = tail.strip().splitlines()[-1:] or [""]
        return f"exit {child.returncode} {last[0][:60]}".strip()
    return wall, used.ru_utime + used.ru_stime


class Codey:
    name = "codey"

    def __init__(self, binary, jobs):
        self.binary, self.jobs = binary, str(jobs)

    def prepare(self, folder, shape, needs, phase):
        (folder / "plan.yaml").write_text(codey_plan(shape, needs))
        if phase == "no-op":
            return timed(self.command("full"), folder)

    def command(self, phase):
        if phase == "load":
            return [self.binary, "plan", "plan.yaml", "--dry-run"]
        return [self.binary, "run", "plan.yaml", "--quiet", "--jobs", self.jobs]


class Files:
    """ninja and make: tools that look at files."""

    def __init__(self, name, jobs):
        self.name, self.jobs = name, str(jobs)

    def prepare(self, folder, shape, needs, phase):
        ninja = self.name == "ninja"
        text = (ninja_file if ninja else make_file)(needs, stamps=phase == "no-op")
        (folder / ("build.ninja" if ninja else "Makefile")).write_text(text)
        if phase == "no-op":
            return timed(self.command("full"), folder)

    def command(self, phase):
        return [self.name, "-s" if self.name == "make" else "--quiet", "-j", self.jobs, *(["-n"] if phase == "load" else [])]


def measure(tools, shape, needs, phase, rounds):
    """The median wall and CPU time of each tool, which take turns; or the first failure."""
    times = {tool.name: [] for tool in tools}
    failed = {}
    for _ in range(rounds):
        for tool in tools:
            if tool.name in failed:
                continue
            folder = Path(tempfile.mkdtemp(prefix="codey-bench-"))
            try:
                result = tool.prepare(folder, shape, needs, phase)
                if not isinstance(result, str):
                    result = timed(tool.command(phase), folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(result, str):
                failed[tool.name] = result
            else:
                times[tool.name].append(result)
    return {
        name: failed.get(name) or tuple(statistics.median(column) for column in zip(*rows))
        for name, rows in times.items()
    }


# ---------------------------------------------------------------- tables


def ms(seconds):
    return f"{seconds * 1000:,.1f}" if seconds < 0.1 else f"{seconds * 1000:,.0f}"


def graph_table(tools, args):
    names = [tool.name for tool in tools]
    print("| shape | nodes | phase | " + " | ".join(f"{name}, ms" for name in names)
          + " | wall to ninja | CPU to ninja |")
    print("|---|---:|---|" + "---:|" * (len(names) + 2), flush=True)
    for size in args.sizes:
        for shape in args.shapes:
            if size > WRITTEN_OUT and shape not in ("wide", "join"):
                continue
            needs = SHAPES[shape](size)
            for phase in ("load", "full", "no-op"):
                # Large runs are slow and vary little.
                rounds = args.rounds if size < WRITTEN_OUT or phase == "load" else max(1, args.rounds // 2)
                found = measure(tools, shape, needs, phase, 1 if size > WRITTEN_OUT else rounds)
                cells = [ms(r[0]) if isinstance(r, tuple) else r for r in (found[name] for name in names)]
                own, other = found["codey"], found.get("ninja")
                ratios = ["-", "-"]
                if isinstance(own, tuple) and isinstance(other, tuple):
                    ratios = [f"{a / b:.2f}" for a, b in zip(own, other)]
                print(f"| {shape} | {size:,} | {phase} | " + " | ".join(cells + ratios) + " |", flush=True)


def startup_table(codey, rounds):
    plan = ROOT / "plans" / "fullstack-flask.yaml"
    folder = Path(tempfile.mkdtemp(prefix="codey-bench-"))
    run = [codey, "run", str(plan), "--dir", "app", "--no-verify", "--quiet"]
    print("\n| command | median, ms | least, ms |\n|---|---:|---:|")
    try:
        for title, argv in [
            ("codey --help", [codey, "--help"]),
            ("plan --dry-run of the shipped plan", [codey, "plan", str(plan), "--dir", "new", "--dry-run"]),
            ("run of the shipped plan, first time", None),
            ("run of the shipped plan, nothing to do", run),
        ]:
            results = []
            for _ in range(rounds):
                if argv is None:
                    shutil.rmtree(folder / "app", ignore_errors=True)
                results.append(timed(argv or run, folder))
            bad = next((r for r in results if isinstance(r, str)), None)
            walls = [] if bad else [wall for wall, _ in results]
            print(f"| {title} | {bad or ms(statistics.median(walls))} | {'-' if bad else ms(min(walls))} |", flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--codey", default=str(ROOT / "target" / "release" / "codey"))
    parser.add_argument("--sizes", default="1000,10000,100000", type=lambda text: [int(n) for n in text.split(",")])
    parser.add_argument("--shapes", default=",".join(SHAPES), type=lambda text: text.split(","))
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--jobs", default=os.cpu_count() or 2, type=int)
    args = parser.parse_args()
    if not os.access(args.codey, os.X_OK):
        sys.exit(f"{args.codey} is not there; build it with `cargo build --release`")
    unknown = [shape for shape in args.shapes if shape not in SHAPES]
    if unknown:
        sys.exit(f"no such shape: {', '.join(unknown)}; there are {', '.join(SHAPES)}")
    codey = str(Path(args.codey).resolve())
    tools = [Codey(codey, args.jobs)]
    tools += [Files(name, args.jobs) for name in ("ninja", "make") if shutil.which(name)]
    print(f"{args.jobs} jobs, median of {args.rounds} rounds, tools in turn\n")
    startup_table(codey, STARTUP_ROUNDS)
    print()
    graph_table(tools, args)


if __name__ == "__main__":
    main()
