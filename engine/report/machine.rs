//! Findings for programs: JSON Lines and SARIF 2.1.0. Knows no terminal.

use serde_json::{Value, json};

use crate::diagnostic::{Finding, Place, Severity};

/// One JSON object a line, in the order given.
pub fn findings_json(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        out.push_str(&finding_value(finding).to_string());
        out.push('\n');
    }
    out
}

fn finding_value(finding: &Finding) -> Value {
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|(place, label)| json!({ "place": place, "label": label }))
        .collect();
    let mut value = json!({
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
    });
    let object = value.as_object_mut().expect("the literal is an object");
    if let Some(place) = &finding.place {
        object.insert("place".to_owned(), json!(place));
    }
    if let Some(node) = &finding.node {
        object.insert("node".to_owned(), json!(node));
    }
    if !finding.help.is_empty() {
        object.insert("help".to_owned(), json!(finding.help));
    }
    if !related.is_empty() {
        object.insert("related".to_owned(), Value::Array(related));
    }
    value
}

/// A SARIF 2.1.0 log with one run: what code hosts show beside the lines of a change.
pub fn findings_sarif(findings: &[Finding]) -> String {
    let mut rules: Vec<&str> = findings.iter().map(|finding| finding.code).collect();
    rules.sort_unstable();
    rules.dedup();
    let results: Vec<Value> = findings
        .iter()
        .map(|finding| sarif_result(finding, &rules))
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "codey",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn sarif_result(finding: &Finding, rules: &[&str]) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let text = if finding.help.is_empty() {
        finding.message.clone()
    } else {
        format!("{}\n{}", finding.message, finding.help)
    };
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rules.binary_search(&finding.code).unwrap_or_default(),
        "level": level,
        "message": { "text": text },
    });
    let object = result.as_object_mut().expect("the literal is an object");
    let mut location = serde_json::Map::new();
    if let Some(place) = finding.place.as_ref().filter(|place| is_file(place)) {
        location.insert("physicalLocation".to_owned(), physical(place));
    }
    if let Some(node) = &finding.node {
        let logical = json!([{ "fullyQualifiedName": node }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    if !location.is_empty() {
        object.insert("locations".to_owned(), json!([location]));
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .filter(|(place, _)| is_file(place))
        .map(|(place, label)| {
            json!({ "physicalLocation": physical(place), "message": { "text": label } })
        })
        .collect();
    if !related.is_empty() {
        object.insert("relatedLocations".to_owned(), Value::Array(related));
    }
    result
}

/// `<command line>` and the like are places without a file.
fn is_file(place: &Place) -> bool {
    !place.file.as_str().starts_with('<')
}

fn physical(place: &Place) -> Value {
    json!({
        "artifactLocation": { "uri": uri(place.file.as_str()) },
        "region": {
            "startLine": place.line.max(1),
            "startColumn": place.column.max(1),
            "endColumn": place.column.max(1) + place.length.max(1),
        },
    })
}

/// A path as a relative URI reference: every byte but the unreserved ones and `/` percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let hex = |digit: u8| {
                char::from_digit(u32::from(digit), 16)
                    .unwrap_or('0')
                    .to_ascii_uppercase()
            };
            uri.extend(['%', hex(byte >> 4), hex(byte & 15)]);
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::findings::tests::{findings, place};
    use super::*;

    #[test]
    fn json_is_one_object_a_line() {
        let text = findings_json(&findings());
        assert_eq!(text.lines().count(), findings().len());
        let second: Value =
            serde_json::from_str(text.lines().nth(1).expect("four lines")).expect("JSON");
        assert_eq!(second["place"]["line"], 5);
        assert_eq!(second["related"][0]["label"], "chunks begin here");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn sarif_has_rules_places_and_levels() {
        insta::assert_snapshot!(findings_sarif(&findings()));
    }

    #[test]
    fn sarif_leaves_out_places_that_are_no_files() {
        let mut at = place(1, 1, 1);
        at.file = "<command line>".into();
        let text = findings_sarif(&[Finding::error("plan::value", "m").at(at)]);
        assert!(!text.contains("artifactLocation"), "{text}");
    }

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("plans/a b#1.yaml"), "plans/a%20b%231.yaml");
        assert_eq!(uri("ä"), "%C3%A4");
    }
}
