//! The dry run: the same look-ups as a run's, in the same order, with nothing started.

use super::ledger::{self, Fate};
use super::prepare::Prepared;
use super::setup::{Options, Setup, SetupError};
use super::target::Opened;
use crate::graph::{ModelGroup, critical_lengths, start_order};
use crate::id::NodeId;
use crate::plan::{Action, CheckAction, On};
use crate::report::{self, Load, Preview, PreviewNeed, PreviewNode, Totals};

/// Version of the preview's JSON form.
const PREVIEW_VERSION: u32 = 1;

/// Guesses for nodes that never ran here, in milliseconds.
const GUESS_FILE_MS: u64 = 5;
const GUESS_PROGRAM_MS: u64 = 200;
const GUESS_VENV_CHECK_MS: u64 = 15_000;
/// A token's time at five a second, a usual speed of a 7B model on a laptop's processor.
const GUESS_TOKEN_MS: u64 = 200;

/// What a run would do.
pub fn preview(opened: &Opened, options: &Options) -> Result<Preview, SetupError> {
    let setup = Setup::new(opened, options)?;
    let order = start_order(&setup.graph, &critical_lengths(&setup.graph));
    let findings = examine(&setup, &order)?;
    let nodes: Vec<PreviewNode> = setup
        .graph
        .nodes()
        .map(|node| {
            let (fate, reason) = &findings[node.index()];
            preview_node(&setup, node, *fate, reason)
        })
        .collect();
    let runs = |node: NodeId| nodes[node.index()].fate != report::Fate::Cached;
    let loads = loads(&setup);
    let totals = Totals {
        nodes: u32::try_from(nodes.len()).unwrap_or(u32::MAX),
        run: count(&nodes, report::Fate::Run),
        cached: count(&nodes, report::Fate::Cached),
        tokens: nodes
            .iter()
            .filter(|n| n.fate != report::Fate::Cached)
            .filter_map(|n| n.cap)
            .map(u64::from)
            .sum(),
        estimated_ms: estimate(&setup, &order, &runs),
        // Of models that are not idle there is one at a time.
        peak_mib: loads
            .iter()
            .filter_map(|load| load.need_mib)
            .max()
            .unwrap_or(0),
    };
    Ok(Preview {
        version: PREVIEW_VERSION,
        plan: opened.plan.name.clone(),
        about: opened.plan.about.clone(),
        nodes,
        order: order.iter().map(|node| node.0).collect(),
        loads,
        totals,
    })
}

/// Looks every node up in the order of a run with one job.
fn examine(setup: &Setup<'_>, order: &[NodeId]) -> Result<Vec<(report::Fate, String)>, SetupError> {
    let mut ledger = setup.ledger();
    let mut found = vec![(report::Fate::Run, String::new()); setup.prepared.len()];
    for &node in order {
        let uncertain = setup
            .graph
            .needs(node)
            .find(|(need, on)| *on != On::Success && found[need.index()].0 != report::Fate::Cached);
        if let Some((need, on)) = uncertain {
            let id = &setup.opened.plan.nodes[need.index()].id;
            let reason = if on == On::Failure {
                format!("only if {id} fails")
            } else {
                format!("whatever becomes of {id}")
            };
            found[node.index()] = (report::Fate::Depends, reason);
            continue;
        }
        let waits = setup.prepared[node.index()].reads_needs.then(|| {
            setup
                .graph
                .needs(node)
                .find(|(need, _)| found[need.index()].0 != report::Fate::Cached)
        });
        let finding = ledger.examine(node)?;
        found[node.index()] = match (finding.fate, waits.flatten()) {
            (Fate::Skip, _) => (report::Fate::Depends, "left out by --no-verify".to_owned()),
            (Fate::Deny, _) => (report::Fate::Conflict, finding.reason),
            (Fate::Run(_), Some((need, _))) if finding.reason != "new" => {
                let id = &setup.opened.plan.nodes[need.index()].id;
                (report::Fate::Run, format!("{id} runs"))
            }
            (Fate::Run(_), _) => (report::Fate::Run, finding.reason),
            (Fate::Cached(artifacts), _) => {
                ledger.finished(node, &finding.manifest, &artifacts);
                (report::Fate::Cached, finding.reason)
            }
        };
    }
    Ok(found)
}

