"""How pages are drawn."""

from pathlib import Path
<% if contract.auth %>

from fastapi import Request
<% else %>

<% endif %>
from fastapi.templating import Jinja2Templates
<% if contract.auth %>


def _common(request: Request) -> dict:
    """Return what every page shows of who is signed in."""
    account = getattr(request.state, "account", None)
    return {
        "user": {"id": account.id, "name": account.name} if account else None,
        "csrf_token_value": account.csrf_token if account else "",
    }


<% else %>

<% endif %>
<% if contract.auth %>
templates = Jinja2Templates(
    directory=Path(__file__).parent / "templates", context_processors=[_common]
)
<% else %>
templates = Jinja2Templates(directory=Path(__file__).parent / "templates")
<% endif %>
