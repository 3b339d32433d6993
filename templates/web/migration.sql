-- << about >>.
<% for change in changes %>

<% if change.kind == "create_table" %>
<%   set table = change.table %>
CREATE TABLE << table.name >> (
<%   for column in table.columns %>
    << column.name >> << column.definition >><< "," if not loop.last or table.constraints | length > 0 else "" >>
<%   endfor %>
<%   for constraint in table.constraints %>
    << constraint >><< "," if not loop.last else "" >>
<%   endfor %>
)<< " WITHOUT ROWID" if table.without_rowid else "" >>;
<% elif change.kind == "add_column" %>
ALTER TABLE << change.table >> ADD COLUMN << change.column.name >> << change.column.definition >>;
<% elif change.kind == "create_index" %>
CREATE << "UNIQUE " if change.index.unique else "" >>INDEX << change.index.name >> ON << change.table >> (<< change.index.columns | join(", ") >>);
<% elif change.kind == "drop_index" %>
DROP INDEX IF EXISTS << change.index.name >>;
<% endif %>
<% endfor %>
