"""llama-cpp-python as a peer: a process of its own, told by lines of JSON what to generate. Knows no other peer.

A job is {"prompts": [...], "tokens": N, "fresh": bool}; the answer is {"seconds": S, "tokens": [...]}. `fresh` forgets
what was evaluated before each prompt; without it the library's own matching of prefixes is at work.
"""
import json
import sys
import time

import llama_cpp


def main():
    options = json.loads(sys.argv[1])
    model = llama_cpp.Llama(
        options["model"],
        n_ctx=options["context"],
        n_threads=options["threads"],
        n_threads_batch=options["threads"],
        verbose=False,
    )
    print(json.dumps({"version": llama_cpp.__version__}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        model.reset()
        start, made = time.monotonic(), []
        for prompt in job["prompts"]:
            if job["fresh"]:
                model.reset()
            answer = model.create_completion(prompt, max_tokens=job["tokens"], temperature=0.0)
            made.append(answer["usage"]["completion_tokens"])
        print(json.dumps({"seconds": time.monotonic() - start, "tokens": made}), flush=True)


if __name__ == "__main__":
    main()
