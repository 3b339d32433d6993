<% from "django/model.jinja" import attr, constraints %>
<% from "django/operations.jinja" import add_field, create_entity, create_tags, imports %>
<% set ns = namespace(new=[], added=[], touched=[], made=[], fields=[], moved=[]) %>
<# What the changes of the database mean for the models. #>
<% for change in changes %>
<% if change.kind == "create_table" and not change.table.field %>
<% set ns.new = ns.new + [change.table.entity] %>
<% elif change.kind == "create_table" %>
<% set ns.added = ns.added + [change.table.entity ~ "." ~ change.table.field] %>
<% elif change.kind == "add_column" %>
<% set ns.added = ns.added + [change.entity ~ "." ~ change.column.name] %>
<% else %>
<% set ns.touched = ns.touched + [change.table ~ "." ~ change.index.columns[0]] %>
<% endif %>
<% endfor %>
<% for entity in contract.entities %>
<% if entity.name in ns.new %>
<% set ns.fields = ns.fields + entity.fields %>
<% else %>
<% set ns.made = ns.made + [entity.name] %>
<% set more = namespace(targets=[]) %>
<% for field in entity.fields if entity.name ~ "." ~ field.name in ns.added %>
<% set ns.fields = ns.fields + [field] %>
<% if field.references %><% set more.targets = more.targets + [field.references.entity] %><% endif %>
<% endfor %>
<# A second reference to one table gives the first another name on the other side. #>
<% for field in entity.fields if entity.name ~ "." ~ field.name not in ns.added %>
<% if entity.table.name ~ "." ~ field.name in ns.touched or (field.references and field.references.entity in more.targets) %>
<% set ns.moved = ns.moved + [entity.name ~ "." ~ field.name] %>
<% set ns.fields = ns.fields + [field] %>
<% endif %>
<% endfor %>
<% endif %>
<% endfor %>
"""<< about >>."""

<< imports(ns.fields, contract.auth and ns.new | length > 0) | trim >>


class Migration(migrations.Migration):
    """<< about >>."""

    dependencies = [("app", "<< previous >>")]

    operations = [
<% for entity in contract.entities if entity.name in ns.new %>
<% set ns.made = ns.made + [entity.name] %>
<< create_entity(contract, entity, ns.made) >>
<% for field in entity.fields if field.type == "tags" %>
<< create_tags(contract, entity, field) >>
<% endfor %>
<% endfor %>
<# References of new tables to those that are made after them. #>
<% set late = namespace(made=[]) %>
<% for entity in contract.entities %>
<% set late.made = late.made + [entity.name] %>
<% if entity.name in ns.new %>
<% for field in entity.fields if field.references and field.references.entity in ns.new and field.references.entity not in late.made %>
<< add_field(contract, entity, field) >>
<% endfor %>
<% endif %>
<% endfor %>
<% for entity in contract.entities if entity.name not in ns.new %>
<% for field in entity.fields %>
<% if entity.name ~ "." ~ field.name in ns.moved %>
<< add_field(contract, entity, field, "AlterField") >>
<% elif entity.name ~ "." ~ field.name in ns.added and field.type == "tags" %>
<< create_tags(contract, entity, field) >>
<% elif entity.name ~ "." ~ field.name in ns.added %>
<< add_field(contract, entity, field) >>
<% set rules = constraints(contract, {"plural": entity.plural, "fields": [field]}, "            ") %>
<% for rule in ("\n" ~ (rules | trim("\n"))) | split("\n            models.") if rule | trim %>
        migrations.AddConstraint(
            model_name="<< entity.class | lower >>",
            constraint=models.<< rule | trim("\n") >>
        ),
<% endfor %>
<% endif %>
<% endfor %>
<% endfor %>
    ]
