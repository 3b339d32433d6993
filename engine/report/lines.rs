//! The plain display: a line for each node that ended, then a summary. Knows no terminal.

use std::io::Write;

use super::line::{LineMaker, Producers};
use super::look::Look;
use super::reporter::Reporter;
use super::summary::Summary;
use crate::event::Event;

/// Writes one line for each node that ended, and a summary at the end.
pub struct Lines {
    /// Nothing once the reader is gone.
    out: Option<Box<dyn Write + Send>>,
    maker: LineMaker,
    summary: Summary,
    next: Vec<String>,
}

impl Lines {
    /// Writes to `out` in the form of `look`, with the words of `producers`; `next` are the steps to name
    /// after a run that went well.
    pub fn new(
        out: Box<dyn Write + Send>,
        producers: Producers,
        next: Vec<String>,
        look: Look,
    ) -> Self {
        Self {
            out: Some(out),
            maker: LineMaker::new(look, producers),
            summary: Summary::new(look),
            next,
        }
    }

    /// The text that `event` adds.
    fn text(&mut self, event: &Event) -> String {
        self.summary.event(event);
        let mut text = String::new();
        for line in self.maker.lines(event) {
            text.push_str(&line);
            text.push('\n');
        }
        if matches!(event, Event::RunFinished { .. }) {
            text.push_str(&self.summary.render_after_lines(&self.next));
        }
        text
    }
}

impl Reporter for Lines {
    fn event(&mut self, event: &Event) {
        let text = self.text(event);
        let Some(out) = &mut self.out else { return };
        let ended = matches!(event, Event::RunFinished { .. });
        let written = out.write_all(text.as_bytes());
        if written
            .and_then(|()| if ended { out.flush() } else { Ok(()) })
            .is_err()
        {
            self.out = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, Shared, failed_run, finished, saying, started, turned};
    use super::*;
    use crate::event::{Change, ModelUse, Outcome, State};

    fn shown(events: &[Event], look: Look) -> String {
        let shared = Shared::default();
        let mut reporter = Lines::new(
            Box::new(shared.clone()),
            vec!["template", ""],
            vec!["python3 app.py".to_owned()],
            look,
        );
        for event in events {
            reporter.event(event);
        }
        shared.text()
    }

    const REDACTED: Look = Look {
        redact: true,
        ..Look::PLAIN
    };

    #[test]
    fn every_node_that_ended_has_a_line() {
        insta::assert_snapshot!(shown(&failed_run(), REDACTED));
    }

    #[test]
    fn a_replay_from_its_record_gives_the_same_lines() {
        let recorded: Vec<Event> = failed_run()
            .iter()
            .map(|event| serde_json::to_string(event).expect("JSON"))
            .map(|line| serde_json::from_str(&line).expect("an event"))
            .collect();
        assert_eq!(
            shown(&failed_run(), Look::PLAIN),
            shown(&recorded, Look::PLAIN)
        );
    }

    #[test]
    fn a_run_with_nothing_to_do_is_one_line() {
        let mut events = vec![started(18)];
        events.extend((0..18).map(|index| turned(index, "n", "file", State::Cached)));
        events.push(finished(Outcome::UpToDate));
        assert_eq!(
            shown(&events, Look::PLAIN),
            "nothing to do: 18 nodes up to date\n\nnext\n  python3 app.py\n"
        );
    }

    #[test]
    fn a_model_has_a_line_with_what_it_cost() {
        let used = ModelUse {
            roles: vec!["coder".to_owned()],
            name: "scripted".to_owned(),
            loads: 1,
            need_mib: 46,
            peak_mib: 45,
            tokens: 253,
            prefilled: 29,
            reused: 71,
        };
        let unheard = ModelUse {
            loads: 2,
            ..ModelUse::default()
        };
        let events = [Event::ModelUsed(used), Event::ModelUsed(unheard)];
        assert_eq!(
            shown(&events, Look::PLAIN),
            "model     scripted: 1 load, 45 MiB at its peak of 46 estimated (-2 %), 253 tokens, \
             71 % of the prompts shared\nmodel     : 2 loads, 0 tokens\n"
        );
    }

    #[test]
    fn many_nodes_in_place_are_counted_and_few_are_listed() {
        let cached = |index| turned(index, &format!("old{index}"), "file", State::Cached);
        let mut events = vec![started(8)];
        events.extend((0..5).map(cached));
        events.push(turned(5, "new", "file", State::Done));
        events.push(cached(6));
        events.push(turned(7, "newer", "file", State::Done));
        events.push(finished(Outcome::Done));
        insta::assert_snapshot!(shown(&events, REDACTED));
    }

    #[test]
    fn each_end_of_a_node_has_its_sign() {
        let states = [
            State::Truncated,
            State::Denied,
            State::TimedOut,
            State::Cancelled,
            State::Skipped { by: String::new() },
        ];
        let mut events = vec![started(6)];
        for (index, state) in (0..).zip(states) {
            let id = format!("node{index}");
            events.push(saying(turned(index, &id, "shell", state), "and why"));
        }
        let long = "x".repeat(300);
        events.push(saying(
            fixture::made(
                turned(5, "a-node-with-an-id-that-is-long", "shell", State::Done),
                "a",
                Change::Created,
            ),
            &long,
        ));
        events.push(finished(Outcome::Interrupted));
        let text = shown(&events, REDACTED);
        assert!(
            text.lines().all(|line| line.chars().count() <= 100),
            "{text}"
        );
        insta::assert_snapshot!(text);
    }
}
