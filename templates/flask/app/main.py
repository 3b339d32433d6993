"""Start the development server: `python -m app`."""

import os
import sys

from . import create_app

DEFAULT_PORT = 8000


def main():
    """Serve on this machine only, on `PORT` or the default port."""
    text = os.environ.get("PORT") or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    create_app().run(host="127.0.0.1", port=int(text), debug=False)


if __name__ == "__main__":
    main()
