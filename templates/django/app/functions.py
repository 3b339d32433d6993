"""SQL that SQLite lacks."""

from django.db import models
from django.db.backends.signals import connection_created


@models.CharField.register_lookup
@models.TextField.register_lookup
class Fold(models.Transform):
    """Text without the difference between capitals and small letters.

    SQLite folds the case of ASCII letters only; a search should find "Émile" by "émile" too.
    """

    lookup_name = "fold"
    function = "fold"


def fold(text):
    """Return text with its case folded; what is no text stays as it is."""
    return text.casefold() if isinstance(text, str) else text


def prepare(connection, **_):
    """Give a new connection the function."""
    connection.connection.create_function("fold", 1, fold, deterministic=True)


connection_created.connect(prepare, dispatch_uid="fold")
