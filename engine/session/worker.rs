//! Workers: each takes orders, runs their attempts and hands what was made to the journal before its end is
//! told. Knows neither order nor cache.

use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::digest::Manifest;
use crate::event::{Change, State};
use crate::exec::{self, Bench, Job};
use crate::id::{Digest, NodeId, RunId};
use crate::journal::{Blobs, JournalError, NodeRecord, OutputRecord, Writer};
use crate::schedule::{Ended, Input};

/// Least time between two lines that a running node shows.
const PROGRESS_PAUSE: Duration = Duration::from_millis(100);

/// A job for a worker.
pub(super) struct Order<'a> {
    pub node: NodeId,
    pub job: Job<'a>,
    pub manifest: Manifest,
}

/// Takes orders until there are no more; an attempt's record is handed to the journal before its end is told.
pub(super) fn work<'a>(
    orders: &Mutex<Receiver<Order<'a>>>,
    bench: &Bench<'a>,
    records: &Records<'_>,
    inputs: &Sender<Input>,
) {
    loop {
        let next = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(order) = next else { return };
        let watch = Stopwatch::start();
        let mut shown: Option<Duration> = None;
        let mut progress = |text: &str| {
            // A program can print faster than anybody reads: what comes in between is not shown.
            if shown.is_none_or(|last| watch.elapsed() >= last + PROGRESS_PAUSE) {
                shown = Some(watch.elapsed());
                // The dispatcher outlives its workers, so nobody misses this.
                let _ = inputs.send(Input::Progress(order.node, text.to_owned()));
            }
        };
        let mut outcome = exec::attempt(&order.job, bench, &mut progress);
        if outcome.state == State::Done
            && let Err(error) = records.done(&order, bench, &outcome, watch.elapsed_ms())
        {
            outcome.state = State::Failed;
            outcome.detail = error;
        }
        let exec::Outcome {
            state,
            detail,
            artifacts,
            is_final,
            ..
        } = outcome;
        let ended = Ended {
            state,
            detail,
            artifacts,
            elapsed: watch.elapsed(),
            is_final,
        };
        let _ = inputs.send(Input::Ended(order.node, ended));
    }
}

/// Where finished nodes are recorded.
pub(super) struct Records<'a> {
    pub run: RunId,
    pub writer: &'a OnceLock<Writer>,
    pub blobs: &'a Blobs,
}

impl Records<'_> {
    fn done(
        &self,
        order: &Order<'_>,
        bench: &Bench<'_>,
        outcome: &exec::Outcome,
        ms: u64,
    ) -> Result<(), String> {
        let base = self
            .base(order, outcome)
            .map_err(|error| error.to_string())?;
        let artifacts = &outcome.artifacts;
        let mut outputs = Vec::with_capacity(artifacts.len());
        for artifact in artifacts
            .iter()
            .filter(|artifact| artifact.change != Change::Deleted)
        {
            let stat = bench
                .workspace
                .stat(&artifact.path)
                .map_err(|error| error.to_string())?;
            let Some(stat) = stat else {
                return Err(format!("`{}` is gone", artifact.path));
            };
            outputs.push(OutputRecord {
                path: artifact.path.clone(),
                digest: artifact.digest,
                base: base.or(artifact.digest),
                bytes: stat.bytes,
                mtime_ns: stat.mtime_ns,
                inode: stat.inode,
            });
        }
        let record = NodeRecord {
            key: order.manifest.key(),
            ms,
            outputs,
        };
        let writer = self.writer.get().ok_or("the run was not recorded")?;
        writer
            .node_done(
                self.run,
                &order.job.node.id,
                record,
                order.manifest.text().to_owned(),
            )
            .map_err(|error| error.to_string())
    }

    /// Keeps the text that codey made, the base of later merges; the file may hold the user's changes.
    fn base(
        &self,
        order: &Order<'_>,
        outcome: &exec::Outcome,
    ) -> Result<Option<Digest>, JournalError> {
        let known = order.job.content.as_ref().map(|content| &content.generated);
        known
            .or(outcome.generated.as_ref())
            .map(|text| self.blobs.put(text))
            .transpose()
    }
}
