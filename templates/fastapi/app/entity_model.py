<% from "fastapi/parts.jinja" import item %>
<% from "web/python.jinja" import import_names, texts, wrap %>
<% from "web/shared.jinja" import cap, count_name %>
<% set types = {"string": "Text", "text": "Text", "integer": "Integer", "number": "Number", "money": "Money", "boolean": "Flag", "date": "Date", "datetime": "DateTime", "time": "Time", "email": "Email", "url": "Url", "phone": "Phone", "ref": "Reference", "tags": "Tags", "many": "Links"} %>
<% set kinds = {"string": "text", "text": "text", "email": "text", "url": "text", "phone": "text", "boolean": "flag"} %>
<% set plain_out = {"integer": "int", "number": "float", "money": "float", "boolean": "bool", "ref": "int", "tags": "list[str]", "many": "list[int]"} %>
<# Names that models of Pydantic use themselves, and one that linters find hard to read: for clients only. #>
<% set taken = ["construct", "copy", "dict", "from_orm", "json", "l", "model_computed_fields", "model_config", "model_construct", "model_copy", "model_dump", "model_dump_json", "model_extra", "model_fields", "model_fields_set", "model_json_schema", "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate", "model_validate_json", "model_validate_strings", "parse_file", "parse_obj", "parse_raw", "schema", "schema_json", "update_forward_refs", "validate"] %>
<% macro own(name) %><< name >><< "_" if name in taken else "" >><% endmacro %>
<% set choices = entity.fields | selectattr("type", "equalto", "choice") | list %>
<# Of fields that must be given, the type is written once and used in two models. #>
<% macro is_twice(field) %><% if field.type != "choice" and field.required and field.default is none %>yes<% endif %><% endmacro %>
<% macro type_of(field) %><% if field.type == "choice" %><< field.name | pascal >>Value<% else %><< types[field.type] >><% endif %><% endmacro %>
<% macro options(field, default) %>
<% set args = namespace(list=[]) %>
<% if default != "" %><% set args.list = args.list + [default] %><% endif %>
<% if field.name in taken %><% set args.list = args.list + ['alias="' ~ field.name ~ '"'] %><% endif %>
<% set args.list = args.list + ["title=" ~ (field.label | py)] %>
<% if field.max_length is not none and field.type in ["string", "text", "email", "url", "phone"] %><% set args.list = args.list + ["max_length=" ~ field.max_length] %><% endif %>
<% if field.min is not none %><% set args.list = args.list + ["ge=" ~ (field.min | py)] %><% endif %>
<% if field.max is not none %><% set args.list = args.list + ["le=" ~ (field.max | py)] %><% endif %>
<% if field.required and field.type in ["tags", "many"] %><% set args.list = args.list + ["min_length=1"] %><% endif %>
<% if field.type not in ["choice", "boolean"] %><% set args.list = args.list + ["examples=[" ~ (field.example | py) ~ "]"] %><% endif %>
<< args.list | join("\x1f") >>
<%- endmacro %>
<% macro field_line(field, patch) %>
<% set must = field.required and field.default is none %>
<% if patch %>
    << own(field.name) >>: << field.name | pascal >><< "Value" if field.type == "choice" else "Field" >> | MISSING = << 'Field(MISSING, alias="' ~ field.name ~ '")' if field.name in taken else "MISSING" >>
<% elif is_twice(field) %>
    << own(field.name) >>: << field.name | pascal >>Field<< ' = Field(alias="' ~ field.name ~ '")' if field.name in taken else "" >>
<% else %>
<% set nullable = not field.required and field.type not in ["boolean", "tags", "many"] %>
<% set type = "Maybe[" ~ type_of(field) ~ "]" if nullable else type_of(field) %>
<% if must %><% set default = "" %>
<% elif field.default is not none %><% set default = field.default | py %>
<% elif field.type in ["tags", "many"] %><% set default = "default_factory=list" %>
<% elif field.type == "boolean" %><% set default = "False" %>
<% else %><% set default = "None" %>
<% endif %>
<< wrap("    ", own(field.name) ~ ": " ~ type ~ " = Field(", options(field, default) | trim | split("\x1f"), ")") >>
<% endif %>
<% endmacro %>
<% set imports = namespace(list=["Maybe", "Paging", "MAX_QUERY_LENGTH", "Text"]) %>
<% set ns = namespace(annotated=false, joins=false, counts=false, missing=false) %>
<% for field in entity.fields %>
<% if field.type != "choice" %><% set imports.list = imports.list + [types[field.type]] %><% endif %>
<% if is_twice(field) %><% set ns.annotated = true %><% endif %>
<% if field.required and field.default is none %><% set ns.missing = true %><% endif %>
<% if field.join %><% set ns.joins = true %><% endif %>
<% if field.name in entity.filterable %>
<% if field.type == "boolean" %><% set imports.list = imports.list + ["QueryFlag"] %><% endif %>
<% if field.type in ["ref", "many", "integer"] %><% set imports.list = imports.list + ["Whole"] %><% endif %>
<% if field.type == "tags" %><% set imports.list = imports.list + ["MAX_TAG_LENGTH"] %><% endif %>
<% endif %>
<% endfor %>
<% set name = entity.class %>
"""<< cap(entity.label_plural) >>: what is taken, what is given back, and how they are kept."""

