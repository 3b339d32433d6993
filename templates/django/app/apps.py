"""The Django application."""

from django.apps import AppConfig


class Config(AppConfig):
    """Its settings within the project."""

    name = "app"
<% if "admin" in contract.features %>
    verbose_name = << contract.app.title | py | replace('\\"', "\\x22") >>
<% endif %>

    def ready(self):
        """Register what the ORM needs beyond Django's own functions."""
        from . import functions  # noqa: F401
