<% set pages = contract.kind == "web" %>
"""Errors: one JSON shape under /api<% if pages %>, a page everywhere else<% else %> and everywhere else<% endif %>."""

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
<% if pages %>
from django.http import HttpResponse, HttpResponseNotAllowed, JsonResponse, UnreadablePostError
<% else %>
from django.http import HttpResponseNotAllowed, JsonResponse, UnreadablePostError
<% endif %>
from django.http.multipartparser import MultiPartParserError
<% if pages %>
from django.template.loader import render_to_string
<% endif %>

MESSAGES = {
    400: "The request could not be understood.",
<% if contract.auth %>
    401: "Sign in first.",
<% endif %>
    403: "This is not allowed.",
    404: "There is nothing at this address.",
    405: "This address does not support that method.",
    413: "The request is too large.",
    500: "Something went wrong on the server.",
    503: "The database is busy. Please try again in a moment.",
}

# What Django raises for requests that make no sense.
UNREADABLE = (BadRequest, MultiPartParserError, SuspiciousOperation, UnreadablePostError)


class ApiError(Exception):
    """A refusal with its status, a sentence for people and what is wrong with which field."""

    def __init__(self, status, message=None, fields=None, headers=None):
        super().__init__(message)
        self.status = status
        self.message = message or MESSAGES[status]
        self.fields = fields or {}
        self.headers = headers or {}


class Invalid(ApiError):
    """A refusal of values: status 422."""

    def __init__(self, fields):
        super().__init__(422, "Some values are not valid.", fields)


class ErrorMiddleware:
    """Gives errors their shape."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return answer(request, ApiError(405, headers={"Allow": response["Allow"]}))
        return response

    def process_exception(self, request, error):
        """Answer for what a view raised; None leaves it to Django, which logs it as a failure."""
        if isinstance(error, ApiError):
            return answer(request, error)
        if isinstance(error, RequestDataTooBig):
            return answer(request, ApiError(413))
        if isinstance(error, UNREADABLE):
            return answer(request, ApiError(400))
        if isinstance(error, OperationalError) and "locked" in str(error):
            return answer(request, ApiError(503))
        return None


def answer(request, error):
    """Return the response for an error."""
<% if pages %>
    if request.path.startswith("/api/"):
        body = {"error": error.message, "fields": error.fields}
        return JsonResponse(body, status=error.status, headers=error.headers)
    page = render_to_string("error.html", {"status": error.status, "message": error.message})
    return HttpResponse(page, status=error.status, headers=error.headers)
<% else %>
    body = {"error": error.message, "fields": error.fields}
    return JsonResponse(body, status=error.status, headers=error.headers)
<% endif %>


def bad_request(request, exception):
    """Answer for a request that Django itself refuses."""
    return answer(request, ApiError(400))


def forbidden(request, exception):
    """Answer for what is not allowed."""
    return answer(request, ApiError(403))


def not_found(request, exception):
    """Answer for an address that nothing serves."""
<% if contract.auth %>
    if request.path.startswith("/api/") and not request.user.is_authenticated:
        return answer(request, ApiError(401))
<% endif %>
    return answer(request, ApiError(404))


def failure(request):
    """Answer for a failure; it says nothing of the inside."""
    return answer(request, ApiError(500))
