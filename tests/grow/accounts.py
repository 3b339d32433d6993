"""Starts an application of Flask or FastAPI on data.sqlite3 and sends what its arguments say, a request each.

An argument is a method, a path and perhaps a body; the session that an answer opens is kept for those after it.
`wait FILE` says `ready` and waits until there is such a file.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, "app")
FILE = Path("data.sqlite3")


def flask():
    from app import create_app

    client = create_app({"DATABASE": str(FILE)}).test_client()

    def send(method, path, body, headers):
        answer = client.open(path, method=method, json=body, headers=headers)
        return answer.status_code, answer.get_json(silent=True)

    return send


def fastapi():
    import httpx2
    from app import create_app
    from app.database import migrate
    from app.settings import Settings

    migrate(FILE)
    transport = httpx2.ASGITransport(create_app(Settings(database=FILE)))
    client = httpx2.AsyncClient(transport=transport, base_url="http://testserver")
    loop = asyncio.new_event_loop()

    def send(method, path, body, headers):
        request = client.request(method, path, json=body, headers=headers)
        answer = loop.run_until_complete(request)
        return answer.status_code, answer.json() if answer.content else None

    return send


send = fastapi() if Path("app/app/database.py").exists() else flask()
headers = {}
for argument in sys.argv[1:]:
    method, path, body = (argument.split(" ", 2) + ["null"])[:3]
    if method == "wait":
        print("ready", flush=True)
        while not Path(path).exists():
            time.sleep(0.001)
        continue
    status, answer = send(method, path, json.loads(body), headers)
    if isinstance(answer, dict) and answer.get("csrf_token"):
        headers = {"X-CSRF-Token": answer["csrf_token"]}
    print(json.dumps([status, answer]), flush=True)
