"""Rows of one entity: writing, reading, refusing, listing, deleting. Knows no accounts."""

import html
import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

from app import check
from values import absent, query_of

WRITERS = 8
WRITES = 24
MAX_ID = 2**63 - 1
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
    "long_number": b'{"a": ' + b"9" * 5000 + b"}",
}
UNKNOWN_IDS = ["0", "999999", str(MAX_ID), str(MAX_ID + 1), str(MAX_ID + 2), "1" * 60, "abc", "-1", "1.5", "%27"]


class Rows:
    def __init__(self, maker, contract, entity):
        self.maker = maker
        self.client = maker.client
        self.entity = entity
        self.url = f"/api/{entity['slug']}"
        self.has_pages = contract["kind"] == "web"
        alone = len(contract["entities"]) == 1
        self.has_detail = self.has_pages and not (alone and entity["view"] == "checklist")

    def run(self):
        self.creates()
        self.refuses_values()
        self.refuses_bodies()
        self.knows_no_other_ids()
        self.refuses_methods()
        self.patches_only_what_is_given()
        self.keeps_hostile_text()
        self.takes_no_hostile_query()
        self.lists()
        self.pages_through()
        self.sums()
        self.keeps_unique()
        self.deletes()
        self.writes_at_once()

    def body(self, required_only=False):
        return self.maker.body(self.entity, required_only)

    def make(self, **values):
        return self.maker.make(self.entity["name"], **values)

    def creates(self):
        fields = self.entity["fields"]
        for required_only in (False, True):
            body = self.body(required_only)
            answer = self.client.call("POST", self.url, body)
            name = f"POST {self.url} {'required only' if required_only else 'all'}"
            check(answer.status == 201, f"{name}: {answer}")
            if answer.status != 201:
                continue
            row = answer.json
            for key, value in body.items():
                check(row.get(key) == value, f"{name}: {key} is {row.get(key)!r}, not {value!r}")
            for field in fields:
                if field["name"] not in body:
                    given = row.get(field["name"], "missing")
                    check(given == absent(field), f"{name}: default of {field['name']} is {given!r}")
                if field["titles"]:
                    given, titles = row[field["name"]], row.get(field["titles"], "missing")
                    fine = len(titles) == len(given) if field["json"] == "array" else (titles is None) == (given is None)
                    check(fine, f"{name}: {field['titles']} is {titles!r} for {given!r}")
            check("owner_id" not in row, f"{name}: shows whose it is")
            location = answer.headers.get("Location", "")
            found = self.client.call("GET", location)
            check(location.endswith(f"{self.url}/{row['id']}") and found.json == row, f"{name}: Location {location}")
        body = {**self.body(), "id": 777_777, "created_at": "x", "owner_id": 777, "nonsense": {"a": []}}
        answer = self.client.call("POST", self.url, body)
        fine = answer.status == 201 and answer.json["id"] != 777_777 and answer.json["created_at"] != "x"
        check(fine, f"POST {self.url}: id, created_at or an unknown key was taken: {answer}")

    def refuses_values(self):
        row = self.make()
        one = f"{self.url}/{row['id']}"
        for field in self.entity["fields"]:
            name = field["name"]
            for invalid in field["invalid"]:
                for method, path in (("POST", self.url), ("PUT", one), ("PATCH", one)):
                    body = {name: invalid["value"]}
                    if method != "PATCH":
                        body = {**self.body(), **body}
                    self.is_refused(method, path, body, name, invalid["why"])
            is_list = field["json"] == "array"
            for value in ({}, {"a": 1}, 5, [[]], [{}], [None]) if is_list else ([], {}, [1], {"a": 1}):
                self.is_refused("PATCH", one, {name: value}, name, repr(value))
            if field["required"] and field["default"] is None:
                body = self.body()
                del body[name]
                for method, path in (("POST", self.url), ("PUT", one)):
                    self.is_refused(method, path, body, name, "left out")
        check(self.client.call("GET", one).json == row, f"{self.url}: a refused write changed the row")

    def is_refused(self, method, path, body, name, why):
        answer = self.client.call(method, path, body)
        told = isinstance(answer.json, dict) and name in (answer.json.get("fields") or {})
        check(answer.status == 422 and told, f"{method} {path}: {name} {why}: {answer}")

    def refuses_bodies(self):
        row = self.make()
        one = f"{self.url}/{row['id']}"
        for method, path in (("POST", self.url), ("PUT", one), ("PATCH", one)):
            for name, data in NOT_OBJECTS.items():
                answer = self.client.send(method, path, data, {"Content-Type": "application/json"})
                # A number that JSON allows is not wrong in a key that nobody asks for.
                fine = 400 <= answer.status < 500 or (name == "long_number" and method == "PATCH")
                check(fine, f"{method} {path} with {name}: {answer.status}")
            data = json.dumps(self.body()).encode()
            for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
                answer = self.client.send(method, path, data, {"Content-Type": kind} if kind else {})
                check(answer.status == 415, f"{method} {path} as {kind or 'nothing'}: {answer.status}")
        huge = json.dumps({"x": "x" * BODY_LIMIT}).encode()
        answer = self.client.send("POST", self.url, huge, {"Content-Type": "application/json"})
        check(answer.status == 413, f"POST {self.url} of {len(huge)} bytes: {answer.status}")
        check(self.client.call("GET", one).json == row, f"{self.url}: a refused body changed the row")

    def knows_no_other_ids(self):
        body = self.body()
        for id in UNKNOWN_IDS:
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                answer = self.client.call(method, f"{self.url}/{id}", body if method.startswith("P") else None)
                check(answer.status == 404, f"{method} {self.url}/{id}: {answer.status}")
            if self.has_detail:
                page = self.client.send("GET", f"/{self.entity['slug']}/{id}")
                check(page.status == 404 and "text/html" in page.headers["Content-Type"], f"page {id}: {page.status}")

    def refuses_methods(self):
        one = f"{self.url}/{self.make()['id']}"
        for method, path in (("DELETE", self.url), ("PATCH", self.url), ("PUT", self.url), ("POST", one)):
            answer = self.client.call(method, path, {})
            fine = answer.status == 405 and "GET" in answer.headers.get("Allow", "")
            check(fine, f"{method} {path}: {answer.status} Allow {answer.headers.get('Allow')}")

    def patches_only_what_is_given(self):
        row = self.make()
        path = f"{self.url}/{row['id']}"
        check(self.client.call("PATCH", path, {}).status == 200, f"PATCH {path} of nothing")
        for field in self.entity["fields"]:
            name = field["name"]
            fresh = field["references"] or field["unique"]
            value = self.maker.value(field, new_parent=True) if fresh else field["other"]
            answer = self.client.call("PATCH", path, {name: value})
            check(answer.status == 200, f"PATCH {path} {name}: {answer}")
            for other in self.entity["fields"]:
                due = value if other is field else row[other["name"]]
                now = (answer.json or {}).get(other["name"])
                check(now == due, f"PATCH {path} {name}: {other['name']} is {now!r}, not {due!r}")
            row = answer.json or row
        least = self.body(required_only=True)
        answer = self.client.call("PUT", path, least)
        check(answer.status == 200, f"PUT {path}: {answer}")
        for field in self.entity["fields"]:
            if field["name"] not in least and answer.status == 200:
                now = answer.json[field["name"]]
                check(now == absent(field), f"PUT {path}: {field['name']} is still {now!r}")

    def keeps_hostile_text(self):
        for field in self.entity["fields"]:
            tags = field["type"] == "tags"
            if not tags and field["type"] not in ("string", "text", "email", "url", "phone", "choice", "date"):
                continue
            for name, text in HOSTILE.items():
                value = [text] if tags else text
                answer = self.client.call("POST", self.url, {**self.body(), field["name"]: value})
                what = f"POST {self.url} {field['name']} = {name}"
                check(answer.status in (201, 422), f"{what}: {answer}")
                most = 40 if tags else field["max_length"]
                if not (tags or field["type"] in ("string", "text")) or len(text) > most:
                    continue
                check(answer.status == 201, f"{what}: refused: {answer}")
                if answer.status != 201:
                    continue
                row = answer.json
                check(row[field["name"]] == value, f"{what}: came back as {row[field['name']]!r:.80}")
                found_by = None
                if tags:
                    found_by = {field["query"]: text}
                elif field["name"] in self.entity["searchable"]:
                    found_by = {"q": text[:200]}
                if found_by:
                    found = self.client.call("GET", f"{self.url}?{urlencode({**found_by, 'limit': 200})}")
                    ids = [item["id"] for item in (found.json or {}).get("items", [])]
                    check(row["id"] in ids, f"{what}: {found_by} does not find it: {found}")
                if self.has_pages:
                    self.shows_as_text(row, text, what, field["name"] == self.entity["title_field"])

    def shows_as_text(self, row, text, what, is_title):
        """The page of the row and every list: the text is there escaped, or not at all."""
        paths = ["/", f"/{self.entity['slug']}?q={quote(text[:100])}"]
        if self.has_detail:
            paths.insert(0, f"/{self.entity['slug']}/{row['id']}")
        for path in paths:
            page = self.client.send("GET", path)
            check("<script>alert" not in page.text, f"{what}: {path} holds a live script")
            live = " onfocus=alert(1) autofocus x='" in html_tags(page.text)
            check(not live, f"{what}: {path} holds a live attribute")
            check("1234321" not in page.text, f"{what}: {path} computes it")
            if path == paths[0] and self.has_detail:
                check(page.status == 200, f"{what}: its page answers {page.status}")
                shown = text in html.unescape(page.text)
                check(shown or not is_title, f"{what}: its page does not show it")

    def takes_no_hostile_query(self):
        fields = {field["query"] for field in self.entity["fields"] if field["name"] in self.entity["filterable"]}
        tags = {field["query"] for field in self.entity["fields"] if field["type"] == "tags"}
        for name, text in HOSTILE.items():
            for key in ["q", "sort", "limit", "offset", *sorted(fields)]:
                answer = self.client.call("GET", f"{self.url}?{urlencode({key: text})}")
                due = (200, 422) if key == "q" or key in tags else (422,)
                check(answer.status in due, f"GET {self.url}?{key}={name}: {answer.status}")
        for query in ("limit=0", "limit=-1", "limit=201", "limit=1e9", "limit=%D9%A3", f"offset={MAX_ID + 1}"):
            check(self.client.call("GET", f"{self.url}?{query}").status == 422, f"GET {self.url}?{query} is taken")
        check(self.client.call("GET", f"{self.url}?offset={MAX_ID}").status == 200, f"GET {self.url}?offset={MAX_ID}")

    def lists(self):
        for name in self.entity["sortable"]:
            for sort in (name, f"-{name}"):
                answer = self.client.call("GET", f"{self.url}?limit=200&sort={sort}")
                check(answer.status == 200, f"GET {self.url}?sort={sort}: {answer.status}")
        for field in self.entity["fields"]:
            name = field["name"]
            if name not in self.entity["filterable"]:
                continue
            row = self.make(**{name: self.maker.value(field, new_parent=True)}) if field["references"] else self.make()
            text = query_of(field, row[name])
            answer = self.client.call("GET", f"{self.url}?limit=200&{urlencode({field['query']: text})}")
            found = (answer.json or {}).get("items") or []
            has = (lambda item: row[name][0] in item[name]) if field["json"] == "array" else (
                lambda item: item[name] == row[name]
            )
            fine = found and all(has(item) for item in found) and row["id"] in [item["id"] for item in found]
            check(fine, f"GET {self.url}?{field['query']}={text}: {answer}")
            if field["type"] == "tags":
                self.lists_tags(field, row)

    def lists_tags(self, field, row):
        path = f"{self.url}/{field['name'].rstrip('_').replace('_', '-')}"
        answer = self.client.call("GET", path)
        items = (answer.json or {}).get("items") or []
        names = [item.get("name") for item in items]
        check(set(row[field["name"]]) <= set(names), f"GET {path}: {answer}")
        check(names == sorted(names, key=str.casefold), f"GET {path}: not sorted: {names}")
        for item in items[:3]:
            query = urlencode({field["query"]: item["name"], "limit": 1})
            total = self.client.call("GET", f"{self.url}?{query}").json["total"]
            check(total == item["count"], f"GET {path}: {item} and a list of {total}")
        folded = self.make(**{field["name"]: [" Pear ", "pear", "apple"]})[field["name"]]
        check([name.lower() for name in folded] == ["apple", "pear"], f"{self.url}: tags are kept as {folded}")

    def pages_through(self):
        for _ in range(3):
            self.make()
        first = self.client.call("GET", f"{self.url}?sort=id&limit=2").json
        second = self.client.call("GET", f"{self.url}?sort=id&limit=2&offset=2").json
        ids = [item["id"] for item in first["items"] + second["items"]]
        check(len(set(ids)) == len(ids) > 2 and ids == sorted(ids), f"GET {self.url}: pages overlap: {ids}")

    def sums(self):
        page = self.client.call("GET", f"{self.url}?limit=200&sort=id").json
        if not self.entity["summed"]:
            check("sums" not in page, f"GET {self.url}: sums that nobody asked for")
            return
        while len(page["items"]) < page["total"]:
            more = self.client.call("GET", f"{self.url}?limit=200&sort=id&offset={len(page['items'])}").json
            page["items"] += more["items"]
        for name in self.entity["summed"]:
            due = round(sum(item[name] or 0 for item in page["items"]), 2)
            given = page["sums"].get(name)
            check(given is not None and abs(given - due) < 0.01, f"GET {self.url}: sum of {name} {given}, not {due}")

    def keeps_unique(self):
        for field in self.entity["fields"]:
            if not field["unique"] or field["references"]:
                continue
            body = self.body()

            def send(_, body=body):
                return self.client.call("POST", self.url, body)

            with ThreadPoolExecutor(WRITERS) as pool:
                answers = list(pool.map(send, range(WRITERS)))
            statuses = sorted(answer.status for answer in answers)
            check(statuses == [201] + [409] * (WRITERS - 1), f"POST {self.url} the same at once: {statuses}")
            refused = next((answer for answer in answers if answer.status == 409), None)
            check(refused and refused.json["fields"], f"POST {self.url}: 409 names no field")

    def deletes(self):
        row = self.make()
        path = f"{self.url}/{row['id']}"
        kept = []
        for child in self.entity["children"]:
            other = self.maker.entities[child["entity"]]
            field = next(field for field in other["fields"] if field["name"] == child["field"])
            value = [row["id"]] if child["many"] else row["id"]
            made = self.maker.make(child["entity"], **{child["field"]: value})
            kept.append((f"/api/{child['slug']}/{made['id']}", field, child["many"]))
        check(self.client.call("DELETE", path).status == 204, f"DELETE {path}")
        check(self.client.call("GET", path).status == 404, f"GET {path} after its deletion")
        check(self.client.call("DELETE", path).status == 404, f"DELETE {path} twice")
        for child, field, many in kept:
            answer = self.client.call("GET", child)
            stays = answer.status == 200 and answer.json[field["name"]] == ([] if many else None)
            goes = not many and field["references"]["on_delete"] == "cascade"
            check(answer.status == 404 if goes else stays, f"DELETE {path}: {child} is {answer}")
        self.maker.parents.pop(self.entity["name"], None)
        for child in self.entity["children"]:
            self.maker.parents.pop(child["entity"], None)

    def writes_at_once(self):
        bodies = [self.body() for _ in range(WRITES)]
        with ThreadPoolExecutor(WRITERS) as pool:
            answers = list(pool.map(lambda body: self.client.call("POST", self.url, body), bodies))
        statuses = {answer.status for answer in answers}
        check(statuses == {201}, f"POST {self.url} {WRITES} at once: {statuses}")
        ids = {answer.json["id"] for answer in answers if answer.status == 201}
        check(len(ids) == WRITES, f"POST {self.url} {WRITES} at once: {len(ids)} rows")


def html_tags(text):
    """The tags of a page without what lies between them."""
    return " ".join(part.partition(">")[0] for part in text.split("<")[1:])
