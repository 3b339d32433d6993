"""The application factory."""

import os
from pathlib import Path

from flask import Flask

from . import db, errors, web
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
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(
        DATABASE=os.environ.get("DATABASE")
        or os.path.join(app.instance_path, "<< contract.app.name >>.sqlite3"),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
    )
    app.config.from_mapping(test_config or {})
    app.json.sort_keys = False

    Path(app.config["DATABASE"]).parent.mkdir(parents=True, exist_ok=True)
    db.migrate(app.config["DATABASE"])
    app.teardown_appcontext(db.close)

    errors.register(app)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    app.register_blueprint(web.bp)

    @app.after_request
    def add_security_headers(response):
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
