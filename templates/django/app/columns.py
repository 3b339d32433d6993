<% from "web/shared.jinja" import kinds as type_words %>
<% set kinds = type_words(contract) | split %>
"""What columns hold beyond Django's own kinds."""

<% if "phone" in kinds or "url" in kinds %>
import re
<% endif %>
<% if "money" in kinds %>
from decimal import Decimal
<% endif %>
<% if "url" in kinds %>
from urllib.parse import urlsplit
<% endif %>

<% if "money" in kinds %>
from django import forms
<% endif %>
<% if "phone" in kinds or "url" in kinds %>
from django.core.exceptions import ValidationError
<% endif %>
<% if "money" in kinds %>
from django.db import models
<% endif %>
<% if "money" in kinds %>


class MoneyField(models.BigIntegerField):
    """An amount with two decimals, stored as a whole number of cents so that sums are exact."""

    description = "Amount"

    def from_db_value(self, value, expression, connection):
        """Return the amount for what is stored."""
        return None if value is None else Decimal(value).scaleb(-2)

    def get_prep_value(self, value):
        """Return the cents of an amount."""
        value = self.to_python(value)
        return None if value is None else int(value.scaleb(2))

    def to_python(self, value):
        """Return an amount for a number or its text."""
        return None if value is None else models.DecimalField(decimal_places=2).to_python(value)

    def formfield(self, **kwargs):
        """Return a form field that takes two decimals."""
        return models.Field.formfield(
            self, **{"form_class": forms.DecimalField, "decimal_places": 2, **kwargs}
        )
<% endif %>
<% if "url" in kinds %>


def web_address(text):
    """Refuse what is no address of a web page."""
    try:
        parts = urlsplit(text)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid or re.search(r"\s", text):
        raise ValidationError("Enter a web address such as https://example.org.")
<% endif %>
<% if "phone" in kinds %>


def telephone_number(text):
    """Refuse what nobody could dial."""
    digits = sum(character.isdigit() for character in text)
    if not re.fullmatch(r"\+?[0-9 ()./-]+", text) or digits < 3:
        raise ValidationError("Enter a telephone number such as +44 20 7946 0018.")
<% endif %>
