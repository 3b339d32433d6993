<% from "django/model.jinja" import arguments, attr, call, constraints, has_users, kind, names, own, own_arguments, tag_class %>
<% from "web/python.jinja" import entry %>
<% set users = has_users(contract) | length > 0 %>
<% set admin = "admin" in contract.features %>
<% set ns = namespace(validators=[], datetime=false, decimal=false, columns=false, made=[]) %>
<% for entity in contract.entities %>
<% for field in entity.fields %>
<% if field.type in ["integer", "number", "money"] and field.min is not none %><% set ns.validators = ns.validators + ["MinValueValidator"] %><% endif %>
<% if field.type in ["integer", "number", "money"] and field.max is not none %><% set ns.validators = ns.validators + ["MaxValueValidator"] %><% endif %>
<% if field.type in ["date", "time", "datetime"] and field.default is not none %><% set ns.datetime = true %><% endif %>
<% if field.type == "money" and (field.default is not none or field.min is not none or field.max is not none) %><% set ns.decimal = true %><% endif %>
<% if field.type in ["money", "url", "phone"] %><% set ns.columns = true %><% endif %>
<% endfor %>
<% endfor %>
<% macro id() -%>
<< "                " >>(
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
<%- endmacro %>
"""The first version of the database. Change the models, then run `manage.py makemigrations`."""

<% if ns.datetime %>
import datetime
<% endif %>
<% if ns.decimal %>
from decimal import Decimal
<% endif %>
<% if ns.datetime or ns.decimal %>

<% endif %>
<% if contract.auth %>
from django.conf import settings
<% endif %>
<% if ns.validators %>
from django.core.validators import << ns.validators | unique | sort | join(", ") >>
<% endif %>
from django.db import migrations, models
<% if ns.columns %>

from app import columns
<% endif %>


class Migration(migrations.Migration):
    """Makes the tables."""

    initial = True

<% if admin %>
    dependencies = [("auth", "0012_alter_user_first_name_max_length")]
<% else %>
    dependencies = []
<% endif %>

    operations = [
<% if users %>
        migrations.CreateModel(
            name="User",
            fields=[
<< id() >>
                ("password", models.CharField(max_length=128, verbose_name="password")),
<% if admin %>
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text=(
                            "Designates that this user has all permissions without explicitly "
                            "assigning them."
                        ),
                        verbose_name="superuser status",
                    ),
                ),
<% endif %>
                (
                    "name",
                    models.CharField(db_collation="NOCASE", max_length=40, unique=True),
                ),
<% if admin %>
                (
                    "is_staff",
                    models.BooleanField(default=False, verbose_name="may enter the administration"),
                ),
<% endif %>
                ("created_at", models.DateTimeField(auto_now_add=True)),
<% if admin %>
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text=(
                            "The groups this user belongs to. A user will get all permissions "
                            "granted to each of their groups."
                        ),
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
<% endif %>
            ],
            options={"db_table": "users"},
        ),
<% if contract.auth %>
        migrations.CreateModel(
            name="LoginAttempt",
            fields=[
<< id() >>
                ("name", models.CharField(db_collation="NOCASE", max_length=40)),
                ("address", models.CharField(max_length=45)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "login_attempts",
                "indexes": [
                    models.Index(fields=["name", "address", "at"], name="login_attempts_name"),
                ],
            },
        ),
<% endif %>
<% endif %>
<% for entity in contract.entities %>
<% set ns.made = ns.made + [entity.name] %>
<% set rules = constraints(contract, entity, "                    ") %>
        migrations.CreateModel(
            name="<< entity.class >>",
            fields=[
<< id() >>
<% if contract.auth %>
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=models.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
<% endif %>
<% for field in entity.fields if field.type != "tags" and (not field.references or field.references.entity in ns.made) %>
<% set one = call("                ", '("' ~ attr(field) ~ '", ' ~ kind(contract, field), arguments(contract, entity, field, "app."), "),") %>
<% if "\n" in one %>
                (
                    "<< attr(field) >>",
<< call("                    ", kind(contract, field), arguments(contract, entity, field, "app."), ",") >>
                ),
<% else %>
<< one >>
<% endif %>
<% endfor %>
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
<% for line in names(entity) | split("\n") %>
                "<< line | replace(" = ", '": ') >>,
<% endfor %>
<% if rules | length > 0 %>
                "constraints": [
<< rules | trim("\n") >>
                ],
<% endif %>
            },
        ),
<% for field in entity.fields if field.type == "tags" %>
        migrations.CreateModel(
            name="<< tag_class(contract, entity, field) >>",
            fields=[
<< id() >>
                (
                    "<< own(entity) >>",
<< call("                    ", "models.ForeignKey", own_arguments(entity, field, '"app.' ~ entity.class ~ '"'), ",") >>
                ),
                ("name", models.CharField(db_collation="NOCASE", db_index=True, max_length=40)),
            ],
            options={
<< entry("                ", "db_table", '"' ~ field.join.table ~ '"') >>
                "constraints": [
                    models.CheckConstraint(
                        condition=~models.Q(name=""),
                        name="<< field.join.table >>__not_blank",
                    ),
                    models.UniqueConstraint(
                        fields=["<< own(entity) >>", "name"],
                        name="<< field.join.table >>__unique",
                    ),
                ],
            },
        ),
<% endfor %>
<% endfor %>
<# References to tables that are made later. #>
<% set ns.made = [] %>
<% for entity in contract.entities %>
<% set ns.made = ns.made + [entity.name] %>
<% for field in entity.fields if field.references and field.references.entity not in ns.made %>
        migrations.AddField(
            model_name="<< entity.class | lower >>",
            name="<< attr(field) >>",
<< call("            ", "field=" ~ kind(contract, field), arguments(contract, entity, field, "app."), ",") >>
        ),
<% endfor %>
<% endfor %>
    ]
