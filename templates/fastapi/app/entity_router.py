<% from "web/python.jinja" import import_names %>
<% from "fastapi/parts.jinja" import fit %>
<% from "web/shared.jinja" import cap %>
<% set auth = contract.auth %>
<% set name = entity.class %>
<% set url = "/api/" ~ entity.slug %>
<% set deps = ["db: Database", "user: CurrentUser"] if auth else ["db: Database"] %>
<% set who = "db" ~ (", user.id" if auth else "") %>
<% set tags = entity.fields | selectattr("type", "equalto", "tags") | list %>
<% set csv = "csv" in contract.features %>
"""The JSON API under << url >>."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

<% if auth %>
from ..accounts import CurrentUser
<% endif %>
<% if csv %>
from ..csv_files import CSV_BODY, Added, CsvResponse, CsvText, export_rows, import_rows
<% endif %>
from ..database import Database
from ..errors import RESPONSES
from ..fields import RowId<< ", TagList" if tags else "" >>
<% set models = [name ~ "Create", name ~ "Page", name ~ "Query", name ~ "Row", name ~ "Update"] %>
<< import_names("..models." ~ entity.plural, models + ["table"]) >>
from ..requests import JsonRoute

<< fit("", "router = APIRouter(", ["tags=[" ~ (cap(entity.label_plural) | py) ~ "]", "route_class=JsonRoute", "responses=RESPONSES"], ")") >>


<< fit("", "@router.get(", ['"' ~ url ~ '"', "response_model=" ~ name ~ "Page"], ")") >>
<< fit("", "def " ~ "list_" ~ entity.plural ~ "(", deps + ["query: Annotated[" ~ name ~ "Query, Query()]"], ") -> dict:") >>
    """List << entity.label_plural >>, page by page."""
    return table.page(<< who >>, query.model_dump(by_alias=True))


<< fit("", "@router.post(", ['"' ~ url ~ '"', "status_code=201", "response_model=" ~ name ~ "Row"], ")") >>
<< fit("", "def " ~ "create_" ~ entity.name ~ "(", deps + ["body: " ~ name ~ "Create", "response: Response"], ") -> dict:") >>
    """Add << entity.article >> << entity.label >>."""
    row = table.create(<< who >>, body.model_dump(by_alias=True))
    response.headers["Location"] = f"<< url >>/{row['id']}"
    return row
<% for field in tags %>


<< fit("", "@router.get(", ['"' ~ url ~ "/" ~ (field.name | kebab) ~ '"', "response_model=TagList"], ")") >>
<< fit("", "def " ~ "list_" ~ entity.name ~ "_" ~ field.name ~ "(", deps, ") -> dict:") >>
    """List the << field.label | lower >> in use."""
    return {"items": table.names(<< who >>, "<< field.name >>")}
<% endfor %>
<% if csv %>


@router.get("<< url >>.csv", response_class=CsvResponse)
<< fit("", "def " ~ "export_" ~ entity.plural ~ "(", deps + ["query: Annotated[" ~ name ~ "Query, Query()]"], ") -> CsvResponse:") >>
    """Download << entity.label_plural >> as CSV, with the same filters as the list."""
    rows = table.every(<< who >>, query.model_dump(by_alias=True))
    return export_rows(table, << name >>Create, rows)


<< fit("", "@router.post(", ['"' ~ url ~ '/import"', "status_code=201", "response_model=Added", "openapi_extra=CSV_BODY"], ")") >>
<< fit("", "def " ~ "import_" ~ entity.plural ~ "(", deps + ["text: CsvText"], ") -> dict:") >>
    """Add << entity.label_plural >> from CSV: all rows or, where one is wrong, none."""
    return {"added": import_rows(table, << name >>Create, << who >>, text)}
<% endif %>


<< fit("", "@router.get(", ['"' ~ url ~ '/{id}"', "response_model=" ~ name ~ "Row"], ")") >>
<< fit("", "def " ~ "get_" ~ entity.name ~ "(", deps + ["id: RowId"], ") -> dict:") >>
    """Return << entity.article >> << entity.label >>."""
    return table.get(<< who >>, id)


<< fit("", "@router.put(", ['"' ~ url ~ '/{id}"', "response_model=" ~ name ~ "Row"], ")") >>
<< fit("", "def " ~ "replace_" ~ entity.name ~ "(", deps + ["id: RowId", "body: " ~ name ~ "Create"], ") -> dict:") >>
    """Write every field of << entity.article >> << entity.label >>."""
    return table.update(<< who >>, id, body.model_dump(by_alias=True))


<< fit("", "@router.patch(", ['"' ~ url ~ '/{id}"', "response_model=" ~ name ~ "Row"], ")") >>
<< fit("", "def " ~ "update_" ~ entity.name ~ "(", deps + ["id: RowId", "body: " ~ name ~ "Update"], ") -> dict:") >>
    """Write the fields that the body names."""
    return table.update(<< who >>, id, body.model_dump(by_alias=True, exclude_unset=True))


@router.delete("<< url >>/{id}", status_code=204)
<< fit("", "def " ~ "delete_" ~ entity.name ~ "(", deps + ["id: RowId"], ") -> None:") >>
    """Delete << entity.article >> << entity.label >>."""
    table.delete(<< who >>, id)
