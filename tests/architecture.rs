//! The shape of the code as tests: layers, one owner each, small files, and what may lie at the top.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Modules by layer, lowest first; a module imports from lower layers only. `engine/lib.rs` shows
/// the same table.
const LAYERS: [&[&str]; 8] = [
    &["id", "diagnostic", "clock", "assets"],
    &["event", "workspace", "proc", "host"],
    &["spec", "contract", "plan", "graph", "digest"],
    &[
        "tool", "template", "model", "prompt", "artifact", "validate",
    ],
    &["config", "exec", "schedule", "journal", "report"],
    &["planner"],
    &["session"],
    &["cli"],
];

/// Imports within a layer that are allowed: who, from whom.
const SIDEWAYS: [(&str, &str); 6] = [
    ("contract", "spec"),
    ("digest", "plan"),
    ("graph", "plan"),
    ("plan", "spec"),
    ("prompt", "artifact"),
    ("prompt", "template"),
];

/// What only some modules may do: a word in the code, and the owners, as paths below `engine/`; a folder ends
/// with a slash.
const OWNERS: [(&str, &[&str]); 23] = [
    (
        "println!",
        &[
            "cli",
            "report",
            "build.rs",
            "matmul/build.rs",
            "spec/request/learned/train/",
        ],
    ),
    ("io::stdout", &["cli", "report"]),
    ("io::stderr", &["cli", "report", "model/llama/log.rs"]),
    ("process::Command", &["proc"]),
    ("Command::new", &["proc"]),
    ("posix_spawn", &["proc"]),
    (
        "fs::write",
        &[
            "workspace",
            "build.rs",
            "validate/venv.rs",
            "spec/request/learned/train/",
        ],
    ),
    ("File::create", &["workspace", "validate/venv.rs"]),
    ("rusqlite", &["journal", "tool", "validate"]),
    ("llama_cpp_2", &["model"]),
    ("llama_cpp_sys_2", &["model/llama/ffi.rs"]),
    (
        "unsafe",
        &["model/llama/ffi.rs", "matmul/hook.rs", "matmul/vector/"],
    ),
    ("std::arch", &["matmul/vector/"]),
    (
        "codey_matmul",
        &["model/linked.rs", "model/llama/linked.rs"],
    ),
    ("landlock", &["model/worker/shield.rs"]),
    ("seccompiler", &["model/worker/shield.rs"]),
    ("git2", &["tool"]),
    ("ureq", &["model/fetch/", "model/endpoint/"]),
    ("TcpStream", &["session/port.rs"]),
    ("indicatif", &["report"]),
    ("ruff_python_parser", &["validate"]),
    ("tree_sitter", &["validate"]),
    ("clap", &["cli"]),
];

/// Longest file of the engine with its unit tests, and of the suite, in lines.
const MAX_FILE_LINES: usize = 500;
const MAX_SUITE_LINES: usize = 1000;

