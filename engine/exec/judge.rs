//! What is wrong with one file that a model wrote: the checks that templates go through, as far as a file can be checked
//! alone. Knows no model.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};

use super::Bench;
use crate::diagnostic::{Finding, Severity};
use crate::validate;

/// The checks of one file.
pub(super) struct Judge<'a> {
    path: &'a Utf8Path,
    bench: &'a Bench<'a>,
    /// What the checks say of the template's own text, because they see no other file; nothing where there is none.
    usual: Option<BTreeSet<(&'static str, String)>>,
}

impl<'a> Judge<'a> {
    /// `own` is the file as its template writes it, where there is one.
    pub(super) fn new(path: &'a Utf8Path, own: Option<&str>, bench: &'a Bench<'a>) -> Self {
        let mut judge = Self {
            path,
            bench,
            usual: None,
        };
        judge.usual = own.map(|own| {
            let found = judge.promises(own).into_iter();
            found
                .map(|finding| (finding.code, finding.message))
                .collect()
        });
        judge
    }

    /// What is wrong with `text`.
    pub(super) fn findings(&self, text: &str) -> Vec<Finding> {
        let mut findings = validate::syntax(self.path, text);
        if findings.is_empty() {
            findings = self.promises(text);
            findings.retain(|finding| {
                if let Some(usual) = &self.usual {
                    return !usual.contains(&(finding.code, finding.message.clone()));
                }
                let place = finding.place.as_ref();
                place.is_some_and(|place| place.file == self.path)
            });
        }
        findings.retain(|finding| finding.severity == Severity::Error);
        findings
    }

    /// Where the file says otherwise than the contract, with nothing known of the others.
    fn promises(&self, text: &str) -> Vec<Finding> {
        let files: [(Utf8PathBuf, String); 1] = [(self.path.to_owned(), text.to_owned())];
        let mut findings = validate::links(&files, self.bench.stack);
        if let (Some(contract), Some(stack)) = (self.bench.contract, self.bench.stack) {
            findings.extend(validate::contract(contract, stack, &files));
        }
        findings
    }
}
