<% from "web/shared.jinja" import anew_line %>
<# What stands between the parentheses of a table. #>
<% macro body(table) %>
<%   for column in table.columns %>
    << column.name >> << column.definition >><< "," if not loop.last or table.constraints | length > 0 else "" >>
<%   endfor %>
<%   for constraint in table.constraints %>
    << constraint >><< "," if not loop.last else "" >>
<%   endfor %>
<% endmacro %>
<# What is declared of a column's type, as SQLite reports it. #>
<% macro declared(column) %>('<< column.name >>', '<< column.definition | split(" ") | first >>')<% endmacro %>
<# A text without spaces and ends of lines, for SQLite. #>
<% macro squeezed(text) %>replace(replace(replace(replace(<< text >>, ' ', ''), char(9), ''), char(10), ''), char(13), '')<% endmacro %>
<# What stops a migration that makes tables anew before it loses something. #>
<% macro guard(tables, made) %>
-- Tables are made anew below. What is not known of them here would be lost: then this stops before it begins.
CREATE TEMP TABLE stopped_by (
    foreign_keys_that_are_on INTEGER NOT NULL,
    an_unknown_column INTEGER NOT NULL,
    an_unknown_index INTEGER NOT NULL,
    an_unknown_trigger INTEGER NOT NULL,
    a_table_that_was_changed INTEGER NOT NULL
);
INSERT INTO stopped_by SELECT NULL, 0, 0, 0, 0 FROM pragma_foreign_keys WHERE foreign_keys != 0;
<%   for owned in tables %>
<%     set name = owned.table.name %>
INSERT INTO stopped_by SELECT 0, NULL, 0, 0, 0 FROM pragma_table_xinfo('<< name >>')
    WHERE (name, type) NOT IN (VALUES
<%     for column in owned.table.columns if column.name != "owner_id" %>
        << declared(column) >><< "" if loop.last else "," >>
<%     endfor %>
    );
INSERT INTO stopped_by SELECT 0, 0, NULL, 0, 0 FROM pragma_index_list('<< name >>')
    WHERE origin = 'c' AND name NOT IN (<% for index in owned.indexes %>'<< index >>'<< "" if loop.last else ", " >><% endfor %>);
<%   endfor %>
INSERT INTO stopped_by SELECT 0, 0, 0, NULL, 0 FROM sqlite_master
    WHERE type = 'trigger' AND tbl_name COLLATE NOCASE IN (<% for owned in tables %>'<< owned.table.name >>'<< "" if loop.last else ", " >><% endfor %>);
<%   for owned in tables if owned.table.name in made %>
<%     set name = owned.table.name %>
<%     set text = "'" ~ (made[name] | replace("'", "''")) ~ "'" %>
INSERT INTO stopped_by SELECT 0, 0, 0, 0, NULL FROM sqlite_master
    WHERE type = 'table' AND name COLLATE NOCASE = '<< name >>' AND << squeezed("sql") >> != << squeezed(text) >>;
<%   endfor %>
DROP TABLE stopped_by;
<% endmacro %>
-- << about >>.
<% for change in changes if change.kind == "own" %>
<< anew_line() >>

<< guard(change.tables, made | default({})) ->>
<% endfor %>
<% for change in changes %>

<% if change.kind == "create_table" %>
CREATE TABLE << change.table.name >> (
<< body(change.table) ->>
)<< " WITHOUT ROWID" if change.table.without_rowid else "" >>;
<% elif change.kind == "add_column" %>
ALTER TABLE << change.table >> ADD COLUMN << change.column.name >> << change.column.definition >>;
<% elif change.kind == "own" %>
<%   set tables = change.tables | map(attribute="table") | list %>
-- The rows that are there belong to an account that nobody can sign in to: the first one that is made takes its place.
INSERT INTO users (id, name, password) SELECT 1, '(nobody)', '' WHERE
<%   for table in tables %>
    << "OR " if not loop.first else "" >>EXISTS (SELECT 1 FROM << table.name >>)<< ";" if loop.last else "" >>
<%   endfor %>
<%   for table in tables %>
<%     set kept = table.columns | map(attribute="name") | reject("equalto", "owner_id") | join(", ") %>

CREATE TABLE << table.name >>__new (
<< body(table) ->>
);
INSERT INTO << table.name >>__new (owner_id, << kept >>) SELECT 1, << kept >> FROM << table.name >>;
-- Ids of rows that were deleted do not come back.
DELETE FROM sqlite_sequence WHERE name = '<< table.name >>__new' COLLATE NOCASE;
INSERT INTO sqlite_sequence (name, seq) SELECT '<< table.name >>__new', seq FROM sqlite_sequence WHERE name = '<< table.name >>' COLLATE NOCASE;
DROP TABLE << table.name >>;
ALTER TABLE << table.name >>__new RENAME TO << table.name >>;
<%     for index in table.indexes %>
CREATE INDEX << index.name >> ON << table.name >> (<< index.columns | join(", ") >>);
<%     endfor %>
<%   endfor %>
<% elif change.kind == "create_index" %>
CREATE << "UNIQUE " if change.index.unique else "" >>INDEX << change.index.name >> ON << change.table >> (<< change.index.columns | join(", ") >>);
<% elif change.kind == "drop_index" %>
DROP INDEX IF EXISTS << change.index.name >>;
<% endif %>
<% endfor %>
