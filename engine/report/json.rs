//! The dry run as one JSON document. Knows previews only.

use super::preview::Preview;

/// Renders `preview` as indented JSON with a final newline.
///
/// # Panics
/// Never: every key of a preview is a string.
pub fn render_json(preview: &Preview) -> String {
    let json = serde_json::to_string_pretty(preview).expect("a preview has string keys only");
    format!("{json}\n")
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn the_document_holds_the_whole_preview() {
        insta::assert_snapshot!(render_json(&fixture::mixed()));
    }
}
