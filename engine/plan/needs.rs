//! Needs as written to edges between nodes. Knows no file and no cycle.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::checked::{Need, On};
use super::chunk::WrittenNeed;
use super::expand::{Expanded, Group};
use super::limits::MAX_EDGES;
use super::report::Report;
use super::tree::shorten;
use crate::diagnostic::did_you_mean;
use crate::id::NodeId;

/// Ids that a suggestion is looked for among; further ones would make it slow.
const MAX_CANDIDATES: usize = 2_000;
/// Suggestions that are looked for in one plan.
const MAX_SUGGESTIONS: usize = 50;

/// The edges of every node, in plan order.
pub(super) fn resolve(report: &mut Report<'_>, plan: &Expanded<'_>) -> Vec<Vec<Need>> {
    let mut resolver = Resolver::new(plan);
    let mut edges = Vec::with_capacity(plan.drafts.len());
    for group in &plan.groups {
        for node in group.nodes.clone() {
            let needs = resolver.node(report, node, group);
            edges.push(needs.unwrap_or_default());
        }
        if resolver.edges > MAX_EDGES {
            report.subject = Some(group.id.clone());
            let message = format!("the plan has more than {MAX_EDGES} edges between its nodes");
            let help = "let the many nodes need one node in between, instead of each other";
            report.error("plan::too-many-edges", group.span, message, help);
            break;
        }
    }
    report.subject = None;
    edges.resize_with(plan.drafts.len(), Vec::new);
    edges
}

/// Whether `need`, as node `of` has written it, means node `target`: for naming the place of an edge.
pub(super) fn means(
    plan: &Expanded<'_>,
    need: &WrittenNeed<'_>,
    of: &Group,
    target: usize,
) -> bool {
    let id = plan.drafts[target].id.as_str();
    let group = plan
        .groups
        .iter()
        .find(|group| group.nodes.contains(&target));
    match need.text.as_ref() {
        "all" => group.is_some_and(|group| !group.check && group.nodes.end <= of.nodes.start),
        text if text.contains(['*', '?']) => matches(text, id),
        text => text == id || group.is_some_and(|group| group.id == text),
    }
}

struct Resolver<'p, 't> {
    plan: &'p Expanded<'t>,
    ids: HashMap<&'p str, Range<usize>>,
    /// Ids in order, for patterns; made when the first one is met.
    sorted: Vec<(&'p str, usize)>,
    /// Ids of chunks that are known and have no nodes.
    absent: HashSet<&'p str>,
    /// For each node, the need of the current node that names it last.
    stamps: Vec<(u32, u32)>,
    edges: usize,
    suggestions: usize,
}

impl<'p, 't> Resolver<'p, 't> {
    fn new(plan: &'p Expanded<'t>) -> Self {
        let mut ids = HashMap::with_capacity(plan.drafts.len() + plan.groups.len());
        let mut absent = HashSet::new();
        for group in &plan.groups {
            if group.nodes.is_empty() || group.failed {
                absent.insert(group.id.as_str());
            }
            ids.insert(group.id.as_str(), group.nodes.clone());
            if group.each {
                for node in group.nodes.clone() {
                    ids.insert(plan.drafts[node].id.as_str(), node..node + 1);
                }
            }
        }
        Self {
            plan,
            ids,
            sorted: Vec::new(),
            absent,
            stamps: vec![(u32::MAX, 0); plan.drafts.len()],
            edges: 0,
            suggestions: 0,
        }
    }

    fn node(&mut self, report: &mut Report<'_>, node: usize, group: &Group) -> Option<Vec<Need>> {
        let mut needs = Vec::new();
        let plan = self.plan;
        let draft = &plan.drafts[node];
        needs.reserve(draft.needs.len());
        for need in &draft.needs {
            let mut own = false;
            match need.text.as_ref() {
                "all" => {
                    for other in plan
                        .groups
                        .iter()
                        .take_while(|other| other.span != group.span)
                    {
                        if other.check {
                            self.edges += 1;
                        } else {
                            self.add_all(&mut needs, node, other.nodes.clone(), need.on);
                        }
                        if self.edges > MAX_EDGES {
                            return None;
                        }
                    }
                }
                text if text.contains(['*', '?']) => self.pattern(report, &mut needs, node, need),
                text => match self.ids.get(text) {
                    Some(range) => {
                        own = range.contains(&node);
                        let range = range.clone();
                        self.add_all(&mut needs, node, range, need.on);
                    }
                    None => self.unknown(report, node, need),
                },
            }
            if own {
                report.subject = Some(draft.id.clone());
                let message = format!("the chunk `{}` needs itself", group.id);
                report.error(
                    "plan::cycle",
                    need.span,
                    message,
                    format!("remove `{}` from its needs", need.text),
                );
            }
            if self.edges > MAX_EDGES {
                return None;
            }
        }
        needs.sort_unstable_by_key(|need| need.node);
        Some(needs)
    }

