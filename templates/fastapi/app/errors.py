<% from "web/shared.jinja" import kinds as words %>
<% set kinds = words(contract) | split %>
<% set pages = contract.kind != "api" %>
<% set ns = namespace(labels=[], seen=[]) %>
<% for entity in contract.entities %>
<% for field in entity.fields if field.name not in ns.seen %>
<% set ns.seen = ns.seen + [field.name] %>
<% set plain = field.name | replace("_", " ") | trim %>
<% if field.label != plain[:1] | upper ~ plain[1:] %>
<% set ns.labels = ns.labels + [[field.name, field.label]] %>
<% endif %>
<% endfor %>
<% endfor %>
"""Errors: one JSON shape<% if pages %> under /api, a page everywhere else<% endif %>."""

import sqlite3
from collections.abc import Iterable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from .headers import SECURITY_HEADERS
<% if pages %>
from .templating import templates
<% endif %>

METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")

MESSAGES = {
    400: "The body is not valid JSON.",
    404: "There is nothing at this address.",
    405: "This address does not support that method.",
    413: "The request is too large.",
    415: "Send JSON with the header Content-Type: application/json.",
    500: "Something went wrong on the server.",
    503: "The database is busy. Please try again in a moment.",
}

# What is wrong with a value, by the kind of error; each goes on from the name of the field.
PREDICATES = {
    "missing": "is required.",
    "bool_type": "must be true or false.",
    "finite_number": "is too large.",
    "float_type": "must be a number.",
    "greater_than_equal": "must be at least {ge}.",
    "int_from_float": "must be a whole number.",
    "int_parsing": "must be a whole number.",
    "int_parsing_size": "is too large.",
    "int_type": "must be a whole number.",
    "less_than_equal": "must be at most {le}.",
    "list_type": "must be a list.",
    "literal_error": "must be {expected}.",
<% if contract.auth %>
    "string_too_short": "must have at least {min_length} characters.",
<% endif %>
    "string_too_long": "must have at most {max_length} characters.",
    "string_type": "must be text.",
    "string_unicode": "contains characters that cannot be stored.",
    "too_long": "must have at most {max_length} entries.",
    "too_short": "must not be empty.",
}
<% if ns.labels %>

# Fields whose names for people do not follow from their own.
LABELS = {
<% for name, label in ns.labels %>
    "<< name >>": << label | py >>,
<% endfor %>
}
<% endif %>


class Problem(BaseModel):
    """The shape of every error."""

    error: str
    fields: dict[str, str] = {}


# What the description of the API says of errors.
RESPONSES: dict[int | str, dict] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (<< "400, 401, 403, 404, 422" if contract.auth else "400, 404, 422" >>)
}


class ApiError(Exception):
    """A refusal with its status, a sentence for people and what is wrong with which field."""

    def __init__(
        self,
        status: int,
        message: str,
        fields: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = fields or {}
        self.headers = headers or {}


class Invalid(ApiError):
    """A refusal of values: status 422."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(422, "Some values are not valid.", fields)


def install(app: FastAPI) -> None:
    """Install the handlers."""
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(sqlite3.OperationalError, _database_error)
    app.add_exception_handler(Exception, _failed)


def answer(request: Request, error: ApiError) -> Response:
    """Return the answer for an error."""
<% if pages %>
    if not request.url.path.startswith("/api/"):
        context = {"status": error.status, "message": error.message}
        return templates.TemplateResponse(
            request, "error.html", context, status_code=error.status, headers=error.headers
        )
<% endif %>
    content = {"error": error.message, "fields": error.fields}
    return JSONResponse(content, status_code=error.status, headers=error.headers)


def label_of(name: str) -> str:
    """Return the name of a field for people."""
<% if ns.labels %>
    if name in LABELS:
        return LABELS[name]
<% endif %>
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def predicates(errors: Iterable[dict]) -> dict[str, str]:
    """Return what is wrong with each field: "must be text." and the like."""
    found: dict[str, str] = {}
    for error in errors:
        name, *rest = [str(part) for part in error["loc"]]
        text = _predicate(error)
        found.setdefault(name, f"has an entry that {text}" if rest else text)
    return found


def sentences(errors: Iterable[dict]) -> dict[str, str]:
    """Return a sentence for each field: "Title must be text." and the like."""
    return {name: f"{label_of(name)} {text}" for name, text in predicates(errors).items()}


def _predicate(error: dict) -> str:
    kind, value, context = error["type"], error.get("input"), error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "too_long" and isinstance(value, str):
        kind = "string_too_long"
    if value is None and kind not in ("bool_type", "list_type"):
        kind = "missing"
    numbers = {
        name: int(number) if isinstance(number, float) and number.is_integer() else number
        for name, number in context.items()
    }
    return PREDICATES.get(kind, "is not valid.").format(**numbers)


async def _refused(request: Request, error: ApiError) -> Response:
    return answer(request, error)


async def _not_valid(request: Request, error: RequestValidationError) -> Response:
    errors = error.errors()
    if any(item["loc"][0] == "path" for item in errors):
        return answer(request, ApiError(404, MESSAGES[404]))
    if any(item["type"] == "json_invalid" for item in errors):
        return answer(request, ApiError(400, MESSAGES[400]))
    if any(item["loc"] == ("body",) for item in errors):
        if not _is_json(request):
            return answer(request, ApiError(415, MESSAGES[415]))
        return answer(request, ApiError(400, "The body must be a JSON object."))
    found = [{**item, "loc": item["loc"][1:]} for item in errors]
    return answer(request, Invalid(sentences(found)))


async def _http_error(request: Request, error: HTTPException) -> Response:
    message = MESSAGES.get(error.status_code, error.detail)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_allowed(request))
    return answer(request, ApiError(error.status_code, message, headers=headers))


async def _database_error(request: Request, error: sqlite3.OperationalError) -> Response:
    if "locked" not in str(error):
        raise error
    return answer(request, ApiError(503, MESSAGES[503]))


async def _failed(request: Request, _error: Exception) -> Response:
    response = answer(request, ApiError(500, MESSAGES[500]))
    # This answer does not pass through the middleware that adds these to the others.
    response.headers.update(SECURITY_HEADERS)
    return response


def _allowed(request: Request) -> list[str]:
    """Return the methods that this address supports."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] == Match.FULL
            for route in request.app.routes
        )
    ]


def _is_json(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/json" or (
        kind.startswith("application/") and kind.endswith("+json")
    )
