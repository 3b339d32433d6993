"""Accounts: signing up, in and out, what is closed to others, and whose rows are whose."""

import json
from urllib.parse import urlencode

from app import Client, check
from values import Maker

PASSWORD = "correct horse battery"  # noqa: S105 -- a test account
TRIES = 10


def sign_up(app, name):
    """A client with an account of its own."""
    client = Client(app)
    answer = client.call("POST", "/api/accounts", {"name": name, "password": PASSWORD})
    if answer.status != 201:
        raise SystemExit(f"no account can be made: {answer}")
    client.token = answer.json["csrf_token"]
    check(answer.json["user"]["name"] == name, f"POST /api/accounts: {answer}")
    check("password" not in answer.text, "POST /api/accounts shows the password")
    return client


def sign_in(app, name, password=PASSWORD):
    client = Client(app)
    answer = client.call("POST", "/api/session", {"name": name, "password": password})
    if answer.status == 200:
        client.token = answer.json["csrf_token"]
    return client, answer


class Accounts:
    def __init__(self, app, contract, ada):
        self.app = app
        self.contract = contract
        self.ada = ada
        self.bob = sign_up(app, "bob")
        self.urls = [f"/api/{entity['slug']}" for entity in contract["entities"]]

    def run(self):
        self.is_closed()
        self.checks_the_token()
        self.refuses_bad_accounts()
        self.signs_in_and_out()
        self.keeps_rows_apart()
        self.sends_back_to_pages_of_its_own()

    def is_closed(self):
        nobody = Client(self.app)
        for endpoint in self.contract["endpoints"]:
            if endpoint["path"] in ("/api/accounts", "/api/session"):
                continue
            path = endpoint["path"].replace("{id}", "1")
            answer = nobody.call(endpoint["method"], path, {} if endpoint["method"].startswith("P") else None)
            check(answer.status == 401, f"{endpoint['method']} {path} without a session: {answer}")
        answer = nobody.call("GET", "/api/session")
        check(answer.status == 200 and answer.json == {"user": None, "csrf_token": None}, f"GET /api/session: {answer}")
        check(nobody.call("DELETE", "/api/session").status in (401, 403), "DELETE /api/session without a session")
        for page in self.contract["pages"]:
            answer = nobody.send("GET", page["path"])
            if page["path"] in ("/sign-in", "/sign-up"):
                check(answer.status == 200, f"{page['path']}: {answer.status}")
                continue
            there = answer.headers.get("Location", "")
            fine = answer.status in (302, 303) and there.partition("?")[0].endswith("/sign-in")
            check(fine, f"{page['path']} without a session: {answer.status} {there}")
        for cookie in ("x", "a" * 5000, "%00", '"', "é"):
            nobody.cookies = {"session": cookie.encode("utf-8", "replace").decode("latin-1"), "sessionid": "zzz"}
            check(nobody.call("GET", self.urls[0]).status == 401, f"a session called {cookie[:10]!r} is taken")
        nobody.cookies = {}

    def checks_the_token(self):
        entity = self.contract["entities"][0]
        body = Maker(self.ada, self.contract).body(entity)
        row = self.ada.call("POST", self.urls[0], body).json
        for token in (None, "wrong", self.bob.token):
            other = self.ada.copy()
            other.token = token
            for method, path in (
                ("POST", self.urls[0]),
                ("PUT", f"{self.urls[0]}/{row['id']}"),
                ("PATCH", f"{self.urls[0]}/{row['id']}"),
                ("DELETE", f"{self.urls[0]}/{row['id']}"),
                ("DELETE", "/api/session"),
            ):
                answer = other.call(method, path, body if method.startswith("P") else None)
                check(answer.status == 403, f"{method} {path} with the token {token!r:.12}: {answer}")
        check(self.ada.call("GET", f"{self.urls[0]}/{row['id']}").json == row, "a forged write came through")

    def refuses_bad_accounts(self):
        nobody = Client(self.app)
        for body, field in (
            ({"name": "carol", "password": "short"}, "password"),
            ({"name": "carol", "password": "x" * 201}, "password"),
            ({"name": "carol"}, "password"),
            ({"name": "carol", "password": 12345678}, "password"),
            ({"name": "", "password": PASSWORD}, "name"),
            ({"name": "a b", "password": PASSWORD}, "name"),
            ({"name": "x" * 41, "password": PASSWORD}, "name"),
            ({"name": ["carol"], "password": PASSWORD}, "name"),
            ({"name": "<b>", "password": PASSWORD}, "name"),
        ):
            answer = nobody.call("POST", "/api/accounts", body)
            told = field in ((answer.json or {}).get("fields") or {})
            check(answer.status == 422 and told, f"POST /api/accounts {str(body)[:60]}: {answer}")
        for name in ("bob", "BOB"):
            answer = nobody.call("POST", "/api/accounts", {"name": name, "password": PASSWORD})
            check(answer.status == 409 and "name" in answer.json["fields"], f"a second {name}: {answer}")
        data = json.dumps({"name": "mallory", "password": PASSWORD}).encode()
        for path in ("/api/accounts", "/api/session"):
            foreign = {"Content-Type": "application/json", "Origin": "https://evil.example"}
            check(nobody.send("POST", path, data, foreign).status == 403, f"{path} from a foreign origin")
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            check(nobody.send("POST", path, b"name=a&password=b", form).status == 415, f"{path} as a form")
        spaces = "  spaces matter  "
        nobody.call("POST", "/api/accounts", {"name": "spaced", "password": spaces})
        check(sign_in(self.app, "spaced", spaces.strip())[1].status == 401, "passwords are trimmed")
        check(sign_in(self.app, "spaced", spaces)[1].status == 200, "passwords with spaces do not work")
        long = "p" * 100
        nobody = Client(self.app)
        nobody.call("POST", "/api/accounts", {"name": "long", "password": long})
        check(sign_in(self.app, "long", long[:72])[1].status == 401, "passwords are cut")

    def signs_in_and_out(self):
        wrong = sign_in(self.app, "bob", "wrong password")[1]
        unknown = sign_in(self.app, "nobody-here", "wrong password")[1]
        check(wrong.status == unknown.status == 401, f"wrong: {wrong}, unknown: {unknown}")
        check(wrong.json == unknown.json, "the answer says which names exist")
        first, answer = sign_in(self.app, "BOB")
        check(answer.status == 200, f"names are the same in any case: {answer}")
        planted = Client(self.app)
        planted.cookies = dict(first.cookies)
        again = planted.call("POST", "/api/session", {"name": "bob", "password": PASSWORD})
        check(again.status == 200 and planted.cookies != first.cookies, "a session id stays the same at sign-in")
        stolen = planted.copy()
        planted.token = stolen.token = again.json["csrf_token"]
        check(stolen.call("GET", self.urls[0]).status == 200, "a session works")
        check(planted.call("DELETE", "/api/session").status == 204, "DELETE /api/session")
        check(stolen.call("GET", self.urls[0]).status == 401, "a session lives on after signing out")
        check(self.ada.call("GET", self.urls[0]).status == 200, "signing out ends the sessions of others")

    def keeps_rows_apart(self):
        ada, bob = Maker(self.ada, self.contract), Maker(self.bob, self.contract)
        for entity in self.contract["entities"]:
            url = f"/api/{entity['slug']}"
            before = self.bob.call("GET", url).json["total"]
            row = ada.make(entity["name"])
            body = bob.body(entity)
            one = f"{url}/{row['id']}"
            after = self.bob.call("GET", f"{url}?limit=200").json
            ids = [item["id"] for item in after["items"]]
            check(row["id"] not in ids, f"GET {url} shows rows of others")
            for method in ("GET", "PUT", "PATCH", "DELETE"):
                answer = self.bob.call(method, one, body if method.startswith("P") else None)
                check(answer.status == 404, f"{method} {one} of another: {answer}")
            check(self.ada.call("GET", one).json == row, f"{one}: another changed it")
            if self.contract["kind"] == "web":
                page = self.bob.send("GET", f"/{entity['slug']}/{row['id']}")
                check(page.status == 404, f"/{entity['slug']}/{row['id']} of another: {page.status}")
            for child in entity["children"]:
                self.refuses_foreign_references(bob, entity, child, row)
            check(before <= after["total"], f"GET {url}: rows went missing")
        self.unique_values_are_each_ones_own(ada, bob)
        self.aggregates_are_each_ones_own(ada)

    def refuses_foreign_references(self, bob, entity, child, row):
        other = bob.entities[child["entity"]]
        url = f"/api/{child['slug']}"
        value = [row["id"]] if child["many"] else row["id"]
        answer = self.bob.call("POST", url, {**bob.body(other), child["field"]: value})
        told = child["field"] in ((answer.json or {}).get("fields") or {})
        check(answer.status == 422 and told, f"POST {url}: {child['field']} of another: {answer}")
        found = self.bob.call("GET", f"{url}?{child['query']}={row['id']}").json
        check(found["total"] == 0, f"GET {url}?{child['query']} of another {entity['name']}: {found}")

    def unique_values_are_each_ones_own(self, ada, bob):
        for entity in self.contract["entities"]:
            for field in entity["fields"]:
                if field["unique"] and not field["references"]:
                    value = ada.make(entity["name"])[field["name"]]
                    body = {**bob.body(entity), field["name"]: value}
                    answer = self.bob.call("POST", f"/api/{entity['slug']}", body)
                    check(answer.status == 201, f"{entity['name']}.{field['name']} is taken by another: {answer}")

    def aggregates_are_each_ones_own(self, ada):
        carol = sign_up(self.app, "carol-empty")
        for entity in self.contract["entities"]:
            url = f"/api/{entity['slug']}"
            page = carol.call("GET", url).json
            check(page["total"] == 0 and page["items"] == [], f"GET {url} of a new account: {page}")
            for name, total in (page.get("sums") or {}).items():
                check(total == 0, f"GET {url}: sum of {name} over rows of others")
            for field in entity["fields"]:
                if field["type"] == "tags":
                    ada.make(entity["name"])
                    path = f"{url}/{field['name'].rstrip('_').replace('_', '-')}"
                    check(carol.call("GET", path).json == {"items": []}, f"GET {path} shows tags of others")
            if "csv" in self.contract["features"]:
                lines = carol.send("GET", f"{url}.csv").text.strip().splitlines()
                check(len(lines) == 1, f"GET {url}.csv shows rows of others")
        if self.contract["dashboard"]:
            for name, part in carol.call("GET", "/api/dashboard").json.items():
                check(part["total"] == 0, f"GET /api/dashboard counts {name} of others")
                check(not any(part["sums"].values()) and not part["months"], f"/api/dashboard sums {name} of others")

    def sends_back_to_pages_of_its_own(self):
        if self.contract["kind"] != "web":
            return
        for next in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\r\nX: y"):
            page = Client(self.app).send("GET", f"/sign-in?{urlencode({'next': next})}")
            check(page.status == 200, f"/sign-in?next={next!r}: {page.status}")
            check("X" not in page.headers, f"/sign-in?next={next!r} adds a header")
            for part in page.text.split('"'):
                check(part != next, f"/sign-in?next={next!r} carries it on")

    def slows_down_guessing(self):
        sign_up(self.app, "dave")
        statuses = [sign_in(self.app, "dave", "guess guess")[1].status for _ in range(TRIES)]
        check(set(statuses) == {401}, f"wrong passwords: {statuses}")
        answer = sign_in(self.app, "dave", "guess guess")[1]
        fine = answer.status == 429 and answer.headers.get("Retry-After", "").isdigit()
        check(fine, f"guess {TRIES + 1}: {answer} Retry-After {answer.headers.get('Retry-After')}")
        check(sign_in(self.app, "dave")[1].status == 429, "the right password ends the wait")
        check(sign_in(self.app, "ada")[1].status == 200, "others have to wait too")
        check(self.bob.call("GET", self.urls[0]).status == 200, "who is signed in has to wait too")
