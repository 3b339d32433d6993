//! What a tool says when it is done. Knows no tool.

/// The result of a tool that did what it was asked, or found that it was done already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolReport {
    /// What was done: a line for people, or the table that was asked for.
    pub detail: String,
}

impl ToolReport {
    pub(super) fn new(detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
        }
    }
}
