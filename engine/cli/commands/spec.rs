//! `codey spec`: what a request is understood to ask for.

use std::io::BufRead as _;

use super::super::args::SpecArgs;
use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::notes;
use super::super::ui::Ui;
use crate::session;
use crate::spec::{Note, Spec};

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
    text.push_str(&notes::told(&spec.notes));
    let refusals: Vec<Note> = spec.refusals().cloned().collect();
    if !refusals.is_empty() {
        text.push_str("cannot be made:\n");
        text.push_str(&notes::refused(&refusals));
    }
    text
}
