-- The first version of the database. To change it, add 0002_what_changes.sql beside this file:
-- migrations run once each, in order, when the application starts.
<% macro create(table) %>

CREATE TABLE << table.name >> (
<% set lines = namespace(list=[]) %>
<% for column in table.columns %>
<% set lines.list = lines.list + [column.name ~ " " ~ column.definition] %>
<% endfor %>
<% if table.primary %>
<% set lines.list = lines.list + ["PRIMARY KEY (" ~ (table.primary | join(", ")) ~ ")"] %>
<% endif %>
<% for columns in table.unique %>
<% set lines.list = lines.list + ["UNIQUE (" ~ (columns | join(", ")) ~ ")"] %>
<% endfor %>
<% for line in lines.list %>
    << line >><< "," if not loop.last else "" >>
<% endfor %>
)<< " WITHOUT ROWID" if table.primary else "" >>;
<% for index in table.indexes %>
CREATE INDEX << index.name >> ON << table.name >> (<< index.columns | join(", ") >>);
<% endfor %>
<% endmacro %>
<% for table in contract.account_tables %>
<< create(table) ->>
<% endfor %>
<% for entity in contract.entities %>
<< create(entity.table) ->>
<% endfor %>
<% for entity in contract.entities %>
<% for table in entity.joins %>
<< create(table) ->>
<% endfor %>
<% endfor %>
