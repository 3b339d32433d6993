#!/bin/sh
# Makes a todo application with codey, starts it as its README says, and uses it in a real browser.
#
#   tests/browser/run.sh CODEY_BINARY OUTDIR
#
# Needs node, npm, python3 with venv, and chromium on PATH (or its path in CHROMIUM). Screenshots land
# in OUTDIR/shots. Prints `N passed, N failed` and exits 1 if anything failed.
set -eu

[ $# -eq 2 ] || { echo "usage: $0 CODEY_BINARY OUTDIR" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
codey=$(command -v "$1") || { echo "$0: no such program: $1" >&2; exit 2; }
codey=$(cd "$(dirname "$codey")" && pwd)/$(basename "$codey")
mkdir -p "$2"
out=$(cd "$2" && pwd)

for program in node npm python3; do
    command -v "$program" >/dev/null || { echo "$0: $program is not installed" >&2; exit 2; }
done
chromium=${CHROMIUM:-}
for name in chromium chromium-browser google-chrome; do
    [ -n "$chromium" ] || chromium=$(command -v "$name" || true)
done
[ -n "$chromium" ] || { echo "$0: chromium is not installed" >&2; exit 2; }

if [ ! -d "$out/node/node_modules/playwright-core" ]; then
    mkdir -p "$out/node"
    npm install --silent --no-fund --no-audit --prefix "$out/node" playwright-core@1.65.1
fi

rm -rf "$out/app" "$out/data" "$out/shots"
mkdir -p "$out/data" "$out/shots"
"$codey" run "full-stack todo app" --dir "$out/app"

(
    cd "$out/app"
    python3 -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
)

# The script imports playwright-core from beside it.
cp "$here"/*.mjs "$out/node/"
exec node "$out/node/main.mjs" todo "$out" "$chromium"
