"""Uses a generated application over HTTP as its contract says, and as people with bad intentions would.

    python blackbox APP_DIRECTORY CONTRACT.json DATABASE COMMAND...

It knows the contract and nothing of the application's sources: the application is a process of its own,
started by COMMAND. Prints what failed and exits 1 if anything did.
"""

import json
import sys

import whole
from accounts import Accounts, sign_up
from app import App, Client, check, failures, sent
from rows import Rows
from values import Maker

MOST_FAILURES = 40


def use(app, contract):
    client = sign_up(app, "ada") if contract["auth"] else Client(app)
    maker = Maker(client, contract)
    whole.pages(client, contract)
    for entity in contract["entities"]:
        Rows(maker, contract, entity).run()
    whole.pages(client, contract)
    whole.dashboard(client, contract)
    if "csv" in contract["features"]:
        for entity in contract["entities"]:
            whole.Files(client, contract, entity).run()
    accounts = Accounts(app, contract, client) if contract["auth"] else None
    if accounts:
        accounts.run()
    before = [whole.all_items(client, entity) for entity in contract["entities"]]
    app.restart()
    after = [whole.all_items(client, entity) for entity in contract["entities"]]
    check(before == after, "a restart changed what is stored")
    if accounts:
        accounts.slows_down_guessing()


def main():
    directory, contract, database, *command = sys.argv[1:]
    with open(contract, encoding="utf-8") as file:
        contract = json.load(file)
    app = App(directory, database, command)
    app.start()
    try:
        use(app, contract)
    finally:
        app.stop()
    log = "".join(app.log)
    check("Traceback" not in log, "the log holds a traceback:\n" + log[log.find("Traceback") :][:1500])
    for failure in failures[:MOST_FAILURES]:
        print(f"FAIL {failure}")
    print(f"{len(sent)} requests, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
