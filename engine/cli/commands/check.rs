//! `codey check`: every finding of plan files.

use camino::Utf8Path;

use super::super::args::{CheckArgs, FindingFormat};
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use crate::diagnostic::{Finding, Severity};
use crate::report;
use crate::session::{self, Closed, Target};

pub(in crate::cli) fn check(args: &CheckArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let format = if args.json {
        FindingFormat::Json
    } else {
        args.format
    };
    let set = super::assignments(&args.set)?;
    let mut all: Vec<Finding> = Vec::new();
    for path in &args.plans {
        let target = Target {
            text: path.to_string(),
            set: set.clone(),
            ..Target::default()
        };
        let (findings, sources) = match session::open_plan_file(&target) {
            Ok(opened) => (opened.warnings, opened.sources),
            Err(Closed::Invalid(findings, sources)) => (findings, sources),
            Err(closed) => return Err(closed.into()),
        };
        if format == FindingFormat::Plain && !findings.is_empty() {
            let read = |path: &Utf8Path| sources.text(path).map(str::to_owned);
            ui.print(&report::render_findings(&findings, &read, ui.out()))?;
        }
        all.extend(findings);
    }
    match format {
        FindingFormat::Plain if all.is_empty() => ui.print("no findings\n")?,
        FindingFormat::Plain => ui.print(&format!("{}\n", report::count_line(&all)))?,
        FindingFormat::Json => ui.print(&report::findings_json(&all))?,
        FindingFormat::Sarif => ui.print(&report::findings_sarif(&all))?,
    }
    let has_errors = all
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    Ok(if has_errors {
        Exit::Invalid
    } else {
        Exit::Done
    })
}
