"""What concerns several kinds of rows at once: pages, the dashboard, CSV. Knows no accounts."""

import csv
import io

from app import check
from values import Maker

FORMULA = "=1+1"
MOST_ROWS = 1000


def pages(client, contract):
    for page in contract["pages"]:
        if page["path"] in ("/sign-in", "/sign-up"):
            continue
        answer = client.send("GET", page["path"])
        check(answer.status == 200, f"page {page['path']}: {answer.status}")
        check("default-src 'self'" in answer.headers.get("Content-Security-Policy", ""), f"{page['path']}: no CSP")
        check(answer.headers.get("X-Content-Type-Options") == "nosniff", f"{page['path']}: no nosniff")
        for id in page["ids"]:
            check(f'id="{id}"' in answer.text, f"page {page['path']} has no #{id}")
    missing = client.send("GET", "/%3Cscript%3Ealert(1)%3C/script%3E")
    check(missing.status == 404 and "<script>alert" not in missing.text, "an unknown page echoes its address")
    check(client.call("GET", "/api/nothing").status == 404, "GET /api/nothing")


def all_items(client, entity):
    url = f"/api/{entity['slug']}"
    items, total = [], 1
    while len(items) < total:
        page = client.call("GET", f"{url}?limit=200&sort=id&offset={len(items)}").json
        total = page["total"]
        items += page["items"]
        if not page["items"]:
            break
    return items


def dashboard(client, contract):
    """The numbers of the dashboard against those of all rows."""
    if not contract["dashboard"]:
        return
    answer = client.call("GET", "/api/dashboard")
    check(answer.status == 200, f"GET /api/dashboard: {answer}")
    entities = {entity["name"]: entity for entity in contract["entities"]}
    for part in contract["dashboard"]:
        given = answer.json.get(part["plural"])
        what = f"/api/dashboard {part['plural']}"
        if given is None:
            check(False, f"{what} is missing")
            continue
        entity = entities[part["entity"]]
        items = all_items(client, entity)
        check(given["total"] == len(items), f"{what}: total {given['total']}, not {len(items)}")
        for name in part["sums"]:
            due = sum(item[name] or 0 for item in items)
            check(abs(given["sums"].get(name, -1) - due) < 0.01, f"{what}: sum of {name} {given['sums']}, not {due}")
        for name in part["averages"]:
            values = [item[name] for item in items if item[name] is not None]
            mean = given["averages"].get(name)
            fine = mean is None if not values else mean is not None and abs(mean - sum(values) / len(values)) < 0.01
            check(fine, f"{what}: average of {name} {mean}")
        for name in part["counts"]:
            field = next(f for f in entity["fields"] if f["name"] == name)
            counts(what, given, name, items, field)
            if part["count_sum"] and not field["references"]:
                amounts(what, given, name, items, part["count_sum"])
        months(what, given, part, items)


def counts(what, given, name, items, field):
    pairs = {str(entry["value"]): entry["count"] for entry in given["counts"].get(name, [])}
    key = field["titles"] or name
    if field["references"]:
        titled = [item for item in items if item[name] is not None]
        check(sum(n for value, n in pairs.items() if value != "None") <= len(titled), f"{what}: counts of {name}: {pairs}")
        known = {str(item[key]) for item in items}
        check(set(pairs) <= known | {"None"}, f"{what}: {name} counts what is not there: {pairs}")
        return
    for value in field["values"] or (["True", "False"] if field["type"] == "boolean" else []):
        due = sum(str(item[name]) == value for item in items)
        check(pairs.get(value) == due, f"{what}: {name} = {value} counted {pairs.get(value)}, not {due}")


def amounts(what, given, name, items, summed):
    """The money of the rows with each value of a field."""
    for entry in given["counts"].get(name, []):
        due = sum(item[summed] or 0 for item in items if item[name] == entry["value"])
        fine = abs(entry.get("sum", -1) - due) < 0.01
        check(fine, f"{what}: {name} = {entry['value']} adds up to {entry.get('sum')}, not {due}")


def months(what, given, part, items):
    if part["month"] is None:
        check(given["months"] == [], f"{what}: months without a date")
        return
    due = {}
    for item in items:
        if item[part["month"]]:
            month = item[part["month"]][:7]
            number, total = due.get(month, (0, 0))
            due[month] = (number + 1, total + ((item[part["month_sum"]] or 0) if part["month_sum"] else 0))
    last = sorted(due)[-12:]
    check([entry["month"] for entry in given["months"]] == last, f"{what}: months {given['months']}, not {last}")
    for entry in given["months"]:
        number, total = due.get(entry["month"], (0, 0))
        fine = entry["count"] == number and (part["month_sum"] is None or abs(entry["sum"] - total) < 0.01)
        check(fine, f"{what}: {entry}, not {number} and {total}")