    fn add_all(&mut self, needs: &mut Vec<Need>, node: usize, targets: Range<usize>, on: On) {
        let room = (MAX_EDGES + 1).saturating_sub(self.edges);
        for target in targets.take(room) {
            if target == node {
                continue;
            }
            self.edges += 1;
            let stamp = &mut self.stamps[target];
            if stamp.0 == index(node) {
                needs[stamp.1 as usize].on = on;
                continue;
            }
            *stamp = (index(node), index(needs.len()));
            needs.push(Need {
                node: NodeId::from_index(target),
                on,
            });
        }
    }

    fn pattern(
        &mut self,
        report: &mut Report<'_>,
        needs: &mut Vec<Need>,
        node: usize,
        need: &WrittenNeed<'_>,
    ) {
        if self.sorted.is_empty() {
            let drafts = self.plan.drafts.iter().enumerate();
            self.sorted = drafts.map(|(at, draft)| (draft.id.as_str(), at)).collect();
            self.sorted.sort_unstable();
        }
        let text = need.text.as_ref();
        let prefix = &text[..text.find(['*', '?']).unwrap_or(text.len())];
        let start = self.sorted.partition_point(|(id, _)| *id < prefix);
        let near = self.sorted[start..]
            .iter()
            .take_while(|(id, _)| id.starts_with(prefix));
        let mut found = Vec::new();
        let mut looked_at = 0;
        for (id, at) in near {
            looked_at += 1;
            if matches(text, id) {
                found.push(*at);
            }
        }
        // Looking costs as much as an edge does, so that many patterns over many ids end as well.
        self.edges += looked_at;
        if found.is_empty() {
            let known = self
                .absent
                .iter()
                .any(|id| matches(text, id) || text.starts_with(&format!("{id}.")))
                || self.plan.skipped.iter().any(|id| matches(text, id));
            if !known {
                self.unknown(report, node, need);
            }
        }
        for at in found {
            self.add_all(needs, node, at..at + 1, need.on);
        }
    }

    fn unknown(&mut self, report: &mut Report<'_>, node: usize, need: &WrittenNeed<'_>) {
        let plan = self.plan;
        let text = need.text.as_ref();
        let base = text.split('.').next().unwrap_or_default();
        let hidden = plan.skipped.contains(text)
            || self.absent.contains(text)
            || plan
                .groups
                .iter()
                .any(|group| group.failed && group.each && group.id == base);
        if hidden {
            return;
        }
        self.suggestions += 1;
        let ids = plan.groups.iter().map(|group| group.id.as_str());
        let near = (self.suggestions <= MAX_SUGGESTIONS)
            .then(|| {
                did_you_mean(
                    text,
                    ids.chain(plan.drafts.iter().map(|draft| draft.id.as_str()))
                        .take(MAX_CANDIDATES),
                )
            })
            .flatten();
        let listed = || {
            let ids: Vec<_> = plan
                .groups
                .iter()
                .take(12)
                .map(|group| group.id.as_str())
                .collect();
            ids.join(", ")
        };
        report.subject = Some(plan.drafts[node].id.clone());
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("use one of {}, or `all`", listed()),
        };
        let message = if text.contains(['*', '?']) {
            format!(
                "`needs` has the pattern `{}`, which matches no node",
                shorten(text)
            )
        } else {
            format!(
                "`needs` names `{}`, which is no chunk of this plan",
                shorten(text)
            )
        };
        report.error("plan::unknown-need", need.span, message, help);
    }
}

fn index(value: usize) -> u32 {
    u32::try_from(value).expect("plan limits keep node counts within u32")
}

/// Whether `text` matches `pattern`, in which `*` is any text and `?` one character of ASCII.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_ids() {
        for (pattern, text, expected) in [
            ("routes.*", "routes.book", true),
            ("routes.*", "routes", false),
            ("*", "", true),
            ("*.book", "routes.book", true),
            ("r?utes", "routes", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
