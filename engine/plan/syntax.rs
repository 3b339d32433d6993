//! Says in plain words why a text is not YAML. Knows no plan.

use serde_saphyr::granit_parser::ErrorKind;

use super::limits::MAX_DEPTH;

type Explanation = (&'static str, String, String);

const NOT_YAML: &str = "plan::not-yaml";

/// The finding for a value nested too deeply.
pub(super) fn too_deep() -> Explanation {
    (
        "plan::too-deep",
        format!("more than {MAX_DEPTH} lists and mappings stand inside each other"),
        "close a bracket that was left open, or write the value flatter".to_owned(),
    )
}

/// Code, message and help for a parser's error at byte `at` of `text`.
pub(super) fn explain(kind: &ErrorKind, text: &str, at: usize) -> Explanation {
    let (message, help) = match kind {
        ErrorKind::RecursionLimitExceeded => return too_deep(),
        ErrorKind::DirectiveDisallowed => {
            return (
                "plan::yaml-directive",
                "a plan has no YAML directives such as `%YAML`".to_owned(),
                "remove the line that starts with `%`".to_owned(),
            );
        }
        ErrorKind::UnclosedFlowCollection { open }
        | ErrorKind::MismatchedFlowCollectionEnd { open, .. } => (
            format!("the `{open}` opened before is not closed here"),
            format!("add the missing `{}`", closing(*open)),
        ),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEof => (
            "the file ends inside a list or mapping".to_owned(),
            "add the missing `]` or `}`".to_owned(),
        ),
        ErrorKind::MisplacedFlowCollectionEnd => (
            "this bracket closes nothing".to_owned(),
            "remove it, or open the list or mapping before it".to_owned(),
        ),
        ErrorKind::ExpectedFlowMappingSeparator => (
            "a `,` or `}` belongs between the entries of a mapping".to_owned(),
            "separate the entries with commas, and quote texts that hold `{`, `}`, `[`, `]` or `,`"
                .to_owned(),
        ),
        ErrorKind::ExpectedFlowSequenceSeparator => (
            "a `,` or `]` belongs between the elements of a list".to_owned(),
            "separate the elements with commas, and quote texts that hold `[`, `]`, `{`, `}` or `,`"
                .to_owned(),
        ),
        ErrorKind::UnclosedQuotedScalar => (
            "the quoted text that starts before is not closed".to_owned(),
            "add the closing quote".to_owned(),
        ),
        ErrorKind::UnknownQuotedScalarEscape
        | ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidUnicodeEscape => (
            "this is no escape that double quotes know".to_owned(),
            "write a backslash as `\\\\`, or use single quotes".to_owned(),
        ),
        ErrorKind::InvalidTrailingSingleQuotedScalar
        | ErrorKind::InvalidTrailingDoubleQuotedScalar => (
            "text follows the closing quote".to_owned(),
            "put the whole value inside the quotes".to_owned(),
        ),
        _ if tab_near(text, at) => (
            "a tab stands where YAML takes spaces only".to_owned(),
            "indent with spaces".to_owned(),
        ),
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEofBlockSequence => (
            "this line does not line up with the ones it belongs to".to_owned(),
            "give entries of one mapping or list the same indentation".to_owned(),
        ),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "this line is no `key: value`".to_owned(),
            "write a colon and a space after the key".to_owned(),
        ),
        ErrorKind::MappingValueNotAllowed
        | ErrorKind::MappingKeyNotAllowed
        | ErrorKind::InvalidColonPlacement
        | ErrorKind::FlowMappingValueAdjacentCollection
        | ErrorKind::InvalidMappingValueWhitespace => (
            "a second `key: value` stands where one value is expected".to_owned(),
            "quote the text if the colon belongs to it; or the line before lacks its own colon".to_owned(),
        ),
        ErrorKind::UnexpectedCharacter { character } => (
            format!("no unquoted value starts with `{}`", character.escape_default()),
            "put the value in quotes".to_owned(),
        ),
        ErrorKind::BlockSequenceEntryNotAllowed
        | ErrorKind::BlockEntryInFlowCollection
        | ErrorKind::InvalidBlockEntryWhitespace => (
            "a list entry `-` cannot stand here".to_owned(),
            "start it on a line of its own, or write the list as `[a, b]`".to_owned(),
        ),
        other => (
            format!("this is not YAML: {other}"),
            "compare the line with the examples in `engine/docs/plan-format.md`".to_owned(),
        ),
    };
    (NOT_YAML, message, help)
}

fn closing(open: char) -> char {
    if open == '[' { ']' } else { '}' }
}

/// Whether a tab stands in the indentation of the line, or right at the place.
fn tab_near(text: &str, at: usize) -> bool {
    let line = text[..at].rfind('\n').map_or(0, |before| before + 1);
    let rest = &text.as_bytes()[line..];
    let indentation = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
    indentation.into_iter().any(|byte| *byte == b'\t') || text.as_bytes().get(at) == Some(&b'\t')
}
