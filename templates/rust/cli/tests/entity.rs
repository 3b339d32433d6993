<% from "rust/shared.jinja" import ident, option, optional %>
<% set multi = contract.entities | length > 1 %>
<% set word = '"' ~ (entity.name | kebab) ~ '", ' if multi else "" %>
<% set refusable = namespace(list=[]) %>
<% for field in entity.fields if field.type not in ("boolean", "many", "tags") %>
<% for bad in field.invalid %>
<% set numeric = field.type in ("integer", "number", "money", "ref") %>
<% set fits = bad.why in ("too_long", "malformed", "unknown_value", "unknown_reference", "below_min", "above_max", "too_large") or (bad.why == "wrong_type" and numeric) or (bad.why == "blank" and field.type in ("string", "text", "email", "url", "phone")) %>
<% if fits %>
<% set refusable.list = refusable.list + [[field, bad]] %>
<% endif %>
<% endfor %>
<% endfor %>
<% set unique = entity.fields | selectattr("unique") | rejectattr("within") | rejectattr("references") | selectattr("type", "ne", "boolean") | selectattr("type", "ne", "choice") | list %>
<% set summed = entity.fields | selectattr("type", "eq", "money") | selectattr("name", "in", entity.summed) | list %>
<% set booleans = entity.fields | selectattr("type", "eq", "boolean") | list %>
<% set ns = namespace(textual=false) %>
<% for field in entity.fields if field.name in entity.searchable and field.type in ("string", "text") and field.example | length > 3 %><% set ns.textual = field %><% endfor %>
<% set wanted = namespace(first=false, parents=false) %>
<% for other in contract.entities %>
<% for field in other.fields if field.references and field.references.entity == entity.name and (field.required or field.type == "many") %><% set wanted.first = true %><% endfor %>
<% endfor %>
<% for field in entity.fields if field.references and field.required %><% set wanted.parents = true %><% endfor %>
<% set own = entity.fields | rejectattr("references") | list %>
<% set positional = own | selectattr("name", "eq", entity.title_field) | selectattr("required") | selectattr("default", "none") | selectattr("type", "in", ["string", "text"]) | map(attribute="name") | list %>
<% set parents = namespace(list=[]) %>
<% for field in entity.fields if field.references and field.references.entity != entity.name %>
<% set parents.list = parents.list + [ident(field.references.plural)] %>
<% endfor %>
<% set optionals = own | selectattr("default", "none") | rejectattr("required") | selectattr("type", "ne", "boolean") | list %>
//! Commands on << entity.label_plural >>.

use serde_json::Value;

<% for parent in parents.list | unique | sort %>
use crate::<< parent >>;
<% endfor %>
use crate::{Program, same, with};

pub const LIST: &[&str] = &[<< word >>"list"];

/// The field that `add` takes without its option.
const TITLE: &str = "<< positional | first if positional else "" >>";

/// Two valid rows, different in every field: field, option, value.
#[rustfmt::skip]
const ROWS: [&[(&str, &str, &str)]; 2] = [
<% for which in ["example", "other"] %>
    &[
<% for field in own %>
<% for each in (field[which] if field.type == "tags" else [field[which]]) %>
        ("<< field.name >>", "--<< option(field) >>", << (each | js if field.type == "boolean" else each | string) | rust >>),
<% endfor %>
<% endfor %>
    ],
<% endfor %>
];

/// What lists can be sorted by.
#[rustfmt::skip]
const SORTABLE: &[&str] = &[
<% for column in entity.sortable %>
    "<< column >>",
<% endfor %>
];

/// The same rows in JSON.
#[rustfmt::skip]
const VALUES: [&str; 2] = [
<% for which in ["example", "other"] %>
<% set json = namespace(text="") %>
<% for field in own %><% set json.text = json.text ~ ("" if loop.first else ", ") ~ (field.name | js) ~ ": " ~ (field[which] | js) %><% endfor %>
    << ("{" ~ json.text ~ "}") | rust >>,
<% endfor %>
];
<% if optionals %>

/// What a row can be without: field, option.
#[rustfmt::skip]
const OPTIONAL: &[(&str, &str)] = &[
<% for field in optionals %>
    ("<< field.name >>", "--<< option(field) >>="),
<% endfor %>
];
<% endif %>
<% if refusable.list %>

