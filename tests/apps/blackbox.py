"""Uses a generated application over HTTP as its contract says, and as people with bad intentions would.

    python blackbox.py APP_DIRECTORY CONTRACT.json DATABASE

It knows the contract and nothing of the application's sources: the application is a process of its own,
started with this interpreter. Prints what failed and exits 1 if anything did.
"""

import html
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import quote, urlencode

START_SECONDS = 60
REQUEST_SECONDS = 30
STOP_SECONDS = 15
WRITERS = 8
WRITES = 24
MAX_ID = 2**63 - 1
MOST_FAILURES = 40
BODY_LIMIT = 1024 * 1024

HOSTILE = {
    "sql": "'; DROP TABLE x; --",
    "sql_or": '" OR 1=1; DELETE FROM sqlite_master; /*',
    "script": "<script>alert(1)</script>",
    "attribute": "\" onfocus=alert(1) autofocus x='",
    "template": "{{7*7}} {{1111*1111}} {% raw %} ${1111*1111}",
    "emoji": "👩‍👩‍👧 مرحبا \u202e Ω",
    "percent": "%s %00 \\u0000 %",
    "long": "x" * 10_240,
}
NOT_OBJECTS = {
    "cut": b'{"a": ',
    "list": b"[]",
    "null": b"null",
    "text": b'"text"',
    "number": b"5",
    "nothing": b"",
    "not_utf8": b'{"a": "\xff\xfe"}',
    "nan": b'{"a": NaN}',
    "deep": b"[" * 20_000,
}
UNKNOWN_IDS = ["0", "999999", str(MAX_ID), str(MAX_ID + 1), str(MAX_ID + 2), "1" * 60, "abc", "-1", "1.5", "%27"]
UNIQUE_TEXT = {"email": "row{}@example.org", "url": "https://example.org/{}", "phone": "+44 20 7946 {:04}"}

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


class Answer:
    def __init__(self, status, headers, data):
        self.status = status
        self.headers = headers
        self.text = data.decode("utf-8", "replace")
        try:
            self.json = json.loads(self.text) if data else None
        except ValueError:
            self.json = None


class App:
    """The application as a process: a free port, a database of its own, ended by its id."""

    def __init__(self, directory, database):
        self.directory = directory
        self.database = database
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = []

    def start(self):
        env = {**os.environ, "PORT": str(self.port), "DATABASE": self.database, "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app"],
            cwd=self.directory,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(self.process.stderr, ready), daemon=True)
        self.reader.start()
        if not ready.wait(START_SECONDS) or self.process.poll() is not None:
            self.stop()
            sys.exit("the application does not start:\n" + "".join(self.log[-20:]))

    def _read(self, stream, ready):
        for line in stream:
            self.log.append(line)
            if "Running on" in line:
                ready.set()
        ready.set()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def send(self, method, path, data=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REQUEST_SECONDS)
        try:
            connection.request(method, path, body=data, headers=headers or {})
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        name = f"{method} {path[:80]} {(data or b'')[:80]!r}"
        check(answer.status < 500, f"{name}: status {answer.status}")
        if path.startswith("/api/") and answer.status >= 400:
            shape = answer.json if isinstance(answer.json, dict) else {}
            fine = isinstance(shape.get("error"), str) and isinstance(shape.get("fields"), dict)
            check(fine, f"{name}: status {answer.status} without {{error, fields}}: {answer.text[:120]}")
        return answer

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        return self.send(method, path, data, {"Content-Type": "application/json"} if data else {})


