//! One line for a node that ended: `[4/9] style  template  ✓ 0.01s`. Knows no terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::look::{Look, Tone};
use super::text::{clip, count, pad, visible, width};
use crate::event::{Change, Event, ModelUse, State};
use crate::id::NodeId;

/// Columns of a node's id and of its producer; longer ones push the rest of the line aside.
const ID_COLUMNS: usize = 20;
const PRODUCER_COLUMNS: usize = 8;

/// Columns of a time, so that what follows is aligned.
const TIME_COLUMNS: usize = 7;

/// Columns of the word before what a model cost, as those of a summary.
const MODEL_COLUMNS: usize = 10;

/// Up to this many nodes in a row that were up to date get a line each.
const CACHED_LISTED: usize = 3;

/// What makes each node's outputs, `template` or `model`, by the node's number; a node without a word
/// goes by its chunk type.
pub type Producers = Vec<&'static str>;

/// Turns events into finished lines and keeps count. What [`super::Lines`] and [`super::Bars`] share.
pub(super) struct LineMaker {
    look: Look,
    producers: Producers,
    total: u32,
    ended: u32,
    cached: Vec<String>,
    cached_waiting: u32,
    others: bool,
    running: BTreeMap<NodeId, String>,
}

impl LineMaker {
    pub(super) fn new(look: Look, producers: Producers) -> Self {
        Self {
            look,
            producers,
            total: 0,
            ended: 0,
            cached: Vec::new(),
            cached_waiting: 0,
            others: false,
            running: BTreeMap::new(),
        }
    }

    /// Nodes that ended so far, and nodes in all.
    pub(super) fn progress(&self) -> (u32, u32) {
        (self.ended, self.total)
    }

    /// The lines that `event` finishes, without line ends.
    pub(super) fn lines(&mut self, event: &Event) -> Vec<String> {
        match event {
            Event::RunStarted { nodes, .. } => {
                self.total = *nodes;
                Vec::new()
            }
            Event::Node { state, .. } if *state == State::Cached => {
                self.ended += 1;
                self.cached_waiting += 1;
                if self.cached.len() < CACHED_LISTED {
                    let line = self.ended_line(event);
                    self.cached.push(line);
                }
                Vec::new()
            }
            Event::Node { state, node, .. } if state.is_final() => {
                self.running.remove(node);
                let mut lines = self.flush_cached();
                self.others = true;
                self.ended += 1;
                lines.push(self.ended_line(event));
                lines
            }
            Event::Retry {
                node,
                attempt,
                delay_ms,
                reason,
                ..
            } => {
                let id = self.running.get(node).map_or("node", String::as_str);
                let (id, reason) = (visible(id), visible(reason));
                let delay = self.look.time(*delay_ms);
                let text = format!("{id}: attempt {attempt} failed ({reason}), again in {delay}");
                self.said(Tone::Warn, &text)
            }
            Event::ModelLoaded { model } => {
                self.said(Tone::Faint, &format!("loaded {}", visible(model)))
            }
            Event::ModelUsed(used) => {
                let mut lines = self.flush_cached();
                lines.push(self.look.paint(Tone::Faint, &model_line(used)));
                lines
            }
            Event::Notice { text } => text
                .lines()
                .flat_map(|line| self.said(Tone::Warn, &visible(line)))
                .collect(),
            Event::RunFinished { .. } => self.finish(),
            Event::Node {
                node,
                id,
                state: State::Running,
                ..
            } => {
                self.running.insert(*node, id.clone());
                Vec::new()
            }
            Event::Node { .. } | Event::Progress { .. } => Vec::new(),
        }
    }

    /// Nodes that were up to date are counted in one line unless they are few.
    fn flush_cached(&mut self) -> Vec<String> {
        let waiting = std::mem::take(&mut self.cached_waiting) as usize;
        let listed = std::mem::take(&mut self.cached);
        if waiting <= CACHED_LISTED {
            return listed;
        }
        let text = format!("{} up to date", count(waiting, "node"));
        vec![self.counted(self.ended, &self.look.paint(Tone::Faint, &text))]
    }

    fn finish(&mut self) -> Vec<String> {
        if !self.others && self.cached_waiting > 0 && self.ended == self.total {
            let nodes = count(self.cached_waiting as usize, "node");
            self.cached_waiting = 0;
            self.cached.clear();
            return vec![format!("nothing to do: {nodes} up to date")];
        }
        self.flush_cached()
    }

    fn said(&mut self, tone: Tone, text: &str) -> Vec<String> {
        let mut lines = self.flush_cached();
        lines.push(self.look.paint(tone, &format!("      {text}")));
        lines
    }

