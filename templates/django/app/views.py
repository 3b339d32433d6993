<% set admin = "admin" in contract.features %>
"""What every view of the JSON API shares: who may call it and how bodies are read."""

import json

<% if contract.auth %>
from django.middleware.csrf import CsrfViewMiddleware
<% endif %>
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
<% if contract.auth or admin %>
from django.views.decorators.csrf import csrf_exempt
<% endif %>

from .errors import ApiError
<% if contract.auth %>

WRITING = ("POST", "PUT", "PATCH", "DELETE")


class TokenCheck(CsrfViewMiddleware):
    """Django's check of tokens and origins, which here says what is wrong."""

    def _reject(self, request, reason):
        return reason
<% endif %>


<% if contract.auth %>
@method_decorator([csrf_exempt, never_cache], name="dispatch")
<% elif admin %>
# Sessions are the administration's alone. What is sent here must have a type that pages of other
# sites cannot send without being asked for leave, which nobody gives them.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
<% else %>
@method_decorator(never_cache, name="dispatch")
<% endif %>
class ApiView(View):
    """An address of the JSON API."""
<% if contract.auth %>

    def dispatch(self, request, *args, **kwargs):
        """Answer whom the address is for."""
        self.admit(request)
        return super().dispatch(request, *args, **kwargs)

    def admit(self, request):
        """Let in who is signed in, and writes that the application's own pages sent."""
        require_session(request)
        if request.method in WRITING:
            require_token(request)


def require_session(request):
    """Refuse a request of somebody who is not signed in."""
    if not request.user.is_authenticated:
        raise ApiError(401)


def require_token(request):
    """Refuse a write without the session's token, which pages of other sites cannot know."""
    check = TokenCheck(lambda request: None)
    check.process_request(request)
    if check.process_view(request, None, (), {}):
        raise ApiError(403, "The header X-CSRF-Token is missing or wrong. Load the page again.")
<% endif %>


def json_body(request):
    """Return the JSON object that the client sent."""
    if request.content_type != "application/json":
        raise ApiError(415, "Send JSON with the header Content-Type: application/json.")
    try:
        body = json.loads(request.body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise ApiError(400, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise ApiError(400, "The body must be a JSON object.")
    return body


def _refuse_constant(name):
    raise ValueError(f"{name} is not JSON")
