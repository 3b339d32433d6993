<% set refusable = namespace(list=[]) %>
<% for field in entity.fields if field.type not in ("boolean", "many", "tags") %>
<% for bad in field.invalid %>
<% set numeric = field.type in ("integer", "number", "money", "ref") %>
<% if bad.why in ("blank", "too_long", "malformed", "unknown_value", "unknown_reference", "below_min", "above_max", "too_large") or (bad.why == "wrong_type" and numeric) %>
<% set refusable.list = refusable.list + [[field, bad]] %>
<% endif %>
<% endfor %>
<% endfor %>
<% set unique = entity.fields | selectattr("unique") | rejectattr("within") | rejectattr("references") | list %>
<% set unique = unique | selectattr("type", "ne", "boolean") | selectattr("type", "ne", "choice") | list %>
<% set texts = entity.searchable %>
<% set required = entity.fields | selectattr("required") | list %>
<% set optional = entity.fields | rejectattr("required") | selectattr("type", "ne", "boolean") | selectattr("default", "none") | rejectattr("references") | list %>
<% set tags = entity.fields | selectattr("type", "eq", "tags") | list %>
<% set many = entity.fields | selectattr("type", "eq", "many") | list %>
<% set booleans = entity.fields | selectattr("type", "eq", "boolean") | list %>
<% set ns = namespace(textual=false) %>
<% for field in entity.fields if field.name in texts and field.type in ("string", "text") and field.example | length > 3 %><% set ns.textual = field %><% endfor %>
"""Commands on << entity.label_plural >>."""

<% if refusable.list %>
import pytest
<% endif %>
from conftest import SAMPLES, spelled, table_of

ENTITY = "<< entity.name >>"
TABLE = table_of(ENTITY)
<% if optional %>
# What a row can be without.
OPTIONAL = [
<% for field in optional %>
    "<< field.name >>",
<% endfor %>
]
<% endif %>


def test_add_says_what_was_added(command, make):
    ended = command(ENTITY, "add", *make.arguments(ENTITY))
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Added: << entity.label >> 1")


def test_a_row_comes_back_as_it_was_given(command, make):
    row = make(ENTITY)
    assert row["id"] == 1
    for name, value in SAMPLES[ENTITY][0].items():
        assert row[name] == value
    assert command(ENTITY, "show", row["id"], "--json").json == row


def test_show_is_for_people(command, make):
    ended = command(ENTITY, "show", make(ENTITY)["id"])
    assert ended.code == 0
    for field in TABLE.fields:
        assert field.label in ended.out


def test_list_has_a_line_for_each_row(command, make):
    first = make(ENTITY)
    second = make(ENTITY, 1)
    ended = command(ENTITY, "list")
    assert len(ended.out.splitlines()) == 3
    rows = command(ENTITY, "list", "--json", "--sort", "id").json
    assert [row["id"] for row in rows] == [first["id"], second["id"]]
    rows = command(ENTITY, "list", "--json", "--sort", "id", "--reverse", "--limit", 1).json
    assert [row["id"] for row in rows] == [second["id"]]


def test_list_sorts_by_every_field_it_names(command, make):
    make(ENTITY)
    make(ENTITY, 1)
    for name in TABLE.sortable:
        there = command(ENTITY, "list", "--json", "--sort", name).json
        back = command(ENTITY, "list", "--json", "--sort", name, "--reverse").json
        assert len(there) == len(back) == 2
    assert command(ENTITY, "list", "--sort", "nonsense").code == 1


def test_edit_changes_what_it_is_given_and_nothing_else(command, make):
    row = make(ENTITY)
    values = SAMPLES[ENTITY][1]
    for name, value in values.items():
        before = command(ENTITY, "show", row["id"], "--json").json
        change = spelled(TABLE, {name: value}, edit=True)
        after = command(ENTITY, "edit", row["id"], "--json", *change).json
        assert after[name] == value
        same = {key for key in row if key not in (name, "updated_at")}
        assert {key: after[key] for key in same} == {key: before[key] for key in same}


def test_edit_wants_something_to_change(command, make):
    ended = command(ENTITY, "edit", make(ENTITY)["id"])
    assert ended.code == 1
    assert "what to change" in ended.err


def test_remove_takes_the_rows_and_leaves_the_others(command, make):
    first = make(ENTITY)
    second = make(ENTITY, 1)
    assert command(ENTITY, "remove", first["id"]).code == 0
    rows = command(ENTITY, "list", "--json").json
    assert [row["id"] for row in rows] == [second["id"]]
    # Ids are never used again.
    assert make(ENTITY)["id"] > second["id"]


def test_an_unknown_id_is_refused(command):
    for name in ("show", "remove"):
        ended = command(ENTITY, name, 99)
        assert ended.code == 1
        assert "There is no << entity.label >> with the id 99." in ended.err
        assert ended.out == ""
    assert command(ENTITY, "show", "nonsense").code == 2
<% if refusable.list %>


@pytest.mark.parametrize(
    ("name", "value"),
    [
<% for field, bad in refusable.list %>
<% if bad.why == "too_long" %>
        pytest.param("<< field.name >>", "x" * << field.max_length + 1 >>, id="<< field.name >>-too_long"),
<% else %>
        pytest.param("<< field.name >>", << bad.value | py >>, id="<< field.name >>-<< bad.why >>"),
<% endif %>
<% endfor %>
    ],
)
def test_values_that_break_a_rule_are_refused(command, make, name, value):
    ended = command(ENTITY, "add", *make.arguments(ENTITY, **{name: value}))
    assert ended.code == 1
    assert TABLE.field(name).label in ended.err
    assert command(ENTITY, "list", "--json").json == []
    row = make(ENTITY)
    change = spelled(TABLE, {name: value}, edit=True)
    assert command(ENTITY, "edit", row["id"], *change).code == 1
    assert command(ENTITY, "show", row["id"], "--json").json == row
