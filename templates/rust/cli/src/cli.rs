<% from "rust/shared.jinja" import class, ident, listed %>
<% set multi = contract.entities | length > 1 %>
//! The command line: what can be asked for, and who answers.

use std::path::PathBuf;

<% if multi %>
use clap::{Parser, Subcommand};
<% else %>
use clap::Parser;
<% endif %>

<% for entity in contract.entities | sort(attribute="plural") %>
use crate::entities::<< ident(entity.plural) >>;
<% endfor %>
use crate::rules::Refused;
use crate::{PROGRAM, store};

/// Keeps << listed(contract.entities) >> in a file on this machine.
///
/// Exit codes: 0 done, 1 refused, 2 not understood.
#[derive(Parser)]
#[command(name = PROGRAM, version, disable_help_subcommand = true)]
pub struct Cli {
    /// The file to use instead of the usual one.
    #[arg(long, global = true, value_name = "FILE")]
    #[arg(env = "<< app | snake | upper >>_DATA")]
    data: Option<PathBuf>,

    /// Answer in JSON.
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
<% if multi %>
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
<% for entity in contract.entities %>
    /// Add, list, show, edit and remove << entity.label_plural >>.
    #[command(name = "<< entity.name | kebab >>", subcommand)]
    << entity.class >>(<< ident(entity.plural) >>::Command),
<% endfor %>
}
<% else %>
    command: << ident(contract.entities[0].plural) >>::Command,
}
<% endif %>

/// Does what the arguments say and returns what to print.
pub fn run(cli: Cli) -> Result<String, Refused> {
    let path = match cli.data {
        Some(path) => path,
        None => store::default_path()?,
    };
    let mut loaded = store::load(&path)?;
    let data = &mut loaded.data;
<% if multi %>
    let answer = match cli.kind {
<% for entity in contract.entities %>
        Kind::<< entity.class >>(command) => << ident(entity.plural) >>::run(command, data)?,
<% endfor %>
    };
<% else %>
    let answer = << ident(contract.entities[0].plural) >>::run(cli.command, data)?;
<% endif %>
    if answer.changed {
        store::save(&path, &loaded)?;
    }
    Ok(if cli.json { answer.json } else { answer.text })
}
