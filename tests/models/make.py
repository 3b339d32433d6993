#!/usr/bin/env python3
"""Makes the GGUF files that codey's tests and benchmarks run on. For development only; see README.md.

    python3 tests/models/make.py tiny OUT
"""
import argparse

import tiny


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("tiny", help="two layers of random weights; says printing ASCII")
    one.add_argument("out")
    options = parser.parse_args()
    if options.command == "tiny":
        tiny.make(options.out)


if __name__ == "__main__":
    main()
