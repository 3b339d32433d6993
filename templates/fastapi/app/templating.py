"""How pages are drawn."""

from pathlib import Path

from fastapi import Request
from fastapi.templating import Jinja2Templates

from .settings import TITLE


def _common(request: Request) -> dict:
    """Return what every page shows."""
<% if contract.auth %>
    account = getattr(request.state, "account", None)
    return {
        "app_title": TITLE,
        "user": {"id": account.id, "name": account.name} if account else None,
        "csrf_token_value": account.csrf_token if account else "",
    }
<% else %>
    return {"app_title": TITLE}
<% endif %>


templates = Jinja2Templates(
    directory=Path(__file__).parent / "templates", context_processors=[_common]
)
