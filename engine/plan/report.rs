//! Collects findings while a plan is read. Knows neither what is wrong nor how it is shown.

use std::collections::HashSet;

use super::limits::MAX_FINDINGS;
use super::source::{Sources, Span};
use crate::diagnostic::{Finding, Severity};

/// Findings so far, with the texts they are located in.
pub(super) struct Report<'s> {
    pub(super) sources: &'s Sources,
    /// The chunk that findings concern from now on.
    pub(super) subject: Option<String>,
    list: Vec<Finding>,
}

impl<'s> Report<'s> {
    pub(super) fn new(sources: &'s Sources) -> Self {
        Self {
            sources,
            subject: None,
            list: Vec::new(),
        }
    }

    /// Adds an error at `span`.
    pub(super) fn error(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> &mut Finding {
        self.add(
            Finding::error(code, message)
                .at(self.sources.place(span))
                .help(help),
        )
    }

    /// Adds a finding that is complete.
    pub(super) fn add(&mut self, mut finding: Finding) -> &mut Finding {
        if finding.node.is_none() {
            finding.node.clone_from(&self.subject);
        }
        self.list.push(finding);
        self.list.last_mut().expect("a finding was just pushed")
    }

    /// Adds a place to a finding that explains it.
    pub(super) fn relate(&mut self, span: Span, label: &str) {
        let place = self.sources.place(span);
        if let Some(last) = self.list.last_mut() {
            last.related.push((place, label.to_owned()));
        }
    }

    /// Takes over the findings of another report.
    pub(super) fn absorb(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// How many findings there are: a mark to compare with later.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.list
            .iter()
            .any(|finding| finding.severity == Severity::Error)
    }

    /// The findings in the order of their places, each place named once per code.
    pub(super) fn finish(self) -> Vec<Finding> {
        let mut seen = HashSet::new();
        let mut list = self.list;
        list.retain(|finding| {
            let Some(place) = &finding.place else {
                return true;
            };
            seen.insert((finding.code, place.file.clone(), place.line, place.column))
        });
        let order = |finding: &Finding| {
            let place = finding.place.as_ref();
            let file = place.and_then(|place| {
                self.sources
                    .files()
                    .position(|(name, _)| name == place.file)
            });
            (file, place.map(|place| (place.line, place.column)))
        };
        list.sort_by_cached_key(order);
        let hidden = list.len().saturating_sub(MAX_FINDINGS);
        if hidden > 0 {
            list.truncate(MAX_FINDINGS);
            list.push(
                Finding::error(
                    "plan::more",
                    format!("{hidden} more findings are not shown"),
                )
                .help("correct these first, then check again"),
            );
        }
        list
    }
}
