<% set pages = contract.kind == "web" %>
<% set modules = (["dashboard"] if contract.dashboard else []) + ["db", "errors"] + (["gate"] if contract.auth else []) + (["web"] if pages else []) %>
"""The application factory."""

import os
from pathlib import Path

from flask import Flask<< ", request" if contract.auth and pages else "" >>
<% if contract.auth %>
from werkzeug.middleware.proxy_fix import ProxyFix
<% endif %>

from . import << modules | join(", ") >>
from .api import blueprints

MAX_BODY_BYTES = 1024 * 1024

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'; object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def create_app(test_config=None):
    """Build the application; `test_config` overrides the settings from the environment."""
    app = Flask(__name__, << "instance_relative_config=True" if contract.kind == "web" else "static_folder=None, instance_relative_config=True" >>)
    app.config.from_mapping(
<% set line = 'DATABASE=os.environ.get("DATABASE") or os.path.join(app.instance_path, "' ~ contract.app.name ~ '.sqlite3"),' %>
<% if line | length <= 92 %>
        << line >>
<% else %>
        DATABASE=os.environ.get("DATABASE")
        or os.path.join(app.instance_path, "<< contract.app.name >>.sqlite3"),
<% endif %>
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
<% if contract.auth %>
        PROXIES=int(os.environ.get("PROXIES") or 0),
<% endif %>
    )
    app.config.from_mapping(test_config or {})
    app.json.sort_keys = False

    Path(app.config["DATABASE"]).parent.mkdir(parents=True, exist_ok=True)
    db.migrate(app.config["DATABASE"])
    app.teardown_appcontext(db.close)

    errors.register(app)
<% if contract.auth %>
    app.register_blueprint(gate.bp)
<% endif %>
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
<% if contract.dashboard %>
    app.register_blueprint(dashboard.bp)
<% endif %>
<% if pages %>
    app.register_blueprint(web.bp)
<% endif %>
<% if contract.auth %>
    # The address of a client and whether it uses https are known to the proxy alone.
    proxies = app.config["PROXIES"]
    app.wsgi_app = ProxyFix(app.wsgi_app, proxies, proxies, x_host=proxies)
<% endif %>

    @app.after_request
    def add_security_headers(response):
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
<% if contract.auth and pages %>
        # What one account saw must not be shown to the next one by way of a cache.
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
<% elif contract.auth %>
        # What one account saw must not be shown to the next one by way of a cache.
        response.headers["Cache-Control"] = "no-store"
<% endif %>
        return response

    return app
