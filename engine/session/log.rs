//! Where a run's events go: to the display at once and to the journal once there is something to record.
//! Knows no node's work.

use std::sync::OnceLock;

use super::target::Opened;
use crate::event::{Change, Event, Outcome, State};
use crate::id::RunId;
use crate::journal::{Journal, JournalError, Writer};
use crate::report::Reporter;

/// Hands every event to the display at once and to the journal from the first that is worth a record on:
/// a run that finds everything in place leaves the journal as it was.
pub(super) struct Log<'a> {
    pub run: RunId,
    pub jobs: u32,
    pub opened: &'a Opened,
    pub journal: &'a Journal,
    /// Set when the first event is recorded.
    pub writer: &'a OnceLock<Writer>,
    pub reporter: &'a mut dyn Reporter,
    pub state: LogState,
}

/// What a log has come to.
#[derive(Default)]
pub(super) struct LogState {
    held: Vec<Event>,
    seq: u64,
    error: Option<JournalError>,
}

impl Log<'_> {
    pub(super) fn event(&mut self, event: Event) {
        self.reporter.event(&event);
        if let Some(notice) = kept_notice(&event) {
            self.event(notice);
        }
        if self.state.error.is_some() {
            return;
        }
        let begins = self.state.seq == 0 && is_worth_a_record(&event);
        self.state.held.push(event);
        if begins || self.state.seq > 0 {
            self.state.error = self.write().err();
        }
    }

    fn write(&mut self) -> Result<(), JournalError> {
        if self.state.seq == 0 {
            let (plan, request) = (&self.opened.plan, self.opened.request.as_ref());
            let request = request.map(|request| request.text.as_str());
            let begun = self
                .journal
                .begin_run(&plan.name, plan.digest, request, self.jobs)?;
            debug_assert_eq!(begun, self.run, "the lock keeps other runs out");
            // Only this log sets it, once.
            let _ = self.writer.set(self.journal.writer()?);
        }
        let writer = self.writer.get().ok_or(JournalError::Closed)?;
        for event in self.state.held.drain(..) {
            self.state.seq += 1;
            writer.event(self.run, self.state.seq, &event)?;
        }
        Ok(())
    }

    pub(super) fn close(self, outcome: Outcome) -> Result<(), JournalError> {
        match self.state.error {
            Some(error) => Err(error),
            None => self
                .writer
                .get()
                .map_or(Ok(()), |writer| writer.finish(self.run, outcome)),
        }
    }
}

/// What to tell of a file that was edited by hand and left as it is.
fn kept_notice(event: &Event) -> Option<Event> {
    let Event::Node {
        state: State::Cached,
        artifacts,
        detail,
        ..
    } = event
    else {
        return None;
    };
    let kept = artifacts
        .iter()
        .find(|artifact| artifact.change == Change::Kept)?;
    Some(Event::Notice {
        text: format!("{}: {detail}", kept.path),
    })
}

fn is_worth_a_record(event: &Event) -> bool {
    match event {
        Event::Node { state, .. } => matches!(state, State::Queued { .. } | State::Denied),
        _ => false,
    }
}
