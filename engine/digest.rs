//! Cache keys that can be explained: the hashed text is kept, so that two of them can be compared.

use std::fmt::Write as _;

use crate::id::Digest;

/// Version of what goes into a key; raising it makes every node run once more.
const FORMAT: u32 = 1;

/// Everything a node's result depends on, one `label value` line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    text: String,
}

impl Manifest {
    /// An empty manifest of a node of this kind.
    pub fn new(kind: &str) -> Self {
        Self {
            text: format!("format {FORMAT}\nkind {kind}\n"),
        }
    }

    /// Adds a line; line breaks in `value` are escaped so that it stays one.
    pub fn line(&mut self, label: &str, value: impl std::fmt::Display) {
        let value = value.to_string();
        let value = if value.contains(['\n', '\r', '\\']) {
            value.escape_default().to_string()
        } else {
            value
        };
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.text, "{label} {value}");
    }

    /// Adds a line for each value.
    pub fn lines<T: std::fmt::Display>(
        &mut self,
        label: &str,
        values: impl IntoIterator<Item = T>,
    ) {
        for value in values {
            self.line(label, value);
        }
    }

    /// The digest of all lines.
    pub fn key(&self) -> Digest {
        Digest::of(self.text.as_bytes())
    }

    /// The lines.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines that `text`, a manifest's text, has or lacks: `- gone` and `+ new`.
    pub fn difference(&self, text: &str) -> Vec<String> {
        let (old, new): (Vec<&str>, Vec<&str>) =
            (text.lines().collect(), self.text.lines().collect());
        let gone = old
            .iter()
            .filter(|line| !new.contains(line))
            .map(|line| format!("- {line}"));
        let added = new
            .iter()
            .filter(|line| !old.contains(line))
            .map(|line| format!("+ {line}"));
        gone.chain(added).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_pose_as_another_line() {
        let mut one = Manifest::new("run");
        one.line("argv", "a\nenv b");
        let mut two = Manifest::new("run");
        two.line("argv", "a");
        two.line("env", "b");
        assert_ne!(one.key(), two.key());
        assert_eq!(
            one.difference(two.text()),
            ["- argv a", "- env b", "+ argv a\\nenv b"]
        );
    }
}
