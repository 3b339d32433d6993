//! Lists the files of `plans/`, `prompts/` and `templates/` for `engine/assets.rs`, and links what `engine/matmul` wraps.
//! Knows only names.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script writes its table into Cargo's output folder"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo names the package's folder");
    let output = env::var("OUT_DIR").expect("cargo names the output folder");
    let root = Path::new(&root);
    println!("cargo::rerun-if-changed=engine/build.rs");
    if let Ok(function) = env::var("DEP_CODEY_MATMUL_WRAPS") {
        // Undefined at first, so that linkers that read each library once take llama.cpp's own along.
        println!("cargo::rustc-link-arg=-Wl,--wrap={function},--undefined={function}");
    }

    let mut plans = files(root, "plans")?;
    plans.retain(|name| {
        !name.contains('/') && Path::new(name).extension().is_some_and(|end| end == "yaml")
    });
    let prompts = files(root, "prompts")?;
    let templates = files(root, "templates")?;

    let mut table = String::new();
    write_table(&mut table, "PLANS", "plans", &plans);
    write_table(&mut table, "PROMPTS", "prompts", &prompts);
    write_table(&mut table, "TEMPLATES", "templates", &templates);
    fs::write(Path::new(&output).join("assets.rs"), table)
}

/// Paths of all files below `root/folder`, relative to it, with `/` between names, sorted.
fn files(root: &Path, folder: &str) -> io::Result<Vec<String>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut found = Vec::new();
    let mut pending = vec![String::new()];
    while let Some(prefix) = pending.pop() {
        let directory = root.join(folder).join(&prefix);
        if !directory.is_dir() {
            continue;
        }
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().ok_or_else(|| {
                io::Error::other(format!("{folder}/{prefix} holds a name that is not UTF-8"))
            })?;
            if entry.file_type()?.is_dir() {
                pending.push(format!("{prefix}{name}/"));
            } else {
                found.push(format!("{prefix}{name}"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Appends a constant of name and text for each file; the texts are read by the compiler.
fn write_table(out: &mut String, constant: &str, folder: &str, names: &[String]) {
    writeln!(out, "const {constant}: &[(&str, &str)] = &[").expect("writing to a string");
    for name in names {
        let path = format!("/{folder}/{name}");
        writeln!(
            out,
            "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),"
        )
        .expect("writing to a string");
    }
    out.push_str("];\n");
}