/// Values that break a rule: field, option, value, and how often it is repeated.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str, usize)] = &[
<% for field, bad in refusable.list %>
    ("<< field.name >>", "--<< option(field) >>", << '"x", ' ~ (field.max_length + 1) if bad.why == "too_long" else (bad.value | string | rust) ~ ", 1" >>),
<% endfor %>
];
<% endif %>

/// Adds a valid row, what it needs first, and returns it.
pub fn add(program: &Program, which: usize) -> Value {
    program.json(&arguments(program, which, &[]))
}

<% if wanted.first %>
/// The first row, which is added now if there is none.
pub fn first(program: &Program) -> Value {
    let rows = program.json(&with(LIST, &["--sort=id".to_owned()]));
    match rows.get(0) {
        Some(row) => row.clone(),
        None => add(program, 0),
    }
}

<% endif %>
/// The arguments that add one of two valid rows, some of its values changed.
fn arguments(<< "program" if wanted.parents else "_" >>: &Program, which: usize, changed: &[(&str, String)]) -> Vec<String> {
    let mut all = with(&[<< word >>"add"], &[]);
    let mut behind = Vec::new();
    let mut give = |field: &str, option: &str, value: &str| {
        if field == TITLE {
            behind = vec!["--".to_owned(), value.to_owned()];
        } else {
            all.push(format!("{option}={value}"));
        }
    };
    for (field, option, value) in ROWS[which] {
        let change = changed.iter().find(|(name, _)| name == field);
        give(field, option, change.map_or(value, |(_, value)| value));
    }
<% for field in entity.fields if field.references %>
<% if field.required %>
    let target = << ident(field.references.plural) >>::first(program)["id"].to_string();
    let change = changed.iter().find(|(name, _)| *name == "<< field.name >>");
    let value = change.map_or(target, |(_, value)| value.clone());
    give("<< field.name >>", "--<< option(field) >>", &value);
<% else %>
    if let Some((field, value)) = changed.iter().find(|(name, _)| *name == "<< field.name >>") {
        give(field, "--<< option(field) >>", value);
    }
<% endif %>
<% endfor %>
    all.extend(behind);
    all
}

/// The arguments of a command on a row.
fn on(command: &str, row: &Value, rest: &[&str]) -> Vec<String> {
    let id = row["id"].to_string();
    let rest: Vec<String> = rest.iter().map(|word| (*word).to_owned()).collect();
    with(&[<< word >>command, &id], &rest)
}

fn list(program: &Program, options: &[&str]) -> Vec<Value> {
    let options: Vec<String> = options.iter().map(|word| (*word).to_owned()).collect();
    let rows = program.json(&with(LIST, &options));
    rows.as_array().unwrap().clone()
}

#[test]
fn a_row_comes_back_as_it_was_given() {
    let program = Program::new();
    let row = add(&program, 0);
    assert_eq!(row["id"], 1);
    let given: Value = serde_json::from_str(VALUES[0]).unwrap();
    for (name, value) in given.as_object().unwrap() {
        assert!(same(&row[name], value), "{name}: {}", row[name]);
    }
    assert_eq!(program.json(&on("show", &row, &[])), row);
    let shown = program.run(&on("show", &row, &[]));
    assert!(shown.out.starts_with("ID "), "{}", shown.out);
}

#[test]
fn lists_are_in_order() {
    let program = Program::new();
    let rows = [add(&program, 0), add(&program, 1)];
    assert_eq!(list(&program, &["--sort=id"]), rows);
    let last = list(&program, &["--sort=id", "--reverse", "--limit=1"]);
    assert_eq!(last, rows[1..]);
    for field in SORTABLE {
        let rows = list(&program, &[&format!("--sort={field}")]);
        assert_eq!(rows.len(), 2, "{field}");
    }
    let lines = program.run(LIST).out;
<% if summed %>
    // A heading, two rows and their total.
    assert_eq!(lines.lines().count(), 4, "{lines}");
    assert!(lines.contains("\nTotal "), "{lines}");
<% else %>
    assert_eq!(lines.lines().count(), 3, "{lines}");
<% endif %>
    assert_eq!(program.run(&with(LIST, &["--sort=x".to_owned()])).code, 2);
}

