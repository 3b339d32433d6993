//! The dry run as a Mermaid flowchart. Knows previews only.

use std::fmt::Write as _;

use super::preview::{Preview, PreviewNode};
use super::text::visible;

/// Class, fill, line and text colour of each kind of node; readable on light and dark pages.
const CLASSES: [(&str, &str, &str, &str); 4] = [
    ("tool", "#eceef1", "#5b6470", "#1f2328"),
    ("template", "#e3edfb", "#2f6fd0", "#12305e"),
    ("model", "#f0e6fb", "#8250c8", "#3b1f66"),
    ("check", "#e2f3e8", "#2a8a4f", "#12421f"),
];

/// Renders `preview` as a Mermaid flowchart; nodes of one model load form a subgraph.
pub fn render_mermaid(preview: &Preview) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut grouped = vec![false; preview.nodes.len()];
    for (number, load) in preview.loads.iter().enumerate() {
        let title = escaped(&format!("{}. {}", number + 1, load.model));
        let _ = writeln!(out, "  subgraph m{number} [\"{title}\"]");
        for node in &load.nodes {
            let index = *node as usize;
            grouped[index] = true;
            let _ = writeln!(out, "    {}", node_line(index, &preview.nodes[index]));
        }
        out.push_str("  end\n");
    }
    for (index, node) in preview.nodes.iter().enumerate() {
        if !grouped[index] {
            let _ = writeln!(out, "  {}", node_line(index, node));
        }
    }
    for (index, node) in preview.nodes.iter().enumerate() {
        for need in &node.needs {
            let arrow = match need.on.as_str() {
                "success" => "-->",
                "failure" => "-. failure .->",
                _ => "-. always .->",
            };
            let _ = writeln!(out, "  n{} {arrow} n{index}", need.node);
        }
    }
    for (class, fill, line, text) in CLASSES {
        let _ = writeln!(
            out,
            "  classDef {class} fill:{fill},stroke:{line},color:{text}"
        );
    }
    out
}

fn node_line(index: usize, node: &PreviewNode) -> String {
    let mut label = format!("{}<br/>{}", escaped(&node.id), escaped(&node.chunk));
    if let Some(first) = node.outputs.first() {
        let _ = write!(label, "<br/>{}", escaped(first.as_str()));
        if node.outputs.len() > 1 {
            let _ = write!(label, " +{}", node.outputs.len() - 1);
        }
    }
    let class = CLASSES
        .iter()
        .find(|(class, ..)| *class == node.kind)
        .map_or("tool", |(class, ..)| class);
    format!("n{index}(\"{label}\"):::{class}")
}

/// `text` inside a quoted Mermaid label: whatever has a meaning there becomes an entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in visible(text).chars() {
        match char {
            '"' | '#' | '&' | '<' | '>' | '`' | '\\' | '[' | ']' | '{' | '}' | '%' | ';' | '*' => {
                let _ = write!(out, "#{};", u32::from(char));
            }
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn nodes_edges_and_loads_are_drawn() {
        insta::assert_snapshot!(render_mermaid(&fixture::mixed()));
    }

    #[test]
    fn labels_hold_no_character_with_a_meaning() {
        let shown = escaped("a\"]<script>`%%{init}");
        assert!(!shown.contains(['"', ']', '<', '`', '%', '{']), "{shown}");
    }
}
