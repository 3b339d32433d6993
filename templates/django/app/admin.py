<% from "django/model.jinja" import attr, tag_class %>
<% from "web/python.jinja" import import_names, texts, wrap %>
<% set ns = namespace(names=["User"]) %>
<% for entity in contract.entities %>
<% set ns.names = ns.names + [entity.class] %>
<% for field in entity.fields if field.type == "tags" %><% set ns.names = ns.names + [tag_class(contract, entity, field)] %><% endfor %>
<% endfor %>
"""The administration at /admin/, for accounts that `manage.py createsuperuser` makes."""

from django.contrib import admin

<< import_names(".models", ns.names | sort) >>

admin.site.site_header = admin.site.site_title = << contract.app.title | py | replace('\\"', "\\x22") >>


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """Accounts: who they are and what they may do. Passwords are not shown."""

    list_display = ("name", "is_staff", "created_at")
    search_fields = ("name",)
    exclude = ("password",)
    readonly_fields = ("created_at",)
    filter_horizontal = ("groups", "user_permissions")

    def has_add_permission(self, request):
        """Leave making accounts to the commands and pages that set passwords."""
        return False
<% if contract.auth %>


class OwnedAdmin(admin.ModelAdmin):
    """Rows that belong to accounts."""

    def get_changeform_initial_data(self, request):
        """Make a new row the account's that is signed in, unless another one is chosen."""
        return {"owner": request.user.pk, **super().get_changeform_initial_data(request)}
<% endif %>
<% for entity in contract.entities %>
<% for field in entity.fields if field.type == "tags" %>


<< wrap("", "class " ~ tag_class(contract, entity, field) ~ "Inline(", ["admin.TabularInline"], "):") | replace("admin.TabularInline,", "admin.TabularInline") >>
    """The << field.label | lower >> of << entity.article >> << entity.label >>."""

    model = << tag_class(contract, entity, field) >>
    extra = 1
<% endfor %>


@admin.register(<< entity.class >>)
class << entity.class >>Admin(<< "OwnedAdmin" if contract.auth else "admin.ModelAdmin" >>):
    """<< entity.label_plural | title >>."""

<% set shown = entity.fields | rejectattr("type", "in", ["text", "tags", "many"]) | list %>
<% set columns = namespace(list=["__str__"]) %>
<% for field in shown if field.name != entity.title_field and columns.list | length < 5 %><% set columns.list = columns.list + [attr(field)] %><% endfor %>
<< texts("    ", "list_display = ", columns.list + (["owner"] if contract.auth else []) + ["updated_at"], "") >>
<% set filters = namespace(list=[]) %>
<% for field in entity.fields if field.type in ["boolean", "choice"] %><% set filters.list = filters.list + [attr(field)] %><% endfor %>
<% if filters.list %>
<< texts("    ", "list_filter = ", filters.list, "") >>
<% endif %>
<% set searched = namespace(list=[]) %>
<% for field in entity.fields if field.name in entity.searchable %><% set searched.list = searched.list + [attr(field)] %><% endfor %>
<% if searched.list %>
<< texts("    ", "search_fields = ", searched.list, "") >>
<% endif %>
<% set many = namespace(list=[]) %>
<% for field in entity.fields if field.type == "many" %><% set many.list = many.list + [attr(field)] %><% endfor %>
<% if many.list %>
<< texts("    ", "filter_horizontal = ", many.list, "") >>
<% endif %>
    date_hierarchy = "created_at"
<% set inlines = namespace(list=[]) %>
<% for field in entity.fields if field.type == "tags" %><% set inlines.list = inlines.list + [tag_class(contract, entity, field) ~ "Inline"] %><% endfor %>
<% if inlines.list %>
    inlines = (<< inlines.list | join(", ") >>,)
<% endif %>
<% endfor %>
