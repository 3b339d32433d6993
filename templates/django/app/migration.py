<% from "django/operations.jinja" import change_field, create_model, create_tags, id, imports %>
<% from "django/model.jinja" import has_users %>
<% set users = has_users(contract) | length > 0 %>
<% set admin = "admin" in contract.features %>
<% set ns = namespace(fields=[], made=[]) %>
<% for entity in contract.entities %><% set ns.fields = ns.fields + entity.fields %><% endfor %>
"""The first version of the database. Change the models, then run `manage.py makemigrations`."""

<< imports(contract, contract.entities, ns.fields) | trim >>


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
<< create_model(contract, entity, ns.made) ->>
<% for field in entity.fields if field.type == "tags" %>
<< create_tags(contract, entity, field) ->>
<% endfor %>
<% endfor %>
<# References to tables that are made later. #>
<% set ns.made = [] %>
<% for entity in contract.entities %>
<% set ns.made = ns.made + [entity.name] %>
<% for field in entity.fields if field.references and field.references.entity not in ns.made %>
<< change_field(contract, entity, field, "AddField") ->>
<% endfor %>
<% endfor %>
    ]
