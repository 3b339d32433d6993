-- The first version of the database. To change it, add 0002_what_changes.sql beside this file:
-- migrations run once each, in order, when the program starts.
<% for entity in contract.entities %>

CREATE TABLE << entity.table.name >> (
<% for column in entity.table.columns %>
    << column.name >> << column.definition >><< "," if not loop.last or entity.table.unique else "" >>
<% endfor %>
<% for columns in entity.table.unique %>
    UNIQUE (<< columns | join(", ") >>)<< "," if not loop.last else "" >>
<% endfor %>
);
<% for index in entity.table.indexes %>
CREATE INDEX << index.name >> ON << entity.table.name >> (<< index.columns | join(", ") >>);
<% endfor %>
<% endfor %>
<% for entity in contract.entities %>
<% for table in entity.joins %>

CREATE TABLE << table.name >> (
<% for column in table.columns %>
    << column.name >> << column.definition >>,
<% endfor %>
    PRIMARY KEY (<< table.primary | join(", ") >>)
) WITHOUT ROWID;
<% for index in table.indexes %>
CREATE INDEX << index.name >> ON << table.name >> (<< index.columns | join(", ") >>);
<% endfor %>
<% endfor %>
<% endfor %>
