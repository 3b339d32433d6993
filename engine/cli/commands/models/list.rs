//! `codey models list` and `show`: what is installed, what is known, and what fits this computer.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::super::error::CommandError;
use super::super::super::exit::Exit;
use super::super::super::settings::Settings;
use super::super::super::ui::Ui;
use super::{described, store};
use crate::diagnostic::did_you_mean;
use crate::model::catalogue::{self, Entry};
use crate::model::store::{Installed, Store, check_header};
use crate::report::{size, visible};

/// Columns between two columns.
const GAP: usize = 2;
const MIB: u64 = 1024 * 1024;

/// A model that is installed, known, or both.
struct Row {
    name: String,
    installed: Option<Installed>,
    entry: Option<&'static Entry>,
}

impl Row {
    fn role(&self) -> &str {
        let known = self.entry.map_or("", |entry| entry.role.as_str());
        self.installed
            .as_ref()
            .map_or(known, |model| model.role.as_str())
    }

    fn bytes(&self) -> u64 {
        let known = self.entry.map_or(0, |entry| entry.size);
        self.installed.as_ref().map_or(known, |model| model.size)
    }

    /// Memory it needs in MiB, where the catalogue says so.
    fn need_mib(&self) -> Option<u64> {
        self.entry.map(|entry| entry.ram_mib)
    }
}

fn rows(store: &Store, only_installed: bool) -> Result<Vec<Row>, CommandError> {
    let mut installed = store.installed()?;
    let mut rows: Vec<Row> = Vec::new();
    for entry in catalogue::entries() {
        let at = installed.iter().position(|model| model.name == entry.name);
        rows.push(Row {
            name: entry.name.clone(),
            installed: at.map(|at| installed.remove(at)),
            entry: Some(entry),
        });
    }
    let others = installed.into_iter().map(|model| Row {
        name: model.name.clone(),
        installed: Some(model),
        entry: None,
    });
    rows.splice(0..0, others);
    rows.retain(|row| !only_installed || row.installed.is_some());
    Ok(rows)
}

pub(super) fn list(only_installed: bool, as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let settings = Settings::load(ui)?;
    let store = store(ui)?;
    let rows = rows(&store, only_installed)?;
    if as_json {
        let line = |row: &Row| format!("{}\n", to_json(row, &store, &settings));
        ui.print(&rows.iter().map(line).collect::<String>())?;
        return Ok(Exit::Done);
    }
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0) + GAP;
    let line = |row: &Row| {
        let need = row
            .need_mib()
            .map_or_else(String::new, |mib| size(mib * MIB));
        let state = state(row, &settings);
        let line = format!(
            "{:width$}{:10}{:>10}  {need:>10}  {state}",
            row.name,
            row.role(),
            size(row.bytes()),
        );
        format!("{}\n", visible(line.trim_end()))
    };
    let head = format!(
        "{:width$}{:10}{:>10}  {:>10}\n",
        "name", "role", "size", "memory"
    );
    ui.print(&(head + &rows.iter().map(line).collect::<String>()))?;
    let budget = settings.budget_mib();
    if budget < u64::MAX {
        ui.tell(&format!(
            "\nmodels may take {}\n",
            size(budget.saturating_mul(MIB))
        ));
    }
    Ok(Exit::Done)
}

fn state(row: &Row, settings: &Settings) -> String {
    let mut words = Vec::new();
    if row.installed.is_some() {
        words.push("installed");
    }
    if is_default(row, settings) {
        words.push("default");
    }
    if row
        .need_mib()
        .is_some_and(|need| need > settings.budget_mib())
    {
        words.push("too large for this computer");
    }
    words.join(", ")
}

fn is_default(row: &Row, settings: &Settings) -> bool {
    let chosen = settings.effective.config.models.get(row.role());
    chosen.is_some_and(|name| *name == row.name)
}

fn to_json(row: &Row, store: &Store, settings: &Settings) -> Value {
    let mut value = row.entry.map_or_else(|| json!({}), |entry| json!(entry));
    if let Some(object) = value.as_object_mut() {
        if let Some(model) = &row.installed
            && let Value::Object(more) = described(store, model)
        {
            object.extend(more);
        }
        let fits = row.need_mib().map(|need| need <= settings.budget_mib());
        object.insert("installed".into(), json!(row.installed.is_some()));
        object.insert("default".into(), json!(is_default(row, settings)));
        object.insert("fits".into(), json!(fits));
    }
    value
}

pub(super) fn show(name: &str, as_json: bool, ui: &Ui) -> Result<Exit, CommandError> {
    let settings = Settings::load(ui)?;
    let store = store(ui)?;
    let rows = rows(&store, false)?;
    let Some(row) = rows.iter().find(|row| row.name == name) else {
        let near = did_you_mean(name, rows.iter().map(|row| row.name.as_str()));
        let help = near.map_or_else(
            || "`codey models list` lists the models".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(CommandError::usage(
            format!("there is no model called `{name}`"),
            help,
        ));
    };
    if as_json {
        ui.print(&format!("{}\n", to_json(row, &store, &settings)))?;
    } else {
        ui.print(&text(row, &store, &settings))?;
    }
    Ok(Exit::Done)
}

/// What the file itself says of a model that the catalogue does not know.
fn header_lines(store: &Store, model: &Installed) -> Vec<(&'static str, String)> {
    let shape = match check_header(&store.path(model)) {
        Ok(header) => header.shape,
        Err(error) => return vec![("fault", error.to_string())],
    };
    let kind = format!("{}, {}", shape.architecture, shape.quantisation);
    let mut lines = vec![("about", shape.name), ("kind", kind)];
    lines.push(("context", format!("{} tokens", shape.context_train)));
    lines.extend(shape.license.map(|licence| ("licence", licence)));
    lines
}

fn text(row: &Row, store: &Store, settings: &Settings) -> String {
    let mut lines: Vec<(&str, String)> = vec![("name", row.name.clone())];
    lines.push(("role", row.role().to_owned()));
    lines.push((
        "size",
        format!("{} ({} bytes)", size(row.bytes()), row.bytes()),
    ));
    if let Some(entry) = row.entry {
        let fits = match entry.ram_mib <= settings.budget_mib() {
            true => "fits",
            false => "too large for this computer",
        };
        let unknown = || "unknown: only the size can be checked".to_owned();
        lines.push(("about", entry.about.clone()));
        lines.push(("memory", format!("{} ({fits})", size(entry.ram_mib * MIB))));
        lines.push(("context", format!("{} tokens", entry.context)));
        lines.push(("licence", entry.licence.clone()));
        lines.extend(entry.accept.iter().map(|text| ("to accept", text.clone())));
        lines.push(("prompts", entry.notes.clone()));
        lines.push(("source", entry.url(None)));
        lines.push(("sha256", entry.sha256.clone().unwrap_or_else(unknown)));
    } else if let Some(model) = &row.installed {
        lines.extend(header_lines(store, model));
        lines.push(("sha256", model.sha256.clone()));
    }
    let installed = row
        .installed
        .as_ref()
        .map(|model| store.path(model).into_string());
    lines.push(("installed", installed.unwrap_or_else(|| "no".to_owned())));
    lines.iter().fold(String::new(), |mut text, (key, value)| {
        let _ = writeln!(text, "{key:10} {}", visible(value));
        text
    })
}
