//! `codey spec`: what a request is understood to ask for.

use std::io::BufRead as _;

use super::super::args::SpecArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::ui::Ui;
use crate::report;
use crate::session;
use crate::spec::Spec;

pub(in crate::cli) fn spec(args: &SpecArgs, ui: &Ui) -> Result<Exit, CommandError> {
    if args.request != "-" {
        let spec = session::read_request(&args.request, &args.entity);
        ui.print(&show(&spec, args.json))?;
        return Ok(if spec.refusals().next().is_some() {
            Exit::Refused
        } else {
            Exit::Done
        });
    }
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| {
            CommandError::usage(
                format!("cannot read the requests: {error}"),
                "pass UTF-8 text",
            )
        })?;
        ui.print(&show(
            &session::read_request(&line, &args.entity),
            args.json,
        ))?;
    }
    Ok(Exit::Done)
}

fn show(spec: &Spec, json: bool) -> String {
    if json {
        return serde_json::to_string(spec)
            .map_or_else(|_| String::new(), |json| format!("{json}\n"));
    }
    let mut text = format!("{} ({}, {})\n", spec.title, spec.kind, spec.stack);
    for entity in &spec.entities {
        let fields: Vec<String> = entity.fields.iter().map(crate::spec::to_compact).collect();
        text.push_str(&format!("  {}: {}\n", entity.name, fields.join(" ")));
    }
    for note in &spec.notes {
        let kind = format!("{:?}", note.kind).to_lowercase();
        text.push_str(&format!("  {kind}: {}\n", report::visible(&note.text)));
    }
    text
}