#[test]
fn edit_changes_what_it_is_given_and_nothing_else() {
    let program = Program::new();
    let row = add(&program, 0);
    let other: Value = serde_json::from_str(VALUES[1]).unwrap();
    for (field, option, value) in ROWS[1] {
        let before = program.json(&on("show", &row, &[]));
        let change = format!("{option}={value}");
        let after = program.json(&on("edit", &row, &[&change]));
        assert!(same(&after[field], &other[field]), "{field}: {after}");
        for (name, value) in before.as_object().unwrap() {
            let may_change = name == field || name == "updated_at";
            assert!(may_change || after[name] == *value, "{name}: {after}");
        }
    }
    assert_eq!(program.run(&on("edit", &row, &[])).code, 1);
}

#[test]
fn remove_takes_the_row_and_leaves_the_others() {
    let program = Program::new();
    let rows = [add(&program, 0), add(&program, 1)];
    assert_eq!(program.run(&on("remove", &rows[0], &[])).code, 0);
    assert_eq!(list(&program, &[]), rows[1..]);
    // Ids are never used again.
    assert!(add(&program, 0)["id"].as_u64() > rows[1]["id"].as_u64());
}

#[test]
fn an_unknown_id_is_refused() {
    let program = Program::new();
    for command in ["show", "remove"] {
        let ended = program.run(&[<< word >>command, "99"]);
        assert_eq!(ended.code, 1);
        assert!(ended.err.contains("no << entity.label >> with the id 99"));
    }
    assert_eq!(program.run(&[<< word >>"show", "x"]).code, 2);
}
<% if refusable.list %>

#[test]
fn values_that_break_a_rule_are_refused() {
    let program = Program::new();
    let row = add(&program, 0);
    for (field, option, value, times) in REFUSED {
        let value = value.repeat(*times);
        let change = format!("{option}={value}");
        let ended = program.run(&arguments(&program, 1, &[(*field, value)]));
        assert!(matches!(ended.code, 1 | 2), "{change}: {}", ended.out);
        let ended = program.run(&on("edit", &row, &[&change]));
        assert!(matches!(ended.code, 1 | 2), "{change}: {}", ended.out);
    }
    assert_eq!(list(&program, &[]), [row]);
}
<% endif %>
<% if optionals %>

#[test]
fn a_blank_value_takes_it_away() {
    let program = Program::new();
    let row = add(&program, 0);
    for (field, option) in OPTIONAL {
        let changed = program.json(&on("edit", &row, &[option]));
        let empty = serde_json::json!([]);
        let gone = changed[field].is_null() || changed[field] == empty;
        assert!(gone, "{changed}");
    }
}
<% endif %>
<% for field in unique %>

#[test]
fn << field.name >>_is_taken_once() {
    let program = Program::new();
    add(&program, 0);
    let row = ROWS[0].iter().find(|(name, ..)| *name == "<< field.name >>");
    let (field, _, value) = row.unwrap();
    let change = [(*field, (*value).to_owned())];
    let ended = program.run(&arguments(&program, 1, &change));
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("is taken"), "{}", ended.err);
}
<% endfor %>
<% if ns.textual %>

#[test]
fn search_finds_parts_of_texts_in_any_case() {
    let program = Program::new();
    let change = [("<< ns.textual.name >>", "<< "Zebrafink" if ns.textual.max_length >= 9 else "Z" >>".to_owned())];
    let row = program.json(&arguments(&program, 0, &change));
    let found = list(&program, &["--search=<< "zEBRAf" if ns.textual.max_length >= 9 else "z" >>"]);
    assert_eq!(found, [row]);
    assert!(list(&program, &["--search=no such words"]).is_empty());
}
<% endif %>
<% if booleans %>

#[test]
fn booleans_narrow_lists() {
    let program = Program::new();
    let change = |value: &str| [("<< booleans[0].name >>", value.to_owned())];
    let yes = program.json(&arguments(&program, 0, &change("true")));
    let no = program.json(&arguments(&program, 1, &change("false")));
    assert_eq!(list(&program, &["--<< option(booleans[0]) >>"]), [yes]);
    assert_eq!(list(&program, &["--<< option(booleans[0]) >>=false"]), [no]);
}
<% endif %>
<% if entity.done_field %>

#[test]
fn done_and_reopen() {
    let program = Program::new();
    let change = [("<< entity.done_field >>", "false".to_owned())];
    let row = program.json(&arguments(&program, 0, &change));
    for (command, done) in [("done", true), ("reopen", false)] {
        let rows = program.json(&on(command, &row, &[]));
        assert_eq!(rows[0]["<< entity.done_field >>"], done);
    }
}
<% endif %>
<% for field in entity.fields if field.type == "ref" %>

