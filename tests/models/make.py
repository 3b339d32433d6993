#!/usr/bin/env python3
"""Makes the GGUF files that codey's tests and benchmarks run on. For development only; see README.md.

    python3 tests/models/make.py tiny OUT
    python3 tests/models/make.py scripted OUT --script FILE
    python3 tests/models/make.py check MODEL --script FILE
    python3 tests/models/make.py shape OUT --like 0.5b|1.5b|7b [--quant q4_k_m|q8_0]
"""
import argparse
import sys


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("tiny", help="two layers of random weights; says printing ASCII")
    one.add_argument("out")
    one = commands.add_parser("scripted", help="says prepared texts when a prompt has their phrases")
    one.add_argument("out")
    one.add_argument("--script", required=True)
    one = commands.add_parser("check", help="whether a scripted model says what its script has")
    one.add_argument("model")
    one.add_argument("--script", required=True)
    one = commands.add_parser("shape", help="random weights in the shape of a real model, for measuring speed")
    one.add_argument("out")
    one.add_argument("--like", choices=["0.5b", "1.5b", "7b"], required=True)
    one.add_argument("--quant", choices=["q4_k_m", "q8_0"], default="q4_k_m")
    options = parser.parse_args()
    # Each needs packages of its own, so each is imported only where it is used.
    if options.command == "tiny":
        import tiny

        tiny.make(options.out)
    elif options.command == "scripted":
        import scripted

        scripted.make(options.out, options.script)
    elif options.command == "shape":
        import shape

        shape.make(options.out, options.like, options.quant)
    else:
        import check

        sys.exit(1 if check.check(options.model, options.script) else 0)


if __name__ == "__main__":
    main()
