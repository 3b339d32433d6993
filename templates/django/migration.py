<% from "django/operations.jinja" import change_field, create_model, create_tags, imports %>
<% from "django/model.jinja" import attr, constraints_of %>
<% set ns = namespace(fields=[], made=[], created=[], added=[], operations="") %>
<# What was there before has its tables already. #>
<% for change in changes if change.kind == "create_table" and not change.table.field %><% set ns.created = ns.created + [change.table.entity] %><% endfor %>
<% for entity in contract.entities if entity.name not in ns.created %><% set ns.made = ns.made + [entity.name] %><% endfor %>
<% for change in changes %>
<% for entity in contract.entities if entity.name == (change.table.entity if change.kind == "create_table" else change.entity) %>
<% if change.kind == "create_table" and not change.table.field %>
<% set ns.made = ns.made + [entity.name] %>
<% set ns.fields = ns.fields + entity.fields %>
<% set ns.operations = ns.operations ~ create_model(contract, entity, ns.made) %>
<% else %>
<% for field in entity.fields %>
<% if change.kind == "create_table" and field.join and field.join.table == change.table.name and field.type == "tags" %>
<% set ns.operations = ns.operations ~ create_tags(contract, entity, field) %>
<% elif change.kind == "create_table" and field.join and field.join.table == change.table.name and entity.name not in ns.created or change.kind == "add_column" and field.name == change.column.name %>
<% set ns.fields = ns.fields + [field] %>
<% set ns.added = ns.added + [entity.name ~ "." ~ field.name] %>
<# With a second reference to the same rows, the first one is found under another name too. #>
<% for same in entity.fields if field.references and same.references and same.references.entity == field.references.entity and entity.name ~ "." ~ same.name not in ns.added %>
<% set ns.fields = ns.fields + [same] %>
<% set ns.operations = ns.operations ~ change_field(contract, entity, same, "AlterField") %>
<% endfor %>
<% set ns.operations = ns.operations ~ change_field(contract, entity, field, "AddField") %>
<% set rules = constraints_of(contract, entity, field, "            ") %>
<% if rules | length > 0 %>
<% for rule in (rules | trim("\n")) | split("\n            models.") %>
<% set ns.operations = ns.operations ~ '        migrations.AddConstraint(\n            model_name="' ~ (entity.class | lower) ~ '",\n            constraint=models.' ~ (rule | replace("            models.", "") if loop.first else rule) ~ "\n        ),\n" %>
<% endfor %>
<% endif %>
<% elif change.kind == "create_index" and change.table == entity.table.name and change.index.columns == [field.name] and entity.name not in ns.created and entity.name ~ "." ~ field.name not in ns.added %>
<% set ns.fields = ns.fields + [field] %>
<% set ns.operations = ns.operations ~ change_field(contract, entity, field, "AlterField") %>
<% endif %>
<% endfor %>
<% endif %>
<% endfor %>
<% endfor %>
<# References to tables that are made later. #>
<% for entity in contract.entities if entity.name in ns.created %>
<% for field in entity.fields if field.references and field.references.entity in ns.created %>
<% set seen = namespace(own=false, before=false) %>
<% for name in ns.created %><% if name == entity.name %><% set seen.own = true %><% elif name == field.references.entity and seen.own %><% set seen.before = true %><% endif %><% endfor %>
<% if seen.before %><% set ns.operations = ns.operations ~ change_field(contract, entity, field, "AddField") %><% endif %>
<% endfor %>
<% endfor %>
"""<< about >>."""

<< imports(contract, ns.created, ns.fields) | trim >>


class Migration(migrations.Migration):
    """<< about >>."""

    dependencies = [("app", "<< previous >>")]

    operations = [
<< ns.operations | trim("\n") >>
    ]
