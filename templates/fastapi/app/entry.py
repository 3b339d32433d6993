"""Start the server: `python -m app`."""

import os
import sys

import uvicorn

from . import create_app

DEFAULT_PORT = 8000


def main() -> None:
    """Serve on this machine only, on `PORT` or the default port."""
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    uvicorn.run(create_app(), host="127.0.0.1", port=int(text), server_header=False)


if __name__ == "__main__":
    main()
