//! The checks from outside: what is right passes, and every seeded fault is found where it is.

mod contract;
mod environment;
mod good;
mod links;
mod syntax;

use camino::Utf8Path;
use codey::diagnostic::Finding;

/// The findings' codes.
fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

/// Line and column of the first finding.
fn spot(findings: &[Finding]) -> (u32, u32) {
    let place = findings[0].place.as_ref().expect("a place");
    (place.line, place.column)
}

fn passes(path: &str, text: &str) {
    let findings = codey::validate::syntax(Utf8Path::new(path), text);
    assert!(findings.is_empty(), "{path}: {text}\n{findings:#?}");
}

/// The text has an error at this line and column, and every finding is complete.
fn fails(path: &str, text: &str, line: u32, column: u32) {
    let findings = codey::validate::syntax(Utf8Path::new(path), text);
    assert!(!findings.is_empty(), "{path}: nothing found in\n{text}");
    assert_eq!(
        spot(&findings),
        (line, column),
        "{path}: {text}\n{findings:#?}"
    );
    for finding in &findings {
        let place = finding.place.as_ref().expect("a place");
        assert_eq!(place.file, path);
        assert!(place.length > 0 && !finding.help.is_empty() && !finding.message.is_empty());
    }
}