fn preview_node(setup: &Setup<'_>, node: NodeId, fate: report::Fate, reason: &str) -> PreviewNode {
    let (plan_node, prepared) = (
        &setup.opened.plan.nodes[node.index()],
        &setup.prepared[node.index()],
    );
    let cap = cap(prepared);
    let reason = if cap.is_some() || setup.options.by.is_some() && !prepared.why.is_empty() {
        format!("{reason}; {}", prepared.why)
    } else {
        reason.to_owned()
    };
    let needs = setup.graph.needs(node).map(|(need, on)| PreviewNeed {
        node: need.0,
        on: match on {
            On::Success => "success",
            On::Failure => "failure",
            On::Always => "always",
        }
        .to_owned(),
    });
    PreviewNode {
        id: plan_node.id.clone(),
        kind: prepared.kind.word().to_owned(),
        chunk: plan_node.chunk.clone(),
        producer: prepared.producer.clone(),
        outputs: plan_node.outputs.clone(),
        cap,
        lane: setup.lane_name(node),
        needs: needs.collect(),
        fate,
        reason,
    }
}

/// Tokens in one slice of each thing that a model is asked for.
fn cap(prepared: &Prepared) -> Option<u32> {
    let asked = prepared.model.as_ref()?;
    Some(asked.brief.tasks().map(|task| task.cap).sum())
}

/// The loads with what is known of their models.
fn loads(setup: &Setup<'_>) -> Vec<Load> {
    let load = |group: &ModelGroup| {
        let facts = setup.options.models.get(&group.model);
        Load {
            model: group.model.clone(),
            name: facts.map(|facts| facts.name.clone()),
            lanes: facts.map(|facts| facts.lanes),
            need_mib: facts.map(|facts| facts.need_mib),
            endpoint: facts.and_then(|facts| facts.endpoint.clone()),
            nodes: group.nodes.iter().map(|node| node.0).collect(),
        }
    };
    setup.loads.groups.iter().map(load).collect()
}

fn count(nodes: &[PreviewNode], fate: report::Fate) -> u32 {
    u32::try_from(nodes.iter().filter(|node| node.fate == fate).count()).unwrap_or(u32::MAX)
}

/// The longer of two bounds: all the work over all the jobs, and the longest path.
fn estimate(setup: &Setup<'_>, order: &[NodeId], runs: &dyn Fn(NodeId) -> bool) -> u64 {
    let cost = |node: NodeId| if runs(node) { cost(setup, node) } else { 0 };
    let mut ends = vec![0; order.len()];
    let (mut total, mut longest) = (0_u64, 0_u64);
    for &node in order {
        let start = setup
            .graph
            .needs(node)
            .map(|(need, _)| ends[need.index()])
            .max()
            .unwrap_or(0);
        ends[node.index()] = start + cost(node);
        total += cost(node);
        longest = longest.max(ends[node.index()]);
    }
    longest.max(total / u64::from(setup.options.jobs.max(1)))
}

fn cost(setup: &Setup<'_>, node: NodeId) -> u64 {
    let (plan_node, prepared) = (
        &setup.opened.plan.nodes[node.index()],
        &setup.prepared[node.index()],
    );
    if let Some(record) = setup.known.nodes.get(&plan_node.id) {
        return record.ms;
    }
    if let Some(cap) = cap(prepared) {
        return u64::from(cap) * GUESS_TOKEN_MS;
    }
    match &plan_node.action {
        Action::Check(CheckAction::Command { venv: Some(_), .. }) => GUESS_VENV_CHECK_MS,
        Action::Run { .. } => GUESS_PROGRAM_MS,
        _ if ledger::is_program_check(plan_node) => GUESS_PROGRAM_MS,
        _ => GUESS_FILE_MS,
    }
}