    /// `[ 4/18] text`
    fn counted(&self, number: u32, text: &str) -> String {
        let total = self.total.to_string();
        let room = total.len();
        let counter = format!("[{number:>room$}/{total}]");
        format!("{} {text}", self.look.paint(Tone::Faint, &counter))
    }

    /// The start of a node's line, finished or running: id and producer in columns.
    pub(super) fn label(&self, number: u32, node: NodeId, id: &str, chunk: &str) -> String {
        let id = pad(&visible(id), ID_COLUMNS);
        let known = self.producers.get(node.index()).copied();
        let producer = known.filter(|word| !word.is_empty()).unwrap_or(chunk);
        let producer = pad(&visible(producer), PRODUCER_COLUMNS);
        let producer = self.look.paint(Tone::Faint, &producer);
        self.counted(number, &format!("{id}  {producer}"))
    }

    fn ended_line(&self, event: &Event) -> String {
        let Event::Node {
            node,
            id,
            chunk,
            state,
            ms,
            ..
        } = event
        else {
            return String::new();
        };
        let (mark, tone) = mark(state);
        let time = match (state, ms) {
            (State::Cached | State::Skipped { .. } | State::Cancelled, _) | (_, None) => {
                state.word().to_owned()
            }
            (_, Some(ms)) => self.look.time(*ms),
        };
        let rest = remark(event);
        let mut line = format!(
            "{}  {} ",
            self.label(self.ended, *node, id, chunk),
            self.look.paint(tone, mark)
        );
        if rest.is_empty() {
            line.push_str(&time);
            return line;
        }
        line.push_str(&pad(&time, TIME_COLUMNS));
        line.push_str("  ");
        let total = self.total.to_string().len();
        let used = total * 2 + 4 + ID_COLUMNS + PRODUCER_COLUMNS + TIME_COLUMNS + 8;
        let used = used + width(&visible(id)).saturating_sub(ID_COLUMNS);
        let room = self.look.columns().saturating_sub(used).max(20);
        line.push_str(&self.look.paint(Tone::Faint, &clip(&rest, room)));
        line
    }
}

/// `model     scripted: 1 load, 45 MiB at its peak of 46 estimated (-2 %), 253 tokens, 71 % of the prompts shared`
fn model_line(used: &ModelUse) -> String {
    let mut parts = vec![count(used.loads as usize, "load")];
    if used.peak_mib > 0 {
        let (peak, need) = (used.peak_mib, used.need_mib);
        let change = percent_over(peak, need);
        parts.push(format!(
            "{peak} MiB at its peak of {need} estimated ({change:+} %)"
        ));
    }
    let tokens = usize::try_from(used.tokens).unwrap_or(usize::MAX);
    parts.push(count(tokens, "token"));
    let asked = used.prefilled.saturating_add(used.reused);
    if let Some(share) = used.reused.saturating_mul(100).checked_div(asked) {
        parts.push(format!("{share} % of the prompts shared"));
    }
    let label = pad("model", MODEL_COLUMNS);
    format!("{label}{}: {}", visible(&used.name), parts.join(", "))
}

/// By how many percent of `expected` a number is above it, rounded.
fn percent_over(number: u64, expected: u64) -> i128 {
    let (number, expected) = (i128::from(number), i128::from(expected.max(1)));
    (200 * number + expected) / (2 * expected) - 100
}

/// The sign of a state, and what it means.
fn mark(state: &State) -> (&'static str, Tone) {
    match state {
        State::Done => ("✓", Tone::Good),
        State::Cached => ("=", Tone::Faint),
        State::Skipped { .. } | State::Cancelled => ("-", Tone::Warn),
        _ => ("✗", Tone::Bad),
    }
}

/// What came out or why not: the detail, else what was written.
fn remark(event: &Event) -> String {
    let Event::Node {
        state,
        detail,
        artifacts,
        ..
    } = event
    else {
        return String::new();
    };
    if let State::Skipped { by } = state
        && !by.is_empty()
    {
        return format!("because of {}", visible(by));
    }
    let mut rest = match state {
        State::Truncated | State::Denied | State::TimedOut => state.word().to_owned(),
        _ => String::new(),
    };
    if let Some(first) = detail.lines().next().filter(|line| !line.is_empty()) {
        if !rest.is_empty() {
            rest.push_str(": ");
        }
        rest.push_str(&visible(first));
        return rest;
    }
    let written: Vec<_> = artifacts
        .iter()
        .filter(|artifact| artifact.digest.is_some() && artifact.change != Change::Identical)
        .collect();
    if *state == State::Done
        && let [first, more @ ..] = written.as_slice()
    {
        rest.push_str(&visible(first.path.as_str()));
        if !more.is_empty() {
            let _ = write!(rest, " +{}", more.len());
        }
    }
    rest
}