#[test]
fn << field.name >>_names_another_row() {
    let program = Program::new();
    let row = add(&program, 0);
    let other = << ident(field.references.plural) ~ "::add" if field.references.entity != entity.name else "add" >>(&program, 1);
    let option = format!("--<< option(field) >>={}", other["id"]);
    let changed = program.json(&on("edit", &row, &[&option]));
    assert_eq!(changed["<< field.name >>"], other["id"]);
    assert!(changed["<< field.titles >>"].is_string());
    assert_eq!(list(&program, &[&option]), [changed]);
<% set target = contract.entities | selectattr("name", "eq", field.references.entity) | first %>
<% for title in target.fields if title.name == target.title_field and title.type in ("string", "email", "url") and title.example != title.other %>
    // Names do as well as ids, in any case.
    let title = other["<< title.name >>"].as_str().unwrap();
    let option = format!("--<< option(field) >>={}", title.to_uppercase());
    let named = program.json(&on("edit", &row, &[&option]));
    assert_eq!(named["<< field.name >>"], other["id"]);
    assert_eq!(list(&program, &[&option]), [named]);
<% endfor %>
    let unknown = ["--<< option(field) >>=no such name"];
    assert_eq!(program.run(&on("edit", &row, &unknown)).code, 1);
    let refused = program.run(&with(LIST, &unknown.map(str::to_owned)));
    assert_eq!(refused.code, 1);
    let id = other["id"].to_string();
    let remove = [<< '"' ~ (field.references.entity | kebab) ~ '", ' if multi else "" >>"remove", &id];
<% if field.required %>
    assert_eq!(program.run(&remove).code, 1);
    let force = with(&remove, &["--force".to_owned()]);
    assert_eq!(program.run(&force).code, 0);
    assert_eq!(program.run(&on("show", &row, &[])).code, 1);
<% else %>
    assert_eq!(program.run(&remove).code, 0);
    let left = program.json(&on("show", &row, &[]));
    assert!(left["<< field.name >>"].is_null());
<% endif %>
}
<% endfor %>
<% for field in entity.fields if field.type == "tags" %>

#[test]
fn << field.name >>_are_kept_once_and_in_order() {
    let program = Program::new();
    let row = add(&program, 0);
    let given = ["quick", " soup ", "Quick", ""];
    let given = given.map(|name| format!("--<< option(field) >>={name}"));
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    let changed = program.json(&on("edit", &row, &given));
    assert_eq!(changed["<< field.name >>"], serde_json::json!(["quick", "soup"]));
    add(&program, 1);
    let found = list(&program, &["--<< option(field) >>=SOUP"]);
    assert_eq!(found, [changed]);
    let long = format!("--<< option(field) >>={}", "x".repeat(41));
    assert_eq!(program.run(&on("edit", &row, &[&long])).code, 1);
}
<% endfor %>
<% for field in entity.fields if field.type == "many" %>
<% set target = "" if field.references.entity == entity.name else ident(field.references.plural) ~ "::" %>

#[test]
fn << field.name >>_name_other_rows() {
    let program = Program::new();
    let row = add(&program, 0);
    let others = [<< target >>first(&program), << target >>add(&program, 1)];
    let ids = others.map(|other| other["id"].clone());
    let given = [&ids[1], &ids[0]];
    let given = given.map(|id| format!("--<< option(field) >>={id}"));
    let changed = program.json(&on("edit", &row, &[&given[0], &given[1]]));
    assert_eq!(changed["<< field.name >>"], serde_json::json!(ids));
    assert_eq!(changed["<< field.titles >>"].as_array().unwrap().len(), 2);
    assert_eq!(list(&program, &[&given[0]]), [changed]);
    let unknown = ["--<< option(field) >>=999999"];
    assert_eq!(program.run(&on("edit", &row, &unknown)).code, 1);
    let id = ids[1].to_string();
    let remove = [<< '"' ~ (field.references.entity | kebab) ~ '", ' if multi else "" >>"remove", &id];
    assert_eq!(program.run(&remove).code, 0);
    let left = program.json(&on("show", &row, &[]));
    assert_eq!(left["<< field.name >>"], serde_json::json!([ids[0]]));
}
<% endfor %>
