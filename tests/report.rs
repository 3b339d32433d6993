//! Reports through their public face: every form of a huge dry run, and findings for people and programs.

use codey::diagnostic::{Finding, Place};
use codey::report::{
    Fate, Look, Preview, PreviewNeed, PreviewNode, Totals, findings_json, render_dot,
    render_findings, render_json, render_mermaid, render_svg, render_tree,
};

/// Nodes of the huge plans: what the plan limits allow by `for-each`.
const HUGE: u32 = 100_000;

/// A plan of `nodes` nodes; `needs` gives the nodes each waits for.
fn preview(nodes: u32, needs: impl Fn(u32) -> Vec<u32>) -> Preview {
    let node = |index: u32| PreviewNode {
        id: format!("n{index}"),
        kind: "tool".to_owned(),
        chunk: "shell".to_owned(),
        producer: "true".to_owned(),
        outputs: Vec::new(),
        cap: None,
        lane: "tool".to_owned(),
        needs: needs(index)
            .into_iter()
            .map(|node| PreviewNeed {
                node,
                on: "success".to_owned(),
            })
            .collect(),
        fate: Fate::Run,
        reason: "new".to_owned(),
    };
    Preview {
        version: 1,
        plan: "huge".to_owned(),
        about: String::new(),
        nodes: (0..nodes).map(node).collect(),
        order: (0..nodes).collect(),
        loads: Vec::new(),
        totals: Totals {
            nodes,
            run: nodes,
            ..Totals::default()
        },
    }
}

#[test]
fn a_deep_plan_and_a_wide_join_come_out_in_every_form() {
    let chain = preview(HUGE, |index| index.checked_sub(1).into_iter().collect());
    let join = preview(HUGE, |index| {
        if index == HUGE - 1 {
            (0..index).collect()
        } else {
            Vec::new()
        }
    });
    for preview in [&chain, &join] {
        let edges = preview
            .nodes
            .iter()
            .map(|node| node.needs.len())
            .sum::<usize>();
        let arrows = |text: &str, arrow: &str| text.matches(arrow).count();
        assert_eq!(arrows(&render_dot(preview), " -> "), edges);
        assert_eq!(arrows(&render_mermaid(preview), " --> "), edges);
        let json: serde_json::Value = serde_json::from_str(&render_json(preview)).unwrap();
        assert_eq!(json["nodes"].as_array().unwrap().len(), HUGE as usize);
        assert!(render_svg(preview).ends_with("</svg>\n"));
        let text = render_tree(preview, false, Look::PLAIN);
        assert!(text.lines().count() < 150, "{}", text.lines().count());
        assert!(text.contains("100,000: 100,000 to run"), "{text}");
    }
    let text = render_tree(&join, false, Look::PLAIN);
    assert!(text.contains("all 99,999 above"), "{text}");
}

#[test]
fn a_finding_reads_the_same_for_people_and_programs() {
    let place = Place {
        file: "plan.yaml".into(),
        line: 2,
        column: 7,
        length: 4,
    };
    let finding = Finding::error("plan::cycle", "`a` waits for itself")
        .at(place)
        .node("a")
        .help("remove one of its `needs`");
    let findings = [finding];
    let read = |_: &camino::Utf8Path| Some("codey: 1\nname: ring\n".to_owned());
    insta::assert_snapshot!(render_findings(&findings, &read, Look::PLAIN), @r"
    error[plan::cycle]: `a` waits for itself
     --> plan.yaml:2:7
      |
    2 | name: ring
      |       ^^^^
      = node: a
      = help: remove one of its `needs`
    ");
    let json: serde_json::Value = serde_json::from_str(&findings_json(&findings)).unwrap();
    assert_eq!(json["place"]["line"], 2);
    assert_eq!(json["help"], "remove one of its `needs`");
}
