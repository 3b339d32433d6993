-- The first version of the database. To change it, add 0002_what_changes.sql beside this file:
-- migrations run once each, in order, when the application starts.
<% macro table(table, more) %>

CREATE TABLE << table.name >> (
<% set ns = namespace(lines=[]) %>
<% for column in table.columns %>
<% set ns.lines = ns.lines + [column.name ~ " " ~ column.definition] %>
<% endfor %>
<% if table.primary %>
<% set ns.lines = ns.lines + ["PRIMARY KEY (" ~ (table.primary | join(", ")) ~ ")"] %>
<% endif %>
<% for columns in table.unique %>
<% set ns.lines = ns.lines + ["UNIQUE (" ~ (columns | join(", ")) ~ ")"] %>
<% endfor %>
<% for line in ns.lines %>
    << line >><< "," if not loop.last else "" >>
<% endfor %>
)<< more >>;
<% for index in table.indexes %>
CREATE INDEX << index.name >> ON << table.name >> (<< index.columns | join(", ") >>);
<% endfor %>
<% endmacro %>
<% for account in contract.account_tables %>
<< table(account, "") ->>
<% endfor %>
<% for entity in contract.entities %>
<< table(entity.table, "") ->>
<% for join in entity.joins %>
<< table(join, " WITHOUT ROWID") ->>
<% endfor %>
<% endfor %>
