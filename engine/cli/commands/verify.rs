//! `codey verify`: every check on a project as it lies.

use camino::Utf8Path;
use serde_json::json;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::keep_args::VerifyArgs;
use super::super::signals::Listener;
use super::super::ui::Ui;
use crate::proc::Cancel;
use crate::report::{self, count, visible};
use crate::session::{self, Closed, Opened, ProgramCheck, Verified, VerifyOptions};

/// Said of a directory without codey's records.
const NOT_MADE: &str = "codey has no record of making this directory: only syntax was checked";

pub(in crate::cli) fn verify(args: &VerifyArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = match super::made(&args.dir, args.plan.as_deref()) {
        Err(Closed::NotRecorded(..)) => None,
        opened => Some(opened?),
    };
    let options = VerifyOptions {
        dir: args.dir.clone(),
        programs: !args.no_programs,
        cache_dir: ui.cache_dir()?,
        install_env: ui.install_env(),
    };
    let cancel = Cancel::new()?;
    let listener = Listener::new();
    listener.cancel(cancel.clone());
    let mut progress = |text: &str| ui.tell(&format!("{}\n", visible(text)));
    let verified = session::verify(opened.as_ref(), &options, &cancel, &mut progress)?;
    if args.json {
        ui.print(&report::findings_json(&verified.findings))?;
        ui.print(&last_line(opened.as_ref(), &verified))?;
    } else {
        let read = |path: &Utf8Path| verified.text(path).map(str::to_owned);
        ui.print(&report::render_findings(
            &verified.findings,
            &read,
            ui.out(),
        ))?;
        ui.print(&summary(opened.as_ref(), &verified))?;
    }
    Ok(match (verified.interrupted, verified.has_errors()) {
        (true, _) => listener.exit(),
        (_, true) => Exit::Failed,
        _ => Exit::Done,
    })
}

/// What was checked, for people.
fn summary(opened: Option<&Opened>, verified: &Verified) -> String {
    let mut text = String::new();
    for check in verified.programs.iter().filter(|check| !check.ok) {
        let lines = check.detail.lines().skip(1);
        text.extend(lines.map(|line| format!("  {}\n", visible(line))));
        text.push('\n');
    }
    if opened.is_none() {
        text.extend([NOT_MADE, "\n"]);
    }
    let files = count(verified.files, "file");
    let checks = format!("{}: {files}\n", verified.builtin.join(", "));
    text.push_str(&checks);
    for check in &verified.programs {
        let said = if check.ok { &check.detail } else { "failed" };
        let line = format!("{}: {said}", shell_words::join(&check.argv));
        text.extend([visible(&line).as_ref(), "\n"]);
    }
    let sum = report::count_line(&verified.findings);
    let sum = if sum.is_empty() {
        "no findings".to_owned()
    } else {
        sum
    };
    text.extend([sum.as_str(), "\n"]);
    text
}

/// What was checked, for programs.
fn last_line(opened: Option<&Opened>, verified: &Verified) -> String {
    let program = |check: &ProgramCheck| {
        json!({
            "node": check.node,
            "argv": check.argv,
            "ok": check.ok,
            "detail": check.detail,
            "ms": check.ms,
        })
    };
    let programs: Vec<_> = verified.programs.iter().map(program).collect();
    let line = json!({ "verified": {
        "plan": opened.map(|opened| &opened.plan.name),
        "files": verified.files,
        "checks": verified.builtin,
        "programs": programs,
        "findings": verified.findings.len(),
        "interrupted": verified.interrupted,
    } });
    format!("{line}\n")
}
