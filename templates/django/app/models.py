<% from "django/model.jinja" import arguments, attr, call, constraints, has_users, kind, names, own, own_arguments, tag_class %>
<% from "web/python.jinja" import import_names %>
<% from "web/shared.jinja" import kinds as type_words, cap %>
<% set kinds = type_words(contract) | split %>
<% set users = has_users(contract) | length > 0 %>
<% set admin = "admin" in contract.features %>
<% set ns = namespace(validators=[], datetime=false, decimal=false, columns=false) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.type in ["integer", "number", "money"] and field.min is not none %><% set ns.validators = ns.validators + ["MinValueValidator"] %><% endif %>
<% if field.type in ["integer", "number", "money"] and field.max is not none %><% set ns.validators = ns.validators + ["MaxValueValidator"] %><% endif %>
<% if field.type in ["date", "time", "datetime"] and field.default is not none %><% set ns.datetime = true %><% endif %>
<% if field.type == "money" and (field.default is not none or field.min is not none or field.max is not none) %><% set ns.decimal = true %><% endif %>
<% if field.type in ["money", "url", "phone"] %><% set ns.columns = true %><% endif %>
<% endfor %>
<% endfor %>
"""What the application stores. The rules of each field stand here and nowhere else."""

<% if ns.datetime %>
import datetime
<% endif %>
<% if ns.decimal %>
from decimal import Decimal
<% endif %>
<% if ns.datetime or ns.decimal %>

<% endif %>
<% if users %>
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager<< ", PermissionsMixin" if admin else "" >>
<% endif %>
<% if ns.validators %>
from django.core.validators import << ns.validators | unique | sort | join(", ") >>
<% endif %>
from django.db import models
<% if ns.columns %>

from . import columns
<% endif %>
<% if users %>


class UserManager(BaseUserManager):
    """Makes accounts."""

    def create_user(self, name, password, **fields):
        """Add an account; the password is stored as a hash."""
        user = self.model(name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user
<% if admin %>

    def create_superuser(self, name, password):
        """Add an account that may do everything in the administration."""
        return self.create_user(name, password, is_staff=True, is_superuser=True)
<% endif %>


class User(AbstractBaseUser<< ", PermissionsMixin" if admin else "" >>):
    """An account. Its name is the same in capitals and in small letters."""

    name = models.CharField(max_length=40, unique=True, db_collation="NOCASE")
<% if admin %>
    is_staff = models.BooleanField("may enter the administration", default=False)
<% endif %>
    created_at = models.DateTimeField(auto_now_add=True)
    last_login = None

    objects = UserManager()

    USERNAME_FIELD = "name"

    class Meta:
        db_table = "users"

    def __str__(self):
        return self.name
<% if contract.auth %>


class LoginAttempt(models.Model):
    """A failed attempt to sign in; too many of them close the door for a while."""

    name = models.CharField(max_length=40, db_collation="NOCASE")
    address = models.CharField(max_length=45)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "login_attempts"
        indexes = [
            models.Index(fields=["name", "address", "at"], name="login_attempts_name"),
        ]

    def __str__(self):
        return f"{self.name} from {self.address}"
<% endif %>
<% endif %>
<% for entity in contract.entities %>
<% set rules = constraints(contract, entity, "            ") %>


class << entity.class >>(models.Model):
    """<< cap(entity.article) >> << entity.label >>."""

<% if contract.auth %>
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
<% endif %>
<% for field in entity.fields if field.type != "tags" %>
<< call("    ", attr(field) ~ " = " ~ kind(contract, field), arguments(contract, entity, field, ""), "") >>
<% endfor %>
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
<% for line in names(entity) | split("\n") %>
        << line >>
<% endfor %>
<% if rules | length > 0 %>
        constraints = [
<< rules | trim("\n") >>
        ]
<% endif %>

    def __str__(self):
<% for field in entity.fields if field.name == entity.title_field %>
<% if field.type == "money" %>
<% set text = 'f"{self.' ~ attr(field) ~ ':.2f}"' %>
<% elif field.type in ["string", "text", "email", "url", "phone", "choice"] %>
<% set text = "self." ~ attr(field) %>
<% else %>
<% set text = "str(self." ~ attr(field) ~ ")" %>
<% endif %>
<% if field.required or field.type == "boolean" %>
        return << text >>
<% else %>
        if self.<< attr(field) >> is None:
            return f"<< cap(entity.label) >> {self.pk}"
        return << text >>
<% endif %>
<% endfor %>
<% for field in entity.fields if field.type == "tags" %>


class << tag_class(contract, entity, field) >>(models.Model):
    """A tag of << entity.article >> << entity.label >>; capitals make no difference."""

<< call("    ", own(entity) ~ " = models.ForeignKey", own_arguments(entity, field, entity.class), "") >>
    name = models.CharField(max_length=40, db_collation="NOCASE", db_index=True)

    class Meta:
<% if field.join.table | length > 78 %>
        db_table = (
            "<< field.join.table >>"
        )
<% else %>
        db_table = "<< field.join.table >>"
<% endif %>
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(name=""),
                name="<< field.join.table >>__not_blank",
            ),
            models.UniqueConstraint(
                fields=["<< own(entity) >>", "name"],
                name="<< field.join.table >>__unique",
            ),
        ]

    def __str__(self):
        return self.name
<% endfor %>
<% endfor %>
