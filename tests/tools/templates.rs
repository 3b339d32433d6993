//! Templates: composition, limits, and findings with their places.

use super::*;

fn of(files: &'static [(&'static str, &'static str)]) -> Templates {
    Templates::of(move |name| {
        let file = files.iter().find(|(key, _)| *key == name)?;
        Some(file.1.into())
    })
}

fn fail(source: &'static str) -> Finding {
    render(source, "value").unwrap_err()
}

#[test]
fn jinja_passes_through_and_blocks_leave_no_empty_lines() {
    let source = "{% if a %}{{ b }}{# c #}\n<# gone #>\n  <% if x %>\n<p>\n  <% endif %>\nend\n";
    assert_eq!(
        render(source, true).unwrap(),
        "{% if a %}{{ b }}{# c #}\n<p>\nend\n"
    );
}

#[test]
fn templates_include_import_and_extend_each_other() {
    let templates = of(&[
        (
            "s/page",
            "<% extends 's/base' %><% block body %><% include 's/part' %><% endblock %>",
        ),
        ("s/base", "[<% block body %><% endblock %>]"),
        ("s/part", "<% from 's/macros' import twice %><< twice(x) >>"),
        (
            "s/macros",
            "<% macro twice(it) %><< it >><< it >><% endmacro %>",
        ),
    ]);
    let context = Value::from_pairs([("x", Value::from("ab"))]);
    assert_eq!(templates.render("s/page", context).unwrap(), "[abab]");
}

#[test]
fn a_name_reaches_no_file() {
    for name in [
        "/etc/passwd",
        "../Cargo.toml",
        "flask/../../Cargo.toml",
        "nothing",
    ] {
        let finding = Templates::new().render(name, Value::from(())).unwrap_err();
        assert_eq!(finding.code, "template::not-found", "{name}");
    }
    assert_eq!(
        fail("<% include '/etc/passwd' %>").code,
        "template::not-found"
    );
}

#[test]
fn what_is_not_defined_is_named_with_its_place() {
    let finding = fail("one\n  two << x >> << book.title >>\n");
    assert_eq!(finding.code, "template::undefined");
    assert!(finding.message.contains("`book"), "{}", finding.message);
    let place = finding.place.unwrap();
    assert_eq!(place.file, "templates/main");
    assert_eq!((place.line, place.column), (2, 18));
    assert_eq!(
        fail("<% if nothing %><% endif %>").code,
        "template::undefined"
    );
    assert_eq!(render("<< nothing is defined | js >>", 1).unwrap(), "false");
}

#[test]
fn an_error_in_an_included_template_is_placed_there() {
    let templates = of(&[("main", "<% include 'part' %>"), ("part", "\n\n << y >>")]);
    let finding = templates.render("main", Value::from(())).unwrap_err();
    let place = finding.place.unwrap();
    assert_eq!((place.file.as_str(), place.line), ("templates/part", 3));
}

#[test]
fn only_text_and_numbers_are_written_without_a_filter() {
    for value in [
        Value::from(()),
        Value::from(vec![1]),
        Value::from_pairs([("a", 1)]),
    ] {
        let finding = render("<< x >>", value).unwrap_err();
        assert_eq!(finding.code, "template::render");
    }
}

#[test]
fn mistakes_have_codes_of_their_own() {
    assert_eq!(fail("<% if x %>").code, "template::syntax");
    assert_eq!(
        fail("<< x | no_such_filter >>").code,
        "template::unknown-name"
    );
    assert_eq!(fail("<< x + [] >>").code, "template::render");
}

#[test]
fn endless_templates_end() {
    let wide = "<% for a in range(9999) %><% for b in range(9999) %><% endfor %><% endfor %>";
    assert_eq!(fail(wide).code, "template::endless");
    let long = "<% for a in range(99999) %>0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789<% endfor %>";
    assert_eq!(fail(long).code, "template::too-long");
    let deep = of(&[("main", "<% include 'main' %>")]);
    assert!(deep.render("main", Value::from(())).is_err());
    assert!(render("<% macro f() %><< f() >><% endmacro %><< f() >>", 1).is_err());
}

#[test]
fn every_shipped_template_parses() {
    for (name, _) in codey::assets::templates() {
        if let Err(finding) = Templates::new().render(name, Value::from(())) {
            assert_ne!(
                finding.code, "template::syntax",
                "{name}: {}",
                finding.message
            );
            assert_ne!(
                finding.code, "template::unknown-name",
                "{name}: {}",
                finding.message
            );
        }
    }
}
