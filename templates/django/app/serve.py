"""Prepare the database and start the development server: `python manage.py serve`."""

import os
import sys

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.servers.basehttp import run
from django.core.wsgi import get_wsgi_application

DEFAULT_PORT = 8000


class Command(BaseCommand):
    """Serve on this machine only, on `PORT` or the default port."""

    help = "Applies the migrations and serves on 127.0.0.1, on PORT or 8000."

    def handle(self, *args, **options):
        """Do it, until Ctrl-C."""
        text = os.environ.get("PORT") or str(DEFAULT_PORT)
        if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
            raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}.")
        call_command("migrate", verbosity=0, interactive=False)
        try:
            run(
                "127.0.0.1",
                int(text),
                get_wsgi_application(),
                threading=True,
                on_bind=self.announce,
            )
        except OSError as error:
            raise CommandError(f"Port {text} cannot be used: {error.strerror}.") from error
        except KeyboardInterrupt:
            sys.exit()

    def announce(self, port):
        """Say where the application is."""
        print(f"Running on http://127.0.0.1:{port} (Press Ctrl-C to stop)", file=sys.stderr)