from typing import << "Annotated, " if ns.annotated else "" >>Literal

from pydantic import << "MISSING, " if ns.missing else "" >>BaseModel, Field

<< import_names("..fields", (imports.list | select("startingwith", "MAX") | unique | sort) + (imports.list | reject("startingwith", "MAX") | unique | sort)) >>
<< import_names("..store", ["Column", "Join", "Table"] if ns.joins else ["Column", "Table"]) >>
<% for field in choices %>

<< wrap("", field.name | pascal ~ "Value = Literal[", field.values | map("py") | list, "]") >>
<% endfor %>
<% for field in entity.fields if is_twice(field) %>
<< "" if not loop.first else "" >>
<% set list = options(field, "") | trim | split("\x1f") | reject("startingwith", "alias=") | list %>
<% set line = field.name | pascal ~ "Field = Annotated[" ~ types[field.type] ~ ", Field(" ~ (list | join(", ")) ~ ")]" %>
<% if line | length <= 100 %>
<< line >>
<% else %>
<< field.name | pascal >>Field = Annotated[
    << types[field.type] >>,
    << item("    ", "Field(", list, ")") >>,
]
<% endif %>
<% endfor %>
<% set sorts = namespace(list=[]) %>
<% for column in entity.sortable %>
<% set sorts.list = sorts.list + [column | py, ("-" ~ column) | py] %>
<% endfor %>

<< wrap("", "Sort = Literal[", sorts.list, "]") >>


class << name >>Create(BaseModel):
    """<< cap(entity.article) >> << entity.label >> as it is added, or replaced as a whole."""

<% for field in entity.fields %>
<< field_line(field, false) ->>
<% endfor %>


class << name >>Update(<< name >>Create):
    """What to change of << entity.article >> << entity.label >>: what is not given stays as it is."""
<% if ns.missing %>

<% for field in entity.fields if field.required and field.default is none %>
<< field_line(field, true) ->>
<% endfor %>
<% endif %>


class << name >>Row(BaseModel):
    """<< cap(entity.article) >> << entity.label >> as it is stored."""

    id: int
<% for field in entity.fields %>
<% set alias = ' = Field(alias="' ~ field.name ~ '")' if field.name in taken else "" %>
<% set optional = not field.required and field.type not in ["boolean", "tags", "many"] %>
    << own(field.name) >>: << field.name | pascal ~ "Value" if field.type == "choice" else plain_out[field.type] | default("str") >><< " | None" if optional else "" >><< alias >>
<% if field.references %>
<% for target in contract.entities if target.name == field.references.entity %>
<% for title in target.fields if title.name == target.title_field %>
<% set type = {"integer": "int", "number": "float", "ref": "int", "boolean": "bool"}[title.type] | default("str") %>
<% set alias = ' = Field(alias="' ~ field.titles ~ '")' if field.titles in taken else "" %>
<% if field.type == "many" %>
    << own(field.titles) >>: list[<< type >><< " | None" if not title.required else "" >>]<< alias >>
<% else %>
    << own(field.titles) >>: << type >><< " | None" if optional or not title.required else "" >><< alias >>
<% endif %>
<% endfor %>
<% endfor %>
<% endif %>
<% endfor %>
<% for child in entity.children %>
    << count_name(entity, child) >>: int
<% endfor %>
    created_at: str
    updated_at: str


class << name >>Page(BaseModel):
    """A part of the list, and how many there are in all."""

    items: list[<< name >>Row]
    total: int
    limit: int
    offset: int
<% if entity.summed %>
    sums: dict[str, float]
<% endif %>


class << name >>Query(Paging):
    """What a list is searched for, filtered and sorted by."""

    q: Maybe[Text] = Field(None, max_length=MAX_QUERY_LENGTH)
    sort: Maybe[Sort] = None
