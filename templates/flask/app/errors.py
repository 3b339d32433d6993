<% set pages = contract.kind == "web" %>
"""Errors: one JSON shape<% if pages %> under /api, a page everywhere else<% endif %>."""

import sqlite3

from flask import << "jsonify, render_template, request" if pages else "jsonify" >>

# Statuses that Flask itself answers with.
HANDLED = (400, 404, 405, 408, 411, 413, 414, 415, 500)

MESSAGES = {
    400: "The request could not be understood.",
    404: "There is nothing at this address.",
    405: "This address does not support that method.",
    413: "The request is too large.",
    415: "Send JSON with the header Content-Type: application/json.",
    500: "Something went wrong on the server.",
}


class ApiError(Exception):
    """A refusal with its status, a sentence for people and what is wrong with which field."""

    def __init__(self, status, message, fields=None<< ", headers=None" if contract.auth else "" >>):
        super().__init__(message)
        self.status = status
        self.message = message
        self.fields = fields or {}
<% if contract.auth %>
        self.headers = headers or {}
<% endif %>


class Invalid(ApiError):
    """A refusal of values: status 422."""

    def __init__(self, fields):
        super().__init__(422, "Some values are not valid.", fields)


def register(app):
    """Install the handlers."""
    app.register_error_handler(ApiError, _api_error)
    app.register_error_handler(sqlite3.OperationalError, _database_error)
    for status in HANDLED:
        app.register_error_handler(status, _http_error)


def _api_error(error):
<% if pages %>
    if not request.path.startswith("/api/"):
        page = render_template("error.html", status=error.status, message=error.message)
        return page, error.status
<% endif %>
<% if contract.auth %>
    return jsonify(error=error.message, fields=error.fields), error.status, error.headers
<% else %>
    return jsonify(error=error.message, fields=error.fields), error.status
<% endif %>


def _http_error(error):
    message = MESSAGES.get(error.code, error.description)
<% if pages %>
    if request.path.startswith("/api/"):
        response = jsonify(error=message, fields={})
    else:
        response = error.get_response()
        response.set_data(render_template("error.html", status=error.code, message=message))
<% else %>
    response = jsonify(error=message, fields={})
<% endif %>
    response.status_code = error.code
    if error.code == 405:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response


def _database_error(error):
    if "locked" not in str(error):
        raise error
    return _api_error(ApiError(503, "The database is busy. Please try again in a moment."))
