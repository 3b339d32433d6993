//! The dry run as a Graphviz digraph. Knows previews only.

use std::fmt::Write as _;

use super::preview::{Fate, Preview, PreviewNode};
use super::text::visible;

/// Renders `preview` as DOT; nodes of one model load form a cluster.
pub fn render_dot(preview: &Preview) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph {} {{", quoted(&preview.plan));
    out.push_str("  rankdir=LR;\n");
    out.push_str("  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n");
    for (number, load) in preview.loads.iter().enumerate() {
        let label = format!("{}: {}", number + 1, load.model);
        let _ = writeln!(out, "  subgraph cluster_{number} {{");
        let _ = writeln!(out, "    label={};", quoted(&label));
        let members: Vec<String> = load.nodes.iter().map(|node| format!("n{node}")).collect();
        let _ = writeln!(out, "    {};", members.join("; "));
        out.push_str("  }\n");
    }
    for (index, node) in preview.nodes.iter().enumerate() {
        let label = quoted(&label(node));
        let colours = colours(node);
        let _ = writeln!(out, "  n{index} [label={label}, {colours}];");
    }
    for (index, node) in preview.nodes.iter().enumerate() {
        for need in &node.needs {
            let style = match need.on.as_str() {
                "success" => "",
                "failure" => " [style=dashed, label=\"failure\"]",
                _ => " [style=dotted, label=\"always\"]",
            };
            let _ = writeln!(out, "  n{} -> n{index}{style};", need.node);
        }
    }
    out.push_str("}\n");
    out
}

/// Id, chunk type and first output, one a line.
fn label(node: &PreviewNode) -> String {
    let mut label = format!("{}\n{}", node.id, node.chunk);
    if let Some(first) = node.outputs.first() {
        let _ = write!(label, "\n{first}");
        if node.outputs.len() > 1 {
            let _ = write!(label, " +{}", node.outputs.len() - 1);
        }
    }
    label
}

fn colours(node: &PreviewNode) -> String {
    let fill = match node.kind.as_str() {
        "template" => "#e3edfb",
        "model" => "#f0e6fb",
        "check" => "#e2f3e8",
        _ => "#eceef1",
    };
    let line = match node.fate {
        Fate::Run => "color=\"#5b6470\"",
        Fate::Cached => "color=\"#b6bcc4\", fontcolor=\"#7a828c\"",
        Fate::Depends => "color=\"#5b6470\", style=\"rounded,filled,dashed\"",
        Fate::Conflict => "color=\"#c0392b\", penwidth=2",
    };
    format!("fillcolor=\"{fill}\", {line}")
}

/// `text` as a DOT string: line breaks kept, everything else that could act made visible.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| visible(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    #[test]
    fn nodes_edges_and_loads_are_drawn() {
        insta::assert_snapshot!(render_dot(&fixture::mixed()));
    }

    #[test]
    fn hostile_ids_stay_inside_their_quotes() {
        assert_eq!(
            quoted("a\"]; evil [x=\"\\\u{1b}"),
            r#""a\"]; evil [x=\"\\\\u{1b}""#
        );
    }
}
