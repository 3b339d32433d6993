//! Lines that stand in for text that was left out. Knows no language, only how comments begin.

/// How a line begins that is a comment, or nothing but an ellipsis.
const MARKS: [&str; 9] = ["//", "/*", "#", "<!--", "--", "...", "…", "*", "("];

/// Words of a comment that stands in for text.
const STAND_INS: [&str; 20] = [
    "rest unchanged",
    "rest of the",
    "rest is unchanged",
    "rest remains",
    "existing code",
    "previous code",
    "remaining code",
    "remains unchanged",
    "remain unchanged",
    "code unchanged",
    "same as before",
    "same as above",
    "omitted for brevity",
    "your code here",
    "code goes here",
    "implementation here",
    "implement here",
    "implement this",
    "implement me",
    "to be implemented",
];

/// Whether a line only says that something belongs there.
pub(super) fn is_elision(line: &str) -> bool {
    let line = line.trim();
    let Some(mark) = MARKS.iter().find(|mark| line.starts_with(**mark)) else {
        return false;
    };
    let words = line[mark.len()..]
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    if words.is_empty() {
        return is_ellipsis(line);
    }
    let is_task = words.strip_prefix("todo").is_some_and(|rest| {
        let rest = rest.trim_start_matches([':', ' ', '-']);
        ["implement", "add ", "write ", "complete", "fill", "finish"]
            .iter()
            .any(|verb| rest.starts_with(verb))
    });
    is_task || STAND_INS.iter().any(|phrase| words.contains(phrase))
}

/// Three dots or more, alone or as a comment.
fn is_ellipsis(line: &str) -> bool {
    let dots = line.chars().filter(|c| *c == '.').count();
    let only = |c: char| matches!(c, '.' | '…' | ' ' | '/' | '#' | '*' | '(' | ')');
    (dots >= 3 || line.contains('…')) && line.chars().all(only)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_told_from_text() {
        for line in [
            "    # ... rest unchanged",
            "// existing code here",
            "/* rest of the styles */",
            "<!-- rest of the page -->",
            "# TODO: implement validation",
            "...",
            "// ...",
            "…",
            "(rest of the code omitted for brevity)",
        ] {
            assert!(is_elision(line), "{line}");
        }
        for line in [
            "",
            "x = rest_of_the_list",
            "# The rest is sorted by date.",
            "return [...items, item];",
            "# A todo has a title.",
            "The rest of the evening is free.",
            "* one",
            "--accent: red;",
            "...items,",
            "# Todos that are done come last.",
        ] {
            assert!(!is_elision(line), "{line}");
        }
    }
}
