//! The display for a terminal: finished lines above, running nodes and an overall bar below.
//! Knows events only; whether there is a terminal is decided by the command line.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::line::{LineMaker, Producers};
use super::look::Look;
use super::reporter::Reporter;
use super::summary::Summary;
use super::text::{duration, visible};
use crate::event::{Event, State};
use crate::id::NodeId;

/// Running nodes shown at once; the others are counted by the overall bar alone.
const SPINNERS: usize = 8;

/// Plans with more nodes than this show failures and the bar, not a line for each node.
const LISTED_NODES: u32 = 1000;

/// Pause between two pictures of a spinner, and redraws a second.
const TICK: Duration = Duration::from_millis(100);
const REDRAWS: u8 = 12;

/// Shows a run on a terminal.
pub struct Bars {
    look: Look,
    screen: MultiProgress,
    overall: ProgressBar,
    running: BTreeMap<u32, ProgressBar>,
    lines: LineMaker,
    summary: Summary,
    next: Vec<String>,
}

impl Bars {
    /// Draws on the terminal behind standard error in the form of `look`, with the words of `producers`;
    /// `next` are the steps to name after a run that went well.
    pub fn new(producers: Producers, next: Vec<String>, look: Look) -> Self {
        // The target asks the terminal for its width before each drawing, which follows a resize.
        let target = ProgressDrawTarget::stderr_with_hz(REDRAWS);
        Self::on(target, producers, next, look)
    }

    fn on(target: ProgressDrawTarget, producers: Producers, next: Vec<String>, look: Look) -> Self {
        let screen = MultiProgress::with_draw_target(target);
        let overall = screen.add(ProgressBar::no_length().with_style(overall_style(look)));
        Self {
            look,
            screen,
            overall,
            running: BTreeMap::new(),
            lines: LineMaker::new(look, producers),
            summary: Summary::new(look),
            next,
        }
    }

    fn node(&mut self, node: NodeId, id: &str, chunk: &str, state: &State) {
        if state.is_final() {
            if let Some(bar) = self.running.remove(&node.0) {
                bar.finish_and_clear();
                self.screen.remove(&bar);
            }
            self.overall.inc(1);
        } else if *state == State::Running && self.running.len() < SPINNERS {
            let number = self.lines.progress().0 + 1;
            let number = number + u32::try_from(self.running.len()).unwrap_or(0);
            let label = self.lines.label(number, node, id, chunk);
            self.running.entry(node.0).or_insert_with(|| {
                let bar = ProgressBar::new_spinner()
                    .with_style(spinner_style(self.look))
                    .with_prefix(label);
                let bar = self.screen.insert_before(&self.overall, bar);
                if !self.look.redact {
                    bar.enable_steady_tick(TICK);
                }
                bar
            });
        }
    }

    fn show(&mut self, event: &Event) {
        let quiet = self.lines.progress().1 > LISTED_NODES;
        let success = matches!(event, Event::Node { state, .. } if state.is_success());
        for line in self.lines.lines(event) {
            if !(quiet && success) {
                // A display that is gone does not stop the run.
                let _ = self.screen.println(line);
            }
        }
    }
}

impl Reporter for Bars {
    fn event(&mut self, event: &Event) {
        match event {
            Event::RunStarted { nodes, .. } => {
                self.overall.set_length(u64::from(*nodes));
                if !self.look.redact {
                    self.overall.enable_steady_tick(TICK);
                }
            }
            Event::Node {
                node,
                id,
                chunk,
                state,
                ..
            } => self.node(*node, id, chunk, state),
            Event::Progress { node, text } => {
                if let Some(bar) = self.running.get(&node.0) {
                    let last = text.lines().last().unwrap_or_default();
                    bar.set_message(visible(last).into_owned());
                }
            }
            Event::RunFinished { .. } => {
                for bar in std::mem::take(&mut self.running).into_values() {
                    bar.finish_and_clear();
                }
                self.overall.finish_and_clear();
            }
            _ => {}
        }
        self.show(event);
        self.summary.event(event);
        if matches!(event, Event::RunFinished { .. }) {
            let text = self.summary.render_after_lines(&self.next);
            if !text.is_empty() {
                let _ = self.screen.println(text.trim_end_matches('\n'));
            }
        }
    }
}

impl Drop for Bars {
    /// A run that ends in a panic leaves no half-drawn bar.
    fn drop(&mut self) {
        let _ = self.screen.clear();
    }
}

/// `[4/9] verify  check  ⠹ 3.1s  pytest: 14 passed`
fn spinner_style(look: Look) -> ProgressStyle {
    let template = if look.colour {
        "{prefix}  {spinner:.blue} {took}  {wide_msg:.dim}"
    } else {
        "{prefix}  {spinner} {took}  {wide_msg}"
    };
    ProgressStyle::with_template(template)
        .expect("the template is valid")
        .with_key("took", took(look))
        .tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ")
}

fn overall_style(look: Look) -> ProgressStyle {
    let template = if look.colour {
        "{bar:30.green/dim} {pos}/{len} nodes  {took}"
    } else {
        "{bar:30} {pos}/{len} nodes  {took}"
    };
    ProgressStyle::with_template(template)
        .expect("the template is valid")
        .with_key("took", took(look))
        .progress_chars("━╸─")
}

/// Writes the time since a bar was made.
fn took(
    look: Look,
) -> impl Fn(&ProgressState, &mut dyn std::fmt::Write) + Clone + Send + Sync + 'static {
    move |state, out| {
        let ms = u64::try_from(state.elapsed().as_millis()).unwrap_or(u64::MAX);
        let shown = if look.redact {
            look.time(ms)
        } else {
            // Hundredths of a second would only flicker.
            duration(ms).replacen(".00s", ".0s", 1)
        };
        let _ = write!(out, "{shown}");
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{Shared, failed_run, finished, started, turned};
    use super::super::screen::Screen;
    use super::*;
    use crate::event::Outcome;

    fn drawn(events: &[Event]) -> String {
        let shared = Shared::default();
        let look = Look {
            redact: true,
            ..Look::PLAIN
        };
        let screen = Box::new(Screen::new(Box::new(shared.clone()), look.width));
        let target = ProgressDrawTarget::term_like_with_hz(screen, REDRAWS);
        let mut bars = Bars::on(target, Vec::new(), Vec::new(), look);
        for event in events {
            bars.event(event);
        }
        drop(bars);
        shared.text()
    }

    #[test]
    fn finished_nodes_keep_their_lines() {
        let text = drawn(&failed_run());
        for part in [
            "[1/6] schema",
            "static/css/style.css",
            "✗ <time>",
            "because of verify",
        ] {
            assert!(text.contains(part), "{part} is missing from {text:?}");
        }
    }

    #[test]
    fn text_of_programs_cannot_act_on_the_terminal() {
        let mut events = failed_run();
        events.insert(8, super::super::fixture::progress(3, "a\u{1b}[2Jb"));
        let text = drawn(&events);
        assert!(!text.contains("\u{1b}[2J"), "{text:?}");
    }

    #[test]
    fn a_long_plan_lists_failures_only() {
        let mut events = vec![started(2000)];
        events.extend((0..1999).map(|n| turned(n, &format!("n{n}"), "file", State::Done)));
        events.push(turned(1999, "broken", "shell", State::Failed));
        events.push(finished(Outcome::Failed));
        let text = drawn(&events);
        assert!(text.contains("broken"), "{text:?}");
        assert!(!text.contains("n42 "), "{text:?}");
    }
}
