#!/bin/sh
# Makes applications with codey, starts each as its README says, and uses it in a real browser: `todo` is
# a list of things to do, `records` two related kinds of rows.
#
#   tests/browser/run.sh CODEY_BINARY OUTDIR [MODE...]
#
# Needs node, npm, python3 with venv, and chromium on PATH (or its path in CHROMIUM). Screenshots land
# in OUTDIR/MODE/shots. Prints `N passed, N failed` for each mode and exits 1 if anything failed.
set -eu

[ $# -ge 2 ] || { echo "usage: $0 CODEY_BINARY OUTDIR [MODE...]" >&2; exit 2; }
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

make_app() {
    case $1 in
        todo) "$codey" run "full-stack todo app" --no-verify --dir "$out/todo/app" ;;
        records)
            "$codey" run "library with authors and books" --no-verify --dir "$out/records/app" \
                --entity 'author: name:string!^ email website:url' \
                --entity 'book: title:string! author:ref(author)! pages:int(1..) price:money(0..) rating:1..5
                    status:choice(wanted|reading|read)=wanted published_on:date in_print:bool summary:longtext' ;;
        *) echo "$0: no such mode: $1; there are todo and records" >&2; exit 2 ;;
    esac
}

# The scripts import playwright-core from beside them.
cp "$here"/*.mjs "$out/node/"
shift 2
[ $# -gt 0 ] || set -- todo records
status=0
for mode in "$@"; do
    rm -rf "${out:?}/$mode"
    mkdir -p "$out/$mode/data" "$out/$mode/shots"
    make_app "$mode"
    (
        cd "$out/$mode/app"
        python3 -m venv .venv
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
    )
    node "$out/node/main.mjs" "$mode" "$out/$mode" "$chromium" || status=1
done
exit $status