<% for field in entity.fields if field.name in entity.filterable %>
<% set alias = 'alias="' ~ field.query ~ '"' if field.query in taken else "" %>
<% if field.type == "boolean" %><% set type = "QueryFlag" %>
<% elif field.type in ["ref", "many", "integer"] %><% set type = "Whole" %>
<% elif field.type == "choice" %><% set type = field.name | pascal ~ "Value" %>
<% else %><% set type = "Text" %>
<% endif %>
<% set args = ["None", alias, "max_length=MAX_TAG_LENGTH" if field.type == "tags" else ""] | select | list %>
    << own(field.query) >>: Maybe[<< type >>] = << "None" if args | length == 1 else "Field(" ~ (args | join(", ")) ~ ")" >>
<% endfor %>
<% set tag_fields = entity.fields | selectattr("type", "equalto", "tags") | list %>


table = Table(
    name="<< entity.table.name >>",
    slug="<< entity.slug >>",
    label=<< entity.label | py >>,
    title="<< entity.title_field >>",
    default_sort="<< entity.default_sort >>",
    columns={
<% for field in entity.fields if not field.join %>
<% set args = namespace(list=['"' ~ (kinds[field.type] | default(field.type)) ~ '"']) %>
<% if field.type == "choice" %>
<% set args.list = args.list + ["values=" ~ ("(" ~ (field.values | map("py") | join(", ")) ~ ("," if field.values | length == 1 else "") ~ ")")] %>
<% endif %>
<% if field.references %>
<% set args.list = args.list + ['table="' ~ field.references.plural ~ '"', 'title="' ~ field.references.title_field ~ '"'] %>
<% for target in contract.entities if target.name == field.references.entity %>
<% for title in target.fields if title.name == target.title_field and title.type == "money" %>
<% set args.list = args.list + ["title_is_money=True"] %>
<% endfor %>
<% endfor %>
<% endif %>
<% set line = '        "' ~ field.name ~ '": Column(' ~ (args.list | join(", ")) ~ ")," %>
<% if field.type == "choice" and line | length > 100 %>
        "<< field.name >>": Column(
            "choice",
            << item("            ", "values=(", field.values | map("py") | list, ")") >>,
        ),
<% else %>
<< wrap("        ", '"' ~ field.name ~ '": Column(', args.list, "),") >>
<% endif %>
<% endfor %>
    },
<% if entity.searchable %>
<< texts("    ", "searchable=", entity.searchable, ",") >>
<% endif %>
<% set plain = entity.fields | selectattr("name", "in", entity.filterable) | rejectattr("type", "in", ["tags", "many"]) | map(attribute="name") | list %>
<% if plain %>
<< texts("    ", "filterable=", plain, ",") >>
<% endif %>
<% if ns.joins %>
    joins={
<% for field in entity.fields if field.join %>
<% set args = namespace(list=['"' ~ field.join.table ~ '"', '"' ~ field.join.own ~ '"', '"' ~ field.join.other ~ '"']) %>
<% if field.references %>
<% set args.list = args.list + ['target="' ~ field.references.plural ~ '"', 'title="' ~ field.references.title_field ~ '"', 'titles="' ~ field.titles ~ '"'] %>
<% for target in contract.entities if target.name == field.references.entity %>
<% for title in target.fields if title.name == target.title_field and title.type == "money" %>
<% set args.list = args.list + ["title_is_money=True"] %>
<% endfor %>
<% endfor %>
<% endif %>
<< wrap("        ", '"' ~ field.name ~ '": Join(', args.list, "),") >>
<% endfor %>
    },
    join_filters={
<% for field in entity.fields if field.join and field.name in entity.filterable %>
        "<< field.query >>": "<< field.name >>",
<% endfor %>
    },
<% endif %>
<% if entity.children %>
    counts={
<% for child in entity.children %>
<% for other in contract.entities if other.name == child.entity %>
<% for field in other.fields if field.name == child.field %>
<% if field.join %>
<< wrap("        ", '"' ~ count_name(entity, child) ~ '": (', ['"' ~ field.join.table ~ '"', '"' ~ field.join.other ~ '"'], "),") >>
<% else %>
<< wrap("        ", '"' ~ count_name(entity, child) ~ '": (', ['"' ~ other.table.name ~ '"', '"' ~ field.name ~ '"'], "),") >>
<% endif %>
<% endfor %>
<% endfor %>
<% endfor %>
    },
<% endif %>
<% if entity.summed %>
<< texts("    ", "summed=", entity.summed, ",") >>
<% endif %>
)
