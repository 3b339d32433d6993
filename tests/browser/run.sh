#!/bin/sh
# Makes applications with codey, starts each as its README says, and uses it in a real browser: `todo` is
# a list of things to do, `records` two related kinds of rows, `recipes` has accounts, tags, stars, a
# dashboard and CSV, `kanban` a board, `diary` an agenda, a ledger and a dashboard of months.
#
#   tests/browser/run.sh CODEY_BINARY OUTDIR [MODE...]
#
# The mode `gallery`, which runs only when it is named, tests nothing: it takes the pictures that
# engine/docs/applications.md shows.
# STACK=fastapi or STACK=django makes the last three of them with another stack.
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

modes="todo records recipes kanban diary"
plan="$here/../../plans/fullstack-${STACK:-flask}.yaml"

make_app() {
    case $1 in
        gallery/board) "$codey" run "kanban board with lists and cards with labels and due dates" --no-verify --dir "$out/$1/app" ;;
        gallery/expenses) "$codey" run "expense tracker with amount, category, date and monthly totals" --no-verify --dir "$out/$1/app" ;;
        gallery/recipes) "$codey" run "recipe manager with tags and ratings" --no-verify --dir "$out/$1/app" ;;
        gallery/bookings) "$codey" run "booking calendar" --no-verify --dir "$out/$1/app" ;;
        todo) "$codey" run "full-stack todo app" --no-verify --dir "$out/todo/app" ;;
        records)
            "$codey" run "library with authors and books" --no-verify --dir "$out/records/app" \
                --entity 'author: name:string!^ email website:url' \
                --entity 'book: title:string! author:ref(author)! pages:int(1..) price:money(0..) rating:1..5
                    status:choice(wanted|reading|read)=wanted published_on:date print_year:int in_print:bool
                    summary:longtext story:longtext' ;;
        recipes)
            "$codey" run "$plan" --no-verify --dir "$out/recipes/app" --set app=recipes --set title=Recipes \
                --set auth=true --set dashboard=true --set csv=true --set 'entities=[
                {name: cuisine, fields: ["name: string!^"]},
                {name: recipe, fields: ["title: string!", "tags: tags", "rating: integer(1..5)", "minutes: int(0..)",
                    "cuisine: ref(cuisine)", "instructions: text", "vegetarian: bool"]}]' ;;
        kanban)
            "$codey" run "$plan" --no-verify --dir "$out/kanban/app" --set app=kanban --set title=Kanban \
                --set board=true --set 'entities=[
                {name: list, fields: ["name: string!", "position: int"]},
                {name: card, fields: ["title: string!", "description: text", "list: ref(list)!", "labels: tags",
                    "due_on: date", "position: int"]}]' ;;
        diary)
            "$codey" run "$plan" --no-verify --dir "$out/diary/app" --set app=diary --set "title=Guest house" \
                --set dashboard=true --set 'entities=[
                {name: guest, fields: ["name: string!", "email: email"]},
                {name: booking, fields: ["title: string!", "starts_at: datetime!", "guests: many(guest)",
                    "status: choice(pending|confirmed|cancelled)=pending", "notes: text"]},
                {name: expense, fields: ["what: string!", "amount: money(0..)!", "spent_on: date!", "paid: bool"]}]' ;;
        *) echo "$0: no such mode: $1; there are $modes" >&2; exit 2 ;;
    esac
}

# Makes an application that can be started as its README says.
prepare() {
    mkdir -p "$out/$1"
    make_app "$1"
    (
        cd "$out/$1/app"
        # All need the same packages, so they share what the first has installed.
        [ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
        ln -s "$out/venv" .venv
        .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
    )
}

# The scripts import playwright-core from beside them.
cp "$here"/*.mjs "$out/node/"
shift 2
[ $# -gt 0 ] || set -- $modes
status=0
for mode in "$@"; do
    rm -rf "${out:?}/$mode"
    mkdir -p "$out/$mode/data" "$out/$mode/shots"
    if [ "$mode" = gallery ]; then
        for app in board expenses recipes bookings; do
            prepare "gallery/$app"
        done
        node "$out/node/gallery.mjs" "$out/gallery" "$chromium" || status=1
        continue
    fi
    prepare "$mode"
    node "$out/node/main.mjs" "$mode" "$out/$mode" "$chromium" || status=1
done
exit $status
