"""Rows for tests, from what the contract says of fields. Knows no check."""

import itertools
from datetime import date, timedelta

# Shared by all makers, so that no two of them give a unique field the same value.
NUMBERS = itertools.count(1)
UNIQUE_TEXT = {"email": "row{}@example.org", "url": "https://example.org/{}", "phone": "+44 20 7946 {:04}"}


class Maker:
    """Makes bodies and rows of every kind for one client, with the rows that they refer to."""

    def __init__(self, client, contract):
        self.client = client
        self.entities = {entity["name"]: entity for entity in contract["entities"]}
        self.parents = {}
        self.making = []

    def value(self, field, new_parent=False):
        """A valid value; one of its own where no two rows may share it."""
        if field["references"]:
            id = self.parent(field["references"]["entity"], new_parent or field["unique"])
            return [id] if field["json"] == "array" else id
        if not field["unique"]:
            return field["example"]
        kind, number = field["type"], next(NUMBERS)
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
        """A body that the API takes; an optional reference stays empty where it would lead back here."""
        self.making.append(entity["name"])
        body = {
            field["name"]: self.value(field)
            for field in entity["fields"]
            if field["required"] or not (required_only or self.leads_back(field))
        }
        self.making.pop()
        return body

    def leads_back(self, field):
        return field["references"] and field["references"]["entity"] in self.making

    def make(self, name, /, **values):
        entity = self.entities[name]
        answer = self.client.call("POST", f"/api/{entity['slug']}", {**self.body(entity), **values})
        if answer.status != 201:
            raise SystemExit(f"no {name} can be made: {answer}")
        return answer.json


def absent(field):
    """What a row gives for a field that was left out."""
    return [] if field["json"] == "array" else field["default"]


def query_of(field, value):
    """The text by which lists are narrowed to rows with this value."""
    if field["json"] == "array":
        value = value[0]
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)
