<% from "fastapi/parts.jinja" import docs_path %>
<% set pages = contract.kind != "api" %>
<% set dashboard = contract.dashboard is not none %>
<% set modules = ["accounts" if contract.auth else "", "dashboard" if dashboard else "", "database", "errors", "pages" if pages else ""] | select | list %>
"""The application factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

from . import << modules | join(", ") >>
from .headers import Envelope
from .routers import ROUTERS
from .settings import TITLE, Settings

STATIC = Path(__file__).parent / "static"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Bring the database up to date before the first request, and keep it open."""
    database.migrate(app.state.settings.database)
    with database.kept_open(app.state.settings.database):
        yield


def create_app(settings: Settings | None = None) -> FastAPI:
    """Build the application; without settings they come from the environment."""
    app = FastAPI(
        title=TITLE,
        version="1.0.0",
        lifespan=lifespan,
        # The reader of FastAPI comes from another host; the one below does not.
        docs_url=None,
        redoc_url=None,
        # An address has one form only.
        redirect_slashes=False,
    )
    app.state.settings = settings or Settings.from_environment()
    errors.install(app)
<% if contract.auth %>
    app.add_middleware(accounts.Gate)
<% endif %>
    app.add_middleware(Envelope)
<% if contract.auth %>
    app.include_router(accounts.router)
<% endif %>
    for router in ROUTERS:
        app.include_router(router)
<% if dashboard %>
    app.include_router(dashboard.router)
<% endif %>
<% if pages %>
    app.include_router(pages.router)
<% endif %>
    app.mount("/static", StaticFiles(directory=STATIC))

    @app.get("<< docs_path(contract) >>", include_in_schema=False)
    def docs() -> FileResponse:
        """Show the description of the API."""
        return FileResponse(STATIC / "docs" / "index.html")

    return app