class Files:
    """Rows of one entity as CSV, out and in."""

    def __init__(self, client, contract, entity):
        self.client = client
        self.entity = entity
        self.maker = Maker(client, contract)
        self.url = f"/api/{entity['slug']}"

    def run(self):
        self.exports()
        self.comes_back()
        self.refuses()

    def total(self):
        return self.client.call("GET", f"{self.url}?limit=1").json["total"]

    def read(self, query=""):
        answer = self.client.send("GET", f"{self.url}.csv{query}")
        kind = answer.headers.get("Content-Type", "")
        check(answer.status == 200 and kind.startswith("text/csv"), f"GET {self.url}.csv: {answer.status} {kind}")
        check("attachment" in answer.headers.get("Content-Disposition", ""), f"GET {self.url}.csv is no attachment")
        return list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"), newline="")))

    def send(self, text, kind="text/csv"):
        return self.client.send("POST", f"{self.url}/import", text.encode(), {"Content-Type": kind})

    def text_field(self):
        fields = self.entity["fields"]
        return next((f for f in fields if f["type"] in ("string", "text") and f["max_length"] >= 8), None)

    def exports(self):
        field = self.text_field()
        values = {field["name"]: FORMULA} if field and not field["unique"] else {}
        row = self.maker.make(self.entity["name"], **values)
        rows = self.read()
        check(len(rows) == self.total(), f"GET {self.url}.csv: {len(rows)} rows of {self.total()}")
        names = ["id", *(f["name"] for f in self.entity["fields"]), "created_at", "updated_at"]
        check(list(rows[0]) == names, f"GET {self.url}.csv: columns {list(rows[0])}")
        mine = next(line for line in rows if line["id"] == str(row["id"]))
        if values:
            check(mine[field["name"]] == f"'{FORMULA}", f"{self.url}.csv: a formula is {mine[field['name']]!r}")
        check(self.client.send("GET", f"{self.url}.csv?sort=nonsense").status == 422, f"{self.url}.csv?sort=nonsense")

    def comes_back(self):
        """What was exported can be added again and is the same."""
        unique = [f["name"] for f in self.entity["fields"] if f["unique"]]
        if unique:
            return
        row = self.maker.make(self.entity["name"])
        line = next(line for line in self.read() if line["id"] == str(row["id"]))
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(line))
        writer.writeheader()
        writer.writerows([line, line])
        before = self.total()
        answer = self.send(out.getvalue())
        check(answer.status == 201 and answer.json == {"added": 2}, f"POST {self.url}/import: {answer}")
        check(self.total() == before + 2, f"POST {self.url}/import: {self.total() - before} rows came")
        newest = self.client.call("GET", f"{self.url}?sort=-id&limit=1").json["items"][0]
        for f in self.entity["fields"]:
            now, due = newest[f["name"]], row[f["name"]]
            same = now.replace("\r\n", "\n") == due if isinstance(now, str) and isinstance(due, str) else now == due
            check(same, f"POST {self.url}/import: {f['name']} came back as {now!r:.80}, not {due!r:.80}")

    def refuses(self):
        before = self.total()
        names = [f["name"] for f in self.entity["fields"] if f["required"]] or [self.entity["fields"][0]["name"]]
        wrong = [f for f in self.entity["fields"] if f["invalid"]]
        header = ",".join(names)
        for name, text in {
            "an unknown column": "nonsense\n1\n",
            "a column twice": f"{names[0]},{names[0]}\na,b\n",
            "no header": "",
            "only blanks": "\n\n",
            "ragged": f"{header}\n{'x,' * 30}\n",
            "too many rows": header + "\n" + "x\n" * (MOST_ROWS + 1),
        }.items():
            answer = self.send(text)
            check(answer.status in (400, 422), f"POST {self.url}/import of {name}: {answer}")
        for data in (b"\xff\xfe\x00a", b'"' * 1001, b"\x00\n\x00"):
            answer = self.client.send("POST", f"{self.url}/import", data, {"Content-Type": "text/csv"})
            check(400 <= answer.status < 500, f"POST {self.url}/import of {data[:8]!r}: {answer}")
        check(self.send("a\n", "application/json").status == 415, f"POST {self.url}/import as JSON")
        check(self.send("x" * (1024 * 1024 + 1)).status == 413, f"POST {self.url}/import of a megabyte")
        good = self.maker.body(self.entity)
        for f in wrong:
            invalid = next((i["value"] for i in f["invalid"] if isinstance(i["value"], str) and i["why"] != "blank"), None)
            # Files may say yes and no.
            if invalid is None or f["json"] in ("array", "boolean"):
                continue
            row = {name: cell(value) for name, value in good.items()}
            out = io.StringIO(newline="")
            writer = csv.DictWriter(out, list({**row, f["name"]: 1}))
            writer.writeheader()
            if not any(g["unique"] for g in self.entity["fields"]):
                writer.writerow(row)
            writer.writerow({**row, f["name"]: invalid})
            answer = self.send(out.getvalue())
            told = any(key.startswith("row ") for key in ((answer.json or {}).get("fields") or {}))
            check(answer.status == 422 and told, f"POST {self.url}/import with {f['name']} {invalid!r:.20}: {answer}")
        check(self.total() == before, f"POST {self.url}/import: {self.total() - before} rows of refused files stay")


def cell(value):
    if isinstance(value, list):
        return "|".join(map(str, value))
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