<% endif %>
<% if optional %>


def test_a_blank_value_empties_a_field(command, make):
    row = make(ENTITY)
    for name in OPTIONAL:
        option = TABLE.field(name).option
        changed = command(ENTITY, "edit", row["id"], "--json", f"{option}=").json
        assert changed[name] in (None, [])
<% endif %>
<% if unique %>


def test_taken_values_are_refused(command, make):
    make(ENTITY)
<% for field in unique %>
    taken = SAMPLES[ENTITY][0]["<< field.name >>"]
    arguments = make.arguments(ENTITY, 1, << field.name >>=taken)
    ended = command(ENTITY, "add", *arguments)
    assert ended.code == 1
    assert "is taken by another << entity.label >>" in ended.err
<% endfor %>
<% endif %>
<% if ns.textual %>


def test_search_finds_parts_of_texts_in_any_case(command, make):
    row = make(ENTITY, << ns.textual.name >>="<< "Zebrafink" if ns.textual.max_length >= 9 else "Z" >>")
    rows = command(ENTITY, "list", "--json", "--search", "<< "zEBRAf" if ns.textual.max_length >= 9 else "z" >>").json
    assert [found["id"] for found in rows] == [row["id"]]
    assert command(ENTITY, "list", "--json", "--search", "no such words").json == []
<% endif %>
<% if booleans %>


def test_booleans_narrow_lists(command, make):
    yes = make(ENTITY, << booleans[0].name >>=True)
    no = make(ENTITY, 1, << booleans[0].name >>=False)
    option = TABLE.field("<< booleans[0].name >>").option
    rows = command(ENTITY, "list", "--json", option).json
    assert [row["id"] for row in rows] == [yes["id"]]
    rows = command(ENTITY, "list", "--json", "--no-" + option[2:]).json
    assert [row["id"] for row in rows] == [no["id"]]
<% endif %>
<% if entity.done_field %>


def test_done_and_reopen(command, make):
    first = make(ENTITY, << entity.done_field >>=False)
    second = make(ENTITY, 1, << entity.done_field >>=False)
    assert command(ENTITY, "done", first["id"], second["id"]).code == 0
    rows = command(ENTITY, "list", "--json", "--sort", "id").json
    assert [row["<< entity.done_field >>"] for row in rows] == [True, True]
    command(ENTITY, "reopen", first["id"])
    rows = command(ENTITY, "list", "--json", "--sort", "id").json
    assert [row["<< entity.done_field >>"] for row in rows] == [False, True]
<% endif %>
<% for field in entity.fields if field.type == "ref" %>


def test_<< field.name >>_names_the_other_row(command, make):
    row = make(ENTITY)
    other = make("<< field.references.entity >>", 1)
    option = TABLE.field("<< field.name >>").option
    changed = command(ENTITY, "edit", row["id"], "--json", option, other["id"]).json
    assert changed["<< field.name >>"] == other["id"]
    assert changed["<< field.titles if field.titles is defined and field.titles else field.name[:-3] >>"]
    rows = command(ENTITY, "list", "--json", option, other["id"]).json
    assert [found["id"] for found in rows] == [row["id"]]
<% if field.required %>
    assert command("<< field.references.entity >>", "remove", other["id"]).code == 1
    assert command("<< field.references.entity >>", "remove", other["id"], "--force").code == 0
    assert command(ENTITY, "show", row["id"]).code == 1
<% else %>
    command("<< field.references.entity >>", "remove", other["id"], "--force")
    assert command(ENTITY, "show", row["id"], "--json").json["<< field.name >>"] is None
<% endif %>
<% endfor %>
<% for field in tags %>


def test_<< field.name >>_are_kept_once_and_in_order(command, make):
    row = make(ENTITY, << field.name >>=["quick", " soup ", "Quick", ""])
    assert row["<< field.name >>"] == ["quick", "soup"]
    make(ENTITY, 1, << field.name >>=["soup"])
    option = TABLE.field("<< field.name >>").option
    rows = command(ENTITY, "list", "--json", option, "QUICK").json
    assert [found["id"] for found in rows] == [row["id"]]
    ended = command(ENTITY, "edit", row["id"], option, "x" * 41)
    assert ended.code == 1
    assert command(ENTITY, "show", row["id"], "--json").json["<< field.name >>"] == ["quick", "soup"]
<% endfor %>
<% for field in many %>


def test_<< field.name >>_name_other_rows(command, make):
    row = make(ENTITY)
    target = "<< field.references.entity >>"
    others = [make.first(target)["id"], make(target, 1)["id"]]
    option = TABLE.field("<< field.name >>").option
    given = [f"{option}={other}" for other in reversed(others)]
    changed = command(ENTITY, "edit", row["id"], "--json", *given).json
    assert changed["<< field.name >>"] == others
    assert len(changed["<< field.titles >>"]) == 2
    rows = command(ENTITY, "list", "--json", f"{option}={others[1]}").json
    assert [found["id"] for found in rows] == [row["id"]]
    assert command(ENTITY, "edit", row["id"], f"{option}=999999").code == 1
    assert command(target, "remove", others[1]).code == 0
    assert command(ENTITY, "show", row["id"], "--json").json["<< field.name >>"] == others[:1]
<% endfor %>
