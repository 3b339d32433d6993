//! A file while a model writes it: its text so far, here and on disk. Knows no model.

use camino::Utf8Path;

use crate::artifact::Splitter;
use crate::workspace::{Growing, Workspace, WorkspaceError};

/// A file that is being written.
pub(super) struct Page {
    growing: Growing,
    text: String,
}

impl Page {
    pub(super) fn begin(workspace: &Workspace, path: &Utf8Path) -> Result<Self, WorkspaceError> {
        Ok(Self {
            growing: workspace.grow(path)?,
            text: String::new(),
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn replaces(&self) -> bool {
        self.growing.replaces()
    }

    pub(super) fn append(&mut self, text: &str) -> Result<(), WorkspaceError> {
        self.growing.append(text)?;
        self.text.push_str(text);
        Ok(())
    }

    /// Takes everything from `start` on away.
    pub(super) fn cut(&mut self, start: usize) -> Result<(), WorkspaceError> {
        self.growing.cut(start as u64)?;
        self.text.truncate(start);
        Ok(())
    }

    /// Makes what follows `start` the text that the splitter found so far.
    pub(super) fn follow(
        &mut self,
        start: usize,
        splitter: &Splitter,
    ) -> Result<(), WorkspaceError> {
        let content = splitter.content();
        if !content.starts_with(&self.text[start..]) {
            self.cut(start)?;
        }
        let written = self.text.len() - start;
        self.append(&content[written..])
    }

    pub(super) fn keep(self) -> Result<(), WorkspaceError> {
        self.growing.keep()
    }
}
