//! Every check on a project as it lies. Reads the project and writes nothing in it: programs run on a copy.

use std::collections::{BTreeMap, BTreeSet};

use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

use super::survey::Survey;
use super::target::Opened;
use crate::clock::Stopwatch;
use crate::diagnostic::{Finding, Severity};
use crate::event::State;
use crate::exec::{self, Bench, Job};
use crate::model::STALL;
use crate::plan::{Action, CheckAction, Node};
use crate::proc::Cancel;
use crate::validate;
use crate::workspace::{Scratch, Workspace, WorkspaceError};

/// What to verify and with what.
#[derive(Clone, Debug)]
pub struct VerifyOptions {
    /// The project's directory.
    pub dir: Utf8PathBuf,
    /// Whether the checks that run programs are made.
    pub programs: bool,
    /// Where virtual environments are kept.
    pub cache_dir: Utf8PathBuf,
    /// Variables for the programs that fill them.
    pub install_env: Vec<(String, String)>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Verified {
    /// Everything that is wrong, by file.
    pub findings: Vec<Finding>,
    /// The built-in checks that were made.
    pub builtin: Vec<String>,
    /// How many files were read.
    pub files: usize,
    /// Programs that were run.
    pub programs: Vec<ProgramCheck>,
    /// Whether the user ended it.
    pub interrupted: bool,
    texts: BTreeMap<Utf8PathBuf, String>,
}

/// A program that was run as a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramCheck {
    /// The plan's node.
    pub node: String,
    /// The program with its arguments.
    pub argv: Vec<String>,
    /// Whether it was content.
    pub ok: bool,
    /// Its last line, or what went wrong and what it said.
    pub detail: String,
    /// Wall time in milliseconds.
    pub ms: u64,
}

impl Verified {
    /// The text of a file that findings point into.
    pub fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Whether anything is wrong.
    pub fn has_errors(&self) -> bool {
        let mut severities = self.findings.iter().map(|finding| finding.severity);
        severities.any(|severity| severity == Severity::Error)
    }
}

/// Verifies the project; without a plan only the syntax of its files is checked. `progress` hears what is done
/// that takes time.
pub fn verify(
    opened: Option<&Opened>,
    options: &VerifyOptions,
    cancel: &Cancel,
    progress: &mut dyn FnMut(&str),
) -> Result<Verified, WorkspaceError> {
    let workspace = Workspace::open(&options.dir)?;
    let survey = Survey::of(&workspace, opened.map(|opened| &opened.plan))?;
    let mut verified = Verified {
        files: survey.texts.len(),
        builtin: vec!["syntax".to_owned()],
        findings: syntax(&survey),
        ..Verified::default()
    };
    let unreadable = survey.unreadable.iter().map(|path| unreadable(path));
    verified.findings.extend(unreadable);
    if let Some(opened) = opened {
        verified
            .findings
            .extend(survey.missing().map(|path| missing(path)));
        for name in asked(opened) {
            verified.findings.extend(builtin(name, opened, &survey));
            verified.builtin.push(name.to_owned());
        }
    }
    verified.findings.sort_by_cached_key(by_place);
    if let (Some(opened), true) = (opened, options.programs) {
        let programs = Programs {
            opened,
            options,
            cancel,
        };
        let checks = programs.run(&workspace, &survey.files, progress)?;
        let failed = checks.iter().filter(|check| !check.ok).map(failed);
        verified.findings.extend(failed);
        verified.programs = checks;
        verified.interrupted = cancel.is_cancelled();
    }
    verified.texts = survey.texts.into_iter().collect();
    Ok(verified)
}

fn by_place(finding: &Finding) -> Option<(Utf8PathBuf, u32, u32)> {
    let place = finding.place.as_ref()?;
    Some((place.file.clone(), place.line, place.column))
}

/// What the language of each file says. That requirements are pinned is codey's own rule, for its own files.
fn syntax(survey: &Survey) -> Vec<Finding> {
    let of_file = |(path, text): &(Utf8PathBuf, String)| {
        let mut findings = validate::syntax(path, text);
        if !survey.own.contains(path) {
            findings.retain(|finding| finding.code != "requirements::not-pinned");
        }
        findings
    };
    survey.texts.par_iter().flat_map_iter(of_file).collect()
}

