<% from "web/python.jinja" import import_names, wrap %>
<% from "web/shared.jinja" import has_detail, list_path %>
<% set pages = contract.kind == "web" %>
<% set multi = contract.entities | length > 1 %>
<% set csv = "csv" in contract.features %>
<% set admin = "admin" in contract.features %>
<% set dashboard = "dashboard" in contract.features %>
"""The addresses of the application."""

<% if admin %>
from django.contrib import admin
<% endif %>
from django.urls import path
<% if admin and pages %>
from django.views.generic import RedirectView
<% endif %>

<% set modules = (["pages"] if pages else []) %>
<% if modules %>
from app import pages
<% endif %>
<% if contract.auth %>
from app.accounts import AccountList, CurrentSession
<% endif %>
<% for entity in contract.entities | sort(attribute="plural") %>
<% set classes = [entity.class ~ "Detail"] + ([entity.class ~ "Export", entity.class ~ "Import"] if csv else []) + [entity.class ~ "List"] %>
<% set ns = namespace(classes=classes) %>
<% for field in entity.fields if field.type == "tags" %><% set ns.classes = ns.classes + [entity.class ~ (field.name | pascal) ~ "InUse"] %><% endfor %>
<< import_names("app.api." ~ entity.plural, ns.classes | sort) >>
<% endfor %>
<% if dashboard %>
from app.dashboard import Dashboard
<% endif %>

urlpatterns = [
<% if pages %>
<% if multi %>
    path("", pages.home),
<% endif %>
<% if dashboard %>
    path("dashboard", pages.dashboard),
<% endif %>
<% if contract.auth %>
    path("sign-in", pages.sign_in),
    path("sign-up", pages.sign_up),
<% endif %>
<% for entity in contract.entities %>
<< wrap("    ", "path(", ['"' ~ (entity.slug if multi else "") ~ '"', "pages." ~ entity.plural ~ "_list"], "),") >>
<% if has_detail(contract, entity) %>
<< wrap("    ", "path(", ['"' ~ entity.slug ~ '/<int:id>"', "pages." ~ entity.plural ~ "_detail"], "),") >>
<% endif %>
<% endfor %>
<% endif %>
<% if contract.auth %>
    path("api/accounts", AccountList.as_view()),
    path("api/session", CurrentSession.as_view()),
<% endif %>
<% if dashboard %>
    path("api/dashboard", Dashboard.as_view()),
<% endif %>
<% for entity in contract.entities %>
<< wrap("    ", "path(", ['"api/' ~ entity.slug ~ '"', entity.class ~ "List.as_view()"], "),") >>
<< wrap("    ", "path(", ['"api/' ~ entity.slug ~ '/<int:id>"', entity.class ~ "Detail.as_view()"], "),") >>
<% for field in entity.fields if field.type == "tags" %>
<< wrap("    ", "path(", ['"api/' ~ entity.slug ~ "/" ~ (field.name | kebab) ~ '"', entity.class ~ (field.name | pascal) ~ "InUse.as_view()"], "),") >>
<% endfor %>
<% if csv %>
<< wrap("    ", "path(", ['"api/' ~ entity.slug ~ '.csv"', entity.class ~ "Export.as_view()"], "),") >>
<< wrap("    ", "path(", ['"api/' ~ entity.slug ~ '/import"', entity.class ~ "Import.as_view()"], "),") >>
<% endif %>
<% endfor %>
<% if admin %>
    path("admin/", admin.site.urls),
<% if pages %>
    # Pages of the administration name no icon, so browsers ask for the usual one.
    path("favicon.ico", RedirectView.as_view(url="/static/favicon.svg")),
<% endif %>
<% endif %>
]

handler400 = "app.errors.bad_request"
handler403 = "app.errors.forbidden"
handler404 = "app.errors.not_found"
handler500 = "app.errors.failure"