class Suite:
    def __init__(self, app, contract):
        self.app = app
        self.contract = contract
        self.entities = {entity["name"]: entity for entity in contract["entities"]}
        self.parents = {}
        self.counter = 0

    # ---- Values ----

    def value(self, field, new_parent=False):
        """A valid value; one of its own where no two rows may share it."""
        if field["references"]:
            return self.parent(field["references"]["entity"], new_parent or field["unique"])
        self.counter += field["unique"]
        kind, number = field["type"], self.counter
        if not field["unique"]:
            return field["example"]
        if kind in UNIQUE_TEXT:
            return UNIQUE_TEXT[kind].format(number)
        if kind in ("string", "text"):
            return f"{number} {field['example']}"[: field["max_length"]].strip()
        if kind in ("integer", "number", "money"):
            return (field["min"] or 0) + number
        if kind == "date":
            return (date(2024, 1, 1) + timedelta(days=number)).isoformat()
        return field["example"]

    def parent(self, name, new=False):
        if new or name not in self.parents:
            self.parents[name] = self.make(name)["id"]
        return self.parents[name]

    def body(self, entity, required_only=False):
        """A body that the API takes; optional references to the same table stay empty."""
        return {
            field["name"]: self.value(field)
            for field in entity["fields"]
            if (field["required"] or not required_only)
            and (field["required"] or not field["references"] or field["references"]["entity"] != entity["name"])
        }

    def make(self, name, **values):
        entity = self.entities[name]
        answer = self.app.call("POST", f"/api/{entity['slug']}", {**self.body(entity), **values})
        if answer.status != 201:
            raise SystemExit(f"no {name} can be made: {answer.status} {answer.text[:300]}")
        return answer.json

    # ---- Checks of one entity ----

    def creates(self, entity, url):
        for required_only in (False, True):
            body = self.body(entity, required_only)
            answer = self.app.call("POST", url, body)
            name = f"POST {url} {'required only' if required_only else 'all'}"
            check(answer.status == 201, f"{name}: {answer.status} {answer.text[:200]}")
            if answer.status != 201:
                continue
            row = answer.json
            for key, value in body.items():
                check(row.get(key) == value, f"{name}: {key} is {row.get(key)!r}, not {value!r}")
            for field in entity["fields"]:
                if field["name"] not in body:
                    given = row.get(field["name"], "missing")
                    check(given == field["default"], f"{name}: default of {field['name']} is {given!r}")
            location = answer.headers.get("Location", "")
            found = self.app.call("GET", location)
            check(location.endswith(f"{url}/{row['id']}") and found.json == row, f"{name}: Location {location}")
        body = {**self.body(entity), "id": 777_777, "created_at": "x", "nonsense": {"a": []}}
        answer = self.app.call("POST", url, body)
        fine = answer.status == 201 and answer.json["id"] != 777_777 and answer.json["created_at"] != "x"
        check(fine, f"POST {url}: id, created_at or an unknown key was taken: {answer.text[:200]}")

    def refuses_values(self, entity, url):
        row = self.make(entity["name"])
        for field in entity["fields"]:
            name = field["name"]
            for invalid in field["invalid"]:
                for method, path in (("POST", url), ("PUT", f"{url}/{row['id']}"), ("PATCH", f"{url}/{row['id']}")):
                    body = {name: invalid["value"]}
                    if method != "PATCH":
                        body = {**self.body(entity), **body}
                    answer = self.app.call(method, path, body)
                    told = isinstance(answer.json, dict) and name in (answer.json.get("fields") or {})
                    what = f"{method} {path}: {name} {invalid['why']}: {answer.status} {answer.text[:120]}"
                    check(answer.status == 422 and told, what)
            for value in ([], {}, [1], {"a": 1}):
                answer = self.app.call("PATCH", f"{url}/{row['id']}", {name: value})
                check(answer.status == 422, f"PATCH {url}: {name} = {value}: {answer.status}")
            if field["required"] and field["default"] is None:
                body = self.body(entity)
                del body[name]
                for method, path in (("POST", url), ("PUT", f"{url}/{row['id']}")):
                    answer = self.app.call(method, path, body)
                    told = isinstance(answer.json, dict) and name in (answer.json.get("fields") or {})
                    check(answer.status == 422 and told, f"{method} {path} without {name}: {answer.status}")
        check(self.app.call("GET", f"{url}/{row['id']}").json == row, f"{url}: a refused write changed the row")

    def refuses_bodies(self, entity, url):
        row = self.make(entity["name"])
        targets = (("POST", url), ("PUT", f"{url}/{row['id']}"), ("PATCH", f"{url}/{row['id']}"))
        for method, path in targets:
            for name, data in NOT_OBJECTS.items():
                answer = self.app.send(method, path, data, {"Content-Type": "application/json"})
                check(400 <= answer.status < 500, f"{method} {path} with {name}: {answer.status}")
            data = json.dumps(self.body(entity)).encode()
            for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
                answer = self.app.send(method, path, data, {"Content-Type": kind} if kind else {})
                check(answer.status == 415, f"{method} {path} as {kind or 'nothing'}: {answer.status}")
        huge = json.dumps({"x": "x" * BODY_LIMIT}).encode()
        answer = self.app.send("POST", url, huge, {"Content-Type": "application/json"})
        check(answer.status == 413, f"POST {url} of {len(huge)} bytes: {answer.status}")
        check(self.app.call("GET", f"{url}/{row['id']}").json == row, f"{url}: a refused body changed the row")

    def knows_no_other_ids(self, entity, url):
        body = self.body(entity)
        for id in UNKNOWN_IDS:
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                answer = self.app.call(method, f"{url}/{id}", body if method.startswith("P") else None)
                check(answer.status == 404, f"{method} {url}/{id}: {answer.status}")
            page = self.app.send("GET", f"/{entity['slug']}/{id}")
            check(page.status == 404 and "text/html" in page.headers["Content-Type"], f"page {id}: {page.status}")

    def refuses_methods(self, entity, url):
        row = self.make(entity["name"])
        for method, path in (
            ("DELETE", url),
            ("PATCH", url),
            ("PUT", url),
            ("POST", f"{url}/{row['id']}"),
        ):
            answer = self.app.call(method, path, {})
            check(answer.status == 405 and "GET" in answer.headers.get("Allow", ""), f"{method} {path}: {answer.status}")

    def patches_only_what_is_given(self, entity, url):
        row = self.make(entity["name"])
        path = f"{url}/{row['id']}"
        check(self.app.call("PATCH", path, {}).status == 200, f"PATCH {path} of nothing")
        for field in entity["fields"]:
            name = field["name"]
            value = self.value(field, new_parent=True) if field["references"] or field["unique"] else field["other"]
            answer = self.app.call("PATCH", path, {name: value})
            check(answer.status == 200, f"PATCH {path} {name}: {answer.status} {answer.text[:120]}")
            for other in entity["fields"]:
                due = value if other is field else row[other["name"]]
                now = (answer.json or {}).get(other["name"])
                check(now == due, f"PATCH {path} {name}: {other['name']} is {now!r}, not {due!r}")
            row = answer.json or row

    def keeps_hostile_text(self, entity, url):
        title = entity["title_field"]
        for field in entity["fields"]:
            if field["type"] not in ("string", "text", "email", "url", "phone", "choice", "date"):
                continue
            for name, text in HOSTILE.items():
                # Unique with every row, and never a second time.
                answer = self.app.call("POST", url, {**self.body(entity), field["name"]: text})
                what = f"POST {url} {field['name']} = {name}"
                check(answer.status in (201, 422), f"{what}: {answer.status} {answer.text[:120]}")
                free = field["type"] in ("string", "text") and len(text) <= field["max_length"]
                if not free:
                    continue
                check(answer.status == 201, f"{what}: refused: {answer.text[:120]}")
                if answer.status != 201:
                    continue
                row = answer.json
                check(row[field["name"]] == text, f"{what}: came back as {row[field['name']][:80]!r}")
                if field["name"] in entity["searchable"]:
                    found = self.app.call("GET", f"{url}?{urlencode({'q': text[:200], 'limit': 200})}")
                    ids = [item["id"] for item in (found.json or {}).get("items", [])]
                    check(row["id"] in ids, f"{what}: a search does not find it")
                self.shows_as_text(entity, row, text, what, field["name"] == title)

    def shows_as_text(self, entity, row, text, what, is_title):
        """The page of the row and every list: the text is there escaped, or not at all."""
        paths = [f"/{entity['slug']}/{row['id']}", "/", f"/{entity['slug']}?q={quote(text[:100])}"]
        for path in paths:
            page = self.app.send("GET", path)
            check("<script>alert" not in page.text, f"{what}: {path} holds a live script")
            check(" onfocus=alert(1) autofocus x='" not in html_tags(page.text), f"{what}: {path} holds a live attribute")
            check("1234321" not in page.text, f"{what}: {path} computes it")
        page = self.app.send("GET", paths[0])
        check(page.status == 200, f"{what}: its page answers {page.status}")
        if is_title:
            check(text in html.unescape(page.text), f"{what}: its page does not show it")

    def takes_no_hostile_query(self, entity, url):
        for name, text in HOSTILE.items():
            for key in ["q", "sort", "limit", "offset", *entity["filterable"]]:
                answer = self.app.call("GET", f"{url}?{urlencode({key: text})}")
                due = (200, 422) if key == "q" else (422,)
                check(answer.status in due, f"GET {url}?{key}={name}: {answer.status}")
        for query in ("limit=0", "limit=-1", "limit=201", "limit=1e9", "limit=%D9%A3", f"offset={MAX_ID + 1}"):
            check(self.app.call("GET", f"{url}?{query}").status == 422, f"GET {url}?{query} is taken")
        check(self.app.call("GET", f"{url}?offset={MAX_ID}").status == 200, f"GET {url}?offset={MAX_ID}")

    def lists(self, entity, url):
        for name in entity["sortable"]:
            for sort in (name, f"-{name}"):
                answer = self.app.call("GET", f"{url}?limit=200&sort={sort}")
                check(answer.status == 200, f"GET {url}?sort={sort}: {answer.status}")
        for field in entity["fields"]:
            name = field["name"]
            if name not in entity["filterable"]:
                continue
            row = self.make(entity["name"]) if not field["references"] else self.make(
                entity["name"], **{name: self.parent(field["references"]["entity"], new=True)}
            )
            text = json.dumps(row[name]).strip('"')
            found = self.app.call("GET", f"{url}?limit=200&{urlencode({name: text})}").json["items"]
            fine = found and all(item[name] == row[name] for item in found)
            check(fine and row["id"] in [item["id"] for item in found], f"GET {url}?{name}={text}")

    def keeps_unique(self, entity, url):
        for field in entity["fields"]:
            if not field["unique"] or field["references"]:
                continue
            body = self.body(entity)

            def send(_, body=body):
                return self.app.call("POST", url, body)

            with ThreadPoolExecutor(WRITERS) as pool:
                answers = list(pool.map(send, range(WRITERS)))
            statuses = sorted(answer.status for answer in answers)
            check(statuses == [201] + [409] * (WRITERS - 1), f"POST {url} the same at once: {statuses}")
            refused = next((answer for answer in answers if answer.status == 409), None)
            check(refused and refused.json["fields"], f"POST {url}: 409 names no field")

    def deletes(self, entity, url):
        row = self.make(entity["name"])
        path = f"{url}/{row['id']}"
        kept = []
        for child in entity["children"]:
            other = self.entities[child["entity"]]
            field = next(field for field in other["fields"] if field["name"] == child["field"])
            made = self.make(child["entity"], **{child["field"]: row["id"]})
            kept.append((f"/api/{child['slug']}/{made['id']}", field["name"], field["references"]["on_delete"]))
        check(self.app.call("DELETE", path).status == 204, f"DELETE {path}")
        check(self.app.call("GET", path).status == 404, f"GET {path} after its deletion")
        check(self.app.call("DELETE", path).status == 404, f"DELETE {path} twice")
        for child, name, rule in kept:
            answer = self.app.call("GET", child)
            gone = answer.status == 404 if rule == "cascade" else answer.status == 200 and answer.json[name] is None
            check(gone, f"DELETE {path}: {child} is {answer.status}, {rule} is due")
        self.parents.pop(entity["name"], None)
        for child in entity["children"]:
            self.parents.pop(child["entity"], None)

    def writes_at_once(self, entity, url):
        bodies = [self.body(entity) for _ in range(WRITES)]
        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(lambda body: self.app.call("POST", url, body), bodies))
        statuses = {answer.status for answer in answers}
        check(statuses == {201}, f"POST {url} {WRITES} at once: {statuses}")
        ids = {answer.json["id"] for answer in answers if answer.status == 201}
        check(len(ids) == WRITES, f"POST {url} {WRITES} at once: {len(ids)} rows")

    # ---- Checks of the whole ----

    def pages(self):
        for page in self.contract["pages"]:
            answer = self.app.send("GET", page["path"])
            check(answer.status == 200, f"page {page['path']}: {answer.status}")
            check("default-src 'self'" in answer.headers.get("Content-Security-Policy", ""), f"{page['path']}: no CSP")
            check(answer.headers.get("X-Content-Type-Options") == "nosniff", f"{page['path']}: no nosniff")
            for id in page["ids"]:
                check(f'id="{id}"' in answer.text, f"page {page['path']} has no #{id}")
        missing = self.app.send("GET", "/%3Cscript%3Ealert(1)%3C/script%3E")
        check(missing.status == 404 and "<script>alert" not in missing.text, "an unknown page echoes its address")
        check(self.app.call("GET", "/api/nothing").status == 404, "GET /api/nothing")

    def all_rows(self):
        rows = {}
        for entity in self.contract["entities"]:
            url = f"/api/{entity['slug']}"
            found = self.app.call("GET", f"{url}?limit=200&sort=id").json
            rows[url] = (found["total"], found["items"])
        return rows

    def run(self):
        self.pages()
        for entity in self.contract["entities"]:
            url = f"/api/{entity['slug']}"
            for step in (
                self.creates,
                self.refuses_values,
                self.refuses_bodies,
                self.knows_no_other_ids,
                self.refuses_methods,
                self.patches_only_what_is_given,
                self.keeps_hostile_text,
                self.takes_no_hostile_query,
                self.lists,
                self.keeps_unique,
                self.deletes,
                self.writes_at_once,
            ):
                step(entity, url)
        self.pages()
        before = self.all_rows()
        self.app.stop()
        self.app.start()
        check(self.all_rows() == before, "a restart changed what is stored")


def html_tags(text):
    """The tags of a page without what lies between them."""
    return " ".join(part.partition(">")[0] for part in text.split("<")[1:])


def main():
    directory, contract, database = sys.argv[1:]
    with open(contract, encoding="utf-8") as file:
        contract = json.load(file)
    app = App(directory, database)
    app.start()
    try:
        Suite(app, contract).run()
    finally:
        app.stop()
        app.reader.join(STOP_SECONDS)
    log = "".join(app.log)
    check("Traceback" not in log, "the log holds a traceback:\n" + log[log.find("Traceback") :][:1500])
    requests = log.count("HTTP/1.")
    for failure in failures[:MOST_FAILURES]:
        print(f"FAIL {failure}")
    print(f"{requests} requests, {len(failures)} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