fn missing(path: &Utf8Path) -> Finding {
    Finding::error(
        "verify::missing",
        format!("`{path}` is part of the plan and is not there"),
    )
    .help("`codey run` writes it again; take its chunk out of the plan if it is not wanted")
}

fn unreadable(path: &Utf8Path) -> Finding {
    let message = format!("`{path}` may not be read and was not checked");
    Finding::warning("verify::unreadable", message).help("give yourself the right to read it")
}

/// The built-in checks that the plan asks for, besides that of syntax.
fn asked(opened: &Opened) -> BTreeSet<&str> {
    let names = opened
        .plan
        .nodes
        .iter()
        .filter_map(|node| match &node.action {
            Action::Check(CheckAction::Builtin(names)) => Some(names),
            _ => None,
        });
    let names = names.flatten().map(String::as_str);
    names.filter(|name| *name != "syntax").collect()
}

/// The findings of one built-in check. Files that the plan does not write may be linked, and may say what they
/// like.
fn builtin(name: &str, opened: &Opened, survey: &Survey) -> Vec<Finding> {
    let mut findings = match (name, &opened.contract, &opened.stack) {
        ("links", _, stack) => validate::links(&survey.texts, stack.as_ref()),
        (_, Some(contract), Some(stack)) => {
            let own = survey
                .texts
                .iter()
                .filter(|(path, _)| survey.own.contains(path));
            let own: Vec<_> = own.cloned().collect();
            validate::contract(contract, stack, &own)
        }
        _ => Vec::new(),
    };
    findings.retain(|finding| {
        let place = finding.place.as_ref();
        place.is_none_or(|place| survey.own.contains(&place.file))
    });
    findings
}

/// The programs that a plan checks with.
struct Programs<'a> {
    opened: &'a Opened,
    options: &'a VerifyOptions,
    cancel: &'a Cancel,
}

impl Programs<'_> {
    /// Runs them one after the other on a copy of the project, until the user ends it.
    fn run(
        &self,
        project: &Workspace,
        files: &[Utf8PathBuf],
        progress: &mut dyn FnMut(&str),
    ) -> Result<Vec<ProgramCheck>, WorkspaceError> {
        let programs: Vec<_> = self.opened.plan.nodes.iter().filter_map(program).collect();
        let mut checks = Vec::new();
        if programs.is_empty() {
            return Ok(checks);
        }
        let scratch = Scratch::copy(project, files)?;
        let bench = Bench {
            workspace: scratch.workspace(),
            cancel: self.cancel,
            cache_dir: &self.options.cache_dir,
            install_env: &self.options.install_env,
            contract: self.opened.contract.as_ref(),
            stack: self.opened.stack.as_ref(),
            runtime: None,
            prompts: None,
            stall: STALL,
        };
        for (node, argv) in programs {
            progress(&format!("running {}", shell_words::join(argv)));
            let watch = Stopwatch::start();
            let outcome = exec::attempt(&job(node), &bench, &mut |_| {});
            if outcome.state == State::Cancelled {
                break;
            }
            // The copy is nobody's business.
            let copy = format!("{}/", scratch.workspace().root());
            checks.push(ProgramCheck {
                node: node.id.clone(),
                argv: argv.to_vec(),
                ok: outcome.state == State::Done,
                detail: outcome.detail.replace(&copy, ""),
                ms: watch.elapsed_ms(),
            });
        }
        Ok(checks)
    }
}

fn program(node: &Node) -> Option<(&Node, &[String])> {
    match &node.action {
        Action::Check(CheckAction::Command { argv, .. }) => Some((node, argv)),
        _ => None,
    }
}

fn job(node: &Node) -> Job<'_> {
    Job {
        node,
        content: None,
        own_files: Vec::new(),
        after_kill: false,
        brief: None,
        base: None,
        sampling: crate::model::Sampling::default(),
    }
}

fn failed(check: &ProgramCheck) -> Finding {
    let reason = check.detail.lines().next().unwrap_or("it failed");
    // The program goes by the name that the plan has for it, not by its file.
    let message = match reason
        .strip_prefix('`')
        .and_then(|rest| rest.split_once('`'))
    {
        Some((_, how)) => format!("`{}`{how}", shell_words::join(&check.argv)),
        None => reason.to_owned(),
    };
    Finding::error("verify::program", message)
        .node(&check.node)
        .help("what it said is shown below")
}