/// What may lie at the top of the repository, besides names that begin with a period.
const TOP_LEVEL: [&str; 12] = [
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE.md",
    "Makefile",
    "README.md",
    "engine",
    "examples",
    "plans",
    "prompts",
    "templates",
    "tests",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below `folder`, as paths relative to it, with its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let base = root().join(folder);
    let mut pending = vec![base.clone()];
    let mut found = Vec::new();
    while let Some(directory) = pending.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(&base).unwrap().to_str().unwrap();
                found.push((name.to_owned(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no Rust file");
    found
}

/// The engine's files without tests and comments.
fn code() -> Vec<(String, String)> {
    let sources = sources("engine");
    let tests: BTreeSet<PathBuf> = sources
        .iter()
        .flat_map(|(name, text)| test_files(name, text))
        .collect();
    sources
        .into_iter()
        .filter(|(name, _)| !tests.contains(Path::new(name)))
        .map(|(name, text)| (name, without_tests(&text)))
        .collect()
}

/// Files that `text` declares as modules for tests only.
fn test_files(name: &str, text: &str) -> Vec<PathBuf> {
    let folder = Path::new(name).parent().unwrap();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines
        .windows(2)
        .filter(|pair| pair[0] == "#[cfg(test)]")
        .filter_map(|pair| pair[1].strip_suffix(';')?.split_once("mod "))
        .map(|(_, module)| folder.join(format!("{module}.rs")))
        .collect()
}

/// Drops comment lines and the test module at the end of a file.
fn without_tests(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let end = lines
        .windows(2)
        .position(|pair| {
            pair[0] == "#[cfg(test)]" && pair[1].contains("mod ") && pair[1].ends_with('{')
        })
        .unwrap_or(lines.len());
    let code = lines[..end].iter();
    code.filter(|line| !line.trim_start().starts_with("//"))
        .fold(String::new(), |text, line| text + line + "\n")
}

/// The top-level module a file belongs to.
fn module(name: &str) -> &str {
    let first = name.split('/').next().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Modules that `code` names after `crate::`, alone or in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.chars()
            .take_while(|char| char.is_ascii_alphanumeric() || *char == '_')
            .collect()
    };
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0_i32;
        let mut start = true;
        for (at, char) in list.char_indices() {
            match char {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if start && char.is_ascii_alphabetic() => {
                    found.insert(word(&list[at..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn imports_point_downwards() {
    let mut wrong = Vec::new();
    for (name, code) in code() {
        let from = module(&name);
        // `matmul` is a crate of its own, which cannot import from the engine.
        if ["lib", "main", "build", "matmul"].contains(&from) {
            continue;
        }
        let Some(own) = layer(from) else {
            wrong.push(format!("{name}: module `{from}` is in no layer"));
            continue;
        };
        for to in imports(&code).iter().filter(|to| *to != from) {
            let allowed = match layer(to) {
                Some(other) if other == own => SIDEWAYS.contains(&(from, to.as_str())),
                Some(other) => other < own,
                None => false,
            };
            if !allowed {
                wrong.push(format!("{name}: `{from}` (layer {own}) imports `{to}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn imports_are_found_in_all_their_forms() {
    let code = "use crate::plan::{self, On};\nuse crate::{id::{NodeId, RunId}, event::Event,\n  proc};\nfn f(x: crate::report::Look) {}";
    let expected = ["event", "id", "plan", "proc", "report"];
    assert_eq!(imports(code).iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_table_in_the_crate_documentation_is_the_one_that_is_tested() {
    let text = fs::read_to_string(root().join("engine/lib.rs")).unwrap();
    for (number, modules) in LAYERS.iter().enumerate() {
        let names: Vec<String> = modules.iter().map(|name| format!("`{name}`")).collect();
        let row = format!("//! | {number} | {} |", names.join(" "));
        assert!(text.contains(&row), "engine/lib.rs lacks {row}");
    }
    let declared: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'))
        .collect();
    let listed: BTreeSet<&str> = LAYERS.concat().into_iter().collect();
    assert_eq!(declared, listed);
}

#[test]
fn each_power_has_its_owners() {
    let mut wrong = Vec::new();
    for (name, code) in code() {
        for (word, owners) in OWNERS {
            let owned = owners.iter().any(|owner| {
                let is_folder = owner.ends_with('/') && name.starts_with(owner);
                is_folder || module(&name) == *owner || name == *owner
            });
            let uses = code.match_indices(word).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                !before.is_some_and(|char| char.is_alphanumeric() || char == '_')
            });
            if uses && !owned {
                wrong.push(format!("{name} uses `{word}`, which belongs to {owners:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_say_what_they_are_and_stay_small() {
    let mut wrong = Vec::new();
    for (folder, limit) in [("engine", MAX_FILE_LINES), ("tests", MAX_SUITE_LINES)] {
        for (name, text) in sources(folder) {
            if !text.starts_with("//! ") {
                wrong.push(format!("{folder}/{name} does not begin with `//!`"));
            }
            let lines = text.lines().count();
            if lines > limit {
                wrong.push(format!(
                    "{folder}/{name} has {lines} lines; {limit} is the limit"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_unfinished() {
    // Written in two parts, so that this list does not find itself.
    let words =
        ["to|do!(", "db|g!(", "fix|me", "unimpl|emented!("].map(|word| word.replace('|', ""));
    let mut wrong = Vec::new();
    for folder in ["engine", "tests"] {
        for (name, text) in sources(folder) {
            let text = text.to_ascii_lowercase();
            for word in words.iter().filter(|word| text.contains(word.as_str())) {
                wrong.push(format!("{folder}/{name} holds `{word}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_file_is_part_of_the_suite() {
    let main = fs::read_to_string(root().join("tests/main.rs")).unwrap();
    for (name, _) in sources("tests") {
        let module = module(&name);
        if module != "main" {
            assert!(
                main.contains(&format!("mod {module};")),
                "tests/main.rs lacks `mod {module};`"
            );
        }
    }
}

#[test]
fn the_top_level_holds_what_is_listed() {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached"])
        .current_dir(root())
        .output();
    let names: BTreeSet<String> = match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout)
            .unwrap()
            .split_terminator('\0')
            .map(|path| path.split('/').next().unwrap().to_owned())
            .collect(),
        // A source archive has no repository: what is built there is known by name.
        _ => fs::read_dir(root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "target")
            .collect(),
    };
    let unknown: Vec<&String> = names
        .iter()
        .filter(|name| !name.starts_with('.'))
        .filter(|name| !TOP_LEVEL.contains(&name.as_str()))
        .collect();
    assert!(unknown.is_empty(), "not allowed at the top: {unknown:?}");
}
