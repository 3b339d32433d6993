//! Model files with faults: cut anywhere, or with bytes changed. Each ends with a documented exit code and a cause.

use super::model;
use crate::common::Project;

const PLAN: &str = "codey: 1
name: corrupt
chunks:
  note: { type: readme, write: note.md, by: model, max-tokens: 16 }
  tool: { write: tool.txt, content: x }
";

/// Runs the plan by the model file of these bytes: exit code, and what was said.
fn run(bytes: &[u8]) -> (i32, String) {
    let project = Project::with_plan(PLAN);
    project.write("bad.gguf", bytes);
    let words = ["run", "plan.yaml", "--keep-going", "--model", "bad.gguf"];
    let ended = project.codey(&[&words, &["--lanes", "1", "--context", "1024"][..]].concat());
    assert!(!ended.stderr.contains("panicked"), "{}", ended.stderr);
    match ended.code {
        // Nothing begins with a file that is seen to be none.
        5 => assert!(!project.exists("tool.txt")),
        1 => assert!(project.exists("tool.txt") && !project.exists("note.md")),
        0 => {}
        other => panic!("exit code {other}: {}", ended.stderr),
    }
    (ended.code, ended.stderr)
}

fn whole() -> Vec<u8> {
    std::fs::read(model("scripted.gguf")).unwrap()
}

/// The place behind `name`, where a key has its value.
fn after(bytes: &[u8], name: &str) -> usize {
    let found = bytes
        .windows(name.len())
        .position(|window| window == name.as_bytes());
    found.unwrap_or_else(|| panic!("no {name}")) + name.len()
}

#[test]
fn a_cut_file_is_refused_wherever_it_ends() {
    let bytes = whole();
    assert_eq!(run(&bytes).0, 0, "the whole file is one");
    let lengths = (0..20).map(|part| bytes.len() * part / 20);
    for length in lengths.chain([3, 23, 24, 25, 100, bytes.len() - 4096]) {
        let (code, said) = run(&bytes[..length]);
        assert_eq!(code, 5, "{length} bytes: {said}");
        assert!(said.contains("bad.gguf"), "{said}");
    }
}

#[test]
fn counts_and_sizes_that_cannot_be_are_refused() {
    let bytes = whole();
    // Magic, version, tensors, keys, the length of the first key, its type.
    for place in [0, 4, 8, 12, 16, 20, 24, 28] {
        for value in [u32::MAX, 0x7fff_fff0] {
            let mut bad = bytes.clone();
            bad[place..place + 4].copy_from_slice(&value.to_le_bytes());
            let (code, said) = run(&bad);
            assert_eq!(code, 5, "{value:x} at {place}: {said}");
        }
    }
}

#[test]
fn what_the_header_does_not_show_costs_the_node_alone() {
    let bytes = whole();
    let reached = [
        ("output_norm.weight", 0),
        ("token_embd.weight", 0),
        ("blk.0.attn_q.weight", 0),
        ("blk.0.ffn_down.weight", 0),
        // Behind a key stands the type of its value, then the value.
        (".attention.head_count", 4),
        (".block_count", 4),
        (".embedding_length", 4),
        (".feed_forward_length", 4),
    ]
    .map(|(name, at)| {
        let mut bad = bytes.clone();
        let place = after(&bytes, name) + at;
        match at {
            // Another name, so that the tensor is missing.
            0 => bad[place - 1] = b'x',
            _ => bad[place..place + 4].copy_from_slice(&33_u32.to_le_bytes()),
        }
        let (code, said) = run(&bad);
        assert!(code == 1 || code == 5, "{name}: {code} {said}");
        code
    });
    assert!(
        reached.contains(&1),
        "some get as far as the worker: {reached:?}"
    );
}
