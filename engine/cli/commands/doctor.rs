//! `codey doctor`: what this computer has of what codey uses, with the fix for what it lacks.

use serde::Serialize;

use super::super::args::DoctorArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use crate::model::budget;
use crate::{host, model, proc};

/// One thing that was looked at.
#[derive(Serialize)]
struct Item {
    name: &'static str,
    ok: bool,
    found: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    fix: &'static str,
}

pub(in crate::cli) fn doctor(args: &DoctorArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let items = items(ui);
    let mut text = String::new();
    for item in &items {
        if args.json {
            let json = serde_json::to_string(item).unwrap_or_default();
            text.extend([json.as_str(), "\n"]);
        } else {
            // What works and could work better has a fix as well.
            let mark = match (item.ok, item.fix.is_empty()) {
                (true, true) => "ok ",
                (true, false) => "!! ",
                (false, _) => "no ",
            };
            let fix = if item.fix.is_empty() {
                String::new()
            } else {
                format!(" ({})", item.fix)
            };
            let line = format!("{mark} {:<12} {}{fix}\n", item.name, item.found);
            text.push_str(&line);
        }
    }
    ui.print(&text)?;
    Ok(if items.iter().all(|item| item.ok) {
        Exit::Done
    } else {
        Exit::Failed
    })
}

fn items(ui: &Ui) -> Vec<Item> {
    let found = |name, found: String| Item {
        name,
        ok: true,
        found,
        fix: "",
    };
    let python = proc::program("python3");
    let cache = ui
        .cache_dir()
        .map_or_else(|_| "none".to_owned(), camino::Utf8PathBuf::into_string);
    vec![
        found("processors", host::processors().to_string()),
        found("memory", memory()),
        Item {
            name: "python3",
            ok: python.is_some(),
            fix: if python.is_some() {
                ""
            } else {
                "install python3 and python3-venv, or pass --no-verify"
            },
            found: python.map_or("not found".to_owned(), |path| path.display().to_string()),
        },
        found("cache", cache),
        llama(),
    ]
}

/// What this process may take, and the part of it that models get unless a budget is named.
fn memory() -> String {
    budget::available().map_or("unknown".to_owned(), |kib| {
        let models = budget::default_budget(kib) / 1024;
        format!(
            "{} MiB available, {models} MiB of it for models",
            kib / 1024
        )
    })
}

/// The linked llama.cpp, and whether it uses what the processor has.
fn llama() -> Item {
    let name = "llama.cpp";
    let Some(linked) = model::linked() else {
        return Item {
            name,
            ok: true,
            found: "not built in".to_owned(),
            fix: "",
        };
    };
    let unused = model::unused(&linked, &host::processor_text());
    if unused.is_empty() {
        return Item {
            name,
            ok: true,
            found: linked.to_string(),
            fix: "",
        };
    }
    Item {
        name,
        ok: true,
        found: format!("{linked}; the processor also has {}", unused.join(" ")),
        fix: "models run slower than they could: build again on this machine with \
              RUSTFLAGS=\"-C target-cpu=native\" and without SOURCE_DATE_EPOCH",
    }
}
